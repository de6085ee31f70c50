"""Markdown as a forge shows it: rendered by GitHub's own reader, then looked at for what acts on a person.

cmark-gfm does what CommonMark and GitHub's extensions of it do. Mentions, references, emoji and formulas are
found by the forge in the page that comes out, outside code; here they are looked for by what is published.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

from cmarkgfm import github_flavored_markdown_to_html
from cmarkgfm.cmark import Options

OURS = frozenset(
    ("h2", "h4", "p", "br", "strong", "code", "pre", "ul", "li", "table", "thead", "tbody", "tr", "th", "td")
) | {"details", "summary", "sub"}
"""Tags that our own documents come out as."""

_ACTS = {
    "link": re.compile(r"(?i)\b(?:https?|ftp|xmpp|mailto):\S|\bwww\.\w|(?<![\w.+-])[\w.+-]+@[\w-]+\.\w"),
    "mention": re.compile(r"(?<!\w)@[A-Za-z0-9]"),
    "issue": re.compile(r"(?i)(?<![\w&])#\d|\bGH-\d|(?<![\w.-])[\w.-]+/[\w.-]+[#@!]\w|(?<!\w)[!%~&]\d"),
    "commit": re.compile(r"(?i)\b(?=[0-9a-f]*\d)[0-9a-f]{7,64}\b|\bdeadbee\b"),
    "emoji": re.compile(r":[a-z0-9_+-]+:"),
    "formula": re.compile(r"\$(?![\s\d])[^$]*[^\s$]\$(?!\d)|\$\$|\$`"),
    "command": re.compile(r"(?m)^/[a-z]"),
}
_UNSEEN = ("Cc", "Cf", "Cs", "Co", "Cn")


@dataclass
class Page(HTMLParser):
    """What became of a text: its tags, the words outside code, the texts of code, table cells and items."""

    source: str
    tags: list[str] = field(default_factory=list)
    comments: list[str] = field(default_factory=list)
    outside: list[str] = field(default_factory=list)
    codes: list[str] = field(default_factory=list)
    blocks: list[tuple[str, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._inside: list[str] = []
        self.feed(github_flavored_markdown_to_html(self.source, Options.CMARK_OPT_UNSAFE))
        self.close()

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.tags.append(tag)
        if tag != "br":
            self._inside.append(tag)
        if tag == "code":
            self.codes.append("")
        if tag in BLOCKS:
            self.blocks.append((tag, ""))

    def handle_endtag(self, tag: str) -> None:
        while tag in self._inside and self._inside.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        if "code" in self._inside:
            self.codes[-1] += data
        else:
            self.outside.append(data)
        if any(tag in BLOCKS for tag in self._inside):
            tag, text = self.blocks[-1]
            self.blocks[-1] = (tag, text + data)

    def handle_comment(self, data: str) -> None:
        self.comments.append(data)

    def handle_decl(self, decl: str) -> None:
        self.comments.append(decl)

    unknown_decl = handle_decl
    handle_pi = handle_decl

    def texts(self, tag: str) -> list[str]:
        """The texts of all blocks of a kind, in order."""
        return [text for kind, text in self.blocks if kind == tag]

    def acting(self) -> Iterator[str]:
        """Everything that does something to whoever reads the page, and every tag that is not of ours."""
        yield from (f"tag {tag}" for tag in self.tags if tag not in OURS)
        yield from (f"comment {text}" for text in self.comments)
        for text in self.outside:
            for what, pattern in _ACTS.items():
                yield from (f"{what} {found[0]}" for found in pattern.finditer(text))
        for char in "".join((*self.outside, *self.codes)):
            if char != "\n" and unicodedata.category(char) in _UNSEEN:
                yield f"unseen U+{ord(char):04X}"


BLOCKS = frozenset(("h2", "h4", "td", "th", "li", "summary", "p"))


def read_back(text: str) -> str:
    """Say what a reader must see of a text: white space as one space, what nobody sees as U+FFFD."""
    shown = "".join("\N{REPLACEMENT CHARACTER}" if _hidden(char) else char for char in " ".join(text.split()))
    return shown or "—"


def _hidden(char: str) -> bool:
    return unicodedata.category(char) in _UNSEEN
