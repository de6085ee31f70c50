"""The answer of `plimsoll plan`, one plan or several, in each of its formats."""

from collections.abc import Mapping, Sequence

from plimsoll.catalog.facts import Catalog
from plimsoll.ground.start_up import record
from plimsoll.plan.document import totals
from plimsoll.plan.plan import SCHEMA, Document
from plimsoll.show.text import PIPED, Style


@record
class Planned:
    """Plans and refusals, one for each spec; `accelerators` maps instance types to what they carry."""

    documents: tuple[Document, ...]
    accelerators: Mapping[str, str | None]

    @property
    def totals(self) -> dict[str, str | None]:
        """The sums over all workloads, USD a month; what a cluster shares counts once."""
        return totals(self.documents)


def planned(documents: Sequence[Document], catalog: Catalog) -> Planned:
    """Put plans together with what the catalogue says of their instance types."""
    carried = {name: instance.accelerator for name, instance in catalog.instance_types.items()}
    return Planned(tuple(documents), carried)


def as_json(answer: Planned, _: Style = PIPED) -> str:
    """Write the document of one spec, or of several with their total."""
    from plimsoll.show import json_text

    if len(answer.documents) == 1:
        return json_text.as_json(answer.documents[0])
    several = {
        "schema": SCHEMA,
        "plans": answer.documents,
        "total": {"usd_per_month": answer.totals},
    }
    return json_text.as_json(several)


def table(answer: Planned, style: Style = PIPED) -> str:
    """Write every plan for a terminal, and their sum."""
    from plimsoll.show.plan.table import plan_table, total_table

    parts = [plan_table(document, style, answer.accelerators) for document in answer.documents]
    if len(answer.documents) > 1:
        parts.append(total_table(answer.documents, answer.totals, style))
    return "\n".join(parts)


def markdown(answer: Planned, _: Style = PIPED) -> str:
    """Write every plan for a pull request."""
    from plimsoll.show.plan.markdown import plan_markdown

    return plan_markdown(answer.documents, answer.totals, answer.accelerators)
