"""The catalogue in memory: look-ups by name, by alias, by place."""

from dataclasses import replace
from decimal import Decimal

from tests.make.facts import EAST, WEST, offering, tiny_catalog, tiny_llm


def test_look_ups_give_none_for_what_is_unknown():
    catalog = tiny_catalog()
    assert catalog.offering("g1.xlarge", EAST).on_demand.usd == Decimal("1.00")
    assert catalog.offering("g1.xlarge", "mars") is None
    assert catalog.service("nat-gateway-hour", WEST).price.usd == Decimal("0.05")
    assert catalog.service("free-lunch", WEST) is None
    assert catalog.model("nobody/nothing") is None


def test_a_model_answers_to_its_aliases_in_any_case():
    model = replace(tiny_llm(), aliases=("TinyLLM",))
    catalog = tiny_catalog(models=[model], _aliases={"tinyllm": model.name})
    assert catalog.model("tinyLLM") is model
    assert catalog.model(model.name) is model


def test_regions_are_those_with_an_offering_sorted():
    assert list(tiny_catalog().regions) == [EAST, WEST]
    assert list(tiny_catalog(offerings=[offering("g1.xlarge", WEST)]).regions) == [WEST]
