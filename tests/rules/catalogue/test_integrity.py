"""The data files keep every rule, and every rule notices when a copy of the data breaks it."""

import re
from collections.abc import Callable
from importlib.resources import files

import pytest

from . import rules
from .rules import RULES, Facts, read_facts


@pytest.fixture(scope="module")
def facts() -> Facts:
    return read_facts()


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_the_catalogue_keeps_the_rule(rule, facts):
    assert rule(facts) == []


def _row(facts: Facts, table: str, /, **wanted: str) -> dict[str, str]:
    return next(row for row in facts[table] if wanted.items() <= row.items())


def _newest(facts: Facts, instance_type: str, kind: str, region: str = "us-east-1") -> dict[str, str]:
    found = [
        row
        for row in facts["prices"]
        if (row["instance_type"], row["region"], row["kind"]) == (instance_type, region, kind)
    ]
    return found[-1]


def _set(table: str, wanted: dict[str, str], /, **values: str) -> Callable[[Facts], None]:
    return lambda facts: _row(facts, table, **wanted).update(values)


def _reprice(instance_type: str, kind: str, usd: str) -> Callable[[Facts], None]:
    return lambda facts: _newest(facts, instance_type, kind).update(usd_per_hour=usd, flag="")


def _drop(table: str, /, **wanted: str) -> Callable[[Facts], None]:
    def change(facts: Facts) -> None:
        facts[table] = [row for row in facts[table] if not wanted.items() <= row.items()]

    return change


def _repeat(name: str) -> Callable[[Facts], None]:
    return lambda facts: facts[name].insert(0, dict(facts[name][0]))


def _swap(name: str) -> Callable[[Facts], None]:
    return lambda facts: facts[name].reverse()


BREAKAGES: list[tuple[Callable[[Facts], list[str]], Callable[[Facts], None]]] = [
    (rules.prices_are_positive, _reprice("g6.xlarge", "on_demand", "0")),
    (rules.prices_are_positive, _reprice("g6.xlarge", "on_demand", "-1.2")),
    (rules.prices_are_positive, _reprice("g6.xlarge", "spot", "1e-3")),
    (rules.prices_are_positive, _reprice("g6.xlarge", "spot", "NaN")),
    (rules.prices_are_positive, _set("services", {"item": "nat-gateway-hour"}, usd="0")),
    (rules.one_price_per_key_and_date, _repeat("prices")),
    (rules.one_price_per_key_and_date, _repeat("services")),
    (rules.rows_are_sorted, _swap("prices")),
    (rules.rows_are_sorted, _swap("instance_types")),
    (rules.keys_are_unique, _repeat("offerings")),
    (rules.keys_are_unique, _repeat("accelerators")),
    (rules.aliases_mean_one_thing, _set("accelerators", {"name": "A40"}, aliases="x;h100-sxm-80gb")),
    (rules.dates_are_dates, _set("prices", {"kind": "spot"}, start="August 2026")),
    (rules.dates_are_dates, _set("prices", {"kind": "spot"}, as_of="2026-08")),
    (rules.every_row_has_provenance, _set("prices", {"kind": "spot"}, source="")),
    (rules.every_row_has_provenance, _set("prices", {"kind": "spot"}, as_of="")),
    (rules.every_row_has_provenance, _set("services", {"item": "alb-lcu"}, inferred="a guess")),
    (rules.every_row_has_provenance, _set("accelerators", {"name": "L4"}, source=" ")),
    (rules.every_row_has_provenance, _set("sources", {"key": "moto"}, text="")),
    (rules.sources_are_used, lambda facts: facts["sources"].append({"key": "nobody", "text": "nothing"})),
    (rules.references_exist, _drop("instance_types", name="g6.xlarge")),
    (rules.references_exist, _drop("offerings", instance_type="g6.xlarge", region="us-east-1")),
    (rules.references_exist, _drop("accelerators", name="L4")),
    (rules.references_exist, _set("instance_types", {"name": "g6.xlarge"}, accelerator="GH200-96GB")),
    (rules.references_exist, _set("instance_types", {"name": "g6.xlarge"}, quota="none")),
    (rules.regions_say_their_dates, _set("regions", {"region": "us-east-1"}, newest_price="2026-11-01")),
    (rules.regions_say_their_dates, _set("regions", {"region": "us-east-1"}, first_price="2020-01-01")),
    (rules.keys_are_unique, _set("other_instance_types", {"name": "m5.large"}, name="m7i.large")),
    (rules.references_exist, _set("prices", {"kind": "spot"}, kind="on-demand")),
    (rules.keys_are_unique, _repeat("engines")),
    (rules.every_row_has_provenance, _set("engines", {"engine": "tei"}, source="")),
    (rules.engine_facts_are_found, _set("engines", {"engine": "tei"}, engine="tie")),
    (rules.engine_facts_are_found, _set("engines", {"accelerator": "A100"}, accelerator="A101")),
    (rules.engine_facts_are_found, _set("engines", {"fact": "fraction"}, value="most")),
    (rules.engine_facts_are_found, _set("engines", {"fact": "fraction"}, fact="fractions")),
    (rules.checkpoints_are_found, _set("checkpoints", {"precision": "fp4"}, model="meta-llama/Llama-9")),
    (rules.checkpoints_are_found, _set("checkpoints", {"precision": "fp4"}, precision="bf16")),
    (
        rules.checkpoints_are_found,
        _set("checkpoints", {"checkpoint": "Qwen/Qwen2.5-7B-Instruct-AWQ"}, method="gptq"),
    ),
    (rules.checkpoints_are_found, _set("checkpoints", {"method": "compressed-tensors"}, method="")),
    (rules.checkpoints_are_found, _set("checkpoints", {"precision": "fp4"}, stored_bytes="40 GB")),
    (rules.accelerator_fields_come_together, _set("instance_types", {"name": "g6.xlarge"}, accelerators="0")),
    (rules.accelerator_fields_come_together, _set("instance_types", {"name": "m7i.large"}, accelerators="1")),
    (rules.accelerators_are_whole, _set("accelerators", {"name": "H100-80GB"}, bandwidth_gb_s="")),
    (rules.accelerators_are_whole, _set("accelerators", {"name": "T4"}, fp16_tflops="")),
    (rules.must_contain, _drop("instance_types", name="p5.48xlarge")),
    (rules.must_contain, _drop("prices", instance_type="p5.48xlarge", region="us-east-1")),
    (rules.must_contain, _drop("accelerators", name="T4G")),
    (rules.regions_are_covered, _drop("services", item="nat-gateway-hour", region="ap-south-1")),
    (rules.regions_are_covered, _drop("prices", instance_type="m7i.large", region="eu-west-1")),
    (rules.regions_are_covered, _drop("prices", region="eu-west-1")),
    (rules.spot_is_below_on_demand, _reprice("g6.xlarge", "spot", "0.81")),
    (rules.spot_is_below_on_demand, _reprice("g6.xlarge", "spot", "0.8048")),
    (rules.prices_are_of_one_size, _reprice("p5.48xlarge", "on_demand", "5504")),
    (rules.prices_are_of_one_size, _reprice("g6.xlarge", "on_demand", "0.008048")),
    (rules.regions_differ_within_reason, _reprice("m7i.large", "on_demand", "1.008")),
    (rules.reserved_is_below_on_demand, _reprice("g6.xlarge", "reserved_1y", "0.8048")),
    (
        rules.allocatable_is_below_the_whole,
        _set("instance_types", {"name": "g6.xlarge"}, allocatable_cpu_m="4000"),
    ),
]


@pytest.mark.parametrize(
    ("rule", "change"),
    BREAKAGES,
    ids=[f"{number}-{rule.__name__}" for number, (rule, _) in enumerate(BREAKAGES)],
)
def test_the_rule_notices_a_breach(rule, change, facts):
    broken = {name: [dict(row) for row in table] for name, table in facts.items()}
    change(broken)
    assert rule(broken) != []


def test_every_rule_is_shown_to_fail():
    assert {rule for rule, _ in BREAKAGES} == set(RULES)


def test_every_column_is_documented(facts):
    page = (files("plimsoll") / "catalog" / "data" / "SOURCES.md").read_text(encoding="utf-8")
    missing = [
        f"{name}.csv: {column}"
        for name in (*rules.FILES, *rules.FOLDERS)
        if name != "sources"
        for column in facts[name][0]
        if not re.search(rf"\b{column}\b", page)
    ]
    # The rates between the first and the last are written with an ellipsis.
    written_as_range = {f"accelerators.csv: {rate}_tflops" for rate in ("tf32", "fp16", "bf16", "fp8")}
    assert set(missing) <= written_as_range
