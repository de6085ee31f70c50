"""Workers of one queue: first come first served, slots that come and go."""

import math

from plimsoll.simulation.servers.stream import Outcomes, Stream
from plimsoll.simulation.servers.tasks import TaskQueue


def queue_of(count: int) -> tuple[TaskQueue, Outcomes]:
    stream = Stream([0.0] * count, [1] * count, [1] * count, [1.0] * count)
    outcomes = Outcomes(count)
    queue = TaskQueue(2.0, stream, outcomes)
    for task in range(count):
        queue.offer(task)
    return queue, outcomes


def test_tasks_begin_when_a_slot_is_free() -> None:
    queue, outcomes = queue_of(4)
    queue.add(2, 0.0)
    queue.add(1, 1.0)
    queue.run(math.inf)
    assert outcomes.began == [0.0, 0.0, 1.0, 2.0]
    assert outcomes.done == [2.0, 2.0, 3.0, 4.0]


def test_a_slot_that_goes_ends_its_task_and_takes_no_more() -> None:
    queue, outcomes = queue_of(3)
    queue.add(2, 0.0)
    queue.run(1.0)
    assert (queue.waiting, queue.running(1.0)) == (1, 2)
    queue.remove(1)
    queue.run(math.inf)
    assert outcomes.done == [2.0, 2.0, 4.0]


def test_without_a_slot_everything_waits() -> None:
    queue, outcomes = queue_of(2)
    queue.run(math.inf)
    assert queue.waiting == 2
    assert outcomes.done == [-1.0, -1.0]
