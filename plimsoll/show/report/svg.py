"""Shapes of an SVG picture as text, and the figure around them that says in words what it shows."""

from collections.abc import Sequence
from html import escape

from plimsoll.ground.start_up import record
from plimsoll.show.preview.canvas import text_width
from plimsoll.show.report import palette

WIDTH = 880.0
"""Every picture is that wide: the width of the page's column."""

FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif"


@record
class Figure:
    """A picture: its id on the page, what it is called, what it shows in a sentence, its shapes."""

    id: str
    title: str
    description: str
    height: float
    shapes: tuple[str, ...]

    @property
    def svg(self) -> str:
        """The element, with the names that a screen reader says."""
        size = f'viewBox="0 0 {at(WIDTH)} {at(self.height)}" width="{at(WIDTH)}" height="{at(self.height)}"'
        names = f'role="img" aria-labelledby="{self.id}-t {self.id}-d"'
        head = f'<svg id="{self.id}" {size} {names} font-family="{FONT}" font-size="12">'
        said = f'<title id="{self.id}-t">{escape(self.title)}</title>'
        told = f'<desc id="{self.id}-d">{escape(self.description)}</desc>'
        return "\n".join((head + said + told, *self.shapes, "</svg>"))


def at(value: float) -> str:
    """Write a coordinate: a tenth of a pixel is as fine as anybody sees, and the same on every machine."""
    text = f"{value:.1f}"
    return "0" if text == "-0.0" else text.removesuffix(".0")


def text(
    x: float,
    y: float,
    words: str,
    *,
    fill: str = palette.INK,
    anchor: str = "start",
    size: float = 12,
    bold: bool = False,
) -> str:
    """One line of text on the baseline `y`."""
    extra = f' text-anchor="{anchor}"' if anchor != "start" else ""
    extra += f' font-size="{at(size)}"' if size != 12 else ""
    extra += ' font-weight="600"' if bold else ""
    return f'<text x="{at(x)}" y="{at(y)}" fill="{fill}"{extra}>{escape(words)}</text>'


def label(x: float, y: float, words: str, anchor: str) -> str:
    """One line of text with a halo, which keeps it readable above other shapes."""
    halo = f'stroke="{palette.GROUND}" stroke-width="4" paint-order="stroke"'
    return f"<g {halo}>{text(x, y, words, anchor=anchor, bold=True)}</g>"


def box(x: float, y: float, width: float, height: float, fill: str, *, radius: float = 0) -> str:
    """A filled rectangle."""
    shape = f'<rect x="{at(x)}" y="{at(y)}" width="{at(max(width, 0))}" height="{at(max(height, 0))}"'
    shape += f' rx="{at(radius)}"' if radius else ""
    return f'{shape} fill="{fill}"/>'


def line(
    start: tuple[float, float], end: tuple[float, float], stroke: str, *, width: float = 1, dash: str = ""
) -> str:
    """A straight line."""
    (x1, y1), (x2, y2) = start, end
    dashes = f' stroke-dasharray="{dash}"' if dash else ""
    return (
        f'<line x1="{at(x1)}" y1="{at(y1)}" x2="{at(x2)}" y2="{at(y2)}" stroke="{stroke}" '
        f'stroke-width="{at(width)}"{dashes}/>'
    )


def path(points: Sequence[tuple[float, float]], stroke: str, *, width: float = 1.5, dash: str = "") -> str:
    """A line through points."""
    dashes = f' stroke-dasharray="{dash}"' if dash else ""
    through = "L".join(f"{at(x)} {at(y)}" for x, y in points)
    return f'<path d="M{through}" fill="none" stroke="{stroke}" stroke-width="{at(width)}"{dashes}/>'


def dot(x: float, y: float, radius: float, tip: str = "") -> str:
    """A circle in the colours of the group that it stands in."""
    shape = f'<circle cx="{at(x)}" cy="{at(y)}" r="{at(radius)}"'
    return f"{shape}>{_tip(tip)}</circle>" if tip else f"{shape}/>"


def diamond(x: float, y: float, radius: float, tip: str = "") -> str:
    """A square on its corner, in the colours of its group."""
    corners = (
        f"{at(x)} {at(y - radius)}L{at(x + radius)} {at(y)}L{at(x)} {at(y + radius)}L{at(x - radius)} {at(y)}"
    )
    return f'<path d="M{corners}Z">{_tip(tip)}</path>' if tip else f'<path d="M{corners}Z"/>'


def group(shapes: Sequence[str], *, fill: str, stroke: str = "none", text: str = "") -> str:
    """Shapes that share their colours; `text` is where the texts among them are anchored."""
    anchored = f' text-anchor="{text}" font-size="11.5"' if text else ""
    return f'<g fill="{fill}" stroke="{stroke}"{anchored}>{"".join(shapes)}</g>'


def plain_text(x: float, y: float, words: str) -> str:
    """One line of text in the manner of the group that it stands in."""
    return f'<text x="{at(x)}" y="{at(y)}">{escape(words)}</text>'


def _tip(words: str) -> str:
    return f"<title>{escape(words)}</title>"


def spread(labels: Sequence[tuple[float, str]], width: float, size: float = 12) -> list[float]:
    """Move the middles of labels apart until none stands on another; they keep their order and the page."""
    gap = 14.0
    widths = [text_width(words, size, 600) for _, words in labels]
    places: list[float] = []
    left = 0.0
    for (x, _), each in zip(labels, widths, strict=True):
        places.append(max(x, left + each / 2))
        left = places[-1] + each / 2 + gap
    right = width
    for index in range(len(places) - 1, -1, -1):
        places[index] = min(places[index], right - widths[index] / 2)
        right = places[index] - widths[index] / 2 - gap
    return places
