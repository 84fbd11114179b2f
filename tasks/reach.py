"""What of the marts a night must compute again: how far reaches what is new, and what time alone still moves."""

# ruff: noqa: S608  # names are ours; values are bound

from dataclasses import dataclass
from datetime import datetime, timedelta

import polars as pl

from tasks.warehouse import UPKEEP, Warehouse
from transforms import changes
from transforms.attribution.windows import link_id
from transforms.days import business_day
from transforms.decisions import names
from transforms.matching import GRACE_DAYS
from transforms.organic import LOOK_BACK as ORGANIC
from transforms.profiles import WINDOW

SLACK = timedelta(days=3)
"""Added on both sides of a campaign's days: days of other services are not those of the workspace."""
_LATE = timedelta(days=7)
"""For so long after its last day a campaign is computed each night: sources take their time to tell all of a day."""
_FOLLOWERS = timedelta(days=10)
"""Followers counted later than this after a campaign's last post and its settling say nothing of the campaign."""


@dataclass(frozen=True, slots=True)
class Reach:
    """``campaigns``: whose rows are made again; ``rivals``: those that may claim the same orders, read beside.

    ``days``: campaign_id, ``first``, ``until``: the days that may concern each campaign. ``posts``: post_key and the
    first ``day`` to be made again. ``accounts``: account_key of profiles to be made again.
    """

    campaigns: list[str]
    rivals: list[str]
    days: pl.DataFrame
    posts: pl.DataFrame
    accounts: pl.DataFrame


def days_of_campaigns(warehouse: Warehouse, as_of: datetime, zone: str) -> pl.DataFrame:
    """campaign_id, ``starts_on``, ``moves_until``, ``posted_until``, ``first``, ``until``: the days that concern it.

    A post that a person has just confirmed may be of any day up to now. After ``moves_until`` time alone changes
    nothing.
    """
    days = warehouse.con.sql(
        "SELECT c.campaign_id, c.starts_on, c.attribution_days,"
        " greatest(c.ends_on + c.settle_days::INTEGER, p.last_on)::DATE AS settled_on,"
        " greatest(c.ends_on + ?::INTEGER, p.last_on)::DATE AS posted_until,"
        " w.campaign_id IS NOT NULL AS is_waiting FROM core.campaigns c"
        " LEFT JOIN (SELECT campaign_id, max(published_on) AS last_on FROM marts.post_kpis GROUP BY 1) p"
        " USING (campaign_id) LEFT JOIN (SELECT DISTINCT campaign_id FROM core.post_decisions JOIN"
        f" (SELECT name AS campaign_id FROM {UPKEEP}.changes WHERE subject = 'campaign'"
        " UNION SELECT campaign_id FROM core.campaign_posts WHERE NOT is_seen) USING (campaign_id)) w"
        " USING (campaign_id)",
        params=[GRACE_DAYS],
    ).pl()
    late = pl.when("is_waiting").then(pl.lit(business_day(as_of, zone)))
    credited, slack = pl.duration(days="attribution_days"), pl.lit(SLACK)
    return days.with_columns(
        (pl.col("starts_on") - credited - slack).alias("first"),
        (pl.col("posted_until") + credited + _LATE).alias("moves_until"),
    ).with_columns(
        pl.max_horizontal("posted_until", late).alias("posted_until"),
        (pl.max_horizontal("posted_until", late) + credited + slack).alias("until"),
    )


def overlapping(days: pl.DataFrame, campaigns: pl.Series) -> pl.DataFrame:
    """campaign_id of all whose days overlap those of one of the campaigns."""
    own = days.filter(pl.col("campaign_id").is_in(campaigns.implode())).select("first", "until").unique()
    other = days.select("campaign_id", pl.col("first").alias("_first"), pl.col("until").alias("_until"))
    return (
        other.join_where(own, pl.col("_first") <= pl.col("until"), pl.col("_until") >= pl.col("first"))
        .select("campaign_id")
        .unique()
    )


def everything(warehouse: Warehouse, as_of: datetime, zone: str) -> Reach:
    """All campaigns and accounts; ``posts`` is empty, as days are then made from the first one on."""
    days = days_of_campaigns(warehouse, as_of, zone)
    accounts = warehouse.con.sql("SELECT account_key FROM core.accounts").pl()
    return Reach(sorted(days["campaign_id"]), [], days, pl.DataFrame(schema=_POSTS), accounts)


_POSTS = {"post_key": pl.Int64(), "day": pl.Date()}


def since(warehouse: Warehouse, before: datetime, as_of: datetime, zone: str) -> Reach:
    """What the changes noted since the marts were computed as of ``before`` reach, at ``as_of``."""
    days = days_of_campaigns(warehouse, as_of, zone)
    told, shaken = _touched_campaigns(warehouse, days, before, zone)
    rivals = pl.Series("campaign_id", [], pl.String())
    found = told.join(days, on="campaign_id", how="semi")["campaign_id"].sort()
    if warehouse.count("core.orders"):  # campaigns of one time compete for orders
        told = pl.concat([told, overlapping(days, shaken["campaign_id"])]).unique()
        found = told.join(days, on="campaign_id", how="semi")["campaign_id"].sort()
        rivals = overlapping(days, found).filter(~pl.col("campaign_id").is_in(found.implode()))["campaign_id"].sort()
    posts = warehouse.con.sql(_DAYS_OF_POSTS).pl()
    accounts = _touched_accounts(warehouse, before, as_of)
    return Reach(found.to_list(), rivals.to_list(), days, posts, accounts)


def _touched_campaigns(
    warehouse: Warehouse, days: pl.DataFrame, before: datetime, zone: str
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """campaign_id of those to be made again; and of those among them whose claims to orders may have changed."""
    links = warehouse.frame("core.contracts").select("campaign_id", link_id("link").alias("link_id")).drop_nulls()
    con = warehouse.con
    con.register("_days", days.to_arrow())
    con.register("_links", links.to_arrow())
    briefs = pl.concat([con.sql(q).pl() for q in _OF_BRIEFS]).unique()
    posts = pl.concat([con.sql(q).pl() for q in _OF_POSTS])
    still = "SELECT campaign_id FROM _days WHERE moves_until >= ?"
    moving = con.sql(still, params=[business_day(before, zone)]).pl()
    rest = pl.concat([moving, *(con.sql(q).pl() for q in _OF_OTHERS)])
    con.unregister("_days")
    con.unregister("_links")
    new = posts.filter("is_new").select("campaign_id")
    shaken = pl.concat([briefs, new, _decided_by_hand(warehouse)]).unique()
    return pl.concat([shaken, posts.select("campaign_id"), rest]).unique(), shaken


def _decided_by_hand(warehouse: Warehouse) -> pl.DataFrame:
    """campaign_id of campaigns in which somebody decided about a post of which something new is known."""
    posts = warehouse.con.sql(
        f"SELECT post_key, platform, post_id, permalink FROM core.posts JOIN {_NOTED} = 'post' AND day = {_ALWAYS}) h"
        " ON h.key = post_key"
    ).pl()
    asked = warehouse.frame("core.post_decisions").with_row_index("_row")
    meant = names(asked, "_row").join(names(posts, "post_key"), on=["platform", "_name"], how="semi")
    return asked.join(meant, on="_row", how="semi").select("campaign_id").unique()


CORRECTED_POSTS = """SELECT post_key FROM core.posts SEMI JOIN
    (SELECT platform, post_id FROM core.correction_rows WHERE table_name = 'posts') USING (platform, post_id)"""
"""A person may have set right what decides where a post belongs."""
_NOTED = f"(SELECT DISTINCT key, name, day FROM {UPKEEP}.changes WHERE subject"
_ALWAYS = f"DATE '{changes.ALWAYS.isoformat()}'"
_DAYS_OF_POSTS = f"""SELECT post_key, min(day) AS day FROM (
    SELECT key AS post_key, day FROM {_NOTED} = 'post' AND day > {_ALWAYS})
    UNION ALL SELECT v.post_key, {_ALWAYS} FROM core.post_versions v
    SEMI JOIN {_NOTED} = 'post' AND day = {_ALWAYS}) h ON h.key = v.post_key
    GROUP BY v.post_key HAVING count(DISTINCT format) > 1
) GROUP BY post_key"""
"""A post of another format than it was said to be may count by other definitions, on all its days."""
_OWNERS = """(SELECT post_key, account_key FROM core.posts WHERE account_key IS NOT NULL
    UNION ALL SELECT post_key, account_key FROM core.post_owners)"""
_OF_BRIEFS = (
    f"SELECT name AS campaign_id FROM {_NOTED} = 'campaign')",
    f"""SELECT DISTINCT c.campaign_id FROM core.contracts c JOIN {_NOTED} = 'influencer') h
    ON h.name = c.influencer_id""",
    f"""SELECT DISTINCT c.campaign_id FROM core.contracts c JOIN {_NOTED} = 'account' AND day = {_ALWAYS}) h
    ON h.key = c.account_key""",
    f"""SELECT DISTINCT c.campaign_id FROM core.contracts c WHERE c.account_key IS NULL
    AND EXISTS (SELECT 1 FROM {_NOTED} = 'account' AND day = {_ALWAYS}))""",
)
_OF_POSTS = (
    f"""SELECT DISTINCT c.campaign_id, coalesce(h.day = {_ALWAYS}, FALSE) AS is_new FROM {_NOTED} = 'post') h
    JOIN core.posts p ON p.post_key = h.key
    JOIN {_OWNERS} o ON o.post_key = p.post_key
    JOIN core.contracts c ON c.account_key = o.account_key
    JOIN _days d ON d.campaign_id = c.campaign_id
    WHERE p.published_on IS NULL OR p.published_on BETWEEN d.starts_on - {ORGANIC.days} AND d.posted_until
        OR p.post_key IN ({CORRECTED_POSTS})""",
    f"""SELECT DISTINCT m.campaign_id, coalesce(h.day = {_ALWAYS}, FALSE) AS is_new FROM {_NOTED} = 'post') h
    JOIN core.campaign_posts m ON m.post_key = h.key""",
)
_OF_OTHERS = (
    """SELECT c.campaign_id FROM core.campaigns c LEFT JOIN marts.campaign_kpis k USING (campaign_id)
    WHERE k.state IS DISTINCT FROM 'final'""",
    f"""SELECT DISTINCT c.campaign_id FROM core.contracts c
    JOIN {_NOTED} = 'account' AND day IS NOT NULL) h ON h.key = c.account_key
    JOIN _days d ON d.campaign_id = c.campaign_id
    WHERE h.day <= d.settled_on + {_FOLLOWERS.days}""",
    f"""SELECT DISTINCT d.campaign_id FROM core.orders o
    JOIN {_NOTED} = 'order') h ON h.name = concat_ws('{changes.BETWEEN}', o.shop, o.order_id)
    JOIN _days d ON o.ordered_at::DATE BETWEEN d.first AND d.until""",
    f"SELECT DISTINCT d.campaign_id FROM _days d JOIN {_NOTED} = 'day') h ON d.until >= h.day",
    f"SELECT DISTINCT l.campaign_id FROM _links l JOIN {_NOTED} = 'link') h ON h.name = l.link_id",
)


def _touched_accounts(warehouse: Warehouse, before: datetime, as_of: datetime) -> pl.DataFrame:
    """account_key of accounts observed again, and of those whose posts were, or came into or left the last weeks.

    What posts got explains how followers grew, however old the posts are.
    """
    return warehouse.con.sql(
        f"SELECT key AS account_key FROM {UPKEEP}.changes WHERE subject = 'account'"
        f" UNION SELECT p.account_key FROM core.posts p JOIN {UPKEEP}.changes h ON h.subject = 'post'"
        " AND h.key = p.post_key WHERE p.account_key IS NOT NULL"
        " UNION SELECT account_key FROM core.posts WHERE account_key IS NOT NULL"
        " AND (published_at BETWEEN $before - $window AND $as_of - $window OR published_at BETWEEN $before AND $as_of)",
        params={"before": before, "as_of": as_of, "window": WINDOW},
    ).pl()
