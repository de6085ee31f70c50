"""`python -m tests.make.schemas` rewrites the published schemas in schemas/."""

from pathlib import Path

from plimsoll.cli.schema import DOCUMENTS
from plimsoll.show.schema.published import text


def main() -> None:
    for name in DOCUMENTS:
        (Path(__file__).parents[2] / "schemas" / f"{name}.json").write_text(text(name), encoding="utf-8")


if __name__ == "__main__":
    main()
