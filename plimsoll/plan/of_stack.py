"""The plans of a stack come from its specs, each sized in the stack's one region."""

import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from plimsoll.ground.problems import ExitCode, PlimsollError, Problem, SpecError
from plimsoll.ground.start_up import record
from plimsoll.plan.plan import Plan, Refusal
from plimsoll.plan.runs.plan import RunPlan, RunRefusal
from plimsoll.spec.read import LoadedSpec
from plimsoll.spec.runs.read import LoadedRun

if TYPE_CHECKING:  # start-up: read where a stack is planned
    from plimsoll.catalog.discounts.terms import Discounts
    from plimsoll.catalog.facts import Catalog
    from plimsoll.spec.overrides import Overrides
    from plimsoll.speed.facts import SpeedFacts

AUTO_MODE = "auto-mode"
"""The node maker whose nodes have a fee, by the name that a stack's `nodes` gives it."""

NAME_MAX = 57
"""63 characters of a node label, less the longest pool name and its dash."""
RESERVED_NAMES = frozenset(
    {
        "default",
        "gpu-operator",
        "keda",
        "kube-node-lease",
        "kube-public",
        "kube-system",
        "lws-system",
        "monitoring",
        "opencost",
        "shared",
    }
)
"""Namespaces of the cluster and its add-ons, and the cost tag of what workloads share."""


class NoPlanError(PlimsollError):
    """A spec of the stack has no plan; the exit code is the refusal's."""

    def __init__(self, problems: Sequence[Problem], exit_code: ExitCode) -> None:
        super().__init__(problems)
        self.exit_code = exit_code


def plan_workloads(
    specs: Sequence[Path],
    region: str | None,
    on: str | None,
    said: "Sequence[str] | Overrides" = (),
    prices: str | None = None,
    discounts: str | None = None,
    nodes: str | None = None,
) -> dict[str, Plan | RunPlan]:
    """Size every spec, of any kind, for `region` (None: its own) with the prices of `on` (None: the newest).

    `said` is what each is read as if it said, as `PATH=VALUE` or read already; `prices` is a
    folder of prices to use, `discounts` names the file of what is paid, `nodes` who makes the nodes.

    Raises:
        SpecError: The discounts file or a spec is wrong, two have one name, or one does not allow the region.
        NoPlanError: A spec has no plan: it does not fit, is over budget, or lacks a fact.
    """
    return plan_on(specs, PlanTerms(region, on, said, prices, discounts, nodes))


@record
class PlanTerms:
    """Specs are planned on these terms: where, on which day, as if they said what; what is paid and measured.

    The fields are the arguments of `plan_workloads`; `calibration` names the file of what was measured.
    """

    region: str | None
    on: str | None = None
    said: "Sequence[str] | Overrides" = ()
    prices: str | None = None
    discounts: str | None = None
    nodes: str | None = None
    calibration: str | None = None


def plan_on(specs: Sequence[Path], terms: PlanTerms) -> dict[str, Plan | RunPlan]:
    """Size every spec, of any kind, on terms.

    Raises:
        SpecError, NoPlanError: As `plan_workloads`; the calibration is wrong.
    """
    from plimsoll.catalog.tables import load
    from plimsoll.spec.runs.read import load_any
    from plimsoll.speed.read import speed_with

    catalog = made_by(terms.nodes, load(terms.on, terms.prices))
    overrides, speed = overrides_of(terms.said), speed_with(terms.calibration)
    read = ((str(spec), partial(load_any, spec, catalog, overrides)) for spec in specs)
    return _planned(read, terms.region, speed, own_terms(terms.discounts, catalog))


def made_by(nodes: str | None, catalog: "Catalog") -> "Catalog":
    """Take the facts that hold where this node maker makes the nodes: EKS Auto Mode has a fee."""
    return replace(catalog, auto_mode=True) if nodes == AUTO_MODE else catalog


def own_terms(file: str | None, catalog: "Catalog") -> "Discounts | None":
    """Read the discounts file of an organisation; None without one.

    Raises:
        SpecError: It is wrong.
    """
    if file is None:
        return None
    from plimsoll.catalog.discounts.read import read_discounts

    return read_discounts(file, catalog)


def overrides_of(said: "Sequence[str] | Overrides") -> "Overrides | None":
    """Read what specs are read as if they said."""
    if not said:
        return None
    from plimsoll.spec.overrides import Overrides, read_overrides

    return said if isinstance(said, Overrides) else read_overrides(said, ())


def plan_mapping(spec: Mapping[str, object], name: str, region: str) -> tuple[str, Plan]:
    """Size a spec given as data (numbers may arrive as floats); returns its name and its plan.

    Raises:
        PlimsollError: As `plan_workloads`.
    """
    from plimsoll.catalog.tables import load
    from plimsoll.spec.read import from_data
    from plimsoll.speed.read import load_speed

    data = json.loads(json.dumps({"name": name} | dict(spec)), parse_float=_number)
    planned = _planned([(name, partial(from_data, data, load(), file=name))], region, load_speed())
    ((workload, plan),) = ((each, found) for each, found in planned.items() if isinstance(found, Plan))
    return workload, plan


def _planned(
    specs: Iterable[tuple[str, Callable[[], LoadedSpec | LoadedRun]]],
    region: str | None,
    speed: "SpeedFacts",
    discounts: "Discounts | None" = None,
) -> dict[str, Plan | RunPlan]:
    """Read and size each spec, under the name that problems call it by."""
    from plimsoll.plan.of_spec import planned_one  # start-up: read where a stack is planned

    answers: dict[str, Plan | RunPlan] = {}
    refused: list[Refusal | RunRefusal] = []
    problems: list[Problem] = []
    for spec, name, loaded in placed_specs(specs, region, problems):
        answer = planned_one(loaded, speed, discounts)
        if isinstance(answer, Plan | RunPlan):
            answers[name] = answer
        else:
            refused.append(answer)
            problems.append(no_plan(answer.message, name, spec))
    if refused and len(refused) == len(problems):
        raise NoPlanError(problems, max(refusal.exit_code for refusal in refused))
    if problems:
        raise SpecError(problems)
    return answers


def placed_specs(
    specs: Iterable[tuple[str, Callable[[], LoadedSpec | LoadedRun]]],
    region: str | None,
    problems: list[Problem],
) -> Iterator[tuple[str, str, LoadedSpec | LoadedRun]]:
    """Read each spec, under the name that problems call it by, for the region of a stack (None: its own).

    Yields what can be placed beside the others, with its name; what is wrong with the rest joins `problems`.
    """
    from plimsoll.plan.of_spec import name_of  # start-up: read where a stack is planned

    placed = set[str]()
    for spec, read in specs:
        try:
            loaded = placed_in(read(), region, spec)
            name = name_of(loaded)
        except SpecError as error:
            problems.extend(error.problems)
            continue
        if unplaceable := unplaceable_beside(name, spec, placed):
            problems.append(unplaceable)
            continue
        placed.add(name)
        yield spec, name, loaded


def _number(digits: str) -> int | float:
    """A number as it was written: the wire turns 5 into 5.0."""
    value = float(digits)
    return int(value) if value.is_integer() else value


def placed_in(loaded: LoadedSpec | LoadedRun, region: str | None, spec: str) -> LoadedSpec | LoadedRun:
    """Narrow a spec to the region of a stack; None where that is its own to say.

    Raises:
        SpecError: The spec does not allow the region.
    """
    if region is None:
        return loaded
    if isinstance(loaded, LoadedRun):
        return replace(loaded, spec=_in_region(loaded.spec, region, spec))
    return replace(loaded, workload=_in_region(loaded.workload, region, spec))


def _in_region(workload: Any, region: str, spec: str) -> Any:  # noqa: ANN401 - the spec of any kind
    """Narrow a workload to the stack's region; without a region of its own it goes wherever the stack is."""
    if (workload.region or workload.regions) and region not in workload.region_names:
        raise SpecError(
            Problem(
                what=f"the stack builds in {region}, the spec allows {', '.join(workload.region_names)}",
                why="one stack is one cluster in one region",
                fix=f"add {region} to regions, or list the spec in a stack of its region",
                path="regions" if workload.regions else "region",
                file=spec,
            )
        )
    return workload.model_copy(update={"region": region, "regions": None})


def unplaceable_beside(name: str, spec: str, others: Collection[str]) -> Problem | None:
    """Say why a workload cannot be placed beside others of a stack, by name; None where it can."""
    if found := _unplaceable(name, spec):
        return found
    return _twice(name, spec) if name in others else None


def _unplaceable(name: str, spec: str) -> Problem | None:
    """Say why a workload's name cannot be a namespace and the head of its pools' names."""
    if name in RESERVED_NAMES:
        why = "that namespace, or cost tag, belongs to what workloads share"
    elif len(name) > NAME_MAX:
        why = f"with a pool's name it must fit a node label: at most {NAME_MAX} characters"
    else:
        return None
    return Problem(what=f"{name!r} cannot be placed", why=why, fix="rename it", path="name", file=spec)


def _twice(name: str, spec: str) -> Problem:
    return Problem(
        what=f"the stack has two workloads named {name!r}",
        why="the name is the namespace and the cost tag",
        fix="give one of them another name",
        path="name",
        file=spec,
    )


def no_plan(why: str, name: str, spec: str) -> Problem:
    """Say that a workload has no plan, and where all candidates are told."""
    return Problem(
        what=f"{name} has no plan",
        why=why,
        fix=f"'plimsoll plan {spec}' shows every candidate and the ways out",
        file=spec,
    )
