"""The part of the Common Expression Language that Kubernetes API rules are written in.

Custom resources carry their rules as CEL (`x-kubernetes-validations`). This evaluates them as the API
server does: strict types, errors absorbed by a decisive `&&`, `||`, `all` or `exists`, missing fields
an error unless asked about with `has`. Grammar and semantics: the CEL language definition
(github.com/google/cel-spec, doc/langdef.md) and Kubernetes' CEL libraries for `find` and `split`.
Transitions (`oldSelf`), durations, quantities and optionals are left out: no rule about a new object
of an emitted kind uses them, and a rule that does is reported as one that cannot be judged.
"""

import re
from collections.abc import Callable
from functools import cache
from typing import Any

from plimsoll.manifests.cel_terms import (
    MACROS,
    PRODUCTS,
    RELATIONS,
    SUMS,
    CelError,
    Term,
    call,
    decided,
    elements,
    fail,
    index,
    literal,
    present,
    select,
)

__all__ = ["CelError", "compiled", "evaluate"]


def evaluate(expression: str, value: object) -> bool:
    """Tell whether a rule holds, with `self` being `value`.

    Raises:
        CelError: the expression is not CEL, or has no boolean value for this input.
    """
    result = compiled(expression)({"self": value})
    if not isinstance(result, bool):
        raise CelError(f"the rule is not a condition: {expression}")
    return result


@cache
def compiled(expression: str) -> Term:
    """Make an expression a function of its variables, parsed once.

    Raises:
        CelError: the expression is not CEL.
    """
    return _Parser(expression).whole()


_TOKEN = re.compile(
    r"""\s*(?:
      (?P<number>\d+(?:\.\d+)?)
    | (?P<text>r?"{3}.*?"{3}|r?"(?:[^"\\]|\\.)*"|r?'(?:[^'\\]|\\.)*')
    | (?P<name>[A-Za-z_]\w*)
    | (?P<sign>\|\||&&|[<>=!]=|[-+*/%<>!?:.,()\[\]{}])
    )""",
    re.VERBOSE | re.DOTALL,
)


class _Parser:
    """The parser descends by recursion, and builds the function as it goes."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens: list[tuple[str, str]] = []
        self._at = 0
        position = 0
        while text[position:].strip():
            found = _TOKEN.match(text, position) or fail(f"cannot read {text[position:]!r}")
            self._tokens.append((str(found.lastgroup), found[str(found.lastgroup)]))
            position = found.end()

    def whole(self) -> Term:
        term = self._expression()
        if self._at != len(self._tokens):
            fail(f"unexpected {self._tokens[self._at][1]!r} in {self._text}")
        return term

    def _peek(self) -> str:
        kind, token = self._tokens[self._at] if self._at < len(self._tokens) else ("end", "")
        return "" if kind == "text" else token

    def _accept(self, *signs: str) -> str:
        token = self._peek()
        if token not in signs:
            return ""
        self._at += 1
        return token

    def _expect(self, sign: str) -> None:
        if not self._accept(sign):
            fail(f"expected {sign!r} in {self._text}")

    def _name(self) -> str:
        kind, token = self._tokens[self._at] if self._at < len(self._tokens) else ("end", "")
        if kind != "name":
            fail(f"expected a name in {self._text}")
        self._at += 1
        return token

    def _expression(self) -> Term:
        condition = self._either()
        if not self._accept("?"):
            return condition
        then = self._either()
        self._expect(":")
        other = self._expression()
        return lambda scope: then(scope) if condition(scope) else other(scope)

    def _either(self) -> Term:
        term = self._both()
        while self._accept("||"):
            term = decided(term, self._both(), decisive=True)
        return term

    def _both(self) -> Term:
        term = self._binary(0)
        while self._accept("&&"):
            term = decided(term, self._binary(0), decisive=False)
        return term

    def _binary(self, level: int) -> Term:
        levels = (RELATIONS, SUMS, PRODUCTS)
        if level == len(levels):
            return self._unary()
        term = self._binary(level + 1)
        while sign := self._accept(*levels[level]):
            term = self._joined(levels[level][sign], term, self._binary(level + 1))
        return term

    @staticmethod
    def _joined(join: Callable[[Any, Any], Any], left: Term, right: Term) -> Term:
        return lambda scope: join(left(scope), right(scope))

    def _unary(self) -> Term:
        if self._accept("!"):
            inner = self._unary()
            return lambda scope: not inner(scope)
        if self._accept("-"):
            inner = self._unary()
            return lambda scope: -inner(scope)
        return self._member(self._primary())

    def _member(self, term: Term) -> Term:
        while sign := self._accept(".", "["):
            if sign == "[":
                term = index(term, self._expression())
                self._expect("]")
                continue
            name = self._name()
            term = self._method(term, name) if self._accept("(") else select(term, name)
        return term

    def _method(self, term: Term, name: str) -> Term:
        if name not in MACROS:
            return call(name, [term, *self._arguments(")")])
        variable = self._name()
        self._expect(",")
        body = self._expression()
        self._expect(")")
        judge = MACROS[name]
        return lambda scope: judge(elements(term(scope)), lambda item: body({**scope, variable: item}))

    def _arguments(self, end: str) -> list[Term]:
        terms: list[Term] = []
        while not self._accept(end):
            terms.append(self._expression())
            if self._peek() != end:
                self._expect(",")
        return terms

    def _primary(self) -> Term:
        if self._accept("("):
            term = self._expression()
            self._expect(")")
            return term
        if self._accept("["):
            items = self._arguments("]")
            return lambda scope: [item(scope) for item in items]
        kind, token = self._tokens[self._at] if self._at < len(self._tokens) else ("end", "")
        self._at += 1
        if kind == "name":
            return self._named(token)
        constant = self._constant(kind, token)
        return lambda _: constant

    def _constant(self, kind: str, token: str) -> object:
        if kind == "text":
            return literal(token)
        if kind == "number":
            return float(token) if "." in token else int(token)
        return fail(f"unexpected {token or 'end'!r} in {self._text}")

    def _named(self, name: str) -> Term:
        if name in ("true", "false"):
            return lambda _: name == "true"
        if name == "null":
            return lambda _: None
        if name == "has" and self._accept("("):
            return self._has()
        if self._accept("("):
            return call(name, self._arguments(")"))
        return lambda scope: scope[name] if name in scope else fail(f"no variable {name}")

    def _has(self) -> Term:
        term, name = self._primary(), ""
        while sign := self._accept(".", "["):
            term = select(term, name) if name else term
            name = ""
            if sign == "[":
                term = index(term, self._expression())
                self._expect("]")
            else:
                name = self._name()
        self._expect(")")
        return present(term, name) if name else fail("has() needs a field")
