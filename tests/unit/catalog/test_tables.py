"""Loading: what holds on a date, what is refused, and what the types look like to Kubernetes."""

import csv
from datetime import date, timedelta
from decimal import Decimal

import pytest

from plimsoll.catalog.offerings import OfferingRows
from plimsoll.catalog.regions import near, regions
from plimsoll.catalog.tables import load, load_current
from plimsoll.ground.problems import MissingFactError, SpecError
from tests.make.places import CASES

KARPENTER = "karpenter.k8s.aws/instance-"


def on_demand(name: str, region: str, on: str | None = None) -> Decimal | None:
    offering = load(on).offering(name, region)
    assert offering is not None
    return offering.on_demand.usd if offering.on_demand else None


@pytest.mark.parametrize(
    ("name", "before", "after"),
    [
        ("p4d.24xlarge", "32.7726", "21.957642"),
        ("p4de.24xlarge", "40.96575", "27.44705"),
        ("p5.48xlarge", "98.32", "55.04"),
        ("p5en.48xlarge", "84.80", "63.296"),
    ],
)
def test_the_price_cut_of_june_2025_is_in_the_history(name, before, after):
    assert on_demand(name, "us-east-1", "2025-06-22") == Decimal(before)
    assert on_demand(name, "us-east-1", "2025-06-23") == Decimal(after)
    assert on_demand(name, "us-east-1") == Decimal(after)


def test_a_price_that_starts_later_is_not_known_earlier():
    assert on_demand("p5.48xlarge", "us-west-2", "2025-01-01") is None
    assert on_demand("p5.48xlarge", "us-west-2") == Decimal("55.04")


def test_the_default_date_is_the_newest_price():
    newest = max(region.newest_price for region in regions().values())
    assert load().priced_on == newest
    later = (date.fromisoformat(newest) + timedelta(days=365)).isoformat()
    assert load_current(later).priced_on == later
    with pytest.raises(MissingFactError, match="too old"):
        load_current((date.fromisoformat(later) + timedelta(days=1)).isoformat())
    assert load("2030-01-01").priced_on == "2030-01-01"


def test_a_date_before_every_price_is_refused_with_the_earliest():
    earliest = min(region.first_price for region in regions().values())
    with pytest.raises(MissingFactError, match=earliest) as caught:
        load("1999-12-31")
    assert caught.value.exit_code == 5
    assert load(earliest).priced_on == earliest


@pytest.mark.parametrize("text", ["yesterday", "2025-13-01", "2025-02-30", ""])
def test_what_is_not_a_date_is_refused(text):
    with pytest.raises(SpecError, match="YYYY-MM-DD"):
        load(text)


def _held(table: list[list[str]], on: str):
    priced = [",".join(row) for row in table]
    offered = {name: [f"{name},3,,,s,2025-01-01"] for name in {row[0] for row in table}}
    sources = {"s": "a source", "i": "a basis", "j": "another"}
    return dict(OfferingRows("us-east-1", on, offered, {"g6.xlarge": priced}, sources))


def test_a_later_row_supersedes_and_an_empty_one_withdraws():
    key = "g6.xlarge"
    table = [
        [key, "on_demand", "2025-01-01", "1.00", "s", "2025-01-01", "", ""],
        [key, "on_demand", "2025-03-01", "0.80", "s", "2025-03-01", "i+j", ""],
        [key, "on_demand", "2025-05-01", "", "s", "2025-05-01", "", ""],
    ]
    assert _held(table, "2024-12-31")[key].on_demand is None
    before, after = (_held(table, on)[key] for on in ("2025-02-28", "2025-03-01"))
    assert (before.start, before.on_demand.usd, before.on_demand.inferred) == (
        "2025-01-01",
        Decimal("1.00"),
        "",
    )
    assert (after.start, after.on_demand.usd, after.on_demand.inferred) == (
        "2025-03-01",
        Decimal("0.80"),
        "a basis; another",
    )
    assert _held(table, "2025-05-01")[key].on_demand is None


def test_accelerators_answer_to_the_names_of_benchmarks():
    catalog = load()
    for alias, name in {
        "H100-SXM-80GB": "H100-80GB",
        "A100-SXM-40GB": "A100-40GB",
        "b300-sxm-270gb": "B300-288GB",
        "H100-PCIe-80GB": "H100-PCIe-80GB",
    }.items():
        found = catalog.accelerator(alias)
        assert found is not None
        assert found.name == name
    assert catalog.accelerator("H1000") is None


def test_only_rented_accelerators_are_offered():
    catalog = load()
    used = {catalog.instance_types[name].accelerator for name in catalog.planned} - {None}
    assert all(catalog.accelerators[name].aws for name in used)
    assert not catalog.accelerators["GH200-96GB"].aws


def test_turing_and_volta_have_no_bfloat16():
    accelerators = load().accelerators
    assert "bf16" not in accelerators["T4"].flops
    assert "bf16" not in accelerators["V100-32GB"].flops
    assert accelerators["H100-80GB"].flops["fp8"] == pytest.approx(1979e12)


def _karpenter() -> list[dict[str, str]]:
    with (CASES / "karpenter_labels.csv").open(newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("row", _karpenter(), ids=lambda row: row["node.kubernetes.io/instance-type"])
def test_types_look_as_karpenter_sees_them(row):
    """Labels and allocatable of all types in Karpenter's own reference (v1.14.1)."""
    found = load().instance_types[row["node.kubernetes.io/instance-type"]]
    expected = {
        (column if "/" in column else KARPENTER + column): value
        for column, value in row.items()
        if value and not column.startswith("allocatable-")
    }
    assert dict(found.labels) == expected
    assert f"{found.allocatable_cpu * 1000:.0f}m" == row["allocatable-cpu"]
    assert f"{found.allocatable_memory_gib * 1024:.0f}Mi" == row["allocatable-memory"]
    assert str(found.max_pods) == row["allocatable-pods"]


def test_cpu_types_keep_back_what_eks_keeps_back():
    """Source: the EKS bootstrap script's kube-reserved, and Karpenter's 7.5 % VM overhead."""
    types, planned = load().instance_types, load().planned
    cpu_types = [types[name] for name in planned if types[name].accelerator is None]
    assert len(cpu_types) >= 60
    for kind in cpu_types:
        reserved = 60 + 10 * (kind.vcpus > 1) + 5 * min(kind.vcpus - 2, 2) + 2.5 * max(kind.vcpus - 4, 0)
        assert kind.allocatable_cpu * 1000 == pytest.approx(kind.vcpus * 1000 - reserved, abs=1)
        memory = kind.memory_gib * 1024 * 0.925 - (11 * kind.max_pods + 255) - 100
        assert kind.allocatable_memory_gib * 1024 == pytest.approx(memory, abs=1)


def test_neuron_types_carry_accelerator_labels_not_gpu_labels():
    labels = load().instance_types["inf2.48xlarge"].labels
    assert labels[KARPENTER + "accelerator-count"] == "12"
    assert KARPENTER + "gpu-name" not in labels


def test_an_inferred_price_says_how():
    price = load().offering("m7i.8xlarge", "ap-south-1").on_demand
    assert price.usd == Decimal("1.6968")
    assert "another size" in price.inferred
    assert load().offering("m7i.large", "ap-south-1").on_demand.inferred == ""


def test_services_are_priced_per_region():
    catalog = load()
    assert catalog.service("nat-gateway-hour", "ap-northeast-1").price.usd == Decimal("0.062")
    assert catalog.service("ebs-gp3-storage", "eu-central-1").price.usd == Decimal("0.0952")
    assert catalog.service("nat-gateway-hour", "eu-north-1").price.usd == Decimal("0.046")
    assert catalog.service("lunar-lander-hour", "us-east-1") is None


def test_unknown_offerings_are_none():
    assert load().offering("g6e.xlarge", "eu-west-1") is None
    assert load().offering("p5e.48xlarge", "us-east-2").on_demand is None


def test_alternatives_stay_on_the_continent():
    assert "eu-west-1" in near("eu-west-3")
    assert {regions()[name].continent for name in near("eu-west-3")} == {"Europe"}
    assert near("eu-west-9") == ()


def test_only_what_is_asked_for_is_read():
    catalog = load("2026-08-09")
    assert catalog.offering("c5.large", "eu-north-1").on_demand.usd == Decimal("0.091")
    assert set(catalog.offerings._known) == {"eu-north-1"}
    assert not catalog.instance_types._whole
    assert catalog.instance_types["c5.large"].vcpus == 2
    assert catalog.instance_types._whole
    assert "c5.large" not in catalog.planned


def test_a_region_or_a_type_that_is_not_known_has_no_offering():
    catalog = load()
    assert catalog.offering("g6.xlarge", "us-north-1") is None
    assert catalog.offering("g6.huge", "us-east-1") is None
    assert catalog.service("nat-gateway-hour", "us-north-1") is None
    assert ("g6.xlarge", 5) not in catalog.offerings
