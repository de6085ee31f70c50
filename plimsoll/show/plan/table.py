"""A plan becomes a table for the terminal."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from plimsoll.candidates.nearest import Accelerators
from plimsoll.money.line import CostLine
from plimsoll.plan.plan import Chosen, Plan, Refusal
from plimsoll.plan.total import not_monthly, total_at_list
from plimsoll.plan.warnings.warning import PlanWarning
from plimsoll.show.clock import prices_text
from plimsoll.show.plan import words as view
from plimsoll.show.plan.asides import asides, shared_text
from plimsoll.show.plan.field import field_of
from plimsoll.show.plan.foot import foot
from plimsoll.show.table import Column, Table
from plimsoll.show.text import Style, length, side_by_side, wrap
from plimsoll.sizing.memory.fit import MemoryGib
from plimsoll.sizing.pool import Pool

if TYPE_CHECKING:  # start-up: a service has no run
    from plimsoll.plan.runs.plan import RunAnswer, RunRefusal

REFUSED = "REFUSED"
FIELD = "CHOSEN, and the best of what it beats"
BASES = ("floor", "expected", "ceiling")

_BILL = (
    Column("", least=24),
    Column("quantity", right=True),
    Column("unit"),
    Column("USD/unit", right=True),
    Column("USD/month", right=True),
)
_MISSES = (Column(), Column(), Column(least=40))
"""The columns of each table; a reason that would have to stand in less than 40 stands below its candidate."""


def plan_table(answer: Plan | Refusal, style: Style, accelerators: Accelerators) -> str:
    """Render a plan or a refusal; `accelerators` maps instance types to their accelerator."""
    head = "PLAN" if isinstance(answer, Plan) else REFUSED
    lines = [*title(head, answer, style), *wrap(view.asked(answer), style.width), ""]
    lines += _plan(answer, style) if isinstance(answer, Plan) else [*refusal_lines(answer, style), ""]
    lines += saving_lines(answer, style)
    lines += miss_lines(answer, style, accelerators)
    lines += foot(answer, style)
    return "\n".join(lines).rstrip() + "\n"


def total_table(
    answers: "Sequence[Plan | Refusal | RunAnswer]", total: Mapping[str, str | None], style: Style
) -> str:
    """The sum of several plans, net and at list where they differ; none if one of them is refused."""
    count = len(answers)
    refused = [str(each.workload["name"]) for each in answers if not hasattr(each, "cost")]
    if refused:
        lines = wrap(f"NO TOTAL of {count} workloads: {', '.join(refused)} refused", style.width)
        return "".join(style.paint(line, "bold", "red") + "\n" for line in lines)
    text = "   ".join(f"{basis} {view.usd(total[basis])}" for basis in BASES)
    lines = wrap(f"TOTAL of {count} workloads {view.clusters(answers)}: {text} a month", style.width)
    if (listed := total_at_list(answers)) is not None:
        text = "   ".join(f"{basis} {view.usd(listed[basis])}" for basis in BASES)
        lines += wrap(f"at list prices: {text} a month; a commitment counts once", style.width, "  ")
    if apart := not_monthly(answers):
        why = "nobody says how many a month (runs_per_month)"
        lines += wrap(f"not in it: {', '.join(apart)}: runs, and {why}", style.width, "  ")
    return "".join(style.paint(line, "bold") + "\n" for line in lines)


def title(head: str, answer: "Plan | Refusal | RunAnswer", style: Style) -> Iterator[str]:
    """Write the first line: what it is, PLAN, RUN or REFUSED, of which workload, at prices of which days."""
    colour = "red" if head == REFUSED else "green"
    left = f"{style.paint(head, 'bold', colour)}  {style.paint(str(answer.workload['name']), 'bold')}"
    right = prices_text(answer.clock)
    gap = style.width - length(left) - len(right)
    if gap >= 2:
        yield f"{left}{' ' * gap}{right}"
    else:
        yield from (left, *wrap(right, style.width))


def _plan(plan: Plan, style: Style) -> Iterator[str]:
    yield from (*_choice(plan, style), "")
    yield from warning_lines(plan.warnings, style)
    yield from (*_bill(plan, style), "")
    if plan.candidates:  # a plan that is read back from its lock has none
        yield from (*_field(plan, style), "")


def _choice(plan: Plan, style: Style) -> Iterator[str]:
    """Tell what was chosen, its scale, its money, its speed and its memory."""
    cost = plan.cost
    for line in side_by_side(_chosen_parts(plan.chosen), style.width):
        yield style.paint(line, "bold", "green")
    yield from wrap(scale_text(plan.chosen), style.width, "  ")
    yield ""
    yield from _money(plan, style)
    speed = view.latency_texts(plan)
    if cost.usd_per_million_output_tokens:
        speed.append(f"{view.usd(cost.usd_per_million_output_tokens)} per million output tokens")
    speed += view.speech_texts(plan.speech)
    speed += view.queue_texts(plan.queue)
    speed += view.cache_texts(plan.cache)
    speed += view.routing_texts(plan.routing)
    yield from side_by_side(speed, style.width)
    if plan.memory_gib is not None:
        yield from wrap(_memory_text(plan.memory_gib), style.width, "  ")
    if served := view.served_text(plan.chosen):
        yield from wrap(served, style.width, "  ")


def warning_lines(warnings: Sequence[PlanWarning], style: Style) -> Iterator[str]:
    """Tell what to know before it is deployed or started, one warning after the other."""
    for warning in warnings:
        for line in wrap(f"WARNING {warning.code}: {warning.message}", style.width, "  "):
            yield style.paint(line, "yellow")
    if warnings:
        yield ""


def _money(plan: Plan, style: Style) -> Iterator[str]:
    money = plan.cost.usd_per_month
    ceiling = style.paint(f"CEILING {view.usd(money.ceiling)}", "bold") + " a month"
    yield from side_by_side(
        [f"floor {view.usd(money.floor)}", f"expected {view.usd(money.expected)}", ceiling], style.width
    )
    for line in wrap(budget_text(plan), style.width, "  "):
        yield style.paint(line, "green")
    for text in asides(plan):
        yield from wrap(text, style.width, "  ", "    ")


def _memory_text(memory: MemoryGib) -> str:
    cache = f", {memory.kv_cache:.2f} KV cache" if memory.kv_cache is not None else ""
    return (
        f"memory of each accelerator: {memory.weights:.2f} GiB weights, {memory.activations:.2f} activations"
        f"{cache}, of {memory.usable:.2f} usable"
    )


def chosen_text(chosen: Chosen) -> str:
    """Name what was chosen, in one line."""
    return "   ".join(_chosen_parts(chosen))


def _chosen_parts(chosen: Chosen) -> list[str]:
    what = f"{_count(chosen)} × {chosen.accelerator}" if chosen.accelerator else "CPU only"
    nodes = len(chosen.pipeline_layers or ())
    types = " + ".join(dict.fromkeys(pool.instance_type for pool in chosen.pools)) or chosen.instance_type
    type_ = f"{nodes} × {chosen.instance_type}" if nodes > 1 else types
    how = [chosen.variant, chosen.precision, _tp(chosen)]
    parts = [type_, what, *how, chosen.region, chosen.capacity]
    return [part for part in parts if part]


def _count(chosen: Chosen) -> str:
    return str(chosen.accelerators_per_replica) if chosen.share is None else chosen.share.short


def _tp(chosen: Chosen) -> str:
    return f"tensor parallel {chosen.tensor_parallel}" if (chosen.tensor_parallel or 1) > 1 else ""


def _s(count: int) -> str:
    return "" if count == 1 else "s"


def scale_text(chosen: Chosen) -> str:
    """Say how many replicas run, and in which pools; and where the base leaves nothing for spot."""
    replicas = chosen.replicas
    pools = [pool_text(pool) for pool in chosen.pools]
    if chosen.capacity == "spot" and all(pool.capacity_type != "spot" for pool in chosen.pools):
        pools.append("no node on spot: the on-demand base holds the whole peak (capacity.on_demand_base)")
    count = f"{replicas.peak} replica{_s(replicas.peak)} at the peak"
    kept = [pool for pool in chosen.pools if pool.scheduled_replicas]
    hours = (
        f", at least {kept[0].scheduled_replicas} in {kept[0].scheduled_h_per_week} h a week" if kept else ""
    )
    return f"{count}, scaling {replicas.min} to {replicas.max}{hours}; {'; '.join(pools)}"


def pool_text(pool: Pool) -> str:
    """A pool in a few words."""
    most = pool.max_nodes // pool.clusters
    spread = f"{pool.min_nodes} to {most}" if pool.min_nodes != most else f"{most}"
    what = f"× {pool.instance_type}" if pool.share_of_load is not None else f"node{_s(most)}"
    twice = f", {pool.max_nodes} during an upgrade" if pool.clusters > 1 else ""
    return f"pool {pool.name} ({pool.capacity_type}) of {spread} {what}{twice}"


def budget_text(plan: Plan) -> str:
    """Say how much of the budget is left, or an empty text where there is none."""
    budget = plan.workload["budget"]
    if not budget:
        return ""
    money = plan.cost.usd_per_month
    value = money.ceiling if budget["basis"] == "ceiling" else money.expected
    limit = Decimal(str(budget["usd_per_month"]))
    return (
        f"{budget['basis']} within the budget of {view.usd(limit)}, "
        f"{view.usd(limit - Decimal(value))} to spare"
    )


def _bill(plan: Plan, style: Style) -> Iterator[str]:
    cost = plan.cost
    yield style.paint("THE CEILING, line by line", "bold")
    rows = [bill_row(line) for line in cost.lines if line.of == "ceiling"]
    rows.append(("the most the month can cost", "", "", "", view.usd(cost.usd_per_month.ceiling)))
    yield from Table(_BILL, rows).lines(style.width)
    yield from wrap(shared_text(plan), style.width, "  ")


def bill_row(line: CostLine) -> tuple[str, ...]:
    """Item, quantity, unit, unit price (that it is inferred, and the list price, where it is), money."""
    quantity = f"{Decimal(line.quantity).normalize():,f}"
    price = f"inferred {line.usd_per_unit}" if line.inferred else line.usd_per_unit
    if line.list_usd_per_unit not in (None, line.usd_per_unit):
        price += f" (list {line.list_usd_per_unit})"
    return (line.item, quantity, line.unit, price, view.usd(line.usd_per_month))


def _field(plan: Plan, style: Style) -> Iterator[str]:
    field = field_of(plan)
    counts = f"({view.counts(plan.candidates)})"
    head = style.paint(FIELD, "bold")
    yield from wrap(f"{head} {counts}", style.width)
    yield from wrap(field.alike, style.width, "  ")
    columns = [Column(heading, right=index in field.right) for index, heading in enumerate(field.heading)]
    yield from chosen_first(Table(columns, field.rows, named=2), style)


def chosen_first(table: Table, style: Style) -> Iterator[str]:
    """Write a table whose first row is the choice."""
    heading, chosen, *others = table.blocks(style.width)
    yield from heading
    yield from (style.paint(line, "green") for line in chosen)
    yield from (line for block in others for line in block)


def refusal_lines(refusal: "Refusal | RunRefusal", style: Style) -> Iterator[str]:
    """Say why there is no plan, and the ways out with their prices."""
    yield from (style.paint(line, "bold", "red") for line in wrap(refusal.message, style.width))
    if not refusal.ways_out:
        yield "  no single change of the spec makes it fit"
        return
    yield ""
    yield style.paint("WAYS OUT, each alone enough", "bold")
    for way in refusal.ways_out:
        yield from wrap(f"· {way.message}", style.width, "  ", "    ")


def saving_lines(answer: "Plan | Refusal | RunAnswer", style: Style) -> Iterator[str]:
    """List what each lever saves, and what does nothing; nothing where nobody asked."""
    if answer.savings is not None:
        from plimsoll.show.plan.savings import lever_lines  # start-up: a bare plan has none

        yield from lever_lines(answer, style)


def miss_lines(
    answer: "Plan | Refusal | RunAnswer", style: Style, accelerators: Accelerators
) -> Iterator[str]:
    """List the nearest miss of each accelerator that no candidate holds with."""
    misses = view.nearest_misses(answer, accelerators)
    if not misses:
        return
    yield style.paint("WHY NOT: the nearest miss of each other accelerator", "bold")
    rows = [(miss.accelerator, miss.name, miss.failed) for miss in misses]
    yield from Table(_MISSES, rows, named=2).lines(style.width)
    yield from wrap(
        "the whole answer: plimsoll why-not SPEC, and any of these names, or spot", style.width, "  "
    )
    yield ""
