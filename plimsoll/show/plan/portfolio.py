"""A portfolio for people: what each workload gets, and would alone; which limit binds, and who loses what."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from plimsoll.ground.units import figure
from plimsoll.plan.portfolio.document import JointShare, Portfolio, SharedNode
from plimsoll.show.markdown import code_span, escaped
from plimsoll.show.money import usd
from plimsoll.show.table import Column, Table
from plimsoll.show.text import Style, wrap

_HEADING = ("workload", "priority", "gets", "replicas", "expected", "alone", "expected alone")
_SHARES = (
    Column(_HEADING[0]),
    Column(_HEADING[1], right=True),
    Column(_HEADING[2], least=18),
    Column(_HEADING[3], right=True),
    Column(_HEADING[4], right=True),
    Column(_HEADING[5], least=18),
    Column(_HEADING[6], right=True),
)
_COLOURS = {"holds": "green", "degraded": "yellow", "refused": "red"}


def portfolio_table(portfolio: Portfolio, style: Style) -> str:
    """Write the joint plan for a terminal."""
    return "\n".join(_lines(portfolio, style)) + "\n"


def _lines(portfolio: Portfolio, style: Style) -> Iterator[str]:
    for line in wrap(f"PORTFOLIO {_verdict(portfolio)}", style.width):
        yield style.paint(line, "bold", _COLOURS[portfolio.verdict])
    rows = [_row(share) for share in portfolio.shares]
    yield from Table(_SHARES, rows).painted(style, style.width)
    for text in (*_limits(portfolio), *_losses(portfolio), *_notes(portfolio)):
        yield from wrap(text, style.width, "  ", "    ")
    if portfolio.refusal is not None:
        yield ""
        yield style.paint("WAYS OUT of the portfolio, each alone enough", "bold")
        for way in _ways(portfolio):
            yield from wrap(f"· {way}", style.width, "  ", "    ")


def portfolio_markdown(portfolio: Portfolio) -> str:
    """Write the joint plan for a pull request; user text is escaped."""
    lines = [f"## Portfolio {escaped(_verdict(portfolio))}", ""]
    lines += [_cells(_HEADING), "|---|--:|---|--:|--:|---|--:|"]
    lines += [_cells(_marked(_row(share))) for share in portfolio.shares]
    texts = [*_limits(portfolio), *_losses(portfolio), *_notes(portfolio)]
    lines += ["", *(f"- {escaped(text)}" for text in texts)]
    if portfolio.refusal is not None:
        lines += ["", "Ways out, each alone enough:", "", *(f"- {escaped(way)}" for way in _ways(portfolio))]
    return "\n".join(lines) + "\n"


def _marked(row: Sequence[str]) -> list[str]:
    return [code_span(row[0], in_table=True), *(escaped(cell, in_table=True) for cell in row[1:])]


def _cells(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _verdict(portfolio: Portfolio) -> str:
    money = portfolio.usd_per_month
    said = portfolio.verdict
    if portfolio.refusal is not None:
        said = f"{said}, {' and '.join(portfolio.refusal.binding)} binds"
    if money.ceiling is None:
        return said
    sums = f"floor {usd(money.floor)}   expected {usd(money.expected)}   ceiling {usd(money.ceiling)} a month"
    return f"{said}: {sums}"


def _row(share: JointShare) -> tuple[str, ...]:
    alone = "the same" if share.alone == share.chosen and share.alone else _words(share.alone)
    return (
        share.name,
        figure(share.priority),
        _words(share.chosen),
        str(share.replicas or "–"),
        usd(share.usd_per_month_expected),
        alone,
        usd(share.alone_usd_per_month_expected),
    )


def _words(candidate: str | None) -> str:
    """A candidate's id in words, which a narrow column can fold."""
    return "nothing" if candidate is None else candidate.replace("/", " ")


def _limits(portfolio: Portfolio) -> Iterator[str]:
    """Say of each limit what is taken of it; what is beyond it comes with the word short."""
    if (budget := portfolio.budget) is not None:
        need, most = Decimal(budget.need_usd_per_month), Decimal(budget.usd_per_month)
        left = f"{usd(most - need)} to spare" if need <= most else f"{usd(need - most)} short"
        yield f"budget: {budget.basis} {usd(need)} of {usd(most)} a month, {left}"
    for quota in portfolio.quotas:
        head = f"quota {quota.code} ({quota.name}) in {quota.region}: {quota.need_vcpus:,}"
        if quota.limit_vcpus is None:
            yield f"{head} vCPU, no limit given"
        else:
            left = quota.limit_vcpus - quota.need_vcpus
            rest = f"{left:,} to spare" if left >= 0 else f"{-left:,} short"
            yield f"{head} of {quota.limit_vcpus:,} vCPU, {rest}"


def _losses(portfolio: Portfolio) -> Iterator[str]:
    for each in portfolio.degraded:
        yield f"{each.name} gets {each.now} of {each.was} replicas: {each.loses}"


def _notes(portfolio: Portfolio) -> Iterator[str]:
    for share in portfolio.shares:
        if share.budget_cost is not None:
            yield f"{share.name}: {share.budget_cost.message}"
    for node in portfolio.shared:
        worst = ", ".join(
            f"{name} {key.split('_')[1]} {figure(found.estimate)} ms (at worst {figure(found.high)})"
            for name, latencies in node.latency_ms.items()
            for key, found in latencies.items()
        )
        how = "by turns" if node.kind == "time_slicing" else "in slices"
        yield (
            f"could share {_nodes(node)} {how}: {' and '.join(node.tenants)}, "
            f"{usd(node.usd_per_month_expected)} a month, {usd(node.saves_usd_per_month)} less"
            + (f"; latency {worst}" if worst else "")
        )
        for part in node.parts:
            yield (
                f"  {part.name} has {part.pods} × {part.resource} of it and pays "
                f"{usd(part.usd_per_month_expected)}, {usd(part.saves_usd_per_month)} less"
            )
        for slices in node.accelerators:
            first = slices[0]
            held = ", ".join(f"{each.profile} {each.tenant}" for each in slices)
            yield f"  node {first.node}, accelerator {first.accelerator}: {held}"
    if (sums := portfolio.usd_per_month_shared) is not None:
        three = _three((sums.floor, sums.expected, sums.ceiling))
        yield f"all of them with nodes shared so: {three} a month; 'plimsoll manifests --portfolio' does it"
    for pair in portfolio.kept_apart:
        yield f"cannot share by turns: {'; '.join(reason.message for reason in pair.reasons)}"
    if not portfolio.proven:
        yield "there was too much to try: something cheaper may exist"


def _three(amounts: Sequence[str | None]) -> str:
    named = zip(("floor", "expected", "ceiling"), amounts, strict=True)
    return "   ".join(f"{of} {usd(amount or '0')}" for of, amount in named)


def _nodes(node: SharedNode) -> str:
    return f"{'one' if node.nodes == 1 else node.nodes} {'' if node.nodes == 1 else '× '}{node.instance_type}"


def _ways(portfolio: Portfolio) -> list[str]:
    found = portfolio.refusal.ways_out if portfolio.refusal is not None else ()
    return [way.message for way in found] or ["no single change makes all fit"]
