"""Every staged row is either good or rejected with its reason, and both readings of every rule agree."""

from datetime import UTC, datetime
from random import Random

import polars as pl
import pytest

from expectations import duckdb_sql, gate
from expectations.rules import Rule, load
from tests.tasks.synthetic import frame
from transforms import tables
from transforms.contracts import ContractError

AT = datetime(2026, 7, 1, 18, tzinfo=UTC)
SEGMENT = "instagram/2026-07-02/a"


def staged(table: str, *rows: dict, segment: str = SEGMENT, line: int = 2) -> pl.DataFrame:
    trace = {"observed_at": AT, "known_at": AT, "source": "instagram", "landed_id": f"{segment}#{line}"}
    return frame(f"staging.{table}", [{**trace, "pointer": f"/data/{n}", **row} for n, row in enumerate(rows)])


def post(n: object, **more: object) -> dict:
    return {"platform": "instagram", "post_id": str(n), **more}


def judged(table: str, *rows: dict) -> gate.Verdict:
    return gate.check({f"staging.{table}": staged(table, *rows)})


def test_a_bad_row_is_held_back_with_value_and_remedy_and_the_rest_goes_on():
    verdict = judged("post_observations", post(1, views=5), post(2, views=-4), post(3, views=0))
    assert verdict.good["staging.post_observations"]["post_id"].to_list() == ["1", "3"]
    row = verdict.rejected.row(0, named=True)
    assert row["reason"] == "views is -4; a count cannot be below 0"
    assert (row["rule"], row["severity"], row["pointer"]) == ("views_is_in_range", "critical", "/data/1")
    assert '"views":-4' in row["raw"]
    assert verdict.tallies.row(0) == (SEGMENT, 3, 2, 1)
    assert verdict.held == {}


def test_a_warning_is_counted_and_the_row_goes_on():
    verdict = judged("post_observations", post(1, views=1, likes=17))
    assert verdict.good["staging.post_observations"].height == 1
    warned = verdict.results.filter(~pl.col("success"))
    assert warned.select("rule", "severity", "unexpected").rows() == [("views_covers_likes", "warning", 1)]


def test_the_first_of_two_values_wins_and_the_reason_names_both():
    verdict = judged("post_observations", post(1, views=5), post(2, views=1), post(1, views=7), post(1, views=5))
    assert verdict.good["staging.post_observations"]["views"].to_list() == [5, 1]
    assert verdict.rejected.select("pointer", "rule", "severity").rows() == [
        ("/data/2", "duplicate_key", "critical"),
        ("/data/3", "repeated_row", "info"),
    ]
    assert verdict.rejected["reason"][0].startswith("views is 7 here and 5 before")


def test_the_first_good_value_wins_over_a_bad_one_before_it():
    verdict = judged("post_observations", post(1, views=-1), post(1, views=7))
    assert verdict.good["staging.post_observations"]["views"].to_list() == [7]
    assert verdict.rejected["rule"].to_list() == ["views_is_in_range"]


@pytest.mark.parametrize(
    "order", [lambda f: f, lambda f: f.reverse(), lambda f: f.sample(fraction=1, shuffle=True, seed=1)]
)
def test_first_is_said_by_line_and_pointer_not_by_the_order_of_the_frame(order):
    rows = [post(1, views=n, pointer=f"/data/{n}") for n in (2, 10, 9)]
    later = staged("post_observations", post(1, views=1, pointer="/data/0"), line=10)
    both = pl.concat([later, staged("post_observations", *rows, line=9)])
    verdict = gate.check({"staging.post_observations": order(both)})
    assert verdict.good["staging.post_observations"]["views"].to_list() == [2]


def test_the_same_key_in_two_files_is_two_observations():
    two = [staged("post_observations", post(1, views=n), segment=f"instagram/2026-07-02/{n}") for n in (1, 2)]
    assert gate.check({"staging.post_observations": pl.concat(two)}).good["staging.post_observations"].height == 2


def test_the_verdict_on_a_file_does_not_depend_on_what_came_with_it():
    random = Random(5)
    files = [
        staged(
            "post_observations",
            *(
                post(random.randrange(25), views=random.choice([-1, 0, 3, None]), likes=random.choice([0, 9]))
                for _ in range(40)
            ),
            segment=f"tiktok/2026-07-02/{n}",
        )
        for n in range(4)
    ]
    together = gate.check({"staging.post_observations": pl.concat(files)})
    alone = [gate.check({"staging.post_observations": f}) for f in files]
    assert together.good["staging.post_observations"].equals(
        pl.concat(a.good["staging.post_observations"] for a in alone)
    )
    assert together.held == {k: v for a in alone for k, v in a.held.items()}
    by = ["batch", "table_name", "rule"]
    assert together.results.sort(by).equals(pl.concat(a.results for a in alone).sort(by))
    assert together.tallies.equals(pl.concat(a.tallies for a in alone).sort("segment"))


@pytest.mark.parametrize(
    ("rows", "rule"),
    [
        ([post(n, views=-1) for n in range(20)] + [post(99, views=1)], "more than half of its rows"),
        ([post(n, views=0, likes=0) for n in range(20)], "every views, likes, comments in the file is 0"),
        ([post(1024 * (7130111882705000 + n), views=1) for n in range(20)], "ends as if rounded"),
    ],
)
def test_a_file_that_tells_nonsense_as_a_whole_is_held_and_the_file_beside_it_is_not(rows, rule):
    fine = staged("post_observations", post(1, views=4), segment="youtube/2026-07-02/b")
    verdict = gate.check({"staging.post_observations": pl.concat([staged("post_observations", *rows), fine])})
    assert list(verdict.held) == [SEGMENT]
    assert rule in verdict.held[SEGMENT]
    assert verdict.good["staging.post_observations"]["post_id"].to_list() == ["1"]


def test_a_small_file_is_not_judged_as_a_whole():
    assert judged("post_observations", *(post(n, views=0) for n in range(19))).held == {}


def test_nothing_to_judge_is_no_trouble():
    empty = tables.load()["staging.orders"].empty()
    verdict = gate.check({"staging.orders": empty})
    assert verdict.good["staging.orders"].equals(empty)
    assert verdict.rejected.height == verdict.results.height == 0


def test_a_frame_without_its_columns_is_refused():
    with pytest.raises(ContractError, match="lacks"):
        gate.check({"staging.posts": pl.DataFrame({"post_id": ["1"]})})


def test_two_readings_of_a_rule_that_differ_stop_the_run(monkeypatch):
    rules = load(tables.load())
    wrong = [
        Rule(**{f: getattr(r, f) for f in Rule.__dataclass_fields__} | {"bad": "views < 3"})
        if r.name == "views_is_in_range"
        else r
        for r in rules["staging.post_observations"]
    ]
    monkeypatch.setattr(gate, "_rules", lambda: {**rules, "staging.post_observations": wrong})
    with pytest.raises(duckdb_sql.RuleError, match=r"broken by 0 rows as Great Expectations counts, and by 1"):
        judged("post_observations", post(1, views=1))


def test_a_lost_row_stops_the_run(monkeypatch):
    whole = gate._Split.good.fget
    monkeypatch.setattr(gate._Split, "good", property(lambda self: whole(self).head(1)))
    with pytest.raises(duckdb_sql.RuleError, match="rows were lost or changed"):
        judged("post_observations", post(1, views=1), post(2, views=1))


HOSTILE = [
    "<script>alert(1)</script>",
    "'; DROP TABLE core.posts; --",
    "{batch}",
    "$rule",
    "a\x00b",
    "\u202eevil",
    "𠮷" * 5000,
]


def test_hostile_text_is_only_text():
    rows = [post(n, caption=text) for n, text in enumerate(HOSTILE)]
    rows += [post(f"x{n}", caption=text, permalink=f"javascript:{text}") for n, text in enumerate(HOSTILE)]
    verdict = judged("posts", *rows)
    assert verdict.good["staging.posts"]["caption"].to_list() == HOSTILE
    assert verdict.rejected["rule"].to_list() == ["permalink_is_clean"] * len(HOSTILE)
    assert verdict.rejected["raw"].str.len_chars().max() <= 4000


def test_any_mixture_of_rows_is_split_without_loss():
    random = Random(11)
    values = [None, 0, 5, -1, 2**53, 2**53 + 2, 2**62]
    rows = [
        post(
            random.choice(["1", "2", "3", "7.3E+18", "", "a b", None]),
            platform=random.choice(["instagram", "mixi", None]),
            views=random.choice(values),
            likes=random.choice(values),
            watch_seconds=random.choice(values),
            missing=random.choice([None, "likes=hidden", "views=not_reported;likes=hidden"]),
            observed_at=random.choice([AT, datetime(1970, 1, 2, tzinfo=UTC), datetime(2030, 1, 1, tzinfo=UTC), None]),
        )
        for _ in range(400)
    ]
    verdict = judged("post_observations", *rows)
    _, rows_in, good, rejected = verdict.tallies.row(0)
    assert rows_in == 400 == good + rejected
    assert good > 0
    assert verdict.rejected.select("pointer").n_unique() == rejected
    assert verdict.rejected["reason"].null_count() == 0
