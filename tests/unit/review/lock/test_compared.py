"""The line that was edited is named wherever the edit is, as long as the spec still gives the rest."""

import random
from pathlib import Path

import pytest

from plimsoll.ground.problems import SpecError
from plimsoll.review.lock.hold import hold
from plimsoll.review.lock.make import LockTerms, make_lock
from plimsoll.review.lock.text import lock_text
from tests.make.locks import locked


def edited(path: Path, text: str, seed: int) -> int:
    """Change one digit somewhere above the seal; the line of it."""
    at = random.Random(seed).choice([at for at, sign in enumerate(text[:-90]) if sign.isdigit()])
    path.write_text(text[:at] + str((int(text[at]) + 1) % 10) + text[at + 1 :], encoding="utf-8")
    return text.count("\n", 0, at) + 1


def lines(spec: Path) -> list[int]:
    with pytest.raises(SpecError) as caught:
        hold(spec)
    assert all("changed since it was written" in found.what for found in caught.value.problems)
    return [found.line for found in caught.value.problems]


@pytest.mark.parametrize("seed", range(12))
def test_one_digit_is_found_on_its_line(seed: int, tmp_path: Path) -> None:
    spec, path = locked(tmp_path)
    line = edited(path, path.read_text(), seed)
    assert lines(spec) == [line]


def test_a_lock_on_its_own_terms_too(tmp_path: Path) -> None:
    spec, path = locked(tmp_path)
    rates = tmp_path / "rates.yaml"
    rates.write_text("private_pct: {on_demand: 12}\n")
    text = lock_text(make_lock(spec, LockTerms(on="2026-08-05", discounts=str(rates))))
    line = edited(path, text, 12)
    assert lines(spec) == [line]


def test_of_a_spec_that_changed_since_the_seal_is_named(tmp_path: Path) -> None:
    spec, path = locked(tmp_path)
    text = path.read_text()
    path.write_text(text.replace('"max_nodes": 1', '"max_nodes": 2'))
    spec.write_text(spec.read_text().replace("qps: 5 ", "qps: 50 ").replace("4000", "90000"))
    assert lines(spec) == [text.count("\n") - 1]
