"""`plimsoll new` writes a spec that is good as it stands, and touches nothing that exists."""

import re
from pathlib import Path

import pytest

from plimsoll.catalog.tables import load
from plimsoll.cli import main as cli
from plimsoll.spec.read import load_workload
from plimsoll.spec.workload import Workload


def new(name: str) -> int:
    with pytest.raises(SystemExit) as ending:
        cli.main(["new", name])
    code = ending.value.code
    assert isinstance(code, int)
    return code


@pytest.fixture(autouse=True)
def _in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_the_new_spec_is_good_as_it_stands(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert new("support-chat") == 0
    assert capsys.readouterr().out == "support-chat.yaml\n"
    loaded = load_workload(tmp_path / "support-chat.yaml", load())
    assert loaded.workload.name == "support-chat"
    assert [file.name for file in tmp_path.iterdir()] == ["support-chat.yaml"]


def test_it_explains_every_key() -> None:
    """Percentiles are said once, in the sentence above `sla`."""
    new("support-chat")
    text = Path("support-chat.yaml").read_text(encoding="utf-8")
    schema = Workload.model_json_schema()
    keys = {*schema["properties"], *(key for each in schema["$defs"].values() for key in each["properties"])}
    spelled_out = {key for key in keys if re.search(r"_p(50|90|99)_ms$", key)}
    missing = {key for key in keys - spelled_out - {"kind"} if not re.search(rf"\b{key}\b", text)}
    assert missing == set()


SECTIONS = (
    "expires|precision|engine|budget|region|capacity|scale|owner|pin|  spot|  on_demand_base|  allow|  deny"
)
COMMENTED = re.compile(f"^# (?=({SECTIONS}):)", re.MULTILINE)


def test_what_is_commented_out_is_good_too() -> None:
    new("support-chat")
    text, uncommented = COMMENTED.subn("", Path("support-chat.yaml").read_text(encoding="utf-8"))
    assert uncommented == 13
    Path("all.yaml").write_text(text, encoding="utf-8")
    workload = load_workload("all.yaml", load()).workload
    assert workload.pin.instance_type == "g6e.12xlarge"
    assert workload.capacity.on_demand_base == 0.5


@pytest.mark.parametrize("kind", ["file", "folder", "link to nothing"])
def test_what_exists_is_not_overwritten(kind: str, capsys: pytest.CaptureFixture[str]) -> None:
    path = Path("chat.yaml")
    if kind == "file":
        path.write_text("precious")
    elif kind == "folder":
        path.mkdir()
    else:
        path.symlink_to("elsewhere.yaml")
    assert new("chat") == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("chat.yaml: the file exists; it is not overwritten;")
    assert list(Path().iterdir()) == [path]
    assert kind != "file" or path.read_text() == "precious"


@pytest.mark.parametrize(
    "name", ["Support Chat", "chat_bot", "-x.yaml", "a" * 64, "ünïcode", "..", "", "\x1b[2J", "a\0"]
)
def test_a_name_must_be_a_dns_label(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert new(name) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err
    assert "Traceback" not in err
    assert "\x1b" not in err
    assert list(Path().iterdir()) == []


def test_a_folder_that_is_not_there_is_not_made(capsys: pytest.CaptureFixture[str]) -> None:
    assert new("nowhere/chat") == 2
    assert capsys.readouterr().err.startswith(
        "nowhere/chat.yaml: cannot be written: no such file or directory;"
    )
    assert list(Path().iterdir()) == []


def test_the_editor_line_finds_the_schema_of_the_project() -> None:
    Path("schemas").mkdir()
    Path("schemas/spec.json").write_text("{}")
    Path("workloads").mkdir()
    assert new("workloads/chat") == 0
    first = Path("workloads/chat.yaml").read_text(encoding="utf-8").splitlines()[0]
    assert first == "# yaml-language-server: $schema=../schemas/spec.json"


def test_without_a_project_the_editor_line_says_how_to_get_a_schema() -> None:
    new("chat")
    first, second = Path("chat.yaml").read_text(encoding="utf-8").splitlines()[:2]
    assert first == "# yaml-language-server: $schema=spec.schema.json"
    assert "plimsoll schema spec > spec.schema.json" in second


@pytest.mark.parametrize("name", ["../escaped", "inner/../../escaped", "{outside}/escaped", "link/escaped"])
def test_nothing_is_written_outside_the_folder(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for folder in ("work/inner", "outside"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "work" / "link").symlink_to(tmp_path / "outside")
    monkeypatch.chdir(tmp_path / "work")
    assert new(name.format(outside=tmp_path / "outside")) == 2
    assert "lies outside" in capsys.readouterr().err
    assert not list(tmp_path.rglob("escaped*"))


def test_a_folder_below_is_as_good(tmp_path: Path) -> None:
    (tmp_path / "specs").mkdir()
    assert new("specs/chat") == 0
    assert (tmp_path / "specs" / "chat.yaml").is_file()
