"""What was said of posts and campaigns becomes numbered versions, the same by one load or by many."""

from collections.abc import Sequence
from hashlib import sha256

import polars as pl

from transforms.contracts import Table
from transforms.core import AS_GOOD_AS_NULL, keyed, one_owner, segment_of
from transforms.days import on_day
from transforms.tables import versions

_AVAILABILITY = ("restricted", "gone", "on")
"""Of two answers about one instant the later in this list wins, as in core.posts."""
_DERIVED = ("published_on", "availability")
_ATTRIBUTES = tuple(c for c in versions.TOLD_OF_POSTS if c not in _DERIVED)
_BEFORE = -1


def brief_versions(table: Table, rows: pl.DataFrame, briefs: pl.DataFrame, numbers: pl.DataFrame) -> pl.DataFrame:
    """The rows of landed briefs, with the number and instant of their brief.

    ``briefs``: staging.campaigns in landed order; ``rows``: staged rows of the same files. ``numbers``: campaign_id,
    version of the last brief known before.
    """
    nth = pl.int_range(1, pl.len() + 1).over("campaign_id")
    whole = (
        briefs.select("campaign_id", "known_at", segment_of())
        .unique(["campaign_id", "_segment"], keep="first", maintain_order=True)
        .join(numbers.select("campaign_id", _last="version"), on="campaign_id", how="left", validate="m:1")
        .select("campaign_id", "_segment", "known_at", version=pl.col("_last").fill_null(0) + nth)
    )
    return table.conform(
        rows.drop("known_at")
        .with_columns(segment_of())
        .join(whole, on=["campaign_id", "_segment"], how="inner", validate="m:1", maintain_order="left")
        .unique(table.key, keep="first", maintain_order=True)
    )


def post_versions(
    existing: pl.DataFrame,
    last: pl.DataFrame,
    posts: pl.DataFrame,
    states: pl.DataFrame,
    *,
    segments: Sequence[str],
    zone: str,
) -> pl.DataFrame:
    """New rows of core.post_versions: one for each answer after which something else is known of a post.

    ``existing``: core.posts before the staged ``posts`` and ``states`` of landed ``segments`` (in order) are merged;
    ``last``: post_key, version, known_at of each post's last version before. An answer about an earlier instant than
    the newest one only fills what is unknown, as in core.posts.
    """
    new = _news(existing, last, posts, states)
    events = _events(existing, new, states, segments)
    if events.is_empty():
        return versions.POST_VERSIONS.empty()
    known = _folded(events).join(
        last.select("post_key", _number="version", _known="known_at"), on="post_key", how="left", validate="m:1"
    )
    told = (*_ATTRIBUTES, "availability")
    changed = pl.any_horizontal(pl.col(c).ne_missing(pl.col(c).shift(1).over("post_key")) for c in told)
    is_event = pl.col("_nth") > _BEFORE
    is_first = pl.col("_number").is_null() & (is_event.cast(pl.Int64).cum_sum().over("post_key") == 1)
    return (
        known.filter(is_event & (changed | is_first))
        .with_columns(
            (pl.col("_number").fill_null(0) + pl.int_range(1, pl.len() + 1).over("post_key")).alias("version"),
            pl.max_horizontal(pl.col("known_at").cum_max().over("post_key"), "_known").alias("known_at"),
            on_day("published_at", zone).alias("published_on"),
            pl.col("caption").map_elements(_hash, return_dtype=pl.String()).alias("caption_hash"),
            *(pl.col(c).fill_null("unknown") for c in AS_GOOD_AS_NULL),
        )
        .pipe(versions.POST_VERSIONS.conform)
        .sort(versions.POST_VERSIONS.key)
    )


def _news(existing: pl.DataFrame, last: pl.DataFrame, posts: pl.DataFrame, states: pl.DataFrame) -> pl.DataFrame:
    """The staged ``posts`` but for those of which nothing is told that is not known: on most nights nearly all are."""
    rows = keyed(keyed(posts, "post_key"), "account_key").with_row_index("_row")
    told = rows.select("_row", "post_key", *_ATTRIBUTES)
    known = (
        existing.filter(pl.col("availability") == "on")
        .join(last, on="post_key", how="semi")
        .select("post_key", *_ATTRIBUTES, pl.lit(value=True).alias("_is_known"))
    )
    beside = told.join(known, on="post_key", how="left", suffix="_known", validate="m:1").with_columns(
        pl.col(c, f"{c}_known").replace("unknown", None) for c in AS_GOOD_AS_NULL
    )
    is_same = pl.all_horizontal(
        pl.col("_is_known").fill_null(value=False),
        *(pl.col(c).is_null() | pl.col(c).eq_missing(pl.col(f"{c}_known")) for c in _ATTRIBUTES),
    )
    news = pl.concat([beside.filter(~is_same).select("post_key"), keyed(states, "post_key").select("post_key")])
    return rows.join(news.unique(), on="post_key", how="semi", maintain_order="left").drop("_row")


def _events(existing: pl.DataFrame, posts: pl.DataFrame, states: pl.DataFrame, segments: Sequence[str]) -> pl.DataFrame:
    """What was known before, then what each answer said, per post in landed order."""
    nth = pl.DataFrame({"_segment": segments}, schema={"_segment": pl.String()}).with_row_index("_file")
    rank = pl.col("availability").replace_strict(
        dict(zip(_AVAILABILITY, range(3), strict=True)), return_dtype=pl.Int64()
    )
    names = ["post_key", "platform", "post_id", "known_at", *_ATTRIBUTES, "landed_id", "pointer"]
    told = one_owner(keyed(keyed(posts, "post_key"), "account_key")).select(
        *names, pl.lit("on").alias("availability"), at="observed_at", said_at="observed_at", _table=0
    )
    lost = keyed(states, "post_key").select(
        *(c for c in names if c not in _ATTRIBUTES), "availability", said_at="observed_at", _table=1
    )
    new = pl.concat([told, lost], how="diagonal")
    keys = new.select("post_key").unique()
    before = existing.join(keys, on="post_key", how="semi").select(
        *(c for c in names if c != "known_at"), "availability", at="seen_at", said_at="availability_at", _table=_BEFORE
    )
    line = pl.col("landed_id").str.extract(r"#(\d+)$").cast(pl.Int64, strict=False)
    ordered = (
        new.with_columns(segment_of(), line.alias("_line"))
        .with_row_index("_row")
        .join(nth, on="_segment", how="left", validate="m:1", maintain_order="left")
        .sort("_file", "_line", "_table", "_row")
        .with_columns(pl.int_range(pl.len()).alias("_nth"))
        .drop("_segment", "_line", "_file", "_row")
    )
    return (
        pl.concat([before.with_columns(pl.lit(_BEFORE, pl.Int64()).alias("_nth")), ordered], how="diagonal_relaxed")
        .with_columns(
            *(pl.col(c).replace("unknown", None) for c in AS_GOOD_AS_NULL),
            (pl.col("said_at").dt.epoch("us") * len(_AVAILABILITY) + rank).fill_null(-1).alias("_said"),
        )
        .sort("post_key", "_nth")
    )


def _folded(events: pl.DataFrame) -> pl.DataFrame:
    """The events, each with what is known after it."""
    newest_before = pl.col("at").cum_max().shift(1).forward_fill()
    speaks = (newest_before.is_null() | (pl.col("at") >= newest_before)).over("post_key")
    spoken = events.with_columns(speaks.alias("_speaks"))

    def known(c: str) -> pl.Expr:
        said = pl.when(pl.col("_speaks")).then(pl.col(c)).forward_fill()
        other = pl.when(~pl.col("_speaks")).then(pl.col(c))
        filled = pl.when(other.is_not_null() & (other.cum_count() == 1)).then(other).forward_fill()
        return pl.coalesce(said, filled).over("post_key").alias(c)

    last_said = pl.col("_said").cum_max().over("post_key")
    kinds = dict(enumerate(_AVAILABILITY))
    return spoken.with_columns(
        *(known(c) for c in _ATTRIBUTES),
        pl.when(last_said >= 0)
        .then((last_said % len(_AVAILABILITY)).replace_strict(kinds, default="on", return_dtype=pl.String()))
        .otherwise(pl.lit("on"))
        .alias("availability"),
        pl.col("at").cum_max().forward_fill().over("post_key").alias("seen_at"),
        pl.when(last_said >= 0)
        .then(pl.from_epoch(last_said // len(_AVAILABILITY), "us").dt.replace_time_zone("UTC"))
        .alias("availability_at"),
    )


def _hash(caption: str) -> str:
    return sha256(caption.encode("utf-8", "surrogatepass")).hexdigest()
