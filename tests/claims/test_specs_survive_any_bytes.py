"""Whatever the bytes: a workload, or a spec error with a place and nothing a terminal obeys."""

import random
from pathlib import Path

import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from plimsoll.catalog.tables import load
from plimsoll.ground.problems import SpecError
from plimsoll.show.text import visible
from plimsoll.spec.read import load_workload, read_workload
from plimsoll.spec.workload import Workload
from tests.make.places import EXAMPLES

GOOD = [file.read_bytes() for file in EXAMPLES]
SPLICES = [
    *(b"", b" ", b"\n", b"\t", b":", b"- ", b"{", b"}", b"[", b"]", b'"', b"'", b"#", b"&a ", b"*a"),
    *(
        b"~",
        b"null",
        b"true",
        b"yes",
        b".nan",
        b"-.inf",
        b"1e999",
        b"0",
        b"-1",
        b"9" * 20,
        b"0x1F",
        b"!!str ",
    ),
    *(
        b"800ms",
        b"$45,000",
        b"12k",
        b"50%",
        b"\x1b[31m",
        b"\xff",
        b"\x00",
        b"\xe2\x80\xae",
        b"<<: ",
        b"---\n",
    ),
    *(b"qps: 5\n", b"load:\n", b"measured: {}\n", b"model: ", b"regions: []\n", b"? ", b"| ", b"> ", b"\r\n"),
]


def outcome(path: Path, text: bytes) -> Workload | SpecError:
    path.write_bytes(text)
    try:
        return load_workload(path, load()).workload
    except SpecError as error:
        return error


def check(path: Path, text: bytes) -> None:
    answer = outcome(path, text)
    if isinstance(answer, SpecError):
        assert answer.problems
        for problem in answer.problems:
            assert problem.file == str(path)
            assert problem.what
            assert visible(str(problem)).isprintable()
            assert problem.line >= 1
            assert problem.column >= 1
            assert problem.line <= text.count(b"\n") + text.count(b"\r") + 2
    else:
        assert Workload.model_validate(answer.model_dump()) == answer


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.binary(max_size=400))
def test_arbitrary_bytes(tmp_path: Path, text: bytes) -> None:
    check(tmp_path / "spec.yaml", text)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    text=st.sampled_from(GOOD),
    cuts=st.lists(
        st.tuples(st.floats(0, 1), st.integers(0, 12), st.sampled_from(SPLICES)), min_size=1, max_size=6
    ),
)
def test_good_specs_with_pieces_cut_out_and_put_in(
    tmp_path: Path, text: bytes, cuts: list[tuple[float, int, bytes]]
) -> None:
    for where, length, piece in cuts:
        at = int(where * len(text))
        text = text[:at] + piece + text[at + length :]
    check(tmp_path / "spec.yaml", text)


KEYS = st.sampled_from(
    [
        *Workload.model_fields,
        "qps",
        "peak",
        "average",
        "mean",
        "p95",
        "ttft_p95_ms",
        "usd_per_month",
        "allow",
        "x",
    ]
)
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=12)
    | st.sampled_from(
        ["fp8", "us-east-1", "T4", "none", "never", "g6e", "g6e.xlarge", "bf16", "microsoft/resnet-50"]
    ),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=12,
)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(spec=st.dictionaries(KEYS, VALUES, max_size=6))
def test_well_formed_yaml_of_any_shape(tmp_path: Path, spec: dict[str, object]) -> None:
    check(tmp_path / "spec.yaml", yaml.safe_dump(spec, allow_unicode=True).encode())


def test_the_order_of_keys_changes_nothing(tmp_path: Path) -> None:
    shuffle = random.Random(7)
    for index, text in enumerate(GOOD):
        spec = yaml.safe_load(text)
        keys = list(spec)
        shuffle.shuffle(keys)
        first, second = tmp_path / f"a{index}.yaml", tmp_path / f"b{index}.yaml"
        first.write_bytes(text)
        second.write_text(yaml.safe_dump({key: spec[key] for key in keys}, sort_keys=False))
        assert read_workload(first) == read_workload(second)


def test_a_spec_survives_being_written_as_json_and_as_yaml(tmp_path: Path) -> None:
    for index, text in enumerate(GOOD):
        first, second = tmp_path / f"a{index}.yaml", tmp_path / f"b{index}.yaml"
        first.write_bytes(text)
        workload = read_workload(first)
        second.write_text(workload.model_dump_json(exclude_unset=True))
        assert read_workload(second) == workload
        second.write_text(yaml.safe_dump(workload.model_dump(mode="json", exclude_none=True)))
        assert read_workload(second).model_dump() == workload.model_dump()
