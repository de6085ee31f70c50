"""A contender is a workload of a portfolio: its priority, what it would get alone, what it may be offered."""

from collections.abc import Iterable
from fractions import Fraction

from plimsoll.candidates.candidate import Candidate
from plimsoll.candidates.refusal import only_over_budget
from plimsoll.candidates.search import Search
from plimsoll.ground.start_up import record
from plimsoll.plan.portfolio.cut import cut, without_spares


@record
class JointOffer:
    """A candidate as it may be given: whole, or held to fewer replicas; `whole` is what it was before."""

    whole: Candidate
    given: Candidate

    @property
    def replicas(self) -> int:
        """The most replicas that are given."""
        return self.given.must_be_sized().fleet.replicas.max

    @property
    def lacks(self) -> int:
        """The replicas that are not given."""
        return self.whole.must_be_sized().fleet.replicas.max - self.replicas


@record
class Contender:
    """One workload that something holds for alone."""

    name: str
    priority: Fraction
    tried: Search

    def whole(self, candidates: Iterable[Candidate] | None = None) -> list[JointOffer]:
        """JointOffer every candidate that holds, whole; or these."""
        return [JointOffer(each, each) for each in (self.tried.holding if candidates is None else candidates)]

    def freed(self) -> list[JointOffer]:
        """JointOffer whatever holds without the spec's own budget; none where that is nothing more."""
        workload = self.tried.workload
        if workload.budget is None:
            return []
        if workload.capacity.mix > 1:  # which pair is tried depends on the budget
            return self.whole(self.tried.holding_under(workload.model_copy(update={"budget": None})))
        over = only_over_budget(self.tried)
        return self.whole(self.tried.in_order([*self.tried.holding, *over])) if over else []

    def spared(self) -> list[JointOffer]:
        """JointOffer them without the replicas that only stand by for spot capacity that is taken back."""
        return [JointOffer(each, cut(each, without_spares(self.tried, each))) for each in self.tried.holding]


def lowest_first(contenders: Iterable[Contender]) -> list[Contender]:
    """Put those first who degrade first: the lowest priority, then the later name."""
    named = sorted(contenders, key=lambda each: each.name, reverse=True)
    return sorted(named, key=lambda each: each.priority)
