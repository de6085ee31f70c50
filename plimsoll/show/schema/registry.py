"""Every document whose schema is published, and what its schema is made from."""

from collections.abc import Mapping
from dataclasses import field

from plimsoll.ground.start_up import record


@record
class Published:
    """A schema is derived from a record (`module:class`), or made by a function (`module:function`)."""

    source: str
    made: bool = False
    """True if `source` is a function that makes the schema."""
    by_name: bool = False
    """True puts the keys of a field in order of name, False the meaning last: files keep their bytes."""
    several: bool = False
    """True if the command answers several inputs with one document."""
    beside: str = ""
    """A record that several inputs have beside their documents, under its name in lower case; else null."""
    otherwise: str = ""
    """A record of the same keys that stands in place of the document for another kind of work."""
    names: Mapping[str, str] = field(default_factory=dict[str, str])
    """Published names of parts whose classes are called otherwise: programs know a part by this name."""


PUBLISHED = {
    "spec": Published("plimsoll.show.schema.spec:spec_schema", made=True),
    "plan": Published(
        "plimsoll.plan.write:Document",
        several=True,
        beside="plimsoll.plan.portfolio.document:Portfolio",
        otherwise="plimsoll.plan.runs.write:RunDocument",
        names={"Clash": "Refusal", "Container": "Serving"},
    ),
    "why-not": Published("plimsoll.show.why_not.answer:Questions"),
    "explain": Published("plimsoll.show.explain.answer:Explanations"),
    "check": Published("plimsoll.show.schema.check:check_schema", made=True),
    "preview": Published("plimsoll.show.preview.document:PreviewDocument", by_name=True),
    "offers": Published("plimsoll.show.catalog.offers:Offers", by_name=True),
    "models": Published("plimsoll.show.catalog.models:ModelList", by_name=True),
    "caps": Published("plimsoll.gate.caps.permit:Permit", by_name=True),
    "quota": Published("plimsoll.plan.quotas.need:QuotaReport"),
    "accuracy": Published("plimsoll.show.catalog.accuracy:AccuracyReport", by_name=True),
    "simulation": Published("plimsoll.simulation.answer.document:SimulationDocument"),
    "lock": Published("plimsoll.review.lock.record:Lock", names={"Traits": "Work"}),
    "diff": Published("plimsoll.review.diff.document:DiffDocument"),
    "rightsize": Published(
        "plimsoll.rightsizing.document:RightsizeReport",
        names={
            "MeasuredChange": "Change",
            "MeasuredEvidence": "Evidence",
            "EvidenceWindow": "Window",
            "SpeedOfSetup": "Speed",
        },
    ),
    "calibration": Published("plimsoll.calibration.document:CalibrationDocument"),
    "actual": Published("plimsoll.actuals.document:ActualDocument"),
    "problems": Published("plimsoll.show.problems:ProblemList"),
}
"""What goes in, and the JSON documents that come out, in the order that the command names them."""
