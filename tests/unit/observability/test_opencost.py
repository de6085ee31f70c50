from decimal import Decimal

import pytest

from plimsoll.observability.opencost import COLUMNS, price_list
from plimsoll.plan.of_stack import PlanTerms, plan_on
from tests.make.places import ROOT

NAMES = ("code-completion", "runs/legal-70b")


@pytest.fixture(scope="module")
def listed() -> list[dict[str, str]]:
    specs = [ROOT / "workloads" / f"{name}.yaml" for name in NAMES]
    header, *rows = price_list(plan_on(specs, PlanTerms("us-east-1", "2026-09-01")), "karpenter").splitlines()
    assert header == COLUMNS
    return [dict(zip(COLUMNS.split(","), row.split(","), strict=True)) for row in rows]


def test_every_pool_has_the_price_at_which_it_rents(listed: list[dict[str, str]]) -> None:
    prices = {row["InstanceID"]: Decimal(row["MarketPriceHourly"]) for row in listed}
    assert prices.keys() == {
        *("code-completion-base", "code-completion-burst"),
        *("legal-70b-spot", "legal-70b-od", "system"),
    }
    assert prices["code-completion-burst"] < prices["code-completion-base"]
    assert prices["legal-70b-spot"] < prices["legal-70b-od"]


def test_a_node_that_no_pool_names_costs_what_its_type_does_on_demand(listed: list[dict[str, str]]) -> None:
    """OpenCost takes the first row of a type and region."""
    first: dict[str, str] = {}
    for row in listed:
        first.setdefault(row["InstanceType"], row["InstanceID"])
    kinds = {row["InstanceID"]: row["InstanceType"] for row in listed}
    for pool in ("code-completion-burst", "legal-70b-spot"):
        assert first[kinds[pool]].endswith(("-base", "-od"))


def test_all_rows_name_nodes_by_one_label(listed: list[dict[str, str]]) -> None:
    """OpenCost keeps one field for all of its file: the last row's."""
    assert {row["InstanceIDField"] for row in listed} == {"metadata.labels.karpenter.sh/nodepool"}
    assert {row["AssetClass"] for row in listed} == {"node"}
