"""`plimsoll new`: a commented spec to start from."""

import os
import sys
from importlib.resources import files
from pathlib import Path

import click

from plimsoll.files.fresh import write_fresh
from plimsoll.ground.problems import Problem, SpecError
from plimsoll.spec.runs.kinds import INFERENCE_KIND, KINDS
from plimsoll.spec.wrong.hints import dns_label

_SCHEMA = Path("schemas") / "spec.json"
_BESIDE = "spec.schema.json"
_PARENTS_SEARCHED = 8
"""Folders upwards in which a project's published schema is looked for."""


@click.command("new")
@click.argument("name")
@click.option(
    "--kind",
    type=click.Choice(KINDS),
    default=INFERENCE_KIND,
    show_default=True,
    help="Kind of work: a service that answers requests, or work that ends.",
)
def command(name: str, kind: str) -> int:
    """Write NAME.yaml, a workload spec with every key explained.

    NAME may begin with a folder below this one. A file that exists is never overwritten.
    """
    path = _path(name)
    _refuse_outside(path)
    write_fresh(path, _text(path, kind))
    print(path)  # noqa: T201 - the answer
    print(f"edit it, then run: plimsoll plan {path}", file=sys.stderr)  # noqa: T201
    return 0


def _path(name: str) -> Path:
    path = Path(name)
    stem = path.name.removesuffix(".yaml").removesuffix(".yml")
    label = dns_label(stem)
    if not label or stem != label:
        why = "a name is a DNS label: a-z, 0-9 and '-' inside, at most 63"
        raise SpecError(Problem(f"{stem!r} cannot be a name", why, f"try {label!r}" if label else "", "NAME"))
    suffix = path.suffix if path.suffix in (".yaml", ".yml") else ".yaml"
    return path.with_name(f"{label}{suffix}")


def _refuse_outside(path: Path) -> None:
    """A spec belongs to the project at hand; links are followed before they are judged."""
    here, there = Path.cwd().resolve(), path.parent.resolve()
    if not there.is_relative_to(here):
        why = f"it is written below the current folder {here}"
        raise SpecError(Problem(f"{path} lies outside", why, f"write {path.name}, or change folder", "NAME"))


def _text(path: Path, kind: str) -> str:
    file = "workload" if kind == INFERENCE_KIND else kind
    template = files("plimsoll").joinpath(f"show/templates/{file}.yaml").read_text(encoding="utf-8")
    name = path.name.rpartition(".")[0]
    for mark, value in (("@SCHEMA@", _schema(path)), ("@FILE@", path.name), ("@NAME@", name)):
        template = template.replace(mark, value)
    return template


def _schema(path: Path) -> str:
    """The published schema as the new file sees it; to be put beside the file if the project has none."""
    folder = path.absolute().parent
    for parent in (folder, *list(folder.parents)[:_PARENTS_SEARCHED]):
        if (parent / _SCHEMA).is_file():
            return Path(os.path.relpath(parent / _SCHEMA, folder)).as_posix()
    return f"{_BESIDE}\n# (for your editor; 'plimsoll schema spec > {_BESIDE}' writes that file)"
