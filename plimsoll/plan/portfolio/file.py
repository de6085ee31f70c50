"""A portfolio's file says what several workloads share: a budget, quotas, and who goes first."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from math import isfinite
from typing import cast

from plimsoll.ground.paths import KeyPath
from plimsoll.ground.problems import Problem, SpecError, nearest
from plimsoll.ground.start_up import record
from plimsoll.plan.quotas.file import quotas_in, shown, unknown_keys
from plimsoll.spec import defaults
from plimsoll.text.file_kind import FileKind
from plimsoll.text.places import Source, in_order
from plimsoll.text.source import parse

KIND = FileKind(
    "a portfolio",
    "one portfolio",
    "it limits nothing",
    "write budget: {usd_per_month: NUMBER}, quotas: {L-DB2E81BA: 768}, priority: {NAME: 2}",
)

BUDGET_KEYS, BASES = ("usd_per_month", "basis"), ("ceiling", "expected")

FIRST_PRIORITY = Fraction(1)
"""The priority of a workload of which the file says none: all weigh alike."""

LEAST_USD, MOST_USD, MOST_PRIORITY = Decimal("0.01"), Decimal(10**12), 10**6
"""As of a spec's own budget; and no list of workloads needs more steps of priority."""


@record
class JointBudget:
    """The most that all workloads together may cost in a month, on one of the three numbers."""

    usd_per_month: Decimal
    basis: str


@record
class PortfolioFile:
    """What a portfolio's file says; `priority` holds the workloads that it names, higher goes first."""

    file: str
    budget: JointBudget | None
    quotas: Mapping[str, int]
    priority: Mapping[str, Fraction]

    def priority_of(self, name: str) -> Fraction:
        """The priority of a workload."""
        return self.priority.get(name, FIRST_PRIORITY)


def read_portfolio(raw: bytes, file: str, names: Sequence[str]) -> PortfolioFile:
    """Read a portfolio's file for the workloads of these names.

    Raises:
        SpecError: with every problem of the file, its line and column; or two workloads have one name.
    """
    source = parse(raw, file, KIND)
    quotas, wrong = quotas_in(source)
    reading = _Reading(source, [*unknown_keys(source), *wrong])
    found = PortfolioFile(file, reading.budget(), quotas, reading.priority(names))
    problems = [
        *source.problems,
        *(source.placed(each) if not each.line else each for each in reading.problems),
    ]
    problems += [source.cut] if source.cut is not None else []
    if problems:
        raise SpecError(in_order(problems))
    _unique(names, file)
    return found


def _unique(names: Sequence[str], file: str) -> None:
    """Refuse two workloads of one name: a priority and a choice would be of both."""
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        why = "a portfolio tells its workloads apart by name"
        raise SpecError(
            [
                Problem(f"two specs are called {name!r}", why, "name one otherwise", "SPEC", file)
                for name in twice
            ]
        )


class _Reading:
    """Reads the parts of one file, and keeps what is wrong with them."""

    def __init__(self, source: Source, problems: list[Problem]) -> None:
        self._source = source
        self.problems = problems

    def budget(self) -> JointBudget | None:
        """Read the budget; None where the file has none."""
        given = self._mapping("budget", "budget: {usd_per_month: NUMBER, basis: ceiling}")
        if given is None:
            return None
        for key in given:
            if key not in BUDGET_KEYS:
                fix = nearest(key[:60], BUDGET_KEYS) or f"its keys are {', '.join(BUDGET_KEYS)}"
                problem = Problem(f"unknown key {key[:60]!r}", "", fix, ("budget", key))
                self.problems.append(self._source.placed(problem, of_key=True))
        return JointBudget(self._usd(given), self._basis(given))

    def _usd(self, given: Mapping[str, object]) -> Decimal:
        path: KeyPath = ("budget", "usd_per_month")
        if path[-1] not in given:
            self._wrong(
                path, "usd_per_month is missing", "a budget says how much", "add usd_per_month: NUMBER"
            )
            return LEAST_USD
        value = given["usd_per_month"]
        if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value):
            self._wrong(
                path, f"{shown(value)} is no amount", "US dollars a month, as a number", "write 120000"
            )
            return LEAST_USD
        amount = Decimal(str(value))
        if not LEAST_USD <= amount <= MOST_USD:
            self._wrong(
                path, f"{shown(value)} is out of bounds", f"{LEAST_USD} to {MOST_USD:,} US dollars a month"
            )
        return amount

    def _basis(self, given: Mapping[str, object]) -> str:
        basis = given.get("basis", defaults.BUDGET_BASIS)
        if basis not in BASES:
            fix = nearest(str(basis)[:60], BASES) or f"write {' or '.join(BASES)}"
            self._wrong(
                ("budget", "basis"), f"{shown(basis)} is no basis", "the number that the budget limits", fix
            )
        return str(basis)

    def priority(self, names: Sequence[str]) -> Mapping[str, Fraction]:
        """Read the priority of each workload that has one."""
        given = self._mapping("priority", "priority: {NAME: 2}")
        found: dict[str, Fraction] = {}
        for name, value in (given or {}).items():
            path: KeyPath = ("priority", name)
            if name not in names:
                fix = nearest(name[:60], names) or f"workloads: {', '.join(names)}"
                problem = Problem(
                    f"no workload is called {name[:60]!r}", "a priority is of a spec given here", fix, path
                )
                self.problems.append(self._source.placed(problem, of_key=True))
            number = isinstance(value, int | float) and not isinstance(value, bool)
            if not number or not 0 < cast("float", value) <= MOST_PRIORITY:
                why = f"a number above 0, to {MOST_PRIORITY:,}; the higher goes first"
                self._wrong(path, f"{shown(value)} is no priority", why, "write 2")
            else:
                found[name] = Fraction(str(value))
        return found

    def _mapping(self, key: str, example: str) -> Mapping[str, object] | None:
        given: object = self._source.value.get(key)
        if key not in self._source.value:
            return None
        if isinstance(given, dict):
            return cast("Mapping[str, object]", given)
        self._wrong((key,), f"{key} is no mapping", f"{shown(given)} stands there", f"write {example}")
        return None

    def _wrong(self, path: KeyPath, what: str, why: str, fix: str = "") -> None:
        self.problems.append(Problem(what, why, fix, path))
