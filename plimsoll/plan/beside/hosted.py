"""What a hosted API asks for the same answers, and from which load on a plan is cheaper."""

from decimal import Decimal
from typing import TYPE_CHECKING, Annotated

from plimsoll.candidates.candidate import Candidate
from plimsoll.candidates.search import Search
from plimsoll.ground import meaning
from plimsoll.ground.start_up import record
from plimsoll.ground.units import HOURS_PER_MONTH, usd_text
from plimsoll.sizing.work.base import Peak

if TYPE_CHECKING:  # start-up: few specs have one
    from plimsoll.spec.alternative import Alternative

MILLION = Decimal(1_000_000)
SECONDS_PER_MONTH = 3600 * HOURS_PER_MONTH


@record
class Hosted:
    """What a hosted API asks for the same answers, as the spec says it: told beside, never chosen."""

    usd_per_million_input_tokens: Annotated[str, "Its price of a million prompt tokens, as the spec says."]
    usd_per_million_output_tokens: Annotated[
        str, "Its price of a million generated tokens, as the spec says."
    ]
    source: Annotated[str, "Who asks it, as the spec says."]
    usd_per_month: Annotated[
        str | None, "The same for the mean load; null where a run has no month. " + meaning.USD_PER_MONTH
    ]
    break_even_qps: Annotated[
        float | None,
        "Mean requests per second from which the plan, as it is, is cheaper; null of a run or a price of 0.",
    ]
    usd_per_run: Annotated[str | None, "The same for one run; null of a service. " + meaning.USD_PER_RUN] = (
        None
    )


def usd_of(asked: "Alternative", input_tok: float, output_tok: float) -> Decimal:
    """Price tokens as the hosted API would, USD."""
    prices = (asked.usd_per_million_input_tokens, asked.usd_per_million_output_tokens)
    return (
        sum(
            (
                Decimal(str(price)) * Decimal(str(tokens))
                for price, tokens in zip(prices, (input_tok, output_tok), strict=True)
            ),
            Decimal(0),
        )
        / MILLION
    )


def hosted_of(search: Search, best: Candidate, peak: Peak) -> Hosted | None:
    """Price the mean load of a service as a hosted API would; None where the spec names no such price.

    The plan is cheaper from the load on at which the hosted price of a month is what the plan is expected to
    cost: its nodes are there whatever arrives, up to what they carry.
    """
    asked = search.workload.alternative
    if asked is None:
        return None
    traffic = search.traffic
    request = usd_of(asked, traffic.input_tok.mean, traffic.output_tok.mean)
    qps = Decimal(str(peak.qps)) * Decimal(str(traffic.mean_fraction))
    expected = best.must_be_sized().bill.expected
    even = float(expected / (request * SECONDS_PER_MONTH)) if request else None
    return hosted(asked, usd_text(qps * SECONDS_PER_MONTH * request), even, None)


def hosted(
    asked: "Alternative", per_month: str | None, break_even_qps: float | None, per_run: str | None
) -> Hosted:
    """Write down what was worked out beside what the spec says."""
    prices = (asked.usd_per_million_input_tokens, asked.usd_per_million_output_tokens)
    inward, outward = (f"{Decimal(str(float(price))):f}" for price in prices)
    return Hosted(inward, outward, asked.source, per_month, break_even_qps, per_run)
