"""Turn what the schema refuses into problems that a person can fix: what, where, why, and the fix."""

import json
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any, cast

from pydantic_core import ErrorDetails

from plimsoll.ground.paths import KeyPath, dotted
from plimsoll.ground.problems import MOST_PROBLEMS, Problem
from plimsoll.spec.lines import alone
from plimsoll.spec.runs.kinds import KINDS
from plimsoll.spec.sections import INFERENCE, Form, form_of, without_places
from plimsoll.spec.wrong.choices import choice_meant
from plimsoll.spec.wrong.hints import dns_label, number_meant
from plimsoll.spec.wrong.units import DOLLARS
from plimsoll.spec.wrong.unknown_key import split_number, told, unknown_key
from plimsoll.spec.wrong.week import OF_A_WEEK, listed_meant, week_meant
from plimsoll.text.places import Source

_TRUE = {"true", "yes", "on", "y", "1"}
_FALSE = {"false", "no", "off", "n", "0"}


def schema_problems(errors: list[ErrorDetails], source: Source) -> list[Problem]:
    """Explain pydantic's errors by what stands in the file.

    Errors of the branches of a union are one finding; the model's own cross-field errors are left
    to `plimsoll.spec.contradictions`, which sees them all.
    """
    found: dict[KeyPath, Problem] = {}
    located = [(_written_path(error, source.value), error) for error in errors]
    for path, error in sorted(located, key=lambda item: _position(item[0], source)):
        known = found.get(path)
        if error["type"] == "value_error" or (known and error["type"].endswith("_type")):
            continue
        if known and known.fix and error["type"] == "literal_error":
            continue  # another branch of the union, of which the first has a word for it
        found[path] = _explained(error, path, source) if len(found) < MOST_PROBLEMS else _unexplained(path)
    if len(found) < MOST_PROBLEMS:
        kinds = {path: error["type"] for path, error in located}
        _leave_out_echoes(found, kinds, source)
    return list(found.values())


def _leave_out_echoes(found: dict[KeyPath, Problem], kinds: dict[KeyPath, str], source: Source) -> None:
    """Leave out what another problem causes: a list of a wrong word, a renamed key, half of a number."""
    unknown = [path for path, kind in kinds.items() if kind == "extra_forbidden"]
    for path in unknown:
        if split := split_number(path, source):
            found[split[0]] = split[1]
            del found[path]
    for path in list(found):  # a list of which an item is wrong is no wrong word besides
        if kinds.get(path) == "literal_error" and any(each[:-1] == path for each in found):
            del found[path]
    for path in [path for path in found if kinds.get(path) == "missing"]:
        if told(path, unknown, source):
            del found[path]


def _position(path: KeyPath, source: Source) -> tuple[int, int]:
    place = source.place(path, of_key=True)
    return place.line, place.column


def _unexplained(path: KeyPath) -> Problem:
    """Stand for a problem that is counted and never printed: the nearest of many names takes time."""
    return Problem("one of many", path=path)


def _written_path(error: ErrorDetails, value: Mapping[str, Any]) -> KeyPath:
    """Follow an error's location as far as the file goes (a branch of a union is not in the file)."""
    path: list[str | int] = []
    here: object = value
    for part in error["loc"]:
        if isinstance(here, dict) and part in here:
            here = cast("dict[str, object]", here)[str(part)]
        elif isinstance(here, list) and isinstance(part, int) and part < len(cast("list[object]", here)):
            here = cast("list[object]", here)[part]
        else:
            continue
        path.append(part)
    if error["type"] == "missing":
        path.append(error["loc"][-1])
    return tuple(path)


def _explained(error: ErrorDetails, path: KeyPath, source: Source) -> Problem:
    kind, form = error["type"], form_of(source.value)
    key = _key_of(path)
    if kind == "missing":
        return _missing(path, form)
    if kind == "extra_forbidden":
        return unknown_key(path, source)
    value = _value_at(source.value, path)
    if value is None:
        return _empty(path, key)
    raw = source.plain.get(path)
    if kind == "string_type":
        return _not_text(path, value, raw)
    if kind in ("float_type", "int_type", "int_from_float") or (
        form.may_be_number(path) and kind == "model_type"
    ):
        # One branch of a union may be whole numbers while another takes any.
        whole = kind.startswith("int") and not str(error["loc"][-1]).startswith("constrained")
        return _not_number(path, value, raw, form.unit_of(path), whole=whole)
    if kind == "bool_type":
        return _not_bool(path, value, key)
    if kind in ("literal_error", "enum"):
        return _not_choice(path, value, error, form.unit_of(path))
    if kind == "model_type":
        section = dotted(without_places(path))
        keys = ", ".join(form.keys.get(section, []))
        fix = alone(section, value, form) if section == dotted(path) else ""
        return Problem(f"{shown(value)} stands where a mapping belongs", f"its keys: {keys}", fix, path)
    if kind == "tuple_type":
        return Problem(f"{shown(value)} stands where a list belongs", "", f"write {key}: [ … ]", path)
    return _out_of_bounds(path, value, raw, error, form.unit_of(path))


def _missing(path: KeyPath, form: Form) -> Problem:
    key = str(path[-1])
    field = form.field_at(path)
    if field is None:
        return Problem(f"{key} is missing", "", f"add {key}", path)
    example = f": {json.dumps(field.examples[0])}" if field.examples else ""
    if form.unit_of(path) == DOLLARS:  # money is the reader's own, never an example's
        example = ": NUMBER"
    fix = f"add {key}{example}" if key != "load" else f"add load: {{{_LOADS.get(form is INFERENCE)}}}"
    return Problem(f"{key} is missing", (field.description or "").rstrip("."), fix, path)


def _empty(path: KeyPath, key: str) -> Problem:
    return Problem(f"{key} is empty", "", "give a value, or remove the key", path)


def _not_text(path: KeyPath, value: object, raw: str | None) -> Problem:
    if isinstance(value, dict | list):
        kind = "a mapping" if isinstance(value, dict) else "a list"
        fix = "write a name, a path or {params_b: 13}" if path == ("model",) else "write one word"
        if isinstance(value, list):
            fix = listed_meant(path, cast("list[object]", value)) or fix
        return Problem(f"{kind} stands where text belongs", "", fix, path)
    written = raw if raw is not None else str(value)
    kind = "true or false" if isinstance(value, bool) else "a number"
    return Problem(f"{cut(written)} is {kind}, where text belongs", "", f'quote it: "{cut(written)}"', path)


def _not_number(path: KeyPath, value: object, raw: str | None, unit: str, *, whole: bool) -> Problem:
    why = f"the unit is {unit}" if unit else ""
    belongs = "a whole number belongs" if whole else "a number belongs"
    if isinstance(value, str):
        meant = number_meant(value, unit)
        if whole and "." in meant:
            meant = ""
        return Problem(f"{shown(value)} is text, where {belongs}", why, f"write {meant or 'a number'}", path)
    if isinstance(value, float):
        fix = f"write {value:.0f}" if value.is_integer() else ""
        return Problem(f"{cut(raw or str(value))} is not written as a whole number", why, fix, path)
    return Problem(f"{shown(value)} stands where {belongs}", why, path=path)


def _not_bool(path: KeyPath, value: object, key: str) -> Problem:
    said = str(value).lower()
    meant = "true" if said in _TRUE else "false" if said in _FALSE else "true or false"
    why = "YAML 1.2 knows true and false only" if said in _TRUE | _FALSE else ""
    return Problem(f"{shown(value)} is not true or false", why, f"write {key}: {meant}", path)


def _not_choice(path: KeyPath, value: object, error: ErrorDetails, unit: str) -> Problem:
    expected = str(error.get("ctx", {}).get("expected", ""))
    known = [part.strip().strip("'") for part in expected.replace(" or ", ", ").split(",")]
    known = list(KINDS) if path == ("kind",) else known
    what = f"{shown(value)} is not one of {', '.join(known)}"
    if path == ("kind",):
        return Problem(what, "", choice_meant(value, list(KINDS)) or f"write one of {', '.join(KINDS)}", path)
    if unit:  # the other branch of the union is a number
        meant = number_meant(value, unit) if isinstance(value, str) else ""
        what = f"{shown(value)} is neither {' or '.join(known)} nor a number"
        return Problem(what, f"the unit is {unit}", f"write {meant or known[0]}", path)
    hint = choice_meant(value, known)
    if not hint and len(known) == 1:
        hint = f"write {known[0]}"
    return Problem(what, "", hint, path)


_LOADS = {True: "qps: 5", False: "tokens_b: 0.1"}
"""The smallest load of a service, and of a run."""

_BOUNDS = {
    "greater_than": ("gt", "above"),
    "greater_than_equal": ("ge", "at least"),
    "less_than": ("lt", "below"),
    "less_than_equal": ("le", "at most"),
}


def _out_of_bounds(path: KeyPath, value: object, raw: str | None, error: ErrorDetails, unit: str) -> Problem:
    kind, written = error["type"], cut(raw) if raw is not None else shown(value)
    context = error.get("ctx", {})
    if kind == "not_a_day":
        return Problem(f"{written} is not a day of the calendar", "", 'write "2027-06-30"', path)
    if kind == "not_a_time":
        return Problem(f"{written} is no time of a day", "", 'write "22:00", in quotes', path)
    if kind in OF_A_WEEK:
        return _not_of_a_week(path, str(value), kind)
    if kind == "dust":
        why = f"it must be 0, or at least {_bound(context['ge'])} ({unit})"
        return Problem(f"{written} is out of range", why, "", path)
    if kind in _BOUNDS:
        name, word = _BOUNDS[kind]
        why = f"it must be {word} {_bound(context[name])}" + (f" ({unit})" if unit else "")
        fix = _as_share(value, _key_of(path)) if "share" in unit else ""
        return Problem(f"{written} is out of range", why, fix, path)
    if kind == "finite_number":
        return Problem(f"{written} is not a finite number", "", "write a number", path)
    if kind == "string_pattern_mismatch":
        return _ill_formed(path, str(value))
    if kind == "string_too_long":
        return Problem(
            f"{shown(value)} is too long", f"at most {context['max_length']} characters", path=path
        )
    if kind == "string_too_short":
        return Problem("the text is empty", "", "give a value, or remove the key", path)
    return Problem(f"{shown(value)}: {error['msg']}", path=path)


def _not_of_a_week(path: KeyPath, value: str, kind: str) -> Problem:
    """Offer the days or hours that are meant by the words of calendars and by times of a clock."""
    return Problem(f"{shown(value)} is not {OF_A_WEEK[kind][0]}", "", week_meant(kind, value), path)


def _bound(limit: float) -> str:
    return f"{limit:,.0f}" if float(limit).is_integer() else f"{Decimal(repr(limit)):f}"


def _as_share(value: object, key: str) -> str:
    """Read a number above 2 as a percentage; 1.5 is more likely a slip than 1.5 %."""
    if key == "on_demand_base" and isinstance(value, float) and value.is_integer() and value > 1:
        return f"write {value:.0f} for that many replicas"
    if isinstance(value, int | float) and 2 < value <= 100:
        return f"write {value / 100:g}"
    return ""


def _ill_formed(path: KeyPath, value: str) -> Problem:
    if path in (("name",), ("queue", "name")):
        label = dns_label(value)
        why = "a name is a DNS label: a-z, 0-9 and '-' inside, at most 63"
        return Problem(f"{shown(value)} cannot be a name", why, f"write {label}" if label else "", path)
    if path == ("engine", "version"):
        return Problem(f"{shown(value)} is not a version", "", 'write numbers, quoted: "0.22"', path)
    if path == ("expires",):
        return Problem(
            f"{shown(value)} is not a date", "", 'write year-month-day, quoted: "2027-06-30"', path
        )
    if path and (path[0] == "owner" or path[-1] == "variant"):
        why = "labels hold letters, digits, '-', '_' and '.', and begin and end with a letter or digit"
        label = dns_label(value)
        return Problem(f"{shown(value)} cannot be a label", why, f"write {label}" if label else "", path)
    return Problem(f"{shown(value)} holds control characters", "", "write plain text", path)


def unquoted_problems(source: Source, reported: set[KeyPath | str]) -> Iterator[Problem]:
    """Find text that other YAML readers take for a boolean or a date, where the schema accepts it.

    `reported` are the paths that have a finding already; theirs is the better one.
    """
    for path, raw in source.disputed.items():
        if any(path[: len(known)] == known for known in reported if known):
            continue
        kind = "true or false" if raw[0].isalpha() else "a date" if "-" in raw else "a number"
        yield Problem(
            f"{cut(raw)} is {kind} to many YAML readers, text belongs here",
            "",
            f'quote it: "{cut(raw)}"',
            path,
        )


def _key_of(path: KeyPath) -> str:
    return next((part for part in reversed(path) if isinstance(part, str)), "")


def _value_at(value: object, path: KeyPath) -> object:
    for part in path:
        if isinstance(value, dict):
            value = cast("dict[str, object]", value).get(str(part))
        elif isinstance(value, list) and isinstance(part, int):
            value = cast("list[object]", value)[part]
        else:
            return None
    return value


def shown(value: object) -> str:
    """Write a value as YAML would, cut to a length that fits a message."""
    if isinstance(value, float):
        text = str(value).removesuffix(".0")
        return {"inf": ".inf", "-inf": "-.inf", "nan": ".nan"}.get(text, text)
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, list):
        return "a list"
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value) if abs(value) < 10**20 else "a number of more than 20 digits"
    if isinstance(value, str):
        return f'"{cut(value)}"'
    return json.dumps(value)


def cut(text: str) -> str:
    """Shorten text to what a message can hold."""
    return text if len(text) <= 60 else text[:59] + "…"
