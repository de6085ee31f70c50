"""A type of an open set whose price nobody read is bounded by its like."""

from collections import defaultdict
from decimal import Decimal

import pytest

from plimsoll.catalog.tables import load
from plimsoll.pricing.kubernetes.labels import labels_from_name
from plimsoll.pricing.kubernetes.unread import BOUNDED_CATEGORIES, UNREAD_EXCESS, ceiling_rate
from plimsoll.pricing.market import Market, PriceBook
from plimsoll.pricing.result import Unpriceable

CATALOG = load()
BOOK = PriceBook(CATALOG)
HERE = Market(BOOK, ("us-east-1",), named=True)
LIKE_ENOUGH = 6
"""Families from which a category is taken to be known: of fewer, none need be like the one left out."""


@pytest.mark.parametrize("region", ["us-east-1", "us-west-2", "eu-west-1", "eu-central-1", "ap-northeast-1"])
def test_no_current_family_is_dearer_than_its_like_by_more_than_the_excess(region: str) -> None:
    dearest: defaultdict[str, defaultdict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    generation: dict[str, int] = {}
    for (name, _), offering in ((k, v) for k, v in CATALOG.offerings.items() if k[1] == region):
        kind, price = CATALOG.instance_types[name], offering.on_demand
        labels = {key.rpartition("-")[2]: value for key, value in labels_from_name(name).items()}
        if price is not None and kind.accelerator is None and labels.get("category") in BOUNDED_CATEGORIES:
            family = dearest[labels["category"]]
            family[kind.family] = max(family[kind.family], price.usd / kind.vcpus)
            generation[kind.family] = int(labels["generation"])
    for families in dearest.values():
        for family, usd in families.items():
            others = [other for name, other in families.items() if name != family]
            if generation[family] >= 5 and len(others) >= LIKE_ENOUGH:
                assert usd <= max(others) * UNREAD_EXCESS, family


def test_a_type_without_a_price_is_bounded_by_its_category_and_says_so() -> None:
    rate = ceiling_rate("r9g.xlarge", HERE)
    assert rate.inferred
    assert "r9g.xlarge" in rate.note
    assert rate.usd > HERE.node_rate("r8g.xlarge").usd


def test_a_type_with_a_price_keeps_it() -> None:
    assert ceiling_rate("m5.large", HERE) == HERE.node_rate("m5.large")


def test_an_accelerator_without_a_price_has_no_like() -> None:
    with pytest.raises(Unpriceable, match="exclude it"):
        ceiling_rate("p5e.48xlarge", Market(BOOK, ("us-west-2",), named=True))
