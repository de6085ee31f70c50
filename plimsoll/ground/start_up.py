"""A plan starts and ends quickly by these tricks; each is measured, and stands here alone.

A plan is a process of a fifth of a second, most of it start-up. CPU of one `plimsoll plan`, medians of 21
interleaved runs at commit 57b08c5: as it was 235 ms; with the standard library's dataclasses 264; with the
garbage collector on and the real `importlib.metadata` 265; with both 294. Records that put off what a plan
does not ask for (their fields as objects, the constructors of those never made) save 6 to 12 ms more; the
stand-in for `secrets` 3 ms, and an end without a search for garbage 16 ms. A constructor that sets fields on
a twin class, and none for the first record of a class (a third of the classes make no other), save 3 to 7 ms.
One compiled constructor for all records of as many fields, each under its own names, saves another 8 ms, and
the stand-in for `zoneinfo` 3 ms.

`start_quickly` writes the one environment variable below `files/` that is ever touched: a library reads it.
"""

import gc
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import MISSING, Field, FrozenInstanceError, dataclass, fields
from importlib import import_module
from importlib.machinery import ModuleSpec
from operator import attrgetter
from types import CodeType, FunctionType, ModuleType
from typing import Any, TypeVar, cast, dataclass_transform

T = TypeVar("T")


def start_quickly() -> None:
    """Leave out what a process of half a second never needs; it is a tenth of its time.

    Reference counts free nearly everything here, and spec validation uses no third-party plugins
    (looking for some reads the metadata of every installed package).
    """
    gc.disable()
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    # Pydantic's plugin loader drags in email, sockets and zip; its secret strings drag in OpenSSL.
    _defer("importlib.metadata", "entry_points")
    _defer("secrets")
    # Its validator of time zones reads how Python was built; no spec of ours holds one.
    _defer("zoneinfo", "ZoneInfo", "ZoneInfoNotFoundError")


def end_quickly() -> None:
    """Leave what was made to the operating system, which takes it back at once.

    The interpreter's last act is to search for cycles among all objects that it knows; it knows of none
    that are frozen. Buffers are flushed and exit handlers run as ever.
    """
    gc.freeze()


def _defer(name: str, *functions: str) -> None:
    """Put off a module that a library imports and a plan never uses.

    A stand-in holds the `functions` that are imported from it by name; whoever calls one, or asks for
    anything else, gets the real module.
    """
    if name in sys.modules:
        return

    def attribute(key: str) -> Any:  # noqa: ANN401 - whatever the real module has
        if key.startswith("__"):  # the import system asks for __path__ before it imports a name
            raise AttributeError(key)
        if sys.modules.get(name) is stand_in:
            del sys.modules[name]
        return getattr(import_module(name), key)

    def function(key: str) -> Callable[..., Any]:
        return lambda *args, **named: attribute(key)(*args, **named)

    stand_in = ModuleType(name)
    stand_in.__spec__ = ModuleSpec(name, None)
    stand_in.__dict__.update({key: function(key) for key in functions}, __getattr__=attribute)
    sys.modules[name] = stand_in


@dataclass_transform(frozen_default=True)
def record(cls: type[T]) -> type[T]:
    """Make a frozen dataclass with slots; fields compare, hash and show as a dataclass's do.

    Python compiles six methods for every frozen dataclass, which for the records of one plan was a tenth
    of the whole command. Here five are shared, the constructor is compiled when the second record is made,
    and `dataclasses.fields` is answered when it is first asked. Records do not inherit fields.
    """
    names = tuple(cls.__annotations__)
    own = cls.__dict__
    given = {name: own[name] for name in names if name in own}
    body = {key: value for key, value in own.items() if key not in _NOT_KEPT and key not in given}
    kept = {"__slots__": names, "__match_args__": names, "__dataclass_fields__": _FieldsWhenAsked()}
    made = type(cls)(cls.__name__, cls.__bases__, {**_SHARED, **body, **kept})
    compared = [name for name in names if getattr(given.get(name), "compare", True)]
    _VALUES[made] = attrgetter(*compared) if compared else _nothing
    _GIVEN[made] = given
    return cast("type[T]", made)


_NOT_KEPT = frozenset({"__dict__", "__weakref__"})
"""What a class with slots makes anew."""

_VALUES: dict[type, Callable[[Any], Any]] = {}
"""Of each record class, what reads the fields that compare."""

_GIVEN: dict[type, dict[str, Any]] = {}
"""Of each record class, the default of each field that has one, as the class body wrote it."""


_set = object.__setattr__
"""Passes the lock on assignment."""


class _FieldsWhenAsked:
    """Stands in for `__dataclass_fields__`: a dataclass of the same fields is made on the first question."""

    def __get__(self, _: object, owner: type[Any]) -> "dict[str, Field[Any]]":
        same = {"__annotations__": owner.__annotations__, "__module__": owner.__module__, "__doc__": "-"}
        shadow: Any = dataclass(init=False, repr=False, eq=False)(
            type(owner.__name__, (), {**same, **_GIVEN[owner]})
        )
        found: dict[str, Field[Any]] = shadow.__dataclass_fields__
        owner.__dataclass_fields__ = found
        return found


def _first_made(self: object, *args: object, **named: object) -> None:
    """Fill the first record of a class, often the only one, and make a constructor for the second."""
    kind: Any = type(self)
    kind.__init__ = _second_made
    names, told = kind.__match_args__, dict(zip(kind.__match_args__, args, strict=False), **named)
    values = _GIVEN[kind] | told
    made = any(isinstance(value, Field) for value in values.values())
    if made or values.keys() != set(names) or len(told) < len(args) + len(named):
        kind.__init__(self, *args, **named)
        return
    for name, value in values.items():
        _set(self, name, value)


def _second_made(self: object, *args: object, **named: object) -> None:
    """Make the constructor of a record class, and call that from now on."""
    kind: Any = type(self)
    kind.__init__ = _constructor(kind, _GIVEN[kind])
    kind.__init__(self, *args, **named)


def _constructor(kind: Any, given: Mapping[str, Any]) -> Callable[..., None]:  # noqa: ANN401 - any record
    """Make `__init__`: one parameter for each field.

    A record is of a twin class without the lock on assignment while its fields are set, which takes
    a third of the time of passing the lock field by field.
    """
    names: tuple[str, ...] = kind.__match_args__
    scope = {"_set": _set, "_open": type(kind.__name__, kind.__bases__, {"__slots__": names}), "_kind": kind}
    if any(isinstance(default, Field) for default in given.values()):
        return _compiled(names, given, scope)
    told = [given[name] for name in names if name in given]
    if any(name in given for name in names[: len(names) - len(told)]):
        raise TypeError(f"{kind.__name__}: a field without a default follows one that has a default")
    return FunctionType(_code_of(names), scope, "__init__", tuple(told))


_CODES: dict[int, CodeType] = {}
"""The constructor of a record with so many fields, each field named by its place."""


def _code_of(names: tuple[str, ...]) -> CodeType:
    """Compile one constructor for each number of fields; other records take it under their own names."""
    places = tuple(f"_{place}" for place in range(len(names)))
    code = _CODES.get(len(names))
    if code is None:
        code = _CODES[len(names)] = _compiled(places, {}, {}).__code__
    own = dict(zip(places, names, strict=True))
    return code.replace(
        co_varnames=tuple(own.get(name, name) for name in code.co_varnames),
        co_names=tuple(own.get(name, name) for name in code.co_names),
    )


def _compiled(names: Sequence[str], given: Mapping[str, Any], scope: dict[str, Any]) -> FunctionType:
    """Compile a constructor; a field that a function makes is made anew for each record."""
    parameters, body = ["self"], ['_set(self, "__class__", _open)']
    for name in names:
        default, factory = given.get(name, MISSING), MISSING
        if isinstance(default, Field):
            described = cast("Field[Any]", default)
            default, factory = described.default, described.default_factory
        if default is not MISSING:
            scope[f"_default_{name}"] = default
            parameters.append(f"{name}=_default_{name}")
        elif factory is not MISSING:
            scope[f"_factory_{name}"] = factory
            parameters.append(f"{name}=_set")
            body.append(f"{name} = _factory_{name}() if {name} is _set else {name}")
        else:
            parameters.append(name)
        body.append(f"self.{name} = {name}")
    body.append("self.__class__ = _kind")
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
    "__init__": _first_made,
    "__eq__": _equal,
    "__hash__": _hash,
    "__repr__": _shown,
    "__setattr__": _locked,
    "__delattr__": _locked,
}
