"""Staged rows become core rows: keyed, dated, and merged into what is known of posts, accounts, links and briefs.

Staged frames come in landed order. Merging them file by file in that order gives what merging them at once gives.
"""

from collections.abc import Sequence

import polars as pl

from transforms.contracts import ContractError, Table
from transforms.days import on_day
from transforms.keys import with_key
from transforms.tables import attribution, core
from transforms.tables.compliance import CORE_REUSES

AS_GOOD_AS_NULL = ("format", "paid_label")
"""Columns in which a platform's `unknown` must not overwrite what another answer knew."""
NATURAL = {"post_key": ("platform", "post_id"), "account_key": ("platform", "account_id")}
_COST = ("fee", "product_cost", "shipping_cost", "agency_cost", "boost_cost")


def post_observations(staged: pl.DataFrame, zone: str) -> pl.DataFrame:
    """staging.post_observations → core.post_observations."""
    return keyed(_dated(staged, zone), "post_key").pipe(core.POST_OBSERVATIONS.conform)


def account_observations(staged: pl.DataFrame, zone: str) -> pl.DataFrame:
    """staging.accounts → core.account_observations."""
    return keyed(_dated(staged, zone), "account_key").pipe(core.ACCOUNT_OBSERVATIONS.conform)


def audience_observations(staged: pl.DataFrame, zone: str) -> pl.DataFrame:
    """staging.audience_observations → core.audience_observations.

    ``share`` is persons / persons in all buckets of the dimension in the same landed file; null where any is unknown.
    """
    whole = ["account_key", "observed_at", "dimension", "_segment"]
    persons = pl.col("persons")
    told = persons.is_not_null().all().over(whole) & (persons.sum().over(whole) > 0)
    return (
        keyed(_dated(staged, zone), "account_key")
        .with_columns(segment_of())
        .with_columns(pl.when(told).then(persons / persons.sum().over(whole)).alias("share"))
        .pipe(core.AUDIENCE_OBSERVATIONS.conform)
    )


def link_days(staged: pl.DataFrame) -> pl.DataFrame:
    """staging.link_days → core.link_days."""
    return core.LINK_DAYS.conform(staged)


def orders(staged: pl.DataFrame) -> pl.DataFrame:
    """staging.orders → core.orders."""
    return core.ORDERS.conform(staged)


def shops(staged: pl.DataFrame) -> pl.DataFrame:
    """staging.shops → core.shops: the first answer of each shop."""
    return core.SHOPS.conform(staged.unique("shop", keep="first", maintain_order=True))


def order_touches(staged: pl.DataFrame) -> pl.DataFrame:
    """staging.order_touches → core.order_touches."""
    return attribution.ORDER_TOUCHES.conform(staged)


def merge_post_owners(existing: pl.DataFrame, posts: pl.DataFrame) -> pl.DataFrame:
    """core.post_owners that staging.posts name: every account ever said to own the post, since when we know it."""
    named = keyed(keyed(posts, "post_key"), "account_key").drop_nulls("account_key")
    rows = pl.concat([core.POST_OWNERS.conform(existing), core.POST_OWNERS.conform(named)])
    return rows.group_by(core.POST_OWNERS.key).agg(pl.col("known_at").min()).sort(core.POST_OWNERS.key)


def one_owner(told: pl.DataFrame) -> pl.DataFrame:
    """The rows with one account per answer: of a collaboration's owners the author, else the one told first."""
    if not told.select("post_key", "observed_at").is_duplicated().any():
        return told
    authors = pl.col("account_key", "account_id").sort_by(
        ~pl.col("is_author").fill_null(value=True), maintain_order=True
    )
    return told.with_columns(authors.drop_nulls().first().over("post_key", "observed_at"))


def merge_posts(
    existing: pl.DataFrame, posts: pl.DataFrame, states: pl.DataFrame, observations: pl.DataFrame, zone: str
) -> pl.DataFrame:
    """core.posts of every post that the staged rows name; ``existing`` holds those of them that are known already.

    An answer that is silent about an attribute erases nothing, and an answer about an earlier instant than the newest
    one (an old export, imported late) only fills what is unknown. A post is on again when it is returned again.
    """
    told = one_owner(keyed(keyed(posts, "post_key"), "account_key"))
    told = told.with_columns(pl.col(c).replace("unknown", None) for c in AS_GOOD_AS_NULL)
    known = existing.with_columns(pl.col(c).replace("unknown", None) for c in AS_GOOD_AS_NULL)
    lost = keyed(states, "post_key")
    seen = keyed(observations, "post_key")
    attributes = [
        *("account_key", "account_id", "published_at", "format", "caption", "caption_is_truncated", "hashtags"),
        *("permalink", "paid_label", "duration_seconds", "landed_id", "pointer"),
    ]
    spoken = [
        known.select("post_key", "availability", at="availability_at"),
        told.select("post_key", pl.lit("on").alias("availability"), pl.col("observed_at").alias("at")),
        lost.select("post_key", "availability", at="observed_at"),
    ]
    rank = pl.col("availability").replace_strict({"restricted": 0, "gone": 1, "on": 2}, return_dtype=pl.Int8)
    availability = (
        pl.concat(spoken)
        .with_columns(rank.alias("_rank"))
        .sort("post_key", "at", "_rank", nulls_last=False)
        .group_by("post_key")
        .agg(pl.col("availability").last(), pl.col("at").last().alias("availability_at"))
    )
    first = ("post_key", "platform", "post_id", "known_at", "landed_id", "pointer")
    return (
        _merged(core.POSTS, known, told, [lost.select(first), seen.select(first)], attributes)
        .join(availability, on="post_key", how="left", validate="1:1")
        .with_columns(
            pl.col("availability").fill_null("on"),
            on_day("published_at", zone).alias("published_on"),
            *(pl.col(c).fill_null("unknown") for c in AS_GOOD_AS_NULL),
        )
        .sort("post_key")
        .pipe(core.POSTS.conform)
    )


def merge_accounts(
    existing: pl.DataFrame, accounts: pl.DataFrame, posts: pl.DataFrame, audience: pl.DataFrame
) -> pl.DataFrame:
    """core.accounts of every account that the staged rows name; whose they are is said by :func:`assign_accounts`."""
    natural = ("platform", "account_id")
    told = keyed(accounts, "account_key")
    named = [
        keyed(frame.drop_nulls("account_id"), "account_key").select("account_key", *natural, "known_at")
        for frame in (posts, audience)
    ]
    return (
        _merged(core.ACCOUNTS, existing, told, named, ["handle", "display_name"])
        .join(existing.select("account_key", "influencer_id"), on="account_key", how="left", validate="1:1")
        .sort("account_key")
        .pipe(core.ACCOUNTS.conform)
    )


def merge_links(existing: pl.DataFrame, links: pl.DataFrame, days: pl.DataFrame) -> pl.DataFrame:
    """core.links of every link that the staged rows name."""
    rows = pl.concat(
        [
            existing.select("link_id", "long_url", "created_at", known_at="last_known_at", _first="first_known_at"),
            links.select("link_id", "long_url", "created_at", "known_at"),
            days.select("link_id", "known_at"),
        ],
        how="diagonal",
    )
    return (
        rows.group_by("link_id")
        .agg(
            pl.col("long_url", "created_at").drop_nulls().last(),
            pl.coalesce("_first", "known_at").min().alias("first_known_at"),
            pl.col("known_at").max().alias("last_known_at"),
        )
        .sort("link_id")
        .pipe(core.LINKS.conform)
    )


def merge_influencers(existing: pl.DataFrame, roster: pl.DataFrame) -> pl.DataFrame:
    """core.influencers that the roster names: the last name that a roster gave."""
    rows = pl.concat([existing, roster.select("influencer_id", "known_at", name="display_name")], how="diagonal")
    return (
        rows.group_by("influencer_id")
        .agg(pl.col("name").drop_nulls().last(), pl.col("known_at").max())
        .sort("influencer_id")
        .pipe(core.INFLUENCERS.conform)
    )


def campaigns(staged: pl.DataFrame) -> pl.DataFrame:
    """staging.campaigns → core.campaigns: the last landed brief of each campaign."""
    return core.CAMPAIGNS.conform(
        _of_last_segment(staged, staged).unique("campaign_id", keep="first", maintain_order=True)
    )


def campaign_goals(staged: pl.DataFrame, briefs: pl.DataFrame) -> pl.DataFrame:
    """staging.campaign_goals → core.campaign_goals: those of the brief that :func:`campaigns` takes."""
    return core.CAMPAIGN_GOALS.conform(_of_last_segment(staged, briefs))


def contracts(roster: pl.DataFrame, briefs: pl.DataFrame) -> pl.DataFrame:
    """staging.roster → core.contracts: those of the brief that :func:`campaigns` takes, accounts still unassigned."""
    total = pl.sum_horizontal(_COST, ignore_nulls=False)
    return (
        _of_last_segment(roster, briefs)
        .with_columns(
            total.alias("cost"),
            pl.lit(None, pl.Int64).alias("account_key"),
            pl.col("account_id").alias("roster_account_id"),
        )
        .pipe(core.CONTRACTS.conform)
    )


def post_decisions(staged: pl.DataFrame, briefs: pl.DataFrame) -> pl.DataFrame:
    """staging.post_decisions → core.post_decisions: those of the brief that :func:`campaigns` takes; maybe none."""
    return core.POST_DECISIONS.conform(_of_last_segment(staged, briefs))


def reuses(staged: pl.DataFrame, briefs: pl.DataFrame) -> pl.DataFrame:
    """staging.reuses → core.reuses: those of the brief that :func:`campaigns` takes; maybe none."""
    return CORE_REUSES.conform(_of_last_segment(staged, briefs))


def assign_accounts(
    engaged: pl.DataFrame, briefs: pl.DataFrame, accounts: pl.DataFrame, handles: pl.DataFrame
) -> pl.DataFrame:
    """core.contracts with account_id and account_key as far as a platform has told them.

    The roster's account_id wins. Else it is the account that bore the roster's handle nearest to the campaign's first
    day: a contract keeps its account when the handle changes, also if somebody else takes the handle later.
    ``handles``: platform, account_key, handle, first_at, last_at (when the account was seen with that name).
    """
    ids = accounts.select("platform", pl.col("account_id").alias("roster_account_id"), "account_key")
    told = accounts.select("account_key", "account_id")
    start = pl.col("starts_on").cast(pl.Datetime("us")).dt.replace_time_zone("UTC")
    away = pl.max_horizontal(pl.col("first_at") - start, start - pl.col("last_at"), pl.duration())
    bearers = (
        engaged.filter(pl.col("roster_account_id").is_null())
        .select(*core.CONTRACTS.key, _plain("handle"))
        .join(briefs.select("campaign_id", "starts_on"), on="campaign_id", how="left", validate="m:1")
        .join(handles.with_columns(_plain("handle")), on=["platform", "handle"], how="inner")
        .with_columns(away.alias("_away"))
        .sort("_away", "first_at", "account_key")
        .group_by(core.CONTRACTS.key)
        .agg(pl.col("account_key").first().alias("_by_handle"))
    )
    return (
        engaged.drop("account_key", "account_id")
        .join(ids, on=["platform", "roster_account_id"], how="left", validate="m:1")
        .join(bearers, on=list(core.CONTRACTS.key), how="left", validate="1:1")
        .with_columns(pl.coalesce("account_key", "_by_handle").alias("account_key"))
        .join(told, on="account_key", how="left", validate="m:1")
        .with_columns(pl.coalesce("roster_account_id", "account_id").alias("account_id"))
        .sort(core.CONTRACTS.key)
        .pipe(core.CONTRACTS.conform)
    )


def assign_influencers(accounts: pl.DataFrame, engaged: pl.DataFrame) -> pl.DataFrame:
    """core.accounts with the influencer whose contract names the account; of several, the one learnt last."""
    owners = (
        engaged.drop_nulls("account_key")
        .sort("known_at", "campaign_id", "influencer_id")
        .group_by("account_key")
        .agg(pl.col("influencer_id").last())
    )
    return (
        accounts.drop("influencer_id")
        .join(owners, on="account_key", how="left", validate="1:1")
        .sort("account_key")
        .pipe(core.ACCOUNTS.conform)
    )


def _merged(
    table: Table,
    existing: pl.DataFrame,
    told: pl.DataFrame,
    named: Sequence[pl.DataFrame],
    attributes: Sequence[str],
) -> pl.DataFrame:
    """One row per key: attributes folded over ``existing`` and then ``told`` in order; ``named`` only adds existence.

    Errors: ContractError if two natural keys share a surrogate key.
    """
    (key,), natural = table.key, [c for c in table.columns if c in {"platform", "post_id", "account_id"}][:2]
    traces = [c for c in ("landed_id", "pointer") if c in attributes]
    described = pl.col("seen_at").is_not_null()
    known = existing.with_columns(pl.when(described).then(c).alias(c) for c in traces).select(
        key, *attributes, at="seen_at"
    )
    answers = told.select(key, *attributes, at="observed_at")
    spans = [
        existing.select(key, *natural, first="first_known_at", last="last_known_at"),
        *(f.select(key, *natural, first="known_at", last="known_at") for f in (told, *named)),
    ]
    span = (
        pl.concat(spans)
        .group_by(key, *natural)
        .agg(pl.col("first").min().alias("first_known_at"), pl.col("last").max().alias("last_known_at"))
    )
    if (doubled := span.filter(pl.col(key).is_duplicated())).height:
        raise ContractError(
            f"{table.name}: two natural keys share {key} {doubled[key][0]}: widen transforms.keys.surrogate and rebuild"
        )
    folded = _folded(known, answers, key, attributes).drop(natural, strict=False)
    merged = span.join(folded, on=key, how="left", validate="1:1")
    silent = merged.filter(pl.any_horizontal(pl.lit(value=False), *(pl.col(c).is_null() for c in traces))).select(key)
    if silent.is_empty():
        return merged
    only_named = existing.filter(~described).rename({"first_known_at": "known_at"})
    first_named = (
        pl.concat(f.join(silent, on=key, how="semi").select(key, "known_at", *traces) for f in (only_named, *named))
        .sort("known_at", *traces)
        .group_by(key)
        .agg(pl.col(traces).first().name.suffix("_named"))
    )
    return (
        merged.join(first_named, on=key, how="left", validate="1:1")
        .with_columns(pl.coalesce(c, f"{c}_named").alias(c) for c in traces)
        .drop(f"{c}_named" for c in traces)
    )


def _folded(known: pl.DataFrame, answers: pl.DataFrame, key: str, attributes: Sequence[str]) -> pl.DataFrame:
    """One row per key of both: each attribute as last told, and ``seen_at``, the newest ``at``.

    An answer about an earlier instant than the newest before it only fills what no other told. Of almost every key
    there is one answer at most: those need no groups.
    """
    is_several = pl.col(key).is_duplicated() | pl.col("at").is_null()
    several = answers.filter(is_several).select(key).unique()
    alone = answers.join(several, on=key, how="anti")
    beside = known.join(several, on=key, how="anti").join(alone, on=key, how="full", coalesce=True, suffix="_told")
    speaks = pl.col("at").is_null() | (pl.col("at_told") >= pl.col("at"))
    simple = beside.select(
        key,
        *(
            pl.when(speaks).then(pl.coalesce(f"{c}_told", c)).otherwise(pl.coalesce(c, f"{c}_told")).alias(c)
            for c in attributes
        ),
        pl.max_horizontal("at", "at_told").alias("seen_at"),
    )
    if several.is_empty():
        return simple
    rows = pl.concat([f.join(several, on=key, how="semi", maintain_order="left") for f in (known, answers)])
    newest_before = pl.col("at").cum_max().shift(1).forward_fill().over(key, order_by="_nth")
    grouped = (
        rows.with_row_index("_nth")
        .with_columns((newest_before.is_null() | (pl.col("at") >= newest_before)).alias("_speaks"))
        .sort("_nth")
        .group_by(key)
        .agg(
            *(
                pl.coalesce(
                    pl.col(c).filter(pl.col("_speaks")).drop_nulls().last(),
                    pl.col(c).filter(~pl.col("_speaks")).drop_nulls().first(),
                ).alias(c)
                for c in attributes
            ),
            pl.col("at").max().alias("seen_at"),
        )
    )
    return pl.concat([simple, grouped])


def _of_last_segment(rows: pl.DataFrame, briefs: pl.DataFrame) -> pl.DataFrame:
    """The rows of each campaign in its last landed brief: the files of a brief are landed together, in one segment."""
    segment = segment_of()
    last = briefs.with_columns(segment).group_by("campaign_id").agg(pl.col("_segment").last())
    return rows.with_columns(segment).join(last, on=["campaign_id", "_segment"], how="semi", maintain_order="left")


def keyed(frame: pl.DataFrame, key: str) -> pl.DataFrame:
    """The frame with a surrogate key, unless it has it already: hashing costs, so callers may do it once."""
    return frame if key in frame.columns else with_key(frame, key, *NATURAL[key])


def _dated(staged: pl.DataFrame, zone: str) -> pl.DataFrame:
    return staged.with_columns(on_day("observed_at", zone).alias("observed_on"))


def segment_of() -> pl.Expr:
    """Expression: the landed file of a row, as ``_segment``."""
    return pl.col("landed_id").str.replace(r"#\d+$", "").alias("_segment")


def _plain(column: str) -> pl.Expr:
    """A handle as it is compared: without @, lower case, NFKC."""
    return pl.col(column).str.normalize("NFKC").str.to_lowercase().str.strip_chars().str.strip_prefix("@")
