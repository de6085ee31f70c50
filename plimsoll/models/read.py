"""Read models: the catalogue's own, and any Hugging Face `config.json` on disk."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path, PurePath
from typing import Any, NoReturn, cast

from plimsoll.files.bounded import read_up_to, size_bytes
from plimsoll.files.looking import there
from plimsoll.files.package import data_text
from plimsoll.ground.problems import Problem, SpecError
from plimsoll.models.architecture import Architecture

CONFIG = "config.json"
"""What publishers call the file."""

CONFIG_LIMIT_BYTES = 4 * 2**20
"""No published config.json comes near this; the largest carry a few thousand label names."""


class ModelRows(Mapping[str, Architecture]):
    """The catalogue's models stand here by name; each is worked out when it is first asked for.

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
        """Map every name and alias, in lower case, to the catalogue's name."""
        return {alias.lower(): name for name, row in self._rows.items() for alias in (name, *row["aliases"])}


def load_models() -> ModelRows:
    """Load every model of the catalogue, in the order of its file."""
    text = data_text("models.json")
    return ModelRows(json.loads(text)["models"])


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
        aside_params=found.aside_params + tower,
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
    name = path.parent.name if path.name == "config.json" and path.parent.name else path.stem
    return config_from(_bytes(path), name, file=str(path))


def config_from(raw: bytes, name: str, *, file: str) -> Architecture:
    """Read the bytes of a `config.json`; `file` is what problems call it.

    Raises:
        SpecError: They are not a JSON object, or do not describe a known architecture.
    """
    return _described(_parse(raw, file), name, file)


def config_data(raw: bytes, *, file: str) -> Mapping[str, Any]:
    """Read the bytes of a `config.json` as data; `file` is what problems call it.

    Raises:
        SpecError: They are not a JSON object.
    """
    return _parse(raw, file)


MODELOPT = "hf_quant_config.json"
"""Where ModelOpt says how it quantised a checkpoint, in releases that did not write it into the config."""


def _beside(config: Mapping[str, Any], path: Path) -> Mapping[str, Any]:
    """Put in what ModelOpt's own file beside a `config.json` says, as engines do where that says nothing."""
    own = path.with_name(MODELOPT)
    if "quantization_config" in config or "compression_config" in config or not there(own):
        return config
    return {**config, "quantization_config": _parse(_bytes(own), str(own))}


def referred_config(path: Path, reference: str) -> tuple[Architecture, Mapping[str, Any]]:
    """Read the `config.json` that a spec refers to, and what it says: `described` reads that again.

    Raises:
        SpecError: as `read_config`.
    """
    config = _beside(_parse(_bytes(path), str(path)), path)
    return replace(_described(config, _called(reference), str(path)), source=_told_by(reference)), config


def described(config: Mapping[str, Any], reference: str) -> Architecture:
    """Read what a `config.json` says where a spec holds it; `reference` is what the spec calls the model.

    Raises:
        SpecError: It does not describe a known architecture.
    """
    return replace(_described(config, _called(reference), ""), source=_told_by(reference))


def _described(config: Mapping[str, Any], name: str, file: str) -> Architecture:
    from plimsoll.models.hugging_face.config import architecture

    try:
        return architecture(config, name, source=f"file {Path(file).name}")
    except SpecError as error:
        raise SpecError([replace(problem, file=file) for problem in error.problems]) from None


def _called(reference: str) -> str:
    """Name a model by the path that a spec gives, wherever that path begins: by its folder, or its file."""
    parts = [part for part in PurePath(reference).parts if part.strip("./\\~")]
    named = [part for part in parts if part != CONFIG]
    return named[-1].removesuffix(".json") if named else "config"


def _told_by(reference: str) -> str:
    name = PurePath(reference).name
    return f"file {name if name.endswith('.json') else CONFIG}"


def _bytes(path: Path) -> bytes:
    try:
        size = size_bytes(path)
        if size > CONFIG_LIMIT_BYTES:
            what = f"{size:,} bytes is too large for a config.json"
            _fail(str(path), what, "give the model's config.json, not its weights")
        return read_up_to(path, CONFIG_LIMIT_BYTES)
    except OSError as error:
        what = f"cannot read the file ({error.strerror or 'I/O error'})"
        _fail(str(path), what, "check the path and its permissions")


def _parse(raw: bytes, file: str) -> Mapping[str, Any]:
    try:
        config = json.loads(raw.decode("utf-8-sig"), parse_constant=lambda _: None)
    except UnicodeDecodeError:
        what = "this is a GGUF checkpoint" if raw.startswith(b"GGUF") else "the file is not UTF-8 text"
        _fail(file, what, "give the model's config.json")
    except RecursionError:
        _fail(file, "the JSON is nested too deeply", "give the model's published config.json")
    except json.JSONDecodeError as error:
        what, fix = f"not valid JSON: {error.msg}", "give the model's published config.json"
        raise SpecError(Problem(what, "", fix, "", file, error.lineno, error.colno)) from None
    except ValueError:
        _fail(file, "a number has too many digits", "give the model's published config.json")
    if not isinstance(config, dict):
        from plimsoll.models.other_json import what_list_it_is

        listed = what_list_it_is(cast("list[Any]", config)) if isinstance(config, list) else None
        _fail(file, *(listed or ("the JSON is not an object", "give the model's published config.json")))
    return cast("dict[str, Any]", config)


def _fail(file: str, what: str, fix: str) -> NoReturn:
    raise SpecError(Problem(what=what, fix=fix, file=file))
