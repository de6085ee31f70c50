"""The API server checks these small grammars in code, not in schemas: names, labels, quantities, cron.

Sources: k8s.io/apimachinery pkg/util/validation (names, labels), pkg/api/resource (quantities),
and the cron grammar of k8s.io/kubernetes (robfig/cron, five fields).
"""

import re
from collections.abc import Iterator
from decimal import Decimal

from plimsoll.ground.problems import Problem
from plimsoll.ground.quantity import parse_quantity
from plimsoll.ground.tree import Json, at, is_number, is_object, join

_LABEL = r"[a-z0-9]([-a-z0-9]*[a-z0-9])?"
_DNS_LABEL = re.compile(rf"{_LABEL}\Z")
_SUBDOMAIN = re.compile(rf"{_LABEL}(\.{_LABEL})*\Z")
_WORD = re.compile(r"[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?\Z")

LABEL_NAMED = {"Namespace": 63, "Service": 63}
"""Kinds whose name is one DNS label; all others may be a DNS subdomain."""


def is_dns_label(text: str) -> bool:
    """Tell whether it is lower-case letters, digits and dashes, at most 63."""
    return len(text) <= 63 and _DNS_LABEL.match(text) is not None


def is_label_value(text: str) -> bool:
    """Tell whether it is empty, or at most 63 characters that begin and end with a letter or digit."""
    return text == "" or (len(text) <= 63 and _WORD.match(text) is not None)


def is_qualified_name(text: str) -> bool:
    """Tell whether it is a key: `name` or `prefix/name`."""
    prefix, slash, name = text.rpartition("/")
    domain = not slash or (len(prefix) <= 253 and _SUBDOMAIN.match(prefix) is not None)
    return domain and 0 < len(name) <= 63 and _WORD.match(name) is not None


def quantity(value: Json) -> Decimal | None:
    """Read the amount that a Kubernetes quantity stands for, text or number; None if it is none."""
    return parse_quantity(str(value)) if isinstance(value, str) or is_number(value) else None


def quantity_problems(value: Json, path: str) -> Iterator[Problem]:
    """Judge a quantity: its form, and that it is not negative."""
    if not isinstance(value, (str, int, float)):
        return
    amount = quantity(value)
    if amount is None:
        yield Problem(
            f"{value!r} is not a quantity", fix="write a number with a suffix such as m, k, M, Gi", path=path
        )
    elif amount < 0:
        yield Problem(f"{value!r} is negative", path=path)


def name_problems(manifest: Json) -> Iterator[Problem]:
    """Judge the object's own name and namespace."""
    name, namespace = at(manifest, "metadata.name"), at(manifest, "metadata.namespace")
    kind = manifest.get("kind", "")
    if not name and not at(manifest, "metadata.generateName"):
        yield Problem("an object needs a name", path="metadata.name")
    elif isinstance(name, str) and not _name_fits(name, kind):
        form = "a DNS label" if kind in LABEL_NAMED else "a DNS subdomain"
        yield Problem(
            f"{name!r} is not {form}", fix="use lower-case letters, digits and dashes", path="metadata.name"
        )
    if isinstance(namespace, str) and not is_dns_label(namespace):
        yield Problem(f"{namespace!r} is not a DNS label", path="metadata.namespace")


def _name_fits(name: str, kind: str) -> bool:
    if kind in LABEL_NAMED:
        return is_dns_label(name)
    return len(name) <= 253 and _SUBDOMAIN.match(name) is not None


def label_problems(labels: Json, path: str) -> Iterator[Problem]:
    """Judge keys and values of labels, of node selectors, of what matches them."""
    for key, value in labels.items() if is_object(labels) else ():
        if not is_qualified_name(key):
            yield Problem(f"{key!r} is not a label key", path=join(path, key))
        if isinstance(value, str) and not is_label_value(value):
            yield Problem(
                f"{value!r} is not a label value",
                fix="at most 63 letters, digits, - _ .",
                path=join(path, key),
            )


def metadata_problems(metadata: Json, path: str) -> Iterator[Problem]:
    """Judge labels and annotations of an object or of a template."""
    if not is_object(metadata):
        return
    yield from label_problems(metadata.get("labels"), join(path, "labels"))
    annotations = metadata.get("annotations")
    for key in annotations if is_object(annotations) else ():
        if not is_qualified_name(key.lower()):
            yield Problem(f"{key!r} is not an annotation key", path=join(path, "annotations"))


_CRON_RANGES = ((0, 59), (0, 23), (1, 31), (1, 12), (0, 7))
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
_NAMES = {name: str(n) for n, name in enumerate(_MONTHS, 1)} | {name: str(n) for n, name in enumerate(_DAYS)}
_MACROS = {"@yearly", "@annually", "@monthly", "@weekly", "@daily", "@midnight", "@hourly"}


def is_cron(text: str) -> bool:
    """Tell whether it is five fields of numbers, names, ranges, lists and steps, or one of the macros."""
    if text in _MACROS:
        return True
    fields = text.split()
    return len(fields) == 5 and all(
        _cron_field(field, *bounds) for field, bounds in zip(fields, _CRON_RANGES, strict=True)
    )


def _cron_field(field: str, low: int, high: int) -> bool:
    return all(_cron_part(part, low, high) for part in field.split(","))


def _cron_part(part: str, low: int, high: int) -> bool:
    span, slash, step = part.partition("/")
    if slash and not (step.isdigit() and int(step) > 0):
        return False
    if span in ("*", "?"):
        return True
    ends = [_NAMES.get(end.lower(), end) for end in span.split("-")]
    if len(ends) > 2 or not all(end.isdigit() and low <= int(end) <= high for end in ends):
        return False
    return int(ends[0]) <= int(ends[-1])
