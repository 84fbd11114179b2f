"""How the counted steps of a path share its order: each model's credits sum to 1, or nobody has any."""

from collections.abc import Iterable

import polars as pl

from transforms.attribution.removal import weights
from transforms.attribution.windows import MODEL, ORDER, WHO

ENOUGH_PATHS = 30
"""Orders of a campaign with several influencers in their path, below which a data-driven model says nothing.

Below it one order moves an influencer's removal effect by more than 3 %: that would be a figure of single buyers.
"""
_ENDS, _MIDDLE = 0.4, 0.2
_GRAIN = 2.0**30
"""Credits are whole multiples of 1 / 2³⁰. Such numbers add up exactly in any order, so that a sum of credits is 1 and
not 0.9999…, in whatever tool it is made (up to 8 million orders)."""


def credits_of(path: pl.DataFrame) -> pl.DataFrame:
    """shop, order_id, campaign_id, influencer_id, model, credit, platform, matched_by, touches: by every model.

    ``path``: :func:`transforms.attribution.paths.named`. An order belongs to one campaign, that of its last step that
    names one influencer; the steps of that campaign share it. ``shapley`` is exact for the game in which a group of
    influencers is worth the orders whose influencers are all in it (Zhao et al. 2018, "Shapley value methods for
    attribution modeling"): each influencer of a path has an equal part, however often seen. ``markov`` shares by the
    removal effects of the campaign's graph (Anderl et al. 2016). Both are absent below :data:`ENOUGH_PATHS`.
    """
    counted = path.filter(pl.col("is_counted")).sort(*ORDER, "nth")
    placed = counted.with_columns(
        pl.len().over(ORDER).alias("n"),
        (pl.int_range(pl.len()).over(ORDER) + 1).alias("k"),
        pl.col("influencer_id").n_unique().over(ORDER).alias("people"),
        (pl.int_range(pl.len()).over(*ORDER, "influencer_id") == 0).alias("is_new"),
    )
    is_end = (pl.col("k") == 1) | (pl.col("k") == pl.col("n"))
    by_place = (
        pl.when(pl.col("n") <= 2)
        .then(1 / pl.col("n"))
        .when(is_end)
        .then(_ENDS)
        .otherwise(_MIDDLE / (pl.col("n") - 2).clip(1))
    )
    positional = {
        "last_touch": (pl.col("k") == pl.col("n")).cast(pl.Float64),
        "first_touch": (pl.col("k") == 1).cast(pl.Float64),
        "linear": 1 / pl.col("n"),
        "position_based": by_place,
    }
    parts = [_parts(placed, model, share) for model, share in positional.items()]
    enough = placed.join(with_enough_paths(path), on="campaign_id", how="semi", maintain_order="left")
    equal = pl.when(pl.col("is_new")).then(1 / pl.col("people")).otherwise(0.0)
    weighted = enough.join(weights(enough), on=list(WHO), how="left", validate="m:1", maintain_order="left")
    own = pl.when(pl.col("is_new")).then(pl.col("weight")).otherwise(0.0)
    parts += [
        _parts(_deciding(path), MODEL, pl.lit(1.0)),
        _parts(enough, "shapley", equal),
        _parts(weighted, "markov", own / own.sum().over(ORDER)),
    ]
    return _whole(_shared(pl.concat(parts)))


def several(path: pl.DataFrame) -> pl.DataFrame:
    """campaign_id, ``paths``: orders with more than one influencer in their counted path."""
    people = (
        path.filter(pl.col("is_counted"))
        .group_by(*ORDER, "campaign_id")
        .agg(pl.col("influencer_id").n_unique().alias("n"))
    )
    return people.filter(pl.col("n") > 1).group_by("campaign_id").agg(pl.len().cast(pl.Int64).alias("paths"))


def with_enough_paths(path: pl.DataFrame) -> pl.DataFrame:
    """The campaigns that data-driven models speak of."""
    return several(path).filter(pl.col("paths") >= ENOUGH_PATHS)


def _deciding(path: pl.DataFrame) -> pl.DataFrame:
    """The step that ``code_then_last_link`` goes by: a code that names somebody, else the last visit that does.

    If that step names two people, nobody has the order: half an order each would be an invention.
    """
    naming = path.filter(pl.col("claims") > 0)
    is_code = pl.col("kind") == "code"
    return (
        naming.sort(*ORDER, is_code.cast(pl.Int8), "nth")
        .unique(ORDER, keep="last", maintain_order=True)
        .filter(pl.col("claims") == 1)
    )


def _parts(rows: pl.DataFrame, model: str, share: pl.Expr) -> pl.DataFrame:
    """The ``share`` of its order that a model gives to each step."""
    return rows.select(
        *ORDER, *WHO, "platform", "kind", pl.lit(model).alias("model"), share.cast(pl.Float64).alias("share")
    )


def _shared(parts: pl.DataFrame) -> pl.DataFrame:
    """What each influencer has of each order by each model."""
    has = pl.col("share") > 0
    one_platform = pl.col("platform").filter(has).n_unique() == 1
    return (
        parts.group_by(*ORDER, *WHO, "model")
        .agg(
            pl.col("share").sum().alias("credit"),
            pl.when(one_platform).then(pl.col("platform").filter(has).first()).alias("platform"),
            pl.when((has & (pl.col("kind") == "code")).any())
            .then(pl.lit("code"))
            .otherwise(pl.lit("link"))
            .alias("matched_by"),
            pl.len().cast(pl.Int64).alias("touches"),
        )
        .filter(pl.col("credit") > 0)
    )


def _whole(rows: pl.DataFrame) -> pl.DataFrame:
    """The credits on a grain on which they add up to exactly 1; the largest of an order takes the remainder."""
    by = [*ORDER, "model"]
    own = (pl.col("credit") * _GRAIN).round() / _GRAIN
    is_last = pl.int_range(pl.len()).over(by) == pl.len().over(by) - 1
    return (
        rows.with_columns(own.alias("credit"))
        .sort(*by, "credit", *WHO)
        .with_columns(
            pl.when(is_last)
            .then(1.0 - (pl.col("credit").sum().over(by) - pl.col("credit")))
            .otherwise("credit")
            .alias("credit")
        )
        .filter(pl.col("credit") > 0)
    )


def with_amounts(rows: pl.DataFrame, amounts: Iterable[str]) -> pl.DataFrame:
    """``revenue_<amount>``: each row's part of the order's amount; those of an order and model add up to it exactly."""
    by = [*ORDER, "model"]
    money = pl.Decimal(18, 4)
    ordered = rows.sort(*by, "credit", *WHO)
    is_last = pl.int_range(pl.len()).over(by) == pl.len().over(by) - 1
    for amount in amounts:
        name = f"revenue_{amount}"
        part = (pl.col(amount).cast(pl.Float64) * pl.col("credit")).round(4).cast(money)
        ordered = ordered.with_columns(part.alias(name))
        others = pl.col(name).sum().over(by) - pl.col(name)
        ordered = ordered.with_columns(
            pl.when(is_last).then((pl.col(amount) - others).cast(money)).otherwise(pl.col(name)).alias(name)
        )
    return ordered
