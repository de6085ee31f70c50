"""`plimsoll offers`: which offers, how they are written, and what is refused."""

import json

import pytest

from plimsoll.catalog.offers import Offered, Wanted, matching_accelerators, select
from plimsoll.catalog.tables import load
from plimsoll.ground.canonical import canonical
from plimsoll.ground.problems import SpecError
from plimsoll.show.catalog.offer_table import table
from plimsoll.show.catalog.offers import document
from plimsoll.show.text import Style
from tests.make.command import plimsoll


def test_filters_combine():
    offers = select(load(), Wanted(gpu="L40S", instance_type="g6e.xlarge", region="us-east-2"))
    assert [(offer.type.name, offer.offering.region) for offer in offers] == [("g6e.xlarge", "us-east-2")]


def test_a_family_selects_its_types_only():
    names = {offer.type.name for offer in select(load(), Wanted(instance_type="p5"))}
    assert names == {"p5.4xlarge", "p5.48xlarge"}


def test_the_start_of_a_name_means_all_its_sizes():
    assert matching_accelerators(load(), "a100") == ["A100-40GB", "A100-80GB"]
    assert matching_accelerators(load(), "L4") == ["L4"]


def planned_offerings() -> int:
    planned = set(load().planned)
    return sum(name in planned for name, _ in load().offerings)


def test_a_type_that_no_plan_chooses_is_listed_when_it_is_named() -> None:
    assert {offer.type.name for offer in select(load(), Wanted(instance_type="m5.large"))} == {"m5.large"}
    assert "c5.9xlarge" in {offer.type.name for offer in select(load(), Wanted(instance_type="c5"))}
    assert not any(offer.type.family == "m5" for offer in select(load(), Wanted(region="us-east-1")))


def test_no_filter_gives_every_offering_once_in_a_fixed_order():
    offers = select(load(), Wanted())
    keys = [(offer.type.name, offer.offering.region) for offer in offers]
    assert len(keys) == len(set(keys)) == planned_offerings()
    assert offers == select(load(), Wanted())


@pytest.mark.parametrize(
    ("wanted", "hint"),
    [
        (Wanted(gpu="H10"), "H100"),
        (Wanted(gpu="A10GG"), "A10G"),
        (Wanted(instance_type="g6e.xlrge"), "g6e.xlarge"),
        (Wanted(region="us-eats-1"), "us-east-1"),
    ],
)
def test_an_unknown_name_offers_the_nearest(wanted, hint):
    with pytest.raises(SpecError, match=hint):
        select(load(), wanted)


def test_all_unknown_names_are_told_at_once():
    with pytest.raises(SpecError) as caught:
        select(load(), Wanted("H10", "g66.xlarge", "mars-1"))
    assert [problem.path for problem in caught.value.problems] == ["--gpu", "--instance-type", "--region"]


def test_an_accelerator_that_aws_does_not_rent_has_no_offers():
    assert select(load(), Wanted(gpu="GH200-96GB")) == []


def test_every_row_of_the_document_has_a_source_and_a_date():
    rows = canonical(document(Offered(tuple(select(load(), Wanted())))))["offers"]
    assert len(rows) == planned_offerings()
    assert all(row["source"] and row["as_of"] for row in rows)


def test_the_json_keeps_the_decimals_of_the_source():
    answer = plimsoll(
        "offers", "--instance-type", "p4d.24xlarge", "--region", "us-east-1", "--format", "json"
    )
    assert answer.returncode == 0
    (row,) = json.loads(answer.stdout)["offers"]
    assert row["usd_per_hour"]["on_demand"] == "21.957642"
    assert (row["accelerator"], row["accelerators"]) == ("A100-40GB", 8)


def test_what_is_not_sold_is_null():
    (row,) = canonical(document(Offered(tuple(select(load(), Wanted(None, "p5e.48xlarge", "us-east-2"))))))[
        "offers"
    ]
    assert row["usd_per_hour"]["on_demand"] is None
    assert row["usd_per_hour"]["spot"] is not None


def test_the_date_reaches_the_prices():
    answer = plimsoll(
        "offers",
        "--instance-type",
        "p5.48xlarge",
        "--region",
        "us-east-1",
        "--on",
        "2025-01-01",
        "--format",
        "json",
    )
    (row,) = json.loads(answer.stdout)["offers"]
    assert row["usd_per_hour"] == {"on_demand": "98.32", "spot": None, "reserved_1y": None}


def test_the_table_is_plain_when_piped_and_bold_on_a_terminal():
    answer = plimsoll("offers", "--gpu", "T4", "--region", "us-east-1")
    assert answer.returncode == 0
    assert "\x1b" not in answer.stdout
    assert "g4dn.xlarge" in answer.stdout
    offers = Offered(tuple(select(load(), Wanted(gpu="T4"))))
    assert "\x1b[1m" in table(offers, Style(110, colour=True, columns=110))


def test_the_table_explains_what_is_inferred():
    offers = Offered(tuple(select(load(), Wanted(None, "m7i.8xlarge", "ap-south-1"))))
    text = table(offers)
    assert "~1.6968" in text
    assert "~ on-demand: the list price read for another size" in text


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (("--gpu", "H10"), 2, "did you mean 'H100'?"),
        (("--on", "soon"), 2, "YYYY-MM-DD"),
        (("--on", "2020-01-01"), 5, "first price"),
        (("--format", "xml"), 2, "xml"),
    ],
)
def test_refusals_leave_stdout_empty(arguments, code, says):
    answer = plimsoll("offers", *arguments)
    assert (answer.returncode, answer.stdout) == (code, "")
    assert says in answer.stderr
    assert "Traceback" not in answer.stderr
