"""What new rows of core touch: whatever of the marts follows from the post, account, campaign … that they name."""

from datetime import date

import polars as pl

from transforms.tables.core import AUDIENCE_OBSERVATIONS, CAMPAIGN_POSTS
from transforms.tables.corrections import CORRECTION_FILES, CORRECTION_ROWS, CORRECTIONS

SHAPE = pl.Schema({"subject": pl.String(), "key": pl.Int64(), "name": pl.String(), "day": pl.Date()})
"""``subject``: post, account (``key``), campaign, influencer, link, order (``name``), day or everything. ``day``: the
first business day of which something new was told; null where rows say something that is of no day."""
ALWAYS = date(1, 1, 1)
"""``day`` of what is new about all days."""
EVERYTHING = "everything"
BETWEEN = "\x1f"
"""Stands between the parts of an order's name: shop and order_id."""
REACHING_ALL = frozenset({CORRECTION_FILES.name, CORRECTION_ROWS.name})
"""Tables whose rows may change any other's, whatever they name."""
DERIVED = frozenset({CAMPAIGN_POSTS.name, CORRECTIONS.name})
"""Tables of core that are themselves computed from the others."""
COMPARED = frozenset({AUDIENCE_OBSERVATIONS.name})
"""Tables from which nothing follows but marts that each night replaces whole."""


def named(subject: str, rows: pl.DataFrame, key: str | None = None, *, day: pl.Expr | None = None) -> pl.DataFrame:
    """The distinct things that ``rows`` name in their column ``key``, each with its first ``day``."""
    if key is None:
        return pl.DataFrame([(subject, None, None, None)], schema=SHAPE, orient="row")
    column = "key" if rows.schema[key].is_integer() else "name"
    first = (pl.lit(None) if day is None else day).cast(pl.Date).alias("day")
    found = rows.select(pl.col(key).alias(column), first).drop_nulls(column)
    told = found.group_by(column).agg(pl.col("day").min()) if day is not None else found.unique()
    other = pl.lit(None, SHAPE["name" if column == "key" else "key"]).alias("name" if column == "key" else "key")
    return told.select(pl.lit(subject).alias("subject"), column, other, "day").select(SHAPE.names())


_SUBJECTS = {
    "campaign": "campaign_id",
    "post": "post_key",
    "account": "account_key",
    "link": "link_id",
    "influencer": "influencer_id",
}
"""What names which thing; the first that all rows of a table name is what they touch."""


def touched(table: str, rows: pl.DataFrame) -> pl.DataFrame:
    """:data:`SHAPE`: what new, changed or deleted ``rows`` of a stored table touch, told by the columns they have.

    A table that names nothing of these touches everything: better too much is computed again than too little.
    """
    if not is_told(table) or not rows.height:
        return SHAPE.to_frame()
    if table in REACHING_ALL:
        return named(EVERYTHING, rows)
    have = {c for c in rows.columns if not rows[c].null_count()}
    if {"shop", "order_id"} <= have:
        name = pl.concat_str("shop", "order_id", separator=BETWEEN)
        return named("order", rows.select(name.alias("order")), "order")
    for subject, key in _SUBJECTS.items():
        if key in have:
            is_dated = subject in {"post", "account"} and "observed_on" in have
            return named(subject, rows, key, day=pl.col("observed_on") if is_dated else None)
    if "day" in have:
        return pl.DataFrame([("day", None, None, rows["day"].min())], schema=SHAPE, orient="row")
    return named(EVERYTHING, rows)


def is_told(table: str) -> bool:
    """Whether rows of a stored table are told from outside, so that marts follow from them that are kept."""
    return table.startswith("core.") and table not in DERIVED | COMPARED
