"""In the real engine a stack builds what its lock holds, and stops where the spec says otherwise."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.world.engine import example_stacks
from tests.world.engine.harness import Engine

pytestmark = [pytest.mark.engine, pytest.mark.slow]


def lock(engine: Engine, *arguments: str) -> None:
    program = Path(sys.executable).parent / "plimsoll"
    command = [program, "lock", *arguments, "workloads/chat-8b.yaml"]
    done = subprocess.run(command, cwd=engine.project, env=engine.environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_what_was_approved_is_what_is_built(engine: Engine) -> None:
    engine.copy_checkout()
    example_stacks.configure(engine, ("chat-8b",), region="us-east-1", requireLock=True)
    engine.init("dev")
    refused = engine.preview(check=False)
    assert refused.code != 0
    assert "there is no lock; the stack requires one (plimsoll:requireLock)" in refused.said

    lock(engine)
    engine.up()
    engine.preview("--expect-no-changes")

    example_stacks.double_the_traffic(engine, "chat-8b")
    refused = engine.up(check=False)
    assert refused.code != 0
    assert "the lock has 5, the spec 10" in refused.said
    example_stacks.configure(engine, ("chat-8b",), allowUnlocked=True)
    allowed = engine.preview()
    assert "is built from its spec, as plimsoll:allowUnlocked says" in allowed.said

    example_stacks.configure(engine, ("chat-8b",), allowUnlocked=False)
    lock(engine)
    engine.preview()
