"""What must be true of the document: every candidate accounted for, every key there, the same bytes."""

import json
import random
from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plimsoll.catalog.facts import Catalog, Offering
from plimsoll.ground.canonical import canonical
from plimsoll.plan.again import any_spec_of
from plimsoll.plan.of_spec import planned_one
from plimsoll.plan.plan import Plan, Refusal
from plimsoll.plan.write import document as form
from plimsoll.plan.write import written as data
from plimsoll.show.schema import published as json_schema
from plimsoll.speed.read import load_speed
from tests.make.json_schema import errors
from tests.make.worlds import Spec, answer, changed, offerings, real, specs, world

PLAN_SCHEMA = json_schema.schema("plan")
ANY_SPOT = ("never", "allow", "prefer")


def written(document: Plan | Refusal) -> str:
    return json.dumps(data(document), ensure_ascii=False)


@given(offerings(), specs(spot=ANY_SPOT, base=True))
def test_every_candidate_is_chosen_dominated_or_rejected(found: list[Offering], spec: Spec) -> None:
    document = answer(spec, world(found))
    rows = document.candidates
    assert len({row.id for row in rows}) == len(rows)
    verdicts = [row.verdict for row in rows]
    assert verdicts.count("chosen") == (1 if isinstance(document, Plan) else 0)
    for row in rows:
        assert bool(row.reasons) == (row.verdict == "rejected"), row.id
        assert (row.dominated_by is not None) == (row.verdict == "dominated"), row.id
    if isinstance(document, Refusal):
        assert set(verdicts) == {"rejected"}


@given(offerings(), specs(spot=("never", "allow"), base=True))
def test_dominated_names_one_that_comes_before_it(found: list[Offering], spec: Spec) -> None:
    """In the order expected, ceiling. Precondition: not `spot: prefer`, which comes before the price."""
    document = answer(spec, world(found))
    rows = {row.id: row for row in document.candidates}
    for row in rows.values():
        if row.dominated_by is None:
            continue
        better = rows[row.dominated_by]
        assert better.verdict != "rejected"
        assert _money(better) <= _money(row)


def _money(row: Any) -> tuple[Decimal, Decimal]:
    return Decimal(row.usd_per_month_expected), Decimal(row.usd_per_month_ceiling)


@given(offerings(), specs(spot=ANY_SPOT, base=True), st.booleans())
def test_every_way_on_every_type_in_every_region_is_a_candidate(
    found: list[Offering], spec: Spec, denied: bool
) -> None:
    """Denying, and missing offerings, remove nothing from the list: they are reasons on it."""
    if denied:
        spec = changed(spec, "capacity.deny", ["g1", "c1"])
    catalog = world(found)
    document = answer(spec, catalog)
    keys = {(row.instance_type, row.region, row.capacity) for row in document.candidates}
    accelerated = spec.get("model") or spec["measured"]["accelerator"] != "none"
    types = [
        kind.name for kind in catalog.instance_types.values() if bool(kind.accelerator) == bool(accelerated)
    ]
    assert keys == {
        (name, region, capacity)
        for name in types
        for region in spec["regions"]
        for capacity in ("on-demand", "spot")
    }


@given(offerings(), specs(spot=ANY_SPOT, base=True), st.randoms(use_true_random=False))
def test_6_the_order_of_rows_and_keys_changes_no_byte(
    found: list[Offering], spec: Spec, shuffler: random.Random
) -> None:
    """Precondition: the order of `precision` stays, since a tie goes to the earlier one."""
    catalog = world(found)
    assert written(answer(spec, catalog)) == written(
        answer(_shuffled(spec, shuffler), _shuffled_catalog(catalog, shuffler))
    )


def _shuffled(value: Any, shuffler: random.Random) -> Any:
    if not isinstance(value, Mapping):
        return value
    items = list(value.items())
    shuffler.shuffle(items)
    return {key: _shuffled(item, shuffler) for key, item in items}


def _shuffled_catalog(catalog: Catalog, shuffler: random.Random) -> Catalog:
    names = ("accelerators", "instance_types", "offerings", "services", "models")
    rows = {name: list(getattr(catalog, name).items()) for name in names}
    for items in rows.values():
        shuffler.shuffle(items)
    return replace(catalog, **{name: dict(items) for name, items in rows.items()})


@given(offerings(), specs(spot=ANY_SPOT, base=True))
def test_the_same_question_twice_gives_the_same_bytes(found: list[Offering], spec: Spec) -> None:
    assert written(answer(spec, world(found))) == written(answer(spec, world(list(found))))


@given(offerings(), specs(spot=ANY_SPOT, base=True))
def test_planning_the_written_workload_again_changes_nothing(found: list[Offering], spec: Spec) -> None:
    """The document carries the spec with its defaults; sized again, it gives the same fleet and money."""
    catalog = world(found)
    document = answer(spec, catalog)
    again = answer(json.loads(json.dumps(_without_nulls(canonical(document.workload)))), catalog)
    assert type(again) is type(document)
    if isinstance(document, Plan):
        assert (again.chosen, again.cost) == (document.chosen, document.cost)


@given(offerings(), specs(spot=ANY_SPOT, base=True))
def test_the_document_is_solved_again_to_the_byte(found: list[Offering], spec: Spec) -> None:
    catalog = world(found)
    first = written(answer(spec, catalog))
    assert written(planned_one(any_spec_of(json.loads(first), catalog), load_speed())) == first


def _without_nulls(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _without_nulls(item) for key, item in value.items() if item is not None}
    return value


@given(offerings(), specs(spot=ANY_SPOT, base=True))
def test_no_key_is_ever_absent(found: list[Offering], spec: Spec) -> None:
    """A key without a meaning is null: the written document has every field of its dataclass."""
    document = answer(spec, world(found))
    _compare_keys(form(document), json.loads(written(document)), "plan")


def _compare_keys(value: Any, data: Any, path: str) -> None:
    if is_dataclass(value) and not isinstance(value, type):
        assert set(data) == {field.name.rstrip("_") for field in fields(value)}, path
        for field in fields(value):
            name = field.name.rstrip("_")
            _compare_keys(getattr(value, field.name), data[name], f"{path}.{name}")
    elif isinstance(value, (list, tuple)):
        for item, written_item in zip(value, data, strict=True):
            _compare_keys(item, written_item, path)


@given(offerings(), specs(spot=ANY_SPOT, base=True))
def test_money_is_text_with_two_decimals_and_numbers_are_finite(found: list[Offering], spec: Spec) -> None:
    document = json.loads(written(answer(spec, world(found))), parse_constant=pytest.fail)
    money = [row[key] for row in document["candidates"] for key in row if key.startswith("usd_per_month_")]
    if document["cost"]:
        money += document["cost"]["usd_per_month"].values()
        money += [line["usd_per_month"] for line in document["cost"]["lines"]]
    for amount in money:
        assert amount is None or (isinstance(amount, str) and amount[-3] == ".")


@given(offerings(), specs(spot=ANY_SPOT, base=True), st.booleans())
def test_the_document_fits_its_published_schema(found: list[Offering], spec: Spec, poor: bool) -> None:
    """Plans and refusals alike; the schema is the one that `plimsoll schema plan` prints."""
    if poor:
        spec = changed(spec, "budget", {"usd_per_month": 900})
    document = json.loads(written(answer(spec, world(found))))
    assert list(errors(document, PLAN_SCHEMA, PLAN_SCHEMA)) == []


def test_what_the_spec_says_and_what_a_limit_is_missed_by_are_not_rounded() -> None:
    """Six digits are enough for milliseconds; they would take the cents off an amount of money."""
    spec: Spec = {
        "model": "meta-llama/Llama-3.1-8B-Instruct",
        "load": {"qps": 300},
        "budget": {"usd_per_month": 12345.67},
    }
    document = json.loads(written(answer(spec, real())))
    assert document["workload"]["budget"]["usd_per_month"] == 12345.67
    assert document["refusal"]["ways_out"][0]["from"] == 12345.67
    over = [
        (row["usd_per_month_ceiling"], reason)
        for row in document["candidates"]
        for reason in row["reasons"]
        if reason["code"] == "budget"
    ]
    assert over
    for ceiling, reason in over:
        assert (f"{reason['limit']:.2f}", f"{reason['value']:.2f}") == ("12345.67", ceiling)
