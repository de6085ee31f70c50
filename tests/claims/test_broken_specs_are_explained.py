"""Every broken spec of the corpus: all its problems at once, with places, and nothing else happens."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from tempfile import NamedTemporaryFile

import pytest

from plimsoll.cli import main as cli
from plimsoll.text.syntax import MAX_BYTES
from tests.make.bad_specs import BadSpec, bad_spec, bad_specs, read, said_about, table, tables

LINE = re.compile(r"[^:\n]+:[1-9]\d*:[1-9]\d*: .+")
CPU_S = 1.0
RSS_MIB = 200


RELAY = """
import os, sys
report, *command = sys.argv[1:]
child = os.posix_spawn(command[0], command, os.environ)
_, status, used = os.wait4(child, 0)
with open(report, "w") as file:
    print(os.waitstatus_to_exitcode(status), used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, file=file)
"""
"""A small process between us and the command: Linux counts the memory of whoever forks as the child's own."""


def run(*arguments: str) -> tuple[subprocess.CompletedProcess[bytes], float, float]:
    """Run a command; its outcome, CPU seconds and peak resident MiB."""
    command = [sys.executable, "-m", "plimsoll", *arguments]
    with NamedTemporaryFile("r") as report:
        relay = [sys.executable, "-S", "-c", RELAY, report.name, *command]
        done = subprocess.run(relay, capture_output=True, check=True)
        code, cpu_s, rss_mib = report.read().split()
    return (
        subprocess.CompletedProcess(command, int(code), done.stdout, done.stderr),
        float(cpu_s),
        float(rss_mib),
    )


def refused(done: subprocess.CompletedProcess[bytes]) -> str:
    """What a refused command said: exit 2, no answer, no traceback, no character that a terminal obeys."""
    said = done.stderr.decode()
    assert done.returncode == 2, said
    assert done.stdout == b""
    assert said
    assert "Traceback" not in said
    assert "internal error" not in said
    assert all(char == "\n" or char.isprintable() for char in said), repr(said)
    return said


def test_the_corpus_is_large_and_each_spec_has_its_expectation() -> None:
    assert len(bad_specs()) >= 300
    assert len({case.name for case in bad_specs()}) == len(bad_specs())
    assert all(case.said for case in bad_specs())


@pytest.mark.parametrize("file", tables(), ids=lambda file: file.stem)
def test_a_table_is_kept_as_it_would_be_written_anew(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    assert table(text[: text.index("\n\n")], read(file)) == text


EACH = pytest.mark.parametrize("case", bad_specs(), ids=lambda case: case.name)


@EACH
def test_a_broken_spec_is_explained(case: BadSpec, tmp_path: Path) -> None:
    assert said_about(case.written(tmp_path)) == case.said


@EACH
def test_each_line_says_where_it_is(case: BadSpec, tmp_path: Path) -> None:
    lines = said_about(case.written(tmp_path)).splitlines()
    assert lines
    assert all(LINE.fullmatch(line) for line in lines), lines


@EACH
def test_the_command_exits_with_2_and_says_it_on_stderr(
    case: BadSpec, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = case.written(tmp_path)
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    with pytest.raises(SystemExit) as ending:
        cli.main(["plan", str(file)])
    out, err = capsys.readouterr()
    assert ending.value.code == 2
    assert out == ""
    assert err.replace(f"{file.parent}/", "") == case.said
    assert list((tmp_path / "elsewhere").iterdir()) == []
    assert file.read_bytes() == case.content


@pytest.mark.parametrize(
    "name", ["many-kinds", "yaml-billion-laughs", "yaml-too-deep", "bytes-png", "bound-qps-endless-integer"]
)
def test_a_process_of_its_own_stays_small(name: str, tmp_path: Path) -> None:
    done, cpu_s, rss_mib = run("plan", str(bad_spec(name).written(tmp_path)))
    refused(done)
    assert rss_mib < RSS_MIB
    assert cpu_s < CPU_S


GENERATED = {
    "50-megabytes": lambda: b"model: a\n" + b"# padding\n" * 5_000_000,
    "one-megabyte-of-brackets": lambda: b"a: " + b"[" * (MAX_BYTES - 10),
    "one-megabyte-of-braces": lambda: b"{a: " * (MAX_BYTES // 4),
    "one-megabyte-of-keys": lambda: b"".join(b"k%d: 1\n" % index for index in range(90_000)),
    "just-too-many-values": lambda: b"a: [" + b"1," * 5_000 + b"1]",
    "thousands-of-unknown-keys": lambda: b"".join(b"kez%d: 1\n" % index for index in range(2_400)),
    "one-megabyte-of-text": lambda: b"model: " + b"a" * (MAX_BYTES - 10),
    "one-megabyte-of-key": lambda: b"a" * (MAX_BYTES - 10) + b": 1",
    "one-megabyte-of-digits": lambda: b"load: {qps: " + b"9" * (MAX_BYTES - 20) + b"}",
    "one-megabyte-of-blanks": lambda: b"model: a" + b" " * (MAX_BYTES - 10),
    "one-megabyte-of-quotes": lambda: b"'" * MAX_BYTES,
    "one-megabyte-of-dashes": lambda: b"- " * (MAX_BYTES // 2),
    "one-megabyte-of-questions": lambda: b"? " * (MAX_BYTES // 2),
    "one-megabyte-of-tags": lambda: b"a: " + b"!" * (MAX_BYTES - 10),
    "one-megabyte-of-anchors": lambda: b"a: [" + b"&x 1," * (MAX_BYTES // 6),
    "one-megabyte-of-newlines": lambda: b"\n" * MAX_BYTES,
    "one-megabyte-of-ands": lambda: b"&" * MAX_BYTES,
    "one-megabyte-of-nothing": lambda: b"\x00" * MAX_BYTES,
    "random-bytes": lambda: bytes((7 * index * index + 31 * index) % 256 for index in range(4096)),
    "unknown-keys-below-a-mistake": lambda: (
        b"rps: 5\nmodel: meta-llama/Llama-3.1-8B-Instruct\nload: {qps: 5}\n"
        + b"".join(b"key_%d: 1\n" % index for index in range(30_000))
    ),
    "unknown-keys-of-the-load": lambda: (
        b"load:\n  qpss: 5\n" + b"".join(b"  key_%d: 1\n" % index for index in range(30_000))
    ),
    "anchor-bomb": lambda: (
        b"a: &a [x]\n" + b"".join(b"k%d: &k%d [*k%d, *k%d]\n" % (i, i, i - 1, i - 1) for i in range(1, 60))
    ),
}


@pytest.mark.parametrize("name", GENERATED)
def test_a_spec_made_to_hurt_is_refused_cheaply(name: str, tmp_path: Path) -> None:
    file = tmp_path / "spec.yaml"
    file.write_bytes(GENERATED[name]())
    done, cpu_s, rss_mib = run("plan", str(file))
    said = refused(done)
    assert said.startswith(f"{file}:")
    assert len(said) < 100_000
    assert cpu_s < CPU_S
    assert rss_mib < RSS_MIB
    assert list(tmp_path.iterdir()) == [file]


@pytest.mark.parametrize(
    ("name", "first"),
    [
        ("unknown-keys-below-a-mistake", "1:1: rps: unknown key 'rps'; write qps: 5 under load"),
        ("unknown-keys-of-the-load", "2:3: load.qpss: unknown key 'qpss'; did you mean 'qps'?"),
    ],
)
def test_what_was_read_of_a_file_without_end_is_explained(name: str, first: str, tmp_path: Path) -> None:
    file = tmp_path / "spec.yaml"
    file.write_bytes(GENERATED[name]())
    lines = said_about(file).splitlines()
    assert lines[0] == f"spec.yaml:{first}"
    assert len(lines) == 102
    assert re.fullmatch(r"spec.yaml:\d+:\d+: and [\d,]+ more problems", lines[-2])
    assert "the file holds too many values; at most 5,000 are read" in lines[-1]
    assert "is missing" not in "".join(lines)


def test_a_pipe_that_nobody_writes_to_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.yaml")
    for command in (
        ["plan"],
        ["check", "--region", "us-east-1"],
        ["accuracy", "--points"],
        ["check", ".", "--region", "us-east-1", "--policy-config"],
        ["check", ".", "--region", "us-east-1", "--exemptions"],
    ):
        said = refused(run(*command, str(tmp_path / "pipe.yaml"))[0])
        assert "not a regular file" in said, command


def test_numbers_that_many_read_otherwise_are_planned_with_a_note(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    file = tmp_path / "spec.yaml"
    for written, value in (("0x1F", 31), ("0o17", 15), ("017", 17)):
        file.write_text(f"model: meta-llama/Llama-3.1-8B-Instruct\nload: {{qps: {written}}}\n")
        with pytest.raises(SystemExit) as ending:
            cli.main(["plan", str(file)])
        assert ending.value.code == 0
        said = capsys.readouterr().err.splitlines()
        assert f"note: {file}:2:13: load.qps: {written} is read as {value}; " in said[0]
        assert said[0].endswith(f"write {value}")


def test_problems_are_json_where_the_answer_would_be(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    file = tmp_path / "spec.yaml"
    file.write_text("model: meta-llama/Llama-3.1-8B-Instruct\nrps: 5\nload: {qps: -1}\n")
    with pytest.raises(SystemExit) as ending:
        cli.main(["plan", str(file), "--format", "json"])
    assert ending.value.code == 2
    document = json.loads(capsys.readouterr().out)
    assert document["schema"] == "plimsoll.dev/problems/v1"
    assert [(each["line"], each["column"], each["path"]) for each in document["problems"]] == [
        (2, 1, "rps"),
        (3, 13, "load.qps"),
    ]
    assert document["problems"][0]["fix"] == "write qps: 5 under load"
    assert document["problems"][0]["why"] is None


def test_a_missing_file_offers_its_neighbour(tmp_path: Path) -> None:
    (tmp_path / "support-chat.yaml").write_text("model: a\n")
    done, _, _ = run("plan", str(tmp_path / "suport-chat.yaml"))
    assert refused(done) == f"{tmp_path}/suport-chat.yaml: no such file; did you mean 'support-chat.yaml'?\n"


def test_a_folder_is_not_a_spec(tmp_path: Path) -> None:
    assert "folder" in refused(run("plan", str(tmp_path))[0])


def test_a_file_that_may_not_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "secret.yaml"
    file.write_text("model: a\n")

    def denied(path: Path, *arguments: int) -> int:
        if path == file:
            raise PermissionError(13, "Permission denied", str(file))
        return real(path, *arguments)

    real = os.open

    monkeypatch.setattr(os, "open", denied)
    assert (
        said_about(file) == "secret.yaml: cannot be read: permission denied; check its name and permissions\n"
    )


@pytest.mark.parametrize("name", ["a\x00b", "x" * 300, "loop"])
def test_a_name_that_no_file_can_have(name: str, tmp_path: Path) -> None:
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    assert said_about(tmp_path / name)


def test_an_escape_in_the_name_of_the_file_is_not_obeyed() -> None:
    assert "\\x1b[31m" in refused(run("plan", "/nowhere/\x1b[31mred.yaml")[0])


def test_a_device_that_never_ends_is_not_read() -> None:
    done, cpu_s, rss_mib = run("plan", "/dev/zero")
    assert "not a regular file" in refused(done)
    assert cpu_s < CPU_S
    assert rss_mib < RSS_MIB
