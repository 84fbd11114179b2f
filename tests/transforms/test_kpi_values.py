"""A value is one sum over another, whatever the groups."""

import re

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from transforms.kpi_values import inputs, long, wide
from transforms.kpis import load, ratio, total
from transforms.tables.fields import REASONS

KPIS = load()
maybe = st.one_of(st.none(), st.integers(0, 1000))
rows = st.lists(st.tuples(st.sampled_from("abc"), maybe, maybe), max_size=12)


def facts_of(drawn) -> pl.DataFrame:
    schema = {"influencer_id": pl.String, "engagements": pl.Int64, "views": pl.Int64}
    return pl.DataFrame(drawn, schema=schema, orient="row").with_columns(
        pl.lit("c").alias("campaign_id"), pl.lit(1).alias("posts"), pl.lit("hidden").alias("why_engagements")
    )


def tell(facts: pl.DataFrame, by: list[str]) -> pl.DataFrame:
    kpis = [KPIS["er_views"], KPIS["engagements"]]
    groups = facts.select(by).unique() if "influencer_id" in by else pl.DataFrame({"campaign_id": ["c"]})
    return long(wide(facts, kpis, by, groups), kpis, by)


@settings(max_examples=30, deadline=None)
@given(rows)
def test_grouping_changes_no_sum(drawn):
    facts = facts_of(drawn)
    whole = tell(facts, ["campaign_id"])
    parts = tell(facts, ["campaign_id", "influencer_id"])
    for kpi in ("er_views", "engagements"):
        one, many = whole.filter(kpi=kpi).row(0, named=True), parts.filter(kpi=kpi)
        for column in ("numerator", "denominator"):
            sums = many[column].drop_nulls()
            assert (one[column] is None) == sums.is_empty()
            assert one[column] is None or one[column] == sums.sum()
        assert one["posts_known"] == many["posts_known"].sum()


@settings(max_examples=30, deadline=None)
@given(rows)
def test_a_value_is_known_or_its_absence_has_a_reason(drawn):
    for row in tell(facts_of(drawn), ["campaign_id"]).iter_rows(named=True):
        assert (row["value"] is None) == (row["reason"] is not None)
        assert row["reason"] is None or row["reason"] in REASONS
        if row["posts_known"] == 0:
            assert row["value"] is None


def test_a_reason_that_nobody_knows_is_not_reported():
    facts = facts_of([("a", None, 5)]).with_columns(pl.lit("shy").alias("why_engagements"))
    assert tell(facts, ["campaign_id"])["reason"].to_list() == ["not_reported", "not_reported"]


def test_the_most_common_reason_is_told():
    facts = facts_of([("a", None, 5)] * 3).with_columns(pl.Series("why_engagements", ["expired", "hidden", "expired"]))
    assert tell(facts, ["campaign_id"])["reason"].to_list() == ["expired", "expired"]


def test_of_reasons_as_common_the_first_is_told_and_an_own_one_never():
    reasons = ["shy", "gap", "hidden", "shy", "gap", "hidden"]
    facts = facts_of([("a", None, 5)] * 6).with_columns(pl.Series("why_engagements", reasons))
    assert tell(facts, ["campaign_id"])["reason"].to_list() == ["hidden", "hidden"]


def test_a_group_of_no_rows_has_no_posts():
    groups = pl.DataFrame({"campaign_id": ["c", "d"]})
    told = long(
        wide(facts_of([("a", 1, 5)]), [KPIS["er_views"]], ["campaign_id"], groups), [KPIS["er_views"]], ["campaign_id"]
    )
    asked = told.select("value", "numerator", "posts_known", "posts_all", "reason")
    assert asked.rows() == [(0.2, 1.0, 1, 1, None), (None, None, 0, 0, "no_posts")]


def test_the_scale_is_of_the_value_not_of_the_sums():
    facts = facts_of([("a", 0, 5000)]).with_columns(pl.lit(20000).alias("cost"))
    cpm = KPIS["cpm_views"]
    row = long(wide(facts, [cpm], ["campaign_id"], facts.select("campaign_id")), [cpm], ["campaign_id"])
    assert row.select("value", "numerator", "denominator").row(0) == (4000.0, 20000.0, 5000.0)


@pytest.mark.parametrize("name", KPIS)
def test_a_kpi_says_what_it_is(name):
    kpi = KPIS[name]
    assert kpi.label.en
    assert re.search("[ぁ-んァ-ヶ一-龠]|ROAS", kpi.label.ja)
    assert kpi.description.endswith(".")
    assert kpi.formula
    assert kpi.unit
    assert inputs(kpi)
    assert kpi.grains


def test_no_kpi_is_called_by_a_bare_word():
    """ROI and CPM have several published meanings: only named variants."""
    assert not {"roi", "cpm", "er", "cvr", "roas"} & set(KPIS)
    labels = [k.label for k in KPIS.values()]
    assert len({label.ja for label in labels}) == len({label.en for label in labels}) == len(labels)


def test_a_total_has_no_lower_side():
    assert total(pl.col("x")).denominator is None
    assert ratio(pl.col("x"), pl.col("y")).scale == 1.0
    views = facts_of([("a", 3, None)]).with_columns(pl.lit(5).alias("views"))
    row = long(
        wide(views, [KPIS["views"]], ["campaign_id"], views.select("campaign_id")), [KPIS["views"]], ["campaign_id"]
    )
    assert row.select("value", "numerator", "denominator").row(0) == (5.0, 5.0, None)
