"""A wrong name is near those of its own family and letter, never near another family's."""

import pytest

from plimsoll.catalog.tables import load
from plimsoll.pricing.nearest_type import nearest_type


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("m5.xlrge", "did you mean 'm5.xlarge'?"),
        ("G5.XLARGE", "did you mean 'g5.xlarge'?"),
        ("p5.48xl", "did you mean 'p5.48xlarge'?"),
        ("g6e", "g6e has 12xlarge, 16xlarge, 24xlarge, 2xlarge, 48xlarge, 4xlarge, 8xlarge, xlarge"),
        ("m55.xlarge", "did you mean 'm5.xlarge'?"),
        ("q5.xlarge", ""),
        ("", ""),
        ("m5.x\u0430rge", ""),
    ],
)
def test_the_family_is_right_before_the_size_is(name: str, says: str) -> None:
    assert nearest_type(name, load().instance_types) == says


@pytest.mark.parametrize("name", ["m5.nano", "m9.large", "c5.tiny", "t3.hyper"])
def test_no_hint_names_another_letter(name: str) -> None:
    hint = nearest_type(name, load().instance_types)
    assert not hint or f"'{name[0]}" in hint or hint.startswith(name.partition(".")[0])
