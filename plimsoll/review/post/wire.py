"""The wire to a forge: one request at a time, repeated where that helps; the only user of the network here.

What is waited: as long as `retry-after` says, else 1, 2, 4 and 8 seconds, five tries in all. No redirect is
followed, since the token would go along. The token is in no message.
"""

import json
import re
from collections.abc import Callable, Mapping
from email.utils import parsedate_to_datetime
from http.client import HTTPException
from time import sleep
from typing import Any, NoReturn, cast
from urllib.error import HTTPError
from urllib.parse import quote
from urllib.request import (
    HTTPDefaultErrorHandler,
    HTTPErrorProcessor,
    HTTPHandler,
    HTTPSHandler,
    OpenerDirector,
    ProxyHandler,
    Request,
)

from plimsoll.ground.problems import Problem
from plimsoll.ground.start_up import record
from plimsoll.ground.version import __version__
from plimsoll.review.post.failure import PostError

TRIES = 5
TIMEOUT_S = 30
PATIENCE_S = 120
"""Most that one post waits in all: GitHub asks for a minute where too many comments were made."""

_BUSY = frozenset((429, 500, 502, 503, 504))
_TOKEN = re.compile(r"[!-~]+")
_MOST_BYTES = 64 * 2**20

Wait = Callable[[float], None]


@record
class Reply:
    """What a forge answered: its status (0 if none came), its document, the headers in lower case."""

    status: int
    document: Any
    headers: Mapping[str, str]

    @property
    def good(self) -> bool:
        """Whether the forge did what was asked."""
        return 200 <= self.status < 300

    @property
    def refused(self) -> bool:
        """Whether the forge refused for now: too many requests, and nothing was done."""
        spent = self.headers.get("x-ratelimit-remaining") == "0" or "retry-after" in self.headers
        return self.status == 429 or (self.status == 403 and spent)

    @property
    def unsure(self) -> bool:
        """Whether nobody knows if the forge did it: no answer, or one of a server in trouble."""
        return self.status == 0 or (self.status in _BUSY and not self.refused)


class Wire:
    """A wire to the API of one forge, with the token that it carries in one header."""

    def __init__(self, api: str, header: str, token: str, wait: Wait = sleep) -> None:
        if not re.fullmatch(r"https?://[^\s?#@]+", api):
            raise PostError(Problem("no address of an API", "it begins with https://", path=api))
        bare = token.removeprefix("Bearer ")
        if not _TOKEN.fullmatch(bare):
            raise PostError(Problem("the token is no token", "it is one word of printable characters"))
        self._api, self._header, self._token, self._bare = api.rstrip("/"), header, token, bare
        self._wait, self._left = wait, float(PATIENCE_S)
        self._opener = _opener()

    def ask(
        self,
        method: str,
        path: str,
        body: object = None,
        arrived: Callable[[], bool] | None = None,
    ) -> Reply:
        """Ask, again where the forge is busy; `arrived` says whether a write that nobody confirmed was done.

        Raises:
            PostError: five tries did not do, or the forge wants a longer wait than there is patience for.
        """
        answer = self._once(method, path, body)
        for tried in range(1, TRIES):
            if not (answer.refused or answer.unsure) or (answer.unsure and arrived and arrived()):
                return answer
            pause = self._pause(answer, tried)
            if pause > self._left:
                self.fail(method, path, answer, f"it asks for {pause:.0f} s more, which is too long to wait")
            self._left -= pause
            self._wait(pause)
            answer = self._once(method, path, body)
        if answer.refused or (answer.unsure and not (arrived and arrived())):
            self.fail(method, path, answer, f"{TRIES} tries")
        return answer

    def fail(self, method: str, path: str, answer: Reply, why: str = "") -> NoReturn:
        """Refuse an answer, without the token.

        Raises:
            PostError: always.
        """
        said = mapping(answer.document).get("message")
        status = f"answered {answer.status}" if answer.status else f"did not answer ({answer.document})"
        parts = [part for part in (str(said or ""), why) if part]
        text = "; ".join(parts).replace(self._bare, "***")
        raise PostError(Problem(f"{method} {self._api}{path} {status}".replace(self._bare, "***"), text))

    def _once(self, method: str, path: str, body: object) -> Reply:
        data = None if body is None else json.dumps(body).encode()
        headers = {
            self._header: self._token,
            "Accept": "application/json",
            "Content-Type": "application/json",
            "User-Agent": f"plimsoll/{__version__}",
        }
        request = Request(f"{self._api}{path}", data, headers, method=method)  # noqa: S310 - checked above
        try:
            with self._opener.open(request, timeout=TIMEOUT_S) as response:
                return _answer(response.status, response.read(_MOST_BYTES), response.headers)
        except HTTPError as error:
            with error:
                return _answer(error.code, _rest(error), error.headers)
        except (OSError, HTTPException) as error:
            return Reply(0, type(error).__name__, {})

    def _pause(self, answer: Reply, tried: int) -> float:
        """Seconds until the next try."""
        asked = answer.headers.get("retry-after", "").strip()
        if asked.isascii() and asked.isdecimal():
            return float(asked)
        until = _epoch(asked) or _epoch(answer.headers.get("x-ratelimit-reset", "") if answer.refused else "")
        now = _epoch(answer.headers.get("date", ""))
        return max(until - now, 1.0) if until and now else 2.0 ** (tried - 1)


def _opener() -> OpenerDirector:
    """Open addresses of the web alone, through the environment's proxy, and follow no redirect."""
    opener = OpenerDirector()
    for handler in (ProxyHandler, HTTPHandler, HTTPSHandler, HTTPDefaultErrorHandler, HTTPErrorProcessor):
        opener.add_handler(handler())
    return opener


def mapping(value: object) -> Mapping[str, Any]:
    """Take a value of a document for a mapping; an empty one if it is none."""
    return cast("Mapping[str, Any]", value) if isinstance(value, dict) else {}


def part(text: str) -> str:
    """Write a text as one part of a path."""
    return quote(text, safe="")


def _rest(error: HTTPError) -> bytes:
    try:
        return error.read(_MOST_BYTES)
    except (OSError, HTTPException):
        return b""


def _answer(status: int, data: bytes, headers: Any) -> Reply:  # noqa: ANN401 - a message of http.client
    try:
        document = json.loads(data) if data.strip() else None
    except ValueError:
        document = None
    return Reply(status, document, {str(key).lower(): str(value) for key, value in headers.items()})


def _epoch(text: str) -> float | None:
    """Read a moment: a number of seconds, or a date of HTTP."""
    if text.isascii() and text.isdecimal():
        return float(text)
    try:
        return parsedate_to_datetime(text).timestamp()
    except (TypeError, ValueError, OverflowError):
        return None
