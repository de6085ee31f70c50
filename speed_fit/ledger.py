"""The ledger holds what each subset last scored: rows, median error, coverage. It fails on regression."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

from plimsoll.speed.accuracy.score import Score

LEDGER = Path(__file__).parent / "ledger.json"

SHARE_ALIKE = "CC BY-SA 4.0, used to fit, not shipped"

FAMILIES = {
    "sparecores-vllm": f"H1 ({SHARE_ALIKE})",
    "sparecores-llamacpp": f"H3 ({SHARE_ALIKE})",
    "trtllm-docs": "H2",
    "argonne-llm-inference-bench": "H4",
    "inferencex": "H5",
    "tensorrt-bert-demo": "H6",
    "mlperf-inference": "H6",
    "llm-foundry": "H7",
    "megatron-bridge": "H7",
}
"""The families that subsets are made of, and which."""

PROMISED = 0.8
"""What an interval promises to hold; a coverage that falls towards it from above is none the worse."""

WORSE = 0.002
"""A median error, or a coverage, may move this much: the noise of a fit on the same rows."""


def absent(families: set[str]) -> list[str]:
    """List the families of subsets that a points file lacks, in order."""
    return [family for family in FAMILIES if family not in families]


def regressions(found: Sequence[Score]) -> list[str]:
    """Say each subset that is worse than the ledger, of the same number of rows."""
    written = json.loads(LEDGER.read_text(encoding="utf-8")) if LEDGER.exists() else {}
    return [line for each in found for line in _worse(each, written.get(_name(each)))]


def renewed(found: Sequence[Score]) -> None:
    """Write the figures of these subsets; those of others stay."""
    written = json.loads(LEDGER.read_text(encoding="utf-8")) if LEDGER.exists() else {}
    fresh = {_name(each): _figures(each) for each in found if each.mdape is not None}
    LEDGER.write_text(
        json.dumps(dict(sorted({**written, **fresh}.items())), indent=1) + "\n", encoding="utf-8"
    )


def _worse(score: Score, before: dict[str, float] | None) -> Iterator[str]:
    if before is None or score.mdape is None or score.coverage is None:
        return
    if score.answered < before["answered"]:
        yield f"{_name(score)}: {score.answered} rows are answered, {before['answered']} were"
    if score.mdape > before["mdape"] + WORSE:
        yield f"{_name(score)}: median error {score.mdape:.1%}, the ledger has {before['mdape']:.1%}"
    if score.coverage < min(before["coverage"], PROMISED) - WORSE:
        yield f"{_name(score)}: {score.coverage:.1%} inside, the ledger has {before['coverage']:.1%}"


def _name(score: Score) -> str:
    """Subset and rows: another file's figures of the same subset stand beside."""
    return f"{score.id} {score.what} ({score.n} rows)"


def _figures(score: Score) -> dict[str, float]:
    assert score.mdape is not None
    assert score.coverage is not None
    return {
        "answered": score.answered,
        "mdape": round(score.mdape, 4),
        "coverage": round(score.coverage, 4),
    }
