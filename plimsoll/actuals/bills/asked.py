"""Bills are asked for, read-only, where no saved answer is at hand: of Cost Explorer, or of an OpenCost."""

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from plimsoll.actuals.anomaly import WEEKS
from plimsoll.actuals.bills.cost_explorer import APART
from plimsoll.actuals.bills.tag_keys import WORKLOAD
from plimsoll.actuals.window import BillWindow
from plimsoll.catalog.refresh.calls import Asking, Call
from plimsoll.ground.problems import Problem
from plimsoll.telemetry.wire import text_of

ENDPOINT = "us-east-1"
"""Cost Explorer answers there for all regions (AWS documentation); a request costs $0.01."""

_METRICS = ["UnblendedCost", "AmortizedCost", "UsageQuantity"]


def cost_explorer_answers(asking: Asking, window: BillWindow) -> str:
    """Ask an account for the days of a window and of the weeks before it; all pages, as they would be saved.

    Record types that are no usage are asked for by themselves, since two groups are the most.

    Raises:
        CallFailedError: the account refuses, with AWS's own reason.
    """
    records = {"Dimensions": {"Key": "RECORD_TYPE", "Values": list(APART)}}
    pages = [
        *_pages(asking, window, "USAGE_TYPE", {"Not": records}),
        *_pages(asking, window, "RECORD_TYPE", records),
    ]
    return json.dumps(pages, default=str)


def _pages(asking: Asking, window: BillWindow, by: str, only: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    call = Call("ce", "get_cost_and_usage", ENDPOINT)
    asking.calls.append(call)
    first = window.start - timedelta(weeks=WEEKS)
    asked: dict[str, Any] = {
        "TimePeriod": {"Start": str(first), "End": str(window.end)},
        "Granularity": "DAILY", "Metrics": _METRICS, "Filter": only,
        "GroupBy": [{"Type": "TAG", "Key": WORKLOAD[0]}, {"Type": "DIMENSION", "Key": by}],
    }  # fmt: skip
    found: list[Mapping[str, Any]] = []
    seen: set[str] = set()
    while True:
        page = asking.page(call, asked)
        following = page.get("NextPageToken")
        found.append({key: page[key] for key in ("GroupDefinitions", "ResultsByTime") if key in page})
        if not following:
            return found
        if following in seen:
            raise call.refuse("RepeatedToken", f"page {len(found)} sends back to a page that was read")
        seen.add(following)
        asked["NextPageToken"] = following


def opencost_answer(address: str, window: BillWindow) -> str:
    """Ask an OpenCost for the days of a window, by workload.

    Raises:
        MissingFactError: it cannot be reached, or refuses.
    """
    span = f"window={window.start}T00:00:00Z,{window.end}T00:00:00Z"
    asked = f"{span}&aggregate=label:plimsoll_dev_workload&includeIdle=true&step=1d"

    def unreached(why: str) -> Problem:
        fix = "kubectl port-forward -n opencost service/opencost 9003, or save its answer and name the file"
        return Problem("the OpenCost cannot be asked", why, fix, "--from", address)

    return text_of(f"{address.rstrip('/')}/allocation?{asked}", "application/json", unreached)
