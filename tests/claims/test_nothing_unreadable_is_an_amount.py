"""Whatever is no number, no type and no class, where money hangs on one, is refused; it is never none."""

import pytest

from plimsoll.catalog.tables import load
from plimsoll.gate import judge
from plimsoll.gate.settings import read_settings
from tests.make.adversaries.attack import attack
from tests.make.adversaries.case import Case
from tests.make.adversaries.money_graphs import GRAPHS
from tests.make.adversaries.nonsense import PLACES, Place, attacks_on, nonsense, untouched

CASES = list(nonsense())


def blocking(case: Case) -> set[str]:
    verdict = judge(case.graph, load(), read_settings(case.config))
    return {violation.code for violation in verdict.violations if violation.blocks}


def test_the_table_is_as_wide_as_it_claims() -> None:
    assert len(CASES) >= 1000
    assert {place.graph for place in PLACES} == set(GRAPHS)


@pytest.mark.parametrize("case", list(untouched()), ids=lambda case: case.name)
def test_the_graphs_of_the_table_pass_as_they_are(case: Case) -> None:
    assert attack(case, load()).passed


@pytest.mark.parametrize("place", PLACES, ids=lambda place: f"{place.graph}-{place.path}")
def test_no_value_that_cannot_be_read_passes(place: Place) -> None:
    mine = list(attacks_on(place))
    assert mine
    let_through = [case.name for case in mine if not blocking(case) - {"crashed"}]
    assert let_through == []


def test_the_pack_refuses_them_too_while_the_program_runs() -> None:
    some = CASES[::20]
    assert [case.name for case in some if not attack(case, load()).early] == []
