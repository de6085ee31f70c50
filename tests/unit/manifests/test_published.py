"""Every deliberate mistake is refused with the right words; good objects are not."""

import re
from copy import deepcopy

import pytest

from plimsoll.manifests.published import validate
from tests.make.mistakes import Mistake, good, mistakes

GOOD = good()
MISTAKES = mistakes()


@pytest.mark.parametrize("manifest", [each for _, each in GOOD], ids=[name for name, _ in GOOD])
def test_good_objects_are_not_refused(manifest: dict) -> None:
    before = deepcopy(manifest)
    assert [str(problem) for problem in validate([manifest])] == []
    assert manifest == before, "judging changes nothing"


@pytest.mark.parametrize("mistake", MISTAKES, ids=[each.name for each in MISTAKES])
def test_every_mistake_is_refused(mistake: Mistake) -> None:
    problems = [str(problem) for problem in validate([mistake.manifest])]
    assert any(re.search(mistake.says, problem) for problem in problems), problems


def test_the_corpus_is_worth_its_name() -> None:
    assert len(MISTAKES) >= 80
