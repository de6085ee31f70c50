"""Cost Explorer's GetCostAndUsage, as saved: groups of a tag and at most one other thing, by period."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from plimsoll.actuals.bills.saved import amount, day_of
from plimsoll.actuals.bills.summed import CURRENCY
from plimsoll.actuals.bills.tag_keys import CLUSTER_KEYS, POOL_KEYS, WORKLOAD, spellings
from plimsoll.actuals.charge import BillCharge, Category, PaidBill
from plimsoll.actuals.window import BillWindow
from plimsoll.ground.problems import MissingFactError, Problem, SpecError
from plimsoll.ground.start_up import record
from plimsoll.ground.tree import View

LIST = ("ListCost", "PublicOnDemandCost", "UnblendedCost")
"""Metrics for list prices, best first; the last is on-demand only where no commitment covers."""

EFFECTIVE = ("NetAmortizedCost", "AmortizedCost", "ContractedCost")
"""Metrics for what is paid: net of all discounts where an answer has it."""

BILLED = ("UnblendedCost", "NetUnblendedCost", "BilledCost")
"""Metrics for what stands on the invoice."""

_ASK = (
    "aws ce get-cost-and-usage --granularity DAILY --metrics UnblendedCost AmortizedCost UsageQuantity "
    "--group-by Type=TAG,Key=plimsoll.dev/workload Type=DIMENSION,Key=USAGE_TYPE"
)

_FIELDS = {
    **{spelled: "workload" for key in WORKLOAD for spelled in spellings(key)},
    **{spelled: "pool" for key in POOL_KEYS for spelled in spellings(key)},
    **{spelled: "cluster" for key in CLUSTER_KEYS for spelled in spellings(key)},
}
"""Keys of tags by which charges find their owner."""

_DIMENSIONS = {
    "SERVICE": "service",
    "USAGE_TYPE": "usage",
    "INSTANCE_TYPE": "instance_type",
    "RECORD_TYPE": "record",
}

_NOTHING = frozenset({"SavingsPlanNegation", "Savings Plan Negation"})
"""What takes a covered hour back from the invoice, beside that hour: it is in neither price."""

_PAY_FOR_COMMITMENTS = frozenset(
    {"SavingsPlanRecurringFee", "Savings Plan Recurring Fee", "RIFee", "Recurring reservation fee"}
)
"""Fees whose amortised cost is what nobody used of a commitment: the rest is on the hours that it covers."""

_DISCOUNTS = frozenset(
    {
        "Discount",
        "EdpDiscount",
        "Enterprise Discount Program Discount",
        "BundledDiscount",
        "Bundled Discount",
        "PrivateRateDiscount",
        "Private Rate Card Discount",
        "SppDiscount",
        "Solution Provider Program Discount",
    }
)
"""What lowers the price that is paid, and no list price."""

_RECORDS: Mapping[str, Category] = {
    "Credit": "credit",
    "Refund": "adjustment",
    "Tax": "tax",
    "Support": "support",
    "Fee": "purchase",
    "SavingsPlanUpfrontFee": "purchase",
    "Savings Plan Upfront Fee": "purchase",
    "Upfront reservation fee": "purchase",
    **dict.fromkeys(sorted(_PAY_FOR_COMMITMENTS), "purchase"),
}
"""Values of RECORD_TYPE that are no usage, as the API and as the console write them."""

APART = (*_RECORDS, *sorted(_NOTHING | _DISCOUNTS))
"""Values of RECORD_TYPE that are to stand apart: summed with hours, they would hide what these cost."""

_RESERVED = ("DiscountedUsage", "Reservation applied usage")
_COVERED = ("SavingsPlanCoveredUsage", "Savings Plan Covered Usage", *_RESERVED)


def read(answers: Sequence[View], file: str, window: BillWindow, basis: str) -> PaidBill:
    """Read answers; `file` is what messages call them.

    Raises:
        SpecError: they are not whole, in another currency, or grouped by nothing of ours.
        MissingFactError: they have no metric of the basis.
    """
    charges: list[BillCharge] = []
    estimated: list[tuple[date, bool]] = []
    ends: list[date] = []
    notes: dict[str, None] = {}
    fields: set[str] = set()
    for answer in answers:
        _check(answer, file)
        for period in answer["ResultsByTime"].required().items():
            found = _Period(period, _dimensions(answer, period, file), file, basis)
            estimated.append((found.start, period["Estimated"].flag(False)))
            ends.append(found.end)
            _check_period(found, window)
            charges += found.charges()
            notes |= dict.fromkeys(found.notes())
            fields |= set(found.fields)
    if "record" in fields:
        notes = dict.fromkeys(_without_list(charges))
    until = _until(estimated)
    return PaidBill(
        "ce", file, tuple(charges), tuple(notes), complete_until=until, ends=max(ends, default=None)
    )


def _check(answer: View, file: str) -> None:
    if answer["ResultsByTime"].absent:
        raise SpecError(Problem("no answer of GetCostAndUsage", "it has no ResultsByTime", _ASK, file=file))
    if not answer["NextPageToken"].absent:
        raise SpecError(
            Problem(
                "the answer is cut off",
                "NextPageToken says that more follows",
                "save all pages, as a list",
                file=file,
            )
        )


def _check_period(found: "_Period", window: BillWindow) -> None:
    touches = found.start < window.end and found.end > window.start
    if touches and not (window.start <= found.start and found.end <= window.end):
        why = f"{found.start}..{found.end} is partly in {window}"
        raise SpecError(
            Problem(
                "a period is not one of the window's",
                why,
                "ask with --granularity DAILY",
                file=found.file,
            )
        )


def _until(estimated: list[tuple[date, bool]]) -> date | None:
    """Find the first of the last days that are all estimates."""
    first = None
    for day, is_estimate in sorted(estimated, reverse=True):
        if not is_estimate:
            break
        first = day
    return first


def _dimensions(answer: View, period: View, file: str) -> list[str]:
    """Name the fields that the keys of a group are, in order."""
    said = [(each["Type"].text(), each["Key"].text()) for each in answer["GroupDefinitions"].items()]
    if not said:
        said = _inferred(period)
    fields = [_FIELDS.get(key, "") if kind == "TAG" else _DIMENSIONS.get(key, "label") for kind, key in said]
    if not set(fields) & {"workload", "pool", "cluster"}:
        by = ", ".join(key for _, key in said) or "nothing"
        raise SpecError(Problem("no money says whose it is", f"grouped by {by}", _ASK, file=file))
    return fields


def _inferred(period: View) -> list[tuple[str, str]]:
    """Tell tags from services by the `$` of their keys, where the answer does not say what they are."""
    for group in period["Groups"].items():
        keys = [key.text() for key in group["Keys"].items()]
        return [("TAG", key.partition("$")[0]) if "$" in key else ("DIMENSION", "SERVICE") for key in keys]
    return [("TAG", WORKLOAD[0])]


@record
class _Period:
    view: View
    fields: list[str]
    file: str
    basis: str

    @property
    def start(self) -> date:
        """First day."""
        return day_of(self.view["TimePeriod"]["Start"])

    @property
    def end(self) -> date:
        """Day after the last."""
        return day_of(self.view["TimePeriod"]["End"])

    def charges(self) -> Iterator[BillCharge]:
        """Read the groups."""
        for group in self.view["Groups"].items():
            keys = [key.known() for key in group["Keys"].items()]
            found = dict(zip(self.fields, (str(key) for key in keys), strict=False))
            charge, kind = self._charge(group["Metrics"], found), found.get("record", "")
            if kind in _NOTHING:
                continue
            if kind in _PAY_FOR_COMMITMENTS and self._money(group["Metrics"], EFFECTIVE) is not None:
                yield replace(charge, category="unused", rows=0)
            yield charge

    def _charge(self, metrics: View, keys: Mapping[str, str]) -> BillCharge:
        listed, paid = self._money(metrics, LIST), self._money(metrics, EFFECTIVE)
        asked, billed = listed if self.basis == "list" else paid, self._money(metrics, BILLED)
        if asked is None:
            names = " or ".join(LIST if self.basis == "list" else EFFECTIVE)
            why = f"--basis {self.basis} needs {names}"
            raise MissingFactError(Problem(f"the answer has no {names}", why, _ASK, file=self.file))
        listed, paid = (asked if each is None else each for each in (listed, paid))
        kind, service, at_list = keys.get("record", ""), keys.get("service", ""), listed
        category = _category(kind, service)
        if kind in _DISCOUNTS or category in ("purchase", "unused"):
            at_list = Decimal(0)
        return BillCharge(
            day=self.start,
            category=category,
            workload=_value(keys.get("workload", "")),
            pool=_value(keys.get("pool", "")),
            cluster=_value(keys.get("cluster", "")),
            service=service,
            unit=_unit(metrics, keys),
            instance_type=_instance_type(keys),
            usage=keys.get("usage", keys.get("label", kind if kind in _DISCOUNTS else "")),
            quantity=_quantity(metrics, keys),
            list_usd=at_list,
            effective_usd=paid,
            billed_usd=listed if billed is None else billed,
            committed=kind in _COVERED,
        )

    def _money(self, metrics: View, names: tuple[str, ...]) -> Decimal | None:
        for name in names:
            if not metrics[name].absent:
                unit = metrics[name]["Unit"].text(CURRENCY)
                if unit != CURRENCY:
                    why = f"plans are in {CURRENCY}"
                    raise SpecError(
                        Problem(
                            f"amounts are in {unit}",
                            why,
                            "export the bill in US dollars",
                            file=self.file,
                        )
                    )
                return amount(metrics[name]["Amount"])
        return None

    def notes(self) -> Iterator[str]:
        """Say what such an answer cannot tell."""
        if "record" not in self.fields:
            yield (
                "credits, refunds and what Savings Plans take back are not apart (covered hours are $0 at "
                "list prices then): Cost Explorer tells them by the dimension RECORD_TYPE"
            )


def _without_list(charges: Iterable[BillCharge]) -> Iterator[str]:
    """Say of hours that a reservation covers that they have no list price here: the invoice has $0."""
    if any(each.committed and each.effective_usd and not each.list_usd for each in charges):
        yield (
            "hours that a reservation covers stand at $0 at list prices: Cost Explorer does not say what "
            "they cost on demand; --basis effective, or an export, does"
        )


def _value(key: str) -> str:
    """Take the value of `tag$value`."""
    return key.partition("$")[2] if "$" in key else key


def _category(kind: str, service: str) -> Category:
    if service.lower() == "tax":
        return "tax"
    if "support" in service.lower():
        return "support"
    return _RECORDS.get(kind, "usage")


def _is_counted(keys: Mapping[str, str]) -> bool:
    """Quantities of several usage types are sums of unlike things."""
    return "usage" in keys or "instance_type" in keys


def _instance_type(keys: Mapping[str, str]) -> str:
    said = keys.get("instance_type", "")
    return said if "." in said else ""


def _unit(metrics: View, keys: Mapping[str, str]) -> str:
    said = metrics["UsageQuantity"]["Unit"].text("N/A")
    return "" if said == "N/A" or not _is_counted(keys) else said


def _quantity(metrics: View, keys: Mapping[str, str]) -> Decimal | None:
    said = metrics["UsageQuantity"]["Amount"]
    return amount(said) if _is_counted(keys) and not said.absent else None
