"""A NodePool has scheduling requirements: operators over labels.

Source: kubernetes-sigs/karpenter v1.14 `pkg/scheduling/requirement.go` and the NodePool CRD.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from plimsoll.ground.tree import View, shown
from plimsoll.pricing.kubernetes.labels import UNRECORDED, Label, decides_price, plain_key

OPERATORS = ("In", "NotIn", "Exists", "DoesNotExist", "Gt", "Lt", "Gte", "Lte")
_NUMERIC = ("Gt", "Lt", "Gte", "Lte")


@dataclass(frozen=True, slots=True)
class Requirement:
    """One requirement, its key already brought to one naming. Numeric operators have one whole number."""

    key: str
    operator: str
    values: tuple[str, ...]
    path: str

    def admits(self, label: Label) -> bool:
        """Say whether a node with this label value may satisfy the requirement."""
        if label is UNRECORDED:
            return True
        assert label is None or isinstance(label, str)
        if label is None:
            return self.operator in ("NotIn", "DoesNotExist")
        if self.operator in _NUMERIC:
            return self._compares(label)
        return {
            "In": label in self.values,
            "NotIn": label not in self.values,
            "Exists": True,
            "DoesNotExist": False,
        }[self.operator]

    def _compares(self, label: str) -> bool:
        if not (label.isascii() and label.isdigit()):
            return False
        have, bound = int(label), int(self.values[0])
        return {"Gt": have > bound, "Lt": have < bound, "Gte": have >= bound, "Lte": have <= bound}[
            self.operator
        ]


def read_requirements(entries: View, template_labels: View, *, auto_mode: bool) -> tuple[Requirement, ...]:
    """Read a pool's requirements; its template labels count as `In` with one value.

    The values of custom labels, which may not be known yet, are left out: they decide no price.
    """
    read = [_read_one(entry, auto_mode=auto_mode) for entry in entries.items()]
    for key, value in template_labels.entries():
        plain = plain_key(key, auto_mode=auto_mode)
        if decides_price(plain):
            read.append(Requirement(plain, "In", (value.text(),), value.path))
    return tuple(read)


def _read_one(entry: View, *, auto_mode: bool) -> Requirement:
    key = plain_key(entry["key"].text(), auto_mode=auto_mode)
    operator = entry["operator"].text()
    if operator not in OPERATORS:
        raise entry["operator"].fail(f"is {shown(operator)}; the operators are {', '.join(OPERATORS)}")
    if not entry["minValues"].absent:
        entry["minValues"].count(least=1)
    if not decides_price(key):
        return Requirement(
            key, operator, (), entry.path
        )  # a custom label: whatever its values, it admits all
    # An empty text is a value as any other: bare metal has it for its hypervisor.
    values = tuple("" if value.value == "" else value.text() for value in entry["values"].items())
    if operator in ("In", "NotIn") and not values:
        raise entry["values"].fail(f"is empty, and {operator} needs values")
    if operator in ("Exists", "DoesNotExist") and values:
        raise entry["values"].fail(f"is given, and {operator} takes none")
    if operator in _NUMERIC:
        _check_bound(entry["values"], values, operator)
    return Requirement(key, operator, values, entry.path)


def _check_bound(view: View, values: Sequence[str], operator: str) -> None:
    if len(values) != 1 or not (values[0].isascii() and values[0].isdigit() and len(values[0]) <= 18):
        raise view.fail(f"must be one whole number as text for {operator}")


def admitted_options(
    requirements: Iterable[Requirement], key: str, options: Sequence[str]
) -> tuple[str, ...]:
    """Keep the options of a label that every requirement on it admits."""
    on_key = [requirement for requirement in requirements if requirement.key == key]
    return tuple(option for option in options if all(r.admits(option) for r in on_key))


def listed(requirements: Iterable[Requirement], key: str) -> frozenset[str] | None:
    """Intersect the value lists of a key's `In` requirements; None if no list closes it."""
    found: frozenset[str] | None = None
    for requirement in requirements:
        if requirement.key == key and requirement.operator == "In":
            values = frozenset(requirement.values)
            found = values if found is None else found & values
    return found
