"""A shell that asks is told what may be typed next, and what it is told can be run."""

import os
import re
import subprocess
from pathlib import Path

import pytest

from tests.make.command import plimsoll
from tests.make.places import ROOT

LINE = 'eval "$(_PLIMSOLL_COMPLETE=bash_source plimsoll)"'


def completed(*words: str) -> list[str]:
    """What bash is told may stand in place of the last word."""
    environment = {
        **os.environ,
        "_PLIMSOLL_COMPLETE": "bash_complete",
        "COMP_WORDS": " ".join(("plimsoll", *words)),
        "COMP_CWORD": str(len(words)),
    }
    done = plimsoll(env=environment)
    assert (done.returncode, done.stderr) == (0, "")
    return [line.partition(",")[2] for line in done.stdout.splitlines() if line]


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("expl",), "explain"),
        (("plan", "--form"), "--format"),
        (("plan", "--format", "j"), "json"),
        (("plan", "--region", "eu-w"), "eu-west-1"),
        (("plan", "--set", "load.q"), "load.qps="),
        (("plan", "--set", "capacity.spot=a"), "capacity.spot=allow"),
        (("plan", "--set", "model=meta-llama/Llama-3.1"), "model=meta-llama/Llama-3.1-8B-Instruct"),
        (("preview", "--region", "us-e"), "us-east-2"),
        (("why-not", "spec.yaml", "g6e.1"), "g6e.12xlarge"),
        (("why-not", "spec.yaml", "h1"), "H100-80GB"),
        (("why-not", "spec.yaml", "g6e", "sp"), "spot"),
        (("why-not", "spec.yaml", "g6e", "--region", "us-w"), "us-west-2"),
        (("explain", "tp"), "tpot"),
        (("explain", "image"), "image-digest"),
        (("models", "meta-llama/Llama-3.1"), "meta-llama/Llama-3.1-8B-Instruct"),
        (("offers", "--gpu", "l4"), "L40S"),
        (("offers", "--instance-type", "p5"), "p5.48xlarge"),
        (("check", "--region", "ap-s"), "ap-south-1"),
    ],
)
def test_the_next_word_is_offered(words: tuple[str, ...], says: str) -> None:
    offered = completed(*words)
    assert says in offered
    assert all(each.lower().startswith(words[-1].lower()) for each in offered)


@pytest.mark.parametrize("words", [("plan", "work"), ("why-not", "work"), ("check", "plan")])
def test_files_are_left_to_the_shell(words: tuple[str, ...]) -> None:
    assert completed(*words) == [words[-1]]


@pytest.mark.parametrize("page", ["README.md", "docs/asking.md"])
def test_the_line_of_the_pages_completes_in_bash(page: str, tmp_path: Path) -> None:
    assert LINE in (ROOT / page).read_text(encoding="utf-8")
    script = f"""{LINE}
COMP_WORDS=(plimsoll explain tpo); COMP_CWORD=2
complete -p plimsoll; _plimsoll_completion plimsoll; echo "${{COMPREPLY[@]}}"
"""
    path = f"{ROOT / '.venv' / 'bin'}:{os.environ['PATH']}"
    done = subprocess.run(
        ["bash", "-c", script], capture_output=True, text=True, check=False, cwd=tmp_path,
        env={**os.environ, "PATH": path},
    )  # fmt: skip
    assert re.search(r"complete .*-F _plimsoll_completion plimsoll", done.stdout), done.stderr
    assert done.stdout.splitlines()[-1] == "tpot"


@pytest.mark.parametrize("shell", ["zsh", "fish"])
def test_other_shells_have_their_source(shell: str) -> None:
    done = plimsoll(env={**os.environ, "_PLIMSOLL_COMPLETE": f"{shell}_source"})
    assert done.returncode == 0
    assert "plimsoll" in done.stdout
    assert f"_PLIMSOLL_COMPLETE={shell}_complete" in done.stdout
