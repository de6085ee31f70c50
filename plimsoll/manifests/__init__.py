"""Kubernetes objects are judged before anything is created: schema, CEL rules, and what both miss.

`validate` is pure: the schemas are its argument (`plimsoll.manifests.published` reads them). It refuses
what a v1.36 API server with strict field validation refuses for the kinds that Plimsoll emits, and
some things that the server lets through and that then do not work. What the engine knows only later
(an Output) is left unjudged.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from plimsoll.ground.problems import Problem
from plimsoll.ground.tree import Json, at, is_object
from plimsoll.manifests.custom import CUSTOM_RULES
from plimsoll.manifests.grammar import metadata_problems, name_problems
from plimsoll.manifests.kinds import BUILTIN_RULES
from plimsoll.manifests.schema import Schema, SchemaJudge
from plimsoll.manifests.together import together_problems

__all__ = ["Schemas", "validate"]


@dataclass(frozen=True, slots=True)
class Schemas:
    """Schemas say what the API takes, by `apiVersion:Kind`: custom and built-in, and shared definitions.

    `unpublished` are kinds that are served without a published schema.
    """

    custom: Mapping[str, Schema]
    builtin: Mapping[str, str]
    definitions: Mapping[str, Schema] = field(default_factory=dict[str, Schema])
    unpublished: frozenset[str] = frozenset()

    def problems(self, manifest: Json, kind: str) -> Iterator[Problem]:
        """Yield what the schema of a kind says against an object."""
        if kind in self.custom:
            yield from SchemaJudge().problems(manifest, self.custom[kind])
        elif kind in self.builtin:
            judge = SchemaJudge(self.definitions, null_is_absent=True)
            yield from judge.problems(manifest, self.definitions[self.builtin[kind]])
        elif kind not in self.unpublished:
            known = sorted({*self.custom, *self.builtin})
            versions = [each.split(":")[0] for each in known if each.endswith(f":{kind.split(':')[1]}")]
            hint = f"it is served as {versions[0]}" if versions else ""
            yield Problem(
                f"{kind.replace(':', ' ')} is not a kind that is emitted here", fix=hint, path="apiVersion"
            )


def validate(manifests: Sequence[Mapping[str, Json]], schemas: Schemas) -> list[Problem]:
    """List everything that is wrong with objects that will be created together.

    The path of a problem is `Kind/name` and the dotted path inside that object.
    """
    problems: list[Problem] = []
    for manifest in manifests:
        problems += [_placed(manifest, problem) for problem in _problems(manifest, schemas)]
    problems += [_placed(manifest, problem) for manifest, problem in together_problems(manifests)]
    return list(dict.fromkeys(problems))


def _problems(manifest: Json, schemas: Schemas) -> Iterator[Problem]:
    version, kind = manifest.get("apiVersion"), manifest.get("kind")
    if not isinstance(version, str) or not isinstance(kind, str):
        yield Problem("an object needs apiVersion and kind")
        return
    key = f"{version}:{kind}"
    yield from schemas.problems(manifest, key)
    yield from name_problems(manifest)
    if is_object(at(manifest, "metadata")):
        yield from metadata_problems(manifest["metadata"], "metadata")
    rule = BUILTIN_RULES.get(key) or CUSTOM_RULES.get(key)
    if rule is not None:
        yield from rule(manifest)


def _placed(manifest: Json, problem: Problem) -> Problem:
    """Say which object a problem is in."""
    name = at(manifest, "metadata.name") or "unnamed"
    whose = f"{manifest.get('kind', 'object')}/{name}"
    return replace(problem, path=f"{whose}: {problem.where}" if problem.path else whose)
