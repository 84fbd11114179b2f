"""Which values have an interval, by which method, and what it does not depend on."""

import numpy as np
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from transforms.insight.estimates import IDS, Rows, with_intervals
from transforms.kpi_values import inputs, long, wide
from transforms.kpis import load
from transforms.tables.marts import KPI_VALUES

KPIS = load()
ABOUT = {"state": "final", "definition_changed": None}


def posts(creators=6, each=4, seed=3, campaign="summer", platform="instagram"):
    rng = np.random.default_rng(seed)
    n = creators * each
    who = np.repeat(np.arange(creators), each)
    views = np.floor(20_000 * rng.lognormal(0, 0.6, n))
    got = rng.poisson(views * 0.04 * rng.gamma(6, 1 / 6, n)).astype(float)
    return pl.DataFrame(
        {
            "campaign_id": campaign,
            "platform": platform,
            "influencer_id": [f"person{i:02d}" for i in who],
            "post_id": [f"{platform[0]}{i:03d}" for i in range(n)],
            "format": "reel",
            "views": views,
            "engagements": got,
            "cost": 20_000.0,
            "posts": 1,
        }
    )


def persons(rows, seed=4):
    rng = np.random.default_rng(seed)
    found = (
        rows.group_by("campaign_id", "influencer_id")
        .agg(pl.col("platform").first(), pl.col("cost", "posts", "views").sum())
        .sort("campaign_id", "influencer_id")
    )
    clicks = rng.poisson(found["views"] * 0.01)
    return found.with_columns(
        pl.Series("link_clicks", clicks.astype(float)),
        pl.Series("orders", rng.poisson(clicks * 0.03).astype(float)),
        promised_posts=pl.lit(4.0),
        margin_rate=pl.lit(0.5),
        followers_start=pl.lit(10_000.0),
        followers_end=10_000.0 + pl.int_range(pl.len()) * 40.0,
    ).with_columns(revenue_gross=pl.col("orders") * 5_000.0, revenue_net=pl.col("orders") * 4_000.0)


def orders(people):
    people = people.sort("campaign_id", "influencer_id")
    at = np.repeat(np.arange(people.height), people["orders"].to_numpy().astype(int))
    return people[at].select(
        "campaign_id",
        "influencer_id",
        "platform",
        orders=pl.lit(1.0),
        new_customers=pl.lit(1.0),
        revenue_gross=pl.lit(5_000.0) + pl.int_range(pl.len()) % 7 * 300.0,
        revenue_net=pl.lit(4_000.0),
    )


def told(rows, *names, people=None):
    """marts.kpi_values of some KPIs, with intervals."""
    people = persons(rows) if people is None else people
    values = [
        KPI_VALUES.conform_loosely(
            long(wide(facts, [KPIS[name]], ids, facts.select(ids).unique().sort(ids)), [KPIS[name]], ids).with_columns(
                pl.lit(grain).alias("grain"), *(pl.lit(v).alias(k) for k, v in ABOUT.items())
            )
        )
        for name in names
        for facts in [rows if KPIS[name].rows == "post" else people]
        for grain, ids in IDS.items()
        if grain in KPIS[name].grains
    ]
    return with_intervals(pl.concat(values), Rows.of(rows, people, people, orders(people)), [KPIS[n] for n in names])


def at(values, grain):
    return values.filter(pl.col("grain") == grain)


def test_posts_tell_within_a_creator_and_creators_within_a_campaign():
    found = told(posts(), "er_views")
    methods = {g: at(found, g)["interval_method"].unique().to_list() for g in IDS}
    assert methods == {
        "post": ["overdispersed"],
        "influencer": ["overdispersed"],
        "platform": ["clusters"],
        "campaign": ["clusters"],
    }


@pytest.mark.parametrize("name", ["er_views", "cpe", "cpm_views", "cpo", "cvr_click", "roas_net", "roi_profit", "aov"])
def test_an_interval_is_around_its_value(name):
    found = told(posts(), name).filter(pl.col("lower").is_not_null())
    assert {"influencer", "campaign"} <= set(found["grain"])
    assert found.filter((pl.col("lower") > pl.col("value")) | (pl.col("upper") < pl.col("value"))).is_empty()
    assert found.filter(pl.col("lower") >= pl.col("upper")).is_empty()
    assert found.filter(pl.col("lower") < KPIS[name].floor).is_empty()


def test_a_cost_per_result_turns_the_interval_of_results_per_cost_over():
    rows = posts().with_columns(views=pl.col("cost"))
    found = told(rows, "er_views", "cpe")
    rate, cost = (found.filter((pl.col("kpi") == k) & pl.col("lower").is_not_null()) for k in ("er_views", "cpe"))
    np.testing.assert_allclose(cost["lower"], 1 / rate["upper"], rtol=1e-8)
    np.testing.assert_allclose(cost["upper"], 1 / rate["lower"], rtol=1e-8)


def test_cpm_is_a_thousandfold_of_cpv_with_its_interval():
    found = told(posts(), "cpm_views", "cpv")
    mille, one = (found.filter(pl.col("kpi") == k) for k in ("cpm_views", "cpv"))
    for end in ("value", "lower", "upper"):
        np.testing.assert_allclose(mille[end], one[end] * 1000, rtol=1e-8)


@pytest.mark.parametrize("name", ["delivery_rate", "cpp", "views", "orders", "price_per_follower"])
def test_what_is_counted_or_agreed_has_no_interval(name):
    assert KPIS[name].interval_method == "none"


def test_every_rate_and_ratio_that_is_an_estimate_says_how_sure_it_is():
    facts = {"cpp", "delivery_rate", "price_per_follower"}
    silent = {k.name for k in KPIS.values() if k.expr.denominator is not None and k.interval_method == "none"}
    assert facts <= silent
    rates = {k for k in KPIS if k.startswith(("er_", "cpm_", "cvr_", "roas_", "ctr"))} | {"cpe", "cpv", "cpo", "cpa"}
    assert silent & rates == set()


def test_two_creators_do_not_tell_how_creators_differ():
    found = told(posts(creators=2), "er_views")
    assert at(found, "campaign")["lower"].to_list() == [None]
    assert at(found, "influencer")["lower"].null_count() == 0


def test_of_one_creator_the_campaign_says_what_the_creator_says():
    found = told(posts(creators=1), "er_views")
    ends = ("value", "lower", "upper", "interval_method")
    assert at(found, "campaign").select(ends).rows() == at(found, "influencer").select(ends).rows()


def test_one_post_each_leaves_the_rate_of_each_unknown_and_the_campaigns_known():
    found = told(posts(creators=6, each=1), "er_views")
    assert at(found, "influencer")["lower"].null_count() == 6
    assert at(found, "influencer")["interval_method"].null_count() == 6
    assert at(found, "campaign")["lower"].null_count() == 0


def test_null_in_null_out():
    rows = posts().with_columns(engagements=pl.when(pl.col("influencer_id") != "person00").then("engagements"))
    found = at(told(rows, "er_views"), "influencer").sort("influencer_id")
    assert found.row(0, named=True) | {"value": None, "lower": None, "upper": None} == found.row(0, named=True)
    assert found["lower"][1:].null_count() == 0


def test_nobody_reacting_is_a_rate_of_0_with_something_above_it():
    rows = posts().with_columns(engagements=pl.lit(0.0))
    found = at(told(rows, "er_views"), "influencer")
    assert found["value"].unique().to_list() == [0.0]
    assert found["lower"].unique().to_list() == [0.0]
    assert found["upper"].min() > 0


def test_the_order_of_rows_changes_nothing():
    rows = posts()
    people = persons(rows)
    names = ("er_views", "cpe", "cpo", "aov", "roas_gross")
    assert_frame_equal(
        told(rows, *names, people=people).sort(KPI_VALUES.key),
        told(rows.reverse(), *names, people=people.reverse()).sort(KPI_VALUES.key),
        check_exact=True,
    )


def test_another_campaign_changes_nothing():
    alone, other = posts(), posts(seed=9, campaign="autumn", creators=9)
    both = told(pl.concat([alone, other]), "er_views", "cpm_views")
    assert_frame_equal(
        both.filter(pl.col("campaign_id") == "summer"), told(alone, "er_views", "cpm_views"), check_exact=True
    )


def test_all_other_columns_and_the_order_stay():
    rows = posts()
    found = told(rows, "er_views", "delivery_rate")
    assert found.columns == KPI_VALUES.columns
    assert found.filter(pl.col("kpi") == "delivery_rate")["lower"].null_count() == 6 + 1 + 1


def test_the_kpis_own_inputs_are_the_only_ones_asked():
    assert set(inputs(KPIS["er_views"])) == {"engagements", "views"}
