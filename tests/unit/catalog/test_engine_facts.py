"""Special rows of engine facts follow general ones, and the last that applies holds."""

from plimsoll.catalog.engine_facts import known, must_know


def test_the_last_row_that_applies_holds() -> None:
    large = [known("vllm", "sequences", (0, 22), part, memory_gib=80) for part in ("H100-80GB", "A100-80GB")]
    assert large == ["1024", "256"]
    assert known("vllm", "sequences", (0, 22), "L4", memory_gib=24) == "256"


def test_a_version_has_what_the_last_change_before_it_brought() -> None:
    shares = [must_know("vllm", "fraction", version) for version in ((0, 9), (0, 21), (0, 22), (1, 0))]
    assert shares == ["0.90", "0.90", "0.92", "0.92"]


def test_what_no_row_says_is_unknown() -> None:
    assert known("tei", "image_build", accelerator="V100-16GB") is None
    assert known("tei", "image_build", accelerator="A100-80GB") == ""
