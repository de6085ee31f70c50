"""A prefix cache: leading blocks are found, and what was used longest ago goes first."""

import math

from plimsoll.simulation.servers.prefix import PrefixCache
from plimsoll.simulation.servers.stream import Outcomes, Stream
from plimsoll.simulation.servers.tokens import TokenServer, TokenSpeed


def test_only_leading_blocks_are_found_and_the_ends_of_old_prompts_go_first() -> None:
    cache = PrefixCache(4)
    cache.keep((1, 2, 3))
    assert [cache.leading(blocks) for blocks in ((1, 2, 9), (9, 2), (1, 2, 3, 4), ())] == [2, 0, 3, 0]
    cache.keep((1, 7))
    assert cache.leading((1, 2, 3)) == 3
    cache.keep((8,))
    assert cache.leading((1, 2, 3)) == 2, "the end of the oldest prompt went"


def server(blocks: list[tuple[int, ...]], cache_tok: float = math.inf) -> tuple[TokenServer, Outcomes]:
    count = len(blocks)
    stream = Stream(
        [10.0 * at for at in range(count)], [1000] * count, [1] * count, blocks=blocks, block_tok=100
    )
    outcomes = Outcomes(count)
    speed = TokenSpeed(
        step_s=lambda _: 1.0,
        mixed_s=lambda tokens, _: tokens / 1000,
        alone_s=lambda tokens: tokens / 1000,
        slots=4,
        chunk_tok=8192,
        cache_tok=cache_tok,
    )
    made = TokenServer(speed, stream, outcomes)
    for request in range(count):
        made.offer(request)
    made.run(math.inf)
    return made, outcomes


def test_a_prompt_reads_what_nobody_read_before_it_and_always_its_last_token() -> None:
    same, half = tuple(range(10)), (*range(5), 90, 91, 92, 93, 94)
    made, outcomes = server([same, same, half])
    took = [done - at for done, at in zip(outcomes.done, (0.0, 10.0, 20.0), strict=True)]
    assert [round(each, 3) for each in took] == [1.0, 0.001, 0.5]
    assert made.found_tok == 999 + 500


def test_a_cache_without_room_for_two_prompts_keeps_the_later_one() -> None:
    first, second = tuple(range(10)), tuple(range(10, 20))
    made, _ = server([first, second, second, first], cache_tok=1200.0)
    assert made.found_tok == 999 + 200
