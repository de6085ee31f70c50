"""Every command of the README and of `docs/` runs, and prints what the page says."""

import re
from pathlib import Path

import pytest

from plimsoll import __version__
from plimsoll.cli.main import COMMANDS
from plimsoll.ground.problems import ExitCode
from tests.make.places import ROOT
from tests.make.readme_console import PAGES, README, Block, blocks, program_of, run, workplace

TEXT = README.read_text(encoding="utf-8")
BLOCKS = blocks(TEXT)
ALL = [(page, block) for page in PAGES for block in blocks(page.read_text(encoding="utf-8"))]
REFRESHED = "tests/claims/test_refresh.py"
NOT_RUN_HERE = {
    "make plan": "test_make_plan_is_the_first_command",
    "make test": "this suite",
    "plimsoll prices refresh --region us-east-1 --region eu-west-1": REFRESHED,
    "plimsoll prices refresh --only on-demand,spot --allow-missing me-south-1": REFRESHED,
    "plimsoll quota workloads/chat-8b.yaml --profile default": "tests/claims/test_quota.py",
    "make wheel": "tests/claims/test_wheel.py",
    "python3 -m venv plimsoll-env": "tests/claims/test_wheel.py",
    "plimsoll-env/bin/pip install dist/plimsoll_iac-0.1.0-py3-none-any.whl": "tests/claims/test_wheel.py",
    "plimsoll comment --base git:main:workloads --head workloads --check check.json --post github "
    "--repo acme/fleet --pr 7": "tests/claims/test_posting.py",
    "pulumi preview --policy-pack policies --policy-pack-config budget.json": "tests/world/engine",
}


@pytest.mark.parametrize(
    "block", [block for _, block in ALL if block.run], ids=lambda block: block.commands[0][0]
)
def test_block_runs_and_prints_what_the_page_shows(block: Block, tmp_path: Path) -> None:
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
    others = [command for _, block in ALL if not block.run for command, _ in block.commands]
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
    programs = {program_of(command) for _, block in ALL for command, _ in block.commands}
    assert programs == {"plimsoll", "make", "pulumi", "python3", "plimsoll-env/bin/pip"}


def test_the_wheel_of_the_install_section_is_the_one_that_is_built() -> None:
    assert f"dist/plimsoll_iac-{__version__}-py3-none-any.whl" in TEXT
    assert "pypi.org" not in TEXT
