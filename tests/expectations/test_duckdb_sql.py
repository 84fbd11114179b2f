"""Each expectation that the suites rely on passes on good rows and counts right on bad ones, on this backend."""

import os
import subprocess
import sys

import duckdb
import pytest

from expectations import duckdb_sql
from expectations.duckdb_sql import Question, RuleError

GOOD = "(VALUES (1, 2::BIGINT, 'on', 'JPY', 1), (2, NULL, 'off', NULL, 2))"
BAD = "(VALUES (1, -2::BIGINT, 'maybe', 'yen', 1), (1, NULL, NULL, '¥', 1), (NULL, 7, 'on', 'USD', 0))"
PROBES = [
    ("expect_column_values_to_not_be_null", {"column": "id"}, 1),
    ("expect_column_values_to_be_between", {"column": "n", "min_value": 0.0, "max_value": 5.0}, 2),
    ("expect_column_values_to_be_between", {"column": "n", "min_value": None, "max_value": 5.0}, 1),
    ("expect_column_values_to_be_in_set", {"column": "label", "value_set": ["on", "off"]}, 1),
    ("expect_column_values_to_match_regex", {"column": "currency", "regex": "^[A-Z][A-Z][A-Z]$"}, 2),
    ("expect_column_values_to_not_match_regex", {"column": "currency", "regex": "¥|yen"}, 2),
    (
        "expect_column_pair_values_a_to_be_greater_than_b",
        {"column_A": "low", "column_B": "id", "or_equal": True, "ignore_row_if": "either_value_is_missing"},
        0,
    ),
    (
        "expect_column_pair_values_a_to_be_greater_than_b",
        {"column_A": "low", "column_B": "n", "or_equal": True, "ignore_row_if": "either_value_is_missing"},
        1,
    ),
    (
        "unexpected_rows_expectation",
        {"unexpected_rows_query": "SELECT id FROM {batch} WHERE n < 0 OR label IS NULL"},
        2,
    ),
    ("expect_compound_columns_to_be_unique", {"column_list": ["id", "low"], "ignore_row_if": "never"}, 2),
]


@pytest.fixture
def con():
    with duckdb.connect(":memory:") as opened:
        opened.execute("CREATE SCHEMA s")
        for name, rows in (("good", GOOD), ("bad", BAD)):
            opened.execute(f"CREATE TABLE s.{name} AS SELECT * FROM {rows} t(id, n, label, currency, low)")
        yield opened


def test_each_expectation_counts_right(con):
    asked = [
        Question(f"s.{table}", f"rule_{n}", kind, kwargs, "probe")
        for table in ("good", "bad")
        for n, (kind, kwargs, _) in enumerate(PROBES)
        if not (table == "good" and kwargs.get("column_B") == "n")
    ]
    found = duckdb_sql.ask(con, asked)
    for n, (kind, _, broken) in enumerate(PROBES):
        assert found["s.bad", f"rule_{n}"] == broken, kind
        assert found.get(("s.good", f"rule_{n}"), 0) == 0, kind


def test_a_rule_that_raises_is_an_error_and_never_a_pass(con):
    for kwargs in ({"column": "no_such_column"}, {"column": "label"}):
        bounds = {"min_value": 0.0, "max_value": 1.0}
        question = Question("s.bad", "broken", "expect_column_values_to_be_between", {**kwargs, **bounds}, "probe")
        with pytest.raises(RuleError, match="broken"):
            duckdb_sql.ask(con, [question])


def test_the_connection_is_as_it_was_after_asking(con):
    con.execute("BEGIN; INSERT INTO s.good VALUES (9, 1, 'on', 'JPY', 9); COMMIT")
    question = Question(
        "s.good", "seen", "unexpected_rows_expectation", {"unexpected_rows_query": "SELECT id FROM {batch}"}, ""
    )
    assert duckdb_sql.ask(con, [question]) == {("s.good", "seen"): 3}
    con.execute("DELETE FROM s.good")
    assert duckdb_sql.ask(con, [question]) == {("s.good", "seen"): 0}


def test_the_gate_does_not_import_great_expectations_before_it_is_needed():
    used = "import sys; from expectations import gate, rules; rules.load(gate._known())"
    script = f"{used}; print('great_expectations' in sys.modules)"
    env = {**os.environ, "PYTHONPATH": "."}
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, env=env, check=True)
    assert run.stdout.strip() == "False"
