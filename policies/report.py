"""The full story of a run is written for a person where PLIMSOLL_REPORT says."""

import os
from pathlib import Path

from plimsoll.gate.verdict import Verdict

VARIABLE = "PLIMSOLL_REPORT"
"""Environment variable with the path of the report: JSON if it ends in .json, else Markdown."""


def write_report(verdict: Verdict) -> str:
    """Write the report if one is wanted; return what went wrong, or "".

    The engine's block holds two lines of each violation; the report holds lines, sources and exemptions.
    """
    wanted = os.environ.get(VARIABLE)
    if not wanted:
        return ""
    # Only a run that wants a report pays for its writers.
    from plimsoll.show.check.markdown import as_markdown
    from plimsoll.show.json_text import as_json

    text = as_json(verdict) if wanted.endswith(".json") else as_markdown(verdict)
    try:
        Path(wanted).write_text(text, encoding="utf-8")
    except OSError as error:
        return f"the report could not be written to {wanted}: {error.strerror}"
    return ""
