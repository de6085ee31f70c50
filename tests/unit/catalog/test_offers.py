"""An accelerator that AWS does not rent is said to be so, with the nearest that it rents."""

import pytest

from plimsoll.catalog.offers import not_rented
from plimsoll.catalog.tables import load

CATALOG = load()


@pytest.mark.parametrize("name", sorted(each.name for each in CATALOG.accelerators.values() if not each.aws))
def test_whatever_aws_does_not_rent_is_said_to_be_so_and_never_offered(name: str) -> None:
    said = not_rented(CATALOG, name)
    assert said is not None
    assert (said.what, said.path) == (f"AWS rents no {name}", "--gpu")
    assert f"'{name}'" not in said.fix


@pytest.mark.parametrize(
    ("name", "near"),
    [("A10", "A10G"), ("L40", "L40S"), ("A100-PCIe-80GB", "A100-80GB"), ("H100-PCIe-80GB", "H100-80GB")],
)
def test_the_nearest_that_it_rents_is_named(name: str, near: str) -> None:
    said = not_rented(CATALOG, name)
    assert said is not None
    assert said.fix == f"did you mean {near!r}?"


@pytest.mark.parametrize("name", ["A10G", "A100", "T4", "NVIDIA-H100-80GB-HBM3"])
def test_what_it_rents_is_only_not_offered_there(name: str) -> None:
    assert not_rented(CATALOG, name) is None
