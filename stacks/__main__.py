"""The Pulumi program: configuration in, a cluster with its workloads out. It decides nothing itself."""

import gc
import sys
from dataclasses import replace
from pathlib import Path

import pulumi

# A short process whose graph only grows: collecting found nothing, in a third of the time.
gc.disable()

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from components.all_or_nothing import all_or_nothing  # noqa: E402
from components.stack.configuration import configured, hugging_face_token  # noqa: E402
from components.stack.settings import read_settings  # noqa: E402
from components.stack.stack import Stack  # noqa: E402
from plimsoll.gate.inputs.project import own_discounts, own_prices  # noqa: E402
from plimsoll.manifests.published import validate  # noqa: E402
from plimsoll.plan.of_stack import plan_workloads  # noqa: E402


def main() -> None:
    """Place every workload that the stack lists."""
    settings = read_settings(configured())
    specs = [ROOT / path for path in settings.workloads]
    prices = str(ROOT / settings.prices) if settings.prices else own_prices(ROOT)
    own = str(ROOT / settings.discounts) if settings.discounts else own_discounts(ROOT)
    settings = replace(settings, prices=prices, discounts=own)
    planned_as = settings.prices_on, settings.overrides, prices, own, settings.maker.name
    plans = plan_workloads(specs, settings.region, *planned_as)
    stack = Stack(settings, plans, token=hugging_face_token())
    pulumi.export("cluster", settings.cluster.name)
    pulumi.export("region", settings.region)
    pulumi.export("workloads", stack.urls)
    pulumi.export("ceilingUsdPerMonth", stack.ceilings_usd)


with all_or_nothing(validate):
    main()
