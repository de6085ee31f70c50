"""A server of tokens, step by step: chunks, slots, a cache that fills, windows."""

import math

import pytest

from plimsoll.simulation.servers.stream import Outcomes, Stream
from plimsoll.simulation.servers.tokens import TokenServer, TokenSpeed

STEP, TOKEN, ALONE = 0.5, 0.25, 0.25
"""Seconds of a step, of a prompt token beside decodes, and of one alone: all exact in binary."""


def speed(**changes: float | int | None) -> TokenSpeed:
    told: dict[str, object] = {"slots": 8, "chunk_tok": 100, **changes}
    return TokenSpeed(lambda _: STEP, lambda tokens, _: TOKEN * tokens, lambda tokens: ALONE * tokens, **told)  # type: ignore[arg-type]


def served(stream: Stream, of: TokenSpeed, until: float = math.inf) -> tuple[TokenServer, Outcomes]:
    outcomes = Outcomes(len(stream))
    server = TokenServer(of, stream, outcomes)
    for request in range(len(stream)):
        server.offer(request)
    server.run(until)
    return server, outcomes


def test_a_request_alone_reads_its_prompt_and_then_takes_a_step_a_token() -> None:
    _, outcomes = served(Stream([1.0], [8], [5]), speed())
    assert outcomes.first == [1.0 + 8 * ALONE]
    assert outcomes.done == [1.0 + 8 * ALONE + 4 * STEP]


def test_a_prompt_is_read_in_chunks_beside_the_answers_of_others() -> None:
    """Ten tokens a step, one of them for the answer that runs: 27 new ones take three steps."""
    _, outcomes = served(Stream([0.0, 3.0], [8, 27], [50, 1]), speed(chunk_tok=10))
    began = 2.0 + math.ceil((3.0 - 2.0) / STEP) * STEP
    assert outcomes.first[1] == began + 3 * STEP + 27 * TOKEN


def test_who_finds_no_slot_waits_for_one_to_end() -> None:
    _, outcomes = served(Stream([0.0, 0.0], [4, 4], [3, 1]), speed(slots=1))
    assert outcomes.done[0] == 1.0 + 2 * STEP
    assert outcomes.first[1] == outcomes.done[0] + 1.0


def test_a_full_cache_takes_the_last_comer_s_place_and_it_reads_all_again() -> None:
    """Two prompts of 8 fit 20 tokens; after two steps they are 20 together, and the second one yields."""
    server, outcomes = served(Stream([0.0, 0.0], [8, 8], [10, 10]), speed(cache_tok=20))
    assert server.preemptions == 1
    assert outcomes.done[0] < outcomes.done[1]
    read_again = 8 + 2 + 1
    first_together, alone = 2 * 8 * ALONE, ALONE * read_again
    assert outcomes.done[0] == first_together + 9 * STEP
    assert outcomes.done[1] == outcomes.done[0] + alone + (10 - 1 - 2 - 1) * STEP


def test_what_the_cache_or_the_engine_never_holds_is_refused() -> None:
    stream = Stream([0.0, 0.0, 0.0], [30, 5, 5], [1, 9, 2])
    _, outcomes = served(stream, speed(cache_tok=20, longest_tok=12))
    assert outcomes.refused == {0, 1}
    assert outcomes.done[2] > 0


def test_the_shared_prefix_is_read_once() -> None:
    _, outcomes = served(Stream([0.0, 100.0], [4, 4], [1, 1]), speed(prefix_tok=40))
    assert outcomes.first[0] == 44 * ALONE
    assert outcomes.first[1] == 100.0 + 4 * ALONE


def test_windows_of_a_request_come_one_after_another() -> None:
    _, outcomes = served(Stream([0.0], [4], [3], windows=[2]), speed())
    assert outcomes.first == [4 * ALONE]
    assert outcomes.done == [2 * (4 * ALONE + 2 * STEP)]


def test_time_stands_still_at_the_asked_time_and_goes_on_from_there() -> None:
    stream = Stream([0.0, 7.0], [4, 4], [9, 9])
    whole = served(stream, speed())[1]
    outcomes = Outcomes(2)
    server = TokenServer(speed(), stream, outcomes)
    server.offer(0)
    for until in (1.0, 3.0, 6.5):
        server.run(until)
    assert server.in_flight == (outcomes.done[0] < 0)
    server.offer(1)
    server.run(math.inf)
    assert outcomes.done == pytest.approx(whole.done, abs=STEP)


def test_who_gives_up_names_all_that_is_not_done() -> None:
    server, _ = served(Stream([0.0, 0.0, 1.0, 50.0], [4, 4, 4, 4], [9, 9, 9, 9]), speed(slots=2), until=2.5)
    assert server.lost() == [0, 1, 2, 3]
