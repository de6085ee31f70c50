"""Why nothing holds, in the words of a plan's refusal."""

from plimsoll.review.diff.solution import Solution


def why_refused(solution: Solution) -> str | None:
    """Say what clashes; None where there is a choice."""
    if solution.choice is not None or solution.search is None:
        return None
    from plimsoll.candidates.refusal import clash, exit_code, message

    tried = solution.search
    return message(tried, clash(tried.candidates), exit_code(tried))
