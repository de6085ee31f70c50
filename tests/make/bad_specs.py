"""The corpus of broken specs: each `cases/specs_bad/NAME.yaml` has what is said about it in `NAME.txt`.

`python -m tests.make.bad_specs` rewrites the expectations; read the diff before you commit it.
"""

from pathlib import Path

from plimsoll.catalog.tables import load
from plimsoll.ground.problems import SpecError
from plimsoll.show.terminal import visible
from plimsoll.spec.read import load_workload

BAD = Path(__file__).parents[1] / "cases" / "specs_bad"
FILES = sorted(BAD.glob("*.yaml"))


def said_about(file: Path) -> str:
    """What a person reads about a broken spec, without the folder of the file; empty if it is good."""
    try:
        load_workload(file, load())
    except SpecError as error:
        lines = [visible(str(problem)) for problem in error.problems]
        return "".join(line.replace(f"{file.parent}/", "") + "\n" for line in lines)
    return ""


def main() -> None:
    for file in FILES:
        file.with_suffix(".txt").write_text(said_about(file), encoding="utf-8")


if __name__ == "__main__":
    main()
