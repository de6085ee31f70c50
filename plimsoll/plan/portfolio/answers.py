"""The answer of each workload of a portfolio: its plan, whole or held to what it gets, or its refusal."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from plimsoll.candidates.candidate import Candidate
from plimsoll.candidates.row import WayOut
from plimsoll.ground.problems import ExitCode
from plimsoll.ground.units import usd_text
from plimsoll.plan.cost import cost
from plimsoll.plan.plan import Clash, Plan, Refusal
from plimsoll.plan.portfolio.contender import Contender, JointOffer
from plimsoll.plan.portfolio.joint import Joint
from plimsoll.plan.portfolio.limits import Book, exceeded, needs_of
from plimsoll.plan.portfolio.loses import loses
from plimsoll.plan.portfolio.ways_out import Exit
from plimsoll.plan.quotas.quota import quotas_of
from plimsoll.plan.size import plan_of, refused
from plimsoll.plan.warnings.warning import PlanWarning
from plimsoll.sizing.limits import LIMITS, Reason


def answer_of(
    contender: Contender, joint: Joint, book: Book, ways: Sequence[Exit], code: ExitCode
) -> Plan | Refusal:
    """Write what a workload gets; `ways` are those out of the portfolio, `code` that of its refusals."""
    offer = joint.offers[contender.name]
    others = [
        each.given for name, each in joint.offers.items() if each is not None and name != contender.name
    ]
    if offer is None:
        return _refused(contender, joint, book, others, _own_ways(contender.name, ways), code)
    plan = _plan(contender, offer.whole, book, others)
    return _held(plan, contender, offer) if offer.lacks else plan


def _plan(contender: Contender, best: Candidate, book: Book, others: Sequence[Candidate]) -> Plan:
    """Plan the candidate; those that would come before it say which limit they break beside the others."""
    tried = contender.tried
    before = tried.holding[: tried.holding.index(best)]
    broken = {id(each): reasons for each in before if (reasons := tuple(_broken(each, book, others)))}
    holding = tuple(each for each in tried.holding if each is not best and id(each) not in broken)
    candidates = tuple(
        replace(each, reasons=broken[id(each)]) if id(each) in broken else each for each in tried.candidates
    )
    return plan_of(replace(tried, candidates=candidates, holding=(best, *holding)), best)


def _broken(candidate: Candidate, book: Book, others: Sequence[Candidate]) -> Iterator[Reason]:
    for limit, need in exceeded(book, needs_of(book, [*others, candidate])):
        message = (
            f"with it all workloads need {limit.written(need)} of {limit.name}, which allows "
            f"{limit.written(limit.most)}"
        )
        scale = 100 if limit.code == "budget" else 1
        yield LIMITS[limit.code].broken(message, limit.most / scale, need / scale)


def _held(plan: Plan, contender: Contender, offer: JointOffer) -> Plan:
    """Hold a plan to fewer replicas; latencies are those at the load that they then carry."""
    sized = offer.given.must_be_sized()
    fleet, bill = sized.fleet, sized.bill
    first, *rows = plan.candidates
    row = replace(
        first,
        replicas=fleet.replicas,
        usd_per_month_expected=usd_text(bill.expected),
        usd_per_month_ceiling=usd_text(bill.ceiling),
        usd_per_million_output_tokens=None,
    )
    asked = offer.replicas + offer.lacks
    message = f"held to {offer.replicas} of {asked} replicas by the portfolio: {loses(contender, offer)}"
    return replace(
        plan,
        chosen=replace(plan.chosen, replicas=fleet.replicas, pools=fleet.pools),
        cost=cost(offer.given, None),
        autoscaling=replace(
            plan.autoscaling, min_replicas=fleet.replicas.min, max_replicas=fleet.replicas.max
        ),
        candidates=(row, *rows),
        quotas=quotas_of(offer.given.instance_of, fleet.pools),
        warnings=(PlanWarning("degraded", message), *plan.warnings),
        pin_cost=None,
        purchase=sized.purchase,
    )


def _refused(
    contender: Contender,
    joint: Joint,
    book: Book,
    others: Sequence[Candidate],
    ways: tuple[WayOut, ...],
    code: ExitCode,
) -> Refusal:
    tried = contender.tried
    broken = {id(each): tuple(_broken(each, book, others)) for each in tried.holding}
    whole = f"not within {', '.join(limit.name for limit in book.limits if limit.code in joint.binding)}"
    otherwise = (LIMITS[joint.binding[0]].broken(f"{whole} beside workloads of a higher priority"),)
    candidates = tuple(
        replace(each, reasons=broken[id(each)] or otherwise) if id(each) in broken else each
        for each in tried.candidates
    )
    message = (
        f"{len(tried.holding)} of {len(candidates)} candidates hold every limit of the spec, none fits "
        f"beside the other workloads of the portfolio; what binds: {', '.join(joint.binding)}"
    )
    return refused(
        replace(tried, candidates=candidates, holding=()), Clash(joint.binding, ways, message), code
    )


def _own_ways(name: str, ways: Sequence[Exit]) -> tuple[WayOut, ...]:
    """The ways out that are of the file or of this workload's spec, at the price that it then has."""
    found: list[WayOut] = []
    for way in ways:
        if way.workload in (None, name):
            bill, said = way.offers[name].given.must_be_sized().bill, way.written()
            ceiling = usd_text(bill.ceiling)
            found.append(WayOut(said.change, said.from_, said.to, ceiling, said.message))
    return tuple(found)
