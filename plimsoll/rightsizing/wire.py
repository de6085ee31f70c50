"""The wire to a Prometheus: range queries alone, one at a time; no redirect is followed."""

import json
from collections.abc import Iterator, Sequence
from http.client import HTTPException
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode, urlsplit
from urllib.request import HTTPHandler, HTTPSHandler, OpenerDirector, ProxyHandler, Request

from plimsoll.ground.problems import MissingFactError, Problem, SpecError
from plimsoll.ground.version import __version__
from plimsoll.rightsizing.queries import STEP_S, NamedQuery
from plimsoll.telemetry.ranges import RangeAnswer, ranges_of

DAYS = 28
"""Days that are asked for: four of every weekday."""

_DAY_S = 86_400
_TIMEOUT_S = 60
_MOST_BYTES = 256 << 20
_POINTS = 11_000
"""Points of one series that Prometheus answers at most (web/api/v1/api.go)."""


def ask(address: str, queries: Sequence[NamedQuery], end_s: int) -> list[RangeAnswer]:
    """Ask a Prometheus for the 28 days before a moment.

    Raises:
        SpecError: it is no address, or Prometheus answers with an error.
        MissingFactError: it cannot be reached, or refuses.
    """
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username or parts.query:
        fix = "such as http://localhost:9090, after kubectl port-forward"
        raise SpecError(Problem(f"{address[:80]!r} is no address of a Prometheus", "", fix, "--prometheus"))
    return [each for query in queries for each in _asked(address.rstrip("/"), query, end_s)]


def _asked(address: str, query: NamedQuery, end_s: int) -> Iterator[RangeAnswer]:
    span = min(DAYS * _DAY_S, (_POINTS - 1) * STEP_S)
    asked = {"query": query.promql, "start": end_s - span, "end": end_s, "step": STEP_S}
    where = f"{address}/api/v1/query_range"
    text = _answer(f"{where}?{urlencode(asked)}", address)
    for each in ranges_of(text, where):
        yield RangeAnswer(query.name, each.series)


def _answer(url: str, address: str) -> str:
    request = Request(url, headers={"Accept": "application/json", "User-Agent": f"plimsoll/{__version__}"})  # noqa: S310 - http or https, as checked
    opener = OpenerDirector()
    for handler in (ProxyHandler(), HTTPHandler(), HTTPSHandler()):
        opener.add_handler(handler)
    try:
        reply = opener.open(request, timeout=_TIMEOUT_S)
        status, body = reply.status, reply.read(_MOST_BYTES)
    except (HTTPError, URLError, HTTPException, OSError, ValueError) as error:
        raise MissingFactError(_unreached(address, str(getattr(error, "reason", error)))) from None
    text = body.decode("utf-8", "replace")
    if status != 200 and not _is_error(text):
        raise MissingFactError(_unreached(address, f"it answered {status}"))
    return text


def _is_error(text: str) -> bool:
    """Say whether an answer is Prometheus' own refusal, which says why."""
    try:
        return isinstance(found := json.loads(text), dict) and "error" in found
    except ValueError:
        return False


def _unreached(address: str, why: str) -> Problem:
    fix = "kubectl port-forward it, or save the answers (--queries) and give --metrics"
    return Problem("the Prometheus cannot be asked", why, fix, "--prometheus", address)
