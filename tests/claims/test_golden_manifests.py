"""The manifests of two cases, as files that a reviewer can read."""

import pytest

from tests.make.golden_manifests import CASES, FOLDER, rendered


@pytest.mark.parametrize("case", CASES)
def test_manifests_are_the_golden_ones(case):
    expected = {
        str(path.relative_to(FOLDER / case)): path.read_text()
        for path in (FOLDER / case).rglob("*.yaml")
        if path.name != "kustomization.yaml"
    }
    assert dict(rendered(case).files) == expected


def test_golden_manifests_avoid_what_schemas_do_not_catch():
    """Rules of the API server that its schemas do not carry, on every golden object."""
    import yaml

    for path in sorted(set(FOLDER.rglob("*.yaml")) - set(FOLDER.rglob("kustomization.yaml"))):
        document = yaml.safe_load(path.read_text())
        spec = document.get("spec", {})
        if document["kind"] == "Deployment":
            template = spec["template"]
            assert spec["selector"]["matchLabels"].items() <= template["metadata"]["labels"].items()
            mounts = {mount["name"] for mount in template["spec"]["containers"][0]["volumeMounts"]}
            assert mounts <= {volume["name"] for volume in template["spec"]["volumes"]}
            rolling = spec["strategy"]["rollingUpdate"]
            assert (rolling["maxSurge"], rolling["maxUnavailable"]) != (0, 0)
        if document["kind"] == "ScaledObject":
            for trigger in spec["triggers"]:
                assert all(isinstance(value, str) for value in trigger["metadata"].values())
        assert len(document["metadata"].get("name", "")) <= 63
        assert document["metadata"].get("namespace", "x")
