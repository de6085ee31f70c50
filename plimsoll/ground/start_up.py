"""Frozen records: dataclasses with slots, made in a third of the time.

Python compiles six methods for every frozen dataclass, which for the records of one plan was a tenth
of the whole command. Here only the constructor is compiled; the others are shared.
"""

from collections.abc import Callable
from dataclasses import MISSING, Field, FrozenInstanceError, dataclass, fields
from operator import attrgetter
from typing import Any, TypeVar, cast, dataclass_transform

T = TypeVar("T")


@dataclass_transform(frozen_default=True)
def record(cls: type[T]) -> type[T]:
    """Make a frozen dataclass with slots; fields compare, hash and show as a dataclass's do."""
    made = dataclass(init=False, repr=False, eq=False, slots=True)(cls)
    given = fields(cast("Any", made))
    compared = [each.name for each in given if each.compare]
    _VALUES[made] = attrgetter(*compared) if compared else _nothing
    own = cls.__dict__
    for name, method in _SHARED.items():
        if name not in own:
            setattr(made, name, method)
    setattr(made, "__init__", _constructor(given))  # noqa: B010 - a name that type checkers guard
    return made


_VALUES: dict[type, Callable[[Any], Any]] = {}
"""Of each record class, what reads the fields that compare."""


def _constructor(given: "tuple[Field[Any], ...]") -> Callable[..., None]:
    """Compile `__init__`: one parameter for each field, set past the lock on assignment."""
    scope: dict[str, Any] = {"_set": object.__setattr__}
    parameters, body = ["self"], ["pass"]
    for each in given:
        value = each.name
        if each.default is not MISSING:
            scope[f"_default_{value}"] = each.default
            parameters.append(f"{value}=_default_{value}")
        elif each.default_factory is not MISSING:
            scope[f"_factory_{value}"] = each.default_factory
            parameters.append(f"{value}=_set")
            body.append(f"{value} = _factory_{value}() if {value} is _set else {value}")
        else:
            parameters.append(value)
        body.append(f"_set(self, {value!r}, {value})")
    source = f"def __init__({', '.join(parameters)}):\n " + "\n ".join(body)
    exec(source, scope)  # noqa: S102 - field names of our own classes; dataclasses does the same
    return scope["__init__"]


def _nothing(_: object) -> tuple[()]:
    return ()


def _equal(self: object, other: object) -> bool:
    if other.__class__ is not self.__class__:
        return NotImplemented
    values = _VALUES[self.__class__]
    return values(self) == values(other)


def _hash(self: object) -> int:
    return hash(_VALUES[self.__class__](self))


def _shown(self: Any) -> str:  # noqa: ANN401 - any record
    parts = ", ".join(f"{field.name}={getattr(self, field.name)!r}" for field in fields(self) if field.repr)
    return f"{type(self).__qualname__}({parts})"


def _locked(self: object, name: str, *_: object) -> None:
    raise FrozenInstanceError(f"cannot assign to or delete field {name!r} of {type(self).__name__}")


_SHARED: dict[str, Callable[..., Any]] = {
    "__eq__": _equal,
    "__hash__": _hash,
    "__repr__": _shown,
    "__setattr__": _locked,
    "__delattr__": _locked,
}
