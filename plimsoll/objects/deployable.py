"""What is deployed of specs: the objects of each, as manifests, and what their reader should know."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from plimsoll.ground.problems import ExitCode, PlimsollError, Problem, SpecError
from plimsoll.ground.start_up import record
from plimsoll.objects.cluster import ClusterFacts, Object
from plimsoll.objects.container import missing_image, missing_image_of_run
from plimsoll.objects.facts_file import NOBODY, StackFacts
from plimsoll.objects.joint import joint_notes, joint_objects
from plimsoll.objects.manifest import file_name, text_of
from plimsoll.objects.runs.lustre import missing_place
from plimsoll.objects.runs.run import run_objects
from plimsoll.objects.workload import of_workload
from plimsoll.plan.of_stack import PlanTerms, plan_on
from plimsoll.plan.plan import Plan
from plimsoll.plan.portfolio.groups.deployed import Deployed
from plimsoll.plan.portfolio.groups.group import Group, joint_name
from plimsoll.plan.portfolio.groups.on_cluster import portfolio_on
from plimsoll.plan.runs.plan import RunPlan

TOLD = ("gated_model", "longest_request")
"""Warnings of a plan that whoever applies its manifests should read again."""


class NoImageError(PlimsollError):
    """Pods would have no image to run, or nothing to load."""

    exit_code = ExitCode.POLICY


@record
class Deployable:
    """Manifests by file name, in that order, the workloads they are of, and notes on them."""

    files: dict[str, str]
    workloads: list[str]
    notes: list[str]


Besides = Callable[[Plan | RunPlan | Group, ClusterFacts], Sequence[Object]]
"""What is written of a workload, or of nodes that several share, besides their own objects."""


def nothing_besides(_: Plan | RunPlan | Group, __: ClusterFacts) -> Sequence[Object]:
    """Write a workload's own objects alone."""
    return ()


def deployable(
    specs: Sequence[Path],
    facts: StackFacts,
    terms: PlanTerms,
    besides: Besides = nothing_besides,
    portfolio: Path | None = None,
) -> Deployable:
    """Plan specs for a cluster on terms, and write the objects of each, and what is besides.

    Where is the cluster's to say, and who makes its nodes: `facts` go before the terms. With the file of a
    `portfolio` they are planned together, and who can share nodes does.

    Raises:
        SpecError: A spec or the discounts file is wrong, two have one name, or nobody says where the file
            system of a run stands.
        NoPlanError: A spec has no plan.
        NoImageError: A workload has no image to run.
    """
    terms = replace(terms, region=facts.region, nodes=facts.nodes)
    joint = portfolio_on(specs, portfolio, terms) if portfolio is not None else None
    plans = plan_on(specs, terms) if joint is None else joint.plans
    placed = [(plan, _placed(name, plan, facts, joint)) for name, plan in plans.items()]
    placeless = [
        problem
        for plan, cluster in placed
        if isinstance(plan, RunPlan) and (problem := missing_place(plan, cluster)) is not None
    ]
    if placeless:
        raise SpecError(placeless)
    missing = [problem for plan, cluster in placed if (problem := _missing(plan, cluster)) is not None]
    if missing:
        raise NoImageError(missing)
    own = ((*objects_of(plan, cluster), *besides(plan, cluster)) for plan, cluster in placed)
    made = [each for objects in own for each in objects]
    made += joint_objects(joint, facts, besides) if joint is not None else ()
    files = {file_name(each): text_of(each) for each in made}
    notes = [note for plan in plans.values() for note in _notes(plan)]
    notes += joint_notes(joint) if joint is not None else ()
    unpaid = [
        cluster.workload for _, cluster in placed if NOBODY in (cluster.tags.team, cluster.tags.cost_center)
    ]
    notes += [_unpaid(name) for name in unpaid]
    # A group is named after one of its workloads: what is left of one that is no more goes too.
    names = [*plans, *(joint_name([name]) for name in (plans if joint is not None else ()))]
    return Deployable(dict(sorted(files.items())), names, notes)


def _placed(name: str, plan: Plan | RunPlan, facts: StackFacts, joint: Deployed | None) -> ClusterFacts:
    cluster = facts.of(name, plan.workload.get("owner") or {})
    group = joint.group_of(name) if joint is not None else None
    return cluster if group is None else replace(cluster, home=group.node.name)


def objects_of(plan: Plan | RunPlan, cluster: ClusterFacts) -> tuple[Object, ...]:
    """Build every object of a workload of any kind, in an order in which they can be applied.

    Raises:
        SpecError: The plan cannot run there.
    """
    return of_workload(plan, cluster) if isinstance(plan, Plan) else tuple(run_objects(plan, cluster))


def _missing(plan: Plan | RunPlan, cluster: ClusterFacts) -> Problem | None:
    if isinstance(plan, Plan):
        return missing_image(plan, cluster)
    return missing_image_of_run(plan.container.image, cluster, plan.container.image_key)


def _notes(plan: Plan | RunPlan) -> Iterator[str]:
    for warning in plan.warnings:
        if warning.code in TOLD:
            yield f"{plan.workload['name']}: {warning.code}: {warning.message}"


def _unpaid(name: str) -> str:
    return (
        f"{name}: nobody says who pays, so labels say {NOBODY!r}; set owner in the spec, or tags in the stack"
    )
