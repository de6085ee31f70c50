"""Find what there is to say about a code: as a reason, a warning, a violation, or the name of a policy."""

from collections.abc import Iterator, Mapping, Sequence

from plimsoll.gate.rules import RULES
from plimsoll.ground.problems import Problem, SpecError, nearest
from plimsoll.show.explain.entry import Explanation, Kind, Told
from plimsoll.show.explain.reasons import REASONS
from plimsoll.show.explain.violations import VIOLATIONS
from plimsoll.show.explain.warnings import WARNINGS

TABLES: Mapping[Kind, Mapping[str, Told]] = {
    "reason": REASONS,
    "warning": WARNINGS,
    "violation": VIOLATIONS,
}
"""Kind to its codes. A new kind of code is a table here."""

_LONGEST = 60


def explained(codes: Sequence[str]) -> list[Explanation]:
    """Explain each code, whatever its case and its dashes; all there are where none is named.

    A code that means something in several places is explained for each.

    Raises:
        SpecError: with every code that is none, and the nearest that is one.
    """
    everything = list(_all())
    if not codes:
        return everything
    wanted = {code: _plain(code) for code in codes}
    known = {_plain(each.code): each.code for each in everything}
    unknown = [code for code, plain in wanted.items() if plain not in known]
    if unknown:
        raise SpecError([_no_such(code, list(known.values())) for code in unknown])
    return [each for plain in wanted.values() for each in everything if _plain(each.code) == plain]


def _all() -> Iterator[Explanation]:
    for kind, table in TABLES.items():
        for code, told in table.items():
            yield Explanation(code, kind, told.means, told.raised_by, told.mended_by, told.example)
    for rule in RULES:
        raised = f"What breaks it is a violation, by default {rule.level}, of {rule.severity} severity."
        example = f'{{"{rule.name}": "disabled"}} in the policy configuration switches it off'
        yield Explanation(rule.name, "policy", rule.description, raised, rule.remediation, example)


def _plain(code: str) -> str:
    return code.strip().lower().replace("-", "_")


def _no_such(code: str, known: list[str]) -> Problem:
    fix = nearest(code[:_LONGEST], known) or "'plimsoll explain' lists them"
    return Problem(f"no code {code[:_LONGEST]!r}", "", fix, "CODE")
