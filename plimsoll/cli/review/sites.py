"""Where a violation is shown: the line of the spec that binds, else the manifest, else the program.

Specs are those of the folder `workloads` and of the working directory. Paths are given from the root of the
repository, where a forge looks for them.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path

from plimsoll.cli.review.repository import from_root
from plimsoll.files.looking import above, bytes_of, matching
from plimsoll.gate.verdict import Verdict, Violation
from plimsoll.graph.resource import Graph
from plimsoll.ground.problems import PlimsollError
from plimsoll.show.check.sited import Site, Sited
from plimsoll.text.source import Source, parse

PROGRAM = "Pulumi.yaml"

_LOAD = ("load.qps.peak", "load.qps", "load.users", "load.concurrency", "load")
_BINDS = {
    "over_budget": ("budget.usd_per_month", "budget", *_LOAD),
    "drift": _LOAD,
    "unlimited": ("scale.max_replicas", "scale", *_LOAD),
    "not_allowed": ("pin.instance_type", "capacity.allow", "capacity.spot", "capacity", "regions", "region"),
    "missing_tag": ("owner",),
    "expired": ("expires",),
    "no_image": ("engine.image", "measured.image", "engine", "measured"),
    "gated_model": ("model",),
}
"""For each code the keys of a spec that could mend it; the first that a spec has is the one that binds."""


def sited(verdict: Verdict, graph: Graph, inputs: Sequence[str]) -> Sited:
    """Find for every violation the line that a person would change."""
    specs = dict(_specs()) if verdict.violations else {}
    files = {resource.urn: resource.file for resource in graph.resources if resource.file}
    heaviest = _heaviest(verdict, specs)
    last = _program() or _first_file(inputs)
    sites: list[Site] = []
    for violation in verdict.violations:
        spec = _spec_of(violation.urn, specs) if violation.urn else heaviest
        file = files.get(violation.urn or "")
        sites.append(_binding(violation, spec) if spec else Site(from_root(file), 1) if file else last)
    return Sited(verdict, tuple(sites))


def _heaviest(verdict: Verdict, specs: dict[str, Source]) -> Source | None:
    """Find the spec of the resource that costs most: the stack as a whole is told there."""
    lines = sorted(
        (line for line in verdict.lines if line.of == "ceiling"), key=lambda each: -each.usd_per_month
    )
    return next((spec for line in lines if (spec := _spec_of(line.urn or "", specs))), None)


def _specs() -> Iterator[tuple[str, Source]]:
    """Read every spec that can be read; what cannot is told by `plan`, not here."""
    here = Path.cwd()
    for pattern in ("workloads/*.yaml", "workloads/*.yml", "*.yaml", "*.yml"):
        for path in matching(here, pattern):
            try:
                source = parse(bytes_of(path), str(path))
            except (PlimsollError, OSError):
                continue
            name = source.value.get("name")
            if "load" in source.value:
                yield (name if isinstance(name, str) else path.name.partition(".")[0]), source


def _spec_of(urn: str, specs: dict[str, Source]) -> Source | None:
    """Find the spec of the workload that a resource is named after; the longest name that fits."""
    resource = urn.rpartition("::")[2].rpartition("/")[2]
    names = [name for name in specs if resource == name or resource.startswith(f"{name}-")]
    return specs[max(names, key=len)] if names else None


def _binding(violation: Violation, spec: Source) -> Site:
    for path in _BINDS.get(violation.code, ()):
        keys = tuple(path.split("."))
        if keys in spec.values or keys in spec.keys:
            return Site(from_root(spec.file), spec.place(keys, of_key=True).line)
    return Site(from_root(spec.file), 1)


def _program() -> Site | None:
    """Find the program around the working directory: its first file, or else its project file."""
    project = above(Path.cwd(), PROGRAM)
    if project is None:
        return None
    try:
        main = parse(bytes_of(project), str(project)).value.get("main")
    except (PlimsollError, OSError):
        main = None
    start = project.parent / (main if isinstance(main, str) else "") / "__main__.py"
    return Site(from_root(str(start if start.is_file() else project)), 1)


def _first_file(inputs: Sequence[str]) -> Site:
    return Site(next((from_root(name) for name in inputs if name != "-"), PROGRAM), 1)
