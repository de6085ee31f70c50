"""`plimsoll models`: the list, narrowed, and what is near an unknown name."""

import json

from click.testing import CliRunner

from plimsoll.cli.facts.models import command
from tests.make.models import MODELS, NAMES
from tests.make.published_counts import KV_BYTES_PER_TOKEN


def test_the_list_as_json() -> None:
    result = CliRunner().invoke(command, ["--format", "json"])
    listed = json.loads(result.stdout)
    assert listed["schema"] == "plimsoll.dev/models/v1"
    assert [row["name"] for row in listed["models"]] == list(MODELS)
    assert all(row["source"] and row["as_of"] for row in listed["models"])
    assert len({tuple(row) for row in listed["models"]}) == 1, "a key without meaning is null, never absent"
    cached = {row["name"]: row["kv_bytes_per_token"] for row in listed["models"]}
    assert all(cached[NAMES[name.lower()]] == value for name, value in KV_BYTES_PER_TOKEN.items())


def test_the_list_is_narrowed_by_text_ignoring_case() -> None:
    result = CliRunner().invoke(command, ["WHISPER"])
    assert result.exit_code == 0
    assert result.stdout.count("openai/whisper") == 4
    assert "\x1b" not in result.stdout


def test_an_unknown_name_brings_the_nearest() -> None:
    result = CliRunner().invoke(command, ["lama-3.1-9b\x1b[2J", "--format", "json"])
    assert json.loads(result.stdout)["models"] == []
    assert "Llama-3.1-8B" in result.stderr
    assert "\x1b" not in result.stderr
