"""The days of an answer in words: which prices it used, and which were asked for."""

from plimsoll.catalog.clock import Clock


def prices_text(clock: Clock) -> str:
    """Say when the instance prices of an answer were read: `prices of 2026-01-19 to 2026-07-20`.

    A price that held on an earlier day that was asked for may have been read later.
    """
    newest, oldest, asked = clock.priced_on, clock.oldest_on, clock.asked_on
    if newest is None:
        return "no price that was read" + (f" (asked for {asked})" if asked else "")
    days = newest if newest == oldest else f"{oldest} to {newest}"
    if asked is None:
        return f"prices of {days}"
    return (
        f"prices that held on {asked}, read {days}"
        if asked < newest
        else f"prices of {days} (asked for {asked})"
    )
