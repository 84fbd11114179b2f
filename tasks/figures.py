"""The figures of one edition, gathered from marts and the warehouse as known at one instant."""

import hashlib
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import cast

import polars as pl

from reports.accounts import accounts_of, audience_of, earlier
from reports.figures import PENDING, REJECTED, EditionName, Figures, Locale, days_of
from reports.progress import previous_of, progress_of
from tasks.corrections import FAILED
from tasks.errors import ConfigurationError
from tasks.warehouse import Warehouse
from transforms import kpis
from transforms.days import business_day
from transforms.differences import CHANGES
from transforms.tables import compliance, ops
from transforms.workdays import WEEKDAYS, Workdays

NOT_RUN = "not_run"
"""Reason of a night on which a source was not asked at all."""

_PEOPLE_SOURCES = ("instagram", "tiktok", "youtube", "x")


def figures_of(
    warehouse: Warehouse,
    marts: Mapping[str, pl.DataFrame],
    campaign_id: str,
    *,
    as_of: datetime,
    zone: str,
    edition: EditionName,
    version: int,
    locale: Locale | None = None,
    changes: pl.DataFrame | None = None,
    since: datetime | None = None,
    workdays: Workdays = WEEKDAYS,
) -> Figures:
    """Everything that one edition of a campaign's report says. ``marts``: as known at ``as_of``.

    Where ``marts`` has tables of core and ops, too (``knowledge.marts_at``), they are read instead of today's.
    Errors: ConfigurationError names the campaigns that there are.
    """
    known = marts["core.campaigns"] if "core.campaigns" in marts else warehouse.frame("core.campaigns")
    campaigns = {row["campaign_id"]: row for row in known.iter_rows(named=True)}
    if campaign_id not in campaigns:
        raise ConfigurationError(
            f"no campaign is called {campaign_id}. Known are, as of {as_of.isoformat(timespec='seconds')}:"
            f" {', '.join(sorted(campaigns)) or 'none yet'}"
        )
    campaign = campaigns[campaign_id]
    own = {
        name: frame.filter(pl.col("campaign_id") == campaign_id)
        for name, frame in marts.items()
        if "campaign_id" in frame.columns
    }
    posts = own["marts.post_kpis"].sort("published_at", "post_key", nulls_last=True)
    accounts = accounts_of(marts["marts.account_profiles"], marts["marts.account_peers"], own["marts.influencer_kpis"])
    values = own["marts.kpi_values"]
    today = business_day(as_of - timedelta(microseconds=1), zone)
    return Figures(
        campaign=campaign,
        as_of=as_of,
        zone=zone,
        locale=locale or cast("Locale", campaign["locale"]),
        edition=edition,
        version=version,
        workdays=workdays,
        run_id=_digest(values, posts),
        goals=own["marts.goal_progress"],
        kpis=values,
        campaign_kpis=own["marts.campaign_kpis"],
        platforms=own["marts.campaign_platform_kpis"],
        influencers=own["marts.influencer_kpis"],
        posts=posts,
        days=days_of(marts["marts.post_days"], posts, until=min(today, _last_day(campaign))),
        coverage=_coverage(
            warehouse, own["marts.campaign_platform_kpis"], campaign, today, told=marts.get("ops.coverage")
        ),
        pending=_pending(warehouse, marts, own["core.campaign_posts"]),
        rejected=_rejected(warehouse, as_of, campaign_id),
        decisions=_decisions(warehouse, campaign_id, as_of),
        registry=kpis.load(),
        standings=own["marts.standings"],
        costs=own["marts.costs"],
        route_kpis=own["marts.route_kpis"],
        benchmark_positions=own["marts.benchmark_positions"],
        progress=progress_of(
            own["marts.attribution"], own["marts.click_days"], marts["marts.post_days"], posts, until=today
        ),
        previous=previous_of(campaign, known, marts["marts.kpi_values"]),
        accounts=accounts,
        audience=_audience(warehouse, accounts, as_of),
        signals=marts["marts.account_signals"].join(accounts.select("account_key"), on="account_key", how="semi"),
        audience_match=own["marts.audience_match"],
        earlier=earlier(marts["marts.standings"], known, campaign_id),
        compliance_findings=own[compliance.FINDINGS.name],
        compliance_checks=own[compliance.CHECKS.name],
        compliance_tasks=own[compliance.TASKS.name],
        changes=CHANGES.empty() if changes is None else changes,
        since=since,
    )


def _last_day(campaign: Mapping[str, object]) -> date:
    ends_on, settle = campaign["ends_on"], campaign["settle_days"]
    assert isinstance(ends_on, date)  # noqa: S101 - core.campaigns promises it
    assert isinstance(settle, int)  # noqa: S101 - core.campaigns promises it
    return ends_on + timedelta(days=settle)


def _digest(*frames: pl.DataFrame) -> str:
    """What the figures are, as a short name: the same figures have the same."""
    digest = hashlib.sha256()
    for frame in frames:
        digest.update(frame.drop("as_of", strict=False).write_csv().encode())
    return digest.hexdigest()[:12]


def _audience(warehouse: Warehouse, accounts: pl.DataFrame, as_of: datetime) -> pl.DataFrame:
    told = warehouse.matching("core.audience_observations", accounts.select("account_key"))
    return audience_of(told.filter(pl.col("known_at") <= as_of))


def _coverage(
    warehouse: Warehouse,
    platforms: pl.DataFrame,
    campaign: Mapping[str, object],
    today: date,
    *,
    told: pl.DataFrame | None = None,
) -> pl.DataFrame:
    """What was asked for the campaign in its window: its platforms, and the sources of clicks and orders.

    A night on which a source was not asked at all has a row of its own, from the first night on which it was: as much
    was expected as on the night before, and nothing came.
    """
    unused = [p for p in _PEOPLE_SOURCES if p not in platforms["platform"].to_list()]
    last = min(today, _last_day(campaign))
    every = warehouse.frame("ops.coverage") if told is None else told
    asked = every.filter(
        pl.col("day").is_between(pl.lit(campaign["starts_on"]), pl.lit(last))
        & ~pl.col("source").is_in([*unused, "brief", "reference", "correction", "resolution", "import"])
    )
    nights = asked.group_by("source", "day").agg(pl.col("expected").sum()).sort("day")
    calendar = (
        nights.group_by("source")
        .agg(pl.date_ranges(pl.col("day").min(), pl.lit(last)).first().alias("day"))
        .explode("day")
        .sort("day")
        .join_asof(
            nights.rename({"day": "_before"}), left_on="day", right_on="_before", by="source", check_sortedness=False
        )
    )
    missed = calendar.filter(pl.col("_before") != pl.col("day")).with_columns(
        pl.lit("(no run)").alias("shard"),
        pl.lit(0).alias("got"),
        pl.lit("failed").alias("state"),
        pl.lit(NOT_RUN).alias("reason"),
    )
    return pl.concat([asked, ops.COVERAGE.conform(missed)])


def _pending(warehouse: Warehouse, known: Mapping[str, pl.DataFrame], matched: pl.DataFrame) -> pl.DataFrame:
    def of(table: str, keys: pl.DataFrame) -> pl.DataFrame:
        frame = known.get(table)
        return warehouse.matching(table, keys) if frame is None else frame.join(keys, on=keys.columns, how="semi")

    waiting = matched.filter(pl.col("state") == "pending")
    posts = of("core.posts", waiting.select("post_key"))
    accounts = of("core.accounts", posts.select("account_key").drop_nulls())
    return (
        waiting.select("post_key", "platform", "post_id", "matched_by", "influencer_id")
        .join(
            posts.select("post_key", "account_key", "published_on", "caption", "permalink"),
            on="post_key",
            how="left",
            validate="1:1",
        )
        .join(accounts.select("account_key", "handle"), on="account_key", how="left", validate="m:1")
        .pipe(PENDING.conform)
    )


def _rejected(warehouse: Warehouse, as_of: datetime, campaign_id: str) -> pl.DataFrame:
    """Rows held back, counted; of briefs, only the campaign's own."""
    rows = warehouse.frame("ops.rejected_rows", "known_at <= ?", [as_of])
    shards = warehouse.frame("ops.responses", "source = 'brief'").select("landed_id", "url")
    return (
        rows.join(shards, on="landed_id", how="left", validate="m:1")
        .filter(pl.col("url").is_null() | pl.col("url").str.starts_with(f"campaigns/{campaign_id}/"))
        .group_by("source", "rule", "severity")
        .agg(pl.col("reason").sort().first(), pl.len().alias("rows"))
        .sort("source", "rule", "severity")
        .pipe(REJECTED.conform)
    )


def _decisions(warehouse: Warehouse, campaign_id: str, as_of: datetime) -> pl.DataFrame:
    """What runs decided that a reader should know: files held back, and this campaign's mails."""
    own = (pl.col("kind") == "segment_held") | pl.col("subject").str.starts_with(f"{campaign_id}/")
    failed = (pl.col("kind") == FAILED) & pl.col("subject").is_in(_corrections_of(warehouse, campaign_id))
    return warehouse.frame("ops.decisions", "decided_at <= ?", [as_of]).filter(own | failed).pipe(ops.DECISIONS.conform)


def _corrections_of(warehouse: Warehouse, campaign_id: str) -> list[str]:
    """Ids of the corrections of what a campaign counts: its posts, its people's accounts, orders and links."""
    return (
        warehouse.con.sql(
            "SELECT correction_id FROM core.corrections c WHERE"
            " post_key IN (SELECT post_key FROM core.campaign_posts WHERE campaign_id = $campaign)"
            " OR account_key IN (SELECT account_key FROM core.contracts WHERE campaign_id = $campaign)"
            " OR order_id IN (SELECT order_id FROM marts.attribution a"
            " WHERE a.campaign_id = $campaign AND a.shop = c.shop)"
            " OR link_id IN (SELECT regexp_replace(link, '^https?://', '') FROM core.contracts"
            " WHERE campaign_id = $campaign)"
            " ORDER BY 1",
            params={"campaign": campaign_id},
        )
        .pl()["correction_id"]
        .to_list()
    )
