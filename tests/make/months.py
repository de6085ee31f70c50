"""Months for tests: bills as months really are, each with the truth of what is in it."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta, timezone
from fractions import Fraction
from random import Random
from typing import Any

from tests.make.bills import EC2, EKS, TAG, Row, focus_row

ZONES = (0, 0, 0, 2, -7, 9, 5.5)
"""Hours from UTC in which exports are written after somebody's hands."""

Lines = Mapping[str, Sequence[Mapping[str, Any]]]
"""The expected lines of each row of the answer: workloads, and `shared`."""

SHARED_USE = {
    "cluster-hour": (EKS, "USE1-AmazonEKS-Hours:perCluster"),
    "hour": (EC2, "USE1-NatGateway-Hours"),
    "address-hour": ("Amazon Virtual Private Cloud", "USE1-PublicIPv4:InUseAddress"),
    "GB-month": (EC2, "USE1-EBS:VolumeUsage.gp3"),
    "instance-hour": (EC2, ""),
}
"""Units of a plan's lines, and by which service and usage type AWS bills them."""


@dataclass
class Month:
    """A bill and its truth: quantity and money by row and meter, and what is beside."""

    window: str
    hours: int
    months: Fraction
    rows: list[Row] = field(default_factory=list)
    paid: dict[str, dict[tuple[str, str], list[Fraction]]] = field(default_factory=dict)
    untagged: Fraction = Fraction(0)
    outside: Fraction = Fraction(0)
    corrections: Fraction = Fraction(0)
    duplicates: int = 0


class MonthMaker:
    """Draws months from a seed."""

    def __init__(self, seed: int, lines: Lines) -> None:
        self._draw = Random(seed)
        self._lines = lines
        self._number = 0

    def month(self) -> Month:
        """One month, or a part of it."""
        draw = self._draw
        first = date(draw.choice([2025, 2026, 2027, 2028]), draw.randint(1, 12), 1)
        length = ((first + timedelta(days=31)).replace(day=1) - first).days
        start, end = (0, length) if draw.random() < 0.8 else sorted(draw.sample(range(length + 1), 2))
        opened, closed = first + timedelta(days=start), first + timedelta(days=end)
        made = Month(f"{opened}..{closed}", 24 * (end - start), Fraction(end - start, length))
        for name, lines in self._lines.items():
            made.paid[name] = {}
            for line in lines:
                if draw.random() < 0.9:
                    self._billed(made, name, line, opened, closed)
        for _ in range(draw.randint(0, 6)):
            self._beside(made, opened, closed)
        self._around(made, opened, closed)
        for row in draw.sample(made.rows, draw.randint(0, min(4, len(made.rows)))):
            made.rows.append(dict(row))
        made.duplicates = self._copies(made, opened, closed)
        draw.shuffle(made.rows)
        return made

    def _billed(self, made: Month, name: str, line: Mapping[str, Any], opened: date, closed: date) -> None:
        """Bill a line by pieces, more or less than planned, dearer or cheaper, some without a tag."""
        draw = self._draw
        service, usage = SHARED_USE[line["unit"]]
        kind = line["instance_type"] or ""
        price = Fraction(line["usd_per_unit"]) * Fraction(draw.choice([100, 100, 90, 107]), 100)
        for _ in range(draw.randint(1, 12)):
            quantity = Fraction(draw.randint(1, 400000), 10000)
            usd = Fraction(round(quantity * price * 10**8), 10**8)
            tagged, correction = draw.random() < 0.9, draw.random() < 0.05
            usd = -usd if correction else usd
            quantity = -quantity if correction else quantity
            when, owner = self._instant(opened, closed), name if tagged else ""
            self._row(
                made, when, usd, workload=owner, ServiceName=service,
                x_UsageType=usage, ConsumedUnit="GB-Mo" if "GB" in line["unit"] else "Hours",
                ConsumedQuantity=_text(quantity), ChargeClass="Correction" if correction else "",
                **({"type": kind} if kind else {}),
            )  # fmt: skip
            made.corrections += usd if correction else 0
            if tagged:
                sums = made.paid[name].setdefault((line["unit"], kind), [Fraction(0), Fraction(0)])
                sums[0] += quantity
                sums[1] += usd
            else:
                made.untagged += usd

    def _beside(self, made: Month, opened: date, closed: date) -> None:
        """Credits, tax, refunds, support; or what no plan has."""
        draw, usd = self._draw, Fraction(self._draw.randint(-9999, 9999), 100)
        kind = draw.choice(["Credit", "Tax", "Adjustment", "Support", "Usage", "Usage"])
        when, name = self._instant(opened, closed), draw.choice(list(self._lines))
        if kind == "Usage":
            self._row(made, when, usd, workload=name, ServiceName="AWS Lambda", ConsumedUnit="Requests")
            sums = made.paid[name].setdefault(("Requests", ""), [Fraction(0), Fraction(0)])
            sums[1] += usd
            return
        support = {"ServiceName": "AWS Support (Business)", "ChargeCategory": "Usage"}
        said = support if kind == "Support" else {"ChargeCategory": kind}
        self._row(made, when, usd, workload=draw.choice(["", name]), **said)
        made.outside += usd

    def _around(self, made: Month, opened: date, closed: date) -> None:
        """Rows of the hours just before and after, which count for other months."""
        midnight = [datetime(each.year, each.month, each.day, tzinfo=UTC) for each in (opened, closed)]
        for when in (midnight[0] - timedelta(hours=1), midnight[1], midnight[1] + timedelta(days=2)):
            self._row(made, when, Fraction(77), workload=next(iter(self._lines)), type="g6e.xlarge")

    def _instant(self, opened: date, closed: date) -> datetime:
        first = datetime(opened.year, opened.month, opened.day, tzinfo=UTC)
        return first + timedelta(hours=self._draw.randrange(24 * (closed - opened).days))

    def _row(self, made: Month, when: datetime, usd: Fraction, **more: object) -> None:
        self._number += 1
        zone = timezone(timedelta(hours=self._draw.choice(ZONES)))
        late = self._draw.random() < 0.1
        billing = (when + timedelta(days=31)).replace(day=1) if late else when.replace(day=1)
        text = when.astimezone(zone).isoformat().replace("+00:00", "Z")
        row = focus_row(text, _text(usd), **more, ResourceId=f"r-{self._number}")
        made.rows.append(row | {"BillingPeriodStart": f"{billing:%Y-%m-%d}T00:00:00Z"})

    def _copies(self, made: Month, opened: date, closed: date) -> int:
        counted = Counter(json.dumps(row) for row in made.rows if _inside(row, opened, closed))
        return sum(count - 1 for count in counted.values())


def _inside(row: Row, opened: date, closed: date) -> bool:
    day = datetime.fromisoformat(row["ChargePeriodStart"].replace("Z", "+00:00")).astimezone(UTC).date()
    return opened <= day < closed


def _text(amount: Fraction) -> str:
    """Write a decimal exactly: every amount here has at most eight."""
    sign, units = ("-" if amount < 0 else ""), abs(amount) * 10**8
    assert units.denominator == 1
    return f"{sign}{units.numerator // 10**8}.{units.numerator % 10**8:08d}"


def tags_of(rows: Sequence[Row]) -> Iterator[str]:
    """The workloads that rows name."""
    yield from (json.loads(row["Tags"]).get(TAG, "") for row in rows)
