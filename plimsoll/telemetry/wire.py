"""The wire to servers that say something of themselves: one GET at a time; no redirect is followed."""

from collections.abc import Callable
from http.client import HTTPException
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import HTTPHandler, HTTPSHandler, OpenerDirector, ProxyHandler, Request

from plimsoll.ground.problems import MissingFactError, Problem
from plimsoll.ground.version import __version__

_TIMEOUT_S = 60
_MOST_BYTES = 256 << 20


def is_address(text: str) -> bool:
    """Say whether a text is an address of HTTP, without a name and password in it."""
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname) and not parts.username and port != 0


def has_path(address: str) -> bool:
    """Say whether an address names more than a server."""
    return bool(urlsplit(address).path.strip("/"))


def answer_of(url: str, accept: str, unreached: Callable[[str], Problem]) -> tuple[int, str]:
    """Ask an address: the status and the text of its answer; `unreached` says what is wrong without one.

    Raises:
        MissingFactError: it cannot be reached.
    """
    request = Request(url, headers={"Accept": accept, "User-Agent": f"plimsoll/{__version__}"})  # noqa: S310 - http or https, as checked
    opener = OpenerDirector()
    for handler in (ProxyHandler(), HTTPHandler(), HTTPSHandler()):
        opener.add_handler(handler)
    try:
        reply = opener.open(request, timeout=_TIMEOUT_S)
        status, body = reply.status, reply.read(_MOST_BYTES)
    except (HTTPError, URLError, HTTPException, OSError, ValueError) as error:
        raise MissingFactError(unreached(str(getattr(error, "reason", error)))) from None
    return status, body.decode("utf-8", "replace")


def text_of(url: str, accept: str, unreached: Callable[[str], Problem]) -> str:
    """Ask an address that must answer with 200.

    Raises:
        MissingFactError: it cannot be reached, or refuses.
    """
    status, text = answer_of(url, accept, unreached)
    if status != 200:
        raise MissingFactError(unreached(f"it answered {status}"))
    return text
