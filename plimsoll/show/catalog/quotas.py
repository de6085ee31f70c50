"""The quotas that plans need, as a table and as the JSON document `plimsoll.dev/quota/v1`."""

from plimsoll.plan.quotas.need import QuotaNeed, QuotaReport
from plimsoll.show import json_text
from plimsoll.show.table import Column, Table
from plimsoll.show.text import PIPED, Style

_COLUMNS = (
    Column("quota"),
    Column("name", least=24),
    Column("region"),
    Column("need", right=True),
    Column("applied", right=True),
    Column("in use", right=True),
    Column("short", right=True),
)


def table(answer: QuotaReport, style: Style = PIPED) -> str:
    """Lay out the quotas, one a line."""
    rows = Table(_COLUMNS, [_cells(quota) for quota in answer.quotas], named=2, indent="")
    foot = "vCPU; need counts every pool at its limit and the nodes in flight above it; - is not known"
    return "\n".join([*rows.painted(style, style.width), "", foot]) + "\n"


def as_json(answer: QuotaReport, _: Style = PIPED) -> str:
    """Write the document."""
    return json_text.as_json(answer)


def _cells(quota: QuotaNeed) -> tuple[str, ...]:
    counts = (quota.need_vcpus, quota.applied_vcpus, quota.in_use_vcpus, quota.short_vcpus)
    cells = ("-" if count is None else f"{count:,}" for count in counts)
    return quota.code or "-", quota.name, quota.region, *cells
