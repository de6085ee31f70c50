"""One preview: the stack read, its program run, its graph priced and judged."""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from plimsoll.catalog.facts import Catalog
from plimsoll.gate.verdict import Verdict
from plimsoll.graph.resource import Graph
from plimsoll.ground.problems import PlimsollError
from plimsoll.preview.program import Program, run_program
from plimsoll.preview.stack import find_project, read_stack
from plimsoll.pricing import CannotPrice, Priced
from plimsoll.show.preview.diagram import StackView, stack_view
from plimsoll.show.preview.document import preview_json
from plimsoll.show.preview.tree import money, tree_text


@dataclass(frozen=True, slots=True)
class Preview:
    """What a stack would create, what it would cost, and what the policies say."""

    graph: Graph
    priced: Priced
    verdict: Verdict
    catalog: Catalog

    @property
    def priced_on(self) -> str:
        """The date of the prices."""
        return self.catalog.priced_on

    exit_code: int = 0
    """A preview answers; it is `plimsoll check` that refuses."""

    def json(self) -> str:
        """The document of `--format json`."""
        return preview_json(self.graph, self.priced, self.priced_on)

    def view(self) -> StackView:
        """What a diagram of the stack shows."""
        return stack_view(self.graph, self.priced, self.priced_on, self.catalog)

    def tree(self) -> str:
        """The text of `--format tree`."""
        graph = self.graph
        where = f" in {graph.region}" if graph.region else ""
        head = f"Stack {graph.stack} of {graph.project}{where}: {len(graph.resources)} resources, "
        parts = [f"{head}prices of {self.priced_on}\n\n", tree_text(graph, self.priced), "\n"]
        parts.append(
            f"Total: floor {money(self.priced.floor)}, ceiling {money(self.priced.ceiling)} a month\n"
        )
        parts += [f"Not priced: {text}\n" for text in _counted(self.priced.cannot_price)]
        parts += [f"Note: {note}\n" for note in self.priced.notes]
        return "".join(parts) + self._judgement()

    def _judgement(self) -> str:
        found = self.verdict.violations
        if not found:
            return "Policies: pass\n"
        blocking = sum(item.blocks for item in found)
        shown = Counter((item.policy, item.level, _first_line(item.message)) for item in found)
        lines = [
            f"  {policy} ({level}): {text}{_times(count)}\n" for (policy, level, text), count in shown.items()
        ]
        return f"Policies: {len(found)} findings, {blocking} blocking\n" + "".join(lines)


def _counted(problems: Sequence[CannotPrice]) -> list[str]:
    """Each message once, with how many resources it speaks of."""
    return [f"{text}{_times(count)}" for text, count in Counter(item.message for item in problems).items()]


def _first_line(message: str) -> str:
    return message.partition("\n")[0]


def _times(count: int) -> str:
    return f" (×{count})" if count > 1 else ""


def run_preview(stack: str | None, specs: Sequence[Path]) -> Preview:
    """Preview a stack of the project around the working directory; `specs` replace its workloads.

    Raises:
        PlimsollError: The stack, a spec or the program refuses; problems name file and line.
    """
    project = find_project(Path.cwd())
    files = read_stack(project, stack, {})
    if specs:
        files = read_stack(project, stack, _instead(files.program, specs))
    try:
        graph = run_program(files.program)
    except PlimsollError as error:
        raise files.blame(error) from None
    catalog = _catalog(files.program.config.get(f"{files.program.project}:pricesOn") or None)
    from plimsoll.gate.judge import judge
    from plimsoll.pricing import price

    priced = price(graph, catalog, graph.region)
    verdict = judge(graph, catalog, priced=priced)
    return Preview(graph, priced, verdict, catalog)


def _instead(program: Program, specs: Sequence[Path]) -> dict[str, str]:
    """Configuration that previews `specs` alone, in a region that all of them allow."""
    from plimsoll.spec.read import read_workload

    found = [read_workload(path) for path in specs]
    stack_region = program.config.get(f"{program.project}:region", "")
    named = [item.region_names for item in found if item.region or item.regions]
    shared = [region for region in (named[0] if named else ()) if all(region in one for one in named)]
    overrides = {"workloads": json.dumps([str(path.resolve()) for path in specs])}
    if shared and stack_region not in shared:
        overrides["region"] = shared[0]
    return overrides


def _catalog(on: str | None) -> Catalog:
    from plimsoll.catalog.tables import load

    return load(on)
