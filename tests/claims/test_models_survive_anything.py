"""Whatever stands in a config or a shape: a sound model, or problems that each say what and where."""

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from plimsoll.ground.problems import Problem, SpecError
from plimsoll.models.architecture import Architecture
from plimsoll.models.from_size import KnownSize, from_size
from plimsoll.models.hugging_face.config import architecture
from plimsoll.sizing.memory.kv_cache import sequence_bytes
from plimsoll.sizing.memory.weights import weight_bytes
from tests.make.models import CONFIGS, config

_VALUES = (
    st.none()
    | st.booleans()
    | st.integers(-10, 10**12)
    | st.floats(allow_nan=True)
    | st.text(max_size=8)
    | st.lists(st.integers(0, 3) | st.text(max_size=3), max_size=4)
    | st.dictionaries(st.text(max_size=5), st.integers() | st.text(max_size=3), max_size=3)
)
_FILES = sorted(path.stem for path in CONFIGS.glob("*.json"))


def _read_or_refuse(values: dict[str, Any]) -> Architecture | None:
    """The model, or None when it was refused with problems that each say what and where."""
    problems: tuple[Problem, ...] = ()
    try:
        return architecture(values, "mutant")
    except SpecError as error:
        problems = error.problems
    assert problems
    assert all(problem.what and problem.where for problem in problems)
    return None


@settings(max_examples=400, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(_FILES), st.data())
def test_a_mutated_config_gives_a_model_or_its_problems(file: str, data: st.DataObject) -> None:
    mutated = config(file)
    inner = mutated["text_config"] if "text_config" in mutated and data.draw(st.booleans()) else mutated
    for key in data.draw(st.lists(st.sampled_from(sorted(inner)), min_size=1, max_size=4, unique=True)):
        if data.draw(st.booleans()):
            del inner[key]
        else:
            inner[key] = data.draw(_VALUES)
    read = _read_or_refuse(mutated)
    if read is None:
        return
    assert read.params > 0
    assert 0 < read.active_params <= read.params
    for precision in ("bf16", "fp8", "fp4"):
        assert weight_bytes(read, precision, 2) > 0
    assert sequence_bytes(read, 1000) >= 0


@settings(max_examples=200)
@given(st.dictionaries(st.sampled_from(["model_type", *sorted(config("deepseek-v3"))]), _VALUES, max_size=12))
def test_an_arbitrary_object_gives_a_model_or_its_problems(values: dict[str, Any]) -> None:
    _read_or_refuse(values)


@given(st.floats(0.05, 5000), st.none() | st.floats(0.01, 1), st.none() | st.integers(1, 200))
def test_any_shape_gives_a_sound_architecture_or_a_problem(
    params_b: float, share: float | None, layers: int | None
) -> None:
    shape = KnownSize(params_b=params_b, active_params_b=params_b * share if share else None, layers=layers)
    try:
        guessed = from_size("x", shape)
    except SpecError:
        return
    assert guessed.params == round(params_b * 1e9)
    assert guessed.heads % guessed.attention[0].kv_heads == 0
    assert guessed.embedding_params + guessed.head_params < guessed.params
    assert weight_bytes(guessed, "fp8", 2) <= weight_bytes(guessed, "fp8")
