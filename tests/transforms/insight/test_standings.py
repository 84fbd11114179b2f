"""Nobody is named where nobody differs; who does is found; nothing is ranked that cannot be told apart."""

from datetime import UTC, datetime

import numpy as np
import polars as pl
import pytest

from transforms.insight.estimates import Rows, with_intervals
from transforms.insight.standings import standings
from transforms.kpi_values import long, wide
from transforms.kpis import load
from transforms.tables.marts import KPI_VALUES
from transforms.tables.standings import STANDINGS

NAMES = ("er_views", "cpe", "cpm_views")
KPIS = {k: v for k, v in load().items() if k in NAMES}
WHO = ["campaign_id", "influencer_id"]
AS_OF = datetime(2026, 9, 1, tzinfo=UTC)


def standing(made, *, mixed=()):
    """marts.standings of simulated posts; fees are fair: each by the size of what is shown in the long run.

    ``mixed``: influencers whose views were counted in two ways.
    """
    of = made.campaign[made.creator]
    posts = pl.DataFrame(
        {
            "campaign_id": [f"c{c:03d}" for c in of],
            "influencer_id": [f"p{p:05d}" for p in made.creator],
            "platform": "instagram",
            "format": "reel",
            "post_id": [f"{n:06d}" for n in range(len(of))],
            "views": made.exposure,
            "engagements": made.counts,
            "cost": 10_000.0,
            "followers": 20_000.0,
            "posts": 1,
            "margin_rate": 0.5,
        }
    )
    groups = posts.select(WHO).unique().sort(WHO)
    values = KPI_VALUES.conform_loosely(
        long(wide(posts, list(KPIS.values()), WHO, groups), KPIS.values(), WHO).with_columns(
            grain=pl.lit("influencer"),
            state=pl.lit("final"),
            as_of=pl.lit(AS_OF),
            definition_changed=pl.when(pl.col("influencer_id").is_in(list(mixed)) & pl.col("kpi").ne("cpe")).then(
                pl.lit("instagram.views")
            ),
        )
    )
    rows = Rows.of(posts, posts, posts, posts.head(0).with_columns(revenue_gross=None, revenue_net=None))
    campaigns = groups.select("campaign_id").unique().with_columns(engagement_base=pl.lit("views"))
    people = groups.with_columns(followers=pl.lit(20_000), platforms=pl.lit("instagram"))
    return standings(with_intervals(values, rows, KPIS.values()), rows, people, campaigns, KPIS, as_of=AS_OF)


ALIKE = {"creators_differ": 0.0, "sizes_differ": 0.0, "exposures_differ": 0.4}


@pytest.mark.parametrize(
    ("creators", "noise", "amount"),
    [(4, "gamma", 0.3), (12, "gamma", 0.3), (12, "lognormal", 0.5), (60, "lognormal", 0.6)],
)
def test_where_nobody_differs_95_of_100_campaigns_name_nobody(simulate, creators, noise, amount):
    found = standing(
        simulate(31, seeds=200 if creators < 60 else 60, creators=creators, noise=noise, amount=amount, **ALIKE)
    )
    named = found.group_by("campaign_id").agg(pl.col("comparison").is_in(["above", "below"]).any().alias("any"))
    assert named["any"].mean() <= 0.05


def test_whose_posts_were_counted_in_two_ways_is_compared_with_nobody(simulate):
    made = simulate(32, seeds=1, creators=12, posts=(4, 6), amount=0.1, **ALIKE)
    lifted = type(made)(
        made.counts * np.where(made.creator == 0, 9, 1), made.exposure, made.creator, made.campaign, made.truth
    )
    star = pl.col("influencer_id") == "p00000"
    told = standing(lifted).filter(star)
    assert told.filter(kpi="er_views")["comparison"].to_list() == ["above"]
    mixed = standing(lifted, mixed=["p00000"])
    found = mixed.filter(star).sort("kpi").select("kpi", "comparison", "reason").rows()
    assert found == [
        ("cpe", "below", None),
        ("cpm_views", "unknown", "definition_changed"),
        ("er_views", "unknown", "definition_changed"),
    ]
    others = mixed.filter(~star & (pl.col("kpi") == "er_views"))
    assert others["comparison"].unique().to_list() == ["no_difference"], "nor are the others compared with them"


def test_who_differs_is_found(simulate):
    made = simulate(32, seeds=40, creators=12, posts=(4, 6), amount=0.1, **ALIKE)
    lifted = np.where(made.creator % 12 == 0, 3, 1)
    better = standing(type(made)(made.counts * lifted, made.exposure, made.creator, made.campaign, made.truth))
    star = (pl.col("influencer_id").str.slice(1).cast(pl.Int64) % 12) == 0
    rate = better.filter(star & (pl.col("kpi") == "er_views"))
    assert rate["comparison"].eq("above").mean() > 0.9
    assert rate["is_better"].drop_nulls().all()
    cost = better.filter(star & (pl.col("kpi") == "cpe"))
    assert cost["comparison"].is_in(["below"]).mean() > 0.5, "cheaper per engagement"
    assert cost["is_better"].drop_nulls().all()
    others = better.filter(~star & (pl.col("comparison") == "above") & (pl.col("kpi") == "er_views"))
    assert others.height <= 5


def test_ranks_are_ranges_that_hold_the_true_rank(simulate):
    made = simulate(33, seeds=100, creators=10, posts=(3, 6), creators_differ=0.8, amount=0.1, sizes_differ=0.0)
    found = standing(made).filter(pl.col("kpi") == "er_views").sort(WHO)
    truth = pl.DataFrame({"campaign": made.campaign, "truth": made.truth}).with_columns(
        rank=pl.col("truth").rank(descending=True).over("campaign")
    )
    held = (found["rank_best"] <= truth["rank"]) & (truth["rank"] <= found["rank_worst"])
    whole = pl.DataFrame({"campaign": made.campaign, "held": held}).group_by("campaign").agg(pl.col("held").all())
    assert whole["held"].mean() >= 0.93
    assert (found["rank_worst"] - found["rank_best"]).mean() < 8, "and say something"


def test_a_row_for_everybody_and_a_reason_where_nothing_can_be_told(simulate):
    lonely = standing(simulate(34, seeds=1, creators=1, posts=(4, 4)))
    assert lonely["comparison"].unique().to_list() == ["unknown"]
    assert lonely["reason"].unique().to_list() == ["alone"]
    brief = standing(simulate(35, seeds=1, creators=5, posts=(1, 1)))
    assert brief["reason"].unique().to_list() == ["too_little_known"]
    assert brief["rank_best"].null_count() == brief.height
    assert brief.columns == STANDINGS.columns
