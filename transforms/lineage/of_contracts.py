"""What each input of a contract, and of a person, was read from: terms, posts, followers, clicks, orders."""

import polars as pl

from transforms.attribution import countable, terms
from transforms.attribution.windows import ORDER
from transforms.contract_facts import WHO, at_home, link_id, worth
from transforms.facts import CONTRACT
from transforms.lineage.answers import SIDES
from transforms.lineage.leaves import LEAF, leaf
from transforms.lineage.of_costs import parts, promised
from transforms.lineage.reading import inputs_of_facts
from transforms.lineage.sources import Sources
from transforms.sessions import newest, visits
from transforms.snapshots import known

_OF_POSTS = {"impressions": "impressions", "reach": "reach_of_posts", "posts": "posts", "emv": "emv"}
_SOLD = {"orders": "order_id", "new_customers": "is_new_customer", "revenue_gross": "gross", "revenue_net": "net"}
_LABELS = ("utm_source", "utm_medium", "utm_campaign", "utm_content")
_ANSWER = ("known_at", "source", "landed_id", "pointer")


def of_contracts(given: Sources, posts: pl.DataFrame, seen: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The leaves of contract facts by CONTRACT, and those of person facts by campaign and influencer.

    ``posts`` are the leaves of their posts by CONTRACT, ``seen`` answers about their accounts. A person has the leaves
    of the contracts, each once, and what only a person can be credited with.
    """
    windows = terms(given.inputs.campaigns, given.contracts, given.posts.select(*WHO, "published_on"))
    own = pl.concat(
        [
            parts(given),
            promised(given),
            _of_their_posts(posts),
            _margins(given),
            _followers(given, seen),
            _clicks(given, windows),
        ]
    )
    visited = _sessions(given, windows)
    sold = _orders(given)
    once = own.filter(pl.col("input").is_in(inputs_of_facts("person"))).unique(
        [*WHO, "input", "thing", "thing_id", "metric"], keep="first", maintain_order=True
    )
    placed = sold.filter(pl.col("platform").is_not_null())
    return pl.concat([own, visited, placed]), pl.concat([once, visited, sold])


def _of_their_posts(posts: pl.DataFrame) -> pl.DataFrame:
    of_contracts_ = pl.col("input").replace_strict(_OF_POSTS, default=None, return_dtype=pl.String())
    return posts.with_columns(of_contracts_.alias("input")).drop_nulls("input").select(*CONTRACT, *LEAF)


def _margins(given: Sources) -> pl.DataFrame:
    """The campaign's margin, from its brief."""
    briefs = given.inputs.campaigns.select("campaign_id", "margin_rate", "known_at", "landed_id")
    return (
        given.rows.select(CONTRACT)
        .join(briefs, on="campaign_id", validate="m:1")
        .select(
            leaf(
                *CONTRACT,
                trace=("known_at", "landed_id"),
                input="margin_rate",
                thing="campaign",
                thing_id=pl.col("campaign_id"),
                metric="margin_rate",
                told=pl.col("margin_rate"),
                source="brief",
                pointer="",
            )
        )
    )


def _followers(given: Sources, seen: pl.DataFrame) -> pl.DataFrame:
    """The size of the account at the start and the end, and at the contract's first post where its size is known."""
    first = (
        given.posts.select(*CONTRACT, "account_key", "seen_at", "followers", "published_at", "post_key")
        .filter(pl.col("followers").is_not_null())
        .sort("published_at", "campaign_id", "post_key")
        .unique(CONTRACT, keep="first")
        .select(*CONTRACT, "account_key", "seen_at", pl.lit("followers").alias("input"))
    )
    sides = (
        given.rows.select(
            *CONTRACT,
            "account_key",
            pl.col(f"{side}_seen_at").alias("seen_at"),
            pl.lit(f"followers_{side}").alias("input"),
        )
        for side in SIDES
    )
    return (
        pl.concat([first, *sides])
        .join(seen, on=["account_key", "seen_at"], how="inner", validate="m:1")
        .select(
            leaf(
                *CONTRACT,
                input=pl.col("input"),
                thing="account",
                thing_id=pl.col("thing_id"),
                metric="followers",
                told=pl.col("told"),
            )
        )
    )


def _clicks(given: Sources, windows: pl.DataFrame) -> pl.DataFrame:
    """The days of a contract's links, as last known, within the window, which is that of the person."""
    told = (
        known(given.inputs.link_days, given.as_of)
        .sort("known_at", "landed_id")
        .unique(["link_id", "day"], keep="last", maintain_order=True)
    )
    return (
        given.contracts.select(*CONTRACT, link_id("link").alias("link_id"))
        .drop_nulls("link_id")
        .join(windows.select(*CONTRACT, "from_on", "until_on"), on=list(CONTRACT), validate="1:1")
        .join(told, on="link_id", maintain_order="left")
        .filter(pl.col("day").is_between("from_on", "until_on"))
        .select(
            leaf(
                *CONTRACT,
                trace=_ANSWER,
                input="link_clicks",
                thing="link_day",
                thing_id=pl.format("{} {}", "link_id", "day"),
                metric="clicks",
                told=pl.col("clicks").cast(pl.Float64),
            )
        )
    )


def _sessions(given: Sources, windows: pl.DataFrame) -> pl.DataFrame:
    """The rows of site days whose labels name a person, from the newest answer about each day."""
    told = newest(given.inputs.site_days, given.as_of)
    rows = told.with_row_index("_row").select("_row", "property_id", "day", *_LABELS, *_ANSWER)
    labels = pl.concat_str([pl.col(c).fill_null("-") for c in _LABELS], separator=" ")
    return (
        visits(told, given.contracts, windows, list(CONTRACT))
        .select("_row", *CONTRACT, "sessions")
        .join(rows, on="_row", validate="m:1")
        .select(
            leaf(
                *CONTRACT,
                trace=_ANSWER,
                input="sessions",
                thing="site_day",
                thing_id=pl.format("{} {} {}", "property_id", "day", labels),
                metric="sessions",
                told=pl.col("sessions").cast(pl.Float64),
            )
        )
    )


def _orders(given: Sources) -> pl.DataFrame:
    """The credited orders, each with what it adds, from the answer in which it last stood; on a platform, if on one.

    That it is its buyer's first may be known from an earlier answer. ``told`` is what the shop says, in its currency;
    ``weight`` the credit, and with it the exchange rate and tax.
    """
    stood = countable(given.inputs.orders, given.as_of)
    said = (
        known(given.inputs.orders, given.as_of)
        .sort("known_at", "landed_id")
        .join(stood, on=[*ORDER, "is_new_customer"], how="semi", nulls_equal=True, maintain_order="left")
        .unique(ORDER, keep="last", maintain_order=True)
        .select(*ORDER, *_ANSWER)
    )
    sold = worth(at_home(given.rows, given.credited), given.inputs.campaigns)
    added = sold.join(stood.select(*ORDER, pl.col("gross", "net").name.prefix("_")), on=list(ORDER), validate="m:1")
    last = stood.select(*ORDER, *_ANSWER)
    return pl.concat(
        [
            added.join(said if name == "new_customers" else last, on=list(ORDER), how="left", validate="m:1").select(
                _sold(name, metric)
            )
            for name, metric in _SOLD.items()
        ]
    )


def _sold(name: str, metric: str) -> list[pl.Expr]:
    """Expressions: the leaf of an order that adds to the input ``name``."""
    told, value = _SAID[name].cast(pl.Float64), pl.col(name).cast(pl.Float64)
    return leaf(
        *CONTRACT,
        trace=_ANSWER,
        input=name,
        thing="order",
        thing_id=pl.format("{}/{}", "shop", "order_id"),
        metric=metric,
        told=told,
        weight=pl.coalesce((value / told).fill_nan(None), "credit"),
        value=value,
    )


_SAID: dict[str, pl.Expr] = {
    "orders": pl.lit(1.0),
    "new_customers": pl.col("is_new_customer"),
    "revenue_gross": pl.col("_gross"),
    "revenue_net": pl.col("_net"),
}
"""What the shop tells: of an order itself, that it is there."""
