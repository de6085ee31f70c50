"""Every rule of a price folder is shown to fail on a damaged copy whose digests are right."""

import json
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest

from plimsoll.catalog.refresh.verify import verify
from plimsoll.cli.main import main
from plimsoll.ground.problems import MissingFactError
from tests.make.offer_files import lines, write

REGION = "us-east-1"
FILE = f"prices/{REGION}.csv"


@pytest.fixture
def snapshot(tmp_path: Path) -> Path:
    """A good snapshot of two prices."""
    write(tmp_path / "bulk", REGION, lines({"g6.xlarge": "0.8048", "m7i.large": "0.1008"}, REGION))
    with pytest.raises(SystemExit) as ending:
        main(["prices", "refresh", "--from-bulk", str(tmp_path / "bulk"), "--out", str(tmp_path / "out")])
    assert ending.value.code == 0
    return tmp_path / "out" / (tmp_path / "out" / "CURRENT").read_text().strip()


def rewritten(snapshot: Path, change: Callable[[str], str], name: str = FILE) -> str:
    """Change a file and its digest, as somebody would who edits by hand and knows the form."""
    text = change((snapshot / name).read_text())
    (snapshot / name).write_text(text)
    manifest = json.loads((snapshot / "manifest.json").read_text())
    manifest["files"][name]["sha256"] = sha256(text.encode()).hexdigest()
    (snapshot / "manifest.json").write_text(json.dumps(manifest))
    with pytest.raises(MissingFactError) as caught:
        verify(str(snapshot))
    return str(caught.value)


def test_a_good_snapshot_is_whole(snapshot: Path) -> None:
    used, rows = verify(str(snapshot))
    assert rows == 2 + 6
    assert len(used.digest) == 64


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("0.8048", "0", "'0' is no price of g6.xlarge"),
        ("0.8048", "NaN", "'NaN' is no price of g6.xlarge"),
        ("0.8048", "-1", "'-1' is no price of g6.xlarge"),
        ("2026-11-20", "20.11.2026", "is no date"),
        ("aws-offer-file", "hearsay", "no source 'hearsay' in sources.csv"),
        ("g6.xlarge", "z6.xlarge", "is out of order"),
        ("usd_per_hour", "eur_per_hour", "the columns are not"),
        (",,\n", ",\n", "the row is not whole"),
    ],
)
def test_a_row_that_breaks_a_rule_is_found_at_its_line(snapshot: Path, old: str, new: str, said: str) -> None:
    problem = rewritten(snapshot, lambda text: text.replace(old, new))
    assert said in problem
    assert f"{FILE}:" in problem


def test_spot_above_on_demand_is_found(snapshot: Path) -> None:
    spot = "g6.xlarge,spot,2026-11-20,0.9,aws-spot-history,2026-11-20,,\nm7i"
    assert "is above 1.1 × on-demand at 0.8048" in rewritten(
        snapshot, lambda text: text.replace("m7i", spot, 1)
    )


def test_a_file_beside_the_manifest_is_found(snapshot: Path) -> None:
    (snapshot / "prices" / "eu-west-1.csv").write_text("mine")
    with pytest.raises(MissingFactError, match="not of the manifest"):
        verify(str(snapshot))


def test_a_changed_file_is_found(snapshot: Path) -> None:
    (snapshot / FILE).write_text((snapshot / FILE).read_text().replace("0.8048", "0.7048"))
    with pytest.raises(MissingFactError, match="not the one that was written"):
        verify(str(snapshot))


@pytest.mark.parametrize("text", ["", "[]", "{", '{"schema": "plimsoll.dev/prices/v2"}'])
def test_a_manifest_that_is_none_is_refused(snapshot: Path, text: str) -> None:
    (snapshot / "manifest.json").write_text(text)
    with pytest.raises(MissingFactError):
        verify(str(snapshot))
