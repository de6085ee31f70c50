"""Read YAML of several documents as others write it, and write YAML as we hand it out.

Other people's manifests may use anchors, merge keys and YAML 1.1 words, which a spec may not
(`plimsoll.text.source`); a key given twice is refused here too.
"""

from collections.abc import Mapping
from typing import Any, cast

import yaml

from plimsoll.ground.problems import Problem
from plimsoll.text.strict_json import is_held

MAX_NODES = 2_000_000
"""Values that one file may unfold to, anchors followed: no real manifest has so many."""

_LINE_WIDTH = 100


class StrictLoader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """Refuses a key given twice, as the API server's strict decoding does; a date stays text."""

    def construct_mapping(self, node: Any, deep: bool = False) -> Any:  # noqa: ANN401 - PyYAML's signature
        """Build a mapping, after a look at its keys."""
        seen: set[Any] = set()
        for key_node, _ in node.value:
            if key_node.tag == "tag:yaml.org,2002:merge":
                continue
            key = self.construct_object(key_node, deep=True)  # pyright: ignore
            if not isinstance(key, str | int | float | bool | None):
                raise yaml.constructor.ConstructorError(
                    None, None, "a key is not a word", key_node.start_mark
                )
            if key in seen:
                text = f"key {ascii(key)[:60]} is given twice"
                raise yaml.constructor.ConstructorError(None, None, text, key_node.start_mark)
            seen.add(key)
        return super().construct_mapping(node, deep)  # pyright: ignore


def _finite(loader: Any, node: Any) -> float:  # noqa: ANN401 - PyYAML's signature
    """Read a number; one that is too large to hold is not infinite, and one next to nothing is not zero."""
    number = float(yaml.constructor.SafeConstructor.construct_yaml_float(loader, node))
    if not is_held(str(node.value), number):
        text = f"{str(node.value)[:40]} is not a number that can be held"
        raise yaml.constructor.ConstructorError(None, None, text, node.start_mark)
    return number


def _as_text(loader: Any, node: Any) -> Any:  # noqa: ANN401 - PyYAML's signature
    return loader.construct_scalar(node)


StrictLoader.add_constructor("tag:yaml.org,2002:timestamp", _as_text)  # pyright: ignore
StrictLoader.add_constructor("tag:yaml.org,2002:float", _finite)  # pyright: ignore


def documents_of(text: str, file: str, problems: list[Problem]) -> list[Any]:
    """Read the documents of a YAML (or JSON) file; what cannot be read is a problem with its place."""
    try:
        documents = [d for d in yaml.load_all(text, Loader=StrictLoader) if d is not None]
        if sum(map(values_in, documents)) >= MAX_NODES:
            problems.append(Problem("unfolds to too many values", "", "write anchors out", file=file))
            return []
    except yaml.MarkedYAMLError as error:
        problems.append(_syntax(error, text, file))
        return []
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        problems.append(Problem("not YAML", str(error).splitlines()[0][:200], "check the file", file=file))
        return []
    return documents


def yaml_text(value: Mapping[str, Any]) -> str:
    """Write a mapping as one YAML document, its keys in their order."""
    return yaml.safe_dump(
        dict(value), sort_keys=False, allow_unicode=True, default_flow_style=False, width=_LINE_WIDTH
    )


def values_in(document: Any) -> int:  # noqa: ANN401 - foreign data
    """Count values without recursion, up to the bound; aliases count each time they are met."""
    stack, count = [document], 0
    while stack and count < MAX_NODES:
        item = stack.pop()
        count += 1
        if isinstance(item, Mapping):
            stack.extend(cast("Mapping[Any, Any]", item).values())
        elif isinstance(item, list):
            stack.extend(cast("list[Any]", item))
    return count


def _syntax(error: yaml.MarkedYAMLError, text: str, file: str) -> Problem:
    mark = error.problem_mark or error.context_mark
    line, column = (mark.line + 1, mark.column + 1) if mark else (0, 0)
    if "{{" in text:
        fix = "render the template first: helm template … | plimsoll check -"
        return Problem("a template, not a manifest", "it holds {{ … }}", fix, "", file, line, column)
    return Problem("not YAML", error.problem or "", "check this line", "", file, line, column)
