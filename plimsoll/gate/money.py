"""A budget is judged on an amount: ceiling or expected, of the graph or of a part of it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from plimsoll.gate.case import Case
from plimsoll.gate.claims import claimant, claimed
from plimsoll.gate.scope import Scope
from plimsoll.graph.resource import Resource
from plimsoll.pricing import CannotPrice, Charge
from plimsoll.pricing.result import ZERO, Unpriceable


def usd_of(value: Decimal | float | int) -> Decimal:
    """Read an amount of a checked configuration without the noise of a binary float."""
    return Decimal(repr(value)) if isinstance(value, float) else Decimal(value)


@dataclass(slots=True)
class Account:
    """An account holds what one component claims, and what its children cost so far. USD per month.

    A component inside it that claims too has an account `inside`: what it claims is part of this claim.
    """

    ceiling_claim: Decimal = ZERO
    expected_claim: Decimal | None = None
    ceiling: Decimal = ZERO
    floor: Decimal = ZERO
    inside: list["Account"] = field(default_factory=list["Account"])

    def worst(self) -> Decimal:
        """Take the larger of claim and cost: the budget is crossed before the first child exists."""
        return max(self.ceiling_claim, sum((each.worst() for each in self.inside), self.ceiling))

    def expected(self) -> Decimal:
        """Take the claimed expected bill, never below the floor nor above the ceiling."""
        if self.expected_claim is None:
            claimed_inside = sum((each.worst() for each in self.inside), ZERO)
            besides = max(self.ceiling_claim - claimed_inside, self.ceiling)
            return sum((each.expected() for each in self.inside), besides)
        return min(max(self.expected_claim, self.least()), self.worst())

    def least(self) -> Decimal:
        """Add up the floor of what is inside it."""
        return sum((each.least() for each in self.inside), self.floor)


@dataclass(slots=True)
class Ledger:
    """A ledger sums up one scope as it goes. Expected money is known only where a component states it."""

    scope: Scope
    accounts: dict[str, Account] = field(default_factory=dict[str, Account])
    outermost: list[Account] = field(default_factory=list[Account])
    loose: Decimal = ZERO
    committed: Decimal = ZERO

    def commit(self, lines: Iterable[Charge], case: Case) -> None:
        """Count each commitment whole that can apply to a resource of the scope, in place of those before."""
        self.committed = sum(
            (
                line.usd_per_month
                for line in lines
                if line.kind == "commitment" and line.of == "ceiling" and self._bears(line, case)
            ),
            ZERO,
        )

    def _bears(self, line: Charge, case: Case) -> bool:
        bearers = (case.by_urn[urn] for urn in line.covers if urn in case.by_urn)
        return self.scope.everything or any(self.holds(resource, case) for resource in bearers)

    def open(self, resource: Resource, case: Case) -> None:
        """Enter a resource's own claim, if it is a component of the scope that makes one."""
        try:
            ceiling, expected = claimed(resource), claimed(resource, "expected")
        except Unpriceable:
            return  # `unpriced-cost` refuses it
        if ceiling is None or not self.holds(resource, case):
            return
        if resource.urn not in self.accounts:
            self.accounts[resource.urn] = account = Account()
            above = (self.accounts.get(each.urn) for each in case.ancestors(resource))
            around = next((each for each in above if each is not None), None)
            (self.outermost if around is None else around.inside).append(account)
        account = self.accounts[resource.urn]
        account.ceiling_claim, account.expected_claim = ceiling, expected

    def enter(self, resource: Resource, case: Case, ceiling: Decimal, floor: Decimal) -> None:
        """Enter what a resource costs, or by how much that has changed."""
        if not (ceiling or floor) or not self.holds(resource, case):
            return
        above = claimant(resource, case)
        if above is None or above.urn not in self.accounts:
            self.loose += ceiling
            return
        account = self.accounts[above.urn]
        account.ceiling += ceiling
        account.floor += floor

    def holds(self, resource: Resource, case: Case) -> bool:
        """Tell whether the scope is about this resource."""
        return self.scope.everything or self.scope.matches(resource, case)

    def total(self, basis: str) -> Decimal:
        """Sum up, USD per month."""
        expected = basis == "expected"
        parts = (a.expected() if expected else a.worst() for a in self.outermost)
        return self.loose + self.committed + sum(parts, ZERO)


@dataclass(frozen=True, slots=True)
class Amount:
    """A scope costs an amount a month, USD: what is known, its lines, and what has no price or end."""

    known: Decimal
    lines: tuple[Charge, ...]
    unknown: tuple[CannotPrice, ...]


def amount_of(case: Case, scope: Scope, basis: str) -> Amount:
    """Add up a scope of a whole graph on a basis, `ceiling` or `expected`.

    What is of no created resource (an amount allowed for what an input leaves out) is the stack's alone.
    """
    ledger = Ledger(scope)
    inside = [r for r in case.created() if ledger.holds(r, case)]
    urns = {resource.urn for resource in inside}
    ledger.commit(case.priced.lines, case)
    ledger.scope = Scope()  # what follows is inside already
    for resource in inside:
        ledger.open(resource, case)
    costs = _costs(case.priced.lines)
    for resource in inside:
        ledger.enter(resource, case, *costs.get(resource.urn, (ZERO, ZERO)))
    everything = scope.matches_stack(case)
    ceilings = [line for line in case.priced.lines if line.of == "ceiling"]
    nobodys = [line for line in ceilings if everything and line.kind != "commitment" and line.urn not in urns]
    ledger.loose += sum((line.usd_per_month for line in nobodys), ZERO)
    lines = (*(line for line in ceilings if line.urn in urns), *nobodys)
    unknown = tuple(p for p in case.priced.cannot_price if everything or p.urn in urns)
    return Amount(ledger.total(basis), lines, unknown)


def _costs(lines: Iterable[Charge]) -> dict[str, tuple[Decimal, Decimal]]:
    costs: dict[str, tuple[Decimal, Decimal]] = {}
    for line in lines:
        ceiling, floor = costs.get(line.urn, (ZERO, ZERO))
        if line.of == "ceiling":
            ceiling += line.usd_per_month
        else:
            floor += line.usd_per_month
        costs[line.urn] = ceiling, floor
    return costs
