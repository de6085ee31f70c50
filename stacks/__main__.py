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
from plimsoll.gate.inputs.project import own_calibration, own_discounts, own_prices  # noqa: E402
from plimsoll.manifests.published import validate  # noqa: E402
from plimsoll.review.lock.of_stack import StackTerms, built_plans  # noqa: E402


def main() -> None:
    """Place every workload that the stack lists."""
    settings = read_settings(configured())
    specs = [ROOT / path for path in settings.workloads]
    prices = str(ROOT / settings.prices) if settings.prices else own_prices(ROOT)
    own = str(ROOT / settings.discounts) if settings.discounts else own_discounts(ROOT)
    measured = str(ROOT / settings.calibration) if settings.calibration else own_calibration(ROOT)
    settings = replace(settings, prices=prices, discounts=own)
    terms = StackTerms(
        region=settings.region,
        prices_on=settings.prices_on,
        said=tuple(settings.overrides),
        prices=prices,
        discounts=own,
        calibration=measured,
        nodes=settings.maker.name,
        portfolio=str(ROOT / settings.portfolio) if settings.portfolio else None,
        allow_unlocked=settings.allow_unlocked,
        require_lock=settings.require_lock,
    )
    built = built_plans(specs, terms)
    for note in built.notes:
        pulumi.log.info(note)
    stack = Stack(settings, built.plans, built.groups, token=hugging_face_token())
    pulumi.export("cluster", settings.cluster.name)
    pulumi.export("region", settings.region)
    pulumi.export("workloads", stack.urls)
    pulumi.export("ceilingUsdPerMonth", stack.ceilings_usd)


with all_or_nothing(validate):
    main()
