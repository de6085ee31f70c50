"""Read the exemptions file: who let what through, up to how much, until when.

```yaml
exemptions:
  - policy: budget
    match: {urn_glob: "*support-bot*", environment: prod}
    allow_up_to_usd: 3200
    owner: ml-platform
    approved_by: finance-lead
    reason: launch week, ticket FIN-212
    expires: "2026-12-31"
```
"""

from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any, cast

from plimsoll.files.bounded import read_bounded
from plimsoll.gate.exemptions import Exemption
from plimsoll.gate.proposal import MONEY
from plimsoll.gate.rules import RULES, rule_named
from plimsoll.gate.scope import SCOPE_SCHEMA, Scope
from plimsoll.ground.days import is_day
from plimsoll.ground.paths import KeyPath
from plimsoll.ground.problems import Problem, SpecError, nearest
from plimsoll.text.file_kind import FileKind
from plimsoll.text.places import Source
from plimsoll.text.source import parse
from plimsoll.text.syntax import MAX_BYTES

_TEXTS = ("policy", "owner", "approved_by", "reason", "expires")
_KEYS = (*_TEXTS, "match", "allow_up_to_usd")
_MATCH_KEYS = ("urn_glob", *SCOPE_SCHEMA)

KIND = FileKind(
    "a file of exemptions",
    "all exemptions",
    "it exempts nothing",
    "write exemptions: and below it a list of records",
)


def read_exemptions(path: Path) -> tuple[Exemption, ...]:
    """Read and check the file.

    Raises:
        SpecError: with every problem of the file.
    """
    return _Reader(parse(read_bounded(path, MAX_BYTES), str(path), KIND)).read()


class _Reader:
    def __init__(self, source: Source) -> None:
        self.source = source
        self.problems: list[Problem] = list(source.problems)

    def read(self) -> tuple[Exemption, ...]:
        self._check_keys((), self.source.value, ("exemptions",))
        entries: Any = self.source.value.get("exemptions")
        if not isinstance(entries, list):
            self._say(("exemptions",), "not a list", "exemptions is a list of records", "write '- policy: …'")
            entries = []
        found = [self._one(("exemptions", i), e) for i, e in enumerate(cast("list[Any]", entries))]
        if self.problems:
            raise SpecError(self.problems)
        return tuple(exemption for exemption in found if exemption is not None)

    def _one(self, path: KeyPath, entry: object) -> Exemption | None:
        if not isinstance(entry, Mapping):
            self._say(path, "not a record", "", "write policy, match, owner, approved_by, reason and expires")
            return None
        record = cast("Mapping[str, Any]", entry)
        self._check_keys(path, record, _KEYS)
        texts = {key: self._text(path, record, key) for key in _TEXTS}
        if texts["policy"] and rule_named(texts["policy"]) is None:
            hint = nearest(texts["policy"], [rule.name for rule in RULES])
            self._say((*path, "policy"), f"no policy {texts['policy']!r}", "", hint)
        self._check_date(path, texts["expires"])
        amount = self._amount(path, record, texts["policy"])
        match = record.get("match", {})
        if not isinstance(match, Mapping):
            self._say((*path, "match"), "not a mapping", "", f"keys: {', '.join(_MATCH_KEYS)}")
            return None
        where = cast("Mapping[str, Any]", match)
        self._check_keys((*path, "match"), where, _MATCH_KEYS)
        wanted = {key: self._text((*path, "match"), where, key) for key in _MATCH_KEYS if key in where}
        glob = wanted.pop("urn_glob", "*")
        return Exemption(
            texts["policy"],
            texts["owner"],
            texts["approved_by"],
            texts["reason"],
            texts["expires"],
            glob,
            Scope.read(wanted),
            amount,
        )

    def _text(self, path: KeyPath, record: Mapping[str, Any], key: str) -> str:
        value = record.get(key)
        here = (*path, key)
        if key not in record:
            self._say(path, f"{key} is missing", "an exemption names who answers for it, and until when", "")
        elif not isinstance(value, str):
            self._say(here, "not text", "", "quote it")
        elif not value.strip():
            self._say(here, "empty", "", "")
        elif here in self.source.disputed or here in self.source.plain:
            self._say(here, f"{value} is ambiguous in YAML", "other readers take it for a date", "quote it")
            return value
        else:
            return value
        return ""

    def _check_date(self, path: KeyPath, text: str) -> None:
        if text and not is_day(text):
            self._say((*path, "expires"), f"{text!r} is not a date", "", "write it as YYYY-MM-DD")

    def _amount(self, path: KeyPath, record: Mapping[str, Any], policy: str) -> Decimal | None:
        value = record.get("allow_up_to_usd")
        here = (*path, "allow_up_to_usd")
        if value is None:
            if policy in MONEY:
                self._say(
                    path, "allow_up_to_usd is missing", f"policy {policy} is about money", "give an amount"
                )
            return None
        if policy and policy not in MONEY:
            self._say(here, "has no meaning here", f"policy {policy} judges no amount", "remove it")
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 1e12:
            self._say(here, "not an amount of money", "", "write USD per month as a plain number")
            return None
        return Decimal(repr(value))

    def _check_keys(self, path: KeyPath, record: Mapping[str, Any], allowed: tuple[str, ...]) -> None:
        for key in record:
            if key not in allowed:
                hint = nearest(key, allowed) or f"keys: {', '.join(allowed)}"
                self._say((*path, key), f"unknown key {key[:60]!r}", "", hint, of_key=True)

    def _say(self, path: KeyPath, what: str, why: str, fix: str, *, of_key: bool = False) -> None:
        place = self.source.place(path, of_key=of_key)
        self.problems.append(Problem(what, why, fix, path, self.source.file, place.line, place.column))
