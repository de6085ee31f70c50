"""A server is scraped at its address: its /metrics, as Prometheus does."""

from plimsoll.ground.problems import Problem, SpecError
from plimsoll.telemetry.wire import has_path, is_address, text_of

USUAL_APART_S = 60.0
"""Seconds between two scrapes where nobody says it."""

MOST_APART_S = 3600.0
"""Nobody waits longer for a command: two saved scrapes may be as far apart as one likes."""


def metrics_address(text: str) -> str:
    """Complete the address of a server by the path of its metrics.

    Raises:
        SpecError: it is no address.
    """
    if not is_address(text):
        fix = "such as http://localhost:8000/metrics, after kubectl port-forward"
        raise SpecError(Problem(f"{text[:80]!r} is no address of a server", "", fix, "--load"))
    return text if has_path(text) else f"{text.rstrip('/')}/metrics"


def scrape_at(address: str) -> str:
    """Scrape a server once.

    Raises:
        MissingFactError: it cannot be reached, or has no such page.
    """

    def unreached(why: str) -> Problem:
        fix = "kubectl port-forward a pod of it, or save two scrapes and give the files"
        return Problem("the server cannot be scraped", why, fix, "--load", address)

    return text_of(address, "text/plain", unreached)
