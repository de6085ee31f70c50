"""Lines of an offer file: which are passed over, which refuse the file."""

from decimal import Decimal
from pathlib import Path

import pytest

from plimsoll.catalog.refresh.calls import CallFailedError
from plimsoll.catalog.refresh.offer_file import read_offer_file, regions_in
from tests.make.offer_files import row, write

REGION = "us-east-1"


def test_zones_beyond_the_region_have_prices_of_their_own(tmp_path: Path) -> None:
    rows = [row("m7i.large", "0.1", REGION), row("m7i.large", "0.2", f"{REGION}-bos-1", SKU="BOSTON")]
    write(tmp_path, REGION, rows)
    assert read_offer_file(tmp_path, REGION).prices == {("m7i.large", "on_demand"): Decimal("0.1")}


def test_bare_metal_is_an_instance_too(tmp_path: Path) -> None:
    write(
        tmp_path,
        REGION,
        [row("m7i.metal-24xl", "4.8", REGION, **{"Product Family": "Compute Instance (bare metal)"})],
    )
    assert ("m7i.metal-24xl", "on_demand") in read_offer_file(tmp_path, REGION).prices


def test_the_day_is_that_of_the_publication(tmp_path: Path) -> None:
    write(tmp_path, REGION, [row("m7i.large", "0.1", REGION)], published="2026-10-01")
    assert read_offer_file(tmp_path, REGION).as_of == "2026-10-01"


@pytest.mark.parametrize("unit", ["Quantity", "GB-Mo"])
def test_a_price_of_something_else_than_an_hour_refuses_the_file(tmp_path: Path, unit: str) -> None:
    write(tmp_path, REGION, [row("m7i.large", "0.1", REGION, Unit=unit)])
    with pytest.raises(CallFailedError, match="UnexpectedUnit"):
        read_offer_file(tmp_path, REGION)


def test_folders_without_an_offer_file_are_no_regions(tmp_path: Path) -> None:
    write(tmp_path, REGION, [])
    (tmp_path / "eu-west-1").mkdir()
    (tmp_path / "notes.txt").write_text("mine")
    assert regions_in(tmp_path) == [REGION]
