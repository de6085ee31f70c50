"""A call is made page by page and counted; what is wrong with its answer names the call and the region."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, cast

from plimsoll.catalog.refresh.account import Clients
from plimsoll.ground.problems import MissingFactError, Problem

Row = Mapping[str, Any]
"""One item of an answer, shaped as the service's model says."""

Say = Callable[[str], None]
"""Somebody is told how far it is."""


@dataclass(slots=True)
class Call:
    """One operation of a service in one region, with the pages and rows that it has given."""

    service: str
    operation: str
    region: str
    endpoint: str = ""
    """The region that answers for all of them, where one does; else it is the region itself."""
    pages: int = 0
    rows: int = 0

    @property
    def name(self) -> str:
        """Its name as AWS and its policies write it: `ec2:DescribeInstanceTypes`."""
        if not self.operation:
            return self.service  # a file
        action = "".join(part.capitalize() for part in self.operation.split("_"))
        return f"{_PREFIXES.get(self.service, self.service)}:{action}"

    def refuse(self, code: str, why: str, fix: str = "") -> "CallFailedError":
        """Say that what it gave cannot be used."""
        return CallFailedError(self, code, why, fix)

    def of(self, row: object, *path: str) -> Any:  # noqa: ANN401 - what the model says
        """Read a value that must be there.

        Raises:
            CallFailedError: it is not.
        """
        found: Any = row
        for key in path:
            known = cast("Mapping[str, Any]", found if isinstance(found, Mapping) else {})
            found = known.get(key)
            if found is None:
                raise self.refuse("MalformedAnswer", f"an item has no {'.'.join(path)}")
        return found

    def amount(self, written: object, what: str) -> Decimal:
        """Read an amount of money, which must be more than nothing.

        Raises:
            CallFailedError: it is no such amount.
        """
        try:
            found = Decimal(str(written))
        except ArithmeticError:
            found = Decimal("NaN")
        if not found.is_finite() or found <= 0:
            raise self.refuse("InvalidPrice", f"{str(written)[:40]!r} is no price of {what}")
        return found


_PREFIXES = {"service-quotas": "servicequotas"}
"""Services whose prefix in policies is not the name of their client."""


class CallFailedError(MissingFactError):
    """A call failed, or its answer cannot be used: nothing of a refresh is kept."""

    def __init__(self, call: Call, code: str, why: str, fix: str = "") -> None:
        self.call, self.code, self.why = call, code, why
        what = f"{call.name} in {call.region}: {code}"
        super().__init__(Problem(what, why, fix or "nothing was changed"))


@dataclass(slots=True)
class Asking:
    """An account is asked; every call is kept, and told as it goes on."""

    clients: Clients
    say: Say = lambda _: None
    calls: list[Call] = field(default_factory=list[Call])

    def items(self, call: Call, key: str, token: str = "NextToken", **asked: object) -> Iterator[Row]:  # noqa: S107
        """Yield the items of all pages of an operation.

        Raises:
            CallFailedError: a page fails, is empty, or sends back to a page that was read already.
        """
        self.calls.append(call)
        seen: set[str] = set()
        while True:
            page = self.page(call, asked)
            found = page.get(key)
            if not found:
                raise call.refuse("EmptyPage", f"page {call.pages + 1} holds no {key}")
            call.pages, call.rows = call.pages + 1, call.rows + len(found)
            self.say(f"{call.name} {call.region}: {call.rows:,} rows")
            yield from found
            following = page.get(token)
            if not following:
                return
            if following in seen:
                raise call.refuse("RepeatedToken", f"page {call.pages} sends back to a page that was read")
            seen.add(following)
            asked[token] = following

    def page(self, call: Call, asked: Mapping[str, object]) -> Row:
        """Call an operation once.

        Raises:
            CallFailedError: it fails, with the code that AWS gives.
        """
        try:
            return getattr(self.clients.client(call.service, call.endpoint or call.region), call.operation)(
                **asked
            )
        except Exception as error:  # noqa: BLE001 - whatever the client library meets, the call has failed
            answer = getattr(error, "response", None)
            said = cast("Row", answer if isinstance(answer, dict) else {}).get("Error", {})
            code = str(said.get("Code") or type(error).__name__)
            raise call.refuse(code, str(said.get("Message") or error).strip()[:300]) from None
