"""A replay serves the requests of a trace with what a plan rents."""

from plimsoll.ground.problems import Problem, SpecError
from plimsoll.simulation.answer.document import SimulationDocument, TraceTold
from plimsoll.simulation.answer.told import told
from plimsoll.simulation.kinds import TokenWork
from plimsoll.simulation.run import serve
from plimsoll.simulation.subject import SimulationSubject
from plimsoll.simulation.trace.read import Trace


def replay(subject: SimulationSubject, trace: Trace, seed: int = 1) -> SimulationDocument:
    """Serve the requests of a trace from its first on, and tell what came of it.

    Work without tokens takes the times alone, and draws what each request is.

    Raises:
        SpecError: every request is longer than the plan serves: there is no latency to tell, and no hour.
    """
    times, work = list(trace.times), subject.work
    stream = work.traced(trace) if isinstance(work, TokenWork) else work.stream(times, seed)
    found = serve(subject, stream, seed, subject.rented)
    if isinstance(work, TokenWork) and len(found.fleet.outcomes.refused) == len(times):
        raise SpecError(_all_too_long(work, trace))
    said = TraceTold(trace.file, trace.form, trace.sha256, len(trace.times))
    return told(found, said, seed)


def _all_too_long(work: TokenWork, trace: Trace) -> Problem:
    speed = work.speed
    most = min(speed.cache_tok, speed.longest_tok or speed.cache_tok)
    least = min(map(int.__add__, trace.prompts, trace.answers))
    why = f"the shortest has {least:,} tokens, prompt and answer, and the plan serves {most:,} at most"
    return Problem(
        "every request of the trace is too long",
        why,
        "cut the requests, or raise load.max_tokens where the model's context and its cache hold more",
        "",
        trace.file,
    )
