"""What is judged: every version of each confirmed post, each place that shows a post again, and each brief."""

from hashlib import sha256

import polars as pl

from transforms.compliance import MARKETS
from transforms.compliance.reading import discloses
from transforms.decisions import in_force, meant_by
from transforms.facts import CONTRACT
from transforms.inputs import Inputs

ID = ("campaign_id", "subject", "subject_id", "version")
"""What names a thing judged."""
_JUDGED = ("caption_hash", "caption_is_truncated", "paid_label", "format", "published_on", "duration_seconds")
"""What of a post the rules look at: only a change of these is another version to judge."""
_OF_POST = ("caption", *_JUDGED)
_LABELS = ("paid_label", "label_source", "is_shown_in_video", "is_kept_in_view", "screenshot", "screenshot_sha256")


def subjects(inputs: Inputs, matched: pl.DataFrame, *, history: bool) -> pl.DataFrame:
    """Things to judge, in the columns of engine.POSTS, with :data:`ID`, ``is_current`` and what findings tell of them.

    ``matched``: core.campaign_posts. ``history``: with the versions before the one in force.
    """
    posts = _posts(inputs, matched)
    if not history:
        posts = posts.filter("is_current")
    told = pl.concat([posts, _reuses(inputs, matched), _briefs(inputs)], how="diagonal_relaxed")
    return with_terms(told, inputs).with_columns(
        pl.format("{}|{}|{}", "subject", "subject_id", "version").alias("thing")
    )


def _posts(inputs: Inputs, matched: pl.DataFrame) -> pl.DataFrame:
    own = matched.filter(pl.col("state") == "confirmed").select(
        "campaign_id", "post_key", "platform", "post_id", "influencer_id"
    )
    noted = _noted(inputs, matched)
    versions = _versions(inputs, own.select("post_key").unique())
    return (
        own.join(versions, on="post_key", how="left", maintain_order="left")
        .join(noted, on=["campaign_id", "post_key"], how="left", validate="m:1", maintain_order="left")
        .join(_approved(inputs, matched), on=["campaign_id", "post_key"], how="left", validate="m:1")
        .with_columns(
            pl.lit("post").alias("subject"),
            pl.lit("post").alias("kind"),
            pl.format("{}/{}", "platform", "post_id").alias("subject_id"),
            pl.col("version").fill_null(1),
            pl.col("is_current").fill_null(value=True),
        )
        .with_columns(*_label())
    )


def _label() -> tuple[pl.Expr, ...]:
    """Expressions: the label as a person saw it, else as the platform tells it, else unknown; and who says so."""
    by_hand = pl.col("is_current") & pl.col("noted_paid_label").is_not_null()
    by_platform = pl.col("paid_label").is_in(["on", "off"]).fill_null(value=False)
    return (
        pl.when(by_hand)
        .then("noted_paid_label")
        .otherwise(pl.col("paid_label").fill_null("unknown"))
        .alias("paid_label"),
        pl.when(by_hand).then("noted_label_source").when(by_platform).then(pl.lit("api")).alias("label_source"),
    )


def _versions(inputs: Inputs, keys: pl.DataFrame) -> pl.DataFrame:
    """Versions of posts that differ in what the rules look at; the last is as marts take it, corrections included."""
    history = (
        inputs.post_versions.join(keys, on="post_key", how="semi")
        .sort("post_key", "version")
        .select("post_key", "version", "known_at", *_OF_POST)
    )
    changed = pl.any_horizontal(pl.col(c).ne_missing(pl.col(c).shift(1)) for c in ("post_key", *_JUDGED))
    told = history.filter(changed)
    last = told.group_by("post_key").agg(pl.col("version", "known_at").last(), pl.col("caption_hash").last())
    now = (
        inputs.posts.join(keys, on="post_key", how="semi")
        .select("post_key", "first_known_at", "permalink", *(c for c in _OF_POST if c != "caption_hash"))
        .join(last, on="post_key", how="left", validate="1:1")
        .with_columns(
            pl.col("version").fill_null(1),
            pl.coalesce("known_at", "first_known_at").alias("known_at"),
            _sha256("caption").alias("caption_hash"),
            pl.lit(value=True).alias("is_current"),
        )
        .drop("first_known_at")
    )
    earlier = told.join(last.select("post_key", "version"), on=["post_key", "version"], how="anti").with_columns(
        pl.lit(value=False).alias("is_current")
    )
    return (
        _with_disclosed_before(pl.concat([earlier, now], how="diagonal").sort("post_key", "version"))
        .rename({"caption": "text", "caption_hash": "caption_sha256", "known_at": "caption_known_at"})
        .rename({"caption_is_truncated": "text_is_truncated"})
    )


def _with_disclosed_before(versions: pl.DataFrame) -> pl.DataFrame:
    """The versions with ``was_disclosed`` and the last earlier caption that said so, with its instant."""
    several = versions.filter(pl.col("post_key").is_duplicated())
    if several.is_empty():
        never = {"earlier_caption_sha256": pl.String(), "earlier_known_at": versions.schema["known_at"]}
        nothing = (pl.lit(None, dtype).alias(name) for name, dtype in never.items())
        return versions.with_columns(*nothing, pl.lit(value=False).alias("was_disclosed"))
    said = several.with_columns(discloses(pl.col("caption")).alias("_says")).select(
        "post_key",
        "version",
        pl.when("_says").then("caption_hash").alias("_sha"),
        pl.when("_says").then("known_at").alias("_at"),
    )
    before = said.select(
        "post_key",
        "version",
        pl.col("_sha").shift(1).forward_fill().over("post_key").alias("earlier_caption_sha256"),
        pl.col("_at").shift(1).forward_fill().over("post_key").alias("earlier_known_at"),
    )
    return versions.join(
        before, on=["post_key", "version"], how="left", validate="1:1", maintain_order="left"
    ).with_columns(pl.col("earlier_caption_sha256").is_not_null().alias("was_disclosed"))


def _noted(inputs: Inputs, matched: pl.DataFrame) -> pl.DataFrame:
    """What persons saw of posts (posts.csv), one row per campaign and post; of several rows the first that says it."""
    rows = _tied(in_force(inputs.post_decisions, inputs.campaigns), inputs, matched)
    return (
        rows.drop_nulls("post_key")
        .group_by("campaign_id", "post_key", maintain_order=True)
        .agg(pl.col(_LABELS).drop_nulls().first())
        .rename({c: f"noted_{c}" for c in ("paid_label", "label_source")})
    )


def _approved(inputs: Inputs, matched: pl.DataFrame) -> pl.DataFrame:
    """Since when posts.csv has confirmed a post, in every version of the brief."""
    said = inputs.post_decision_versions.filter(pl.col("decision") == "confirmed")
    return (
        _tied(said, inputs, matched)
        .drop_nulls("post_key")
        .group_by("campaign_id", "post_key")
        .agg(pl.col("known_at").min().alias("approved_at"))
    )


def _tied(rows: pl.DataFrame, inputs: Inputs, matched: pl.DataFrame) -> pl.DataFrame:
    """Rows that name a post, with its post_key where the campaign has such a post; else null."""
    if rows.is_empty():
        return rows.with_columns(pl.lit(None, pl.Int64).alias("post_key"))
    asked = rows.drop("post_key", strict=False).with_row_index("_row")
    own = matched.select("campaign_id", "post_key").unique()
    posts = inputs.posts.join(own, on="post_key", how="semi")
    meant = meant_by(asked, posts)
    tied = asked.join(meant, on="_row", how="left", validate="1:1", maintain_order="left")
    there = own.with_columns(pl.lit(value=True).alias("_there"))
    return (
        tied.join(there, on=["campaign_id", "post_key"], how="left", validate="m:1", maintain_order="left")
        .with_columns(pl.when("_there").then("post_key").alias("post_key"))
        .drop("_row", "_there")
    )


def _reuses(inputs: Inputs, matched: pl.DataFrame) -> pl.DataFrame:
    whose = matched.select(
        "campaign_id",
        "post_key",
        "influencer_id",
        pl.col("post_id").alias("_post_id"),
        pl.col("platform").alias("_where"),
    )
    found = _tied(inputs.reuses, inputs, matched).join(
        whose, on=["campaign_id", "post_key"], how="left", validate="m:1", maintain_order="left"
    )
    return found.select(
        "campaign_id",
        pl.lit("reuse").alias("subject"),
        pl.lit("reuse").alias("kind"),
        pl.col("reuse_id").alias("subject_id"),
        pl.lit(1, pl.Int64).alias("version"),
        pl.lit(value=True).alias("is_current"),
        "post_key",
        pl.coalesce("_where", "platform").alias("platform"),
        pl.coalesce("_post_id", "post_id").alias("post_id"),
        "influencer_id",
        "permalink",
        pl.col("first_seen_on").alias("published_on"),
        pl.col("shown_text").alias("text"),
        _sha256("shown_text").alias("caption_sha256"),
        pl.col("known_at").alias("caption_known_at"),
        pl.lit(value=False).alias("text_is_truncated"),
        pl.col("is_disclosed").alias("is_disclosed_there"),
        "screenshot",
        "screenshot_sha256",
        "place",
        "address",
    )


def _briefs(inputs: Inputs) -> pl.DataFrame:
    return inputs.campaigns.select(
        "campaign_id",
        pl.lit("brief").alias("subject"),
        pl.lit("brief").alias("kind"),
        pl.col("campaign_id").alias("subject_id"),
        pl.lit(1, pl.Int64).alias("version"),
        pl.lit(value=True).alias("is_current"),
        pl.col("starts_on").alias("published_on"),
        pl.col("known_at").alias("caption_known_at"),
    )


def with_terms(told: pl.DataFrame, inputs: Inputs) -> pl.DataFrame:
    """The things with what brief and roster ask of them."""
    roster = inputs.contracts.select(*CONTRACT, "relation", "code", "link").unique(CONTRACT, maintain_order=True)
    codes = (
        inputs.contracts.sort("campaign_id", "code")
        .group_by("campaign_id", maintain_order=True)
        .agg(pl.col("code").drop_nulls().unique(maintain_order=True).str.join("\n").alias("codes"))
    )
    asks = pl.col("asks_code").fill_null(value=True)
    return (
        told.join(_terms(inputs), on="campaign_id", how="left", validate="m:1", maintain_order="left")
        .join(roster, on=list(CONTRACT), how="left", validate="m:1", maintain_order="left")
        .join(codes, on="campaign_id", how="left", validate="m:1", maintain_order="left")
        .with_columns(pl.when(asks).then(c).alias(c) for c in ("code", "link"))
        .with_columns(
            pl.col("relation").fill_null("paid"),
            pl.when(pl.col("subject") == "brief").then("rewards_praise").alias("rewards_praise"),
        )
    )


def _terms(inputs: Inputs) -> pl.DataFrame:
    """What each brief asks, in the columns of engine.POSTS."""
    named = pl.concat_str([pl.col("product"), pl.col("product_names")], separator="\n", ignore_nulls=True).replace(
        "", None
    )
    accounts = pl.format("@{}", pl.col("mentions").str.strip_chars("@").str.replace_all(" @?", "\n@"))
    markets = pl.DataFrame(
        [(market, " ".join(p for p in found if p != "brief")) for market, found in MARKETS.items()],
        schema={"market": pl.String, "_usual": pl.String},
        orient="row",
    )
    return inputs.campaigns.join(markets, on="market", how="left", validate="m:1", maintain_order="left").select(
        "campaign_id",
        _profiles(pl.coalesce("profiles", "_usual", pl.lit(""))).alias("profiles"),
        "category",
        "product",
        pl.concat_str([pl.col("brand"), accounts], separator="\n", ignore_nulls=True).alias("brand"),
        named.alias("names"),
        pl.col("asked_hashtags").alias("hashtags"),
        pl.col("asked_mentions").alias("mentions"),
        "asks_code",
        pl.coalesce("posts_from", "starts_on").alias("starts_on"),
        pl.coalesce("posts_until", "ends_on").alias("ends_on"),
        pl.col("forbidden_words").alias("forbidden"),
        pl.concat_str(
            [pl.col("rivals").str.replace_all(" ", "\n"), pl.col("rival_names")], separator="\n", ignore_nulls=True
        ).alias("rivals"),
        pl.col("approved_claims").alias("permitted"),
        "min_age",
        "rewards_praise",
    )


def _profiles(named: pl.Expr) -> pl.Expr:
    """Expression: the profiles in force. The association's rules come on top of the law's; the brief's own always hold."""
    law = pl.when(named.str.split(" ").list.contains("jp_womj") & ~named.str.split(" ").list.contains("jp_caa"))
    return pl.concat_str([law.then(pl.lit("jp_caa ")).otherwise(pl.lit("")), named, pl.lit(" brief")]).str.strip_chars()


def _sha256(column: str) -> pl.Expr:
    """Expression: SHA-256 of a text (UTF-8, in hex), as core.post_versions has it; null where there is no text."""
    return pl.col(column).map_elements(_digest, return_dtype=pl.String())


def _digest(text: str) -> str:
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
