"""An answer says which days its prices were read on; it never depends on the day it is given."""

import json
import os
from pathlib import Path

import pytest

from plimsoll.catalog.tables import load
from plimsoll.cli.day import TODAY
from tests.make.command import plimsoll
from tests.make.places import ROOT

SPEC = "workloads/chat-8b.yaml"
COMMANDS = [
    ("plan", SPEC),
    ("plan", SPEC, "--format", "json"),
    ("why-not", SPEC, "g6.xlarge"),
    ("offers", "--gpu", "L40S"),
    ("preview", "--spec", SPEC),
    ("check", "plan.json", "--budget", "5000"),
]
DATED = [command for command in COMMANDS if "--format" not in command]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project's face, with a plan in it."""
    made = tmp_path_factory.mktemp("project")
    for entry in ROOT.iterdir():
        if entry.name != "plan.json":
            (made / entry.name).symlink_to(entry)
    (made / "plan.json").write_text(plimsoll("plan", SPEC, "--format", "json", cwd=ROOT).stdout)
    return made


def on_day(day: str, folder: Path, *command: str):
    return plimsoll(*command, cwd=folder, env={**os.environ, TODAY: day})


def document(*command: str) -> dict:
    return json.loads(plimsoll(*command, "--format", "json", cwd=ROOT).stdout)


@pytest.mark.parametrize("command", [each for each in COMMANDS if each[0] != "check"], ids=" ".join)
def test_years_later_the_answer_is_the_same_and_one_line_says_how_old_it_is(command, folder: Path) -> None:
    then, later = on_day("2026-01-01", folder, *command), on_day("2030-01-01", folder, *command)
    assert (then.stdout, then.returncode) == (later.stdout, later.returncode)
    assert then.stderr == ""
    assert later.stderr.count("\n") == 1
    assert "days before 2030-01-01" in later.stderr


def test_what_judges_reads_the_day_unless_it_replays_another(folder: Path) -> None:
    judged = ("check", "plan.json", "--budget", "5000")
    assert on_day("2026-08-01", folder, *judged).returncode == 0
    late = on_day("2030-01-01", folder, *judged)
    assert late.returncode == 7
    assert "stale_prices" in late.stdout
    replayed = on_day("2030-01-01", folder, *judged, "--on", "2026-08-10")
    assert replayed.returncode == 0


@pytest.mark.parametrize("command", DATED, ids=" ".join)
def test_a_date_in_the_future_takes_the_newest_prices_and_says_so(command, folder: Path) -> None:
    asked = on_day("2026-01-01", folder, *command, "--on", "2027-01-01")
    assert asked.returncode in (0, 7), asked.stderr
    assert "asked for 2027-01-01" in asked.stdout


def test_asked_on_is_the_argument_and_priced_on_the_newest_price_that_was_read() -> None:
    plain, asked = document("plan", SPEC), document("plan", SPEC, "--on", "2027-01-01")
    assert plain["asked_on"] is None
    assert asked["asked_on"] == "2027-01-01"
    days = {
        line["as_of"]
        for line in asked["cost"]["lines"]
        if line["unit"] == "instance-hour" and line["inferred"] is None
    }
    for answer in (plain, asked):
        assert (answer["priced_on"], answer["oldest_on"]) == (max(days), min(days))
    assert plain["cost"] == asked["cost"]


def test_every_document_with_prices_has_the_three_days(folder: Path) -> None:
    for command in COMMANDS:
        said = plimsoll(*command[:2], *command[2:], "--format", "json", cwd=folder)
        answer = json.loads(said.stdout)
        assert {"asked_on", "priced_on", "oldest_on"} <= set(answer), command
        assert answer["oldest_on"] <= answer["priced_on"] < "2027"


def test_an_inferred_price_counts_for_no_day_and_says_what_it_is(tmp_path: Path) -> None:
    offered = next(
        offering
        for (name, _), offering in load().offerings.items()
        if name.startswith("g7e.") and (price := offering.on_demand) is not None and price.inferred
    )
    assert offered.on_demand is not None
    price = f"{offered.on_demand.usd:f}"
    spec = tmp_path / "spec.yaml"
    spec.write_text(
        "model: meta-llama/Llama-3.1-8B-Instruct\nload: {qps: 1}\n"
        f"region: {offered.region}\npin: {{instance_type: {offered.instance_type}}}\n"
    )
    answer = document("plan", str(spec))
    lines = [line for line in answer["cost"]["lines"] if line["usd_per_unit"] == price]
    assert lines
    assert all(line["inferred"] for line in lines)
    read = [line["as_of"] for line in answer["cost"]["lines"] if "system nodes" in line["item"]]
    assert answer["priced_on"] == answer["oldest_on"] == read[0] != offered.on_demand.as_of
    text = plimsoll("plan", str(spec), cwd=ROOT).stdout
    assert f"inferred {price}" in text


def test_a_refusal_says_the_days_of_what_it_tried() -> None:
    refusal = document("plan", "tests/cases/plans/refused-over-budget/spec.yaml")
    assert refusal["outcome"] == "refusal"
    assert refusal["oldest_on"] < refusal["priced_on"]
    nothing = document("plan", "tests/cases/plans/refused-everything-denied/spec.yaml")
    assert nothing["candidates"]
