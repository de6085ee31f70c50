"""A field says what it means where it is declared, and the schema of its document repeats the words.

A record says `field: Annotated[int, "Meaning of the field."]`. The words cost nothing until a schema is
asked for; `Example` adds a value that an editor can offer, `NOT_PROMISED` marks a field that is written
but that the published schema leaves out.
"""

from plimsoll.ground.start_up import record


@record
class Example:
    """A value that a field might have."""

    value: object


NOT_PROMISED = object()
"""Stands in for the meaning of a field that the published schema does not name."""

USD_PER_MONTH = "US dollars per month of 730 hours, two decimals."
USD_PER_RUN = "US dollars per run, two decimals."
URN = "Pulumi URN of the resource."
TYPE = "Pulumi type token."
SCHEMA = "Name and version of this document's form."
ASKED_ON = "Date that was asked for with --on; null if none was."
PRICED_ON = "Newest day on which an instance price of this answer was read; null if none was."
OLDEST_ON = "Oldest day on which an instance price of this answer was read; null if none was."
"""Meanings that many documents share."""
