"""`--monitor-label`: labels by which the operator of a cluster's Prometheus selects what it reads."""

import click


def _read(_: click.Context, __: click.Parameter, given: tuple[str, ...]) -> dict[str, str]:
    """Read KEY=VALUE pairs; every one that is wrong is said."""
    from plimsoll.ground.problems import Problem, SpecError
    from plimsoll.objects.tags import label_problem

    found: dict[str, str] = {}
    problems: list[Problem] = []
    for pair in given:
        key, _equals, value = pair.partition("=")
        if (problem := label_problem(key, value)) is not None:
            problems.append(Problem(*problem, path="--monitor-label"))
        found[key] = value
    if problems:
        raise SpecError(problems)
    return found


monitor_labels_option = click.option(
    "--monitor-label",
    "monitor_labels",
    multiple=True,
    metavar="KEY=VALUE",
    callback=_read,
    help="Label by which Prometheus' operator selects, such as release=kube-prometheus-stack.",
)
