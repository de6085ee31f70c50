"""Read a file that says which quotas an account has: `quotas: {L-DB2E81BA: 768}`, in vCPU."""

import re
from collections.abc import Mapping
from typing import cast

from plimsoll.ground.paths import KeyPath
from plimsoll.ground.problems import Problem, SpecError, nearest
from plimsoll.text.places import Source
from plimsoll.text.source import parse

QUOTAS = "quotas"
BESIDE = ("budget", "priority")
"""What a portfolio has beside its quotas: the same file serves both."""
CODE = re.compile(r"L-[0-9A-F]{8}")
MOST_VCPUS = 10**9
"""No account has so many."""


def read_quotas_file(raw: bytes, file: str) -> dict[str, int]:
    """Read the vCPU of each quota by its code.

    Raises:
        SpecError: with every problem of the file.
    """
    source = parse(raw, file)
    problems = list(source.problems)
    for key in source.value:
        if key not in (QUOTAS, *BESIDE):
            fix = nearest(key, [QUOTAS, *BESIDE]) or f"the key is {QUOTAS}"
            problems.append(_at(source, (key,), f"unknown key {key[:60]!r}", fix, of_key=True))
    found = source.value.get(QUOTAS)
    if not isinstance(found, Mapping):
        problems.append(_at(source, (QUOTAS,), "no mapping of codes to vCPU", "write L-DB2E81BA: 768"))
        raise SpecError(problems)
    quotas = cast("Mapping[str, object]", found)
    for code, vcpus in quotas.items():
        if CODE.fullmatch(code) is None:
            what = f"{code[:60]!r} is no code of Service Quotas"
            problems.append(_at(source, (QUOTAS, code), what, "write it as L-DB2E81BA", of_key=True))
        if isinstance(vcpus, bool) or not isinstance(vcpus, int) or not 0 <= vcpus < MOST_VCPUS:
            problems.append(_at(source, (QUOTAS, code), "no number of vCPU", "write a whole number"))
    if problems:
        raise SpecError(problems)
    return {code: cast("int", vcpus) for code, vcpus in quotas.items()}


def _at(source: Source, path: KeyPath, what: str, fix: str, *, of_key: bool = False) -> Problem:
    place = source.place(path, of_key=of_key)
    return Problem(what, "", fix, path, source.file, place.line, place.column)
