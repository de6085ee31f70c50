"""Try a case on every road to the verdict: whole, resource by resource, and through the engine's messages."""

from dataclasses import dataclass

from plimsoll.catalog.facts import Catalog
from plimsoll.gate import Verdict, judge
from plimsoll.gate.session import Session
from plimsoll.gate.settings import read_settings
from tests.make.adversaries.case import Case


@dataclass(frozen=True)
class Outcome:
    """What the gate said about one case. `codes` are those of the violations that block."""

    case: Case
    codes: frozenset[str]
    verdict: Verdict
    early: frozenset[str]

    @property
    def killed(self) -> bool:
        """Blocked, and for the right reason, on both roads."""
        return self.case.expect in self.codes and bool(self.early)

    @property
    def passed(self) -> bool:
        return not self.codes and not self.early


def attack(case: Case, catalog: Catalog) -> Outcome:
    """Judge the graph as `plimsoll check` does, and as the pack does while the program runs."""
    settings = read_settings(case.config)
    verdict = judge(case.graph, catalog, settings)
    session = Session(catalog, settings, stack=case.graph.stack, region=case.graph.region)
    said = [v for r in case.graph.resources if not r.external for v in session.register(r)]
    said += session.unsaid(session.finish([r for r in case.graph.resources if r.external]))
    return Outcome(
        case,
        frozenset(v.code for v in verdict.violations if v.blocks),
        verdict,
        frozenset(v.code for v in said if v.blocks),
    )
