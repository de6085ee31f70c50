"""Every command of the README runs, and prints what the README says."""

import re
from pathlib import Path

import pytest

from plimsoll.cli.main import COMMANDS
from plimsoll.ground.problems import ExitCode
from tests.make.places import ROOT
from tests.make.readme_console import README, Block, blocks, program_of, run, workplace

TEXT = README.read_text(encoding="utf-8")
BLOCKS = blocks(TEXT)
NOT_RUN_HERE = {
    "make plan": "test_make_plan_is_the_first_command",
    "make test": "this suite",
    "pulumi preview --policy-pack policies --policy-pack-config budget.json": "tests/world/engine",
}


@pytest.mark.parametrize("block", [b for b in BLOCKS if b.run], ids=lambda b: b.commands[0][0])
def test_block_runs_and_prints_what_the_readme_shows(block: Block, tmp_path: Path) -> None:
    folder = workplace(tmp_path)
    output = ""
    for command, code in block.commands:
        done = run(command, folder)
        assert done.returncode == code, f"{command}\n{done.stdout}\n{done.stderr}"
        assert "Traceback" not in done.stderr
        output = done.stdout
    if block.transcript:
        assert output.rstrip() == block.transcript.rstrip(), "run: python -m tests.make.readme_console"


def test_every_other_command_is_run_elsewhere() -> None:
    others = [command for block in BLOCKS if not block.run for command, _ in block.commands]
    assert sorted(others) == sorted(NOT_RUN_HERE)


def test_make_plan_is_the_first_command(tmp_path: Path) -> None:
    assert BLOCKS[0].commands == (("make plan", 0),)
    # -o: the environment is there; making it anew from this folder would move the checkout's own.
    done = run("make -o .venv/.ready plan", workplace(tmp_path))
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("PLAN ")


def test_make_targets_named_in_the_readme_exist() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8") + (ROOT / "testbed" / "testbed.mk").read_text()
    for target in set(re.findall(r"`make ([a-z]+)", TEXT)):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target


def test_every_command_and_exit_code_is_documented() -> None:
    for name in COMMANDS:
        assert f"plimsoll {name}" in TEXT, name
    documented = {int(code) for code in re.findall(r"^\| (\d) \|", TEXT, re.MULTILINE)}
    assert documented == {int(code) for code in ExitCode}


def test_the_programs_of_the_readme_are_ours_or_well_known() -> None:
    programs = {program_of(command) for block in BLOCKS for command, _ in block.commands}
    assert programs == {"plimsoll", "make", "pulumi"}
