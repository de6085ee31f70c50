"""A policy configuration is refused whole, in bounded time and text, whatever its size."""

import pytest

from plimsoll.gate.settings import read_settings
from plimsoll.ground.problems import MOST_PROBLEMS, SpecError


def lines(data: object) -> list[str]:
    with pytest.raises(SpecError) as refused:
        read_settings(data, "policies.json")
    return [str(problem) for problem in refused.value.problems]


def test_what_no_policy_is_called_is_refused_with_the_nearest_name() -> None:
    assert lines({"bugdet": "mandatory"}) == [
        "policies.json: bugdet: no policy 'bugdet'; did you mean 'budget'?"
    ]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({f"p{n}": 1 for n in range(50_000)}, "no policy 'p0'"),
        ({"budget": {f"k{n}": 1 for n in range(50_000)}}, "unknown key 'k0'"),
        ({f"p{n}": 1 for n in range(50)} | {"budget": {f"k{n}": 1 for n in range(950)}}, "no policy 'p0'"),
    ],
    ids=["policies", "keys", "both"],
)
def test_many_mistakes_are_counted_and_the_first_are_shown(data: dict[str, object], said: str) -> None:
    shown = lines(data)
    assert len(shown) == MOST_PROBLEMS + 1
    assert said in shown[0]
    many = 50_000 if len(data) in (1, 50_000) else 1_000
    assert shown[-1] == f"policies.json: and {many - MOST_PROBLEMS:,} more problems"
