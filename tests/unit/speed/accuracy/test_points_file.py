"""Points files in any state: every row answered or reasoned, every broken file refused in one go."""

import csv
import json
from io import StringIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plimsoll.catalog.tables import load
from plimsoll.cli import main as cli
from plimsoll.speed.accuracy.answer import answer
from plimsoll.speed.accuracy.points import COLUMNS, NEEDED, PREDICTING, read_points
from plimsoll.speed.accuracy.world import World
from plimsoll.speed.read import load_speed

WORLD = World(load(), load_speed())
ROW = {
    "id": "a", "task": "llm_generate", "model": "Llama-3.1-8B", "params_b": "8.03", "active_params_b": "8.03",
    "weight_precision": "bf16", "kv_precision": "bf16", "gpu": "L4", "gpus": "1", "tp": "1", "pp": "1",
    "isl": "1024", "osl": "256", "concurrency_or_batch": "4", "scenario": "online-slo", "metric": "tpot_ms",
    "value": "70", "engine": "vLLM", "engine_version": "0.22.1", "source_family": "mine", "model_group": "g",
    "tier": "A", "flags": "",
}  # fmt: skip
HEADER = list(ROW)


def text_of(*rows, header=HEADER) -> str:
    out = StringIO()
    writer = csv.DictWriter(out, header, extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def run(capsys, path, *more):
    with pytest.raises(SystemExit) as ending:
        cli.main(["accuracy", "--points", str(path), *more])
    said = capsys.readouterr()
    return ending.value.code or 0, said.out, said.err


def report(capsys, tmp_path, content: str | bytes):
    path = tmp_path / "points.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    code, out, err = run(capsys, path, "--format", "json")
    assert code == 0, err
    return json.loads(out)


def one(**changed):
    point = read_points(HEADER, [{**ROW, **changed}], "points.csv")[0]
    return answer(point, WORLD)


def test_every_line_has_its_row_in_order_even_with_the_same_id(capsys, tmp_path):
    rows = report(capsys, tmp_path, text_of(ROW, {**ROW, "gpu": "nothing"}, {**ROW, "id": "b"}, ROW))["rows"]
    assert [row["id"] for row in rows] == ["a", "a", "b", "a"]
    assert [row["answered"] for row in rows] == [True, False, True, True]
    assert set(rows[0]) == {"id", "answered", "predicted", "low", "high", "reason"}
    assert rows[0]["low"] < rows[0]["predicted"] < rows[0]["high"]
    assert rows[0]["reason"] is None
    assert rows[1]["predicted"] is rows[1]["low"] is rows[1]["high"] is None
    assert "nothing" in rows[1]["reason"]


@pytest.mark.parametrize("name", ["value", "tier", "flags", "source_family", "model_group"])
@pytest.mark.parametrize("cell", ["", "1e9", "nan", "C"])
def test_what_was_measured_and_how_it_is_graded_never_changes_a_prediction(name, cell):
    assert one(**{name: cell}) == one()


def test_a_row_without_a_measured_value_is_predicted_but_not_scored(capsys, tmp_path):
    rows = [{**ROW, "source_family": "sparecores-vllm", "value": value} for value in ("70", "", "nan", "-3")]
    found = report(capsys, tmp_path, text_of(*rows))
    assert all(row["answered"] for row in found["rows"])
    assert [subset["n"] for subset in found["summary"]["subsets"]] == [1]


def test_line_ends_byte_order_mark_and_column_order_do_not_matter(capsys, tmp_path):
    plain = report(capsys, tmp_path, text_of(ROW))
    shuffled = text_of(ROW, header=["notes", *reversed(HEADER)])
    for other in (
        text_of(ROW).replace("\n", "\r\n").encode(),
        b"\xef\xbb\xbf" + text_of(ROW).encode(),
        shuffled,
    ):
        assert report(capsys, tmp_path, other) == plain


def test_a_missing_column_is_named_with_all_others(capsys, tmp_path):
    path = tmp_path / "points.csv"
    path.write_text("id,model,gpu\nx,y,z\n")
    code, out, err = run(capsys, path)
    assert (code, out) == (2, "")
    for name in {*NEEDED, *PREDICTING} - {"id", "model", "gpu"}:
        assert f"'{name}'" in err


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "empty"),
        (b"\n\n", "empty"),
        (b"\xff\xfe\x00binary", "UTF-8"),
        (b"id,task\n\x00,a\n", "NUL"),
        (b"id,id,task\n", "twice"),
        (b'id,task\n"' + b"x" * 200_000 + b'"\n', "not CSV"),
    ],
)
def test_a_file_that_is_no_table_is_refused(capsys, tmp_path, content, said):
    path = tmp_path / "points.csv"
    path.write_bytes(content)
    code, out, err = run(capsys, path)
    assert (code, out) == (2, "")
    assert said in err
    assert "Traceback" not in err


def test_a_missing_file_and_a_folder_are_refused(capsys, tmp_path):
    for path in (tmp_path, tmp_path / "absent.csv"):
        code, out, err = run(capsys, path)
        assert (code, out) == (2, "")
        assert "cannot read" in err


def test_a_header_alone_is_a_good_file(capsys, tmp_path):
    assert report(capsys, tmp_path, text_of())["rows"] == []


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"gpus": "two"}, "gpus"),
        ({"gpus": "0"}, "gpus"),
        ({"tp": "2"}, "more than the 1 accelerators"),
        ({"isl": "-1"}, "isl"),
        ({"isl": "nan"}, "isl"),
        ({"osl": "1e400"}, "osl"),
        ({"concurrency_or_batch": "0"}, "concurrency_or_batch"),
        ({"model": "unheard-of", "params_b": ""}, "params_b is empty"),
        ({"model": ""}, "model is empty"),
        ({"gpu": "H100-80G"}, "did you mean 'H100-80GB'?"),
        ({"metric": "joules"}, "joules"),
        ({"task": "mining"}, "mining"),
        ({"weight_precision": "ternary"}, "ternary"),
    ],
)
def test_a_row_that_cannot_be_predicted_says_why(changed, said):
    given_up = one(**changed)
    assert not given_up.answered
    assert said in (given_up.reason or "")


def test_an_unknown_model_is_answered_from_its_size_with_a_wider_interval():
    known, guessed = one(), one(model="somebody/else-8B")
    assert guessed.answered
    assert 0.7 < guessed.predicted / known.predicted < 1.4
    assert guessed.high / guessed.low > known.high / known.low
    sparse = one(model="somebody/else-8B", active_params_b="2")
    assert sparse.predicted < guessed.predicted


def test_data_parallel_replicas_share_the_load_and_add_up():
    single = one(metric="output_tok_s", concurrency_or_batch="4")
    double = one(metric="output_tok_s", concurrency_or_batch="8", gpus="2")
    assert double.predicted == pytest.approx(2 * single.predicted, rel=1e-4)
    assert one(concurrency_or_batch="8", gpus="2").predicted == pytest.approx(one().predicted, rel=1e-4)


def test_a_blank_load_means_as_much_as_fits():
    loaded = one(metric="output_tok_s", concurrency_or_batch="", scenario="offline")
    assert loaded.predicted > one(metric="output_tok_s").predicted
    # 22 GiB less 15 GiB of weights leave room for about twenty sequences of 1,280 tokens, not hundreds.
    assert (
        loaded.predicted
        < one(metric="output_tok_s", concurrency_or_batch="64", gpu="H100-80GB").predicted / 4
    )


@pytest.mark.parametrize(
    ("gpu", "offered"), [("A100-PCIe-80GB", False), ("H100-NVL-94GB", False), ("A30", False), ("L4", True)]
)
def test_a_variant_that_aws_does_not_rent_is_answered_from_its_sheet(gpu, offered):
    assert WORLD.catalog.accelerator(gpu).aws is offered
    assert one(gpu=gpu).answered


NUMBERS = ["", "0", "-1", "nan", "inf", "1e308", "1e15", "0.3", "8", "1024"]
NAMES = ["Llama-3.1-8B", "ResNet-50", "L4", "T4", "H100", "fp8", "vLLM", "0.22", "mfu", "samples_s", "e2e_ms"]
TASKS = ["train", "vision", "embedding", "llm_prefill", "offline", "server"]
cells = st.one_of(st.sampled_from(NUMBERS + NAMES + TASKS), st.text(max_size=20))


@settings(max_examples=300)
@given(st.dictionaries(st.sampled_from(COLUMNS), cells, max_size=8))
def test_any_row_is_answered_or_reasoned(changed):
    found = one(**changed)
    if found.answered:
        assert found.low is not None
        assert found.high is not None
        assert 0 < found.low <= found.predicted <= found.high
        assert found.reason is None
    else:
        assert found.reason
        assert found.predicted is None


@settings(max_examples=60)
@given(st.binary(max_size=200), st.integers(0, 400))
def test_any_bytes_give_a_report_or_a_refusal(tmp_path_factory, junk, place):
    good = text_of(ROW, ROW).encode()
    path = tmp_path_factory.mktemp("fuzz") / "points.csv"
    path.write_bytes(good[:place] + junk + good[place:])
    with pytest.raises(SystemExit) as ending:
        cli.main(["accuracy", "--points", str(path), "--format", "json"])
    assert ending.value.code in (0, 2, None)


def test_a_model_is_known_without_its_owner_too():
    assert one(model="gemma-2-2b-it") == one(model="google/gemma-2-2b-it")
    assert one(model="gemma-2-2b-it") == one(model="GEMMA-2-2B-it")


def test_an_id_comes_back_as_it_was(capsys, tmp_path):
    rows = report(
        capsys, tmp_path, text_of({**ROW, "id": " spaced "}, {**ROW, "id": ""}, {**ROW, "id": "ä,\n"})
    )["rows"]
    assert [row["id"] for row in rows] == [" spaced ", "", "ä,\n"]
