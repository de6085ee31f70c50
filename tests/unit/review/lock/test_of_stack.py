"""A stack builds what its locks hold; where a lock is not of the spec, or not of the stack, it stops."""

from pathlib import Path
from shutil import copyfile

import pytest

from plimsoll.ground.problems import SpecError
from plimsoll.plan.of_stack import NoPlanError
from plimsoll.plan.plan import Plan
from plimsoll.review.lock.make import LockTerms, make_lock
from plimsoll.review.lock.of_stack import Built, StackTerms, built_plans
from plimsoll.review.lock.text import lock_text
from tests.make.locks import changed, locked
from tests.make.places import ROOT

HERE = StackTerms(region="us-east-1")


def ceiling(built: Built, name: str = "chat-8b") -> str:
    return built.plans[name].cost.usd_per_month.ceiling


def refused(specs: list[Path], terms: StackTerms) -> list[str]:
    with pytest.raises(SpecError) as caught:
        built_plans(specs, terms)
    return [str(problem) for problem in caught.value.problems]


@pytest.fixture
def dear(tmp_path: Path) -> Path:
    """A spec whose lock holds another ceiling than sizing would find: that of a newer tool, say."""
    spec, path = locked(tmp_path)
    text = path.read_text()

    def dearer(data: dict) -> None:
        data["tool"]["solver"] = 99
        data["plan"]["cost"]["usd_per_month"]["ceiling"] = "9999.00"

    path.write_text(changed(text, dearer))
    return spec


def test_the_plan_of_the_lock_is_built_unsolved(dear: Path) -> None:
    built = built_plans([dear], HERE)
    assert (ceiling(built), built.notes) == ("9999.00", ())
    assert built.plans["chat-8b"].candidates == ()


def test_without_a_lock_the_spec_is_built_with_a_notice_or_not_at_all(tmp_path: Path) -> None:
    spec, path = locked(tmp_path)
    path.unlink()
    built = built_plans([spec], HERE)
    assert ceiling(built) == "3051.64"
    assert "chat-8b.yaml has no lock" in built.notes[0]
    (said,) = refused([spec], StackTerms(region="us-east-1", require_lock=True))
    assert "there is no lock; the stack requires one (plimsoll:requireLock)" in said


def test_a_spec_that_differs_stops_the_stack(dear: Path) -> None:
    dear.write_text(dear.read_text().replace("qps: 5 ", "qps: 6 "))
    (said,) = refused([dear], HERE)
    assert "chat-8b.yaml:6:8: load.qps.peak: the lock has 5, the spec 6" in said
    assert "plimsoll:allowUnlocked" in said
    built = built_plans([dear], StackTerms(region="us-east-1", allow_unlocked=True))
    assert ceiling(built) != "9999.00"
    assert "the lock has 5, the spec 6" in built.notes[0]


def test_what_the_stack_says_of_the_spec_counts(dear: Path) -> None:
    (said,) = refused([dear], StackTerms(region="us-east-1", said=("load.qps=7",)))
    assert "load.qps.peak: the lock has 5, the spec 7" in said


def test_a_damaged_lock_stops_the_stack(dear: Path) -> None:
    path = dear.with_name("chat-8b.lock.json")
    path.write_text(path.read_text()[:-300])
    assert "chat-8b.lock.json:" in refused([dear], HERE)[0]
    assert built_plans([dear], StackTerms(region="us-east-1", allow_unlocked=True)).notes


def test_a_stack_elsewhere_is_not_what_was_locked(tmp_path: Path) -> None:
    spec, _ = locked(tmp_path)
    (said,) = refused([spec], StackTerms(region="us-west-2"))
    assert "the lock is of a plan in us-east-1, and the stack builds in us-west-2" in said


def test_what_is_paid_is_that_of_the_lock(tmp_path: Path) -> None:
    spec, path = locked(tmp_path)
    rates, others = tmp_path / "rates.yaml", tmp_path / "others.yaml"
    rates.write_text("private_pct: {on_demand: 12}\n")
    others.write_text("private_pct: {on_demand: 13}\n")
    paid = StackTerms(region="us-east-1", discounts=str(rates))
    assert "at list prices, and the stack is built with discounts" in refused([spec], paid)[0]
    path.write_text(lock_text(make_lock(spec, LockTerms(discounts=str(rates)))))
    assert built_plans([spec], paid).plans["chat-8b"].claim("cluster")["listUsdPerMonth"]
    assert "the stack is built at list prices" in refused([spec], HERE)[0]
    other = StackTerms(region="us-east-1", discounts=str(others))
    assert "the stack is built with others" in refused([spec], other)[0]


def test_workloads_keep_the_order_of_the_stack(tmp_path: Path) -> None:
    chat, _ = locked(tmp_path)
    photos, _ = locked(tmp_path, "photo-tags")
    plain = tmp_path / "in-house-13b.yaml"
    copyfile(ROOT / "workloads" / plain.name, plain)
    built = built_plans([photos, plain, chat], HERE)
    assert list(built.plans) == ["photo-tags", "in-house-13b", "chat-8b"]
    assert all(isinstance(plan, Plan) for plan in built.plans.values())


def test_two_of_one_name_are_refused(tmp_path: Path) -> None:
    chat, _ = locked(tmp_path)
    again = tmp_path / "again.yaml"
    again.write_text(chat.read_text())
    assert "two workloads named 'chat-8b'" in refused([chat, again], HERE)[0]


def test_a_spec_without_lock_and_without_plan_is_refused_as_ever(tmp_path: Path) -> None:
    chat, _ = locked(tmp_path)
    spec = tmp_path / "none.yaml"
    spec.write_text("model: meta-llama/Llama-3.1-8B-Instruct\nload: {qps: 5}\nbudget: {usd_per_month: 1}\n")
    with pytest.raises(NoPlanError):
        built_plans([chat, spec], HERE)
