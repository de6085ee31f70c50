"""A manifest is found by its object, applied in order, and known for ours again."""

import yaml

from plimsoll.objects.manifest import file_name, index_of, stream, text_of, workload_of
from plimsoll.objects.workload import of_workload
from tests.claims.test_components_register_the_objects import FACTS
from tests.make.plans import plan


def test_every_object_of_a_workload_has_a_file_of_its_own_and_is_known_again() -> None:
    made = of_workload(plan(), FACTS)
    files = {file_name(each): text_of(each) for each in made}
    assert len(files) == len(made)
    assert {workload_of(text) for text in files.values()} == {"support-chat"}
    assert [yaml.safe_load(text) for text in files.values()] == list(made)


def test_a_stream_can_be_applied_from_its_beginning() -> None:
    made = of_workload(plan(), FACTS)
    kinds = [each["kind"] for each in yaml.safe_load_all(stream({file_name(e): text_of(e) for e in made}))]
    assert kinds[0] == "Namespace"
    assert kinds.index("ValidatingAdmissionPolicyBinding") < min(map(kinds.index, ("NodePool", "Deployment")))
    assert sorted(kinds) == sorted(each["kind"] for each in made)


def test_what_was_not_written_here_is_not_known() -> None:
    for text in ("", "not: [yaml", "kind: Deployment", "metadata: {labels: {app: x}}", "- 1", "metadata: 3"):
        assert workload_of(text) is None, text


def test_the_index_lists_the_files() -> None:
    assert yaml.safe_load(index_of(["a/x.yaml"]))["resources"] == ["a/x.yaml"]
