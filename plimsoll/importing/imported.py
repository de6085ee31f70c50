"""What was read of what runs is put together to a spec, which is planned before it is given."""

from collections.abc import Mapping, Sequence
from typing import Any

from plimsoll.catalog.facts import Catalog
from plimsoll.graph.resource import Graph
from plimsoll.ground.problems import Problem, SpecError, nearest
from plimsoll.ground.start_up import record
from plimsoll.importing.engine_keys import engine_part, longest_request
from plimsoll.importing.fleet import Member, fleet_part, stages_over_nodes
from plimsoll.importing.measured_service import measured_part
from plimsoll.importing.note import SpecPart, not_read
from plimsoll.importing.owner import owner_part
from plimsoll.importing.planned import planned
from plimsoll.importing.pool import place_of
from plimsoll.importing.running import running_in
from plimsoll.importing.served_model import model_part
from plimsoll.importing.server import VLLM
from plimsoll.importing.spec_text import spec_text
from plimsoll.spec.wrong.hints import dns_label

_TELLS = ("llm", "speech")
"""Tasks of models whose engine a spec tells something."""


@record
class SaidBeside:
    """What a person says beside the files: which workload, which model it serves, in which region it runs."""

    workload: str | None = None
    model: str | None = None
    region: str | None = None


@record
class Imported:
    """The text of a spec, its name, what was not read by path, and what people should know of its plan."""

    text: str
    name: str
    not_read: Mapping[str, str]
    said: str


def imported(
    graph: Graph | None, load: SpecPart | None, catalog: Catalog, asked: SaidBeside, head: str
) -> Imported:
    """Write the spec of a workload that runs; `load` is what was measured of its requests.

    Raises:
        SpecError: nothing there serves, several workloads do and none is named, or no model is known.
    """
    members = _members(graph, asked) if graph is not None else []
    parts = [_work(members, load, catalog, asked)]
    if members:
        parts += [fleet_part(members, catalog, asked.region), owner_part(members[0].running)]
    keys, notes = _together(parts)
    keys["load"], notes = _load(keys, notes, members, load, catalog)
    notes["sla"] = not_read(
        "nothing that runs says what was promised; without limits the utilisation target holds"
    )
    notes["budget"] = not_read("nothing that runs says what it may cost")
    name = dns_label(members[0].running.workload if members else str(keys.pop("name", ""))) or "imported"
    keys = {**keys, "name": name}
    keys, notes, said = planned(keys, notes, catalog)
    return Imported(spec_text(keys, notes, head), name, _unread(notes), said)


def _unread(notes: Mapping[str, str]) -> dict[str, str]:
    return {path: note for path, note in notes.items() if note.startswith(not_read(""))}


def _together(parts: Sequence[SpecPart]) -> tuple[dict[str, Any], dict[str, str]]:
    keys: dict[str, Any] = {}
    notes: dict[str, str] = {}
    for part in parts:
        keys |= part.keys
        notes |= part.notes
    return keys, notes


def _members(graph: Graph, asked: SaidBeside) -> list[Member]:
    found = running_in(graph)
    names = list(dict.fromkeys(each.workload for each in found))
    if not names:
        why = "a server is a Deployment or the like whose pods ask for an accelerator, or run a known engine"
        raise SpecError(Problem("nothing in it serves", why, "give the manifests of what runs, or its state"))
    if asked.workload is not None and asked.workload not in names:
        hint = nearest(asked.workload, names) or f"there is {', '.join(names)}"
        raise SpecError(Problem(f"no workload {asked.workload[:60]!r} is in it", "", hint, "--name"))
    if asked.workload is None and len(names) > 1:
        why = "a spec is of one workload"
        fix = f"name one by --name: {', '.join(names)}"
        raise SpecError(Problem(f"{len(names)} workloads are in it", why, fix))
    chosen = asked.workload or names[0]
    return [Member(each, place_of(each, graph)) for each in found if each.workload == chosen]


def _work(members: Sequence[Member], load: SpecPart | None, catalog: Catalog, asked: SaidBeside) -> SpecPart:
    """Say what is served: a model by an engine, or a service that its owner measured."""
    if not members:
        return _model_of_load(load, catalog, asked)
    server = members[0].running.server
    model = model_part(server, catalog, asked.model)
    if "model" not in model.keys:
        if server.engine or asked.model:
            raise SpecError(_unknown_model(asked.model or server.model, members[0]))
        return measured_part(members[0], catalog)
    if server.engine is None:
        why = f"{server.other or 'the engine of ' + (server.image or 'the container')} has no facts here"
        return SpecPart(model.keys, {**model.notes, "engine": not_read(f"{why}; planned as vLLM serves it")})
    name = model.keys["model"]
    known = catalog.model(name) if isinstance(name, str) else None
    if server.engine == VLLM and known is not None and known.task not in _TELLS:
        return model
    engine = engine_part(server, stages_over_nodes(members[0].running))
    return SpecPart({**model.keys, **engine.keys}, {**model.notes, **engine.notes})


def _unknown_model(name: str | None, member: Member) -> Problem:
    file, where = member.running.resource.file, member.running.name
    if name is None:
        what = f"the server of {where} does not say which model it loads"
        return Problem(what, "neither a flag nor a variable does", "name it by --model", file=file)
    what = f"the catalogue has no model {name[:80]!r}"
    why = "its name says no number of parameters either"
    return Problem(what, why, "name one that it has, or the folder of its config.json, by --model", file=file)


def _model_of_load(load: SpecPart | None, catalog: Catalog, asked: SaidBeside) -> SpecPart:
    from plimsoll.importing.flags import Flags
    from plimsoll.importing.server import Server

    said = asked.model or _said_by(load)
    if said is None:
        why = "a spec needs one, and these requests do not name it"
        raise SpecError(Problem("no model is known", why, "give manifests too, or --model"))
    part = model_part(Server(None, None, None, said, "", Flags((), {}, {})), catalog)
    if "model" not in part.keys:
        raise SpecError(Problem(f"the catalogue has no model {said[:80]!r}", "", "name another by --model"))
    notes = {**part.notes, "engine": not_read("no manifest was given; default")}
    region = {"region": asked.region} if asked.region else {}
    return SpecPart({**part.keys, **region, "name": said.rpartition("/")[2]}, notes)


def _said_by(load: SpecPart | None) -> str | None:
    found = load.keys.get("model") if load is not None else None
    return found if isinstance(found, str) else None


def _load(
    keys: Mapping[str, Any],
    notes: Mapping[str, str],
    members: Sequence[Member],
    load: SpecPart | None,
    catalog: Catalog,
) -> tuple[dict[str, Any], dict[str, str]]:
    found: dict[str, Any] = dict(load.keys.get("load", {})) if load is not None else {}
    told = dict(load.notes) if load is not None else {}
    name = keys.get("model")
    architecture = catalog.model(name) if isinstance(name, str) else None
    answers = "model" in keys and (architecture is None or architecture.task == "llm")
    if not answers:
        lengths = ("input_tokens", "output_tokens", "shared_prefix_tokens")
        found = {key: item for key, item in found.items() if key not in lengths}
    if "qps" not in found:
        found = {"qps": 1, **found}
        told.setdefault("load.qps", not_read("no request log was given: 1 a second stands for it (--load)"))
    if answers and "input_tokens" not in found:
        told.setdefault("load.input_tokens", not_read("no request log was given; default (--load)"))
    longest = longest_request(members[0].running.server) if members else None
    if longest is not None and answers:
        found["max_tokens"] = longest
    return found, {**notes, **told}
