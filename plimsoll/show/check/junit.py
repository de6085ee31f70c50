"""Write a verdict as JUnit's XML, which GitLab and others show beside a change.

A suite is a policy, a case is a resource; the stack as a whole is a case too. Advice does not fail a case.
"""

from collections.abc import Iterator, Sequence
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from plimsoll.gate.rules import RULES
from plimsoll.gate.verdict import Verdict, Violation
from plimsoll.show.check.sited import STACK, Site, Sited
from plimsoll.show.markdown import seen, seen_lines
from plimsoll.show.text import PIPED, Style

MOST_FINE = 500
"""Resources without a violation that have a case of their own in each suite; the others are one case."""

Pair = tuple[Violation, Site]


def as_junit(sited: Sited, _: Style = PIPED) -> str:
    """Write every policy with every resource that it judged."""
    verdict = sited.verdict
    cases = ["", *sorted(set(_resources(verdict)))]
    policies = list(dict.fromkeys((*(rule.name for rule in RULES), *(v.policy for v in verdict.violations))))
    why = _skipped(verdict)
    root = Element("testsuites", {"name": "plimsoll check"})
    pairs = sited.pairs()
    for policy in policies:
        found = [pair for pair in pairs if pair[0].policy == policy]
        root.append(_suite(policy, cases, found, "" if found else why.get(policy, "")))
    for key in ("tests", "failures", "skipped"):
        root.set(key, str(sum(int(suite.get(key, "0")) for suite in root)))
    indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{tostring(root, encoding="unicode")}\n'


def _resources(verdict: Verdict) -> Iterator[str]:
    """Name every resource that the verdict knows."""
    for group in (
        verdict.lines,
        verdict.free,
        verdict.by_use,
        verdict.covered_by_pools,
        verdict.cannot_price,
    ):
        yield from (each.urn for each in group if each.urn)
    yield from (violation.urn for violation in verdict.violations if violation.urn)


def _skipped(verdict: Verdict) -> dict[str, str]:
    off = {c.policy: "disabled by configuration" for c in verdict.level_changes if c.level == "disabled"}
    return {each.policy: each.reason for each in verdict.not_applicable} | off


def _suite(policy: str, cases: Sequence[str], found: Sequence[Pair], why_not: str) -> Element:
    suite = Element("testsuite", {"name": _text(policy)})
    if why_not:
        case = SubElement(suite, "testcase", {"classname": _text(policy), "name": STACK})
        SubElement(case, "skipped", {"message": _text(why_not)})
        return _counted(suite)
    by_urn: dict[str, list[Pair]] = {urn: [] for urn in cases[:MOST_FINE]}
    for violation, site in found:
        by_urn.setdefault(violation.urn or "", []).append((violation, site))
    for urn, pairs in by_urn.items():
        suite.append(_case(policy, urn, pairs))
    if len(by_urn) < len(cases):
        rest = f"{len(cases) - len(by_urn):,} other resources"
        SubElement(suite, "testcase", {"classname": _text(policy), "name": rest})
    return _counted(suite)


def _case(policy: str, urn: str, pairs: Sequence[Pair]) -> Element:
    case = Element("testcase", {"classname": _text(policy), "name": _text(urn) or STACK})
    if pairs:
        case.set("file", _text(pairs[0][1].file))
        case.set("line", str(pairs[0][1].line))
    blocking = [violation for violation, _ in pairs if violation.blocks]
    if blocking:
        first = _text(blocking[0].message.split("\n")[0])
        failure = SubElement(case, "failure", {"type": _text(blocking[0].code), "message": first})
        failure.text = "\n".join(seen_lines(each.story or each.message) for each in blocking)
    advice = [violation for violation, _ in pairs if not violation.blocks]
    if advice:
        SubElement(case, "system-out").text = "\n".join(seen_lines(f"{v.code}: {v.message}") for v in advice)
    return case


def _counted(suite: Element) -> Element:
    suite.set("tests", str(len(suite)))
    suite.set("failures", str(sum(case.find("failure") is not None for case in suite)))
    suite.set("skipped", str(sum(case.find("skipped") is not None for case in suite)))
    return suite


def _text(text: str) -> str:
    """Write one line that XML can hold."""
    return seen(" ".join(text.split()))
