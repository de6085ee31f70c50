"""`plimsoll check` on each kind of input, in each format, with each exit code."""

import json
import re
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml

from plimsoll.cli.main import _run
from plimsoll.gate.check import check
from plimsoll.gate.inputs.asked import Asked, read_asked
from plimsoll.gate.inputs.read import read_graph
from plimsoll.gate.verdict import Verdict
from plimsoll.ground.problems import SpecError
from plimsoll.ground.units import usd_text
from plimsoll.show.check.markdown import LONGEST, MARKER, as_markdown
from tests.make.graph_files import GROUP, digest, export, group, manifests, provider, state, step
from tests.make.graphs import NODE_CLASS, NODE_POOL, REGION, default_class, pool, urn_of
from tests.make.places import ROOT
from tests.make.rendered import Page, read_back

TODAY = "2026-11-28"


def judged(tmp_path: Path, *inputs: Any, **asked: Any) -> Verdict:
    paths: list[str] = []
    for index, item in enumerate(inputs):
        path = tmp_path / f"input-{index}.{'yaml' if isinstance(item, str) else 'json'}"
        path.write_text(item if isinstance(item, str) else json.dumps(item))
        paths.append(str(path))
    return check(read_asked(Asked(tuple(paths), TODAY, **asked)))


def codes(report: Verdict) -> set[str]:
    return {violation.code for violation in report.violations if violation.level != "advisory"}


def ceiling(report: Verdict) -> float:
    assert report.usd_per_month.ceiling is not None, report.cannot_price
    return float(report.usd_per_month.ceiling)


# what is counted


def test_deleted_and_replaced_copies_of_a_digest_are_not_counted(tmp_path: Path) -> None:
    one = ceiling(judged(tmp_path, digest(step("create", group("a")))))
    report = judged(
        tmp_path,
        digest(
            step("create-replacement", group("a")),
            step("replace", group("a")),
            step("delete-replaced", group("a")),
            step("delete", group("b")),
        ),
    )
    assert ceiling(report) == one


def test_what_is_only_read_is_listed_and_not_counted(tmp_path: Path) -> None:
    report = judged(
        tmp_path, digest(step("read", group("theirs")), step("create", group("a", external=True)))
    )
    assert ceiling(report) == 0
    assert set(report.external) == {urn_of(GROUP, "theirs"), urn_of(GROUP, "a")}


def test_a_digest_that_hides_unchanged_resources_is_not_believed(tmp_path: Path) -> None:
    report = judged(tmp_path, digest(step("create", group("a")), same=3, create=1))
    assert codes(report) == {"unknown_value"}
    assert report.usd_per_month.ceiling is None
    shown = digest(step("create", group("a")), step("same", group("b")), same=1, create=1)
    assert codes(judged(tmp_path, shown)) == set()


def test_a_digest_that_hides_unchanged_resources_is_no_graph(tmp_path: Path) -> None:
    path = tmp_path / "digest.json"
    path.write_text(json.dumps(digest(step("create", group("a")), same=3, create=1)))
    with pytest.raises(SpecError, match="--show-sames"):
        read_graph(str(path))
    path.write_text(json.dumps(digest(step("create", group("a")))))
    assert [resource.name for resource in read_graph(str(path)).resources] == ["a"]


def test_a_state_counts_what_is_still_to_be_deleted(tmp_path: Path) -> None:
    one = ceiling(judged(tmp_path, export(provider(), group("a"))))
    both = export(provider(), group("a"), group("a", delete=True))
    assert ceiling(judged(tmp_path, both)) == pytest.approx(2 * one)
    gone = export(provider(), group("a"), group("b", pendingReplacement=True))
    assert ceiling(judged(tmp_path, gone)) == one


def test_a_state_counts_what_was_being_created(tmp_path: Path) -> None:
    pending = [{"type": "creating", "resource": group("b")}, {"type": "deleting", "resource": group("a")}]
    one = ceiling(judged(tmp_path, export(provider(), group("a"))))
    report = judged(tmp_path, export(provider(), group("a"), pending_operations=pending))
    assert ceiling(report) == pytest.approx(2 * one)


def test_the_providers_region_decides_the_price(tmp_path: Path) -> None:
    reference = f"{urn_of('pulumi:providers:aws', 'default')}::1234"
    here = judged(tmp_path, export(provider(), group("a", provider=reference)))
    there = judged(tmp_path, export(provider("ap-northeast-1"), group("a", provider=reference)))
    assert ceiling(there) > ceiling(here)


def test_without_a_region_the_dearest_counts_and_is_named(tmp_path: Path) -> None:
    text = manifests(default_class(), pool())
    anywhere, here = judged(tmp_path, text), judged(tmp_path, text, region=REGION)
    assert ceiling(anywhere) > ceiling(here)
    notes = {line.note for line in anywhere.lines}
    assert any(
        re.search(r"no region is given: ebs-gp3-storage is priced in \S+, the dearest", n) for n in notes
    )


def test_without_a_region_a_floor_is_no_more_than_in_any(tmp_path: Path) -> None:
    """Nodes of a floor lie where they are cheapest, and so do their disks."""

    def floor_of(*resources: dict[str, Any]) -> Decimal:
        lines = judged(tmp_path, export(*resources)).lines
        return sum((line.usd_per_month for line in lines if line.of == "floor"), Decimal(0))

    there = group("a", provider=f"{urn_of('pulumi:providers:aws', 'default')}::1234")
    named = [floor_of(provider(region), there) for region in (REGION, "us-west-2", "ap-northeast-1")]
    assert 0 < floor_of(group("a")) <= min(named)


def test_secrets_of_a_state_are_not_known_and_never_shown(tmp_path: Path) -> None:
    hidden = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", "ciphertext": "v1:abc"}
    clear = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", "plaintext": '"hunter2"'}
    for maximum in (hidden, clear, "[secret]"):
        report = judged(tmp_path, export(provider(), group("a", maximum)))
        assert codes(report) == {"unknown_value"}
        assert "hunter2" not in as_markdown(report)


def test_unknown_values_of_a_digest_are_refused(tmp_path: Path) -> None:
    unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
    assert codes(judged(tmp_path, digest(step("create", group("a", unknown))))) == {"unknown_value"}


def test_list_kinds_and_folders_are_unfolded(tmp_path: Path) -> None:
    text = manifests(default_class(), pool("a"), pool("b"))
    items = list(yaml.safe_load_all(text))
    alone = ceiling(judged(tmp_path, text, region=REGION))
    (tmp_path / "folder" / "sub").mkdir(parents=True)
    (tmp_path / "folder" / "sub" / "all.yaml").write_text(
        yaml.safe_dump({"apiVersion": "v1", "kind": "List", "items": items})
    )
    (tmp_path / "folder" / ".hidden.yaml").write_text("nothing: here")
    assert ceiling(check(read_asked(Asked((str(tmp_path / "folder"),), TODAY, region=REGION)))) == alone


def test_the_same_object_in_two_files_counts_twice(tmp_path: Path) -> None:
    text = manifests(default_class(), pool())
    once = judged(tmp_path, text, region=REGION)
    twice = judged(tmp_path, text, text, region=REGION)
    assert ceiling(twice) == pytest.approx(2 * ceiling(once))


# plans


@pytest.fixture(scope="module")
def plan() -> dict[str, Any]:
    from plimsoll.catalog.tables import load
    from plimsoll.plan.size import size
    from plimsoll.plan.write import written
    from plimsoll.spec.workload import Workload
    from plimsoll.speed.read import load_speed

    workload = Workload.model_validate(
        {
            "name": "chat",
            "model": "meta-llama/Llama-3.1-8B-Instruct",
            "load": {"qps": 5, "input_tokens": 1000, "output_tokens": 200},
            "region": REGION,
        }
    )
    catalog = load()
    document = written(size(workload, catalog.model(str(workload.model)), catalog, load_speed()))
    assert document["outcome"] == "plan"
    return document


def test_a_plan_costs_what_it_says(tmp_path: Path, plan: dict[str, Any]) -> None:
    report = judged(tmp_path, plan)
    assert report.verdict == "pass"
    assert usd_text(report.usd_per_month.ceiling) == plan["cost"]["usd_per_month"]["ceiling"]
    assert usd_text(report.usd_per_month.floor) == plan["cost"]["usd_per_month"]["floor"]


def test_a_plan_is_held_against_the_budget_to_the_cent(tmp_path: Path, plan: dict[str, Any]) -> None:
    usd = plan["cost"]["usd_per_month"]["ceiling"]
    assert judged(tmp_path, plan, budget=usd).verdict == "pass"
    less = f"{float(usd) - 0.01:.2f}"
    assert codes(judged(tmp_path, plan, budget=less)) == {"over_budget"}


def test_two_plans_of_one_region_share_its_cluster(tmp_path: Path, plan: dict[str, Any]) -> None:
    other = json.loads(json.dumps(plan))
    other["workload"]["name"] = "second"
    once, both = ceiling(judged(tmp_path, plan)), ceiling(judged(tmp_path, plan, other))
    lines = [line for line in plan["cost"]["lines"] if line["of"] == "ceiling" and line["scope"] == "cluster"]
    assert both == pytest.approx(2 * once - sum(float(line["usd_per_month"]) for line in lines))


def test_a_plan_that_lies_about_its_pools_is_found_out(tmp_path: Path, plan: dict[str, Any]) -> None:
    lying = json.loads(json.dumps(plan))
    lying["chosen"]["pools"][0]["max_nodes"] += 5
    assert codes(judged(tmp_path, lying)) == {"drift"}


def test_a_plan_whose_sums_do_not_add_up_is_not_read(tmp_path: Path, plan: dict[str, Any]) -> None:
    from plimsoll.ground.problems import SpecError

    wrong = json.loads(json.dumps(plan))
    wrong["cost"]["usd_per_month"]["ceiling"] = "1.00"
    with pytest.raises(SpecError, match="not the sum of its lines"):
        judged(tmp_path, wrong)


def test_a_plan_beside_a_graph_is_what_the_graph_is_held_against(
    tmp_path: Path, plan: dict[str, Any]
) -> None:
    report = judged(tmp_path, plan, manifests(default_class(), pool(nodes="40")), region=REGION)
    assert codes(report) == {"drift"}


# the command line


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = _run(["check", *arguments])
    out, err = capsys.readouterr()
    return code, out, err


def test_exit_codes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "pools.yaml"
    path.write_text(manifests(default_class(), pool()))
    assert run(capsys, str(path), "--budget", "100000")[0] == 0
    code, out, _ = run(capsys, str(path), "--budget", "100")
    assert code == 7
    assert out.startswith("VIOLATION  ceiling $")
    assert run(capsys, str(tmp_path / "nothing.yaml"))[0] == 2
    assert run(capsys, str(path), "--budget", "lots")[0] == 2
    assert run(capsys, str(path), "--region", "us-moon-1")[0] == 2
    assert run(capsys, str(path), "--on", "2028-01-01")[0] == 7


def test_all_problems_of_all_arguments_come_at_once(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "broken.yaml").write_text("kind: [")
    (tmp_path / "values.yaml").write_text("replicas: 3\n")
    (tmp_path / "twice.json").write_text('{"kind": "A", "kind": "B"}')
    (tmp_path / "chart.yaml").write_text("kind: {{ .Values.kind }}\n  a: b\n")
    config = tmp_path / "config"
    config.write_text('{"bugdet": {}}')
    exemptions = tmp_path / "exemptions"
    exemptions.write_text("exemptions:\n  - policy: budget\n")
    code, out, err = run(
        capsys,
        str(tmp_path),
        "--policy-config",
        str(config),
        "--exemptions",
        str(exemptions),
        "--budget",
        "1",
    )
    assert code == 2
    assert out == ""
    for text in ("broken.yaml:", "values.yaml:", "twice.json:", "a template, not a manifest"):
        assert text in err
    for text in ("did you mean 'budget'?", "owner is missing", "allow_up_to_usd is missing"):
        assert text in err


def test_json_holds_its_schema_and_every_key_is_there(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "pools.yaml"
    path.write_text(manifests(default_class(), pool(), pool("endless", None)))
    code, out, _ = run(capsys, str(path), "--format", "json", "--budget", "5")
    document = json.loads(out)
    assert code == 7
    assert document["schema"] == "plimsoll.dev/check/v1"
    assert document["verdict"] == "violation"
    assert document["usd_per_month"]["ceiling"] is None
    assert {v["code"] for v in document["violations"]} >= {"over_budget"}
    line = document["lines"][0]
    assert set(line) >= {
        "urn",
        "item",
        "of",
        "quantity",
        "unit",
        "usd_per_unit",
        "usd_per_month",
        "source",
        "as_of",
    }
    _, text, _ = _schema(capsys)
    schema = json.loads(text)
    assert set(document) == set(schema["properties"]) == set(schema["required"])


def _schema(capsys: pytest.CaptureFixture[str]) -> tuple[int, str, str]:
    code = _run(["schema", "check"])
    out, err = capsys.readouterr()
    return code, out, err


def test_the_published_schema_is_the_one_that_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    published = ROOT / "schemas" / "check.json"
    assert published.read_text() == _schema(capsys)[1]


def test_equal_inputs_give_equal_bytes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "pools.yaml"
    path.write_text(manifests(default_class(), pool("b"), pool("a")))
    for form in ("text", "json", "md"):
        assert run(capsys, str(path), "--format", form) == run(capsys, str(path), "--format", form)


# the pull-request comment

INJECTION = (
    "x](javascript:alert) <script>alert(1)</script> @everyone | `code` <!-- --> ✅ within the line\n\n# PASS"
)


def test_the_comment_says_money_and_verdict_first_and_ends_with_the_marker(tmp_path: Path) -> None:
    report = judged(tmp_path, manifests(default_class(), pool()), region=REGION, budget="1000")
    lines = as_markdown(report).splitlines()
    assert lines[0].startswith("#### ⚓ Plimsoll: ceiling **$")
    assert "❌ over by $" in lines[0]
    assert lines[-1] == MARKER
    fine = as_markdown(judged(tmp_path, manifests(default_class(), pool()), region=REGION, budget="9000"))
    assert "✅ within the line" in fine.splitlines()[0]


def test_names_cannot_forge_a_verdict_nor_run_html_nor_mention_people(tmp_path: Path) -> None:
    report = judged(tmp_path, export(provider(), group(INJECTION), state("acme:x:Y", INJECTION, {})))
    text = as_markdown(report)
    page = Page(text)
    assert list(page.acting()) == ["comment  plimsoll:check "]
    assert page.tags.count("h4") == 1
    assert read_back(INJECTION) in page.codes
    assert text.splitlines()[0].count("✅") == 0


def test_the_comment_stays_below_its_limit_however_large_the_graph(tmp_path: Path) -> None:
    many = [group(f"group-{index}-{'x' * 150}", "many") for index in range(2000)]
    lines = [group(f"fine-{index}-{'y' * 150}") for index in range(1000)]
    text = as_markdown(judged(tmp_path, export(provider(), *many, *lines), budget="5"))
    assert len(text) <= LONGEST
    assert text.splitlines()[-1] == MARKER
    assert "more; `plimsoll check --format json` has all" in text


def test_a_lowered_policy_stands_above_the_folds(tmp_path: Path) -> None:
    config = tmp_path / "config"
    config.write_text(json.dumps({"budget": "advisory"}))
    report = judged(
        tmp_path, manifests(default_class(), pool()), region=REGION, budget="1", policy_config=str(config)
    )
    head = as_markdown(report).partition("<details>")[0]
    assert "policy `budget` is `advisory` by configuration (default `mandatory`)" in head


def test_the_types_of_the_fixtures_are_those_that_are_priced() -> None:
    assert (pool().type, default_class().type) == (NODE_POOL, NODE_CLASS)


# several inputs, several budgets


def test_a_budget_beside_a_configured_one_leaves_both_in_force(tmp_path: Path) -> None:
    text, config = manifests(default_class(), pool()), tmp_path / "config"
    usd = ceiling(judged(tmp_path, text, region=REGION))
    for configured, asked, expected in ((1, 9999, 1), (9999, 1, 1), (1, 2, 2), (9999, 9998, 0)):
        config.write_text(json.dumps({"budget": {"usdPerMonth": configured}}))
        report = judged(tmp_path, text, region=REGION, budget=str(asked), policy_config=str(config))
        over = [v for v in report.violations if v.code == "over_budget"]
        assert len(over) == expected, (configured, asked, usd)
        assert report.budget is not None
        assert report.budget.usd_per_month == min(configured, asked)


def test_objects_of_one_name_that_differ_are_refused_with_both_places(tmp_path: Path) -> None:
    one, other = manifests(default_class(), pool(nodes="1")), manifests(pool(nodes="64"))
    with pytest.raises(SpecError, match=r"input-1.yaml: NodePool 'gpu' is here and in .*input-0.yaml"):
        judged(tmp_path, one, other, region=REGION)


def test_namespaces_that_every_file_repeats_are_no_contradiction(tmp_path: Path) -> None:
    space = "apiVersion: v1\nkind: Namespace\nmetadata: {name: a, labels: {l: x}}\n"
    spaces = [space, space.replace("l: x", "l: y")]
    assert judged(tmp_path, *spaces, region=REGION).verdict == "pass"
