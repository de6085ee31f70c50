"""The published schemas are those of the program, and say of a spec what the program says."""

import json
from pathlib import Path
from typing import Any

import pytest

from plimsoll.edge import cli, json_schema
from plimsoll.edge.catalog_files import load
from plimsoll.edge.spec_file import load_workload
from plimsoll.edge.yaml_source import parse
from plimsoll.plan import canonical
from plimsoll.sizing import size
from tests.specs.corpus import FILES
from tests.specs.json_schema import errors

ROOT = Path(__file__).parents[2]
EXAMPLES = sorted((ROOT / "workloads").glob("*.yaml"))
SPEC = json_schema.schema("spec")
PUBLISHED = sorted((ROOT / "schemas").glob("*.json"))


@pytest.mark.parametrize("file", PUBLISHED, ids=lambda file: file.stem)
def test_the_published_schema_is_current(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ending:
        cli.main(["schema", file.stem])
    assert ending.value.code == 0
    assert capsys.readouterr().out == file.read_text(encoding="utf-8"), (
        f"plimsoll schema {file.stem} > {file}"
    )


def nodes(schema: object) -> Any:
    if isinstance(schema, dict):
        yield schema
        for item in schema.values():
            yield from nodes(item)
    elif isinstance(schema, list):
        for item in schema:
            yield from nodes(item)


def test_every_key_of_the_spec_is_described() -> None:
    sections = [node["properties"] for node in nodes(SPEC) if isinstance(node.get("properties"), dict)]
    assert len(sections) >= 13
    for section in sections:
        assert [key for key, field in section.items() if not described(field)] == []


def described(field: dict[str, Any]) -> bool:
    named = SPEC["$defs"].get(field.get("$ref", "").rpartition("/")[2], {})
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
    load_workload(tmp_path / "example.yaml", load())


@pytest.mark.parametrize("file", EXAMPLES, ids=lambda file: file.stem)
def test_an_example_is_valid_for_editors_too(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    first = text.splitlines()[0]
    assert first.startswith("# yaml-language-server: $schema=")
    assert (file.parent / first.partition("=")[2]).resolve() == ROOT / "schemas" / "spec.json"
    assert list(errors(parse(text.encode(), "").value, SPEC, SPEC)) == []


# What only the program can see: facts, contradictions between keys, and how a scalar is written.
BEYOND = ("fact-", "clash-", "quote-", "yaml-", "bytes-", "file-", "syntax-", "many-", "type-integral-float")
ALSO_BEYOND = {"missing-section-null", "missing-model-null", "missing-measured-null"}


@pytest.mark.parametrize(
    "file",
    [file for file in FILES if not file.stem.startswith(BEYOND) and file.stem not in ALSO_BEYOND],
    ids=lambda file: file.stem,
)
def test_an_editor_marks_what_the_program_refuses(file: Path) -> None:
    assert list(errors(parse(file.read_bytes(), "").value, SPEC, SPEC)), "the schema accepts it"


def test_the_plan_schema_fits_a_plan_and_a_refusal(tmp_path: Path) -> None:
    schema = json_schema.schema("plan")
    for budget in (1_000_000, 1):
        spec = tmp_path / "spec.yaml"
        spec.write_text(f"model: Llama-3.1-8B\nload: {{qps: 5}}\nbudget: {{usd_per_month: {budget}}}\n")
        loaded = load_workload(spec, load())
        document = json.loads(
            json.dumps(canonical(size(loaded.workload, loaded.architecture, loaded.catalog)))
        )
        assert document["outcome"] == ("plan" if budget > 1 else "refusal")
        assert list(errors(document, schema, schema)) == []
