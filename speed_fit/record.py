"""What groups left out say is kept in a file: the page and the tests read it without a fit.

The file names the constants that it was measured with; with others it says nothing.
"""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

RECORD = Path(__file__).parent / "left_out.json"


def recorded() -> dict[str, Any]:
    """Read the file."""
    return json.loads(RECORD.read_text(encoding="utf-8"))


def measured_with(document: Mapping[str, Any]) -> str:
    """A digest of the constants of the data file, without its evidence."""
    fitted = {name: value for name, value in document.items() if name not in ("evidence", "_comment")}
    return hashlib.sha256(json.dumps(fitted, sort_keys=True).encode()).hexdigest()
