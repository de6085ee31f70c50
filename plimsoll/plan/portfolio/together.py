"""Plan several workloads together: each is searched alone, then one choice is made for all."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from plimsoll.candidates.candidate import Candidate
from plimsoll.candidates.search import Search, search
from plimsoll.catalog.quota_codes import quota_codes
from plimsoll.ground.problems import ExitCode
from plimsoll.ground.start_up import record
from plimsoll.ground.units import usd_text
from plimsoll.plan.plan import Plan, Refusal
from plimsoll.plan.portfolio.answers import answer_of
from plimsoll.plan.portfolio.contender import Contender
from plimsoll.plan.portfolio.document import (
    BudgetUse,
    GivenUp,
    JointRefusal,
    JointShare,
    JointUsd,
    JointVerdict,
    Portfolio,
    QuotaUse,
)
from plimsoll.plan.portfolio.file import PortfolioFile
from plimsoll.plan.portfolio.groups.deployed import Deployed, deployed, joint_usd
from plimsoll.plan.portfolio.groups.group import Group
from plimsoll.plan.portfolio.groups.kept import kept
from plimsoll.plan.portfolio.joint import Joint, joint_choice
from plimsoll.plan.portfolio.limits import Book, book_of, total_usd, vcpus_of
from plimsoll.plan.portfolio.loses import loses
from plimsoll.plan.portfolio.own_budgets import budget_costs
from plimsoll.plan.portfolio.turns import kept_apart, shared_nodes
from plimsoll.plan.portfolio.ways_out import Exit, exits
from plimsoll.plan.size import refusal_of
from plimsoll.plan.total import total
from plimsoll.sizing.limits import BUDGET
from plimsoll.spec.read import LoadedSpec
from plimsoll.speed.facts import SpeedFacts

if TYPE_CHECKING:
    from plimsoll.catalog.discounts.terms import Discounts


@record
class PlannedTogether:
    """The answer of each workload, in the order of the specs, and what they are together."""

    answers: tuple[Plan | Refusal, ...]
    portfolio: Portfolio
    deployed: Deployed | None
    """What is deployed of it, those who could share nodes sharing them; None where not all is given."""


def plan_together(
    specs: Sequence[LoadedSpec],
    file: PortfolioFile,
    speed: SpeedFacts,
    discounts: "Discounts | None" = None,
) -> PlannedTogether:
    """Plan workloads under one budget and one set of quotas. Their names differ.

    `discounts` are what the organisation pays in place of list prices: a commitment counts once for all.
    """
    tried = [search(each.workload, each.architecture, each.catalog, speed, discounts) for each in specs]
    return _Table(specs, file, tried).answer()


class _Table:
    """What is known of one portfolio once its workloads were searched."""

    def __init__(self, specs: Sequence[LoadedSpec], file: PortfolioFile, tried: Sequence[Search]) -> None:
        self._specs, self._file, self._tried = specs, file, tried
        self._contenders = [
            Contender(each.workload.name, file.priority_of(each.workload.name), each)
            for each in tried
            if each.holding
        ]
        holding = [candidate for each in self._contenders for candidate in each.tried.holding]
        self._book: Book = book_of(file, holding)
        self._joint: Joint = joint_choice(self._contenders, self._book)
        self._ways: list[Exit] = self._exits()
        self._budget_costs = budget_costs(self._everyone(), self._joint, self._book_of)
        self._rents = {
            each.name: each.tried.holding[0] if self._gives_up(each) else self._given(each)
            for each in self._contenders
        }
        self._groups: tuple[Group, ...] = kept(shared_nodes(tried, self._rents), self._rents, tried, file)

    def answer(self) -> PlannedTogether:
        answers = tuple(
            replace(one, assumptions=(*spec.assumed, *one.assumptions)) if spec.assumed else one
            for spec, one in zip(self._specs, self._answers(), strict=True)
        )
        portfolio = self._portfolio(answers)
        plans = {str(each.workload["name"]): each for each in answers if isinstance(each, Plan)}
        whole = portfolio.verdict == "holds"
        return PlannedTogether(
            answers, portfolio, deployed(plans, self._tried, self._groups) if whole else None
        )

    def _exits(self) -> list[Exit]:
        if not self._joint.binding:
            return []
        less = [each for each in self._contenders if self._gives_up(each)]
        return exits(self._contenders, less, self._book_of)

    def _book_of(self, candidates: Sequence[Candidate]) -> Book:
        return book_of(self._file, candidates)

    def _everyone(self) -> list[Contender]:
        """Each workload in the order of the specs, those too for which nothing holds alone."""
        names = [(each.workload.name, each) for each in self._tried]
        return [Contender(name, self._file.priority_of(name), each) for name, each in names]

    def _gives_up(self, contender: Contender) -> bool:
        offer = self._joint.offers[contender.name]
        return offer is None or offer.lacks > 0

    def _given(self, contender: Contender) -> Candidate:
        offer = self._joint.offers[contender.name]
        assert offer is not None, "who gives up nothing has an offer"
        return offer.given

    @property
    def _code(self) -> ExitCode:
        """4 if only the budget binds, 3 if anything else does."""
        if not self._joint.binding:
            return ExitCode.OK
        return ExitCode.OVER_BUDGET if self._joint.binding == (BUDGET.code,) else ExitCode.INFEASIBLE

    def _answers(self) -> list[Plan | Refusal]:
        named = {each.name: each for each in self._contenders}
        return [
            answer_of(named[tried.workload.name], self._joint, self._book, self._ways, self._code)
            if tried.workload.name in named
            else refusal_of(tried)
            for tried in self._tried
        ]

    def _portfolio(self, answers: Sequence[Plan | Refusal]) -> Portfolio:
        sums, given_up = total(answers), self._given_up()
        refused = any(isinstance(each, Refusal) for each in answers)
        verdict: JointVerdict = "refused" if refused else "degraded" if given_up else "holds"
        whole = verdict == "holds"
        return Portfolio(
            verdict=verdict,
            usd_per_month=JointUsd(sums["floor"], sums["expected"], sums["ceiling"]),
            budget=self._budget(),
            quotas=self._quotas(),
            degraded=given_up,
            shares=tuple(self._share(tried, one) for tried, one in zip(self._tried, answers, strict=True)),
            shared=tuple(each.node for each in self._groups),
            kept_apart=kept_apart(self._tried, self._rents),
            refusal=self._refusal(given_up),
            proven=self._joint.proven,
            usd_per_month_shared=joint_usd(self._rents, self._groups) if whole and self._groups else None,
            exit_code=int(max([self._code, *(each.exit_code for each in answers)])),
        )

    def _asked(self) -> list[Candidate]:
        """What is rented, and what those would take who are refused."""
        offers = self._joint.offers
        return [
            offer.given if (offer := offers[each.name]) is not None else self._joint.wanted[each.name]
            for each in self._contenders
        ]

    def _budget(self) -> BudgetUse | None:
        budget = self._file.budget
        if budget is None:
            return None
        need = total_usd(self._asked(), budget.basis)
        return BudgetUse(usd_text(budget.usd_per_month), budget.basis, usd_text(need))

    def _quotas(self) -> tuple[QuotaUse, ...]:
        needs: dict[tuple[str, str], int] = {}
        for candidate in self._asked():
            for (region, code), vcpus in vcpus_of(candidate).items():
                if code:
                    needs[code, region] = needs.get((code, region), 0) + vcpus
        names = quota_codes()
        return tuple(
            QuotaUse(code, names.get(code, code), region, need, self._file.quotas.get(code))
            for (code, region), need in sorted(needs.items())
        )

    def _given_up(self) -> tuple[GivenUp, ...]:
        found: list[GivenUp] = []
        for each in self._contenders:
            offer = self._joint.offers[each.name]
            if offer is None:
                was = self._joint.wanted[each.name].must_be_sized().fleet.replicas.max
                found.append(GivenUp(each.name, was, 0, loses(each, None)))
            elif offer.lacks:
                was = offer.replicas + offer.lacks
                found.append(GivenUp(each.name, was, offer.replicas, loses(each, offer)))
        return tuple(found)

    def _share(self, tried: Search, answer: Plan | Refusal) -> JointShare:
        plan = answer if isinstance(answer, Plan) else None
        alone = tried.holding[0] if tried.holding else None
        return JointShare(
            name=tried.workload.name,
            priority=float(self._file.priority_of(tried.workload.name)),
            chosen=plan.chosen.id if plan else None,
            replicas=plan.chosen.replicas.max if plan else None,
            usd_per_month_expected=plan.cost.usd_per_month.expected if plan else None,
            alone=alone.id if alone else None,
            alone_usd_per_month_expected=usd_text(alone.must_be_sized().bill.expected) if alone else None,
            budget_cost=self._budget_costs.get(tried.workload.name),
        )

    def _refusal(self, given_up: Sequence[GivenUp]) -> JointRefusal | None:
        if not self._joint.binding:
            return None
        whose = ", ".join(f"{each.name} gets {each.now} of {each.was} replicas" for each in given_up)
        message = f"not all fit: {' and '.join(self._joint.binding)} binds; {whose}"
        return JointRefusal(self._joint.binding, tuple(each.written() for each in self._ways), message)
