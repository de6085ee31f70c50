"""Some mistakes only show between objects: each is valid, together they do not work."""

from collections.abc import Iterator, Mapping, Sequence

from plimsoll.ground.problems import Problem, nearest
from plimsoll.ground.tree import Json, at, is_object, objects_at

Manifest = Mapping[str, Json]
SCALERS = ("HorizontalPodAutoscaler", "ScaledObject")
SCALABLE = ("Deployment", "LeaderWorkerSet")


def together_problems(manifests: Sequence[Manifest]) -> Iterator[tuple[Manifest, Problem]]:
    """Yield problems between the objects of one set, each with the object to change."""
    yield from _twice(manifests)
    yield from _scaling(manifests)
    yield from _node_classes(manifests)
    yield from _services(manifests)


def _key(manifest: Manifest) -> tuple[Json, ...]:
    metadata = manifest.get("metadata")
    place = (metadata.get("namespace"), metadata.get("name")) if is_object(metadata) else ()
    return (manifest.get("apiVersion"), manifest.get("kind"), *place)


def _twice(manifests: Sequence[Manifest]) -> Iterator[tuple[Manifest, Problem]]:
    seen: set[tuple[Json, ...]] = set()
    for manifest in manifests:
        key = _key(manifest)
        named = at(manifest, "metadata.name") is not None
        if named and key in seen:
            yield manifest, Problem("two objects of one kind have this name", path="metadata.name")
        seen.add(key)


def _target(scaler: Manifest) -> tuple[Json, ...]:
    reference = at(scaler, "spec.scaleTargetRef")
    found = reference if is_object(reference) else {}
    return (at(scaler, "metadata.namespace"), found.get("kind", "Deployment"), found.get("name"))


def _scaling(manifests: Sequence[Manifest]) -> Iterator[tuple[Manifest, Problem]]:
    scalable = {
        (at(each, "metadata.namespace"), each["kind"], at(each, "metadata.name")): each
        for each in manifests
        if each.get("kind") in SCALABLE
    }
    owners: dict[tuple[Json, ...], Manifest] = {}
    for scaler in manifests:
        if scaler.get("kind") not in SCALERS:
            continue
        target = _target(scaler)
        if target in owners:
            yield scaler, Problem(f"{target[2]} already has another autoscaler", path="spec.scaleTargetRef")
        owners[target] = scaler
        if scalable and target not in scalable:
            hint = nearest(str(target[2]), [str(each[2]) for each in scalable])
            yield (
                scaler,
                Problem(f"there is no {target[1]} {target[2]} here", fix=hint, path="spec.scaleTargetRef"),
            )
        scaled = scalable.get(target)
        if scaled is not None and at(scaled, "spec.replicas") is not None:
            fix = "leave it out: the autoscaler owns it"
            yield scaled, Problem("is set, and an autoscaler scales this", fix=fix, path="spec.replicas")


def _node_classes(manifests: Sequence[Manifest]) -> Iterator[tuple[Manifest, Problem]]:
    classes = {
        (each["kind"], at(each, "metadata.name"))
        for each in manifests
        if each.get("kind") in ("EC2NodeClass", "NodeClass")
    }
    for pool in manifests:
        reference = at(pool, "spec.template.spec.nodeClassRef")
        if pool.get("kind") != "NodePool" or not classes or not is_object(reference):
            continue
        wanted = (reference.get("kind"), reference.get("name"))
        if wanted not in classes:
            hint = nearest(str(wanted[1]), [str(name) for _, name in classes])
            what = f"there is no {wanted[0]} {wanted[1]} here"
            yield pool, Problem(what, fix=hint, path="spec.template.spec.nodeClassRef")


def _services(manifests: Sequence[Manifest]) -> Iterator[tuple[Manifest, Problem]]:
    for service in manifests:
        selector = at(service, "spec.selector")
        if service.get("kind") != "Service" or not is_object(selector) or not selector:
            continue
        pods = [pod for each in manifests for pod in _pods(each) if _picks(service, selector, each, pod)]
        here = [each for each in manifests if each.get("kind") in SCALABLE]
        if here and not pods:
            yield service, Problem("selects none of the pods here", path="spec.selector")
            continue
        for where, port in objects_at(service, "spec.ports"):
            target = port.get("targetPort")
            if pods and isinstance(target, str) and not any(target in _port_names(pod) for pod in pods):
                yield service, Problem(f"no selected pod has a port {target!r}", path=f"{where}.targetPort")


def _pods(manifest: Manifest) -> Iterator[Json]:
    if manifest.get("kind") == "Deployment":
        yield at(manifest, "spec.template")
    if manifest.get("kind") == "LeaderWorkerSet":
        group = at(manifest, "spec.leaderWorkerTemplate")
        yield at(group, "leaderTemplate") or at(group, "workerTemplate")


def _picks(service: Manifest, selector: dict[str, Json], owner: Manifest, pod: Json) -> bool:
    labels = at(pod, "metadata.labels")
    same = at(service, "metadata.namespace") == at(owner, "metadata.namespace")
    # LeaderWorkerSet's own labels are put on by its controller.
    wanted = {key: value for key, value in selector.items() if "leaderworkerset" not in key}
    return same and is_object(labels) and wanted.items() <= labels.items()


def _port_names(pod: Json) -> set[str]:
    return {
        str(port["name"])
        for _, container in objects_at(pod, "spec.containers")
        for _, port in objects_at(container, "ports")
        if port.get("name")
    }
