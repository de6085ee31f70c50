"""Lines of two bills are held against each other: what is new, gone, or of another quantity or price."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import zip_longest
from typing import Annotated, Literal

from plimsoll.ground import meaning
from plimsoll.ground.start_up import record
from plimsoll.ground.units import usd_text
from plimsoll.money.line import Basis, Kind
from plimsoll.review.solved.stored_plan import BillLine, Per, usd_of

Key = tuple[str, str, str | None, str, str | None]


@record
class LineSide:
    """A line of the bill as one side has it."""

    quantity: Annotated[str, "Billed units in a month; of a run's own line, in a run."]
    unit: Annotated[str, "Unit of the quantity."]
    usd_per_unit: Annotated[str, "Unit price with all decimals of its source."]
    usd_per_month: Annotated[
        str | None, "What a month pays of it, to the cent; null where a run has no month."
    ]
    usd_per_run: Annotated[str | None, "Of a run's own line: what a run pays of it; null of all others."]
    source: Annotated[str, "Where the price comes from."]
    as_of: Annotated[str, "Date of the price."]


@record
class ChangedLine:
    """A line of the bill that the change adds, takes away, or gives another quantity or price."""

    item: Annotated[str, "What is billed."]
    of: Annotated[Basis, "The number that this line counts towards."]
    kind: Annotated[Kind, "What is paid for; fixed for the parts of the cluster."]
    pool: Annotated[str | None, "Pool that it is paid for; null for a part of the cluster."]
    instance_type: Annotated[str | None, "Type whose hours are billed; null of what is no instance-hour."]
    state: Annotated[Literal["new", "removed", "changed"], "What becomes of it."]
    was: Annotated[LineSide | None, "Before; null of a new line."]
    now: Annotated[LineSide | None, "After; null of a removed line."]
    change_usd_per_month: Annotated[
        str | None, "What it adds; null where a run has no month. " + meaning.USD_PER_MONTH
    ]
    change_usd_per_run: Annotated[
        str | None, "What it adds to a run; null where it is no line of a run. " + meaning.USD_PER_RUN
    ]

    @property
    def repriced(self) -> bool:
        """Whether the unit price is another one."""
        return (
            self.was is not None
            and self.now is not None
            and Decimal(self.was.usd_per_unit) != Decimal(self.now.usd_per_unit)
        )


def changed_lines(was: Sequence[BillLine], now: Sequence[BillLine]) -> tuple[ChangedLine, ...]:
    """List the lines that differ in more than their source: of the later bill, then what is gone.

    Lines of one label are paired in their order.
    """
    return tuple(_changed(was, now))


def _changed(was: Sequence[BillLine], now: Sequence[BillLine]) -> Iterator[ChangedLine]:
    before, after = _by_label(was), _by_label(now)
    for key in dict.fromkeys([*after, *before]):
        for old, new in zip_longest(before.get(key, ()), after.get(key, ())):
            if old is None or new is None or not _same(old, new):
                yield _line(old, new)


def _by_label(lines: Sequence[BillLine]) -> dict[Key, list[BillLine]]:
    found: dict[Key, list[BillLine]] = defaultdict(list)
    for line in lines:
        found[line.of, line.kind, line.pool, line.item, line.instance_type].append(line)
    return found


def _same(old: BillLine, new: BillLine) -> bool:
    billed = ("quantity", "usd_per_unit")
    alike = all(Decimal(getattr(old, name)) == Decimal(getattr(new, name)) for name in billed)
    return alike and usd_of(old, "month") == usd_of(new, "month")


def _line(old: BillLine | None, new: BillLine | None) -> ChangedLine:
    told = new or old
    if told is None:
        msg = "a line that changed is on one side at least"
        raise ValueError(msg)
    return ChangedLine(
        item=told.item,
        of=told.of,
        kind=told.kind,
        pool=told.pool,
        instance_type=told.instance_type,
        state="new" if old is None else "removed" if new is None else "changed",
        was=_side(old),
        now=_side(new),
        change_usd_per_month=_change(old, new, "month"),
        change_usd_per_run=_change(old, new, "run"),
    )


def _change(old: BillLine | None, new: BillLine | None, per: Per) -> str | None:
    """Take one from the other; None where a side that is there has no such amount."""
    was, now = (Decimal(0) if line is None else usd_of(line, per) for line in (old, new))
    return None if was is None or now is None else usd_text(now - was)


def _side(line: BillLine | None) -> LineSide | None:
    if line is None:
        return None
    return LineSide(
        quantity=line.quantity,
        unit=line.unit,
        usd_per_unit=line.usd_per_unit,
        usd_per_month=line.usd_per_month,
        usd_per_run=line.usd_per_run,
        source=line.source,
        as_of=line.as_of,
    )
