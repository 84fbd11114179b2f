"""Clicks of a campaign's links by day: the same clicks that the KPI ``link_clicks`` counts."""

from datetime import datetime

import polars as pl

from transforms.attribution import terms
from transforms.contract_facts import WHO, link_id
from transforms.facts import CONTRACT
from transforms.inputs import Inputs
from transforms.snapshots import known
from transforms.tables.click_days import CLICK_DAYS


def click_days(inputs: Inputs, contracts: pl.DataFrame, posts: pl.DataFrame, *, as_of: datetime) -> pl.DataFrame:
    """marts.click_days: a row per campaign, link and day told, within the window of a contract that has the link.

    A link that several contracts share is counted once, on the days of any of them.
    """
    windows = terms(inputs.campaigns, contracts, posts.select(*WHO, "published_on"))
    given = (
        contracts.select(*CONTRACT, link_id("link").alias("link_id"))
        .drop_nulls("link_id")
        .join(windows.select(*CONTRACT, "from_on", "until_on"), on=list(CONTRACT), validate="1:1")
    )
    told = known(inputs.link_days, as_of).sort("known_at", "landed_id").unique(["link_id", "day"], keep="last")
    owners = ("campaign_id", "link_id")

    def only(column: str) -> pl.Expr:
        return pl.when(pl.col(column).n_unique().over(owners) == 1).then(pl.col(column)).alias(column)

    return (
        given.with_columns(only("influencer_id"), only("platform"))
        .join(told.select("link_id", "day", "clicks"), on="link_id")
        .filter(pl.col("day").is_between("from_on", "until_on"))
        .unique([*owners, "day"])
        .with_columns(pl.lit(as_of).alias("as_of"))
        .sort(CLICK_DAYS.key)
        .pipe(CLICK_DAYS.conform)
    )
