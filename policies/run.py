"""One run of the pack holds its settings, its session, and what it has said."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from plimsoll.catalog.discounts.terms import Discounts
from plimsoll.catalog.facts import Catalog
from plimsoll.gate.exemptions import Exemption
from plimsoll.gate.rules import RULES, rule_named
from plimsoll.gate.rules.budget import BUDGET
from plimsoll.gate.rules.facts import FACTS
from plimsoll.gate.session import Session
from plimsoll.gate.settings import Settings, read_settings
from plimsoll.gate.verdict import Level, NotApplicable, Violation
from plimsoll.graph.resource import Resource
from plimsoll.ground.problems import PlimsollError
from plimsoll.text.project import ProjectDefaults
from policies.report import write_report

EXEMPTIONS = Path(__file__).resolve().parent / "exemptions.yaml"
"""Beside the pack, so that one protected path holds both."""

ROOT = EXEMPTIONS.parent.parent
"""The project; a folder of prices is named from there."""

Configured = Mapping[str, tuple[Level, Mapping[str, Any]]]


class Run:
    """A run holds one session, made at the first resource, when the configuration has arrived."""

    def __init__(
        self,
        catalog: Catalog | None = None,
        exemptions: tuple[Exemption, ...] | None = None,
        on_date: str | None = None,
    ) -> None:
        self.stack = ""
        self.project = ""
        self.settings = Settings()
        self._catalog = catalog
        self._exemptions = exemptions
        self._on_date = on_date
        self._session: Session | None = None
        self._around: ProjectDefaults | None = None
        self._troubles: list[Violation] = []
        self._skipped: dict[bool, list[NotApplicable]] = {}

    def configure(self, entries: Configured) -> None:
        """Take the engine's configuration: a level for every policy, and values."""
        document = {name: {"enforcementLevel": level, **values} for name, (level, values) in entries.items()}
        try:
            self.settings = read_settings(document)
        except PlimsollError as error:
            self._trouble(error)
        self._session = None
        self._skipped = {}

    def register(self, resource: Resource) -> list[Violation]:
        """Judge one resource; troubles with the configuration are said with the first."""
        first = self._session is None
        found = self.session.register(resource)
        return self._troubles + found if first else found

    def finish(self, resources: Iterable[Resource]) -> list[Violation]:
        """Judge the stack; say what no resource was told, and every level that was changed."""
        verdict = self.session.finish(resources)
        changes = [
            Violation(change.policy, "advisory", "not_allowed", None, str(change))
            for change in verdict.level_changes
        ]
        trouble = write_report(verdict)
        if trouble:
            changes.append(Violation(BUDGET.name, "advisory", "invalid_value", None, trouble))
        return self._troubles + self.session.unsaid(verdict) + changes

    def skipped(self, *, resources: bool) -> list[NotApplicable]:
        """List the policies that are not configured, for the resource pass or for the stack pass."""
        if resources not in self._skipped:
            self._skipped[resources] = list(self._unconfigured(resources))
        return self._skipped[resources]

    def _unconfigured(self, resources: bool) -> Iterable[NotApplicable]:
        for rule in RULES:
            if self.settings.level(rule) == "disabled" or (rule.each is not None) != resources:
                continue
            config = self.settings.config(rule)
            if rule.needs and not any(config.get(key) for key in rule.needs):
                yield NotApplicable(rule.name, f"{' or '.join(rule.needs)} not configured")

    @property
    def session(self) -> Session:
        """Make the session on first use: loading the catalogue must not delay the pack's start."""
        if self._session is None:
            self._session = Session(
                self._load_catalog(),
                self.settings,
                self._load_exemptions(),
                self._on_date or self._asked_on or datetime.now(UTC).date().isoformat(),
                stack=self.stack,
                project=self.project,
            ).paying(self._load_discounts())
        return self._session

    def _load_catalog(self) -> Catalog:
        if self._catalog is None:
            # The catalogue's tables must not delay the pack's start.
            from plimsoll.catalog.tables import load

            try:
                self._catalog = load(self._asked_on, self._prices())
            except PlimsollError as error:
                self._trouble(error)
                self._catalog = load(self._asked_on)
        return self._catalog

    def _load_discounts(self) -> Discounts | None:
        """Read the file that is configured, or that the project's file names; what cannot be read blocks."""
        try:
            file = self.settings.config(FACTS).get("discounts")
            file = str(ROOT / file) if file else self._project_file().discounts
            if file is None:
                return None
            # Only a pack with a discounts file pays for its reader.
            from plimsoll.catalog.discounts.read import read_discounts

            return read_discounts(file, self._load_catalog())
        except PlimsollError as error:
            self._trouble(error)
            return None

    def _prices(self) -> str | None:
        """Name the folder of prices: as configured, else as the project's file says."""
        folder = self.settings.config(FACTS).get("prices")
        return str(ROOT / folder) if folder else self._project_file().prices

    def _project_file(self) -> ProjectDefaults:
        """Read the project's file where it is first needed; what cannot be read blocks, and is said once."""
        if self._around is None:
            from plimsoll.gate.inputs.project import project_around

            self._around = ProjectDefaults("")
            try:
                self._around = project_around(Path.cwd()) or self._around
            except PlimsollError as error:
                self._trouble(error)
        return self._around

    @property
    def _asked_on(self) -> str | None:
        """Read the day that the configuration asks to be judged on; None means today."""
        return self.settings.config(FACTS).get("on")

    def _load_exemptions(self) -> tuple[Exemption, ...]:
        if self._exemptions is None:
            self._exemptions = ()
            try:
                file = self._exemptions_file()
                if file is not None:
                    # Only a pack with an exemptions file pays for the reader of YAML.
                    from plimsoll.gate.inputs.exemptions import read_exemptions

                    self._exemptions = read_exemptions(file)
            except PlimsollError as error:
                self._trouble(error)
        return self._exemptions

    def _exemptions_file(self) -> Path | None:
        """Find the exemptions: beside the pack, else where the project's file says."""
        if EXEMPTIONS.exists():
            return EXEMPTIONS
        named = self._project_file().exemptions
        return Path(named) if named else None

    def _trouble(self, error: PlimsollError) -> None:
        """Block on a configuration that cannot be read: its budget might be what it fails to say."""
        for problem in error.problems:
            policy = problem.where.partition(".")[0]
            name = policy if rule_named(policy) else BUDGET.name
            self._troubles.append(Violation(name, "mandatory", "invalid_value", None, str(problem)))
