"""Write a verdict as SARIF 2.1.0, which code scanning shows at the line that binds.

GitHub takes 25,000 results of a run: a last one counts the rest. In a message of SARIF `[text](target)` is a
link (§3.11.6), so brackets are escaped as it says there; `properties` hold the words themselves.
"""

import re
from collections.abc import Sequence
from typing import Any

from plimsoll.gate.rules import rule_named
from plimsoll.gate.verdict import Violation
from plimsoll.ground.units import usd_text
from plimsoll.ground.version import __version__
from plimsoll.show.check.sited import STACK, Site, Sited, fingerprint, told
from plimsoll.show.explain.violations import VIOLATIONS
from plimsoll.show.json_text import dumps
from plimsoll.show.markdown import seen, seen_lines
from plimsoll.show.text import PIPED, Style

MOST_RESULTS = 25_000
MORE = "plimsoll/more"
_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_LINKS = re.compile(r"([\\\[\]])")
_UNRESERVED = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/")
"""What a URI takes as it is (RFC 3986 §2.3), and the slash between folders."""

Json = dict[str, Any]


def as_sarif(sited: Sited, _: Style = PIPED) -> str:
    """Write one run with every violation, those that block first."""
    pairs = sited.pairs()
    shown = pairs if len(pairs) <= MOST_RESULTS else pairs[: MOST_RESULTS - 1]
    rest = pairs[len(shown) :]
    rules = list(dict.fromkeys(_rule_id(violation) for violation, _ in shown))
    results = [_result(violation, site, rules) for violation, site in shown]
    if rest:
        rules.append(MORE)
        results.append(_more(rest, rules))
    driver = {"name": "plimsoll", "version": __version__, "rules": [_rule(rule) for rule in rules]}
    run = {"tool": {"driver": driver}, "columnKind": "utf16CodeUnits", "results": results}
    return dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]})


def _rule_id(violation: Violation) -> str:
    return seen(f"{violation.policy}/{violation.code}")


def _rule(rule: str) -> Json:
    if rule == MORE:
        return {"id": rule, "shortDescription": {"text": "More violations than code scanning takes."}}
    policy, _, code = rule.partition("/")
    known, entry = rule_named(policy), VIOLATIONS.get(code)
    found: Json = {"id": rule}
    if entry is not None:
        found["shortDescription"] = {"text": _plain(entry.means)}
        found["help"] = {"text": _plain(entry.mended_by)}
    if known is not None:
        found["fullDescription"] = {"text": _plain(known.description)}
    return found


def _result(violation: Violation, site: Site, rules: Sequence[str]) -> Json:
    rule, digest = _rule_id(violation), fingerprint(violation)
    usd = violation.usd_per_month
    return {
        "ruleId": rule,
        "ruleIndex": rules.index(rule),
        "level": "error" if violation.blocks else "warning",
        "message": {"text": _plain(told(violation))},
        "locations": [_location(site, violation.urn or STACK)],
        # GitHub reads the first alone; the second is the same for tools that look for their own.
        "partialFingerprints": {"primaryLocationLineHash": digest, "plimsoll/v1": digest},
        "properties": {
            "policy": violation.policy,
            "code": violation.code,
            "urn": violation.urn,
            "message": violation.message,
            "usd_per_month": None if usd is None else usd_text(usd),
        },
    }


def _more(rest: Sequence[tuple[Violation, Site]], rules: Sequence[str]) -> Json:
    """Count what does not fit."""
    blocking = sum(violation.blocks for violation, _ in rest)
    text = f"and {len(rest):,} more violations, of which {blocking:,} block; --format json has them all"
    return {
        "ruleId": MORE,
        "ruleIndex": rules.index(MORE),
        "level": "error" if blocking else "warning",
        "message": {"text": text},
        "locations": [_location(rest[0][1], STACK)],
        "partialFingerprints": {"primaryLocationLineHash": "more", "plimsoll/v1": "more"},
    }


def _location(site: Site, about: str) -> Json:
    return {
        "physicalLocation": {
            "artifactLocation": {"uri": _uri(site.file), "uriBaseId": "%SRCROOT%"},
            "region": {"startLine": site.line},
        },
        "logicalLocations": [{"fullyQualifiedName": about, "kind": "resource"}],
    }


def _uri(file: str) -> str:
    """Write a path as a relative URI; one that a colon opens would be a scheme."""
    path = file.replace("\\", "/").encode("utf-8", "surrogatepass")
    return "".join(chr(byte) if byte in _UNRESERVED else f"%{byte:02X}" for byte in path)


def _plain(text: str) -> str:
    """Write a message that holds no link, and nothing that nobody sees."""
    return _LINKS.sub(r"\\\1", seen_lines(text))
