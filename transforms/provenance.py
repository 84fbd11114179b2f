"""How much of a KPI's value rests on figures that no platform told us itself: imported, set right, or typed by hand."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

import polars as pl

from transforms.facts import ENGAGEMENTS
from transforms.kpi_values import inputs as inputs_of
from transforms.kpi_values import known as knows
from transforms.kpis import Grain, Kpi
from transforms.snapshots import ORDER, known
from transforms.tables.fields import METRICS
from transforms.tables.marts import PROVENANCES

API, IMPORT, CORRECTED, MANUAL, MIXED = range(5)
"""Places in PROVENANCES. The first is what platforms told by themselves."""
_BY_SOURCE = {"import": IMPORT, "corrected": CORRECTED, "manual": MANUAL}
_SALES = ("orders", "new_customers", "revenue_gross", "revenue_net")
_IDS: Mapping[Grain, list[str]] = {
    "post": ["campaign_id", "platform", "influencer_id", "post_id"],
    "influencer": ["campaign_id", "influencer_id"],
    "platform": ["campaign_id", "platform"],
    "campaign": ["campaign_id"],
}
_PLACE = ("grain", *_IDS["post"])
_SPECIAL = list(_BY_SOURCE)


def _rank() -> pl.Expr:
    return pl.col("source").replace_strict(_BY_SOURCE, default=API, return_dtype=pl.Int8())


def of_metrics(observations: pl.LazyFrame, as_of: datetime) -> pl.DataFrame:
    """post_key, ``from_<metric>``: where each newest figure came from; only posts of which not all is a platform's."""
    seen = known(observations, as_of)
    special = seen.filter(pl.col("source").is_in(_SPECIAL)).select("post_key").unique().collect()
    rank = _rank()
    return (
        (seen.join(special.lazy(), on="post_key", how="semi") if special.height else seen.clear())
        .sort(ORDER)
        .group_by("post_key")
        .agg(rank.filter(pl.col(m).is_not_null()).last().alias(f"from_{m}") for m in METRICS)
        .sort("post_key")
        .collect()
    )


def of_followers(posts: pl.DataFrame, observations: pl.DataFrame, as_of: datetime) -> pl.DataFrame:
    """account_key, seen_at, ``from_followers``: where counts of followers came from that no platform told."""
    told = known(observations, as_of).filter(pl.col("followers").is_not_null())
    special = told.filter(pl.col("source").is_in(_SPECIAL)).join(posts, on="account_key", how="semi")
    return (
        told.join(special, on=["account_key", "observed_at"], how="semi")
        .sort("known_at", "landed_id")
        .group_by("account_key", pl.col("observed_at").alias("seen_at"))
        .agg(_rank().last().alias("from_followers"))
        .filter(pl.col("from_followers") > API)
    )


def with_sources(
    posts: pl.DataFrame, observations: pl.LazyFrame, accounts: pl.DataFrame, as_of: datetime
) -> pl.DataFrame:
    """Post facts with ``from_<column>`` for what KPIs read of posts, and ``provenance`` of their figures as a word.

    ``accounts``: account observations. Null where the figure is unknown, or every figure of the post is a platform's.
    """
    told = of_metrics(observations.join(posts.lazy().select("post_key"), on="post_key", how="semi"), as_of)
    counted = of_followers(posts, accounts, as_of)
    base = pl.lit(None, pl.Int8())
    for name in ("followers", "reach", "views", "impressions"):
        base = pl.when(pl.col("engagement_base") == name).then(f"from_{name}").otherwise(base)
    ranks = [pl.when(pl.col(m).is_not_null()).then(f"from_{m}") for m in METRICS]
    least, most = pl.min_horizontal(ranks), pl.max_horizontal(ranks)
    any_known = pl.any_horizontal(pl.col(m).is_not_null() for m in METRICS)
    word = pl.when(least != most).then(pl.lit(MIXED, pl.Int8())).otherwise(least)
    return (
        posts.join(told, on="post_key", how="left", validate="m:1", maintain_order="left")
        .join(counted, on=["account_key", "seen_at"], how="left", validate="m:1", maintain_order="left")
        .with_columns(base.alias("from_base"), pl.max_horizontal(f"from_{m}" for m in ENGAGEMENTS).alias("_e"))
        .with_columns(
            pl.col("_e").alias("from_engagements"),
            pl.when(any_known).then(named(word.fill_null(API))).alias("provenance"),
        )
        .drop("_e")
    )


def named(place: pl.Expr) -> pl.Expr:
    """Expression: the word of a place in PROVENANCES."""
    return place.replace_strict(dict(enumerate(PROVENANCES)), return_dtype=pl.String())


def with_provenance(
    values: pl.DataFrame,
    posts: pl.DataFrame,
    credited: pl.DataFrame,
    orders: pl.DataFrame,
    kpis: Iterable[Kpi],
    *,
    as_of: datetime,
) -> pl.DataFrame:
    """KPI values with ``provenance`` and ``posts_manual`` (posts whose figure a person typed or set right).

    ``posts``: those of :func:`with_sources`; ``credited``: the credits that decide; ``orders``: core.orders. A value
    that is null has no provenance.
    """
    every = list(kpis)
    told = pl.concat([_of_posts(posts, every), _of_sales(credited, orders, every, as_of)])
    if told.is_empty():
        return values.with_columns(_said(pl.lit(API, pl.Int8()), pl.lit(0, pl.Int64()))).select(values.columns)
    marked = values.drop("provenance", "posts_manual", strict=False).join(
        told, on=[*_PLACE, "kpi"], how="left", validate="1:1", nulls_equal=True, maintain_order="left"
    )
    is_all = pl.col("_rows") >= pl.coalesce("_of", "posts_known")
    place = (
        pl.when(pl.col("_rows").is_null())
        .then(pl.lit(API))
        .when(is_all & (pl.col("_least") == pl.col("_most")))
        .then(pl.col("_most"))
        .otherwise(pl.lit(MIXED))
        .cast(pl.Int8)
    )
    return marked.with_columns(_said(place, pl.col("posts_manual").fill_null(0))).select(values.columns)


def _said(place: pl.Expr, by_hand: pl.Expr) -> list[pl.Expr]:
    """Expressions: provenance and posts_manual of values that are known."""
    is_known = pl.col("value").is_not_null()
    told = {"provenance": named(place), "posts_manual": by_hand}
    return [pl.when(is_known).then(what).alias(name) for name, what in told.items()]


_NOTHING = pl.DataFrame(
    schema={
        "grain": pl.String(),
        **dict.fromkeys(_IDS["post"], pl.String()),
        "kpi": pl.String(),
        "_rows": pl.Int64(),
        "_of": pl.Int64(),
        "_least": pl.Int8(),
        "_most": pl.Int8(),
        "posts_manual": pl.Int64(),
    }
)


def _shaped(rows: pl.DataFrame, grain: Grain) -> pl.DataFrame:
    missing = (pl.lit(None, pl.String()).alias(c) for c in _IDS["post"] if c not in rows.columns)
    return rows.with_columns(*missing, pl.lit(grain).alias("grain")).select(
        pl.col(c).cast(t) for c, t in _NOTHING.schema.items()
    )


def _of_posts(posts: pl.DataFrame, kpis: Sequence[Kpi]) -> pl.DataFrame:
    """What special posts are among those that a KPI over posts adds up, per group."""
    ranks = [c for c in posts.columns if c.startswith("from_")]
    special = posts.filter(pl.any_horizontal(pl.col(c) > API for c in ranks)) if ranks else posts.clear()
    read = {k.name: [f"from_{c}" for c in inputs_of(k) if f"from_{c}" in ranks] for k in kpis if k.rows == "post"}
    asked = [k for k in kpis if read.get(k.name)]
    if special.is_empty() or not asked:
        return _NOTHING
    rank = pl.col("_rank")
    counted = (
        special.select(
            *_IDS["post"], *(pl.when(knows(k)).then(pl.max_horizontal(read[k.name])).alias(f"_{k.name}") for k in asked)
        )
        .unpivot(index=_IDS["post"], variable_name="kpi", value_name="_rank")
        .filter(rank > API)
        .with_columns(pl.col("kpi").str.strip_prefix("_"))
    )
    return pl.concat(
        _shaped(
            counted.filter(pl.col("kpi").is_in([k.name for k in asked if grain in k.grains]))
            .group_by(*ids, "kpi")
            .agg(
                pl.len().alias("_rows"),
                pl.lit(None, pl.Int64()).alias("_of"),
                rank.min().alias("_least"),
                rank.max().alias("_most"),
                (rank >= CORRECTED).sum().alias("posts_manual"),
            ),
            grain,
        )
        for grain, ids in _IDS.items()
    )


def _of_sales(credited: pl.DataFrame, orders: pl.DataFrame, kpis: Sequence[Kpi], as_of: datetime) -> pl.DataFrame:
    """What special orders are among those credited, per group, for every KPI that reads orders."""
    last = known(orders, as_of).sort("known_at", "landed_id").unique(["shop", "order_id"], keep="last")
    special = last.filter(pl.col("source").is_in(_SPECIAL)).select("shop", "order_id", _rank().alias("_rank"))
    if special.is_empty():
        return _NOTHING
    rank = pl.col("_rank")
    ranked = credited.join(special, on=["shop", "order_id"], how="left", validate="m:1").with_columns(
        rank.fill_null(API)
    )
    selling = [k for k in kpis if k.rows == "contract" and not set(_SALES).isdisjoint(inputs_of(k))]
    return pl.concat(
        _shaped(
            ranked.group_by(ids)
            .agg(
                (rank > API).sum().alias("_rows"),
                pl.len().alias("_of"),
                rank.filter(rank > API).min().alias("_least"),
                rank.max().alias("_most"),
                pl.lit(0, pl.Int64()).alias("posts_manual"),
            )
            .filter(pl.col("_rows") > 0)
            .join(
                pl.DataFrame({"kpi": [k.name for k in selling if grain in k.grains]}, {"kpi": pl.String()}), how="cross"
            ),
            grain,
        )
        for grain, ids in _IDS.items()
        if grain != "post"
    )
