"""Plimsoll: from a short GPU workload spec to a sized, priced fleet, and a gate that can say no.

The first road sizes a workload; the second prices and judges a resource graph, whoever wrote it:

    catalog = plimsoll.load_catalog()
    spec = plimsoll.load_spec("workloads/chat-8b.yaml", catalog)
    plan = plimsoll.size(spec.workload, spec.architecture, spec.catalog, plimsoll.load_speed())
    print(plimsoll.write("plan", "table", plimsoll.planned([plan], catalog)))

    graph = plimsoll.read_graph("preview.json")
    verdict = plimsoll.judge(graph, catalog, priced=plimsoll.price(graph, catalog))

A name is imported when it is first used: `import plimsoll` itself imports next to nothing.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from plimsoll.ground.version import __version__

if TYPE_CHECKING:
    from plimsoll.catalog.facts import Catalog as Catalog
    from plimsoll.catalog.tables import load as load_catalog
    from plimsoll.gate.exemptions import Exemption as Exemption
    from plimsoll.gate.inputs.read import read_graph as read_graph
    from plimsoll.gate.judge import judge as judge
    from plimsoll.gate.settings import Settings as Settings
    from plimsoll.gate.verdict import Verdict as Verdict
    from plimsoll.graph.resource import Graph as Graph
    from plimsoll.ground.canonical import canonical as canonical
    from plimsoll.ground.problems import ExitCode as ExitCode
    from plimsoll.ground.problems import MissingFactError as MissingFactError
    from plimsoll.ground.problems import PlimsollError as PlimsollError
    from plimsoll.ground.problems import Problem as Problem
    from plimsoll.ground.problems import SpecError as SpecError
    from plimsoll.plan.plan import Plan as Plan
    from plimsoll.plan.plan import Refusal as Refusal
    from plimsoll.plan.size import size as size
    from plimsoll.pricing.pricer import price as price
    from plimsoll.pricing.result import Priced as Priced
    from plimsoll.show.formats import write as write
    from plimsoll.show.plan.answer import Planned as Planned
    from plimsoll.show.plan.answer import planned as planned
    from plimsoll.spec.read import LoadedSpec as LoadedSpec
    from plimsoll.spec.read import load_workload as load_spec
    from plimsoll.spec.workload import Workload as Workload
    from plimsoll.speed.read import load_speed as load_speed

__all__ = [
    "Catalog",
    "Exemption",
    "ExitCode",
    "Graph",
    "LoadedSpec",
    "MissingFactError",
    "Plan",
    "Planned",
    "PlimsollError",
    "Priced",
    "Problem",
    "Refusal",
    "Settings",
    "SpecError",
    "Verdict",
    "Workload",
    "__version__",
    "canonical",
    "judge",
    "load_catalog",
    "load_spec",
    "load_speed",
    "planned",
    "price",
    "read_graph",
    "size",
    "write",
]

_HOMES = {
    "Catalog": "plimsoll.catalog.facts:Catalog",
    "Plan": "plimsoll.plan.plan:Plan",
    "Refusal": "plimsoll.plan.plan:Refusal",
    "Exemption": "plimsoll.gate.exemptions:Exemption",
    "ExitCode": "plimsoll.ground.problems:ExitCode",
    "Graph": "plimsoll.graph.resource:Graph",
    "LoadedSpec": "plimsoll.spec.read:LoadedSpec",
    "MissingFactError": "plimsoll.ground.problems:MissingFactError",
    "Planned": "plimsoll.show.plan.answer:Planned",
    "PlimsollError": "plimsoll.ground.problems:PlimsollError",
    "Priced": "plimsoll.pricing.result:Priced",
    "Problem": "plimsoll.ground.problems:Problem",
    "Settings": "plimsoll.gate.settings:Settings",
    "SpecError": "plimsoll.ground.problems:SpecError",
    "Verdict": "plimsoll.gate.verdict:Verdict",
    "Workload": "plimsoll.spec.workload:Workload",
    "canonical": "plimsoll.ground.canonical:canonical",
    "judge": "plimsoll.gate.judge:judge",
    "load_catalog": "plimsoll.catalog.tables:load",
    "load_spec": "plimsoll.spec.read:load_workload",
    "load_speed": "plimsoll.speed.read:load_speed",
    "planned": "plimsoll.show.plan.answer:planned",
    "price": "plimsoll.pricing.pricer:price",
    "read_graph": "plimsoll.gate.inputs.read:read_graph",
    "size": "plimsoll.plan.size:size",
    "write": "plimsoll.show.formats:write",
}
"""Where each name lives: strings, so that the front door opens no room that nobody enters."""


def __getattr__(name: str) -> Any:  # noqa: ANN401 - any public name
    """Import a public name on its first use."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module, _, attribute = _HOMES[name].partition(":")
    value = getattr(import_module(module), attribute)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """List the public names."""
    return list(__all__)
