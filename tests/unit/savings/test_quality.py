"""Pairs of models count where two sources published what both reach."""

from plimsoll.catalog.rows import rows
from plimsoll.savings.quality import QUALITY, smaller_of
from tests.make.worlds import real

FAMILIES = (
    "meta-llama/Llama-2-",
    "meta-llama/Meta-Llama-3-",
    "meta-llama/Llama-3.1-",
    "meta-llama/Llama-4-",
    "google/gemma-2-",
    "google/gemma-3-",
    "deepseek-ai/DeepSeek-R1-Distill-",
)


def test_six_families_have_pairs_at_least():
    found = {family for family in FAMILIES for row in rows(QUALITY) if row["larger"].startswith(family)}
    assert found == set(FAMILIES)
    assert all(any(row["larger"].startswith(each) for each in FAMILIES) for row in rows(QUALITY))


def test_every_pair_has_two_sources_and_both_models_are_known():
    for model in {row["larger"] for row in rows(QUALITY)}:
        for pair in smaller_of(model):
            assert len({score.source for score in pair.scores}) >= 2, pair
    names = {row[key] for row in rows(QUALITY) for key in ("larger", "smaller")}
    assert all(real().model(name) is not None for name in names)


def test_the_smaller_model_is_smaller_and_never_better():
    for row in rows(QUALITY):
        larger, smaller = (real().model(row[key]) for key in ("larger", "smaller"))
        assert larger is not None
        assert smaller is not None
        assert larger.params > smaller.params, row
        assert float(row["larger_score"]) > float(row["smaller_score"]), row


def test_a_pair_of_one_source_is_none():
    assert smaller_of("Qwen/Qwen3-32B") == []
