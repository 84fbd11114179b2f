"""The figures that the registry promises, and the algebra that every KPI keeps."""

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from transforms.kpi_values import inputs, long, wide
from transforms.kpis import Kpi, load
from transforms.reach import agostini, bounds, estimate, if_independent
from transforms.tables.fields import REASONS

KPIS = load()
SUMS = [k for k in KPIS.values() if k.rows != "group"]


def value(kpi: str, **facts: list[float | None]) -> float | None:
    frame = pl.DataFrame(facts, schema=dict.fromkeys(facts, pl.Float64)).with_columns(
        pl.lit("c").alias("campaign_id"), pl.lit(1).alias("posts")
    )
    groups = pl.DataFrame({"campaign_id": ["c"]})
    return long(wide(frame, [KPIS[kpi]], ["campaign_id"], groups), [KPIS[kpi]], ["campaign_id"])["value"][0]


def test_one_post_by_those_who_saw_it_and_by_those_who_follow():
    assert value("er_reach", engagements=[4767], reach=[31_200]) == pytest.approx(0.1528, abs=5e-5)
    assert value("er_followers", engagements=[4767], followers=[152_800]) == pytest.approx(0.0312, abs=5e-5)


def test_a_follower_at_three_yen():
    assert value("price_per_follower", fee=[300_000], followers=[100_000]) == pytest.approx(3)


def test_reach_of_ten_and_twenty_thousand():
    assert if_independent([10_000, 20_000], 100_000) == pytest.approx(28_000)
    assert agostini([10_000, 20_000], [1_000]) == pytest.approx(28_916, abs=0.5)
    one, other = ("instagram", 1), ("instagram", 2)
    shared = estimate({one: [10_000.0], other: [20_000.0]}, {(one, other): 1_000 / 10_000})
    assert shared.value == pytest.approx(29_000)
    assert bounds([10_000, 20_000], 100_000) == (20_000, 30_000)


def test_two_fields_that_carry_the_same_views_count_once():
    """A reel told its views as `views` and as `plays`, say: no KPI adds one of our columns to another that repeats it.

    Elsewhere impressions are filled with views and both are summed; here views, engaged_views and impressions never
    stand in one sum.
    """
    same = {"views", "engaged_views", "impressions"}
    for kpi in KPIS.values():
        sides = [kpi.expr.numerator, kpi.expr.denominator]
        for side in (s for s in sides if s is not None):
            assert len(same & set(side.meta.root_names())) <= 1, kpi.name
    assert value("views", views=[1000], impressions=[1000], engaged_views=[1000]) == 1000
    assert value("cpm_views", cost=[5000], views=[1000], impressions=[1000]) == 5000


@st.composite
def facts(draw: st.DrawFn, kpi: Kpi) -> pl.DataFrame:
    """Facts of several people, any input unknown here and there."""
    cell = st.one_of(st.none(), st.integers(0, 10**6))
    names = inputs(kpi)
    rows = draw(
        st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 3), *(cell for _ in names)), min_size=1, max_size=10)
    )
    schema = {"influencer_id": pl.String, ":posts": pl.Int64, **dict.fromkeys(names, pl.Float64)}
    frame = pl.DataFrame(rows, schema=schema, orient="row").with_columns(
        pl.lit("c").alias("campaign_id"), *(pl.lit("hidden").alias(f"why_{n}") for n in names)
    )
    return frame if "posts" in names else frame.rename({":posts": "posts"})


def told(frame: pl.DataFrame, kpi: Kpi, by: list[str]) -> pl.DataFrame:
    groups = frame.select(by).unique()
    return long(wide(frame, [kpi], by, groups), [kpi], by)


@pytest.mark.parametrize("kpi", SUMS, ids=lambda k: k.name)
@settings(max_examples=12, deadline=None)
@given(data=st.data())
def test_the_kpi_of_a_union_is_the_sum_over_the_sum_of_its_parts(kpi: Kpi, data: st.DataObject):
    frame = data.draw(facts(kpi))
    whole = told(frame, kpi, ["campaign_id"]).row(0, named=True)
    parts = told(frame, kpi, ["campaign_id", "influencer_id"])
    over = parts["numerator"].drop_nulls()
    assert whole["posts_known"] == parts["posts_known"].sum()
    assert whole["posts_known"] <= whole["posts_all"]
    if over.is_empty():
        assert whole["value"] is None
        assert whole["reason"] in REASONS
        return
    assert whole["numerator"] == pytest.approx(over.sum())
    if kpi.expr.denominator is None:
        assert whole["value"] == pytest.approx(over.sum())
        return
    under = parts["denominator"].drop_nulls().sum()
    assert whole["denominator"] == pytest.approx(under)
    if under == 0:
        assert (whole["value"], whole["reason"]) == (None, "zero_denominator")
    else:
        assert whole["value"] == pytest.approx(kpi.expr.scale * over.sum() / under)


@pytest.mark.parametrize("kpi", SUMS, ids=lambda k: k.name)
def test_nothing_known_is_never_zero(kpi: Kpi):
    names = inputs(kpi)
    frame = pl.DataFrame(
        {"campaign_id": ["c"], "posts": [1], **{n: [None] for n in names}},
        schema_overrides=dict.fromkeys(names, pl.Float64),
    )
    row = told(frame, kpi, ["campaign_id"]).row(0, named=True)
    assert (row["value"], row["numerator"], row["posts_known"], row["reason"]) == (None, None, 0, "not_reported")


@pytest.mark.parametrize("kpi", SUMS, ids=lambda k: k.name)
def test_a_zero_is_a_figure(kpi: Kpi):
    names = inputs(kpi)
    frame = pl.DataFrame({"campaign_id": ["c"], "posts": [1], **{n: [0.0] for n in names}})
    row = told(frame, kpi, ["campaign_id"]).row(0, named=True)
    if kpi.expr.denominator is None:
        assert (row["value"], row["reason"]) == (0, None)
    else:
        assert (row["value"], row["reason"]) == (None, "zero_denominator")


@pytest.mark.parametrize("kpi", KPIS.values(), ids=lambda k: k.name)
def test_a_kpi_is_described_in_both_languages(kpi: Kpi):
    assert kpi.description.endswith(".")
    assert kpi.description_ja.endswith("。")
    assert kpi.since.year >= 2026
    assert kpi.definition_version >= 1
