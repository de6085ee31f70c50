"""A quotas file says which Service Quotas an account has: `quotas: {L-DB2E81BA: 768}`, in vCPU by code."""

from collections.abc import Mapping
from typing import cast

from plimsoll.catalog.quota_codes import quota_codes
from plimsoll.ground.paths import KeyPath
from plimsoll.ground.problems import Problem, SpecError, nearest
from plimsoll.text.file_kind import FileKind
from plimsoll.text.places import Source, in_order
from plimsoll.text.source import parse

QUOTAS = "quotas"
PORTFOLIO_KEYS = ("budget", QUOTAS, "priority")
"""What a portfolio holds: where only its quotas are of interest, the same file serves."""

MOST_VCPUS = 10**9
"""No account has so many."""

EXAMPLE = "quotas: {L-DB2E81BA: 768}"

KIND = FileKind("a quotas file", "the quotas of one account", "it says no quota", f"write {EXAMPLE}")

_SHOWN = 60


def read_quotas_file(raw: bytes, file: str) -> dict[str, int]:
    """Read the vCPU of each quota by its code.

    Raises:
        SpecError: with every problem of the file, its line and column.
    """
    source = parse(raw, file, KIND)
    quotas, problems = quotas_in(source)
    problems += unknown_keys(source)
    if QUOTAS not in source.value:
        problems.append(
            Problem("quotas are missing", "the file says no quota", f"write {EXAMPLE}", (QUOTAS,))
        )
    problems += [source.cut] if source.cut is not None else []
    if problems or source.problems:
        placed = (each if each.line else source.placed(each) for each in problems)
        raise SpecError(in_order([*source.problems, *placed]))
    return quotas


def quotas_in(source: Source) -> tuple[dict[str, int], list[Problem]]:
    """Read the mapping `quotas` of a file, empty where it has none; with what is wrong in it."""
    given: object = source.value.get(QUOTAS)
    if QUOTAS not in source.value:
        return {}, []
    if not isinstance(given, dict):
        return {}, [Problem("quotas are no mapping of codes to vCPU", "", f"write {EXAMPLE}", (QUOTAS,))]
    known, problems = quota_codes(), list[Problem]()
    for code, vcpus in cast("Mapping[str, object]", given).items():
        path: KeyPath = (QUOTAS, code)
        if code not in known:
            problems.append(source.placed(_unknown_code(path, known), of_key=True))
        if isinstance(vcpus, bool) or not isinstance(vcpus, int) or not 0 <= vcpus <= MOST_VCPUS:
            why = f"a quota is a whole number of vCPU, 0 to {MOST_VCPUS:,}"
            problems.append(Problem(f"{shown(vcpus)} is no number of vCPU", why, f"write {code}: 768", path))
    return {code: cast("int", vcpus) for code, vcpus in cast("Mapping[str, object]", given).items()}, problems


def unknown_keys(source: Source) -> list[Problem]:
    """Name every key that a portfolio does not have, and the nearest that it has."""
    fix = f"its keys are {', '.join(PORTFOLIO_KEYS)}"
    return [
        source.placed(
            Problem(
                f"unknown key {key[:_SHOWN]!r}", "", nearest(key[:_SHOWN], PORTFOLIO_KEYS) or fix, (key,)
            ),
            of_key=True,
        )
        for key in source.value
        if key not in PORTFOLIO_KEYS
    ]


def shown(value: object) -> str:
    """Write a value as it would stand in the file, cut where it is long."""
    words = {True: "true", False: "false", None: "nothing"}
    if isinstance(value, bool) or value is None:
        return words[value]
    if isinstance(value, dict | list):
        return "a mapping" if isinstance(value, dict) else "a list"
    return repr(value)[:_SHOWN] if isinstance(value, str) else str(value)[:_SHOWN]


def _unknown_code(path: KeyPath, known: Mapping[str, str]) -> Problem:
    code = str(path[-1])[:_SHOWN]
    named = {name.lower(): each for each, name in known.items()}
    meant = named.get(code.lower())
    fix = (
        f"its code is {meant}"
        if meant
        else nearest(code, list(known)) or f"codes: {', '.join(sorted(known))}"
    )
    return Problem(
        f"no quota of EC2 has the code {code!r}", "a limit that nothing counts holds nothing", fix, path
    )
