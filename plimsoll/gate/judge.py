"""Judge a graph by every policy. A rule that crashes blocks; it never passes."""

from collections.abc import Iterable, Iterator, Sequence

from plimsoll.catalog.facts import Catalog
from plimsoll.gate.allowance import with_allowances
from plimsoll.gate.exemptions import Exemption, apply_exemptions
from plimsoll.gate.rule import Config, Finding, NotApplicableError, Rule, Scene
from plimsoll.gate.rules import RULES
from plimsoll.gate.rules.budget import headline_budget
from plimsoll.gate.rules.facts import UNPRICED_COST
from plimsoll.gate.settings import Settings
from plimsoll.gate.verdict import NotApplicable, Verdict, Violation
from plimsoll.graph.resource import Graph, Resource
from plimsoll.pricing import CannotPrice, Priced, price
from plimsoll.pricing.result import Unpriceable, merge


def judge(
    graph: Graph,
    catalog: Catalog,
    settings: Settings | None = None,
    exemptions: Sequence[Exemption] = (),
    on_date: str | None = None,
    *,
    region: str | None = None,
    priced: Priced | None = None,
    beside: Priced | None = None,
) -> Verdict:
    """Judge a graph.

    `on_date` (`YYYY-MM-DD`) is the day on which the age of prices and the end of exemptions are judged;
    default: the date of the prices. `priced` is the graph's price if it has been worked out already;
    `beside` is what must be added to it that no resource of the graph stands for.
    Equal inputs give equal verdicts.
    """
    settings = settings or Settings()
    crash: list[Violation] = []
    if priced is None:
        try:
            priced = price(graph, catalog, region)
        except Exception as error:  # noqa: BLE001 - a pricing bug must block, not pass
            crash = [crashed("unpriced-cost", error)]
            priced = Priced(cannot_price=(CannotPrice("", "unpriced", "pricing crashed"),))
    if beside is not None:
        priced = merge([priced, beside])
    scene = Scene(graph, priced, catalog, on_date or catalog.priced_on, settings.blocking())
    return judge_scene(scene, settings, exemptions, crash)


def judge_scene(
    scene: Scene, settings: Settings, exemptions: Sequence[Exemption], crash: Iterable[Violation] = ()
) -> Verdict:
    """Judge a graph that is priced: allowed amounts first, then every policy, then the exemptions."""
    level = settings.level(UNPRICED_COST)
    scene.priced, through = with_allowances(scene.priced, exemptions, scene, level)
    violations, skipped = judge_all(scene, settings)
    return conclude([*crash, *through, *violations], skipped, scene, settings, exemptions)


def judge_all(scene: Scene, settings: Settings) -> tuple[list[Violation], list[NotApplicable]]:
    """Judge a priced graph by every policy; also list the policies that had nothing to judge."""
    violations: list[Violation] = []
    skipped: list[NotApplicable] = []
    for rule in RULES:
        level = settings.level(rule)
        if level == "disabled":
            skipped.append(NotApplicable(rule.name, "disabled by configuration"))
            continue
        config = settings.config(rule)
        try:
            rule.check_applies(config)
            violations += [as_violation(rule, settings, f) for f in _findings(rule, scene, config)]
        except NotApplicableError as reason:
            skipped.append(NotApplicable(rule.name, str(reason)))
        except Exception as error:  # noqa: BLE001 - a bug inside a rule blocks and says so
            violations.append(crashed(rule.name, error))
    return violations, skipped


def _findings(rule: Rule, scene: Scene, config: Config) -> Iterator[Finding]:
    if rule.each is not None:
        for resource in scene.created():
            yield from judge_resource(rule, resource, scene, config)
    if rule.whole is not None:
        yield from rule.whole(scene, config)


def judge_resource(rule: Rule, resource: Resource, scene: Scene, config: Config) -> Iterable[Finding]:
    """Judge one resource by one rule; an input that cannot be read is a finding with its own code."""
    assert rule.each is not None
    try:
        return list(rule.each(resource, scene, config))
    except Unpriceable as refusal:
        return [Finding(refusal.code, resource.urn, refusal.message)]


def as_violation(rule: Rule, settings: Settings, finding: Finding) -> Violation:
    """Give a finding its policy and level."""
    return Violation(
        rule.name,
        settings.level(rule),
        finding.code,
        finding.urn,
        finding.message,
        finding.story,
        finding.usd_per_month,
    )


def crashed(policy: str, error: Exception, urn: str | None = None) -> Violation:
    """Turn a bug inside a rule into a violation that blocks whatever the policy's level."""
    what = f"{type(error).__name__}: {ascii(str(error))[1:-1][:200]}"
    message = (
        f"the policy itself failed ({what}); this is a bug in Plimsoll: nothing passes until it is fixed"
    )
    return Violation(policy, "mandatory", "crashed", urn, message)


def conclude(
    violations: Iterable[Violation],
    skipped: Iterable[NotApplicable],
    scene: Scene,
    settings: Settings,
    exemptions: Sequence[Exemption],
) -> Verdict:
    """Apply the exemptions and put the verdict together, worst first."""
    kept, uses = apply_exemptions(violations, exemptions, scene)
    kept.sort(key=lambda v: (not v.blocks, _rank(v.policy), v.urn or "", v.code, v.message))
    budget, basis = headline_budget(settings)
    priced = scene.priced
    return Verdict(
        violations=tuple(dict.fromkeys(kept)),
        floor=priced.floor,
        ceiling=priced.ceiling,
        lines=priced.lines,
        free=priced.free,
        external=priced.external,
        cannot_price=priced.cannot_price,
        exemptions=tuple(uses),
        not_applicable=tuple(skipped),
        level_changes=settings.changes(),
        notes=(*scene.graph.notes, *priced.notes),
        priced_on=scene.catalog.priced_on,
        budget=budget,
        basis=basis,
    )


def _rank(policy: str) -> int:
    return next((index for index, rule in enumerate(RULES) if rule.name == policy), len(RULES))
