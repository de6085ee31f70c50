"""Write the specs of the cases in `tests/cases/imports`: `python -m tests.make.golden_imports`."""

from pathlib import Path

from tests.make.command import inside

FOLDER = Path(__file__).parents[1] / "cases" / "imports"
CASES = sorted(path.name for path in FOLDER.iterdir() if path.is_dir())
SPEC = "spec.yaml"


def imported(case: str) -> str:
    """The spec of a case, with the load of its folder where it has one."""
    folder = FOLDER / case
    (manifests,) = folder.glob("manifests.*")
    loads = [word for path in sorted(folder.glob("load*")) for word in ("--load", str(path))]
    apart = ["--apart", "600"] if len(loads) == 4 else []
    done = inside("import", str(manifests), *loads, *apart)
    assert done.returncode == 0, done.stderr
    return done.stdout


if __name__ == "__main__":
    for each in CASES:
        (FOLDER / each / SPEC).write_text(imported(each), encoding="utf-8")
