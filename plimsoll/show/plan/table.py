"""A plan becomes a table for the terminal."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from plimsoll.candidates.nearest import Accelerators
from plimsoll.money.line import CostLine
from plimsoll.money.totals import Cost
from plimsoll.plan.plan import Chosen, Plan, Refusal
from plimsoll.show.plan import words as view
from plimsoll.show.text import Style, clip, columns, wrap
from plimsoll.sizing.memory import MemoryGib
from plimsoll.sizing.pool import Pool

BASES = ("floor", "expected", "ceiling")


def plan_table(answer: Plan | Refusal, style: Style, accelerators: Accelerators) -> str:
    """Render a plan or a refusal; `accelerators` maps instance types to their accelerator."""
    lines = [_title(answer, style), *wrap(view.asked(answer), style.width, ""), ""]
    lines += _plan(answer, style) if isinstance(answer, Plan) else [*_refusal(answer, style), ""]
    lines += _misses(answer, style, accelerators)
    lines += _foot(answer, style)
    return "\n".join(lines).rstrip() + "\n"


def total_table(answers: Sequence[Plan | Refusal], total: Mapping[str, str | None], style: Style) -> str:
    """The sum of several plans; none if one of them is refused."""
    count = len(answers)
    refused = [str(each.workload["name"]) for each in answers if isinstance(each, Refusal)]
    if refused:
        text = f"NO TOTAL of {count} workloads: {', '.join(refused)} refused"
        return style.paint(text, "bold", "red") + "\n"
    text = "   ".join(f"{basis} {view.usd(total[basis])}" for basis in BASES)
    return style.paint(f"TOTAL of {count} workloads on one cluster: {text} a month", "bold") + "\n"


def _title(answer: Plan | Refusal, style: Style) -> str:
    head, colour = ("PLAN", "green") if isinstance(answer, Plan) else ("REFUSED", "red")
    name = str(answer.workload["name"])
    right = f"prices of {answer.priced_on}"
    gap = max(style.width - len(head) - len(name) - len(right) - 2, 2)
    return f"{style.paint(head, 'bold', colour)}  {style.paint(name, 'bold')}{' ' * gap}{right}"


def _plan(plan: Plan, style: Style) -> Iterator[str]:
    yield from (*_choice(plan, style), "")
    yield from (*_bill(plan.cost, style), "")
    yield from (*_field(plan, style), "")


def _choice(plan: Plan, style: Style) -> Iterator[str]:
    """Tell what was chosen, its scale, its money, its speed and its memory."""
    cost, replicas = plan.cost, plan.chosen.replicas
    yield "  " + style.paint(chosen_text(plan.chosen), "bold", "green")
    pools = "; ".join(pool_text(pool) for pool in plan.chosen.pools)
    text = f"{replicas.peak} replica{_s(replicas.peak)} at the peak, "
    yield from wrap(f"{text}scaling {replicas.min} to {replicas.max}; {pools}", style.width, "  ")
    yield ""
    yield from _money(plan, style)
    speed = [view.latency_text(key, item) for key, item in plan.latency.items()]
    if cost.usd_per_million_output_tokens:
        speed.append(f"{view.usd(cost.usd_per_million_output_tokens)} per million output tokens")
    if plan.speech is not None:
        speed.append(view.speech_text(plan.speech))
    yield from _side_by_side(speed, style.width)
    if plan.memory_gib is not None:
        yield f"  {_memory_text(plan.memory_gib)}"


def _money(plan: Plan, style: Style) -> Iterator[str]:
    money = plan.cost.usd_per_month
    yield (
        f"  floor {view.usd(money.floor)}   expected {view.usd(money.expected)}   "
        + style.paint(f"CEILING {view.usd(money.ceiling)}", "bold")
        + " a month"
    )
    if budget := budget_text(plan):
        yield "  " + style.paint(budget, "green")
    extra = [f"{name}: {view.usd(value)}" for name, value in _other_terms(plan.cost) if value]
    if extra:
        yield from wrap(f"expected on other terms: {' · '.join(extra)}", style.width, "  ")


def _memory_text(memory: MemoryGib) -> str:
    cache = f", {memory.kv_cache:.2f} KV cache" if memory.kv_cache is not None else ""
    return (
        f"memory of each accelerator: {memory.weights:.2f} GiB weights, {memory.activations:.2f} activations"
        f"{cache}, of {memory.usable:.2f} usable"
    )


def _side_by_side(items: Sequence[str], width: int) -> Iterator[str]:
    """As many items on a line as fit."""
    line = ""
    for item in items:
        if line and len(line) + 3 + len(item) > width:
            yield line
            line = ""
        line = f"{line}   {item}" if line else f"  {item}"
    if line:
        yield line


def chosen_text(chosen: Chosen) -> str:
    """Name what was chosen, in one line."""
    what = f"{chosen.accelerators_per_replica} × {chosen.accelerator}" if chosen.accelerator else "CPU only"
    parts = [chosen.instance_type, what, chosen.precision, _tp(chosen), chosen.region, chosen.capacity]
    return "   ".join(part for part in parts if part)


def _tp(chosen: Chosen) -> str:
    return f"tensor parallel {chosen.tensor_parallel}" if (chosen.tensor_parallel or 1) > 1 else ""


def _s(count: int) -> str:
    return "" if count == 1 else "s"


def pool_text(pool: Pool) -> str:
    """A pool in a few words."""
    spread = (
        f"{pool.min_nodes} to {pool.max_nodes}" if pool.min_nodes != pool.max_nodes else f"{pool.max_nodes}"
    )
    return f"pool {pool.name} ({pool.capacity_type}) of {spread} node{_s(pool.max_nodes)}"


def _other_terms(cost: Cost) -> Iterator[tuple[str, str | None]]:
    names = {
        "expected_reserved_1y": "steady nodes reserved for 1 year",
        "expected_on_demand": "the same nodes without spot",
    }
    for key, name in names.items():
        value = cost.alternatives.get(key)
        if value != cost.usd_per_month.expected:
            yield name, value


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


def _bill(cost: Cost, style: Style) -> Iterator[str]:
    yield style.paint("THE CEILING, line by line", "bold")
    rows = [("", "quantity", "unit", "USD/unit", "USD/month")]
    rows += [bill_row(line) for line in cost.lines if line.of == "ceiling"]
    rows.append(("the most the month can cost", "", "", "", view.usd(cost.usd_per_month.ceiling)))
    yield from (f"  {line}" for line in columns(rows, right=(1, 3, 4)))


def bill_row(line: CostLine) -> tuple[str, ...]:
    """Item, quantity, unit, unit price, money."""
    quantity = f"{Decimal(line.quantity).normalize():,f}"
    return (line.item, quantity, line.unit, line.usd_per_unit, view.usd(line.usd_per_month))


def _field(plan: Plan, style: Style) -> Iterator[str]:
    yield style.paint("CHOSEN among the best", "bold") + f"   ({view.counts(plan.candidates)})"
    rows = [("", "instance type", "precision", "tp", "region", "capacity", "expected", "ceiling")]
    rows += view.field_rows(plan)
    for index, line in enumerate(columns(rows, right=(6, 7))):
        yield "  " + (style.paint(line, "green") if index == 1 else line)


def _refusal(refusal: Refusal, style: Style) -> Iterator[str]:
    yield style.paint(refusal.message, "bold", "red")
    if not refusal.ways_out:
        yield "  no single change of the spec makes it fit"
        return
    yield ""
    yield style.paint("WAYS OUT, each alone enough", "bold")
    for way in refusal.ways_out:
        yield from wrap(f"· {way.message}", style.width, "  ")


def _misses(answer: Plan | Refusal, style: Style, accelerators: Accelerators) -> Iterator[str]:
    misses = view.nearest_misses(answer, accelerators)
    if not misses:
        return
    yield style.paint("WHY NOT: the nearest miss of each other accelerator", "bold")
    rows = [(miss.accelerator, miss.name, miss.failed) for miss in misses]
    yield from (f"  {clip(line, style.width - 2)}" for line in columns(rows))
    yield "  the whole answer for one type: plimsoll why-not SPEC INSTANCE_TYPE"
    yield ""


def _foot(answer: Plan | Refusal, style: Style) -> Iterator[str]:
    plan = answer if isinstance(answer, Plan) else None
    if plan is not None:
        quotas = [f"{q.name} {q.vcpus} vCPU" + (f" ({q.code})" if q.code else "") for q in plan.quotas]
        yield from _note("quotas", quotas, style)
    yield from _note("assumed", [view.assumption_text(item) for item in answer.assumptions], style)
    if plan is not None:
        yield from _note("left out", plan.cost.left_out, style)


def _note(name: str, items: Sequence[str], style: Style) -> list[str]:
    lines = wrap(f"{name}: {' · '.join(items)}", style.width, "")
    return [style.paint(line, "dim") for line in lines]
