"""The plan of work that ends is kept as a service's is: locked, held, solved again, printed, built from."""

import json
import shutil
from pathlib import Path

import pytest
import yaml

from plimsoll.ground.version import SOLVER
from plimsoll.plan.runs.plan import RunPlan
from plimsoll.review.lock.of_stack import StackTerms, built_plans
from tests.make.command import Run
from tests.make.locks import changed
from tests.make.places import ROOT

RUNS = sorted((ROOT / "workloads" / "runs").glob("*.yaml"))
NAMES = [path.stem for path in RUNS]

DEFAULTS_SAID = {
    "support-tone": [
        "capacity.spot=never",
        "capacity.reserved=never",
        "load.packed=true",
        "training.optimizer=adamw",
        "training.recompute=auto",
        "checkpoint.keep=3",
        "checkpoint.interval_s=auto",
        "budget.basis=ceiling",
        "stack=standard",
        "precision=bf16",
    ],
    "legal-70b": ["capacity.on_demand_fallback=last_moment", "checkpoint.to=s3", "training.fused_loss=true"],
    "nightly-labels": ["capacity.spot=never", "budget.basis=ceiling"],
}
"""Keys said in the very words of their defaults: the plan assumes less, and its lock knows that."""

pytestmark = pytest.mark.usefixtures("folder")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for path in RUNS:
        shutil.copy(path, tmp_path)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_locked_checked_solved_again_and_printed(folder: Path, run: Run) -> None:
    specs = [path.name for path in RUNS]
    code, out, _ = run("lock", *specs)
    assert (code, out.count("written")) == (0, len(specs))
    assert run("lock", "--check", *specs)[0] == 0
    for spec in specs:
        _, planned, _ = run("plan", spec, "--format", "json")
        _, locked, _ = run("plan", spec, "--locked", "--format", "json")
        assert locked == planned
        _, frozen, _ = run("plan", spec, "--frozen", "--format", "json")
        assert json.loads(frozen) == json.loads(planned) | {
            "candidates": [],
            "savings": None,
            "savings_not": None,
        }
        for form in ("table", "md"):
            assert run("plan", spec, "--frozen", "--format", form)[0] == 0


@pytest.mark.parametrize(
    ("name", "said"), [(name, each) for name in DEFAULTS_SAID for each in DEFAULTS_SAID[name]]
)
def test_a_default_that_the_spec_says_is_no_assumption_of_its_lock(
    folder: Path, run: Run, name: str, said: str
) -> None:
    path, _, value = said.partition("=")
    spec = yaml.safe_load((folder / f"{name}.yaml").read_text())
    inside, keys = spec, path.split(".")
    for key in keys[:-1]:
        inside = inside.setdefault(key, {})
    inside[keys[-1]] = yaml.safe_load(value)
    (folder / f"{name}.yaml").write_text(yaml.safe_dump(spec))
    assert run("lock", f"{name}.yaml")[0] == 0
    code, _, err = run("lock", "--check", f"{name}.yaml")
    assert (code, err) == (0, err)
    plan = json.loads((folder / f"{name}.lock.json").read_text())["plan"]
    assert path not in {each["name"] for each in plan["assumptions"]}


def test_a_spec_that_changed_is_named_by_its_line(folder: Path, run: Run) -> None:
    run("lock", "support-tone.yaml")
    spec = folder / "support-tone.yaml"
    spec.write_text(spec.read_text().replace("runs_per_month: 4", "runs_per_month: 5"))
    code, _, err = run("lock", "--check", "support-tone.yaml")
    assert code == 2
    line = next(at for at, text in enumerate(spec.read_text().splitlines(), 1) if "runs_per_month" in text)
    assert f"support-tone.yaml:{line}:" in err
    assert "the lock has 4, the spec 5" in err


def test_money_that_was_edited_is_named(folder: Path, run: Run) -> None:
    run("lock", "support-tone.yaml")
    lock = folder / "support-tone.lock.json"
    ceiling = json.loads(lock.read_text())["plan"]["cost"]["usd_per_run"]["ceiling"]
    lock.write_text(lock.read_text().replace(f'"ceiling": "{ceiling}"', '"ceiling": "1.00"', 1))
    code, _, err = run("lock", "--check", "support-tone.yaml")
    assert code == 2
    assert "support-tone.lock.json:" in err


def test_another_solver_is_told(folder: Path, run: Run) -> None:
    run("lock", "legal-70b.yaml")
    lock = folder / "legal-70b.lock.json"
    lock.write_text(changed(lock.read_text(), lambda data: data["tool"].update(solver=SOLVER + 1)))
    assert run("lock", "--check", "legal-70b.yaml")[0] == 5
    assert run("plan", "--frozen", "legal-70b.yaml")[0] == 0


def test_a_stack_builds_a_run_from_its_lock(folder: Path, run: Run) -> None:
    run("lock", "support-tone.yaml")
    built = built_plans([folder / "support-tone.yaml"], StackTerms("us-east-1"))
    (plan,) = built.plans.values()
    assert isinstance(plan, RunPlan)
    assert not built.notes
    assert plan.candidates == ()  # it was read, not solved
    assert plan.container.enforced_s == round(plan.run.enforced_h * 3600)
    assert {line.scope for line in plan.monthly_lines} == {"workload", "cluster"}


def test_a_lock_where_a_spec_is_asked_for_is_named_in_one_line(folder: Path, run: Run) -> None:
    run("lock", "legal-70b.yaml")
    for command, *more in (("plan",), ("why-not", "spot"), ("report",)):
        code, out, err = run(command, "legal-70b.lock.json", *more)
        assert (code, out) == (2, "")
        assert err.count("legal-70b.lock.json:2:2: schema: this is a lock, not a spec") == 1
        assert "plimsoll plan --locked legal-70b.lock.json" in err


def test_a_check_of_a_run_without_a_month_says_that_one_is_counted(folder: Path, run: Run) -> None:
    run("lock", "legal-70b.yaml", "support-tone.yaml")
    _, alone, _ = run("check", "legal-70b.lock.json", "--format", "json")
    assert json.loads(alone)["not_monthly"] == ["legal-70b"]
    for form in ("text", "md"):
        _, told, _ = run("check", "legal-70b.lock.json", "--format", form)
        assert "/month" in told.splitlines()[0]
        assert "a run of no month counted once" in told.splitlines()[0]
    _, monthly, _ = run("check", "support-tone.lock.json", "--format", "text")
    assert "of no month" not in monthly
