"""The rules of the house, executed: what the core may import and touch, and how long things may grow."""

import ast
import importlib
import pkgutil
import re
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import plimsoll
from plimsoll.catalog.tables import load
from plimsoll.plan.size import size
from plimsoll.plan.write import written
from plimsoll.spec.workload import Workload
from plimsoll.speed.read import load_speed

ROOT = Path(__file__).parents[2]
PRODUCT = ("plimsoll", "components", "policies", "stacks", "bench", "speed_fit", "testbed")
BESIDE_THE_SIZER = {"catalog", "errors", "graph", "pricing", "units"}
"""All that the road to the price of a graph may know of the core: facts, and its own modules."""
JUDGES = BESIDE_THE_SIZER | {"edge", "policy", "verdict"}
"""What the policies may know besides: how a graph is read and a verdict told."""

WORLDLY = {
    "asyncio", "ctypes", "http", "io", "logging", "multiprocessing", "os", "pathlib", "secrets", "shutil",
    "socket", "sqlite3", "ssl", "subprocess", "sys", "tempfile", "threading", "time", "urllib", "uuid",
}  # fmt: skip
"""Modules of the standard library by which code reaches files, the network, other processes or the clock."""

LONGEST_FILE, LONGEST_FUNCTION = 300, 40
LONG_FILES = {
    "plimsoll/plan/plan.py": 380,
    "plimsoll/sizing/replica.py": 340,
    "plimsoll/spec/workload.py": 330,
    "plimsoll/spec/contradictions.py": 330,
    "plimsoll/manifests/kinds.py": 320,
    "testbed/build.py": 320,
}
"""One noun each that is long because it has many fields or many rules; a cap keeps them from growing on."""

LONG_FUNCTIONS = {
    "speed_fit": 60,
    "components/cluster/addons.py": 60,
    "components/nodes/cluster_autoscaler.py": 60,
    "components/nodes/karpenter_policies.py": 65,
    "plimsoll/money/cost.py": 50,
    "plimsoll/plan/container.py": 45,
    "plimsoll/sizing/fleet.py": 55,
    "plimsoll/models/hugging_face/config.py": 45,
    "plimsoll/sizing/memory.py": 50,
    "plimsoll/models/from_size.py": 50,
    "plimsoll/sizing/work/whole_requests.py": 50,
    "plimsoll/sizing/work/measured.py": 50,
    "plimsoll/speed/step.py": 70,
}
"""Long literals (a policy document, a bill, a dataclass filled once) that would not read better in pieces."""


def sources(*folders: str) -> list[Path]:
    return [path for folder in folders for path in sorted((ROOT / folder).rglob("*.py"))]


def core() -> list[Path]:
    """All of `plimsoll` but its edge, and the door to the command line."""
    outside = ("edge", "__main__.py")
    return [
        path for path in sources("plimsoll") if path.relative_to(ROOT / "plimsoll").parts[0] not in outside
    ]


def imports(path: Path) -> Iterator[str]:
    """Every module that a file imports, inside functions too; type-checking imports included."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def named(paths: list[Path]) -> list[Any]:
    return [pytest.param(path, id=str(path.relative_to(ROOT))) for path in paths]


@pytest.mark.parametrize("path", named(core()))
def test_the_core_imports_the_standard_library_and_pydantic(path: Path) -> None:
    roots = {name.partition(".")[0] for name in imports(path)}
    assert roots <= {*sys.stdlib_module_names, "pydantic", "pydantic_core", "plimsoll"}
    assert not roots & WORLDLY
    assert not any(name.startswith("plimsoll.edge") for name in imports(path))


@pytest.mark.parametrize("path", named(core()))
def test_the_core_never_opens_prints_or_reads_the_clock(path: Path) -> None:
    banned = {"open", "print", "input", "exec", "eval", "breakpoint"}
    if path.name == "record.py":
        banned -= {"exec"}  # it compiles constructors from field names, as dataclasses does
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            called = ast.unparse(node.func)
            assert called not in banned, node.lineno
            assert called.rpartition(".")[2] not in {"now", "utcnow", "today"}, node.lineno


def core_imports(path: Path) -> set[str]:
    """The modules of the core that a file imports, by the name below `plimsoll`."""
    return {name.split(".")[1] for name in imports(path) if name.startswith("plimsoll.")}


@pytest.mark.parametrize("path", named(sources("policies", "plimsoll/policy")))
def test_policies_see_neither_the_components_nor_the_sizer(path: Path) -> None:
    roots = {name.partition(".")[0] for name in imports(path)}
    assert not roots & {"components", "stacks", "pulumi_aws", "pulumi_kubernetes"}
    assert core_imports(path) <= JUDGES


@pytest.mark.parametrize("path", named(sources("plimsoll/pricing")))
def test_pricing_shares_only_the_catalogue_with_the_sizer(path: Path) -> None:
    assert core_imports(path) <= BESIDE_THE_SIZER


def test_the_contracts_of_the_linter_name_modules_that_exist() -> None:
    """A contract about a module that was renamed would hold for ever and mean nothing."""
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    contracts = text[text.index("[tool.importlinter]") : text.index("[tool.pytest")]
    known = {f"plimsoll.{module.name}" for module in pkgutil.iter_modules(plimsoll.__path__)}
    unknown = {name for name in re.findall(r'"(plimsoll\.\w+)"', contracts) if name not in known}
    assert unknown == set()


ARITHMETIC = {"Add", "Sub", "Mul", "Div", "FloorDiv", "Mod", "Pow", "Neg"}


@pytest.mark.parametrize(
    "path", sorted((ROOT / "plimsoll/templates").glob("*.j2")), ids=lambda path: path.name
)
def test_templates_compute_nothing(path: Path) -> None:
    import jinja2
    from jinja2 import nodes

    tree = jinja2.Environment(autoescape=False).parse(path.read_text(encoding="utf-8"))
    found = [type(node).__name__ for node in tree.find_all((nodes.BinExpr, nodes.UnaryExpr))]
    assert not ARITHMETIC & set(found)
    filters = {node.name for node in tree.find_all(nodes.Filter)}
    assert not filters & {"sum", "round", "abs", "int", "float", "max", "min"}


SPECS: list[dict[str, Any]] = [
    {"model": "meta-llama/Llama-3.1-8B-Instruct", "load": {"qps": 5}, "capacity": {"spot": "allow"}},
    {"model": "Qwen/Qwen3-30B-A3B", "load": {"qps": 5}, "sla": {"tpot_p95_ms": 2}},
    {"model": "BAAI/bge-m3", "load": {"qps": 50}, "budget": {"usd_per_month": 100}},
    {
        "measured": {
            "accelerator": "none",
            "qps_per_replica": 100,
            "cpu": 2,
            "memory_gib": 4,
            "source": "load test",
        },
        "load": {"qps": 1000},
    },
]

_events: list[str] = []
_watching = False


def _watch(event: str, _: tuple[object, ...]) -> None:
    if _watching and event.startswith(
        ("open", "socket", "subprocess", "os.", "shutil", "tempfile", "import")
    ):
        _events.append(event)


@pytest.mark.parametrize("spec", SPECS, ids=["plan", "refusal", "over-budget", "measured"])
def test_sizing_touches_no_file_no_socket_and_no_clock(
    spec: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Python itself reports what is opened. What the core imports late is imported before."""
    global _watching
    catalog, speed = load(), load_speed()
    for module in pkgutil.walk_packages(plimsoll.__path__, "plimsoll."):
        if not module.name.startswith(("plimsoll.edge", "plimsoll.gate")):
            importlib.import_module(module.name)
    workload = Workload.model_validate(spec)
    architecture = catalog.model(spec["model"]) if "model" in spec else None
    if not getattr(_watch, "added", False):
        sys.addaudithook(_watch)
        _watch.added = True  # type: ignore[attr-defined]
    for clock in ("time", "monotonic", "perf_counter", "time_ns", "localtime", "gmtime"):
        monkeypatch.setattr(time, clock, lambda *_: pytest.fail("read the clock"))
    _events.clear()
    _watching = True
    try:
        written(size(workload, architecture, catalog, speed))
    finally:
        _watching = False
        monkeypatch.undo()
    assert _events == []


def test_the_watch_sees_an_open_file() -> None:
    """Without this, a hook that hears nothing would pass the test above."""
    global _watching
    sys.addaudithook(_watch)
    _events.clear()
    _watching = True
    try:
        Path(__file__).read_bytes()
    finally:
        _watching = False
    assert "open" in _events


@pytest.mark.parametrize("path", named(sources(*PRODUCT)))
def test_files_and_functions_stay_short(path: Path) -> None:
    name = str(path.relative_to(ROOT))
    text = path.read_text(encoding="utf-8")
    assert text.count("\n") <= LONG_FILES.get(name, LONGEST_FILE)
    most = LONG_FUNCTIONS.get(name, LONG_FUNCTIONS.get(name.partition("/")[0], LONGEST_FUNCTION))
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef):
            assert _length(node) <= most, f"{node.name} has {_length(node)} lines"


def _length(function: ast.FunctionDef) -> int:
    """Lines of a function without its docstring, which may be as long as it likes."""
    lines = (function.end_lineno or 0) - function.lineno + 1
    first = function.body[0]
    if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
        lines -= (first.end_lineno or 0) - first.lineno + 1
    return lines


def test_every_long_file_is_still_there() -> None:
    assert all((ROOT / name).exists() for name in (*LONG_FILES, *LONG_FUNCTIONS))


def test_nothing_is_called_utils() -> None:
    vague = re.compile(r"^_?(utils?|helpers?|misc|common|tools)$")
    assert [path for path in sources(*PRODUCT, "tests") if vague.match(path.stem)] == []
    assert [p for p in (ROOT / "plimsoll").rglob("*") if p.is_dir() and vague.match(p.name)] == []
