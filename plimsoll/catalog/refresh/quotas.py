"""The quotas that an account has are read, with what of them is in use: vCPU, by region."""

from collections.abc import Collection
from datetime import datetime, timedelta

from plimsoll.catalog.refresh.calls import Asking, Call, Row

_MOST_A_PAGE = 100
_RECENT, _PERIOD_S = timedelta(hours=1), 300
"""Usage is a metric that AWS writes every five minutes; the newest of the last hour is taken."""


def read_quotas(
    asking: Asking, region: str, codes: Collection[str], now: datetime
) -> dict[str, tuple[int, int | None]]:
    """Read what is applied and in use of each quota, by code; in use is None where no metric says it.

    Raises:
        CallFailedError: a call fails, or the account has no quota of a code.
    """
    call = Call("service-quotas", "list_service_quotas", region)
    rows = asking.items(call, "Quotas", ServiceCode="ec2", MaxResults=_MOST_A_PAGE)
    known = {call.of(row, "QuotaCode"): row for row in rows}
    missing = sorted(set(codes) - set(known))
    if missing:
        raise call.refuse("NoSuchQuota", f"the account has no quota {', '.join(missing)}")
    return {
        code: (int(call.of(known[code], "Value")), _in_use(asking, region, known[code], now))
        for code in sorted(codes)
    }


def _in_use(asking: Asking, region: str, quota: Row, now: datetime) -> int | None:
    metric = quota.get("UsageMetric")
    if not metric:
        return None
    call = Call("cloudwatch", "get_metric_statistics", region)
    dimensions: dict[str, str] = call.of(metric, "MetricDimensions")
    answer = asking.page(
        call,
        {
            "Namespace": call.of(metric, "MetricNamespace"),
            "MetricName": call.of(metric, "MetricName"),
            "Dimensions": [{"Name": name, "Value": value} for name, value in sorted(dimensions.items())],
            "StartTime": now - _RECENT,
            "EndTime": now,
            "Period": _PERIOD_S,
            "Statistics": ["Maximum"],
        },
    )
    points = sorted((call.of(each, "Timestamp"), call.of(each, "Maximum")) for each in answer["Datapoints"])
    return int(points[-1][1]) if points else None
