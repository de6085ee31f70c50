"""A kind of file is what somebody meant to write: its name, what one file of it holds, how to begin one."""

from plimsoll.ground.start_up import record


@record
class FileKind:
    """What messages say of a kind of YAML file: the words for it, and what to write first.

    `name` has its article; `holds` is what one file holds; `needs` says why an empty one is none; `begin` is
    how to begin one, and `begin_empty` how where nothing stands there yet.
    """

    name: str
    holds: str
    needs: str
    begin: str
    begin_empty: str = ""


WORKLOAD = FileKind(
    "a workload spec",
    "one workload",
    "a workload spec needs at least model and load",
    "start with 'model: …' and 'load: …', or run 'plimsoll new NAME'",
    "run 'plimsoll new NAME' for one to start from",
)
