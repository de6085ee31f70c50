"""Who touches the world: few places use files, network, environment or clock, or print; nobody else."""

import ast
import importlib
import pkgutil
import sys
import time
from pathlib import Path
from typing import Any

import pytest

import plimsoll
from plimsoll.catalog.tables import load
from plimsoll.files.package import DATA
from plimsoll.plan.size import size
from plimsoll.plan.write import written
from plimsoll.spec.workload import Workload
from plimsoll.speed.read import load_speed
from tests.rules.owed import WORLD
from tests.rules.source import each, imports, name_of, sources, tree

MAY_TOUCH = (
    "plimsoll/files/",
    "plimsoll/cli/",
    "plimsoll/preview/program.py",
    "plimsoll/review/post/wire.py",
    "plimsoll/rightsizing/wire.py",
    "plimsoll/telemetry/wire.py",
    "plimsoll/__main__.py",
)
START_UP = "plimsoll/ground/start_up.py"
"""Start-up compiles constructors from field names, as dataclasses does, and tells pydantic to look for no
plugins: it alone may exec, and see the environment and the loaded modules."""

WORLDLY = {
    "asyncio", "ctypes", "http", "io", "logging", "multiprocessing", "os", "secrets", "shutil", "socket",
    "sqlite3", "ssl", "subprocess", "sys", "tempfile", "threading", "time", "urllib", "uuid",
}  # fmt: skip
"""Modules by which code reaches files, the network, other processes or the clock."""

IN_MEMORY = {"io.BytesIO", "io.StringIO"}

ACTS = {"open", "print", "input", "exec", "eval", "breakpoint"}
ACTS_OF_PATHS = {
    "chmod", "exists", "glob", "is_dir", "is_file", "iterdir", "mkdir", "read_bytes", "read_text", "rename",
    "resolve", "rglob", "rmdir", "stat", "touch", "unlink", "write_bytes", "write_text",
}  # fmt: skip
CLOCKS = {"now", "utcnow", "today"}
THIRD_PARTIES = {
    "boto3", "botocore", "click", "duckdb", "google", "jinja2", "pulumi", "pydantic", "pydantic_core", "yaml",
}  # fmt: skip
"""All that `plimsoll` imports besides the standard library; the contracts of the linter say where.
`google` is the protobuf that Pulumi's messages are made of."""

PURE = [path for path in sources("plimsoll") if not name_of(path).startswith(MAY_TOUCH)]


@each(WORLD, PURE, name_of)
def test_a_pure_room_touches_nothing(thing: Path) -> None:
    starts = name_of(thing) == START_UP
    banned = ACTS - ({"exec"} if starts else set())
    worldly = WORLDLY - ({"os", "sys"} if starts else set())
    assert not {name.partition(".")[0] for name in {*imports(thing)} - IN_MEMORY} & worldly
    acts = [node for node in ast.walk(tree(thing)) if isinstance(node, ast.Call) and _acts(node, banned)]
    assert [f"{node.lineno}: {ast.unparse(node.func)}" for node in acts] == []


def _acts(call: ast.Call, banned: set[str]) -> bool:
    if isinstance(call.func, ast.Attribute):
        mine = isinstance(call.func.value, ast.Name) and call.func.value.id == "self"
        return not mine and call.func.attr in ACTS_OF_PATHS | CLOCKS
    return isinstance(call.func, ast.Name) and call.func.id in banned


def test_the_rule_sees_an_act() -> None:
    """Without this, a rule that recognises nothing would pass."""
    for text in ("open('x')", "print()", "path.read_text()", "datetime.now()", "Path.cwd().exists()"):
        (call,) = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Call)][:1]
        assert _acts(call, ACTS), text


def test_the_product_imports_the_standard_library_and_few_others() -> None:
    roots = {name.partition(".")[0] for path in sources("plimsoll") for name in imports(path)}
    assert roots - sys.stdlib_module_names - {"plimsoll"} == THIRD_PARTIES


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


FACTS = str(DATA)
"""The catalogue's own files are no world: prices of a region are read when they are asked for."""


def _watch(event: str, arguments: tuple[object, ...]) -> None:
    if event == "open" and str(arguments[0]).startswith(FACTS):
        return
    if _watching and event.startswith(
        ("open", "socket", "subprocess", "os.", "shutil", "tempfile", "import")
    ):
        _events.append(event)


def watched(act: Any) -> list[str]:
    """What Python itself reports while something runs."""
    global _watching
    if not getattr(_watch, "added", False):
        sys.addaudithook(_watch)
        _watch.added = True  # type: ignore[attr-defined]
    _events.clear()
    _watching = True
    try:
        act()
    finally:
        _watching = False
    return list(_events)


@pytest.mark.parametrize("spec", SPECS, ids=["plan", "refusal", "over-budget", "measured"])
def test_sizing_touches_no_file_no_socket_and_no_clock(
    spec: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What sizing imports late is imported before."""
    catalog, speed = load(), load_speed()
    for module in pkgutil.walk_packages(plimsoll.__path__, "plimsoll."):
        if not module.name.startswith(("plimsoll.__main__", "plimsoll.preview")):
            importlib.import_module(module.name)
    workload = Workload.model_validate(spec)
    architecture = catalog.model(spec["model"]) if "model" in spec else None
    for clock in ("time", "monotonic", "perf_counter", "time_ns", "localtime", "gmtime"):
        monkeypatch.setattr(time, clock, lambda *_: pytest.fail("read the clock"))
    try:
        events = watched(lambda: written(size(workload, architecture, catalog, speed)))
    finally:
        monkeypatch.undo()
    assert events == []


def test_the_watch_sees_an_open_file() -> None:
    """Without this, a hook that hears nothing would pass the test above."""
    assert "open" in watched(Path(__file__).read_bytes)
