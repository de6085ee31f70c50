"""Digests of facts count the rows that a lock could see, and nothing that came later."""

from dataclasses import replace
from pathlib import Path

import pytest

from plimsoll.catalog.tables import load, load_apart
from plimsoll.files import package
from plimsoll.models.architecture import Architecture
from plimsoll.review.lock.facts import catalog_read, prices_read, prices_sha256, speed_read
from tests.make.places import ROOT

DATA = ROOT / "plimsoll" / "catalog" / "data"
DAYS = ("2026-07-20", "2026-07-20")
MODEL = load().models["meta-llama/Llama-3.1-8B-Instruct"]


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The data of the package, to be written to: files that are not here yet are the package's own."""
    theirs = package.data_text

    def text(*parts: str) -> str:
        own = tmp_path.joinpath(*parts)
        return own.read_text(encoding="utf-8") if own.is_file() else theirs(*parts)

    for module in ("plimsoll.review.lock.facts", "plimsoll.catalog.rows"):
        monkeypatch.setattr(f"{module}.data_text", text)
    return tmp_path


def add(data: Path, name: str, row: str) -> None:
    """Put a row behind those of its key, where the file has them in order."""
    path = data / name
    lines = (path if path.is_file() else DATA / name).read_text(encoding="utf-8").splitlines()
    key = row[: row.index(",") + 1]
    place = max((at for at, line in enumerate(lines) if line.startswith(key)), default=len(lines) - 1)
    lines.insert(place + 1, row)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


PRICE = "g6e.xlarge,on_demand,{day},9.99,karpenter-prices,{day},,"
SERVICE = "ebs-gp3-storage,{day},GB-month,9.99,infracost,{day},,"


@pytest.mark.parametrize(("name", "row"), [("prices", PRICE), ("services", SERVICE)])
def test_a_later_row_changes_nothing_and_an_earlier_one_does(name: str, row: str, data: Path) -> None:
    before = prices_sha256(DAYS, ["us-east-1"], None)
    add(data, f"{name}/us-east-1.csv", row.format(day="2027-01-01"))
    assert prices_sha256(DAYS, ["us-east-1"], None) == before
    add(data, f"{name}/us-east-1.csv", row.format(day="2026-07-19"))
    assert prices_sha256(DAYS, ["us-east-1"], None) != before


@pytest.mark.parametrize("name", ["cache_nodes.csv", "time_zones.csv", "mig_profiles.csv"])
def test_a_table_that_plans_read_whole_counts_whole(name: str, data: Path) -> None:
    before = catalog_read(["us-east-1"], None, None)
    (data / name).write_text((DATA / name).read_text(encoding="utf-8") + "x\n", encoding="utf-8")
    assert catalog_read(["us-east-1"], None, None).sha256 != before.sha256


def test_a_row_of_another_region_changes_nothing(data: Path) -> None:
    before = prices_sha256(DAYS, ["us-east-1"], None)
    add(data, "prices/eu-west-1.csv", PRICE.format(day="2026-07-19"))
    assert prices_sha256(DAYS, ["us-east-1"], None) == before


def test_a_new_source_changes_nothing_until_a_row_names_it(data: Path) -> None:
    before = prices_sha256(DAYS, ["us-east-1"], None)
    add(data, "sources.csv", "somebody,somebody's list")
    assert prices_sha256(DAYS, ["us-east-1"], None) == before


def test_a_type_that_is_offered_newly_is_another_catalogue(data: Path) -> None:
    before = catalog_read(["us-east-1"], None, MODEL)
    add(data, "offerings/eu-west-1.csv", "zz9.large,3,1,2025-06-28,moto,2026-10-27")
    assert catalog_read(["us-east-1"], None, MODEL) == before
    add(data, "offerings/us-east-1.csv", "zz9.large,3,1,2025-06-28,moto,2026-10-27")
    assert catalog_read(["us-east-1"], None, MODEL) != before


def test_the_model_counts_as_it_was_understood_and_other_models_do_not() -> None:
    assert catalog_read([], None, MODEL) == catalog_read([], None, replace(MODEL))
    assert catalog_read([], None, MODEL) != catalog_read([], None, replace(MODEL, params=MODEL.params + 1))
    assert catalog_read([], None, None) != catalog_read([], None, Architecture("x", "llm", 1, 1))


def test_the_date_of_the_catalogue_is_a_day() -> None:
    assert catalog_read([], None, None).as_of > "2026-01-01"
    assert len(speed_read().sha256) == 64


def test_what_was_read_is_told_by_region() -> None:
    catalog = load_apart(None, None, None)
    assert prices_read(catalog, None, None).regions == ()
    assert catalog.offering("g6e.xlarge", "us-east-1") is not None
    assert catalog.service("ebs-gp3-storage", "us-west-2") is not None
    read = prices_read(catalog, None, None)
    assert read.regions == ("us-east-1", "us-west-2")
    assert read.as_of == catalog.priced_on
    assert load().offerings is not catalog.offerings


def test_an_earlier_day_has_its_own_services() -> None:
    read = prices_read(load_apart("2026-03-01", None, None), None, None)
    assert (read.as_of, read.services_as_of) == ("2026-03-01", "2026-03-01")


def test_the_days_of_a_lock_are_taken_apart_from_todays() -> None:
    catalog = load_apart("2026-03-01", "2026-07-01", None)
    assert (catalog.priced_on, catalog.asked_on) == ("2026-03-01", None)
