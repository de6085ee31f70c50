"""Which instance types a pool's requirements admit, of all that AWS rents."""

from typing import Any

import pytest

from plimsoll.catalog.tables import load
from plimsoll.pricing.inputs import view_of
from plimsoll.pricing.kubernetes.admission import admitted_types
from plimsoll.pricing.kubernetes.requirements import read_requirements
from plimsoll.pricing.market import Market, PriceBook
from plimsoll.pricing.result import Unpriceable
from tests.make.graphs import need, types_in

BOOK = PriceBook(load())


def admitted(*requirements: dict[str, Any], region: str = "us-east-1") -> set[str]:
    read = read_requirements(view_of(list(requirements)), view_of({}), auto_mode=False)
    return set(admitted_types(read, Market(BOOK, (region,), named=True)))


def test_no_requirement_admits_every_type_that_the_region_offers() -> None:
    assert admitted() == set(BOOK.catalog.offerings.of("us-east-1"))  # type: ignore[attr-defined]
    assert len(admitted()) > 1300


def test_an_open_set_is_what_its_labels_say() -> None:
    found = admitted(
        need("category", "In", "c", "m", "r"),
        need("generation", "Gt", "6"),
        need("kubernetes.io/arch", "In", "amd64"),
        need("cpu", "Lt", "9"),
        need("hypervisor", "In", "nitro"),
    )
    assert {"m7i.large", "c7a.2xlarge", "r8i.xlarge"} <= found
    assert not {"m6i.large", "m7g.large", "m7i.4xlarge", "t3.large"} & found
    types = BOOK.catalog.instance_types
    assert all(types[name].vcpus <= 8 and types[name].arch == "x86_64" for name in found)


def test_bare_metal_has_an_empty_hypervisor_as_karpenter_labels_it() -> None:
    assert "c5.metal" not in admitted(need("family", "In", "c5"), need("hypervisor", "In", "nitro"))
    assert "c5.metal" in admitted(need("family", "In", "c5"), need("hypervisor", "NotIn", "xen"))
    assert "c5.metal" not in admitted(need("family", "In", "c5"), need("hypervisor", "NotIn", ""))


def test_a_type_without_local_disks_does_not_have_the_label() -> None:
    found = admitted(need("family", "In", "m6i", "m6id"), need("local-nvme", "Gt", "100"))
    assert found
    assert all(name.startswith("m6id.") for name in found)


def test_a_size_that_its_family_does_not_have_is_no_type() -> None:
    assert admitted(need("family", "In", "m5"), need("size", "In", "large", "3xlarge")) == {"m5.large"}


def test_what_a_region_does_not_offer_cannot_start_there() -> None:
    assert admitted(types_in("m5.large", "p5.48xlarge"), region="ap-southeast-4") == {"m5.large"}


def test_where_nobody_listed_what_is_offered_a_named_type_stays() -> None:
    assert "p5.48xlarge" in admitted(types_in("m5.large", "p5.48xlarge"), region="ap-southeast-6")
    assert 100 < len(admitted(region="ap-southeast-6")) < 300


@pytest.mark.parametrize(
    "requirement",
    [need("family", "In", "q9x"), need("category", "In", "mac"), types_in("m5.large", "m5.gigantic")],
)
def test_a_name_that_the_catalogue_does_not_have_is_refused(requirement: dict[str, Any]) -> None:
    with pytest.raises(Unpriceable, match="not in the catalogue"):
        admitted(requirement)
