"""The published schemas are those of the program, and say of a spec what the program says."""

import json
from pathlib import Path
from typing import Any

import pytest

from plimsoll.catalog.tables import load
from plimsoll.cli import main as cli
from plimsoll.cli.schema import DOCUMENTS
from plimsoll.show.schema import published as json_schema
from plimsoll.spec.runs.read import load_any
from plimsoll.text.source import parse
from tests.make.bad_specs import BadSpec, bad_specs
from tests.make.json_schema import errors
from tests.make.places import EXAMPLES, ROOT

SPEC = json_schema.schema("spec")


def test_every_document_has_its_published_schema() -> None:
    assert {file.stem for file in (ROOT / "schemas").glob("*.json")} == set(DOCUMENTS)


@pytest.mark.parametrize("name", DOCUMENTS)
def test_the_published_schema_is_current(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ending:
        cli.main(["schema", name])
    assert ending.value.code == 0
    published = (ROOT / "schemas" / f"{name}.json").read_text(encoding="utf-8")
    assert capsys.readouterr().out == published, "run: python -m tests.make.schemas"


def nodes(schema: object) -> Any:
    if isinstance(schema, dict):
        yield schema
        for item in schema.values():
            yield from nodes(item)
    elif isinstance(schema, list):
        for item in schema:
            yield from nodes(item)


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_key_is_described(name: str) -> None:
    schema = json_schema.schema(name)
    sections = [node["properties"] for node in nodes(schema) if isinstance(node.get("properties"), dict)]
    assert sections
    for section in sections:
        assert [key for key, field in section.items() if not described(field, schema)] == []


def described(field: dict[str, Any], schema: dict[str, Any]) -> bool:
    named = schema["$defs"].get(field.get("$ref", "").rpartition("/")[2], {})
    return bool(field.get("description") or named.get("description"))


def test_every_example_of_a_key_is_valid_for_it() -> None:
    checked = 0
    for node in nodes(SPEC):
        for field in node.get("properties", {}).values() if isinstance(node.get("properties"), dict) else ():
            for example in field.get("examples", []):
                assert list(errors(example, field, SPEC)) == [], field["description"]
                checked += 1
    assert checked >= 30


@pytest.mark.parametrize("index", range(len(SPEC["examples"])))
def test_the_examples_of_the_schema_are_good_specs(index: int, tmp_path: Path) -> None:
    example = SPEC["examples"][index]
    assert list(errors(example, SPEC, SPEC)) == []
    (tmp_path / "example.yaml").write_text(json.dumps(example))
    load_any(tmp_path / "example.yaml", load())


@pytest.mark.parametrize("file", EXAMPLES, ids=lambda file: file.stem)
def test_an_example_is_valid_for_editors_too(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    first = text.splitlines()[0]
    assert first.startswith("# yaml-language-server: $schema=")
    assert (file.parent / first.partition("=")[2]).resolve() == ROOT / "schemas" / "spec.json"
    assert list(errors(parse(text.encode(), "").value, SPEC, SPEC)) == []


# What only the program can see: facts, contradictions between keys, and how a scalar is written.
BEYOND = (
    "fact-",
    "clash-",
    "quote-",
    "yaml-",
    "bytes-",
    "file-",
    "syntax-",
    "many-",
    "placeholder-",
    "type-integral-float",
)
ALSO_BEYOND = {
    "missing-section-null",
    "missing-model-null",
    "missing-measured-null",
    "tiny-shares",
    "day-not-in-the-calendar",
    "day-unquoted",
    "runs-amount-twice",
    "services-schedule-in-words",
}


@pytest.mark.parametrize(
    "case",
    [case for case in bad_specs() if not case.name.startswith(BEYOND) and case.name not in ALSO_BEYOND],
    ids=lambda case: case.name,
)
def test_an_editor_marks_what_the_program_refuses(case: BadSpec) -> None:
    assert list(errors(parse(case.content, "").value, SPEC, SPEC)), "the schema accepts it"
