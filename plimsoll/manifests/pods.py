"""These rules judge what the API server checks in a pod template and no published schema says.

Sources: k8s.io/kubernetes v1.36 pkg/apis/core/validation, and the server's own answers to
`tests/cases/mistakes`.
"""

from collections.abc import Generator, Iterator, Sequence

from plimsoll.ground.problems import nearest
from plimsoll.ground.tree import Json, at, is_list, is_number, is_object, join, objects_at
from plimsoll.manifests.fault import Fault
from plimsoll.manifests.grammar import is_dns_label, label_faults, metadata_faults, quantity, quantity_faults

CHOICES = {
    "imagePullPolicy": ("Always", "IfNotPresent", "Never"),
    "dnsPolicy": ("ClusterFirst", "ClusterFirstWithHostNet", "Default", "None"),
    "effect": ("NoExecute", "NoSchedule", "PreferNoSchedule"),
    "whenUnsatisfiable": ("DoNotSchedule", "ScheduleAnyway"),
    "protocol": ("SCTP", "TCP", "UDP"),
    "scheme": ("HTTP", "HTTPS"),
}
NATIVE = ("cpu", "memory", "ephemeral-storage")
PROBES = ("livenessProbe", "readinessProbe", "startupProbe")
HANDLERS = ("exec", "grpc", "httpGet", "tcpSocket")


def template_faults(template: Json, path: str, restart: Sequence[str]) -> Iterator[Fault]:
    """Judge a pod template; `restart` are the restart policies that its owner allows."""
    if not is_object(template):
        return
    yield from metadata_faults(template.get("metadata"), join(path, "metadata"))
    spec, below = template.get("spec"), join(path, "spec")
    if is_object(spec):
        policy = spec.get("restartPolicy", "Always")
        if policy not in restart:
            yield Fault(
                join(below, "restartPolicy"), f"{policy!r} is not allowed here: {' or '.join(restart)}"
            )
        yield from _spec_faults(spec, below)


def choice_faults(value: Json, name: str, path: str) -> Iterator[Fault]:
    """Judge a field whose values the server lists in code."""
    chosen = value.get(name)
    if isinstance(chosen, str) and chosen not in CHOICES[name]:
        what = f"{chosen!r} is not one of {', '.join(CHOICES[name])}"
        yield Fault(join(path, name), what, nearest(chosen, CHOICES[name]))


def least_faults(value: Json, name: str, least: int, path: str) -> Iterator[Fault]:
    """Judge a number that may not be less than `least`."""
    number = value.get(name)
    if is_number(number) and number < least:
        yield Fault(join(path, name), f"{number} is less than {least}")


def _spec_faults(spec: dict[str, Json], path: str) -> Iterator[Fault]:
    if not spec.get("containers"):
        yield Fault(join(path, "containers"), "a pod needs at least one container")
    yield from choice_faults(spec, "dnsPolicy", path)
    yield from least_faults(spec, "terminationGracePeriodSeconds", 0, path)
    yield from label_faults(spec.get("nodeSelector"), join(path, "nodeSelector"))
    yield from _toleration_faults(spec, path)
    yield from _spread_faults(spec, path)
    volumes = yield from _volume_faults(spec, path)
    containers = [*objects_at(spec, "initContainers"), *objects_at(spec, "containers")]
    yield from _unique([item.get("name") for _, item in containers], join(path, "containers"), "name")
    for where, container in containers:
        yield from _container_faults(container, f"{path}.{where}", volumes)
        yield from _shutdown_faults(container, spec, f"{path}.{where}")


def _toleration_faults(spec: dict[str, Json], path: str) -> Iterator[Fault]:
    for where, toleration in objects_at(spec, "tolerations"):
        below = f"{path}.{where}"
        yield from choice_faults(toleration, "effect", below)
        sign = toleration.get("operator", "Equal")
        if sign not in ("Equal", "Exists", "Gt", "Lt"):
            yield Fault(f"{below}.operator", f"{sign!r} is not one of Equal, Exists")
        elif sign == "Exists" and toleration.get("value"):
            yield Fault(f"{below}.value", "must be empty where the operator is Exists")
        elif not toleration.get("key") and sign != "Exists":
            yield Fault(f"{below}.operator", "must be Exists where the key is empty")


def _spread_faults(spec: dict[str, Json], path: str) -> Iterator[Fault]:
    for where, spread in objects_at(spec, "topologySpreadConstraints"):
        yield from choice_faults(spread, "whenUnsatisfiable", f"{path}.{where}")
        yield from least_faults(spread, "maxSkew", 1, f"{path}.{where}")


def _volume_faults(spec: dict[str, Json], path: str) -> Generator[Fault, None, list[str]]:
    names: list[str] = []
    for where, volume in objects_at(spec, "volumes"):
        below = f"{path}.{where}"
        name, sources = volume.get("name"), [key for key in volume if key != "name"]
        names += [name] if isinstance(name, str) else []
        if isinstance(name, str) and not is_dns_label(name):
            yield Fault(f"{below}.name", f"{name!r} is not a DNS label")
        if len(sources) > 1:
            yield Fault(below, f"one source for a volume, not {' and '.join(sorted(sources))}")
        medium = at(volume, "emptyDir.medium")
        if isinstance(medium, str) and medium not in ("", "Memory") and not medium.startswith("HugePages"):
            yield Fault(f"{below}.emptyDir.medium", f"{medium!r} is not Memory", nearest(medium, ["Memory"]))
        yield from quantity_faults(at(volume, "emptyDir.sizeLimit"), f"{below}.emptyDir.sizeLimit")
    yield from _unique(names, join(path, "volumes"), "name")
    return names


def _container_faults(container: dict[str, Json], path: str, volumes: Sequence[str]) -> Iterator[Fault]:
    name = container.get("name")
    if isinstance(name, str) and not is_dns_label(name):
        yield Fault(f"{path}.name", f"{name!r} is not a DNS label")
    if not container.get("image"):
        yield Fault(f"{path}.image", "a container needs an image")
    yield from choice_faults(container, "imagePullPolicy", path)
    yield from _environment_faults(container, path)
    yield from _resource_faults(container, path)
    yield from _mount_faults(container, path, volumes)
    ports = yield from port_faults(container, path)
    for probe in PROBES:
        yield from _probe_faults(container.get(probe), probe, f"{path}.{probe}", ports)
    for hook in ("preStop", "postStart"):
        yield from _handler_faults(at(container, f"lifecycle.{hook}"), f"{path}.lifecycle.{hook}", ("sleep",))


def _environment_faults(container: dict[str, Json], path: str) -> Iterator[Fault]:
    for where, variable in objects_at(container, "env"):
        name = variable.get("name")
        if not name or (isinstance(name, str) and ("=" in name or not name.isascii())):
            yield Fault(f"{path}.{where}.name", f"{name!r} is not the name of an environment variable")
        if variable.get("value") and variable.get("valueFrom"):
            yield Fault(f"{path}.{where}", "value and valueFrom exclude each other")


def _resource_faults(container: dict[str, Json], path: str) -> Iterator[Fault]:
    requests, limits = at(container, "resources.requests"), at(container, "resources.limits")
    requests, limits = requests if is_object(requests) else {}, limits if is_object(limits) else {}
    for part, amounts in (("requests", requests), ("limits", limits)):
        for name, amount in amounts.items():
            yield from quantity_faults(amount, join(f"{path}.resources.{part}", name))
            if "/" not in name and name not in NATIVE and not name.startswith("hugepages-"):
                hint = nearest(name, NATIVE)
                yield Fault(join(f"{path}.resources.{part}", name), "is not a resource of a container", hint)
    for name in sorted({*requests, *limits}):
        yield from _pair_faults(name, requests.get(name), limits.get(name), f"{path}.resources")


def _pair_faults(name: str, asked: Json, limit: Json, path: str) -> Iterator[Fault]:
    request, most = quantity(asked), quantity(limit)
    if "/" not in name:
        if request is not None and most is not None and request > most:
            yield Fault(join(f"{path}.requests", name), f"{asked} is more than the limit of {limit}")
        return
    for amount, part, shown in ((request, "requests", asked), (most, "limits", limit)):
        if amount is not None and amount != amount.to_integral_value():
            yield Fault(
                join(f"{path}.{part}", name), f"{shown} is not whole; devices are not shared this way"
            )
    if limit is None:
        yield Fault(join(f"{path}.limits", name), "a device must have a limit", "limits equal requests")
    elif request is not None and request != most:
        yield Fault(join(f"{path}.requests", name), f"{asked} is not the limit of {limit}", "make them equal")


def _mount_faults(container: dict[str, Json], path: str, volumes: Sequence[str]) -> Iterator[Fault]:
    for where, mount in objects_at(container, "volumeMounts"):
        name = mount.get("name")
        if isinstance(name, str) and name not in volumes:
            yield Fault(f"{path}.{where}.name", f"there is no volume {name!r}", nearest(name, volumes))
    paths = [mount.get("mountPath") for _, mount in objects_at(container, "volumeMounts")]
    yield from _unique(paths, f"{path}.volumeMounts", "mountPath")


def port_faults(owner: dict[str, Json], path: str) -> Generator[Fault, None, list[str]]:
    """Judge the ports of a container, and return the names that probes may use."""
    names: list[str] = []
    for where, port in objects_at(owner, "ports"):
        below, name = f"{path}.{where}", port.get("name")
        yield from port_number_faults(port.get("containerPort"), f"{below}.containerPort")
        yield from choice_faults(port, "protocol", below)
        if isinstance(name, str):
            names.append(name)
            yield from port_name_faults(name, f"{below}.name")
    yield from _unique(names, f"{path}.ports", "name")
    return names


def port_number_faults(number: Json, path: str) -> Iterator[Fault]:
    """Judge a port: it is 1 to 65535."""
    if is_number(number) and not 1 <= number <= 65535:
        yield Fault(path, f"{number} is not a port; ports are 1 to 65535")


def port_name_faults(name: str, path: str) -> Iterator[Fault]:
    """Judge an IANA service name: at most 15 characters, a letter among them."""
    if not (is_dns_label(name) and len(name) <= 15 and any(sign.isalpha() for sign in name)):
        yield Fault(path, f"{name!r} is not a port name", "at most 15 lower-case letters, digits and dashes")


def _probe_faults(probe: Json, kind: str, path: str, ports: Sequence[str]) -> Iterator[Fault]:
    if not is_object(probe):
        return
    yield from _handler_faults(probe, path, ())
    for name, least in (
        ("failureThreshold", 1),
        ("initialDelaySeconds", 0),
        ("periodSeconds", 1),
        ("successThreshold", 1),
        ("timeoutSeconds", 1),
    ):
        yield from least_faults(probe, name, least, path)
    if kind != "readinessProbe" and probe.get("successThreshold", 1) != 1:
        yield Fault(f"{path}.successThreshold", "must be 1 for liveness and startup probes")
    for handler in ("httpGet", "tcpSocket"):
        port = at(probe, f"{handler}.port")
        yield from port_number_faults(port, f"{path}.{handler}.port")
        if isinstance(port, str) and port not in ports:
            hint = nearest(port, ports)
            yield Fault(f"{path}.{handler}.port", f"the container has no port {port!r}", hint)
        if is_object(probe.get(handler)):
            yield from choice_faults(probe[handler], "scheme", f"{path}.{handler}")


def _handler_faults(hook: Json, path: str, more: Sequence[str]) -> Iterator[Fault]:
    if not is_object(hook):
        return
    allowed = (*HANDLERS, *more)
    chosen = [name for name in allowed if name in hook]
    if len(chosen) != 1:
        yield Fault(
            path, f"exactly one of {', '.join(sorted(allowed))}, not {' and '.join(chosen) or 'none'}"
        )


def _shutdown_faults(container: dict[str, Json], spec: dict[str, Json], path: str) -> Iterator[Fault]:
    pause, grace = (
        at(container, "lifecycle.preStop.sleep.seconds"),
        spec.get("terminationGracePeriodSeconds", 30),
    )
    if is_number(pause) and is_number(grace) and not 0 < pause <= grace:
        yield Fault(
            f"{path}.lifecycle.preStop.sleep.seconds", f"{pause} is not within the {grace} s of grace"
        )


def _unique(values: Sequence[Json], path: str, what: str) -> Iterator[Fault]:
    twice = sorted({str(value) for value in values if value is not None and values.count(value) > 1})
    if twice:
        yield Fault(path, f"two items have the {what} {twice[0]!r}")


def selector_faults(spec: Json, template: Json, path: str) -> Iterator[Fault]:
    """Judge a controller's selector: it has to pick the pods that it makes."""
    wanted, labels = at(spec, "selector.matchLabels"), at(template, "metadata.labels")
    if not is_object(wanted) and not is_list(at(spec, "selector.matchExpressions")):
        yield Fault(join(path, "selector"), "a selector that matches something is required")
        return
    for key, value in wanted.items() if is_object(wanted) else ():
        if not is_object(labels) or labels.get(key) != value:
            what = f"the template's pods do not carry {key}={value}"
            yield Fault(f"{path}.selector.matchLabels", what, "select labels that the template sets")
