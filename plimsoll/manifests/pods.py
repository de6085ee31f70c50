"""These rules judge what the API server checks in a pod template and no published schema says.

Sources: k8s.io/kubernetes v1.36 pkg/apis/core/validation, and the server's own answers to
`tests/cases/mistakes`.
"""

from collections.abc import Generator, Iterator, Sequence

from plimsoll.ground.problems import Problem, nearest
from plimsoll.ground.tree import Json, at, is_list, is_number, is_object, join, objects_at
from plimsoll.manifests.grammar import (
    is_dns_label,
    label_problems,
    metadata_problems,
    quantity,
    quantity_problems,
)

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


def template_problems(template: Json, path: str, restart: Sequence[str]) -> Iterator[Problem]:
    """Judge a pod template; `restart` are the restart policies that its owner allows."""
    if not is_object(template):
        return
    yield from metadata_problems(template.get("metadata"), join(path, "metadata"))
    spec, below = template.get("spec"), join(path, "spec")
    if is_object(spec):
        policy = spec.get("restartPolicy", "Always")
        if policy not in restart:
            yield Problem(
                f"{policy!r} is not allowed here: {' or '.join(restart)}", path=join(below, "restartPolicy")
            )
        yield from _spec_problems(spec, below)


def choice_problems(value: Json, name: str, path: str) -> Iterator[Problem]:
    """Judge a field whose values the server lists in code."""
    chosen = value.get(name)
    if isinstance(chosen, str) and chosen not in CHOICES[name]:
        what = f"{chosen!r} is not one of {', '.join(CHOICES[name])}"
        yield Problem(what, fix=nearest(chosen, CHOICES[name]), path=join(path, name))


def least_problems(value: Json, name: str, least: int, path: str) -> Iterator[Problem]:
    """Judge a number that may not be less than `least`."""
    number = value.get(name)
    if is_number(number) and number < least:
        yield Problem(f"{number} is less than {least}", path=join(path, name))


def _spec_problems(spec: dict[str, Json], path: str) -> Iterator[Problem]:
    if not spec.get("containers"):
        yield Problem("a pod needs at least one container", path=join(path, "containers"))
    yield from choice_problems(spec, "dnsPolicy", path)
    yield from least_problems(spec, "terminationGracePeriodSeconds", 0, path)
    yield from label_problems(spec.get("nodeSelector"), join(path, "nodeSelector"))
    yield from _toleration_problems(spec, path)
    yield from _spread_problems(spec, path)
    volumes = yield from _volume_problems(spec, path)
    containers = [*objects_at(spec, "initContainers"), *objects_at(spec, "containers")]
    yield from _unique([item.get("name") for _, item in containers], join(path, "containers"), "name")
    for where, container in containers:
        yield from _container_problems(container, f"{path}.{where}", volumes)
        yield from _shutdown_problems(container, spec, f"{path}.{where}")


def _toleration_problems(spec: dict[str, Json], path: str) -> Iterator[Problem]:
    for where, toleration in objects_at(spec, "tolerations"):
        below = f"{path}.{where}"
        yield from choice_problems(toleration, "effect", below)
        sign = toleration.get("operator", "Equal")
        if sign not in ("Equal", "Exists", "Gt", "Lt"):
            yield Problem(f"{sign!r} is not one of Equal, Exists", path=f"{below}.operator")
        elif sign == "Exists" and toleration.get("value"):
            yield Problem("must be empty where the operator is Exists", path=f"{below}.value")
        elif not toleration.get("key") and sign != "Exists":
            yield Problem("must be Exists where the key is empty", path=f"{below}.operator")


def _spread_problems(spec: dict[str, Json], path: str) -> Iterator[Problem]:
    for where, spread in objects_at(spec, "topologySpreadConstraints"):
        yield from choice_problems(spread, "whenUnsatisfiable", f"{path}.{where}")
        yield from least_problems(spread, "maxSkew", 1, f"{path}.{where}")


def _volume_problems(spec: dict[str, Json], path: str) -> Generator[Problem, None, list[str]]:
    names: list[str] = []
    for where, volume in objects_at(spec, "volumes"):
        below = f"{path}.{where}"
        name, sources = volume.get("name"), [key for key in volume if key != "name"]
        names += [name] if isinstance(name, str) else []
        if isinstance(name, str) and not is_dns_label(name):
            yield Problem(f"{name!r} is not a DNS label", path=f"{below}.name")
        if len(sources) > 1:
            yield Problem(f"one source for a volume, not {' and '.join(sorted(sources))}", path=below)
        medium = at(volume, "emptyDir.medium")
        if isinstance(medium, str) and medium not in ("", "Memory") and not medium.startswith("HugePages"):
            yield Problem(
                f"{medium!r} is not Memory", fix=nearest(medium, ["Memory"]), path=f"{below}.emptyDir.medium"
            )
        yield from quantity_problems(at(volume, "emptyDir.sizeLimit"), f"{below}.emptyDir.sizeLimit")
    yield from _unique(names, join(path, "volumes"), "name")
    return names


def _container_problems(container: dict[str, Json], path: str, volumes: Sequence[str]) -> Iterator[Problem]:
    name = container.get("name")
    if isinstance(name, str) and not is_dns_label(name):
        yield Problem(f"{name!r} is not a DNS label", path=f"{path}.name")
    if not container.get("image"):
        yield Problem("a container needs an image", path=f"{path}.image")
    yield from choice_problems(container, "imagePullPolicy", path)
    yield from _environment_problems(container, path)
    yield from _resource_problems(container, path)
    yield from _mount_problems(container, path, volumes)
    ports = yield from port_problems(container, path)
    for probe in PROBES:
        yield from _probe_problems(container.get(probe), probe, f"{path}.{probe}", ports)
    for hook in ("preStop", "postStart"):
        yield from _handler_problems(
            at(container, f"lifecycle.{hook}"), f"{path}.lifecycle.{hook}", ("sleep",)
        )


def _environment_problems(container: dict[str, Json], path: str) -> Iterator[Problem]:
    for where, variable in objects_at(container, "env"):
        name = variable.get("name")
        if not name or (isinstance(name, str) and ("=" in name or not name.isascii())):
            yield Problem(f"{name!r} is not the name of an environment variable", path=f"{path}.{where}.name")
        if variable.get("value") and variable.get("valueFrom"):
            yield Problem("value and valueFrom exclude each other", path=f"{path}.{where}")


def _resource_problems(container: dict[str, Json], path: str) -> Iterator[Problem]:
    requests, limits = at(container, "resources.requests"), at(container, "resources.limits")
    requests, limits = requests if is_object(requests) else {}, limits if is_object(limits) else {}
    for part, amounts in (("requests", requests), ("limits", limits)):
        for name, amount in amounts.items():
            yield from quantity_problems(amount, join(f"{path}.resources.{part}", name))
            if "/" not in name and name not in NATIVE and not name.startswith("hugepages-"):
                hint = nearest(name, NATIVE)
                yield Problem(
                    "is not a resource of a container", fix=hint, path=join(f"{path}.resources.{part}", name)
                )
    for name in sorted({*requests, *limits}):
        yield from _pair_problems(name, requests.get(name), limits.get(name), f"{path}.resources")


def _pair_problems(name: str, asked: Json, limit: Json, path: str) -> Iterator[Problem]:
    request, most = quantity(asked), quantity(limit)
    if "/" not in name:
        if request is not None and most is not None and request > most:
            yield Problem(f"{asked} is more than the limit of {limit}", path=join(f"{path}.requests", name))
        return
    for amount, part, shown in ((request, "requests", asked), (most, "limits", limit)):
        if amount is not None and amount != amount.to_integral_value():
            yield Problem(
                f"{shown} is not whole; devices are not shared this way", path=join(f"{path}.{part}", name)
            )
    if limit is None:
        yield Problem(
            "a device must have a limit", fix="limits equal requests", path=join(f"{path}.limits", name)
        )
    elif request is not None and request != most:
        yield Problem(
            f"{asked} is not the limit of {limit}", fix="make them equal", path=join(f"{path}.requests", name)
        )


def _mount_problems(container: dict[str, Json], path: str, volumes: Sequence[str]) -> Iterator[Problem]:
    for where, mount in objects_at(container, "volumeMounts"):
        name = mount.get("name")
        if isinstance(name, str) and name not in volumes:
            yield Problem(
                f"there is no volume {name!r}", fix=nearest(name, volumes), path=f"{path}.{where}.name"
            )
    paths = [mount.get("mountPath") for _, mount in objects_at(container, "volumeMounts")]
    yield from _unique(paths, f"{path}.volumeMounts", "mountPath")


def port_problems(owner: dict[str, Json], path: str) -> Generator[Problem, None, list[str]]:
    """Judge the ports of a container, and return the names that probes may use."""
    names: list[str] = []
    for where, port in objects_at(owner, "ports"):
        below, name = f"{path}.{where}", port.get("name")
        yield from port_number_problems(port.get("containerPort"), f"{below}.containerPort")
        yield from choice_problems(port, "protocol", below)
        if isinstance(name, str):
            names.append(name)
            yield from port_name_problems(name, f"{below}.name")
    yield from _unique(names, f"{path}.ports", "name")
    return names


def port_number_problems(number: Json, path: str) -> Iterator[Problem]:
    """Judge a port: it is 1 to 65535."""
    if is_number(number) and not 1 <= number <= 65535:
        yield Problem(f"{number} is not a port; ports are 1 to 65535", path=path)


def port_name_problems(name: str, path: str) -> Iterator[Problem]:
    """Judge an IANA service name: at most 15 characters, a letter among them."""
    if not (is_dns_label(name) and len(name) <= 15 and any(sign.isalpha() for sign in name)):
        yield Problem(
            f"{name!r} is not a port name", fix="at most 15 lower-case letters, digits and dashes", path=path
        )


def _probe_problems(probe: Json, kind: str, path: str, ports: Sequence[str]) -> Iterator[Problem]:
    if not is_object(probe):
        return
    yield from _handler_problems(probe, path, ())
    for name, least in (
        ("failureThreshold", 1),
        ("initialDelaySeconds", 0),
        ("periodSeconds", 1),
        ("successThreshold", 1),
        ("timeoutSeconds", 1),
    ):
        yield from least_problems(probe, name, least, path)
    if kind != "readinessProbe" and probe.get("successThreshold", 1) != 1:
        yield Problem("must be 1 for liveness and startup probes", path=f"{path}.successThreshold")
    for handler in ("httpGet", "tcpSocket"):
        port = at(probe, f"{handler}.port")
        yield from port_number_problems(port, f"{path}.{handler}.port")
        if isinstance(port, str) and port not in ports:
            hint = nearest(port, ports)
            yield Problem(f"the container has no port {port!r}", fix=hint, path=f"{path}.{handler}.port")
        if is_object(probe.get(handler)):
            yield from choice_problems(probe[handler], "scheme", f"{path}.{handler}")


def _handler_problems(hook: Json, path: str, more: Sequence[str]) -> Iterator[Problem]:
    if not is_object(hook):
        return
    allowed = (*HANDLERS, *more)
    chosen = [name for name in allowed if name in hook]
    if len(chosen) != 1:
        yield Problem(
            f"exactly one of {', '.join(sorted(allowed))}, not {' and '.join(chosen) or 'none'}", path=path
        )


def _shutdown_problems(container: dict[str, Json], spec: dict[str, Json], path: str) -> Iterator[Problem]:
    pause, grace = (
        at(container, "lifecycle.preStop.sleep.seconds"),
        spec.get("terminationGracePeriodSeconds", 30),
    )
    if is_number(pause) and is_number(grace) and not 0 < pause <= grace:
        yield Problem(
            f"{pause} is not within the {grace} s of grace", path=f"{path}.lifecycle.preStop.sleep.seconds"
        )


def _unique(values: Sequence[Json], path: str, what: str) -> Iterator[Problem]:
    twice = sorted({str(value) for value in values if value is not None and values.count(value) > 1})
    if twice:
        yield Problem(f"two items have the {what} {twice[0]!r}", path=path)


def selector_problems(spec: Json, template: Json, path: str) -> Iterator[Problem]:
    """Judge a controller's selector: it has to pick the pods that it makes."""
    wanted, labels = at(spec, "selector.matchLabels"), at(template, "metadata.labels")
    if not is_object(wanted) and not is_list(at(spec, "selector.matchExpressions")):
        yield Problem("a selector that matches something is required", path=join(path, "selector"))
        return
    for key, value in wanted.items() if is_object(wanted) else ():
        if not is_object(labels) or labels.get(key) != value:
            what = f"the template's pods do not carry {key}={value}"
            yield Problem(
                what, fix="select labels that the template sets", path=f"{path}.selector.matchLabels"
            )
