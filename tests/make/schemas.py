"""`python -m tests.make.schemas` rewrites the published schemas in schemas/."""

from plimsoll.cli.schema import DOCUMENTS
from plimsoll.show.schema.published import text
from tests.make.places import ROOT


def main() -> None:
    for name in DOCUMENTS:
        (ROOT / "schemas" / f"{name}.json").write_text(text(name), encoding="utf-8")


if __name__ == "__main__":
    main()
