"""An amount allowed for use stands for what resources bill by use alone, in the ceiling and in every budget.

`usageAllowance` of the policy `unpriced-cost` maps globs to USD per month. A glob with `::` in it is matched
against URNs, any other against type tokens. Of several that match one resource a URN's beats a type's, and
the longer one wins. Each glob is one line, whatever it matches; one that matches nothing is a mistake.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fnmatch import fnmatchcase

from plimsoll.gate.money import usd_of
from plimsoll.gate.rule import Config
from plimsoll.ground.problems import Problem, SpecError, nearest
from plimsoll.pricing import BilledByUse, Charge, Priced
from plimsoll.pricing.result import cost_of

KEY = "usageAllowance"


@dataclass(frozen=True, slots=True)
class UsageAllowance:
    """One glob, and what everything that it wins may cost together, USD per month."""

    glob: str
    usd_per_month: Decimal

    @property
    def of_urns(self) -> bool:
        """Whether it is matched against URNs; else against type tokens."""
        return "::" in self.glob

    def matches(self, each: BilledByUse) -> bool:
        """Tell whether a resource that bills by use is meant."""
        return fnmatchcase(each.urn if self.of_urns else each.type, self.glob)


def usage_allowances(config: Config) -> tuple[UsageAllowance, ...]:
    """Read them from the values of `unpriced-cost`, the one that wins first."""
    found = [UsageAllowance(glob, usd_of(usd)) for glob, usd in config.get(KEY, {}).items()]
    return tuple(sorted(found, key=lambda each: (not each.of_urns, -len(each.glob), each.glob)))


def with_usage(
    priced: Priced, allowances: Sequence[UsageAllowance], lines: dict[str, str], on_date: str
) -> Priced:
    """Put one line a glob beside what it wins: the first of it carries the line, the others name the glob.

    `lines` says which resource carries the line of a glob; where graphs are priced piece by piece, it is
    kept from one piece to the next.
    """
    if not allowances or not priced.by_use:
        return priced
    kept: list[BilledByUse] = []
    added: list[Charge] = []
    for each in priced.by_use:
        allowance = next((one for one in allowances if one.matches(each)), None)
        if allowance is None:
            kept.append(each)
        elif lines.setdefault(allowance.glob, each.urn) == each.urn:
            added.append(_line(each, allowance, on_date))
        else:
            kept.append(replace(each, allowance=allowance.glob))
    return replace(priced, lines=(*priced.lines, *added), by_use=tuple(kept))


def _line(each: BilledByUse, allowance: UsageAllowance, on_date: str) -> Charge:
    usd = allowance.usd_per_month
    return Charge(
        each.urn,
        f"use allowed for {allowance.glob}",
        "ceiling",
        Decimal(1),
        "month",
        usd,
        cost_of(Decimal(1), usd),
        f"{KEY} of the policy unpriced-cost",
        on_date,
        "stands for everything that the glob matches and that bills by use",
    )


def without_match(priced: Priced, allowances: Sequence[UsageAllowance]) -> list[UsageAllowance]:
    """List the allowances whose glob matches nothing that bills by use."""
    return [one for one in allowances if not any(map(one.matches, priced.by_use))]


def check_matches(priced: Priced, allowances: Sequence[UsageAllowance], file: str) -> None:
    """Refuse a glob that matches nothing: it is a typing mistake, or what it meant is gone.

    Raises:
        SpecError: with every such glob, and the nearest type that bills by use.
    """
    types = sorted({each.type for each in priced.by_use})
    problems = [
        Problem(
            f"{KEY} {one.glob[:100]!a} matches nothing",
            "no resource that bills by use has such a " + ("URN" if one.of_urns else "type"),
            nearest(one.glob, types) or _hint(types),
            f"unpriced-cost.{KEY}",
            file,
        )
        for one in without_match(priced, allowances)
    ]
    if problems:
        raise SpecError(problems)


def _hint(types: Sequence[str]) -> str:
    return f"types here that bill by use: {', '.join(types[:10])}" if types else "leave it out"
