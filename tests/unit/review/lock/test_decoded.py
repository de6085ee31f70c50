"""What was written of records is read back as those records."""

from typing import Any

import pytest

from plimsoll.ground.canonical import canonical
from plimsoll.money.line import CostLine
from plimsoll.review.lock.decoded import IllTypedError, decoded, kinds_of
from plimsoll.review.lock.record import Facts, FactsFile, Folder, PricesRead
from plimsoll.sizing.pool import Pool

FACTS = Facts(
    PricesRead("catalogue", "a", "2026-07-20", "2026-07-20", ("us-east-1",), Folder("b", "2026-07-20", ())),
    FactsFile("speed", "c", None),
    FactsFile("catalogue", "d", "2026-10-01"),
    None,
    None,
)


def test_records_come_back_as_they_were() -> None:
    assert decoded(Facts, canonical(FACTS), "facts") == FACTS


def test_a_missing_key_takes_its_default_or_is_told() -> None:
    values: dict[Any, Any] = {str: "x", int: 1}
    data: dict[str, Any] = {name: values.get(kind) for name, kind in kinds_of(Pool).items()}
    assert decoded(Pool, {key: item for key, item in data.items() if key != "zones"}, "p").zones == 1
    with pytest.raises(IllTypedError) as caught:
        decoded(Pool, {key: item for key, item in data.items() if key != "max_nodes"}, "p")
    assert caught.value.path == "p.max_nodes"


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (int, True),
        (int, 1.0),
        (float, "1"),
        (str, None),
        (bool, 0),
        (tuple[str, ...], "abc"),
        (tuple[str, ...], ["a", 1]),
        (dict[str, int], []),
        (int | None, "1"),
        (CostLine, None),
        (FactsFile, {"name": "x", "sha256": "y", "as_of": 3}),
    ],
)
def test_nothing_is_taken_for_something_else(kind: Any, value: object) -> None:
    with pytest.raises(IllTypedError):
        decoded(kind, value, "here")


@pytest.mark.parametrize(
    ("kind", "value"),
    [(float, 1), (int | None, None), (tuple[int, ...], [1, 2]), (dict[str, int], {"a": 1}), (Any, [None])],
)
def test_what_fits_is_taken(kind: Any, value: object) -> None:
    found = decoded(kind, value, "here")
    assert found == (tuple(value) if isinstance(value, list) and kind is not Any else value)
