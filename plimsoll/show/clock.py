"""The days of an answer in words: which prices it used, and which were asked for."""

from plimsoll.catalog.clock import Clock


def prices_text(clock: Clock) -> str:
    """Say when the instance prices of an answer were read: `prices of 2026-01-19 to 2026-07-20`."""
    newest, oldest = clock.priced_on, clock.oldest_on
    if newest is None:
        text = "no instance price that was read"
    else:
        text = f"prices of {newest}" if newest == oldest else f"prices of {oldest} to {newest}"
    return f"{text} (asked for {clock.asked_on})" if clock.asked_on else text
