"""The Pulumi program: configuration in, a cluster with its workloads out. It decides nothing itself."""

import sys
from pathlib import Path

import pulumi

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from components.fleet import Fleet  # noqa: E402
from components.settings import KEYS, read_settings  # noqa: E402
from plimsoll.edge.stack_plans import plan_workloads  # noqa: E402
from plimsoll.errors import PlimsollError  # noqa: E402


def main() -> None:
    """Place every workload that the stack lists."""
    config = pulumi.Config()
    secret = "huggingFaceToken"  # noqa: S105 - a configuration key
    raw = {key: value for key in KEYS if key != secret and (value := config.get(key)) is not None}
    settings = read_settings(raw)
    plans = plan_workloads([ROOT / path for path in settings.workloads], settings.region, settings.prices_on)
    fleet = Fleet(settings, plans, token=config.get_secret(secret) if config.get(secret) else None)
    pulumi.export("cluster", settings.cluster.name)
    pulumi.export("region", settings.region)
    pulumi.export("workloads", fleet.urls)
    pulumi.export("ceilingUsdPerMonth", fleet.ceilings_usd)


try:
    main()
except PlimsollError as error:
    raise pulumi.RunError(str(error)) from error
