"""What watches workloads, before a real API server with strict validation, and before our own checks."""

from pathlib import Path
from typing import Any

import pytest

from plimsoll.manifests.published import validate
from plimsoll.objects.facts_file import UNSAID
from plimsoll.objects.tags import SHARED, CostTags
from plimsoll.observability.objects import watch_objects
from plimsoll.observability.opencost import price_list, price_objects
from plimsoll.plan.of_stack import PlanTerms, plan_on
from tests.make.places import EXAMPLES, ROOT
from tests.world.engine.stand_in.api_server import ApiError, ApiServer

RUNS = sorted((ROOT / "workloads" / "runs").glob("*.yaml"))
WATCHED = [*EXAMPLES, *RUNS]
FACTS = UNSAID.watched({"release": "kube-prometheus-stack"}, observed=True)


def objects(path: Path) -> tuple[dict[str, Any], ...]:
    plans = plan_on([path], PlanTerms(None, "2026-09-01"))
    ((name, plan),) = plans.items()
    prices = price_objects(price_list(plans, "karpenter"), CostTags("platform", "0000", "prod", SHARED))
    return (*watch_objects(plan, FACTS.of(name, plan.workload.get("owner") or {})), *prices)


@pytest.mark.parametrize("path", WATCHED, ids=[path.stem for path in WATCHED])
def test_our_own_checks_find_nothing(path: Path) -> None:
    assert [str(problem) for problem in validate(objects(path))] == []


@pytest.mark.cluster
@pytest.mark.parametrize("path", WATCHED, ids=[path.stem for path in WATCHED])
def test_the_api_server_accepts_every_object(api_server: ApiServer, path: Path) -> None:
    refused: list[str] = []
    for manifest in objects(path):
        try:
            api_server.dry_run(manifest)
        except ApiError as error:
            refused.append(f"{manifest['kind']} {manifest['metadata']['name']}: {error}")
    assert refused == []
