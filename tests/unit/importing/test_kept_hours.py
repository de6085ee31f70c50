"""A cron trigger becomes a schedule only where a schedule says the same hours."""

from typing import Any

import pytest

from plimsoll.importing.kept_hours import kept_part


def scaler(start: str, end: str, **more: object) -> dict[str, Any]:
    metadata = {"timezone": "Europe/Berlin", "start": start, "end": end, "desiredReplicas": "2", **more}
    return {
        "minReplicaCount": 0,
        "triggers": [{"type": "prometheus"}, {"type": "cron", "metadata": metadata}],
    }


@pytest.mark.parametrize(
    ("start", "end", "days", "hours"),
    [
        ("0 8 * * 1-5", "0 20 * * 1-5", "mon-fri", "08-20"),
        ("0 22 * * 1-5", "0 6 * * 2-6", "mon-fri", "22-06"),
        ("0 22 * * 6,0", "0 6 * * 0,1", "sat-sun", "22-06"),
        ("0 8 * * MON,WED", "0 0 * * 2,4", "mon,wed", "08-24"),
        ("0 8 * * *", "00 20 * * *", "mon-sun", "08-20"),
        ("0 8 * * 5-7", "0 20 * * 0,5-6", "fri-sun", "08-20"),
    ],
)
def test_hours_of_days_are_a_schedule(start: str, end: str, days: str, hours: str) -> None:
    part = kept_part([scaler(start, end)], 0)
    expected = {"days": days, "hours": hours, "min_replicas": 2, "timezone": "Europe/Berlin"}
    assert part.keys == {"schedule": expected}
    assert part.notes == {}


@pytest.mark.parametrize(
    ("scalers", "least"),
    [
        ([scaler("30 8 * * 1-5", "0 20 * * 1-5")], 0),
        ([scaler("0 8 1 * *", "0 20 1 * *")], 0),
        ([scaler("0 8 * * 1-5", "0 20 * * 1-4")], 0),
        ([scaler("0 22 * * 1-5", "0 6 * * 1-5")], 0),
        ([scaler("0 8 * * 1-5", "0 8 * * 2-6")], 0),
        ([scaler("0 8 * * 1-5", "0 25 * * 1-5")], 0),
        ([scaler("@daily", "0 20 * * *")], 0),
        ([scaler("0 8 * * 1-5", "0 20 * * 1-5", desiredReplicas="many")], 0),
        ([scaler("0 8 * * 1-5", "0 20 * * 1-5")], 1),
        ([scaler("0 8 * * 1-5", "0 20 * * 1-5")] * 2, 0),
        ([{"triggers": [{"type": "cron", "metadata": None}]}], 0),
    ],
)
def test_any_other_is_marked_as_not_read(scalers: list[dict[str, Any]], least: int) -> None:
    part = kept_part(scalers, least)
    assert not part.keys
    assert part.notes["scale.schedule"].startswith("NOT READ: a cron trigger")


def test_without_a_cron_nothing_is_said() -> None:
    assert kept_part([{}, {"triggers": [{"type": "prometheus"}]}], 0).notes == {}
