"""A KPI by kind of post: a sum over a sum, with an interval that holds, and none where too little is told."""

from collections.abc import Iterable

import numpy as np
import polars as pl
import pytest

from transforms.insight.by_format import by_format
from transforms.kpis import load
from transforms.tables import marts

Post = tuple[str, str, str | None, str, float | None, float | None]
KPIS = load()


def drawn(posts: Iterable[Post], kpi: str = "cpe") -> list[dict]:
    """``platform, post, format, creator, cost, engagements`` → rows of by_format."""
    rows = list(posts)
    values = marts.KPI_VALUES.conform_loosely(
        pl.DataFrame(
            [
                {"grain": "post", "campaign_id": "c", "platform": p, "post_id": i, "influencer_id": who, "kpi": kpi,
                 "numerator": cost, "denominator": n, "state": "final", "definition": 1}
                for p, i, _f, who, cost, n in rows
            ],
            infer_schema_length=None,
        )
    )  # fmt: skip
    made = pl.DataFrame(
        [{"platform": p, "post_id": i, "format": f, "influencer_id": who} for p, i, f, who, _c, _n in rows],
        schema={"platform": pl.String, "post_id": pl.String, "format": pl.String, "influencer_id": pl.String},
    )
    return by_format(values, made, KPIS[kpi]).to_dicts()


def test_it_is_a_sum_over_a_sum_of_the_posts_that_know_both_sides() -> None:
    [reel, plain] = drawn([
        ("instagram", "1", "reel", "a", 1000.0, 10.0), ("instagram", "2", "reel", "b", 3000.0, 90.0),
        ("instagram", "3", "reel", "c", None, 900.0), ("instagram", "4", None, "a", 500.0, None),
    ])  # fmt: skip
    assert (reel["posts_known"], reel["posts_all"], reel["value"]) == (2, 3, 40.0)
    assert (plain["format"], plain["posts_known"], plain["posts_all"], plain["value"]) == (None, 0, 1, None)


@pytest.mark.parametrize("posts", [
    # two posts tell nothing of how posts differ
    [("x", "1", "text", "a", 100.0, 5.0), ("x", "2", "text", "b", 100.0, 9.0)],
    # a post that cost nothing has no rate
    [("x", str(i), "text", "abc"[i], 100.0 * i, 5.0 + i) for i in range(3)],
    [("x", str(i), "text", "abc"[i], 100.0, 0.0) for i in range(3)],
    # one creator has nearly all of the cost, and few results came
    [("x", str(i), "text", "abc"[i], [1e5, 1e3, 1e3][i], [3.0, 1.0, 1.0][i]) for i in range(3)],
])  # fmt: skip
def test_where_too_little_is_told_there_is_no_interval(posts: list[Post]) -> None:
    [row] = drawn(posts)
    assert row["lower"] is None
    assert row["upper"] is None


def test_the_same_posts_of_one_hand_leave_more_to_chance_than_of_many() -> None:
    chance = np.random.default_rng(3)
    counts = chance.poisson(np.repeat(chance.lognormal(4, 0.6, 6), 5)) + 1.0
    many = drawn(("x", str(i), "text", f"creator {i}", 1000.0, n) for i, n in enumerate(counts))
    few = drawn(("x", str(i), "text", f"creator {i // 5}", 1000.0, n) for i, n in enumerate(counts))
    assert many[0]["value"] == few[0]["value"]
    assert few[0]["upper"] - few[0]["lower"] > many[0]["upper"] - many[0]["lower"]


def test_intervals_hold_the_truth_about_as_often_as_they_promise() -> None:
    chance = np.random.default_rng(11)
    held, rounds = 0, 150
    for _ in range(rounds):
        rates = chance.lognormal(-0.18, 0.6, 10) * 0.05  # mean 0.05 engagements for a yen
        counts = chance.poisson(np.repeat(rates, 3) * 2000)
        [row] = drawn(("x", str(i), "text", str(i // 3), 2000.0, float(n)) for i, n in enumerate(counts))
        held += row["lower"] <= 1 / 0.05 <= row["upper"]
    assert held / rounds >= 0.86, "at ten creators; 95 % is promised for many"
