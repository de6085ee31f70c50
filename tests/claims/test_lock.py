"""What was approved is kept, and never lost or changed unseen: `lock`, `plan --locked`, `plan --frozen`."""

import json
import os
import random
import shutil
from decimal import ROUND_HALF_UP, Decimal
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from plimsoll.ground.version import SOLVER
from plimsoll.review.lock.make import APART
from plimsoll.show.schema.published import schema
from tests.make.command import Run
from tests.make.json_schema import errors
from tests.make.locks import changed, example_lock
from tests.make.places import ROOT

SPECS = ("chat-8b", "recommendations", "embeddings")
EXAMPLES = sorted((ROOT / "workloads").glob("*.yaml"))

pytestmark = pytest.mark.usefixtures("folder")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with some examples, in which commands run."""
    for name in SPECS:
        shutil.copy(ROOT / "workloads" / f"{name}.yaml", tmp_path)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def digests(folder: Path) -> dict[str, str]:
    found = (path for path in folder.rglob("*") if path.is_file())
    return {path.name: sha256(path.read_bytes()).hexdigest() for path in found}


def test_locked_checked_solved_again_and_printed(folder: Path, run: Run) -> None:
    code, out, _ = run("lock", *(f"{name}.yaml" for name in SPECS))
    assert (code, out.count("written")) == (0, len(SPECS))
    assert run("lock", "--check", *(f"{name}.yaml" for name in SPECS))[0] == 0
    for name in SPECS:
        _, planned, _ = run("plan", f"{name}.yaml", "--format", "json")
        held = json.loads((folder / f"{name}.lock.json").read_text())
        assert sha256(planned.encode()).hexdigest() == held["document_sha256"]
        assert run("plan", "--locked", f"{name}.yaml", "--format", "json")[:2] == (0, planned)
        code, frozen, _ = run("plan", "--frozen", f"{name}.yaml", "--format", "json")
        assert (code, json.loads(frozen)) == (
            0,
            {**json.loads(planned), "candidates": [], "savings": None, "savings_not": None},
        )
        assert held["plan"] == {key: value for key, value in json.loads(planned).items() if key not in APART}


def test_each_form_of_a_frozen_plan_is_that_of_the_plan_without_its_candidates(run: Run) -> None:
    run("lock", "chat-8b.yaml")
    _, planned, _ = run("plan", "chat-8b.yaml")
    _, frozen, _ = run("plan", "--frozen", "chat-8b.yaml")
    shown = [line for line in planned.splitlines() if "$" in line or line.isupper()]
    again = [line for line in frozen.splitlines() if "$" in line or line.isupper()]
    assert again == [line for line in shown if line in again]
    assert {"THE CEILING, line by line"} <= set(frozen.splitlines())
    assert "CHOSEN" not in frozen
    assert "WHY NOT" not in frozen
    code, page, _ = run("plan", "--frozen", "chat-8b.yaml", "--format", "md")
    assert code == 0
    assert "alternatives" not in page
    assert "$3,051.64" in page


def test_a_frozen_plan_needs_no_spec(folder: Path, run: Run) -> None:
    run("lock", "chat-8b.yaml", "embeddings.yaml")
    expected = run("plan", "chat-8b.yaml", "embeddings.yaml", "--format", "json")[1]
    for name in SPECS:
        (folder / f"{name}.yaml").unlink()
    code, out, _ = run("plan", "--frozen", "chat-8b.yaml", "embeddings.lock.json", "--format", "json")
    assert (code, json.loads(out)["total"]) == (0, json.loads(expected)["total"])


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_the_money_adds_up_from_the_file_alone(path: Path) -> None:
    """Every line is its quantity times the price of a row, and the three numbers are sums of lines."""
    held = json.loads(example_lock(path.stem))
    prices = {(row["usd_per_unit"], row["source"], row["as_of"]) for row in held["rows"]}
    assert len(prices) <= len(held["rows"])
    sums = dict.fromkeys(("floor", "expected", "ceiling"), Decimal(0))
    for line in held["plan"]["cost"]["lines"]:
        assert (line["usd_per_unit"], line["source"], line["as_of"]) in prices
        usd = (Decimal(line["quantity"]) * Decimal(line["usd_per_unit"])).quantize(
            Decimal("0.01"), ROUND_HALF_UP
        )
        sums[line["of"]] += usd
    assert {of: f"{usd:.2f}" for of, usd in sums.items()} == held["plan"]["cost"]["usd_per_month"]


def test_it_fits_its_published_schema() -> None:
    wanted = schema("lock")
    for path in EXAMPLES:
        assert list(errors(json.loads(example_lock(path.stem)), wanted, wanted)) == []


def test_the_seal_is_of_the_bytes_before_its_line() -> None:
    raw = example_lock().encode()
    at = raw.rindex(b' "lock_sha256"')
    assert json.loads(raw)["lock_sha256"] == sha256(raw[:at]).hexdigest()


def test_comments_and_the_order_of_keys_change_nothing(folder: Path, run: Run) -> None:
    run("lock", "chat-8b.yaml")
    spec = folder / "chat-8b.yaml"
    lines = [line for line in spec.read_text().splitlines() if not line.startswith("#")]
    head, rest = lines[:2], lines[2:]
    spec.write_text("\n".join(["# another day", *rest, *reversed(head), "scale: {min_replicas: 1}"]) + "\n")
    assert run("lock", "--check", "chat-8b.yaml")[0] == 0
    before = json.loads((folder / "chat-8b.lock.json").read_text())["spec"]["sha256"]
    run("lock", "chat-8b.yaml")
    assert json.loads((folder / "chat-8b.lock.json").read_text())["spec"]["sha256"] == before


def test_a_spec_that_differs_is_exit_2_with_its_paths(folder: Path, run: Run) -> None:
    run("lock", "chat-8b.yaml")
    spec = folder / "chat-8b.yaml"
    spec.write_text(spec.read_text().replace("qps: 5 ", "qps: 8 ").replace("4000", "9000"))
    before = digests(folder)
    for command in (("lock", "--check"), ("plan", "--locked")):
        code, out, err = run(*command, "chat-8b.yaml")
        assert (code, out) == (2, "")
        assert "chat-8b.yaml:6:8: load.qps.peak: the lock has 5, the spec 8" in err
        assert "budget.usd_per_month: the lock has 4000, the spec 9000" in err
    assert digests(folder) == before
    assert run("plan", "--frozen", "chat-8b.yaml")[0] == 0


def test_no_lock_is_exit_2(run: Run) -> None:
    for command in (("lock", "--check"), ("plan", "--locked"), ("plan", "--frozen")):
        code, _, err = run(*command, "chat-8b.yaml")
        assert code == 2
        assert "chat-8b.lock.json: there is no lock" in err


def test_an_older_solver_is_exit_5_and_the_plan_is_printed_all_the_same(folder: Path, run: Run) -> None:
    path = folder / "chat-8b.lock.json"
    path.write_text(changed(example_lock(), lambda data: data["tool"].update(solver=SOLVER - 1)))
    for command in (("lock", "--check"), ("plan", "--locked")):
        code, _, err = run(*command, "chat-8b.yaml")
        assert code == 5
        assert f"solver {SOLVER - 1}" in err
        assert f"solver {SOLVER}" in err
    assert run("plan", "--frozen", "chat-8b.yaml")[0] == 0
    assert run("lock", "chat-8b.yaml")[0] == 0
    assert path.read_text() == example_lock()


@pytest.mark.parametrize("fact", ["prices", "speed", "catalog"])
def test_facts_that_are_not_here_are_exit_5(fact: str, folder: Path, run: Run) -> None:
    other = changed(example_lock(), lambda data: data["facts"][fact].update(sha256="0" * 64))
    (folder / "chat-8b.lock.json").write_text(other)
    for command in (("lock", "--check"), ("plan", "--locked")):
        code, _, err = run(*command, "chat-8b.yaml")
        assert (code, f"facts.{fact}" in err) == (5, True)


def test_a_plan_that_was_edited_and_sealed_again_is_named(folder: Path, run: Run) -> None:
    def cheaper(data: dict[str, Any]) -> None:
        data["plan"]["cost"]["usd_per_month"]["ceiling"] = "1.00"

    (folder / "chat-8b.lock.json").write_text(changed(example_lock(), cheaper))
    for command in (("lock", "--check"), ("plan", "--locked")):
        code, _, err = run(*command, "chat-8b.yaml")
        assert (code, "plan.cost" in err, "was edited" in err) == (2, True, True)


@pytest.mark.parametrize("place", [".", "..", "/", ""])
def test_a_folder_has_no_lock(place: str, folder: Path, run: Run) -> None:
    for command in (("lock",), ("lock", "--check")):
        code, out, err = run(*command, place)
        assert (code, out) == (2, "")
        assert "this is a folder; name the file in it" in err


def test_a_name_that_is_not_utf_8_is_refused(folder: Path, run: Run) -> None:
    name = os.fsdecode(b"chat-\xff.yaml")
    shutil.copy(folder / "chat-8b.yaml", folder / name)
    code, _, err = run("lock", name)
    assert (code, "its name is not UTF-8" in err) == (2, True)


def broken() -> dict[str, bytes]:
    """A lock as editors, merges and full disks leave it."""
    text = example_lock()
    raw, lines = text.encode(), text.splitlines(keepends=True)
    digits = [at for at, byte in enumerate(raw) if chr(byte).isdigit()]
    edits = {
        f"digit {at}": raw[:at] + (b"1" if raw[at : at + 1] != b"1" else b"2") + raw[at + 1 :]
        for at in random.Random(7).sample(digits, 12)
    }
    marked = [
        *lines[:20],
        "<<<<<<< HEAD\n",
        lines[20],
        "=======\n",
        lines[20],
        ">>>>>>> theirs\n",
        *lines[21:],
    ]
    return {
        **{f"cut {end}": raw[:end] for end in range(0, len(raw), 1500)},
        **edits,
        "markers": "".join(marked).encode(),
        "empty": b"",
        "binary": bytes(range(256)),
        "a plan": json.dumps(json.loads(text)["plan"]).encode(),
        "later": changed(text, lambda data: data.update(schema="plimsoll.dev/lock/v2")).encode(),
    }


@pytest.mark.parametrize("case", broken())
def test_a_damaged_lock_is_exit_2_with_its_line_and_stays_as_it_is(case: str, folder: Path, run: Run) -> None:
    path = folder / "chat-8b.lock.json"
    path.write_bytes(broken()[case])
    before = digests(folder)
    for command in (("lock",), ("lock", "--check"), ("plan", "--locked"), ("plan", "--frozen")):
        code, out, err = run(*command, "chat-8b.yaml")
        assert (code, out) == (2, ""), command
        assert err.startswith("chat-8b.lock.json:"), err
        assert err.split(":")[1].isdigit(), err
    assert digests(folder) == before
    if case != "a plan":
        assert run("check", "chat-8b.lock.json")[:2] == (2, "")
    assert run("lock", "--replace", "chat-8b.yaml")[0] == 0
    assert path.read_text() == example_lock()


def test_the_line_of_a_conflict_marker(folder: Path, run: Run) -> None:
    (folder / "chat-8b.lock.json").write_bytes(broken()["markers"])
    err = run("lock", "chat-8b.yaml")[2]
    assert "chat-8b.lock.json:21:1: conflict marker; take either side, then run plimsoll lock" in err


REFUSED = {
    "infeasible": ("sla: {tpot_p95_ms: 0.01}\n", 3),
    "over budget": ("budget: {usd_per_month: 1}\n", 4),
    "a price is missing": ("region: eu-central-1\ncapacity: {allow: [g7]}\n", 5),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_refusal_is_never_locked(case: str, folder: Path, run: Run) -> None:
    run("lock", "chat-8b.yaml")
    text, wanted = REFUSED[case]
    model = "model: meta-llama/Llama-3.1-8B-Instruct\nload: {qps: 5}\n"
    (folder / "chat-8b.yaml").write_text(model + text)
    before = digests(folder)
    code, out, err = run("lock", "embeddings.yaml", "chat-8b.yaml")
    assert (code, out) == (wanted, "")
    assert "a refusal is never locked" in err
    assert digests(folder) == before


def test_two_specs_that_would_share_a_lock_are_refused(folder: Path, run: Run) -> None:
    shutil.copy(folder / "chat-8b.yaml", folder / "chat-8b.yml")
    code, _, err = run("lock", "chat-8b.yaml", "chat-8b.yml")
    assert (code, "it would have the lock of chat-8b.yaml" in err) == (2, True)
    assert not (folder / "chat-8b.lock.json").exists()
    run("lock", "chat-8b.yaml")
    code, _, err = run("lock", "--check", "chat-8b.yml")
    assert (code, "the lock is of chat-8b.yaml" in err) == (2, True)


def test_what_another_release_wrote_into_the_lock_stays(folder: Path, run: Run) -> None:
    path = folder / "chat-8b.lock.json"
    path.write_text(changed(example_lock(), lambda data: data.update(approved_by="finance")))
    assert run("lock", "--check", "chat-8b.yaml")[0] == 0
    run("lock", "chat-8b.yaml")
    assert json.loads(path.read_text())["approved_by"] == "finance"


def test_one_wrong_spec_and_nothing_is_written(folder: Path, run: Run) -> None:
    (folder / "embeddings.yaml").write_text("model: 3\n")
    before = digests(folder)
    code, _, err = run("lock", "chat-8b.yaml", "embeddings.yaml")
    assert (code, "embeddings.yaml:1" in err) == (2, True)
    assert digests(folder) == before


@pytest.mark.parametrize(
    "arguments",
    [
        ("lock", "--set", "load.qps=3", "chat-8b.yaml"),
        ("lock", "--region", "us-east-1", "chat-8b.yaml"),
        ("lock", "--check", "--replace", "chat-8b.yaml"),
        ("lock", "-"),
        ("lock", "chat-8b.lock.json"),
        ("plan", "--locked", "--frozen", "chat-8b.yaml"),
        ("plan", "--locked", "--set", "load.qps=3", "chat-8b.yaml"),
        ("plan", "--frozen", "--on", "2026-07-20", "chat-8b.yaml"),
        ("plan", "--frozen", "--region", "us-east-1", "chat-8b.yaml"),
        ("plan", "--locked", "--discounts", "d.yaml", "chat-8b.yaml"),
        ("plan", "--locked", "-"),
    ],
    ids=" ".join,
)
def test_what_cannot_be_meant_is_exit_2(arguments: tuple[str, ...], folder: Path, run: Run) -> None:
    (folder / "chat-8b.lock.json").write_text(example_lock())
    before = digests(folder)
    assert run(*arguments)[:2] == (2, "")
    assert digests(folder) == before


def test_check_reads_a_lock_as_the_plan_in_it(folder: Path, run: Run) -> None:
    _, planned, _ = run("plan", "chat-8b.yaml", "--format", "json")
    (folder / "plan.json").write_text(planned)
    run("lock", "chat-8b.yaml")
    expected = run("check", "plan.json", "--budget", "3000", "--format", "json")
    code, out, _ = run("check", "chat-8b.lock.json", "--budget", "3000", "--format", "json")
    assert (code, json.loads(out)) == (expected[0], json.loads(expected[1]))
    assert code == 7


def test_what_is_built_otherwise_is_drift(folder: Path, run: Run) -> None:
    """Manifests of a larger fleet beside the lock of the smaller one."""
    run("lock", "chat-8b.yaml")
    run("manifests", "chat-8b.yaml", "--out", "objects")
    assert "drift" not in run("check", "objects", "chat-8b.lock.json", "--format", "json")[1]
    pool = folder / "objects" / "cluster" / "nodepool-chat-8b-base.yaml"
    more = pool.read_text().replace("nodes: '1'", "nodes: '4'").replace("gpu: '1'", "gpu: '4'")
    assert more != pool.read_text()
    pool.write_text(more)
    code, out, _ = run("check", "objects", "chat-8b.lock.json", "--format", "json")
    assert (code, "drift" in {each["code"] for each in json.loads(out)["violations"]}) == (7, True)


def test_the_project_of_the_spec_says_what_the_lock_is_solved_with(folder: Path, run: Run) -> None:
    (folder / "plimsoll.toml").write_text('discounts = "rates.yaml"\nregions = ["us-west-2"]\n')
    (folder / "rates.yaml").write_text("private_pct: {on_demand: 10}\n")
    assert run("lock", "chat-8b.yaml")[0] == 0
    held: dict[str, Any] = json.loads((folder / "chat-8b.lock.json").read_text())
    assert held["facts"]["discounts"]["name"] == "rates.yaml"
    assert held["plan"]["chosen"]["region"] == "us-west-2"
    assert run("lock", "--check", "chat-8b.yaml")[0] == 0
    (folder / "rates.yaml").write_text("private_pct: {on_demand: 11}\n")
    assert run("lock", "--check", "chat-8b.yaml")[0] == 5
