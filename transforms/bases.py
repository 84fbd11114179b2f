"""What a figure of money rests on beside the data: its tax basis, and the rate cards that valued its posts."""

from collections.abc import Iterable

import polars as pl

from transforms.kpi_values import inputs
from transforms.kpis import Kpi

_OF_MONEY = frozenset({"cost", "fee", "revenue_gross", "revenue_net"})
_IDS: dict[str, tuple[str, ...]] = {
    "post": ("campaign_id", "platform", "influencer_id", "post_id"),
    "influencer": ("campaign_id", "influencer_id"),
    "platform": ("campaign_id", "platform"),
    "campaign": ("campaign_id",),
}


def with_bases(values: pl.DataFrame, posts: pl.DataFrame, campaigns: pl.DataFrame, kpis: Iterable[Kpi]) -> pl.DataFrame:
    """marts.kpi_values with ``basis``; null for figures that are of no money. ``posts`` are post facts."""
    read = {k.name: set(inputs(k)) for k in kpis}
    of_money = [name for name, columns in read.items() if columns & _OF_MONEY]
    of_cards = [name for name, columns in read.items() if "emv" in columns]
    tax = campaigns.select("campaign_id", pl.format("tax {}", pl.col("tax_basis").fill_null("as_given")).alias("_tax"))
    told = values.drop("basis", strict=False).join(
        tax, on="campaign_id", how="left", validate="m:1", maintain_order="left"
    )
    basis = pl.when(pl.col("kpi").is_in(of_money)).then("_tax")
    valued = posts.drop_nulls("emv_card")
    if not valued.is_empty():
        told = _with_cards(told, valued)
        cards = pl.when(pl.col("kpi").is_in(of_cards)).then(pl.format("card {}", "_cards"))
        basis = pl.concat_str([basis, cards], separator=", ", ignore_nulls=True).replace("", None)
    return told.with_columns(basis.alias("basis")).select(
        values.columns if "basis" in values.columns else [*values.columns, "basis"]
    )


def _with_cards(values: pl.DataFrame, valued: pl.DataFrame) -> pl.DataFrame:
    """The values with ``_cards``: those that valued the posts of their place."""
    ids = list(_IDS["post"])
    cards = pl.concat(
        [
            valued.group_by(by)
            .agg(pl.col("emv_card").unique().sort().str.join("; ").alias("_cards"))
            .with_columns(pl.lit(grain).alias("grain"))
            for grain, by in _IDS.items()
        ],
        how="diagonal",
    ).select("grain", *ids, "_cards")
    return values.join(cards, on=["grain", *ids], how="left", validate="m:1", nulls_equal=True, maintain_order="left")
