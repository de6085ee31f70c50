"""A post failed; the verdict stands, and whoever asked decides whether that is an error."""

from plimsoll.ground.problems import ExitCode, PlimsollError


class PostError(PlimsollError):
    """A comment could not be read or written: what was asked, what came back, what to do."""

    exit_code = ExitCode.MISSING_FACT
