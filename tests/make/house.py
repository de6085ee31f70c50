"""Draws the house from its contracts: `python -m tests.make.house` rewrites the diagram in CONTRIBUTING.md.

The floors come from the `layers` contract in pyproject.toml, the arrows from the imports of the code, and
the words from the first sentence of each room's docstring; nothing is drawn by hand.
"""

import ast
import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path

import grimp

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "CONTRIBUTING.md"
BEGIN, END = "<!-- house: made by `make house` -->", "<!-- /house -->"
STORY = "the story runs one way"


def floors() -> list[list[str]]:
    """The rooms that exist, floor by floor from the top, as the layers contract names them."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]
    layers = next(each for each in contracts["contracts"] if each["name"] == STORY)["layers"]
    named = [[room.strip(" ()") for room in layer.split("|")] for layer in layers]
    return [kept for floor in named if (kept := [room for room in floor if _is_room(room)])]


def _is_room(name: str) -> bool:
    return (ROOT / "plimsoll" / name / "__init__.py").is_file()


def sentence(room: str) -> str:
    """The first sentence of a room's docstring."""
    text = (ROOT / "plimsoll" / room / "__init__.py").read_text(encoding="utf-8")
    return " ".join((ast.get_docstring(ast.parse(text)) or "").split("\n\n")[0].split())


def arrows(rooms: list[str]) -> dict[str, set[str]]:
    """Which room imports which, without those that follow from others."""
    graph = grimp.build_graph("plimsoll", include_external_packages=False, cache_dir=None)
    direct = {room: _imported(graph, room, rooms) for room in rooms}
    return {room: below - _reached(below, direct) for room, below in direct.items()}


def _imported(graph: grimp.ImportGraph, room: str, rooms: list[str]) -> set[str]:
    package = f"plimsoll.{room}"
    modules = {package, *graph.find_descendants(package)}
    targets = {target for module in modules for target in graph.find_modules_directly_imported_by(module)}
    return {target.split(".")[1] for target in targets - modules if "." in target} & set(rooms) - {room}


def _reached(starts: set[str], direct: Mapping[str, set[str]]) -> set[str]:
    """The rooms that can be reached from these in one step or more."""
    reached: set[str] = set()
    waiting = [below for start in starts for below in direct[start]]
    while waiting:
        room = waiting.pop()
        if room not in reached:
            reached.add(room)
            waiting += direct[room]
    return reached


def diagram() -> str:
    """The house as Markdown: a Mermaid drawing, then one line for each room."""
    return "\n".join([*_drawing(), "", *_rooms()]) + "\n"


def _drawing() -> Iterator[str]:
    rooms = [room for floor in floors() for room in floor]
    yield "```mermaid"
    yield "flowchart TD"
    for room, below in arrows(rooms).items():
        for other in sorted(below, key=rooms.index):
            yield f"    {room} --> {other}"
    yield "```"


def _rooms() -> Iterator[str]:
    yield "| room | what it does |"
    yield "|---|---|"
    for floor in floors():
        for room in floor:
            yield f"| `{room}/` | {sentence(room)} |"


def page(text: str) -> str:
    """The contributor page with the diagram of today."""
    made = f"{BEGIN}\n{diagram()}{END}"
    return re.sub(re.escape(BEGIN) + ".*?" + re.escape(END), lambda _: made, text, flags=re.DOTALL)


if __name__ == "__main__":
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
