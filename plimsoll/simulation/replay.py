"""A replay serves the requests of a trace with what a plan rents."""

from plimsoll.simulation.answer.document import SimulationDocument, TraceTold
from plimsoll.simulation.answer.told import told
from plimsoll.simulation.kinds import TokenWork
from plimsoll.simulation.run import serve
from plimsoll.simulation.subject import SimulationSubject
from plimsoll.simulation.trace.read import Trace


def replay(subject: SimulationSubject, trace: Trace, seed: int = 1) -> SimulationDocument:
    """Serve the requests of a trace from its first on, and tell what came of it.

    Work without tokens takes the times alone, and draws what each request is.
    """
    times, work = list(trace.times), subject.work
    if isinstance(work, TokenWork):
        stream = work.told(times, trace.prompts, trace.answers)
    else:
        stream = work.stream(times, seed)
    said = TraceTold(trace.file, trace.form, trace.sha256, len(trace.times))
    return told(serve(subject, stream, seed, subject.rented), said, seed)
