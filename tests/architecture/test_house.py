"""The house rules, as tests: what the layout promises to newcomers is so."""

import ast
import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest

from tasks import sources
from transforms import kpis, tables
from transforms.contracts import Table, Type

ROOT = Path(__file__).resolve().parents[2]
CODE = ("flows", "tasks", "transforms", "expectations", "reports")
TABLES = list(tables.load().values())
SOURCES = list(sources.load().values())
KPIS = list(kpis.load().values())


def files(*folders: str) -> list[Path]:
    return sorted(p for folder in folders for p in (ROOT / folder).rglob("*.py"))


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def calls(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func)


CLOCKS = re.compile(r"(^|\.)(now|utcnow|today|time|time_ns|monotonic|perf_counter)$")
CHANCE = re.compile(r"^(random|secrets|uuid)\.|(^|\.)(default_rng|uuid4|uuid1)$")


@pytest.mark.parametrize("path", files("transforms", "reports", "expectations"), ids=name)
def test_nothing_pure_looks_at_a_clock_or_throws_dice(path: Path) -> None:
    told = [c for c in calls(path) if (CLOCKS.search(c) and "." in c) or CHANCE.search(c)]
    allowed = {"reports": {"dt.time"}, "expectations": {"time.perf_counter", "time.monotonic"}}
    assert [c for c in told if c not in allowed.get(path.relative_to(ROOT).parts[0], set())] == []


def test_the_clock_is_read_in_one_place() -> None:
    readers = {
        name(p) for p in files("tasks", "flows") for c in calls(p) if re.search(r"datetime\.(now|utcnow|today)$", c)
    }
    assert readers == {"tasks/clock.py"}


@pytest.mark.parametrize("path", files(*CODE), ids=name)
def test_every_module_says_what_is_true_here(path: Path) -> None:
    doc = ast.get_docstring(ast.parse(path.read_text("utf-8")))
    assert doc, "a module's docstring says in one sentence what is true here"
    assert doc.splitlines()[0].endswith((".", "。")), "the first line is a sentence"


@pytest.mark.parametrize("path", files(*CODE), ids=name)
def test_no_file_is_too_long_to_read(path: Path) -> None:
    assert len(path.read_text("utf-8").splitlines()) <= 400


@pytest.mark.parametrize("path", files(*CODE), ids=name)
def test_no_junk_drawers(path: Path) -> None:
    assert not {"utils", "util", "common", "helpers", "helper", "base", "manager", "misc"} & {
        *path.relative_to(ROOT).parts[:-1],
        path.stem,
    }


@pytest.mark.parametrize("path", files(*CODE), ids=name)
def test_no_function_hides_what_it_does(path: Path) -> None:
    tree = ast.parse(path.read_text("utf-8"))
    defined = [n.name for n in ast.walk(tree) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)]
    theirs = {"get_connection", "get_inspector", "get_columns", "get_pk_constraint", "handle_request"}  # GX, httpx
    assert [f for f in defined if re.match(r"_?(get|process|handle)_", f) and f not in theirs] == []


@pytest.mark.parametrize("path", files(*CODE), ids=name)
def test_no_fault_is_swallowed(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ExceptHandler):
            assert node.type is not None, f"bare except in line {node.lineno}"
            broad = ast.unparse(node.type) in {"Exception", "BaseException"}
            silent = all(isinstance(s, ast.Pass | ast.Continue) for s in node.body)
            assert not (broad and silent), f"a broad except that says nothing in line {node.lineno}"


@pytest.mark.parametrize("table", TABLES, ids=lambda t: t.name)
def test_every_column_is_said_and_every_number_has_a_unit(table: Table) -> None:
    assert table.description.endswith(".")
    for field in table.fields:
        assert field.description.strip(), f"{field.name} has no description"
        if field.type in {Type.COUNT, Type.REAL, Type.MONEY} and not field.name.endswith("_key"):
            assert field.unit, f"{field.name} is a number without a unit"


@pytest.mark.parametrize("table", TABLES, ids=lambda t: t.name)
def test_every_stored_type_is_one_that_bi_tools_read(table: Table) -> None:
    assert {f.type.value for f in table.fields} <= {
        "VARCHAR",
        "BIGINT",
        "DOUBLE",
        "DECIMAL(18,4)",
        "DATE",
        "TIMESTAMPTZ",
        "BOOLEAN",
    }


PROMISED = """
        core.campaigns core.campaign_goals core.influencers core.accounts core.contracts core.posts core.post_owners
        core.campaign_posts core.post_observations core.account_observations core.audience_observations core.links
        core.link_days core.orders core.order_touches marts.attribution_models marts.order_facts marts.order_paths
        marts.code_leaks marts.post_days marts.post_kpis marts.influencer_kpis marts.campaign_kpis
        marts.campaign_platform_kpis marts.kpi_values marts.goal_progress marts.attribution marts.account_profiles
        marts.lineage ref.kpi_inputs
        ref.kpis ref.benchmarks ref.tiers ref.dates ref.metric_definitions ops.runs ops.coverage
        ops.expectation_results ops.rejected_rows ops.mails ops.responses ops.decisions
"""


def test_the_promised_tables_are_there() -> None:
    assert set(PROMISED.split()) - {t.name for t in TABLES} == set()


@pytest.mark.parametrize("source", SOURCES, ids=lambda s: s.NAME)
def test_a_platform_keeps_its_protocol_and_brings_its_tests(source: sources.Source) -> None:
    stem = getattr(source, "__name__", "").rpartition(".")[2]
    for needed in ("NAME", "shards", "fetch", "refusal", "stage", "places", "probe"):
        assert hasattr(source, needed), f"tasks/sources/{stem}.py lacks {needed}"
    assert stem == source.NAME
    assert (ROOT / f"tests/tasks/sources/test_{stem}.py").is_file(), "a platform needs its test"
    assert list((ROOT / f"tests/fixtures/{stem}").glob("*")), "a platform needs a recorded answer"


@pytest.mark.parametrize("kpi", KPIS, ids=lambda k: k.name)
def test_a_kpi_is_labelled_and_tested(kpi: kpis.Kpi) -> None:
    assert kpi.label.en
    assert kpi.label.ja
    assert kpi.description.endswith(".")
    assert kpi.formula
    assert kpi.unit
    assert kpi.source
    assert (ROOT / f"tests/transforms/kpis/test_{kpi.name}.py").is_file(), "a KPI needs its test"


def test_no_kpi_goes_by_a_name_that_means_several_things() -> None:
    assert {k.name for k in KPIS}.isdisjoint({"roi", "cpm", "er", "engagement_rate", "roas"})


def test_a_report_section_is_a_pair() -> None:
    code = {p.stem for p in (ROOT / "reports/sections").glob("*.py")} - {"__init__"}
    pages = {p.name.removesuffix(".html.j2") for p in (ROOT / "reports/templates/sections").glob("*.j2")}
    assert code == pages


@pytest.mark.parametrize("path", sorted((ROOT / "expectations/suites").glob("[!_]*.py")), ids=name)
def test_an_expectation_suite_belongs_to_a_table(path: Path) -> None:
    assert f"staging.{path.stem}" in {t.name for t in TABLES}


def test_every_setting_is_documented() -> None:
    settings = import_module("tasks.settings")
    readme = (ROOT / "README.md").read_text("utf-8")
    example = (ROOT / ".env.example").read_text("utf-8")
    for dotted, *_ in settings.fields():
        assert f"`{dotted}`" in readme, f"README.md does not document the setting {dotted}"
    for secret in settings.secrets():
        assert secret in example, f".env.example does not name {secret}"


def test_no_word_of_a_machine_in_the_project() -> None:
    forbidden = re.compile(r"/(wor[k]|far[m]|roo[t])/")
    for path in (*files(*CODE, "tests"), ROOT / "README.md", ROOT / "CHANGELOG.md", ROOT / "Makefile"):
        if path != Path(__file__).resolve():
            assert not forbidden.search(path.read_text("utf-8")), name(path)
