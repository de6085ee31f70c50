"""The summary of a run: the comment without its marker, then the whole plan, as far as there is room."""

from plimsoll.review.comment.comment import Review
from plimsoll.show.comment.folds import folded
from plimsoll.show.comment.markdown import LONGEST, MOST_ROWS, body_head, foot
from plimsoll.show.comment.parts import folds_of
from plimsoll.show.text import PIPED, Style

LONGEST_BYTES = 1_000_000
"""GitHub takes 1 MiB a step (pulumi/actions cuts at this too)."""

_CUT = "\n\n… cut here: the rest does not fit; `plimsoll plan --format md` has all\n"


def as_summary(comment: Review, _: Style = PIPED) -> str:
    """Write the summary."""
    folds = folded(folds_of(comment, MOST_ROWS), LONGEST)
    text = "\n".join([*body_head(comment), *folds, f"<sub>{foot(comment)}</sub>", ""])
    whole = f"{text}\n{comment.plan}" if comment.plan else text
    raw = whole.encode("utf-8", "surrogatepass")
    if len(raw) <= LONGEST_BYTES:
        return whole
    kept = raw[: LONGEST_BYTES - len(_CUT.encode())].decode("utf-8", "ignore")
    return kept.rpartition("\n")[0] + _CUT
