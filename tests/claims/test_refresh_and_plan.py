"""Prices that were read again and are the same give the same plan, to the cent; every command takes them."""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from plimsoll.catalog.refresh.calls import Asking
from plimsoll.catalog.refresh.refresh import Wish, refresh
from plimsoll.catalog.tables import load
from plimsoll.cli.main import main
from tests.make.aws_answers import NOW, StubbedAccount, boto3, paged, product, real_client
from tests.make.places import ROOT
from tests.make.programs import need_module

REGION = "us-east-1"
SPEC = str(ROOT / "workloads" / "chat-8b.yaml")
PRICING = ("pricing", "get_products")

moto: Any = need_module("moto")


class _Moto:
    """Types and offerings come from moto, list prices from stubs: moto serves none."""

    def __init__(self, stubs: StubbedAccount) -> None:
        self.stubs = stubs

    def client(self, service: str, region: str) -> Any:
        if service != "ec2":
            return self.stubs.client(service, region)
        return boto3.client("ec2", region_name=region)


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[_Moto]:
    """The same list prices as the package has, of all types of the region that were read."""
    catalog = load()
    items = [
        product(name, f"{price.usd:f}", REGION)
        for name in catalog.instance_types
        if (offering := catalog.offering(name, REGION)) is not None
        and (price := offering.on_demand) is not None
        and not price.inferred
    ]
    pages = paged("PriceList", *(items[start : start + 100] for start in range(0, len(items), 100)))
    real_client("pricing", REGION)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    with moto.mock_aws():
        yield _Moto(StubbedAccount({PRICING: pages}))


def asked(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> tuple[int, Any]:
    with pytest.raises(SystemExit) as ending:
        main([*arguments, "--format", "json"])
    return int(ending.value.code or 0), json.loads(capsys.readouterr().out)


@pytest.mark.slow
def test_the_same_prices_give_the_same_plan(
    aws: _Moto, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    only = ("types", "offerings", "on-demand")
    done = refresh(Wish(tmp_path / "p", NOW, (REGION,), only), Asking(aws))
    assert done.prices > 800
    before, plain = asked(["plan", SPEC], capsys)
    after, fresh = asked(["plan", SPEC, "--prices", str(tmp_path / "p")], capsys)
    assert before == after == 0
    assert fresh["chosen"] == plain["chosen"]
    assert fresh["cost"]["usd_per_month"] == plain["cost"]["usd_per_month"]
    assert [line["usd_per_month"] for line in fresh["cost"]["lines"]] == [
        line["usd_per_month"] for line in plain["cost"]["lines"]
    ]
    (told,) = [each for each in fresh["assumptions"] if each["name"] == "prices"]
    used = load(None, str(tmp_path / "p")).prices
    assert used is not None
    assert str(told["value"]) == str(used)
    assert used.digest[:12] in str(used)
    assert fresh["priced_on"] == "2026-11-28"


@pytest.fixture
def dearer(tmp_path: Path) -> Path:
    """A folder in which every price that the plan rests on is a quarter higher."""
    offering = load().offering("g7e.2xlarge", REGION)
    system = load().offering("m7i.large", REGION)
    assert offering is not None
    assert offering.on_demand is not None
    assert system is not None
    assert system.on_demand is not None
    items = [
        product("g7e.2xlarge", f"{offering.on_demand.usd * 5 / 4:f}", REGION),
        product("m7i.large", f"{system.on_demand.usd * 5 / 4:f}", REGION),
    ]
    stubs = StubbedAccount({PRICING: paged("PriceList", items)})
    refresh(Wish(tmp_path / "dearer", NOW, (REGION,), ("on-demand",)), Asking(stubs))
    return tmp_path / "dearer"


PIN = ["--set", "capacity.allow=[g7e.2xlarge]", "--region", REGION]


def test_every_command_reads_the_folder(
    dearer: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = ["--prices", str(dearer)]
    _, plain = asked(["plan", SPEC, *PIN], capsys)
    _, plan = asked(["plan", SPEC, *PIN, *folder], capsys)
    assert float(plan["cost"]["usd_per_month"]["ceiling"]) > float(plain["cost"]["usd_per_month"]["ceiling"])
    _, why = asked(["why-not", SPEC, "g7e.2xlarge", *PIN, *folder], capsys)
    assert why["priced_on"] == "2026-11-28"
    _, offers = asked(["offers", "--instance-type", "g7e.2xlarge", "--region", REGION, *folder], capsys)
    assert "2026-11-28" in json.dumps(offers)
    written = tmp_path / "plan.json"
    written.write_text(json.dumps(plan))
    code, verdict = asked(["check", str(written), *folder], capsys)
    assert code == 0
    assert verdict["prices"]["folder"] == str(dearer)
    assert verdict["usd_per_month"]["ceiling"] == plan["cost"]["usd_per_month"]["ceiling"]


def test_the_gate_prices_a_graph_with_the_folder_on_the_same_road(
    dearer: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Plan and preview agree to the cent with prices of one's own as they do without."""
    monkeypatch.chdir(ROOT)
    _, plan = asked(["plan", SPEC, *PIN, "--prices", str(dearer)], capsys)
    _, preview = asked(["preview", "--spec", SPEC, *PIN, "--prices", str(dearer)], capsys)
    assert preview["usd_per_month"]["ceiling"] == plan["cost"]["usd_per_month"]["ceiling"]


def test_environment_and_configuration_name_the_folder_too(
    dearer: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    _, plain = asked(["plan", SPEC, *PIN], capsys)
    written = tmp_path / "plan.json"
    written.write_text(json.dumps(plain))
    config = tmp_path / "config.json"
    config.write_text(json.dumps({"facts": {"prices": str(dearer)}}))
    _, verdict = asked(["check", str(written), "--policy-config", str(config)], capsys)
    assert verdict["prices"]["folder"] == str(dearer)
    monkeypatch.setenv("PLIMSOLL_PRICES", str(dearer))
    _, plan = asked(["plan", SPEC, *PIN], capsys)
    assert plan["priced_on"] == "2026-11-28"
    monkeypatch.delenv("PLIMSOLL_PRICES")
    (tmp_path / "plimsoll.toml").write_text(f'prices = "{dearer.name}"\n')
    monkeypatch.chdir(tmp_path)
    _, plan = asked(["plan", SPEC, *PIN], capsys)
    assert plan["priced_on"] == "2026-11-28"


@pytest.mark.parametrize("damage", ["changed", "gone", "no manifest", "foreign pointer"])
def test_a_damaged_folder_is_refused_by_whoever_reads_it(
    dearer: Path, damage: str, capsys: pytest.CaptureFixture[str]
) -> None:
    snapshot = dearer / (dearer / "CURRENT").read_text().strip()
    file = snapshot / "prices" / f"{REGION}.csv"
    match damage:
        case "changed":
            file.write_text(file.read_text().replace("2026-11-28", "2026-11-27"))
        case "gone":
            file.unlink()
        case "no manifest":
            (snapshot / "manifest.json").write_text("{}")
        case _:
            (dearer / "CURRENT").write_text("../elsewhere\n")
    for command in (["plan", SPEC, *PIN, "--prices", str(dearer)], ["prices", "verify", str(dearer)]):
        with pytest.raises(SystemExit) as ending:
            main(command)
        assert ending.value.code == (2 if damage == "foreign pointer" else 5)
        said = capsys.readouterr().err
        assert str(dearer) in said
        assert os.sep in said


def test_verify_says_what_it_has_verified(dearer: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ending:
        main(["prices", "verify", str(dearer)])
    assert ending.value.code == 0
    assert "8 rows, all whole" in capsys.readouterr().out
