"""CEL expressions are made of these: operators, functions and macros, with their strict types."""

import operator
import re
from collections.abc import Callable, Mapping
from typing import Any, NoReturn

from plimsoll.ground.tree import Json, is_list, is_number, is_object

Scope = Mapping[str, Json]
Term = Callable[[Scope], Json]


class CelError(Exception):
    """An expression cannot be parsed, or has no value for these inputs."""


def fail(why: str) -> NoReturn:
    """Say that this expression has no value."""
    raise CelError(why)


_ESCAPES = {"n": "\n", "r": "\r", "t": "\t"}


def elements(container: Json) -> list[Json]:
    """List what a macro runs over: the items of a list, the keys of a map."""
    if is_list(container):
        return container
    return list(container) if is_object(container) else fail(f"{container!r} has no elements")


def literal(token: str) -> str:
    """Read the text that a quoted token stands for."""
    quotes = 3 if token.endswith('"""') and len(token) > 5 else 1
    body = token.removeprefix("r")[quotes:-quotes]
    if token.startswith("r"):
        return body
    return re.sub(r"\\(.)", lambda found: _ESCAPES.get(found[1], found[1]), body, flags=re.DOTALL)


def _same_kind(left: object, right: object) -> bool:
    return type(left) is type(right) or (is_number(left) and is_number(right))


def _equal(left: object, right: object) -> bool:
    return _same_kind(left, right) and left == right


def _ordered(compare: Callable[[Any, Any], bool]) -> Callable[[Any, Any], bool]:
    def check(left: object, right: object) -> bool:
        if not _same_kind(left, right) or not isinstance(left, (int, float, str)):
            fail(f"no order between {left!r} and {right!r}")
        return compare(left, right)

    return check


def _arithmetic(compute: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    def check(left: object, right: object) -> object:
        if not _same_kind(left, right) or isinstance(left, (bool, dict)):
            fail(f"cannot compute with {left!r} and {right!r}")
        try:
            return compute(left, right)
        except (ArithmeticError, TypeError) as error:
            raise CelError(str(error)) from error

    return check


def _divide(left: float, right: float) -> float:
    # CEL divides whole numbers towards zero.
    if isinstance(left, int) and isinstance(right, int):
        quotient = abs(left) // abs(right)
        return quotient if (left < 0) == (right < 0) else -quotient
    return left / right


def _within(item: object, container: object) -> bool:
    return any(_equal(item, each) for each in elements(container))


RELATIONS: dict[str, Callable[[Any, Any], bool]] = {
    "==": _equal,
    "!=": lambda left, right: not _equal(left, right),
    "<": _ordered(operator.lt),
    "<=": _ordered(operator.le),
    ">": _ordered(operator.gt),
    ">=": _ordered(operator.ge),
    "in": _within,
}
SUMS = {"+": _arithmetic(operator.add), "-": _arithmetic(operator.sub)}
PRODUCTS = {"*": _arithmetic(operator.mul), "/": _arithmetic(_divide), "%": _arithmetic(operator.mod)}


def _size(value: Json) -> int:
    return len(value) if isinstance(value, str) else len(elements(value))


def _contains(text: str, part: str) -> bool:
    return part in text


def _string(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _int(value: Json) -> int:
    try:
        return int(value)
    except (TypeError, ValueError) as error:
        raise CelError(f"{value!r} is not a whole number") from error


def _matches(text: str, pattern: str) -> bool:
    return re.search(pattern, text) is not None


def _find(text: str, pattern: str) -> str:
    found = re.search(pattern, text)
    return found[0] if found else ""


_FUNCTIONS: dict[str, Callable[..., Any]] = {
    "contains": _contains,
    "double": float,
    "endsWith": str.endswith,
    "find": _find,
    "int": _int,
    "lowerAscii": str.lower,
    "matches": _matches,
    "replace": str.replace,
    "size": _size,
    "split": str.split,
    "startsWith": str.startswith,
    "string": _string,
    "trim": str.strip,
}


def call(name: str, arguments: list[Term]) -> Term:
    """Call a function, or a method with its receiver first."""
    function = _FUNCTIONS.get(name) or fail(f"no function {name}")

    def value(scope: Scope) -> object:
        try:
            return function(*(argument(scope) for argument in arguments))
        except (TypeError, ValueError, re.error) as error:
            raise CelError(f"{name}: {error}") from error

    return value


def decided(left: Term, right: Term, decisive: bool) -> Term:
    """Join by `&&` or `||`: one decisive side is enough, even if the other has no value."""

    def side(term: Term, scope: Scope) -> bool:
        value = term(scope)
        return value if isinstance(value, bool) else fail(f"{value!r} is not a condition")

    def decide(scope: Scope) -> bool:
        try:
            if side(left, scope) is decisive:
                return decisive
        except CelError:
            if side(right, scope) is decisive:
                return decisive
            raise
        return side(right, scope)

    return decide


def select(term: Term, name: str) -> Term:
    """Read `term.name`; a field that is not there is an error."""

    def field(scope: Scope) -> object:
        value = term(scope)
        return value[name] if is_object(value) and name in value else fail(f"no such field: {name}")

    return field


def index(term: Term, key: Term) -> Term:
    """Read `term[key]`."""

    def element(scope: Scope) -> object:
        container, at = term(scope), key(scope)
        try:
            return container[at]
        except (KeyError, IndexError, TypeError) as error:
            raise CelError(f"no such element: {at!r}") from error

    return element


def present(term: Term, name: str) -> Term:
    """Evaluate `has(term.name)`."""

    def there(scope: Scope) -> bool:
        value = term(scope)
        return name in value if is_object(value) else fail(f"has() needs a field, not {value!r}")

    return there


def _quantified(decisive: bool) -> Callable[[list[Json], Callable[[Json], Json]], bool]:
    """Judge `all` or `exists`: one decisive element settles it, even if another has no value."""

    def judge(items: list[Json], holds: Callable[[Json], Json]) -> bool:
        missing: CelError | None = None
        for item in items:
            try:
                if holds(item) is decisive:
                    return decisive
            except CelError as error:
                missing = error
        if missing is not None:
            raise missing
        return not decisive

    return judge


MACROS: dict[str, Callable[[list[Json], Callable[[Json], Json]], Any]] = {
    "all": _quantified(decisive=False),
    "exists": _quantified(decisive=True),
    "exists_one": lambda items, holds: sum(holds(item) is True for item in items) == 1,
    "filter": lambda items, holds: [item for item in items if holds(item)],
    "map": lambda items, holds: [holds(item) for item in items],
}
