"""What every spec of a run has, whatever its kind: the keys that candidates, money and a plan read."""

from typing import Any, Protocol

from plimsoll.spec.runs.ending import RunBudget, RunCapacity, RunScale, RunSla


class AskedPin(Protocol):
    """Decisions taken by hand that every kind of run has."""

    @property
    def instance_type(self) -> str | None:
        """The instance type."""
        ...

    @property
    def nodes(self) -> int | None:
        """The nodes, exactly."""
        ...

    @property
    def precision(self) -> str | None:
        """The precision."""
        ...


class RunAsked(Protocol):
    """The keys that all kinds of run share; each spec of a run has them."""

    @property
    def name(self) -> str:
        """The workload's name."""
        ...

    @property
    def kind(self) -> str:
        """The kind of work."""
        ...

    @property
    def expires(self) -> str | None:
        """The last day on which it may run."""
        ...

    @property
    def sla(self) -> RunSla:
        """Limits on hours."""
        ...

    @property
    def budget(self) -> RunBudget | None:
        """Limits on money."""
        ...

    @property
    def runs_per_month(self) -> float | None:
        """Runs a month."""
        ...

    @property
    def capacity(self) -> RunCapacity:
        """Which capacity may be rented."""
        ...

    @property
    def scale(self) -> RunScale:
        """Bounds of a run."""
        ...

    @property
    def pin(self) -> AskedPin:
        """Decisions taken by hand."""
        ...

    @property
    def region_names(self) -> tuple[str, ...]:
        """The regions that may be used."""
        ...

    @property
    def precisions_used(self) -> tuple[str, ...]:
        """The acceptable precisions."""
        ...

    def changed(self, data: dict[str, Any]) -> "RunAsked":
        """Read changed data as a spec of the same kind; a ValueError says that it is none."""
        ...

    def model_dump(self, *, mode: str = "python", exclude_unset: bool = False) -> dict[str, Any]:
        """The spec as plain data."""
        ...
