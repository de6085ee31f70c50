"""A line is written for somebody who said the same under another name, with the value that they gave."""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Literal, cast, get_args, get_origin

from plimsoll.ground.paths import dotted
from plimsoll.spec.sections import INFERENCE, Form, form_of, parts
from plimsoll.spec.values import Many
from plimsoll.spec.wrong.choices import choice_named
from plimsoll.spec.wrong.hints import number_meant

_PLAIN = re.compile(r"[A-Za-z][\w./-]*")
_LONGEST = 64
"""Characters of a value that a message repeats."""

_NAME_OR_SHAPE = ("model",)
"""The section in whose place a name may stand."""

ALONE = {
    "budget": "usd_per_month",
    "load": "qps",
    "scale": "max_replicas",
    "engine": "name",
    "pin": "instance_type",
    "owner": "team",
    "capacity": "allow",
    "measured": "accelerator",
}
"""Section to the key that a value in place of the section is meant for."""


ALONE_OF_RUNS = ALONE | {
    "budget": "usd_per_run",
    "load": "tokens_b",
    "scale": "max_run_h",
    "checkpoint": "to",
    "queue": "name",
    "sla": "run_p90_h",
}
"""The same of a spec of work that ends."""


def line(target: str, value: object, section: str, spec: Mapping[str, object]) -> str:
    """Write what belongs in a spec, as `write load: {qps: 5}`; empty if the value does not carry over.

    `section` is where the value stands now.
    """
    path = tuple(target.split("."))
    said = _said(path, value, form_of(spec))
    if not said:
        return ""
    parent = dotted(path[:-1])
    if parent == section:
        return f"write {path[-1]}: {said}"
    if section == "" and len(path) == 2 and not isinstance(spec.get(path[0]), dict):
        return f"write {path[0]}: {{{path[1]}: {said}}}"
    return f"write {path[-1]}: {said} {f'under {parent}' if parent else 'at the top level'}"


def alone(section: str, value: object, form: Form = INFERENCE) -> str:
    """Write the section that a value stands for which stands in its place: `write budget: {…}`."""
    key = (ALONE if form is INFERENCE else ALONE_OF_RUNS).get(section)
    said = _said((section, key), value, form) if key is not None else ""
    return f"write {section}: {{{key}: {said}}}" if said else ""


def _said(path: tuple[str, ...], value: object, form: Form) -> str:
    """Write a value as the key at a path takes it; empty if it does not."""
    if path in form.sections and not form.may_be_number(path):
        return _text(value) if path == _NAME_OR_SHAPE else ""
    field = form.field_at(path)
    if path in form.sections:
        return _number(value, form.unit_of(path))
    if field is None:
        return ""
    kinds = [*field.metadata, *parts(field.annotation)]
    choices = [str(word) for kind in kinds if get_origin(kind) is Literal for word in get_args(kind)]
    if Many in kinds:
        return _many(value, choices)
    numeric = float in kinds or int in kinds
    if choices and (not numeric or isinstance(value, str)):
        named = choice_named(value, choices)
        if named or not numeric:
            return named
    if numeric:
        return _number(value, form.unit_of(path))
    return _text(value) if str in kinds else ""


def _many(value: object, choices: Sequence[str]) -> str:
    items = cast("list[object]", value) if isinstance(value, list) else [value]
    said = [choice_named(item, choices) if choices else _text(item) for item in items]
    if not said or not all(said):
        return ""
    return said[0] if choices and len(said) == 1 else f"[{', '.join(said)}]"


def _number(value: object, unit: str) -> str:
    if isinstance(value, bool):
        return ""
    if isinstance(value, int | float):
        return str(value).removesuffix(".0")[:_LONGEST]
    return number_meant(value, unit) if isinstance(value, str) else ""


def _text(value: object) -> str:
    if not isinstance(value, str) or len(value) > _LONGEST:
        return ""
    return value if _PLAIN.fullmatch(value) else json.dumps(value, ensure_ascii=False)
