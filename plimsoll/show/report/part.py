"""A part of a report answers one question: a heading, a sentence, a picture, and its figures as sheets."""

from plimsoll.ground.start_up import record
from plimsoll.show.report.sheet import Sheet
from plimsoll.show.report.svg import Figure


@record
class ReportPart:
    """What stands under one heading. `open_sheets` are read at once, `folded` are the data of the picture."""

    id: str
    heading: str
    said: tuple[str, ...]
    picture: Figure | None = None
    open_sheets: tuple[Sheet, ...] = ()
    folded: tuple[Sheet, ...] = ()
    fold: str = ""
    items: tuple[str, ...] = ()
    cliff: "CliffWords | None" = None


@record
class CliffWords:
    """The two sides of a price cliff in words: the load, the money, the machine of each."""

    heading: str
    below: tuple[str, ...]
    above: tuple[str, ...]
