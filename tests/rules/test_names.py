"""Names: one class a name, nothing vague, and a sentence at the door of every room."""

import ast
import re
import tomllib
from collections import defaultdict
from pathlib import Path

from tests.rules.owed import CLASS_NAMES, DOCSTRINGS
from tests.rules.source import BESIDE, PRODUCT, ROOT, each, name_of, sources, tree

VAGUE = re.compile(r"^_?(utils?|helpers?|misc|common|tools|stuff|edge)$")


def public_classes() -> dict[str, list[str]]:
    """The files that define a public class of that name."""
    found: dict[str, list[str]] = defaultdict(list)
    for path in sources("plimsoll"):
        for node in tree(path).body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                found[node.name].append(name_of(path))
    return found


CLASSES = public_classes()


@each(CLASS_NAMES, sorted(CLASSES), str)
def test_a_class_is_the_only_one_of_its_name(thing: str) -> None:
    assert len(CLASSES[thing]) == 1, CLASSES[thing]


def test_nothing_has_a_vague_name() -> None:
    files = sources(*PRODUCT, *BESIDE, "tests")
    parts = {part for path in files for part in (*path.relative_to(ROOT).parts[:-1], path.stem)}
    assert [part for part in sorted(parts) if VAGUE.match(part)] == []


@each(DOCSTRINGS, [path for path in sources(*PRODUCT) if path.name == "__init__.py"], name_of)
def test_a_package_says_in_a_sentence_what_it_is(thing: Path) -> None:
    said = ast.get_docstring(tree(thing)) or ""
    first = said.partition("\n\n")[0]
    assert len(first.split()) >= 4, "a subject and a verb"
    assert first.endswith(".")


def rooms() -> set[str]:
    """The packages straight below `plimsoll`."""
    return {path.parent.name for path in (ROOT / "plimsoll").glob("*/__init__.py")}


def test_the_layers_contract_names_every_room() -> None:
    config = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]
    (layers,) = (each["layers"] for each in config["contracts"] if each.get("containers") == ["plimsoll"])
    floors = [room.strip() for layer in layers for room in layer.split("|")]
    assert len(floors) == len(set(floors))
    built = {room for room in floors if not room.startswith("(")}
    assert built <= rooms(), "a room that is not there"
    assert rooms() <= {room.strip("()") for room in floors}, "a room without a floor"


def test_the_contracts_name_modules_that_exist() -> None:
    """A contract about a module that was renamed would hold for ever and mean nothing."""
    config = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]
    listed = {
        name
        for contract in config["contracts"]
        for key in ("source_modules", "forbidden_modules", "modules")
        for name in contract.get(key, ())
        if name.startswith(("plimsoll", "components", "policies"))
    }
    for arrow in (line for contract in config["contracts"] for line in contract.get("ignore_imports", ())):
        listed |= {end for end in arrow.split(" -> ") if end.startswith("plimsoll")}
    plain = {name.partition(".*")[0] for name in listed}
    assert plain
    assert [name for name in sorted(plain) if not _is_module(ROOT / name.replace(".", "/"))] == []


def _is_module(place: Path) -> bool:
    return place.is_dir() or place.with_suffix(".py").is_file()
