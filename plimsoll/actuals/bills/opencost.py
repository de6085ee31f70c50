"""OpenCost's allocation API, as saved: money of pods at list prices, by label and step.

Fields: source of 2024-10 (`pkg/kubecost`), names unchanged since. Label names carry underscores.
"""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal

from plimsoll.actuals.bills.saved import amount, day_of
from plimsoll.actuals.bills.tag_keys import POOL_KEYS, WORKLOAD, spellings
from plimsoll.actuals.charge import GPU_HOUR, BillCharge, EngineUse, PaidBill
from plimsoll.actuals.window import BillWindow
from plimsoll.ground.problems import MissingFactError, Problem, SpecError
from plimsoll.ground.start_up import record
from plimsoll.ground.tree import View

_ASK = (
    "curl 'localhost:9003/allocation?window=…&aggregate=label:plimsoll_dev_workload&includeIdle=true&step=1d'"
)

ONE_DAY = timedelta(days=1)

IDLE, NOBODY = "__idle__", ("__unallocated__", "__unmounted__", "__idle__")
"""Names under which OpenCost lists what no pod has, and pods without the label."""

_NODE = ("cpuCost", "ramCost", "gpuCost", "cpuCostAdjustment", "ramCostAdjustment", "gpuCostAdjustment")
"""Parts of a node's price."""

_BESIDE = {
    "pvCost": ("OpenCost volumes", "GB-month"),
    "networkCost": ("OpenCost network", ""),
    "loadBalancerCost": ("OpenCost load balancers", ""),
    "sharedCost": ("OpenCost shared cost", ""),
    "externalCost": ("OpenCost external cost", ""),
}
"""Other parts of an allocation, under which service they are listed, and in what unit."""


def read(answers: Sequence[View], file: str, window: BillWindow, basis: str) -> PaidBill:
    """Read answers; `file` is what messages call them.

    Raises:
        SpecError: they are no allocations, or a step of them is partly in the window.
        MissingFactError: a GPU ran and has no price: OpenCost counts it as 0 then.
    """
    found = [each for answer in answers for each in _allocations(answer, file)]
    for each in found:
        _check_step(each, window, file)
    unpriced = [each for each in found if each.has_gpu and each.gpu_usd <= 0]
    if unpriced:
        raise MissingFactError([_no_price(each, file) for each in unpriced[:20]])
    charges = tuple(charge for each in found for charge in each.charges())
    idle = [each for each in found if each.name == IDLE and window.holds(each.day)]
    notes = ("OpenCost knows list prices: --basis effective shows the same",) if basis == "effective" else ()
    engines = tuple(each.engine() for each in found if each.active is not None and window.holds(each.day))
    total = sum((each.node_usd for each in idle), Decimal(0)) if idle else None
    ends = max((each.end for each in found), default=None)
    return PaidBill("opencost", file, charges, notes, (), engines, total, ends=ends)


def _check_step(each: "Allocation", window: BillWindow, file: str) -> None:
    """Refuse a step that is partly in the window: its money says nothing of the days inside."""
    touches = each.day < window.end and each.end > window.start
    if touches and not (window.start <= each.day and each.end <= window.end):
        why = f"{each.day}..{each.end} is partly in {window}"
        raise SpecError(Problem("a step is not one of the window's", why, "ask with step=1d", file=file))


def _no_price(each: "Allocation", file: str) -> Problem:
    hours = f"{each.gpu_hours.normalize():f} GPU-hours of {each.name} on {each.day}"
    why = f"{hours} for ${each.gpu_usd:.2f}: unknown, not cheap"
    fix = "give OpenCost custom prices with a GPU price, or read the bill with --from focus"
    return Problem("no GPU price", why, fix, f"data.{each.name}.gpuCost", file)


def _allocations(answer: View, file: str) -> Iterator["Allocation"]:
    data = answer["data"]
    if data.absent or answer["code"].count(200) != 200:
        why = f"code {answer['code'].value}" if not answer["code"].absent else "it has no data"
        raise SpecError(Problem("no allocations of OpenCost", why, _ASK, file=file))
    for step in data.items():
        if not step.absent:
            yield from (Allocation(name, view) for name, view in step.entries())


@record
class Allocation:
    """What one step says of one label value."""

    key: str
    view: View

    @property
    def name(self) -> str:
        """The label's value."""
        return self.view["name"].text(self.key)

    @property
    def day(self) -> date:
        """The day in which the step begins."""
        window = self.view["window"]
        return day_of(self.view["start"] if window.absent else window["start"])

    @property
    def end(self) -> date:
        """The day after its last: a step is a day where it does not say how long it is."""
        window = self.view["window"]
        said = self.view["end"] if window.absent else window["end"]
        return max(day_of(said), self.day + ONE_DAY) if not said.absent else self.day + ONE_DAY

    @property
    def gpu_hours(self) -> Decimal:
        """GPU-hours."""
        return amount(self.view["gpuHours"])

    @property
    def gpu_usd(self) -> Decimal:
        """Money of GPUs, as it was corrected."""
        return amount(self.view["gpuCost"]) + amount(self.view["gpuCostAdjustment"])

    @property
    def has_gpu(self) -> bool:
        """Whether a GPU was there, counted or asked for."""
        return any(amount(self.view[name]) > 0 for name in ("gpuHours", "gpuCount", "gpuRequestAverage"))

    @property
    def node_usd(self) -> Decimal:
        """Money of its share of nodes."""
        return sum((amount(self.view[name]) for name in _NODE), Decimal(0))

    @property
    def active(self) -> Decimal | None:
        """Share of time that the GPU's engine was active; None where nobody measured it.

        DCGM writes a blank as 9223372036854775794, and OpenCost averages it: what is above one is no share.
        """
        inner = self.view["gpuAllocation"]
        said = self.view["gpuUsageAverage"] if inner.absent else inner["gpuUsageAverage"]
        share = amount(said)
        return None if said.absent or not self.has_gpu or not 0 <= share <= 1 else share

    def engine(self) -> EngineUse:
        """Say what its GPUs did."""
        return EngineUse(self.day, self.owner, self.gpu_hours, self.node_usd, self.active or Decimal(0))

    @property
    def owner(self) -> str:
        """The workload: by the label that was aggregated by, else by the labels of its properties."""
        labels = self.view["properties"]["labels"].mapping()
        said = next((labels[each] for key in WORKLOAD for each in spellings(key) if each in labels), "")
        return str(said) or ("" if self.name in NOBODY else self.name)

    @property
    def pool(self) -> str:
        """The pool, where the properties name one."""
        labels = self.view["properties"]["labels"].mapping()
        return str(next((labels[each] for key in POOL_KEYS for each in spellings(key) if each in labels), ""))

    def charges(self) -> Iterator[BillCharge]:
        """Say what it costs: its share of nodes, and what is beside them."""
        service = "OpenCost idle" if self.name == IDLE else "OpenCost nodes"
        yield self._charge(service, GPU_HOUR, self.gpu_hours, self.node_usd)
        for name, (other, unit) in _BESIDE.items():
            usd = amount(self.view[name])
            if usd:
                yield self._charge(other, unit, None, usd)

    def _charge(self, service: str, unit: str, quantity: Decimal | None, usd: Decimal) -> BillCharge:
        return BillCharge(
            day=self.day,
            category="usage",
            workload=self.owner,
            pool=self.pool,
            cluster="",
            service=service,
            unit=unit,
            instance_type="",
            usage=service,
            quantity=quantity,
            list_usd=usd,
            effective_usd=usd,
            billed_usd=usd,
        )
