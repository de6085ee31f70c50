"""A lock is held against its spec, the facts and the tool; what differs is named at its place."""

import json
from pathlib import Path
from typing import Any

import pytest

from plimsoll.ground.problems import ExitCode, MissingFactError, PlimsollError, SpecError
from plimsoll.plan.write import written
from plimsoll.review.lock.hold import differences, hold, lock_of_spec, spec_changes
from plimsoll.review.lock.make import LockTerms, document_sha256, make_lock
from plimsoll.review.lock.opened import newer_prices, open_lock
from plimsoll.review.lock.text import lock_text
from tests.make.locks import changed, locked


def test_it_is_solved_again_to_the_byte(tmp_path: Path) -> None:
    spec, _ = locked(tmp_path)
    held, plan = hold(spec)
    assert document_sha256(written(plan)) == held.lock.document_sha256


def test_comments_order_and_written_defaults_change_nothing(tmp_path: Path) -> None:
    spec, _ = locked(tmp_path)
    body = spec.read_text().replace("qps: 5", "qps: {peak: 5.0}  # as measured")
    spec.write_text(f"sla: {{availability: 0.99, ttft_p95_ms: 1000, tpot_p95_ms: 50}}\n{_less(body, 'sla')}")
    assert hold(spec)[1].chosen.instance_type == "g7e.2xlarge"


def _less(text: str, key: str) -> str:
    """The text of a spec without one of its mappings, and with a region that is the default."""
    lines = text.splitlines()
    kept = [line for line in lines if not line.startswith(f"{key}:")]
    assert len(kept) == len(lines) - 1
    return "\n".join(kept) + "\n"


def test_a_spec_that_differs_is_told_at_its_line(tmp_path: Path) -> None:
    spec, _ = locked(tmp_path)
    spec.write_text(spec.read_text().replace("qps: 5", "qps: 6"))
    with pytest.raises(SpecError) as caught:
        hold(spec)
    (found,) = caught.value.problems
    assert (found.where, found.file, found.line) == ("load.qps.peak", str(spec), 6)
    assert found.what == "the lock has 5, the spec 6"


def test_there_is_no_lock(tmp_path: Path) -> None:
    spec, path = locked(tmp_path)
    path.unlink()
    with pytest.raises(SpecError, match="there is no lock"):
        hold(spec)
    with pytest.raises(SpecError, match="there is no lock"):
        lock_of_spec(path)


FACTS = {
    "another solver": ("tool", "solver", 0),
    "other prices": ("facts.prices", "sha256", "0" * 64),
    "another speed": ("facts.speed", "sha256", "0" * 64),
    "another catalogue": ("facts.catalog", "sha256", "0" * 64),
    "a calibration": ("facts", "calibration", {"name": "c.yaml", "sha256": "0" * 64, "as_of": None}),
    "no discounts file": ("facts", "discounts", {"name": "d.yaml", "sha256": "0" * 64, "as_of": None}),
    "another answer": ("", "document_sha256", "0" * 64),
}


@pytest.mark.parametrize("case", FACTS)
def test_facts_and_tools_that_are_not_here_are_named(case: str, tmp_path: Path) -> None:
    spec, path = locked(tmp_path)
    above, key, value = FACTS[case]

    def put(data: dict[str, Any]) -> None:
        for part in above.split(".") if above else ():
            data = data[part]
        data[key] = value

    path.write_text(changed(path.read_text(), put))
    with pytest.raises(MissingFactError) as caught:
        hold(spec)
    (found,) = caught.value.problems
    assert found.where.startswith(above or key)
    assert (found.file, bool(found.line)) == (str(path), True)
    if case == "another solver":
        assert "solver 0" in found.what
        assert "solver 1" in found.what


def test_a_spec_that_differs_comes_before_facts_that_are_not_here(tmp_path: Path) -> None:
    spec, path = locked(tmp_path)
    path.write_text(changed(path.read_text(), lambda data: data["tool"].update(solver=0)))
    spec.write_text(spec.read_text().replace("qps: 5", "qps: 6"))
    with pytest.raises(PlimsollError) as caught:
        hold(spec)
    assert caught.value.exit_code is ExitCode.USAGE


DISCOUNTS = "private_pct: {on_demand: 12}\n"


@pytest.fixture
def paid(tmp_path: Path) -> tuple[Path, Path]:
    """A spec whose lock was solved with a discounts file, and that file."""
    spec, path = locked(tmp_path)
    file = tmp_path / "paid" / "rates.yaml"
    file.parent.mkdir()
    file.write_text(DISCOUNTS)
    path.write_text(lock_text(make_lock(spec, LockTerms(discounts=str(file)))))
    return spec, file


def test_a_lock_has_its_own_discounts(paid: tuple[Path, Path]) -> None:
    spec, file = paid
    held, plan = hold(spec)
    assert held.lock.facts.discounts is not None
    assert held.lock.facts.discounts.name == "paid/rates.yaml"
    assert plan.cost.list_usd_per_month is not None
    hold(spec, None, LockTerms(discounts=str(file)))


def test_other_discounts_are_not_those_of_the_lock(paid: tuple[Path, Path]) -> None:
    spec, file = paid
    other = file.with_name("other.yaml")
    other.write_text("private_pct: {on_demand: 13}\n")
    with pytest.raises(MissingFactError, match=r"other\.yaml is not what the lock was solved with"):
        hold(spec, None, LockTerms(discounts=str(other)))
    file.write_text(other.read_text())
    with pytest.raises(MissingFactError, match=r"paid/rates\.yaml is not the file"):
        hold(spec)
    file.unlink()
    with pytest.raises(MissingFactError, match="no such file"):
        hold(spec)


@pytest.mark.parametrize("name", ["\x00", "a" * 5000, ".", "/dev/null", "none"], ids=ascii)
def test_a_folder_of_prices_that_cannot_be_read_is_not_here(name: str, tmp_path: Path) -> None:
    spec, path = locked(tmp_path)
    folder = {"manifest_sha256": "0", "taken_on": "2026-07-20", "missing": []}
    text = changed(path.read_text(), lambda data: data["facts"]["prices"].update(name=name, folder=folder))
    path.write_text(text)
    with pytest.raises(MissingFactError, match="are not here"):
        hold(spec)
    path.write_text(text.replace('"solver": 1', '"solver": 2'))
    with pytest.raises(SpecError, match="changed since it was written"):
        hold(spec)


def test_a_lock_that_asked_for_its_day_is_solved_on_it(tmp_path: Path) -> None:
    spec, path = locked(tmp_path)
    path.write_text(lock_text(make_lock(spec, LockTerms(on="2026-08-01"))))
    held, plan = hold(spec)
    assert plan.clock.asked_on == "2026-08-01"
    assert newer_prices(held) == ""
    with pytest.raises(SpecError, match="--on asks for 2026-08-02"):
        hold(spec, None, LockTerms(on="2026-08-02"))


def test_newer_prices_are_named_and_change_nothing(tmp_path: Path) -> None:
    spec, path = locked(tmp_path)
    assert newer_prices(open_lock(path)) == ""
    path.write_text(
        changed(path.read_text(), lambda data: data["facts"]["prices"].update(as_of="2026-07-20"))
    )
    assert newer_prices(open_lock(path)) > "2026-07-20"
    assert spec_changes(open_lock(path), spec) == []


def test_every_path_that_differs_is_walked() -> None:
    was = {"a": {"b": 1, "c": [1, 2]}, "d": None}
    now = {"a": {"b": 1.0, "c": [1, 3]}, "e": 2}
    assert list(differences(was, now)) == [
        (("a", "b"), 1, 1.0),
        (("a", "c"), [1, 2], [1, 3]),
        (("e",), None, 2),
    ]


def test_many_changes_are_counted(tmp_path: Path) -> None:
    spec, path = locked(tmp_path)
    data = json.loads(path.read_text())["plan"]["workload"]
    data["sla"] = {key: 90_000 - at for at, key in enumerate(reversed(data["sla"]))} | {"availability": 0.9}
    other = ("latency", "wait", "drain", "confidence")
    data["sla"] = {key: value for key, value in data["sla"].items() if not key.startswith(other)}
    data["owner"] = {"team": "a", "cost_center": "b", "environment": "c"}
    data["pin"] = {"instance_type": "g6e.xlarge", "tensor_parallel": 1, "replicas": 2, "precision": "bf16"}
    data["scale"] = {"min_replicas": 0, "max_replicas": 9, "to_zero": True}
    spec.write_text(json.dumps(data))
    found = spec_changes(open_lock(path), spec)
    assert len(found) == 21
    assert found[-1].what.startswith("and ")
