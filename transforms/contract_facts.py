"""The rows that KPIs sum over, contract by contract and person by person: terms, posts, clicks, orders, followers."""

from datetime import datetime, timedelta
from functools import partial

import polars as pl

from transforms.attribution import link_id, plain, terms
from transforms.days import ends_at, starts_at
from transforms.emv import with_nothing_earned
from transforms.facts import CONTRACT, followers_at, total_if_all_known
from transforms.growth import with_usual_growth
from transforms.inputs import Inputs
from transforms.sessions import with_sessions
from transforms.snapshots import known

WHO = ("campaign_id", "influencer_id")
GROWTH_SLACK = timedelta(days=3)
"""Followers at the start and end of a campaign are counts seen at most this far from them."""

OF_PERSONS = ("orders", "new_customers", "revenue_gross", "revenue_net", "link_clicks", "sessions")
"""What a person's contracts may share, as they share codes and links: summed over persons."""
_OF_POSTS = ("impressions", "reach_of_posts")
_REVENUE = ("revenue_gross", "revenue_net")
_OF_ORDERS = ("orders", "new_customers", *_REVENUE)


def contract_facts(
    inputs: Inputs,
    contracts: pl.DataFrame,
    posts: pl.DataFrame,
    credited: pl.DataFrame,
    *,
    as_of: datetime,
    zone: str,
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Two frames with ``why_<column>`` beside each input: a row per contract, and a row per campaign and influencer.

    Orders and clicks (:data:`OF_PERSONS`) belong to a person; a contract has them only where its code or link is its
    own. So at the influencer and campaign grains KPIs that read them sum persons, and nothing is counted twice; the
    others, and all of the platform grain, sum contracts. ``contracts``
    have their account_key, ``posts`` are post facts, ``credited`` are credits of orders.
    """
    windows = terms(inputs.campaigns, contracts, posts.select(*WHO, "published_on"))
    clicks = _clicks(inputs, contracts, windows, as_of)
    rows = _with_growth(_delivered(contracts, posts), inputs, as_of, zone)
    rows = with_usual_growth(rows, inputs.account_observations, as_of=as_of)
    rows = with_nothing_earned(rows, inputs, as_of)
    rows = rows.join(inputs.campaigns.select("campaign_id", "margin_rate"), on="campaign_id", validate="m:1")
    rows = rows.with_columns(
        is_tracked=plain("code").replace("", None).is_not_null() | pl.col("link").replace("", None).is_not_null(),
        why_margin_rate=pl.lit("no_margin"),
    ).sort(CONTRACT)
    asked = not all(known(told, as_of).is_empty() for told in (inputs.shops, inputs.orders))
    persons = _with_orders(
        _persons(rows).join(_clicks_of(clicks, WHO), on=list(WHO), how="left", validate="1:1", nulls_equal=True),
        _sold(credited, inputs.campaigns, WHO),
        asked=asked,
    )
    placed = _placed(rows, credited)
    contract_rows = _with_orders(
        placed.join(_clicks_of(clicks, CONTRACT), on=list(CONTRACT), how="left", validate="1:1", nulls_equal=True),
        _sold(at_home(rows, credited), inputs.campaigns, CONTRACT),
        asked=asked,
    )
    visits = partial(with_sessions, site_days=inputs.site_days, contracts=contracts, windows=windows)
    return visits(contract_rows, as_of=as_of, zone=zone), visits(persons, as_of=as_of, zone=zone)


def _delivered(contracts: pl.DataFrame, posts: pl.DataFrame) -> pl.DataFrame:
    """A row per contract, and per group of posts that no contract covers, with what their posts add up to."""
    first_count = pl.col("followers").sort_by("published_at").drop_nulls().first()
    delivered = (
        posts.with_columns(pl.col("reach").alias("reach_of_posts"), pl.col("why_reach").alias("why_reach_of_posts"))
        .sort("campaign_id", "post_key")
        .group_by(CONTRACT)
        .agg(
            pl.len().cast(pl.Int64).alias("posts"),
            first_count.alias("followers"),
            *(total_if_all_known(c) for c in _OF_POSTS),
            *(pl.col(f"why_{c}").drop_nulls().first() for c in _OF_POSTS),
            total_if_all_known("emv"),
            pl.col("why_emv").drop_nulls().first(),
        )
    )
    signed = contracts.with_columns(pl.lit(value=True).alias("is_signed"))
    without = pl.lit("no_posts")
    return (
        signed.join(delivered, on=list(CONTRACT), how="full", coalesce=True, validate="1:1", nulls_equal=True)
        .with_columns(pl.col("posts").fill_null(0), pl.col("is_signed").fill_null(value=False))
        .with_columns(
            *(pl.when(pl.col("posts") == 0).then(without).otherwise(f"why_{c}").alias(f"why_{c}") for c in _OF_POSTS),
            pl.when(pl.col("posts") == 0).then(without).otherwise(pl.lit("no_followers")).alias("why_followers"),
            pl.col("why_fee", "why_cost").fill_null("no_cost"),
        )
    )


def _with_growth(rows: pl.DataFrame, inputs: Inputs, as_of: datetime, zone: str) -> pl.DataFrame:
    """The rows with ``followers_start`` and ``followers_end`` of the campaign, or of the part that has passed."""
    bounds = pl.DataFrame(
        [
            (name, starts_at(first, zone), min(ends_at(last, zone), as_of))
            for name, first, last in inputs.campaigns.select("campaign_id", "starts_on", "ends_on").rows()
        ],
        schema={"campaign_id": pl.String(), "_start": pl.Datetime("us", "UTC"), "_end": pl.Datetime("us", "UTC")},
        orient="row",
    )
    dated = rows.join(bounds, on="campaign_id", validate="m:1", maintain_order="left")
    moments = pl.concat(dated.select("account_key", pl.col(at).alias("at")) for at in ("_start", "_end"))
    seen = followers_at(moments, inputs.account_observations, as_of, before=GROWTH_SLACK, after=GROWTH_SLACK)
    start, end = seen.head(dated.height), seen.tail(dated.height)
    is_past = pl.col("seen_at") <= pl.col("at")  # what was counted after the end is no count at the end
    end = end.with_columns(pl.when(is_past).then(c).alias(c) for c in ("followers", "seen_at"))
    is_later = end["seen_at"] > start["seen_at"]
    why = pl.when(pl.col("_start") >= as_of).then(pl.lit("not_yet")).otherwise(pl.lit("no_followers"))
    return (
        dated.with_columns(
            start["followers"].alias("followers_start"),
            end["followers"].alias("followers_end"),
            start["seen_at"].alias("start_seen_at"),
            end["seen_at"].alias("end_seen_at"),
            is_later.alias("_is_later"),
            why.alias("why_followers_start"),
            why.alias("why_followers_end"),
        )
        .with_columns(pl.when(pl.col("_is_later")).then(pl.col("followers_end")).alias("followers_end"))
        .drop("_start", "_end")
    )


def _persons(rows: pl.DataFrame) -> pl.DataFrame:
    """A row per campaign and influencer. What a person costs is what the contracts say; a part unknown is unknown."""
    signed = pl.col("is_signed") | ~pl.col("is_signed").any()
    with_posts = (pl.col("posts") > 0) | (pl.col("posts").sum() == 0)
    counted = {"cost": pl.col("_signed"), **dict.fromkeys(_OF_POSTS, pl.col("_with_posts"))}
    sums = [
        pl.when((pl.col(c).is_not_null() | ~where).all()).then(pl.col(c).filter(where).sum()).alias(c)
        for c, where in counted.items()
    ]
    whys = [pl.col(f"why_{c}").filter(pl.col(c).is_null() & where).first() for c, where in counted.items()]
    return (
        rows.with_columns(signed.over(WHO).alias("_signed"), with_posts.over(WHO).alias("_with_posts"))
        .group_by(WHO, maintain_order=True)
        .agg(
            *sums,
            *whys,
            pl.col("posts").sum(),
            pl.col("is_tracked").any(),
            pl.col("margin_rate", "why_margin_rate").first(),
        )
        .with_columns(is_placed=pl.lit(value=True))
    )


def _placed(rows: pl.DataFrame, credited: pl.DataFrame) -> pl.DataFrame:
    """The contracts with ``is_placed``: orders can be told apart from those of the person's other platforms."""
    unplaced = credited.filter(pl.col("platform").is_null()).select(WHO).unique()
    is_alone = pl.len().over(WHO) == 1
    shares_code = plain("code").is_not_null() & (pl.len().over(*WHO, plain("code")) > 1)
    return (
        rows.join(unplaced.with_columns(_mixed=pl.lit(value=True)), on=list(WHO), how="left", validate="m:1")
        .with_columns(is_placed=is_alone | ~(shares_code | pl.col("_mixed").fill_null(value=False)))
        .drop("_mixed")
    )


def at_home(rows: pl.DataFrame, credited: pl.DataFrame) -> pl.DataFrame:
    """The credits with the platform of the person's only contract, where there is only one."""
    only = rows.filter(pl.col("is_signed")).filter(pl.len().over(WHO) == 1).select(*WHO, pl.col("platform").alias("_p"))
    return (
        credited.join(only, on=list(WHO), how="left", validate="m:1")
        .with_columns(pl.coalesce("_p", "platform").alias("platform"))
        .drop("_p")
    )


def worth(credited: pl.DataFrame, campaigns: pl.DataFrame) -> pl.DataFrame:
    """The credits with what each adds to :data:`OF_PERSONS`. An amount not in the campaign's currency is unknown.

    :func:`transforms.costs.sold_in_campaign_currency` has converted those for whose day there is a rate.
    """
    theirs = credited.join(
        campaigns.select("campaign_id", pl.col("currency").alias("_theirs")), on="campaign_id", validate="m:1"
    )
    is_same = pl.col("currency") == pl.col("_theirs")
    return theirs.with_columns(
        pl.col("credit").alias("orders"),
        (pl.col("is_new_customer").cast(pl.Float64) * pl.col("credit")).alias("new_customers"),
        pl.when(is_same).then(pl.col("revenue_gross")).alias("revenue_gross"),
        pl.when(is_same).then(pl.col("revenue_net")).alias("revenue_net"),
    )


def _sold(credited: pl.DataFrame, campaigns: pl.DataFrame, by: tuple[str, ...]) -> pl.DataFrame:
    """Credited orders per group. An amount that is unknown makes the sum unknown."""
    return (
        worth(credited, campaigns)
        .group_by(by)
        .agg(*(total_if_all_known(c) for c in _OF_ORDERS), pl.col("why_money").drop_nulls().first())
        .with_columns(pl.lit(value=True).alias("has_sold"))
    )


def _with_orders(rows: pl.DataFrame, sold: pl.DataFrame, *, asked: bool) -> pl.DataFrame:
    """The rows with orders and revenue: 0 is a real zero only where something is tracked and a shop has answered.

    Who has neither code nor link, and is named by the labels of an order all the same, has that order.
    """
    by = [c for c in CONTRACT if c in sold.columns]
    could_tell = (pl.col("is_tracked") | pl.col("has_sold").fill_null(value=False)) & pl.col("is_placed")
    sold_none = could_tell & pl.lit(value=asked) & pl.col("has_sold").is_null()
    why = pl.when(could_tell).then(pl.lit("not_reported")).otherwise(pl.lit("not_tracked"))
    return rows.join(sold, on=by, how="left", validate="1:1", nulls_equal=True).with_columns(
        *(pl.when(sold_none).then(0).when(could_tell).then(pl.col(c)).alias(c) for c in _OF_ORDERS),
        *(why.alias(f"why_{c}") for c in _OF_ORDERS if c not in _REVENUE),
        *(pl.when(could_tell).then(pl.coalesce("why_money", why)).otherwise(why).alias(f"why_{c}") for c in _REVENUE),
        pl.col("why_link_clicks").fill_null("not_tracked"),
    )


def _clicks(inputs: Inputs, contracts: pl.DataFrame, windows: pl.DataFrame, as_of: datetime) -> pl.DataFrame:
    """One row per contract with a link: ``clicks`` in its window as known at ``as_of``; null if never answered.

    Days are the link service's own and are compared as they are named.
    """
    told = known(inputs.link_days, as_of).sort("known_at", "landed_id").unique(["link_id", "day"], keep="last")
    answered = pl.concat(
        [told.select("link_id"), inputs.links.filter(pl.col("last_known_at") <= as_of).select("link_id")]
    ).unique()
    given = (
        contracts.select(*CONTRACT, link_id("link").alias("link_id"))
        .drop_nulls("link_id")
        .join(windows.select(*CONTRACT, "from_on", "until_on"), on=list(CONTRACT), validate="1:1")
    )
    clicked = (
        given.join(told.select("link_id", "day", "clicks"), on="link_id")
        .filter(pl.col("day").is_between("from_on", "until_on"))
        .group_by(CONTRACT)
        .agg(pl.col("clicks").sum())
    )
    return (
        given.join(answered.with_columns(_answered=pl.lit(value=True)), on="link_id", how="left", validate="m:1")
        .join(clicked, on=list(CONTRACT), how="left", validate="1:1")
        .with_columns(pl.when(pl.col("_answered")).then(pl.col("clicks").fill_null(0)).alias("clicks"))
        .select(*CONTRACT, "link_id", "clicks")
    )


def _clicks_of(clicks: pl.DataFrame, by: tuple[str, ...]) -> pl.DataFrame:
    """``link_clicks`` per group: a link that two groups of one campaign share tells neither's clicks."""
    owners = pl.struct(by).n_unique().over("campaign_id", "link_id")
    own = clicks.with_columns(is_own=owners == 1).unique([*by, "link_id"], keep="first", maintain_order=True)
    is_known = (pl.col("clicks").is_not_null() & pl.col("is_own")).all()
    return (
        own.sort(*by, "link_id")
        .group_by(by, maintain_order=True)
        .agg(
            pl.when(is_known).then(pl.col("clicks").sum()).alias("link_clicks"),
            pl.when(pl.col("is_own").all()).then(pl.lit("not_reported")).alias("why_link_clicks"),
        )
    )
