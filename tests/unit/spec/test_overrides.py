"""What the command line says of a spec is read, and answered, as if the file said so."""

from pathlib import Path

import pytest

from plimsoll.catalog.tables import load
from plimsoll.ground.problems import SpecError
from plimsoll.spec.overrides import read_overrides
from plimsoll.spec.read import load_workload
from plimsoll.spec.workload import Workload

SPEC = """\
name: chat
model: meta-llama/Llama-3.1-8B-Instruct
load:
  qps: 5
  input_tokens: {mean: 900, p95: 1500}
precision: bf16
regions: [us-east-1, us-west-2]
capacity: {allow: [g6e, p5]}
"""


def read(folder: Path, *settings: str, regions: tuple[str, ...] = (), text: str = SPEC) -> Workload:
    file = folder / "chat.yaml"
    file.write_text(text)
    return load_workload(file, load(), read_overrides(settings, regions)).workload


def said(folder: Path, *settings: str, regions: tuple[str, ...] = (), text: str = SPEC) -> list[str]:
    with pytest.raises(SpecError) as refused:
        read(folder, *settings, regions=regions, text=text)
    return [str(problem).replace(f"{folder}/", "") for problem in refused.value.problems]


@pytest.mark.parametrize(
    ("settings", "as_if"),
    [
        (["load.qps=10"], ("  qps: 5", "  qps: 10")),
        (["load.qps.average=3"], ("  qps: 5", "  qps: {peak: 5, average: 3}")),
        (["load.input_tokens.p95=2000"], ("p95: 1500", "p95: 2000")),
        (["load.input_tokens=700"], ("{mean: 900, p95: 1500}", "700")),
        (["capacity.allow=[g6]"], ("[g6e, p5]", "[g6]")),
        (["capacity.allow[1]=g6"], ("[g6e, p5]", "[g6e, g6]")),
        (["capacity.allow[2]=g6"], ("[g6e, p5]", "[g6e, p5, g6]")),
        (["precision[1]=fp8"], ("bf16", "[bf16, fp8]")),
        (["sla.ttft_p95_ms=800"], ("capacity", "sla: {ttft_p95_ms: 800}\ncapacity")),
        (["sla={e2e_p95_ms: 9}"], ("capacity", "sla: {e2e_p95_ms: 9}\ncapacity")),
        (["capacity=null"], ("capacity: {allow: [g6e, p5]}\n", "")),
        (["capacity="], ("capacity: {allow: [g6e, p5]}\n", "")),
        (['owner.team="007"'], ("capacity", 'owner: {team: "007"}\ncapacity')),
        (["load.qps=7", "load.qps=8"], ("  qps: 5", "  qps: 8")),
        (["capacity.deny=\n- p4d\n- g6"], ("capacity: {", "capacity: {deny: [p4d, g6], ")),
        (["regions=[eu-west-1]"], ("[us-east-1, us-west-2]", "[eu-west-1]")),
    ],
)  # fmt: skip
def test_the_plan_is_that_of_a_file_that_says_so(tmp_path: Path, settings: list[str], as_if: tuple[str, str]):
    assert as_if[0] in SPEC
    assert read(tmp_path, *settings) == read(tmp_path, text=SPEC.replace(*as_if))


@pytest.mark.parametrize("file", [SPEC, SPEC.replace("regions: [us-east-1, us-west-2]", "region: us-east-1")])
def test_regions_replace_those_of_the_spec(tmp_path: Path, file: str):
    assert read(tmp_path, regions=("eu-west-1",), text=file).region == "eu-west-1"
    both = read(tmp_path, regions=("eu-west-1", "us-east-2"), text=file)
    assert (both.region, both.region_names) == (None, ("eu-west-1", "us-east-2"))


@pytest.mark.parametrize(
    ("setting", "says"),
    [
        ("load.qps=x", 'load.qps: "x" is text, where a number belongs; the unit is requests per second'),
        ("load.qps=10/s", 'load.qps: "10/s" is text, where a number belongs'),
        ("load.qos=3", "load.qos: unknown key 'qos'; did you mean 'qps'?"),
        ("lod.qps=3", "lod: unknown key 'lod'; did you mean 'load'?"),
        ("sla.ttft_p95=800", "sla.ttft_p95: unknown key 'ttft_p95'; keys carry statistic and unit"),
        ("load.qps=-1", "load.qps: -1 is out of range"),
        ("capacity.allow=[g6e, g9]", "capacity.allow[1]: no instance family or type 'g9' in the catalogue"),
        ("capacity.allow[7]=g6", "capacity.allow[7]: capacity.allow has no item 7; it has 2"),
        ("name.x=3", "name.x: name is no mapping in the spec; give all of it: --set name={…}"),
        ("load[0]=3", "load[0]: load is no list in the spec; leave out [ ] behind load"),
        ("owner.team=007", 'owner.team: 007 is a number, where text belongs; quote it: "007"'),
        ("load.qps=[", "load.qps: not YAML"),
        ("load.qps=&a 4", "load.qps: anchor &a; anchors and aliases are not read"),
        ("owner={team: a, team: b}", "owner.team: key 'team' is given twice; remove one"),
        ("load=", "load: load is missing; Traffic; add load: {qps: 5}"),
        ("load.qps", "it says no value; write --set load.qps=VALUE"),
        ("load..qps=3", "'load..qps' is no path"),
        ("=3", "'' is no path"),
        (f"{'a.' * 40}b=3", f"'{('a.' * 40)[:80]}' is no path"),
    ],
)  # fmt: skip
def test_a_wrong_option_is_a_problem_like_any_other(tmp_path: Path, setting: str, says: str):
    (problem,) = said(tmp_path, setting)
    shown = setting if len(setting) <= 80 else setting[:79] + "…"
    assert problem.startswith(f"--set {shown}: {says}"), problem


def test_the_problems_of_the_file_keep_their_places_and_come_with_it(tmp_path: Path):
    file = SPEC.replace("precision: bf16", "precison: bf16").replace("900", "-900")
    first, second, third = said(tmp_path, "load.qps=x", text=file)
    assert first.startswith("--set load.qps=x: load.qps: ")
    assert second.startswith("chat.yaml:5:24: load.input_tokens.mean: -900 is out of range")
    assert third.startswith("chat.yaml:6:1: precison: unknown key 'precison'")


def test_what_an_option_replaces_is_not_blamed(tmp_path: Path):
    assert read(tmp_path, "load.qps=10", text=SPEC.replace("qps: 5", "qps: 5/s")).load.qps.peak == 10


def test_an_unknown_region_is_said_as_it_was_typed(tmp_path: Path):
    (one,) = said(tmp_path, regions=("eu-west-9",))
    assert one.startswith("--region eu-west-9: region: no region 'eu-west-9' in the catalogue")
    (second,) = said(tmp_path, regions=("us-east-1", "eu-west-9"))
    assert second.startswith("--region eu-west-9: regions[1]: no region")
    (listed,) = said(tmp_path, regions=("us-east-1,us-west-2",))
    assert listed.endswith("write --region us-east-1 --region us-west-2")


def test_a_stack_takes_them_as_settings_in_full():
    long = f"owner.team={'x' * 100}"
    assert read_overrides([long], ["us-east-1"]).as_settings() == [long, "region=null", "regions=[us-east-1]"]
