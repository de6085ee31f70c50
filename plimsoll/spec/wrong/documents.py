"""A document that Plimsoll wrote is no spec: it is named, with the command that takes it."""

from plimsoll.ground.problems import Problem
from plimsoll.text.places import Source

_OURS = "plimsoll.dev/"

_WORDS = {
    "lock": (
        "a lock keeps the plan of the spec that it stands beside",
        "'plimsoll plan --locked {file}' solves it again, '--frozen' prints it; or name the spec",
    ),
    "plan": (
        "a plan is the answer to a spec",
        "name the spec that it is of; its key 'workload' is that spec, complete",
    ),
}


def no_spec(source: Source) -> Problem | None:
    """Say which of our documents a file is; None where it does not say to be one."""
    schema: object = source.value.get("schema")
    if not isinstance(schema, str) or not schema.startswith(_OURS):
        return None
    kind = schema.removeprefix(_OURS).partition("/")[0][:40] or "document"
    why, fix = _WORDS.get(kind, ("it was written by Plimsoll", "name the spec itself"))
    problem = Problem(f"this is a {kind}, not a spec", why, fix.format(file=source.file), ("schema",))
    return source.placed(problem, of_key=True)
