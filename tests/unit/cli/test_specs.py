"""The specs of a command are read together: one that is wrong stops all, and an option is blamed once."""

from pathlib import Path

import pytest

from plimsoll.catalog.tables import load
from plimsoll.cli.specs import load_all
from plimsoll.ground.problems import SpecError
from plimsoll.spec.overrides import read_overrides

CHAT = "model: meta-llama/Llama-3.1-8B-Instruct\nload: {qps: 5}\n"
SERVICE = (
    "measured: {accelerator: none, qps_per_replica: 9, cpu: 1, memory_gib: 2, source: test}\nload: {qps: 5}\n"
)


def said(folder: Path, *settings: str, **texts: str) -> list[str]:
    for name, text in texts.items():
        (folder / f"{name}.yaml").write_text(text)
    overrides = read_overrides(settings, ()) if settings else None
    with pytest.raises(SpecError) as refused:
        load_all([str(folder / f"{name}.yaml") for name in texts], load(), overrides)
    return [str(problem).replace(f"{folder}/", "") for problem in refused.value.problems]


def test_the_problems_of_all_files_come_together(tmp_path: Path):
    wrong = CHAT.replace("qps", "qsp")
    first, second = said(tmp_path, a=CHAT, b=wrong, c=wrong)
    assert first.startswith("b.yaml:2:8: load.qsp")
    assert second.startswith("c.yaml:2:8: load.qsp")


def test_what_every_spec_says_of_an_option_is_said_once(tmp_path: Path):
    (problem,) = said(tmp_path, "load.qos=3", a=CHAT, b=CHAT)
    assert problem.startswith("--set load.qos=3: load.qos: unknown key 'qos'")


def test_what_only_one_says_names_it(tmp_path: Path):
    (problem,) = said(tmp_path, "load.output_tokens=9", a=CHAT, b=SERVICE)
    assert problem.startswith("--set load.output_tokens=9 (in b.yaml): load.output_tokens: ")


def test_all_are_read_as_if_they_said_so(tmp_path: Path):
    for name in ("a", "b"):
        (tmp_path / f"{name}.yaml").write_text(CHAT)
    specs = [str(tmp_path / f"{name}.yaml") for name in ("a", "b")]
    loaded = load_all(specs, load(), read_overrides(["load.qps=7"], ["us-east-2"]))
    assert [(each.workload.load.qps.peak, each.workload.region_names) for each in loaded] == [
        (7, ("us-east-2",))
    ] * 2
