"""The few colours of a report, by what they mean; the style sheet maps each to its shade on a dark ground.

Each is written into the picture as a presentation attribute, so that a page whose style sheet is blocked
still shows it; `style.css` overrides it by the value of the attribute.
"""

INK = "#17212b"
SOFT = "#51606f"
LINE = "#d5dce3"
GROUND = "#ffffff"
FLOOR = "#9fc3e0"
EXPECTED = "#2374b8"
CEILING = "#12395f"
BUDGET = "#b42318"
LEVELS = ("#e8f1f9", "#c6def1", "#93bfe3", "#2a74b2", "#154a7c")
"""Shades for how much, from little to most."""
DARK_LEVELS = LEVELS[3:]
"""The shades on which text is written in the colour of the ground."""
