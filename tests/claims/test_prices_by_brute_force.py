"""No node set that a pool permits costs more than its ceiling: every set is tried."""

from collections.abc import Iterator, Mapping
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from plimsoll.catalog.facts import Catalog
from plimsoll.pricing.filling.fill import Choice, dearest_fill
from tests.make.graphs import node_class, node_pool, types_in
from tests.make.prices import catalog, priced

HOURS = Decimal(730)
DISK = Decimal(8)

SHAPES = st.tuples(
    st.integers(0, 8),  # GPUs
    st.sampled_from([1, 2, 3, 4, 8]),  # vCPU
    st.sampled_from([4, 8, 24]),  # GiB
    st.integers(1, 900),  # cents an hour
)
LIMITS = st.fixed_dictionaries(
    {"nodes": st.integers(0, 6)},
    optional={
        "cpu": st.integers(0, 20),
        "nvidia.com/gpu": st.integers(0, 12),
        "memory": st.sampled_from(["16Gi", "64Gi", "100Gi"]),
    },
)


def world(shapes: list[tuple[int, int, int, int]]) -> Catalog:
    types = {
        f"g{index + 1}.large": (
            "L4" if gpus else None,
            gpus,
            1.0,
            vcpus,
            memory,
            str(Decimal(usd) / 100),
            None,
        )
        for index, (gpus, vcpus, memory, usd) in enumerate(shapes)
    }
    return catalog(types, {"us-east-1": "1"})


def bound(limits: Mapping[str, object], key: str) -> Decimal | None:
    value = limits.get(key)
    if value is None:
        return None
    text = str(value)
    return Decimal(text[:-2]) if text.endswith("Gi") else Decimal(text)


def permitted(shapes: list[tuple[int, int, int, int]], limits: Mapping[str, object]) -> Iterator[list[int]]:
    """Enumerate every count of each type that the limits permit, as Karpenter counts capacity."""
    rooms = {key: bound(limits, key) for key in ("nodes", "cpu", "nvidia.com/gpu", "memory")}

    def fits(counts: list[int]) -> bool:
        used = {"nodes": Decimal(0), "cpu": Decimal(0), "nvidia.com/gpu": Decimal(0), "memory": Decimal(0)}
        for count, (gpus, vcpus, memory, _) in zip(counts, shapes, strict=False):
            used["nodes"] += count
            used["cpu"] += count * vcpus
            used["nvidia.com/gpu"] += count * gpus
            used["memory"] += count * memory * Decimal("0.925")
        return all(room is None or used[key] <= room for key, room in rooms.items())

    def extend(counts: list[int]) -> Iterator[list[int]]:
        if len(counts) == len(shapes):
            yield counts
            return
        count = 0
        while fits([*counts, count]):
            yield from extend([*counts, count])
            count += 1

    return extend([])


def usd(shapes: list[tuple[int, int, int, int]], counts: list[int]) -> Decimal:
    return sum(
        (
            count * (Decimal(shape[3]) / 100 * HOURS + DISK)
            for count, shape in zip(counts, shapes, strict=True)
        ),
        Decimal(0),
    )


@settings(max_examples=150, deadline=None)
@given(st.lists(SHAPES, min_size=1, max_size=4), LIMITS)
def test_no_permitted_set_of_nodes_costs_more_than_the_ceiling(
    shapes: list[tuple[int, int, int, int]], limits: dict[str, object]
) -> None:
    names = [f"g{index + 1}.large" for index in range(len(shapes))]
    written = {key: str(value) for key, value in limits.items()}
    result = priced(node_class(), node_pool(types_in(*names), limits=written), catalog=world(shapes))
    dearest = max(usd(shapes, counts) for counts in permitted(shapes, limits))
    assert result.ceiling is not None
    in_flight = sum(line.usd_per_month for line in result.lines if line.item.startswith("overshoot"))
    cent = Decimal("0.01")
    # Sound: nothing costs more, even before the nodes in flight are counted ...
    assert result.ceiling - in_flight >= dearest - cent * len(result.lines)
    # ... and tight: the ceiling is that set, plus at most a tenth in flight.
    assert result.ceiling <= dearest * Decimal("1.1") + cent * len(result.lines)


CHOICES = st.lists(
    st.builds(
        Choice,
        st.text("abcdef", min_size=1, max_size=6),
        st.integers(0, 10_000),
        st.tuples(st.integers(0, 9), st.integers(1, 9)),
    ),
    min_size=1,
    max_size=5,
    unique_by=lambda choice: choice.name,
)


def best_by_table(choices: list[Choice], limits: tuple[int, int]) -> int:
    """Solve the same problem by dynamic programming over every room: slow, plain, independent."""
    best = [[0] * (limits[1] + 1) for _ in range(limits[0] + 1)]
    for a in range(limits[0] + 1):
        for b in range(limits[1] + 1):
            for choice in choices:
                left = (a - choice.uses[0], b - choice.uses[1])
                if min(left) >= 0:
                    best[a][b] = max(best[a][b], choice.value + best[left[0]][left[1]])
    return best[limits[0]][limits[1]]


@settings(max_examples=200, deadline=None)
@given(CHOICES, st.tuples(st.integers(0, 25), st.integers(0, 25)))
def test_the_search_finds_the_optimum_that_a_table_finds(
    choices: list[Choice], limits: tuple[int, int]
) -> None:
    fill = dearest_fill(tuple(choices), limits)
    best = best_by_table(choices, limits)
    assert fill.value == best if fill.exact else fill.value >= best


def test_a_search_that_is_cut_still_bounds_every_fill() -> None:
    # Thirty near-equal choices over a large room: too many branches to finish.
    choices = tuple(Choice(f"c{i}", 10_007 * i + i * i % 97, (7 * i + 3, 5 * i + 1)) for i in range(11, 41))
    fill = dearest_fill(choices, (100_003, 90_001))
    assert not fill.exact
    single = max(choice.value * choice.copies((100_003, 90_001)) for choice in choices)
    assert fill.value >= single
    assert fill.value <= single * 1.1


@settings(max_examples=60, deadline=None)
@given(st.lists(SHAPES, min_size=2, max_size=4), LIMITS, st.sampled_from(["nodes", "cpu", "nvidia.com/gpu"]))
def test_raising_a_limit_or_admitting_a_type_never_lowers_the_ceiling(
    shapes: list[tuple[int, int, int, int]], limits: dict[str, object], raised: str
) -> None:
    names = [f"g{index + 1}.large" for index in range(len(shapes))]
    facts = world(shapes)

    def ceiling(admitted: list[str], within: dict[str, object]) -> Decimal:
        written = {key: str(value) for key, value in within.items()}
        found = priced(node_class(), node_pool(types_in(*admitted), limits=written), catalog=facts).ceiling
        assert found is not None
        return found

    base = ceiling(names[:-1], limits)
    cent = Decimal("0.05")
    assert ceiling(names, limits) >= base - cent
    if raised in limits:
        assert ceiling(names[:-1], limits | {raised: int(str(limits[raised])) + 3}) >= base - cent


@settings(max_examples=60, deadline=None)
@given(st.lists(SHAPES, min_size=1, max_size=3), LIMITS, st.integers(0, 2))
def test_a_dearer_price_never_lowers_the_ceiling(
    shapes: list[tuple[int, int, int, int]], limits: dict[str, object], which: int
) -> None:
    dearer = [
        (*shape[:3], shape[3] + 50) if index == which % len(shapes) else shape
        for index, shape in enumerate(shapes)
    ]
    names = [f"g{index + 1}.large" for index in range(len(shapes))]
    pool = node_pool(types_in(*names), limits={key: str(value) for key, value in limits.items()})
    before = priced(node_class(), pool, catalog=world(shapes)).ceiling
    after = priced(node_class(), pool, catalog=world(dearer)).ceiling
    assert before is not None
    assert after is not None
    assert after >= before - Decimal("0.05")
