"""A small canvas for SVG: boxes, text that fits, arrows. It knows nothing of what it draws."""

from dataclasses import dataclass, field
from html import escape

FONT = "Inter, 'Helvetica Neue', Helvetica, Arial, 'DejaVu Sans', sans-serif"
_NARROW, _WIDE = frozenset("fijlrtI.,:;|'!()[] /-"), frozenset("mwMW@%—")


@dataclass(frozen=True, slots=True)
class Paint:
    """A box looks like this."""

    fill: str = "#ffffff"
    stroke: str = "#cbd5e1"
    radius: float = 8
    width: float = 1
    dashes: str = ""


@dataclass(frozen=True, slots=True)
class Type:
    """Text looks like this; `anchor` is start, middle or end."""

    size: float = 12
    fill: str = "#334155"
    weight: int = 400
    anchor: str = "start"


def text_width(text: str, size: float, weight: int = 400) -> float:
    """Estimate how wide text is, as wide as the widest of the faces named in `FONT` (DejaVu Sans)."""
    ems = sum(0.37 if c in _NARROW else 0.98 if c in _WIDE else 0.72 if c.isupper() else 0.62 for c in text)
    return ems * size * (1.1 if weight >= 600 else 1.0)


def fitted(text: str, room: float, size: float, weight: int = 400) -> str:
    """Shorten text to the room it has, with an ellipsis."""
    if text_width(text, size, weight) <= room:
        return text
    while text and text_width(f"{text}…", size, weight) > room:
        text = text[:-1]
    return f"{text.rstrip()}…"


@dataclass(slots=True)
class Canvas:
    """Collects shapes; `svg` writes them in order."""

    shapes: list[str] = field(default_factory=list[str])

    def box(self, x: float, y: float, width: float, height: float, paint: Paint) -> None:
        """A rounded rectangle."""
        dashes = f' stroke-dasharray="{paint.dashes}"' if paint.dashes else ""
        self.shapes.append(
            f'<rect x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" rx="{paint.radius:g}" '
            f'fill="{paint.fill}" stroke="{paint.stroke}" stroke-width="{paint.width:g}"{dashes}/>'
        )

    def text(self, x: float, y: float, text: str, kind: Type, room: float | None = None) -> None:
        """One line of text on the baseline `y`, shortened to `room` if that is given."""
        shown = text if room is None else fitted(text, room, kind.size, kind.weight)
        anchor = f' text-anchor="{kind.anchor}"' if kind.anchor != "start" else ""
        weight = f' font-weight="{kind.weight}"' if kind.weight != 400 else ""
        self.shapes.append(
            f'<text x="{x:g}" y="{y:g}" font-size="{kind.size:g}" fill="{kind.fill}"{weight}{anchor}>'
            f"{escape(shown)}</text>"
        )

    def chip(self, x: float, y: float, text: str, paint: Paint, kind: Type) -> float:
        """A pill around a short text; returns its width."""
        width = text_width(text, kind.size, kind.weight) + 18
        self.box(x, y, width, 22, paint)
        self.text(x + width / 2, y + 15, text, Type(kind.size, kind.fill, kind.weight, "middle"))
        return width

    def elbow(self, start: tuple[float, float], end: tuple[float, float], stroke: str) -> None:
        """An arrow that leaves and arrives horizontally, with one rounded step between."""
        (x1, y1), (x2, y2) = start, end
        middle = (x1 + x2) / 2
        bend = min(8.0, abs(y2 - y1) / 2)
        if bend < 0.5:
            path = f"M{x1:g} {y1:g}H{x2 - 5:g}"
        else:
            turn = bend if y2 > y1 else -bend
            path = (
                f"M{x1:g} {y1:g}H{middle - bend:g}Q{middle:g} {y1:g} {middle:g} {y1 + turn:g}"
                f"V{y2 - turn:g}Q{middle:g} {y2:g} {middle + bend:g} {y2:g}H{x2 - 5:g}"
            )
        self.shapes.append(f'<path d="{path}" fill="none" stroke="{stroke}" stroke-width="1.5"/>')
        self.shapes.append(
            f'<path d="M{x2 - 7:g} {y2 - 4:g}L{x2:g} {y2:g}L{x2 - 7:g} {y2 + 4:g}Z" fill="{stroke}"/>'
        )

    def svg(self, width: float, height: float, title: str) -> str:
        """The document; the title is what a screen reader says."""
        head = (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" '
            f'width="{width:g}" height="{height:g}" font-family="{FONT}" role="img">'
        )
        back = f'<rect width="{width:g}" height="{height:g}" fill="#ffffff"/>'
        body = "\n".join(self.shapes)
        return f"{head}\n<title>{escape(title)}</title>\n{back}\n{body}\n</svg>\n"
