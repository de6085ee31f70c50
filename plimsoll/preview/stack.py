"""A Pulumi project and one of its stacks, read from their files as the engine reads them."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import cast

from plimsoll.files.looking import above, as_seen, bytes_of, matching
from plimsoll.graph.values import HIDDEN
from plimsoll.ground.paths import KeyPath
from plimsoll.ground.problems import PlimsollError, Problem, SpecError, nearest
from plimsoll.ground.tree import mapping_at
from plimsoll.preview.program import Program
from plimsoll.text.file_kind import FileKind
from plimsoll.text.places import Source
from plimsoll.text.source import parse

PROJECT_FILE = "Pulumi.yaml"
DEFAULT_STACK = "dev"


@dataclass(frozen=True, slots=True)
class StackFiles:
    """One stack: the program to run, and where each configuration key stands."""

    program: Program
    source: Source | None
    paths: Mapping[str, KeyPath]

    def blame(self, error: PlimsollError) -> PlimsollError:
        """Give problems of a configuration key the file and line of that key."""
        error.problems = tuple(self._placed(problem) for problem in error.problems)
        error.args = ("\n".join(str(problem) for problem in error.problems),)
        return error

    def _placed(self, problem: Problem) -> Problem:
        key, _, rest = problem.where.partition(".")
        path = self.paths.get(key)
        if problem.file or self.source is None or (path is None and key not in self.program.keys):
            return problem
        whole = (*(path or ("config",)), *(rest.split(".") if rest else ()))
        place = self.source.place(whole, of_key=problem.what.startswith("unknown key"))
        return replace(problem, file=self.source.file, line=place.line, column=place.column)


def find_project(start: Path) -> Path:
    """Find the project file in `start` or above it.

    Raises:
        SpecError: There is none.
    """
    project = above(start, PROJECT_FILE)
    if project is not None:
        return project
    raise SpecError(
        Problem(
            what=f"no {PROJECT_FILE} in {start} or above",
            why="a preview runs a Pulumi project's own program",
            fix="run it inside the project, or start one with 'pulumi new'",
        )
    )


def read_stack(project_file: Path, name: str | None, overrides: Mapping[str, str]) -> StackFiles:
    """Read the project and a stack of it (default: dev, else the first by name).

    `overrides` replace configuration values; they are text, lists and mappings as JSON.

    Raises:
        SpecError: A file is missing or is not what the engine would accept.
    """
    project = _read(project_file)
    values = project.value
    root = project_file.parent
    title = str(values.get("name", "plimsoll"))
    stack, source = _stack(root / str(values.get("stackConfigDir", ".")), name)
    config, paths, secrets = _configuration(title, project, source)
    for key, value in overrides.items():
        config[f"{title}:{key}"] = value
    program = Program(
        root=root,
        main=root / str(values.get("main", ".")) / "__main__.py",
        project=title,
        stack=stack,
        config=config,
        secret_keys=secrets,
        keys=tuple(mapping_at(values, "config")),
    )
    if project.problems or (source and source.problems):
        raise SpecError([*project.problems, *(source.problems if source else ())])
    return StackFiles(program, source, paths)


KIND = FileKind("a Pulumi configuration file", "one configuration", "it says nothing", "")


def _read(path: Path) -> Source:
    """Read one of Pulumi's files; an empty one sets nothing."""
    text = bytes_of(path)
    return parse(text if text.strip() else b"config: {}", as_seen(path), KIND)


def _stack(folder: Path, wanted: str | None) -> tuple[str, Source | None]:
    known = {
        path.name.removeprefix("Pulumi.").removesuffix(".yaml"): path
        for path in matching(folder, "Pulumi.*.yaml")
    }
    name = wanted or (DEFAULT_STACK if DEFAULT_STACK in known or not known else next(iter(known)))
    if name in known:
        return name, _read(known[name])
    if wanted is None:
        return name, None
    raise SpecError(
        Problem(
            what=f"no stack {name!r}",
            why=f"there is no {as_seen(folder)}/Pulumi.{name}.yaml",
            fix=nearest(name, list(known)) or f"stacks: {', '.join(known) or 'none'}",
        )
    )


def _configuration(
    project: str, declared: Source, stack: Source | None
) -> tuple[dict[str, str], dict[str, KeyPath], list[str]]:
    """The full configuration as text, where each of the project's own keys stands, and the secret ones."""
    config: dict[str, str] = {}
    paths: dict[str, KeyPath] = {}
    secrets: list[str] = []
    for key, entry in mapping_at(declared.value, "config").items():
        schema = mapping_at(entry)
        default = schema.get("value", schema.get("default")) if schema else entry
        if default is not None:
            config[f"{project}:{key}"] = _text(default)
        if schema.get("secret") is True:
            secrets.append(f"{project}:{key}")
    for written, value in mapping_at(stack.value if stack else None, "config").items():
        namespace, _, key = written.rpartition(":")
        full = f"{namespace or project}:{key}"
        sealed = isinstance(value, dict) and "secure" in value
        # A preview has no key, and prints none.
        config[full] = HIDDEN if sealed else _text(cast("object", value))
        if sealed:
            secrets.append(full)
        if (namespace or project) == project:
            paths[key] = ("config", written)
    return config, paths, secrets


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) else json.dumps(value)
