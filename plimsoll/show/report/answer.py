"""The answer of `plimsoll report`: outlooks of workloads, and what they are together."""

from collections.abc import Sequence

from plimsoll.candidates.nearest import Accelerators
from plimsoll.catalog.facts import Catalog
from plimsoll.ground.start_up import record
from plimsoll.plan.outlook.outlook import Outlook
from plimsoll.plan.outlook.run import RunOutlook
from plimsoll.show.plan.answer import Planned, planned


@record
class Reported:
    """Outlooks in the order of the specs, and the plans in them as `plimsoll plan` answers."""

    outlooks: tuple[Outlook | RunOutlook, ...]
    planned: Planned

    @property
    def accelerators(self) -> Accelerators:
        """What each instance type carries."""
        return self.planned.accelerators


def reported(outlooks: Sequence[Outlook | RunOutlook], catalog: Catalog) -> Reported:
    """Put outlooks together with what the catalogue says of their instance types."""
    return Reported(tuple(outlooks), planned([each.answer for each in outlooks], catalog))
