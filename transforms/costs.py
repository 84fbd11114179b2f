"""Every cost is kept apart, and counts in the campaign's currency on the tax basis that its brief states."""

from datetime import datetime

import polars as pl

from transforms.days import business_day, on_day
from transforms.facts import CONTRACT, total_if_all_known
from transforms.fx import rated, rates_in_force
from transforms.inputs import Inputs
from transforms.tables.money import COSTS

_OF_ROSTER = {
    "fee": "fee",
    "product_cost": "product",
    "shipping_cost": "shipping",
    "agency_cost": "agency",
    "boost_cost": "boost",
}
_NO_TAX = "none"
_MONEY = pl.Decimal(18, 4)


def on_basis(tax: str, rate: str, basis: str) -> pl.Expr:
    """Expression: what an amount is multiplied by to stand on ``basis``; null where how it was given is not said.

    Consumption tax: with tax = without × (1 + rate). Amounts that bear none are the same on every basis.
    """
    whole = 1 + pl.col(rate)
    as_is = (
        (pl.col(basis).fill_null("as_given") == "as_given") | (pl.col(tax) == _NO_TAX) | (pl.col(tax) == pl.col(basis))
    )
    return (
        pl.when(as_is)
        .then(pl.lit(1.0))
        .when(pl.col(tax).is_null())
        .then(pl.lit(None, pl.Float64()))
        .when(pl.col(basis) == "included")
        .then(whole)
        .otherwise(1 / whole)
    )


def converted(amount: str, factor: str = "_factor", rate: str = "fx_rate") -> pl.Expr:
    """Expression: the amount × factor × rate, to 4 decimals; left as it is, exactly, where both are 1.

    Nothing is nothing in any currency and on any tax basis, and needs neither.
    """
    times = pl.col(factor) * pl.col(rate)
    told = (pl.col(amount).cast(pl.Float64) * times).round(4).cast(_MONEY)
    return pl.when((times == 1) | (pl.col(amount) == 0)).then(pl.col(amount).cast(_MONEY)).otherwise(told)


def ledger(inputs: Inputs, contracts: pl.DataFrame, as_of: datetime, zone: str) -> pl.DataFrame:
    """marts.costs: the roster's amounts and those of costs.csv, one row each.

    An amount of the roster is of the day it was invoiced, else of the campaign's first day; before that day, of today.
    """
    campaigns = inputs.campaigns.select(
        "campaign_id",
        pl.col("currency").alias("campaign_currency"),
        "starts_on",
        pl.col("tax").alias("_tax"),
        "tax_rate",
        pl.col("tax_basis").fill_null("as_given").alias("basis"),
        pl.col("landed_id").alias("_brief"),
    )
    today = business_day(as_of, zone)
    rows = pl.concat([_of_roster(contracts), _beyond(inputs, contracts)], how="diagonal")
    dated = rows.join(campaigns, on="campaign_id", validate="m:1").with_columns(
        pl.coalesce("spent_on", pl.min_horizontal("starts_on", pl.lit(today))).alias("spent_on"),
        pl.coalesce("tax", "_tax").alias("tax"),
    )
    rates = rates_in_force(inputs.fx_rates, inputs.reference_files, as_of)
    told = rated(dated, rates, source="currency", target="campaign_currency", day="spent_on")
    unsaid = pl.col("amount").is_null() | pl.col("_factor").is_null()
    return (
        told.with_columns(on_basis("tax", "tax_rate", "basis").alias("_factor"))
        .with_columns(
            converted("amount").alias("converted"),
            pl.lit(as_of).alias("as_of"),
        )
        .with_columns(
            pl.when(pl.col("converted").is_null())
            .then(pl.when(unsaid).then(pl.lit("no_cost")).otherwise(pl.lit("no_rate")))
            .alias("reason")
        )
        .sort(COSTS.key)
        .pipe(COSTS.conform)
    )


def priced(contracts: pl.DataFrame, campaigns: pl.DataFrame, costs: pl.DataFrame) -> pl.DataFrame:
    """The contracts of known campaigns with ``fee`` and ``cost`` as ``costs`` (marts.costs) counts them, and why not.

    A cost is unknown as soon as a part of it is.
    """
    own = costs.drop_nulls("influencer_id")
    sums = [_summed(own, "cost"), _summed(own.filter(pl.col("kind") == "fee"), "fee")]
    found = contracts.drop("fee", "cost").join(campaigns, on="campaign_id", how="semi")
    for told in sums:
        found = found.join(told, on=list(CONTRACT), how="left", validate="1:1", maintain_order="left")
    return found


def of_campaign(costs: pl.DataFrame) -> pl.DataFrame:
    """campaign_id, ``cost`` and ``why_cost`` of what was spent on campaigns as a whole, those without it left out."""
    whole = costs.filter(pl.col("influencer_id").is_null())
    return whole.group_by("campaign_id", maintain_order=True).agg(*_sum_of("cost"))


def _sum_of(name: str) -> list[pl.Expr]:
    total = total_if_all_known("converted").alias(name)
    return [total, pl.col("reason").drop_nulls().sort().first().alias(f"why_{name}")]


def _summed(rows: pl.DataFrame, name: str) -> pl.DataFrame:
    return rows.group_by(CONTRACT).agg(*_sum_of(name))


def _of_roster(contracts: pl.DataFrame) -> pl.DataFrame:
    """The amounts of the roster, one row each; a kind of cost that the roster has no column for is 0."""
    return (
        contracts.select(
            *CONTRACT,
            "route",
            "currency",
            "tax",
            "landed_id",
            pl.col("invoiced_on").alias("spent_on"),
            *(pl.col(column).alias(kind) for column, kind in _OF_ROSTER.items()),
        )
        .unpivot(
            on=list(_OF_ROSTER.values()),
            index=[*CONTRACT, "route", "currency", "tax", "landed_id", "spent_on"],
            variable_name="kind",
            value_name="amount",
        )
        .with_columns(pl.lit("roster").alias("entry"))
    )


def _beyond(inputs: Inputs, contracts: pl.DataFrame) -> pl.DataFrame:
    """The rows of costs.csv that were landed with the brief in force, with the route of their contract."""
    segment = pl.col("landed_id").str.replace(r"#\d+$", "")
    brief = inputs.campaigns.select("campaign_id", segment.alias("_segment"))
    return (
        inputs.campaign_costs.with_columns(segment.alias("_segment"))
        .join(brief, on=["campaign_id", "_segment"], how="semi")
        .join(contracts.select(*CONTRACT, "route"), on=list(CONTRACT), how="left", validate="m:1")
        .with_columns(pl.format("costs.csv, {}", "entry").alias("entry"))
        .drop("_segment", "known_at", "pointer")
    )


def sold_in_campaign_currency(sold: pl.DataFrame, inputs: Inputs, as_of: datetime, zone: str) -> pl.DataFrame:
    """Credited orders with ``gross``, ``net`` and ``currency`` as the campaign counts them, and ``why_money``.

    The rate is that of the business day of the order, also of what is refunded later: the refund undoes that sale.
    """
    campaigns = inputs.campaigns.select(
        "campaign_id",
        pl.col("currency").alias("_theirs"),
        pl.col("orders_tax").alias("_tax"),
        pl.col("orders_tax_rate").alias("_rate"),
        pl.col("tax_basis").alias("_basis"),
    )
    dated = sold.join(campaigns, on="campaign_id", how="left", validate="m:1", maintain_order="left").with_columns(
        on_day("ordered_at", zone).alias("_on")
    )
    rates = rates_in_force(inputs.fx_rates, inputs.reference_files, as_of)
    told = rated(dated, rates, source="currency", target="_theirs", day="_on").with_columns(
        on_basis("_tax", "_rate", "_basis").alias("_factor")
    )
    return told.with_columns(
        pl.when(pl.col("fx_rate").is_null()).then(pl.lit("no_rate")).alias("why_money"),
        *(converted(c).alias(c) for c in ("gross", "net", "revenue_gross", "revenue_net") if c in sold.columns),
        pl.col("_theirs").alias("currency"),
    ).drop("_theirs", "_tax", "_rate", "_basis", "_on", "_factor", "fx_rate", "fx_on", "fx_source")


def with_campaign_costs(rows: pl.DataFrame, spent: pl.DataFrame, zeros: tuple[str, ...]) -> pl.DataFrame:
    """Facts of one grain, and a row with ``is_shared`` per campaign that spent something on nobody in particular.

    Such a row belongs to no influencer, platform or route, so that only sums over the campaign have it. It costs and
    brings nothing: its ``zeros`` are 0 where anybody's are known in the campaign, and as unknown as theirs elsewhere.
    """
    own = rows.with_columns(pl.lit(value=False).alias("is_shared"))
    if spent.is_empty():
        return own
    whys = [c for c in rows.columns if c.startswith("why_") and c != "why_cost"]
    nothing = [
        pl.when(pl.col(c).is_not_null().any()).then(pl.lit(0).cast(rows.schema[c])).alias(c)
        for c in zeros
        if c in rows.columns
    ]
    theirs = rows.group_by("campaign_id", maintain_order=True).agg(
        pl.lit(0, rows.schema["posts"]).alias("posts"),
        pl.col("margin_rate").first(),
        *nothing,
        *(pl.col(c).drop_nulls().mode().sort().first().alias(c) for c in whys),
    )
    shared = spent.join(theirs, on="campaign_id", how="left", validate="1:1", maintain_order="left").with_columns(
        pl.col("posts").fill_null(0),
        pl.col("cost").cast(rows.schema["cost"]),
        *(pl.lit(value=False).alias(c) for c in ("is_signed", "is_tracked") if c in rows.columns),
        pl.lit(value=True).alias("is_shared"),
    )
    return pl.concat([own, shared.select(c for c in shared.columns if c in own.columns)], how="diagonal")
