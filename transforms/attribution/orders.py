"""Orders of a campaign's days with what became of their credit, and what each model makes of them all."""

from collections.abc import Mapping
from datetime import datetime

import polars as pl

from transforms.attribution.models import several, with_enough_paths
from transforms.attribution.windows import MODEL, ORDER, WHO, is_countable
from transforms.days import on_day
from transforms.tables.attribution import ATTRIBUTION_MODELS, DATA_DRIVEN, MODELS, ORDER_FACTS, ORDER_PATHS

_AMOUNTS = ("revenue_gross", "revenue_net")


def in_windows(orders: pl.DataFrame, windows: pl.DataFrame, zone: str) -> pl.DataFrame:
    """Each order with each campaign on whose days it was placed (``campaign``, ``model``), and its business day."""
    dated = orders.with_columns(on_day("ordered_at", zone).alias("ordered_on"))
    own = windows.select(pl.col("campaign_id").alias("campaign"), "model", "from_on", "until_on")
    return dated.join_where(
        own, pl.col("ordered_on") >= pl.col("from_on"), pl.col("ordered_on") <= pl.col("until_on")
    ).sort("campaign", *ORDER)


def order_paths(path: pl.DataFrame, placed: pl.DataFrame, *, as_of: datetime) -> pl.DataFrame:
    """marts.order_paths: the steps of the orders on a campaign's days, as that campaign sees them."""
    own = placed.select(*ORDER, "campaign")
    is_here = pl.col("campaign_id") == pl.col("campaign")
    state = (
        pl.when(pl.col("claims") > 1)
        .then(pl.lit("several"))
        .when(pl.col("claims") == 0)
        .then(pl.when(pl.col("is_late")).then(pl.lit("out_of_window")).otherwise(pl.lit("nobody")))
        .when(is_here & pl.col("is_counted"))
        .then(pl.lit("counted"))
        .otherwise(pl.lit("other_campaign"))
    )
    return (
        path.join(own, on=list(ORDER))
        .with_columns(state.alias("state"), pl.lit(as_of).alias("as_of"))
        .with_columns(
            pl.when(is_here.fill_null(value=False)).then("influencer_id").alias("influencer_id"),
            pl.when(is_here.fill_null(value=False)).then("platform").alias("platform"),
            pl.col("campaign").alias("campaign_id"),
        )
        .sort(ORDER_PATHS.key)
        .pipe(ORDER_PATHS.conform)
    )


def order_facts(placed: pl.DataFrame, path: pl.DataFrame, credits_: pl.DataFrame, *, as_of: datetime) -> pl.DataFrame:
    """marts.order_facts: every order on a campaign's days, tests and cancelled ones too, by the deciding model."""
    mine = pl.col("campaign_id") == pl.col("campaign")
    counted = (
        pl.when(pl.col("is_test").fill_null(value=False))
        .then(pl.lit("test"))
        .when(pl.col("cancelled_at").is_not_null())
        .then(pl.lit("cancelled"))
        .otherwise(pl.lit("counted"))
    )
    state = (
        pl.when(pl.col("counts") != "counted")
        .then(pl.lit("not_counted"))
        .when(~mine.fill_null(value=True))
        .then(pl.lit("other_campaign"))
        .when(pl.col("people") == 1)
        .then(pl.lit("credited"))
        .when(pl.col("people") > 1)
        .then(pl.lit("shared"))
        .when(pl.col("is_contested"))
        .then(pl.lit("claimed_by_several"))
        .otherwise(pl.lit("nobody"))
    )
    return (
        placed.join(_fate(credits_.filter("is_deciding")), on=list(ORDER), how="left", validate="m:1")
        .join(_of_path(path), on=list(ORDER), how="left", validate="m:1")
        .with_columns(
            counted.alias("counts"),
            *(pl.col(c).fill_null(0) for c in ("people", "touches", "touches_counted", "influencers_touched")),
            pl.col("is_contested").fill_null(value=False),
        )
        .with_columns(state.alias("credit_state"))
        .with_columns(
            pl.when(pl.col("credit_state") == "credited").then("influencer_id").alias("influencer_id"),
            pl.col("campaign").alias("campaign_id"),
            (pl.col("net") - pl.col("net_at_time")).cast(pl.Decimal(18, 4)).alias("restated"),
            pl.lit(as_of).alias("as_of"),
        )
        .sort(ORDER_FACTS.key)
        .pipe(ORDER_FACTS.conform)
    )


def _fate(credits_: pl.DataFrame) -> pl.DataFrame:
    """Per order: the campaign that has it, one of those credited, and how many are."""
    return (
        credits_.sort(*ORDER, "influencer_id")
        .group_by(ORDER, maintain_order=True)
        .agg(*(pl.col(c).first() for c in WHO), pl.len().cast(pl.Int64).alias("people"))
    )


def _of_path(path: pl.DataFrame) -> pl.DataFrame:
    """Per order: how many steps, how many that count, of how many people, and whether one names several."""
    counted = pl.col("is_counted")
    return path.group_by(ORDER).agg(
        pl.len().cast(pl.Int64).alias("touches"),
        counted.sum().cast(pl.Int64).alias("touches_counted"),
        pl.col("influencer_id").filter(counted).n_unique().cast(pl.Int64).alias("influencers_touched"),
        (pl.col("claims") > 1).any().alias("is_contested"),
    )


def attribution_models(
    placed: pl.DataFrame,
    path: pl.DataFrame,
    credits_: pl.DataFrame,
    engaged: pl.DataFrame,
    windows: pl.DataFrame,
    *,
    as_of: datetime,
) -> pl.DataFrame:
    """marts.attribution_models. The rows of a campaign and model add up to the orders counted on its days."""
    people = engaged.select(WHO).unique().sort(WHO)
    told = _by_person(credits_, people, windows)
    by_code = credits_.filter(pl.col("model") == MODEL).select(*ORDER, "campaign_id").unique()
    by_path = path.select(*ORDER, pl.col("home").alias("campaign_id")).drop_nulls("campaign_id").unique()
    rest = [
        _left_over(placed.filter(is_countable()), path, homes, windows).join(
            pl.DataFrame({"model": models}), how="cross"
        )
        for homes, models in ((by_code, [MODEL]), (by_path, [m for m in MODELS if m != MODEL]))
    ]
    rows = pl.concat([told, *rest], how="diagonal_relaxed")
    few = windows.join(with_enough_paths(path), on="campaign_id", how="anti").select("campaign_id")
    silent = pl.col("model").is_in(DATA_DRIVEN) & pl.col("campaign_id").is_in(few["campaign_id"].implode())
    is_person = pl.col("credited_to") == "influencer"
    figures = ("orders", *_AMOUNTS, "new_customers", "new_customers_known", "new_customers_untold")
    rows = rows.with_columns(pl.when(~silent).then(c).alias(c) for c in figures)
    whole = pl.col("orders").filter(is_person).sum().over("campaign_id", "model")
    share = pl.when(is_person & (whole > 0)).then(pl.col("orders") / whole)
    named = windows.select("campaign_id", pl.col("model").alias("_deciding"))
    no_amount = pl.any_horizontal(pl.col(a).is_null() for a in _AMOUNTS)
    rows = (
        rows.join(named, on="campaign_id", validate="m:1")
        .join(several(path), on="campaign_id", how="left", validate="m:1")
        .with_columns(
            share.alias("share"),
            (pl.col("model") == pl.col("_deciding")).alias("is_deciding"),
            pl.col("paths").fill_null(0),
            pl.when(silent).then(pl.lit("not_enough_paths")).when(no_amount).then(pl.lit("amounts")).alias("why"),
            pl.lit(as_of).alias("as_of"),
        )
    )
    decided = rows.filter("is_deciding").select(*ATTRIBUTION_MODELS.key, pl.col("share").alias("share_deciding"))
    key = [c for c in ATTRIBUTION_MODELS.key if c != "model"]
    return (
        rows.join(decided.drop("model"), on=key, how="left", validate="m:1", nulls_equal=True)
        .sort(ATTRIBUTION_MODELS.key)
        .pipe(ATTRIBUTION_MODELS.conform)
    )


def _sums(weight: pl.Expr, amounts: Mapping[str, pl.Expr]) -> list[pl.Expr]:
    """What a group of (parts of) orders adds up to. An amount that is unknown makes the sum unknown."""
    new = pl.col("is_new_customer")
    told = weight.filter(new.is_not_null()).sum()
    return [
        weight.sum().alias("orders"),
        *(pl.when(a.is_not_null().all()).then(a.sum()).alias(name) for name, a in amounts.items()),
        pl.when(new.is_not_null().all()).then(weight.filter(new.fill_null(value=False)).sum()).alias("new_customers"),
        weight.filter(new.fill_null(value=False)).sum().alias("new_customers_known"),
        (weight.sum() - told).alias("new_customers_untold"),
    ]


def _by_person(credits_: pl.DataFrame, people: pl.DataFrame, windows: pl.DataFrame) -> pl.DataFrame:
    """A row per campaign, model and influencer engaged; 0 for those who have no order by it."""
    is_same = pl.col("currency") == pl.col("_theirs")
    priced = credits_.join(
        windows.select("campaign_id", pl.col("currency").alias("_theirs")), on="campaign_id", validate="m:1"
    )
    amounts = {a: pl.when(is_same).then(pl.col(a)) for a in _AMOUNTS}
    sums = priced.group_by(*WHO, "model").agg(_sums(pl.col("credit"), amounts))
    every = people.join(pl.DataFrame({"model": MODELS}), how="cross")
    figures = [c for c in sums.columns if c not in (*WHO, "model")]
    nothing = pl.col("orders").is_null()
    return every.join(sums, on=[*WHO, "model"], how="left", validate="1:1").with_columns(
        *(pl.when(nothing).then(0).otherwise(pl.col(c)).cast(sums.schema[c]).alias(c) for c in figures),
        pl.lit("influencer").alias("credited_to"),
    )


def _left_over(placed: pl.DataFrame, path: pl.DataFrame, homes: pl.DataFrame, windows: pl.DataFrame) -> pl.DataFrame:
    """What is credited to nobody of a campaign, of the orders counted on its days; a row also for nothing.

    ``homes`` gives the campaign of each order that belongs to one. By all models but one that is the campaign of its
    last step that names one influencer, whether or not that campaign has enough paths for the model.
    """
    contested = path.filter(pl.col("claims") > 1).select(ORDER).unique().with_columns(_contested=pl.lit(value=True))
    left = (
        placed.select(*ORDER, "campaign", "gross", "net", "currency", "is_new_customer")
        .join(homes, on=list(ORDER), how="left", validate="m:1")
        .filter((pl.col("campaign_id") != pl.col("campaign")).fill_null(value=True))
        .join(contested, on=list(ORDER), how="left", validate="m:1")
        .join(
            windows.select(pl.col("campaign_id").alias("campaign"), pl.col("currency").alias("_theirs")),
            on="campaign",
            validate="m:1",
        )
        .with_columns(
            pl.when(pl.col("campaign_id").is_not_null())
            .then(pl.lit("other_campaign"))
            .when(pl.col("_contested"))
            .then(pl.lit("claimed_by_several"))
            .otherwise(pl.lit("nobody"))
            .alias("credited_to"),
            pl.lit(1.0).alias("_one"),
        )
    )
    is_same = pl.col("currency") == pl.col("_theirs")
    amounts = {f"revenue_{a}": pl.when(is_same).then(pl.col(a)) for a in ("gross", "net")}
    sums = left.group_by("campaign", "credited_to").agg(_sums(pl.col("_one"), amounts))
    kinds = pl.DataFrame({"credited_to": ["claimed_by_several", "nobody", "other_campaign"]})
    every = windows.select(pl.col("campaign_id").alias("campaign")).join(kinds, how="cross")
    figures = [c for c in sums.columns if c not in {"campaign", "credited_to"}]
    nothing = pl.col("orders").is_null()
    return (
        every.join(sums, on=["campaign", "credited_to"], how="left", validate="1:1")
        .with_columns(
            *(pl.when(nothing).then(0).otherwise(pl.col(c)).cast(sums.schema[c]).alias(c) for c in figures),
            pl.lit(None, pl.String()).alias("influencer_id"),
        )
        .rename({"campaign": "campaign_id"})
    )
