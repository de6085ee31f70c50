"""Read models: the catalogue's own, and any Hugging Face `config.json` on disk."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, NoReturn, cast

from plimsoll.files.package import data_text
from plimsoll.ground.problems import Problem, SpecError
from plimsoll.models.architecture import Architecture

CONFIG_LIMIT_BYTES = 4 * 2**20
"""No published config.json comes near this; the largest carry a few thousand label names."""


class Models(Mapping[str, Architecture]):
    """The catalogue's models by name; a model is worked out when it is first asked for.

    One plan needs one model of many, and start-up is most of the time of a plan.
    """

    def __init__(self, rows: Sequence[Mapping[str, Any]]) -> None:
        self._rows = {row["name"]: row for row in rows}
        self._built: dict[str, Architecture] = {}

    def __getitem__(self, name: str) -> Architecture:
        if name not in self._built:
            self._built[name] = _from_row(self._rows[name])
        return self._built[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._rows)

    def __len__(self) -> int:
        return len(self._rows)

    def aliases(self) -> dict[str, str]:
        """Catalogue name by every name and alias in lower case."""
        return {alias.lower(): name for name, row in self._rows.items() for alias in (name, *row["aliases"])}


def load_models() -> Models:
    """Every model of the catalogue, in the order of its file."""
    text = data_text("models.json")
    return Models(json.loads(text)["models"])


def _from_row(row: Mapping[str, Any]) -> Architecture:
    from plimsoll.models.hugging_face.config import architecture

    facts = dict(row.get("facts", {}))
    assumed = tuple(row.get("assumed", ()))
    labels: dict[str, Any] = {
        "aliases": tuple(row["aliases"]),
        "gated": row.get("gated", False),
        "source": row["source"],
        "as_of": row["as_of"],
    }
    if "config" not in row:
        return Architecture(name=row["name"], assumed=assumed, **facts, **labels)
    found = architecture(row["config"], row["name"])
    tower = facts.pop("vision_params", 0)
    return replace(
        found,
        params=found.params + tower,
        kept_params=found.kept_params + tower,
        assumed=found.assumed + assumed,
        **facts,
        **labels,
    )


def read_config(path: Path) -> Architecture:
    """Read a `config.json` from disk.

    Raises:
        SpecError: The file cannot be read, is not a JSON object, or does not describe a known
            architecture; the problem names the file and the key.
    """
    from plimsoll.models.hugging_face.config import architecture

    try:
        size = path.stat().st_size
        if size > CONFIG_LIMIT_BYTES:
            _fail(
                path,
                f"{size:,} bytes is too large for a config.json",
                "give the model's config.json, not its weights",
            )
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        _fail(
            path,
            f"cannot read the file ({error.strerror or 'I/O error'})",
            "check the path and its permissions",
        )
    except UnicodeDecodeError:
        _fail(path, "the file is not UTF-8 text", "give the model's config.json")
    config = _parse(path, text)
    name = path.parent.name if path.name == "config.json" and path.parent.name else path.stem
    try:
        return architecture(config, name, source=f"file {path.name}")
    except SpecError as error:
        raise SpecError([replace(problem, file=str(path)) for problem in error.problems]) from None


def _parse(path: Path, text: str) -> Mapping[str, Any]:
    try:
        config = json.loads(text, parse_constant=lambda _: None)
    except RecursionError:
        _fail(path, "the JSON is nested too deeply", "give the model's published config.json")
    except json.JSONDecodeError as error:
        raise SpecError(
            Problem(
                what=f"not valid JSON: {error.msg}",
                fix="give the model's published config.json",
                file=str(path),
                line=error.lineno,
                column=error.colno,
            )
        ) from None
    except ValueError:
        _fail(path, "a number has too many digits", "give the model's published config.json")
    if not isinstance(config, dict):
        _fail(path, "the JSON is not an object", "give the model's published config.json")
    return cast("dict[str, Any]", config)


def _fail(path: Path, what: str, fix: str) -> NoReturn:
    raise SpecError(Problem(what=what, fix=fix, file=str(path)))
