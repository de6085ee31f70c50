"""The report of a check as a pull-request comment: money and verdict first, everything else folded.

Text from outside (names, URNs, reasons) is escaped, so it cannot forge a verdict, mention people or run
HTML. The comment stays below the 65,536 characters that GitHub takes: folds lose lines before the head does.
"""

from collections.abc import Sequence
from decimal import Decimal

from plimsoll.gate.report import Broken, Exempted, Report
from plimsoll.show.check.text import counted
from plimsoll.show.markdown import escaped
from plimsoll.show.money import usd
from plimsoll.show.text import PIPED, Style

LONGEST = 60_000
MARKER = "<!-- plimsoll:check -->"
"""Hidden at the end; the workflow finds its own comment by it and updates it in place."""

_CELL = 200


def as_markdown(report: Report, _: Style = PIPED) -> str:
    """Write the comment."""
    head = [_headline(report), "", *_table(report), "", *_way_back(report), *_lowered(report)]
    tail = ["", f"<sub>{_basis(report)}</sub>", MARKER, ""]
    room = LONGEST - sum(len(line) + 1 for line in (*head, *tail))
    folds: list[str] = []
    for title, rows in _folds(report):
        fold = _fold(title, rows, room)
        folds += fold
        room -= sum(len(line) + 1 for line in fold)
    return "\n".join([*head, *folds, *tail])


def _headline(report: Report) -> str:
    ceiling = report.usd_per_month.ceiling
    money = "ceiling **not known**" if ceiling is None else f"ceiling **{_usd(ceiling)}/month**"
    blocking = [v for v in report.violations if v.level != "advisory"]
    parts = [money]
    if report.budget is not None:
        parts.append(f"budget {_usd(report.budget.usd_per_month)}")
    if not blocking:
        return f"#### ⚓ Plimsoll: {' · '.join([*parts, '✅ within the line'])}"
    over = _overrun(report)
    verdict = f"❌ over by {over}" if over else f"❌ {', '.join(counted(blocking))}"
    return f"#### ⚓ Plimsoll: {' · '.join([*parts, verdict])}"


def _overrun(report: Report) -> str:
    """By how much the whole is over its budget; "" if that is not what is wrong."""
    if report.budget is None or not any(v.code == "over_budget" and v.urn is None for v in report.violations):
        return ""
    judged = [
        Decimal(v.usd_per_month) for v in report.violations if v.code == "over_budget" and v.usd_per_month
    ]
    over = max(judged, default=Decimal(0)) - Decimal(report.budget.usd_per_month)
    return _usd(str(over)) if over > 0 else ""


def _table(report: Report) -> list[str]:
    rows = [("ceiling", report.usd_per_month.ceiling), ("floor", report.usd_per_month.floor)]
    if report.budget is not None:
        rows.append((f"budget ({escaped(report.budget.basis)})", report.budget.usd_per_month))
    body = [f"| {name} | {'not known' if usd is None else _usd(usd)} |" for name, usd in rows]
    return ["| USD per month | |", "|---|--:|", *body]


def _way_back(report: Report) -> list[str]:
    """The two lines of the first blocking violation, so that nobody has to unfold for the next step."""
    blocking = [v for v in report.violations if v.level != "advisory"]
    if not blocking:
        return []
    lines = blocking[0].message.split("\n")
    more = f" (and {len(blocking) - 1} more below)" if len(blocking) > 1 else ""
    return [f"**{escaped(blocking[0].policy)}**: {escaped(_cut(lines[-1], 600))}{more}", ""]


def _lowered(report: Report) -> list[str]:
    return [
        f"⚠️ policy {escaped(c.policy)} is {escaped(c.level)} by configuration (default {escaped(c.default)})"
        for c in report.level_changes
        if c.lowered
    ]


def _folds(report: Report) -> list[tuple[str, list[str]]]:
    blocking = [v for v in report.violations if v.level != "advisory"]
    advice = [v for v in report.violations if v.level == "advisory"]
    lines = sorted(
        (line for line in report.lines if line.of == "ceiling"),
        key=lambda line: (-Decimal(line.usd_per_month), line.urn, line.item),
    )
    bill = [
        f"| {_cell(_name(line.urn))} | {_cell(line.item)} | {line.quantity} {_cell(line.unit)} "
        f"× ${line.usd_per_unit} | {_usd(line.usd_per_month)} |"
        for line in lines
    ]
    folds = [
        (f"Violations: {len(blocking)}", [_violation(v) for v in blocking]),
        (f"Advice: {len(advice)}", [_violation(v) for v in advice]),
        (
            f"Lines: {len(bill)}",
            ["| resource | item | quantity × unit price | USD/month |", "|---|---|--:|--:|", *bill],
        ),
        (_exemption_title(report), _exemptions(report)),
        (
            f"Not applicable: {len(report.not_applicable)}",
            [f"- {escaped(s.policy)}: {escaped(s.reason)}" for s in report.not_applicable],
        ),
    ]
    return [(title, rows) for title, rows in folds if rows and not (title.startswith("Lines") and not bill)]


def _violation(violation: Broken) -> str:
    at = f" at {_cell(_name(violation.urn))}" if violation.urn else ""
    text = violation.story or violation.message
    body = "<br>".join(escaped(_cut(line, 600)) for line in text.split("\n"))
    return f"- **{escaped(violation.policy)}** {escaped(violation.code)}{at}: {body}"


def _exemption_title(report: Report) -> str:
    used, unused = len(report.exemptions_used), len(report.exemptions_unused)
    return f"Exemptions: {used} used, {unused} unused, {len(report.exemptions_expired)} expired"


def _exemptions(report: Report) -> list[str]:
    groups: list[tuple[str, Sequence[Exempted]]] = [
        ("used", report.exemptions_used),
        ("unused", report.exemptions_unused),
        ("**expired**", report.exemptions_expired),
    ]
    return [
        f"- {state}: {escaped(e.policy)} until {escaped(e.expires)}, up to {_usd(e.allow_up_to_usd)}, "
        f"owner {_cell(e.owner)}, approved by {_cell(e.approved_by)}: {_cell(e.reason)}"
        for state, group in groups
        for e in group
    ]


def _fold(title: str, rows: Sequence[str], room: int) -> list[str]:
    """Fold rows; those that do not fit into the room are counted instead."""
    frame = ["<details><summary>", title, "</summary>", "", "", "</details>", ""]
    left = room - sum(len(line) + 1 for line in frame) - 80
    kept: list[str] = []
    for row in rows:
        left -= len(row) + 1
        if left < 0:
            break
        kept.append(row)
    if not kept:
        return []
    if len(kept) < len(rows):
        kept += ["", f"… and {len(rows) - len(kept)} more; `plimsoll check --format json` has all"]
    return [f"<details><summary>{title}</summary>", "", *kept, "", "</details>", ""]


def _basis(report: Report) -> str:
    where = f", region {escaped(report.region)}" if report.region else ""
    return (
        f"ceiling = the most these resources can cost in 730 hours, on-demand; "
        f"prices of {report.priced_on}{where}; updated in place"
    )


def _name(urn: str) -> str:
    return urn.rpartition("::")[2]


def _cell(text: str) -> str:
    return escaped(_cut(text, _CELL))


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else text[: longest - 1] + "…"


def _usd(amount: str | None) -> str:
    return usd(amount, without="any amount")
