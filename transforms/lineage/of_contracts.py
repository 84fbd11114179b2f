"""What each input of a contract, and of a person, was read from: terms, posts, followers, clicks, orders."""

import polars as pl

from transforms.attribution import countable, terms
from transforms.contract_facts import OF_PERSONS, WHO, at_home, link_id, worth
from transforms.facts import CONTRACT
from transforms.lineage.answers import TRACE, seen
from transforms.lineage.of_costs import parts, promised
from transforms.lineage.of_posts import leaf
from transforms.lineage.sources import Sources
from transforms.sessions import newest, visits
from transforms.snapshots import known

_OF_POSTS = {"impressions": "impressions", "reach": "reach_of_posts", "posts": "posts", "emv": "emv"}
_SOLD = {"orders": "order_id", "new_customers": "is_new_customer", "revenue_gross": "gross", "revenue_net": "net"}
_LABELS = ("utm_source", "utm_medium", "utm_campaign", "utm_content")
_NEVER = pl.lit(None, pl.Datetime("us", "UTC"))


def of_contracts(given: Sources, of_posts: pl.DataFrame) -> pl.DataFrame:
    """The leaves of contract facts. ``of_posts`` are the leaves of their posts."""
    sold = at_home(given.rows, given.credited)
    return pl.concat(
        [
            leaf(parts(given)),
            leaf(promised(given)),
            _of_their_posts(of_posts),
            leaf(_margins(given)),
            leaf(_first_followers(given)),
            *(leaf(_followers(given, side)) for side in ("start", "end")),
            leaf(_clicks(given, CONTRACT)),
            leaf(_sessions(given, CONTRACT)),
            leaf(_orders(given, sold.filter(pl.col("platform").is_not_null()), CONTRACT)),
        ]
    )


def of_persons(given: Sources, of_contracts_: pl.DataFrame) -> pl.DataFrame:
    """The leaves of person facts: those of the contracts, and what only a person can be credited with."""
    nobody = pl.lit(None, pl.String()).alias("platform")
    shared = of_contracts_.filter(~pl.col("input").is_in(OF_PERSONS)).with_columns(nobody)
    return pl.concat(
        [
            shared.unique(
                ["campaign_id", "influencer_id", "input", "thing", "thing_id", "metric"], maintain_order=True
            ),
            leaf(_clicks(given, WHO)),
            leaf(_sessions(given, WHO)),
            leaf(_orders(given, given.credited, WHO)),
        ]
    )


def _of_their_posts(of_posts: pl.DataFrame) -> pl.DataFrame:
    return of_posts.filter(pl.col("input").is_in(list(_OF_POSTS))).with_columns(
        pl.col("input").replace_strict(_OF_POSTS), pl.lit(None, pl.String()).alias("post_id")
    )


def _margins(given: Sources) -> pl.DataFrame:
    """The campaign's margin, from its brief."""
    briefs = given.inputs.campaigns.select(
        "campaign_id",
        pl.col("margin_rate").alias("told"),
        _NEVER.alias("observed_at"),
        "known_at",
        "landed_id",
    )
    return (
        given.rows.select(CONTRACT)
        .join(briefs, on="campaign_id", validate="m:1")
        .with_columns(
            pl.lit("margin_rate").alias("input"),
            pl.lit("campaign").alias("thing"),
            pl.col("campaign_id").alias("thing_id"),
            pl.lit("margin_rate").alias("metric"),
            pl.lit("brief").alias("source"),
            pl.lit("").alias("pointer"),
        )
    )


def _first_followers(given: Sources) -> pl.DataFrame:
    """The size of the account at the contract's first post whose account's size is known."""
    first = (
        given.posts.sort("campaign_id", "post_key")
        .filter(pl.col("followers").is_not_null())
        .sort("published_at", maintain_order=True)
        .unique(CONTRACT, keep="first", maintain_order=True)
        .select(*CONTRACT, "account_key", "seen_at")
    )
    return _seen(given, first, "followers")


def _followers(given: Sources, side: str) -> pl.DataFrame:
    at = given.rows.select(*CONTRACT, "account_key", pl.col(f"{side}_seen_at").alias("seen_at"))
    return _seen(given, at, f"followers_{side}")


def _seen(given: Sources, at: pl.DataFrame, name: str) -> pl.DataFrame:
    counts = seen(given.inputs.account_observations, given.inputs.accounts, given.as_of)
    return at.join(counts, on=["account_key", "seen_at"], how="inner", validate="m:1").with_columns(
        pl.lit(name).alias("input"), pl.lit("account").alias("thing")
    )


def _clicks(given: Sources, by: tuple[str, ...]) -> pl.DataFrame:
    """The days of a contract's or person's links, as last known, within the window."""
    windows = terms(given.inputs.campaigns, given.contracts, given.posts.select(*WHO, "published_on"))
    told = (
        known(given.inputs.link_days, given.as_of)
        .sort("known_at", "landed_id")
        .unique(["link_id", "day"], keep="last", maintain_order=True)
    )
    given_to = (
        given.contracts.select(*CONTRACT, link_id("link").alias("link_id"))
        .drop_nulls("link_id")
        .join(windows.select(*CONTRACT, "from_on", "until_on"), on=list(CONTRACT), validate="1:1")
        .unique([*by, "link_id"], keep="first", maintain_order=True)
    )
    return (
        given_to.join(told.with_columns(_NEVER.alias("observed_at")), on="link_id")
        .filter(pl.col("day").is_between("from_on", "until_on"))
        .with_columns(
            pl.lit("link_clicks").alias("input"),
            pl.lit("link_day").alias("thing"),
            pl.format("{} {}", "link_id", "day").alias("thing_id"),
            pl.lit("clicks").alias("metric"),
            pl.col("clicks").cast(pl.Float64).alias("told"),
            (pl.col("platform") if "platform" in by else pl.lit(None, pl.String())).alias("platform"),
        )
    )


def _sessions(given: Sources, by: tuple[str, ...]) -> pl.DataFrame:
    """The rows of site days whose labels name the contract or person, from the newest answer about each day."""
    windows = terms(given.inputs.campaigns, given.contracts, given.posts.select(*WHO, "published_on"))
    told = newest(given.inputs.site_days, given.as_of)
    rows = told.with_row_index("_row").select("_row", "property_id", "day", *_LABELS, *TRACE[1:])
    labels = pl.concat_str([pl.col(c).fill_null("-") for c in _LABELS], separator=" ")
    return (
        visits(told, given.contracts, windows, list(by))
        .select("_row", *WHO, "platform", pl.col("sessions").cast(pl.Float64).alias("told"))
        .join(rows, on="_row", validate="m:1")
        .with_columns(
            pl.lit("sessions").alias("input"),
            pl.lit("site_day").alias("thing"),
            pl.format("{} {} {}", "property_id", "day", labels).alias("thing_id"),
            pl.lit("sessions").alias("metric"),
            _NEVER.alias("observed_at"),
            (pl.col("platform") if "platform" in by else pl.lit(None, pl.String())).alias("platform"),
        )
    )


def _orders(given: Sources, credited: pl.DataFrame, by: tuple[str, ...]) -> pl.DataFrame:
    """The credited orders, each with what it adds, from the answer in which it last stood.

    ``told`` is what the shop says, in its currency; ``weight`` the credit, and with it the exchange rate and tax.
    """
    stood = countable(given.inputs.orders, given.as_of).select(
        "shop", "order_id", pl.col("gross", "net").name.prefix("_"), "known_at", "source", "landed_id", "pointer"
    )
    added = worth(credited, given.inputs.campaigns).join(stood, on=["shop", "order_id"], how="left", validate="m:1")
    found = [
        added.with_columns(
            pl.lit(name).alias("input"),
            pl.lit("order").alias("thing"),
            pl.format("{}/{}", "shop", "order_id").alias("thing_id"),
            pl.lit(metric).alias("metric"),
            _SAID[name].cast(pl.Float64).alias("told"),
            pl.col(name).cast(pl.Float64).alias("value"),
            _NEVER.alias("observed_at"),
            (pl.col("platform") if "platform" in by else pl.lit(None, pl.String())).alias("platform"),
        )
        .with_columns(pl.coalesce((pl.col("value") / pl.col("told")).fill_nan(None), "credit").alias("weight"))
        .select(*CONTRACT, "input", "thing", "thing_id", "metric", "told", "weight", "value", *TRACE)
        for name, metric in _SOLD.items()
    ]
    return pl.concat(found)


_SAID: dict[str, pl.Expr] = {
    "orders": pl.lit(1.0),
    "new_customers": pl.col("is_new_customer"),
    "revenue_gross": pl.col("_gross"),
    "revenue_net": pl.col("_net"),
}
"""What the shop tells: of an order itself, that it is there."""
