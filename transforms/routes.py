"""What each way of engaging cost and brought: direct, by an agency that directs, by an agency's platform."""

from datetime import datetime

import polars as pl

from transforms.contract_facts import OF_PERSONS, WHO
from transforms.facts import CONTRACT, total_if_all_known
from transforms.kpi_values import inputs, wide
from transforms.kpis import load
from transforms.tables.money import ROUTE_KPI_TABLE, ROUTE_KPIS

_IDS = ("campaign_id", "route")
_KPIS = [k for k in load().values() if k.name in ROUTE_KPIS]


def route_kpis(posts: pl.DataFrame, contracts: pl.DataFrame, persons: pl.DataFrame, as_of: datetime) -> pl.DataFrame:
    """marts.route_kpis. All three are facts of posts, contracts and persons.

    Orders belong to persons. Those of a person with one route are that route's; those of a person with several are
    told by contract, where codes and links keep the contracts apart, and unknown elsewhere.
    """
    signed = contracts.filter(pl.col("is_signed"))
    groups = (
        signed.group_by(_IDS)
        .agg(
            pl.col("influencer_id").n_unique().alias("influencers"),
            *(total_if_all_known(c) for c in ("promised_posts", "fee", "cost")),
            pl.col("currency").drop_nulls().first(),
        )
        .sort(_IDS)
    )
    routes = signed.select(*CONTRACT, "route")
    shared = [k for k in _KPIS if k.rows == "contract" and not set(inputs(k)).isdisjoint(OF_PERSONS)]
    own = [k for k in _KPIS if k.rows == "contract" and k not in shared]
    of_posts = posts.join(routes, on=list(CONTRACT), how="inner", validate="m:1")
    told = groups
    for rows, kpis in (
        (of_posts, [k for k in _KPIS if k.rows == "post"]),
        (signed, own),
        (_sellers(signed, persons), shared),
    ):
        found = wide(rows, kpis, list(_IDS), groups.select(_IDS))
        told = told.join(found.select(*_IDS, *(k.name for k in kpis)), on=list(_IDS), how="left", validate="1:1")
    return ROUTE_KPI_TABLE.conform(told.with_columns(pl.lit(as_of).alias("as_of")).sort(_IDS))


def _sellers(signed: pl.DataFrame, persons: pl.DataFrame) -> pl.DataFrame:
    """A row per person with one route, and per contract of a person with several."""
    routes = signed.group_by(WHO).agg(pl.col("route").unique().sort())
    alone = routes.filter(pl.col("route").list.len() == 1).with_columns(pl.col("route").list.first())
    several = routes.filter(pl.col("route").list.len() > 1).select(WHO)
    return pl.concat(
        [
            persons.join(alone, on=list(WHO), how="inner", validate="1:1"),
            signed.join(several, on=list(WHO), how="semi"),
        ],
        how="diagonal_relaxed",
    )
