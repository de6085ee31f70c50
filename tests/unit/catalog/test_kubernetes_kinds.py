"""Kinds of API groups far and wide: what an object of each makes."""

from datetime import date
from typing import get_args

import pytest

from plimsoll.catalog.kubernetes_kinds import KINDS, Makes, kubernetes_kind
from plimsoll.catalog.rows import rows


def test_every_kind_is_there_once_with_what_it_makes_its_source_and_its_date() -> None:
    table = list(rows(KINDS))
    keys = [(row["group"], row["kind"].lower()) for row in table]
    assert len(set(keys)) == len(keys) > 3300
    for row in table:
        assert row["makes"] in get_args(Makes)
        assert row["source"]
        assert date.fromisoformat(row["as_of"])


@pytest.mark.parametrize(
    ("group", "kind", "makes"),
    [
        ("argoproj.io", "Workflow", "pods"),
        ("kyverno.io", "ClusterPolicy", "free"),
        ("kubevirt.io", "VirtualMachineInstanceReplicaSet", "pods"),  # written in lower case
        ("postgresql.cnpg.io", "Cluster", "pods-and-volumes"),
        ("rds.services.k8s.aws", "DBInstance", "cloud"),
        ("never.heard.upbound.io", "Anything", "cloud"),
        ("argoproj.io", "Application", "opaque"),
    ],
)
def test_a_kind_is_found_by_group_and_name_in_any_case(group: str, kind: str, makes: str) -> None:
    found = kubernetes_kind(group, kind)
    assert found is not None
    assert found.makes == makes


def test_a_kind_of_another_group_is_another_kind() -> None:
    assert kubernetes_kind("argoproj.example", "Workflow") is None
    assert kubernetes_kind("upbound.io.example", "Workflow") is None
