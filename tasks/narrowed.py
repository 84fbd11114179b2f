"""The inputs of some marts, with no row read that they cannot follow from: a night's cost is that of what is new."""

# ruff: noqa: S608  # names come from the data dictionary

from collections.abc import Mapping, Sequence
from datetime import date

import polars as pl

from tasks.reach import CORRECTED_POSTS, Reach
from tasks.warehouse import UPKEEP, Warehouse
from transforms import changes, corrections
from transforms.attribution.windows import link_id
from transforms.audiences import DIMENSIONS
from transforms.contracts import Table
from transforms.decisions import names
from transforms.growth import LOOK_BACK as PACE
from transforms.inputs import TABLES, Inputs
from transforms.insight.follower_rises import LOOK_BACK, PostDays
from transforms.organic import LOOK_BACK as ORGANIC
from transforms.profiles import RECENT_METRICS
from transforms.snapshots import needed_since
from transforms.tables.core import ACCOUNT_OBSERVATIONS, AUDIENCE_OBSERVATIONS, POST_OBSERVATIONS
from transforms.tables.fields import METRICS
from transforms.tables.versions import POST_VERSIONS

_BEFORE = 42
"""Days before the first that is asked for in which a count of followers must lie: else all that there is is read."""
_EARLY = 2
"""Days before its publication from which a post may have been observed: clocks and zones differ."""
_READ_OF_ALL = ("post_key", "observed_at", "known_at", "observed_on", "missing", "landed_id")
"""What is read of every answer, whichever metrics are asked for."""


def stored_as(table: Table) -> str:
    """The name under which the warehouse keeps an input."""
    return f"core.{table.name.partition('.')[2]}"


def of_campaigns(warehouse: Warehouse, reach: Reach, campaigns: Sequence[str], *, afresh: bool) -> Inputs:
    """All that the rows of ``campaigns`` follow from, beside the rivals of ``reach``.

    Observations and versions of posts are absent, and who follows the accounts.

    ``afresh``: what the marts hold of campaigns is not to be gone by.
    """
    both = pl.DataFrame({"campaign_id": [*campaigns, *reach.rivals]}, schema={"campaign_id": pl.String()})
    days = reach.days.join(both, on="campaign_id", how="semi")
    own = days.filter(pl.col("campaign_id").is_in(list(campaigns)))
    frames: dict[str, pl.DataFrame] = {}
    for table in TABLES:
        name = stored_as(table)
        if "campaign_id" in warehouse.tables[name].columns:
            frames[name] = warehouse.matching(name, both)
    is_waiting = afresh or days["is_waiting"].any()
    keys = _candidates(warehouse, days, frames["core.post_decisions"] if is_waiting else None)
    frames["core.posts"] = warehouse.matching("core.posts", keys)
    frames["core.post_owners"] = warehouse.matching("core.post_owners", keys)
    frames["core.orders"] = _orders(warehouse, own)
    bought = frames["core.orders"].select("shop", "order_id")
    frames["core.order_touches"] = warehouse.matching("core.order_touches", bought)
    links = frames["core.contracts"].select(link_id("link").alias("link_id")).drop_nulls().unique()
    for name in ("core.links", "core.link_days"):
        frames[name] = warehouse.matching(name, links)
    frames["core.account_observations"] = _counts(warehouse, _asked(frames, own))
    frames[POST_VERSIONS.name] = POST_VERSIONS.empty()
    frames[AUDIENCE_OBSERVATIONS.name] = AUDIENCE_OBSERVATIONS.empty()
    for name in {stored_as(t) for t in TABLES} - {*frames, POST_OBSERVATIONS.name}:
        frames[name] = warehouse.frame(name)
    return Inputs.of(frames)


def _candidates(warehouse: Warehouse, days: pl.DataFrame, decisions: pl.DataFrame | None) -> pl.DataFrame:
    """post_key of posts that may belong to the campaigns; ``decisions``: those whose posts are yet to be found."""
    con = warehouse.con
    con.register("_days", days.to_arrow())
    found = con.sql(_OWNED).pl()
    con.unregister("_days")
    if decisions is None or decisions.is_empty():
        return found
    con.register("_asked", names(decisions.with_row_index("_row"), "_row").to_arrow())
    named = con.sql(_NAMED).pl()
    con.unregister("_asked")
    return pl.concat([found, named]).unique()


_OWNED = f"""WITH span AS (SELECT min(starts_on) - {ORGANIC.days} AS first, max(posted_until) AS last FROM _days),
seen AS (SELECT post_key, account_key, published_on FROM core.posts, span
    WHERE published_on IS NULL OR published_on BETWEEN first AND last)
SELECT p.post_key FROM (FROM seen UNION ALL
    SELECT post_key, o.account_key, published_on FROM seen JOIN core.post_owners o USING (post_key)) p
JOIN core.contracts c ON c.account_key = p.account_key
JOIN _days d ON d.campaign_id = c.campaign_id
WHERE p.published_on IS NULL OR p.published_on BETWEEN d.starts_on - {ORGANIC.days} AND d.posted_until
UNION SELECT p.post_key FROM core.posts p JOIN core.campaigns c ON p.published_on BETWEEN c.starts_on AND c.ends_on
    JOIN _days USING (campaign_id) WHERE c.rivals IS NOT NULL
UNION {CORRECTED_POSTS}
UNION SELECT post_key FROM core.campaign_posts JOIN _days USING (campaign_id)
UNION SELECT key FROM {UPKEEP}.changes JOIN core.posts ON post_key = key
WHERE subject = 'post' AND day = DATE '{changes.ALWAYS.isoformat()}'
    AND EXISTS (SELECT 1 FROM core.post_decisions JOIN _days USING (campaign_id))"""
_NAMED = r"""SELECT DISTINCT s.post_key FROM (
    SELECT post_key, platform, unnest(list_append(
        regexp_extract_all(coalesce(permalink, ''), '[A-Za-z0-9_-]+'), post_id)) AS said FROM core.posts
) s JOIN _asked a ON a._name = s.said AND a.platform = s.platform"""


def _orders(warehouse: Warehouse, days: pl.DataFrame) -> pl.DataFrame:
    """Orders of the campaigns' days, and the first ever: that a shop has answered at all is an answer, too."""
    listed = ", ".join(f'o."{c}"' for c in warehouse.tables["core.orders"].columns)
    warehouse.con.register("_days", days.to_arrow())
    found = warehouse.con.sql(
        f"SELECT {listed} FROM core.orders o WHERE EXISTS"
        " (SELECT 1 FROM _days d WHERE o.ordered_at::DATE BETWEEN d.first AND d.until)"
        " OR known_at = (SELECT min(known_at) FROM core.orders)"
    ).pl()
    warehouse.con.unregister("_days")
    return warehouse.tables["core.orders"].conform(found)


def _asked(frames: Mapping[str, pl.DataFrame], days: pl.DataFrame) -> pl.DataFrame:
    """account_key and the ``first`` day on which the campaigns ask for its followers."""
    engaged = (
        frames["core.contracts"]
        .join(days, on="campaign_id")
        .select("account_key", pl.col("starts_on") - pl.duration(days=PACE.days))
    )
    posted = frames["core.posts"].select("account_key", pl.col("published_on").alias("starts_on"))
    return (
        pl.concat([engaged, posted])
        .drop_nulls("account_key")
        .group_by("account_key")
        .agg((pl.col("starts_on").min() - pl.duration(days=5)).alias("first"))
    )


def _counts(warehouse: Warehouse, asked: pl.DataFrame) -> pl.DataFrame:
    """core.account_observations that :func:`transforms.facts.followers_at` needs from each account's ``first`` day on.

    Where no count lies shortly before, the last one may be of any day: then all rows of the account.
    """
    if asked.is_empty():
        return ACCOUNT_OBSERVATIONS.empty()
    con, earliest = warehouse.con, asked["first"].min()
    listed = ", ".join(f'o."{c}"' for c in ACCOUNT_OBSERVATIONS.columns)
    con.register("_asked", asked.to_arrow())
    sure = con.sql(
        "SELECT a.account_key FROM _asked a SEMI JOIN (SELECT o.account_key, a.first FROM"
        " core.account_observations o JOIN _asked a USING (account_key)"
        f" WHERE o.observed_on >= ?::DATE - {_BEFORE} AND o.followers IS NOT NULL AND o.handle IS NOT NULL"
        f" AND o.observed_on BETWEEN a.first - {_BEFORE} AND a.first - 1) s USING (account_key)",
        params=[earliest],
    ).pl()
    con.register("_sure", sure.to_arrow())
    recent = con.sql(
        f"SELECT {listed} FROM core.account_observations o JOIN _asked a USING (account_key) SEMI JOIN _sure s"
        f" USING (account_key) WHERE o.observed_on >= ?::DATE - {_BEFORE} AND o.observed_on >= a.first - {_BEFORE}",
        params=[earliest],
    ).pl()
    whole = con.sql(
        f"SELECT {listed} FROM core.account_observations o WHERE o.account_key IN"
        " (SELECT account_key FROM _asked EXCEPT SELECT account_key FROM _sure)"
    ).pl()
    con.unregister("_asked")
    con.unregister("_sure")
    return ACCOUNT_OBSERVATIONS.conform(pl.concat([recent, whole]))


def of_accounts(warehouse: Warehouse, accounts: pl.DataFrame, *, counted_since: date, posted_since: date) -> Inputs:
    """What profiles of accounts follow from: followers ``counted_since`` and posts ``posted_since`` some day."""
    con = warehouse.con
    con.register("_accounts", accounts.to_arrow())
    keys = con.sql(
        "SELECT post_key FROM core.posts SEMI JOIN _accounts USING (account_key) WHERE published_on >= ?",
        params=[posted_since],
    ).pl()
    con.unregister("_accounts")
    posts = warehouse.matching("core.posts", keys, but=("caption", "hashtags", "permalink"))
    asked = accounts.with_columns(pl.lit(counted_since).alias("first"))
    return Inputs.of(
        {
            "core.accounts": warehouse.matching("core.accounts", accounts),
            "core.posts": posts,
            "core.account_observations": _counts(warehouse, asked),
            "core.post_observations": observations(warehouse, posts, RECENT_METRICS, afresh=True),
            **{t.name: warehouse.frame(t.name) for t in corrections.FRAMES},
        }
    )


def last_counts(warehouse: Warehouse, accounts: pl.DataFrame) -> pl.DataFrame:
    """core.account_observations of the last :data:`LOOK_BACK` of each account, with followers and no other figure."""
    con = warehouse.con
    con.register("_accounts", accounts.to_arrow())
    found = con.sql(
        "SELECT o.account_key, o.observed_at, o.known_at, o.observed_on, o.followers, o.landed_id"
        " FROM core.account_observations o JOIN (SELECT account_key, max(observed_on) AS last_on"
        " FROM core.account_observations SEMI JOIN _accounts USING (account_key) GROUP BY 1) l USING (account_key)"
        f" WHERE o.observed_on >= l.last_on - {LOOK_BACK.days}"
    ).pl()
    con.unregister("_accounts")
    wanted = corrections.in_force(*(warehouse.frame(t.name) for t in corrections.FRAMES))
    told = {"account_observations": ACCOUNT_OBSERVATIONS.conform_loosely(found).lazy()}
    return corrections.corrected(told, wanted)["account_observations"].collect()


def days_of_posts(warehouse: Warehouse) -> PostDays:
    """Days of the posts of accounts, read from marts.post_days."""

    def of(asked: pl.DataFrame) -> pl.DataFrame:
        warehouse.con.register("_asked", asked.to_arrow())
        found = warehouse.con.sql(
            "SELECT p.account_key, p.published_on, d.* FROM core.posts p JOIN _asked a USING (account_key)"
            " JOIN marts.post_days d USING (post_key) WHERE d.day BETWEEN a.first - 1 AND a.last + 1"
            " AND d.day >= ?::DATE - 1",
            params=[asked["first"].min()],
        ).pl()
        warehouse.con.unregister("_asked")
        return found

    return of


def of_audiences(warehouse: Warehouse) -> Inputs:
    """What marts.audience_match follows from: of all accounts those whose followers somebody told of.

    Where no brief says whom it aims at, that is nothing but the briefs.
    """
    campaigns = warehouse.frame("core.campaigns")
    if campaigns.select(pl.all_horizontal(pl.col(f"target_{d}").is_null().all() for d in DIMENSIONS)).item():
        return Inputs.of({"core.campaigns": campaigns})
    told = warehouse.frame(AUDIENCE_OBSERVATIONS.name)
    asked = told.group_by("account_key").agg(pl.col("observed_on").min().alias("first"))
    return Inputs.of(
        {
            "core.campaigns": campaigns,
            **{name: warehouse.frame(name) for name in ("core.contracts", "core.accounts")},
            AUDIENCE_OBSERVATIONS.name: told,
            ACCOUNT_OBSERVATIONS.name: _counts(warehouse, asked),
            **{t.name: warehouse.frame(t.name) for t in corrections.FRAMES},
        }
    )


def observations(
    warehouse: Warehouse,
    posts: pl.DataFrame,
    metrics: Sequence[str] = METRICS,
    *,
    afresh: bool,
    also: pl.DataFrame | None = None,
) -> pl.DataFrame:
    """core.post_observations of ``posts`` that :func:`transforms.snapshots.latest` needs, and few that it does not.

    Where only some ``metrics`` are asked for, other counts are null, and so is where the answers stand in their files.

    ``afresh``: marts.post_kpis, which says since when answers are needed, is not to be gone by. ``also``: further posts
    (post_key, published_on), with ``until`` when what is asked of them may be known; null: now.
    """
    con = warehouse.con
    con.register("_posts", posts.select("post_key", (pl.col("published_on") - pl.duration(days=_EARLY))).to_arrow())
    since = f"""SELECT post_key, least(k.told_since, h.day) AS since FROM _posts
        JOIN (SELECT post_key, min(told_since) AS told_since FROM marts.post_kpis WHERE {not afresh!s} GROUP BY 1) k
        USING (post_key) LEFT JOIN (SELECT key AS post_key, min(day) AS day FROM {UPKEEP}.changes
            WHERE subject = 'post' AND day > DATE '{changes.ALWAYS.isoformat()}' GROUP BY 1) h USING (post_key)"""
    known = con.sql(since).pl()
    new = posts.join(known, on="post_key", how="anti").select("post_key", "published_on")
    looked_for = [new, *([] if also is None else [also])]
    found = _since(warehouse, pl.concat(looked_for, how="diagonal"), metrics)
    asked = pl.concat([known.drop_nulls(), found]).group_by("post_key").agg(pl.col("since").min())
    con.unregister("_posts")
    if asked.is_empty():
        return POST_OBSERVATIONS.empty()
    con.register("_asked", asked.to_arrow())
    wanted = {*metrics, *(f"{m}_paid" for m in metrics), *_READ_OF_ALL}
    listed = ", ".join(f'o."{c}"' for c in POST_OBSERVATIONS.columns if c in wanted or tuple(metrics) == METRICS)
    found = con.sql(
        f"SELECT {listed} FROM core.post_observations o JOIN _asked a USING (post_key)"
        " WHERE o.observed_on >= ? AND o.observed_on >= a.since",
        params=[asked["since"].min()],
    ).pl()
    con.unregister("_asked")
    return POST_OBSERVATIONS.conform_loosely(found)


def _since(warehouse: Warehouse, posts: pl.DataFrame, metrics: Sequence[str]) -> pl.DataFrame:
    """post_key and the day ``since`` which its answers are needed, found in all of them.

    The answers are read once, and grouped by what they tell and what they say is missing: texts are then looked into
    once each.
    """
    if posts.is_empty():
        return pl.DataFrame(schema={"post_key": pl.Int64(), "since": pl.Date()})
    con = warehouse.con
    told = " + ".join(f"CASE WHEN {m} IS NULL THEN 0 ELSE {1 << n} END" for n, m in enumerate(metrics))
    grouped = f"{told} AS told, missing, max(observed_on) AS last FROM core.post_observations"
    is_timed = "until" in posts.columns and posts["until"].count() > 0
    if not is_timed and posts.height > warehouse.count("core.posts") // 2:  # all are grouped sooner than most are found
        found = con.sql(f"SELECT post_key, {grouped} GROUP BY ALL").pl()
        return needed_since(found.join(posts, on="post_key", how="semi"), metrics)
    early = (pl.col("published_on") - pl.duration(days=_EARLY)).alias("published_on")
    until = pl.col("until") if is_timed else pl.lit(None, pl.Datetime("us", "UTC")).alias("until")
    asked = posts.select("post_key", early, until).with_row_index("asked")
    con.register("_new", asked.to_arrow())
    earliest = posts["published_on"].min() if not posts["published_on"].null_count() else None
    found = con.sql(
        f"SELECT asked, {grouped} JOIN _new USING (post_key)"
        " WHERE observed_on >= coalesce(published_on, DATE '0001-01-01') AND (until IS NULL OR known_at <= until)"
        f" AND observed_on >= coalesce(?::DATE - {_EARLY}, DATE '0001-01-01') GROUP BY ALL",
        params=[earliest],
    ).pl()
    con.unregister("_new")
    since = needed_since(found, metrics, key="asked")
    return since.join(asked.select("asked", "post_key"), on="asked", validate="1:1").select("post_key", "since")
