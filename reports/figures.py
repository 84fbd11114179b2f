"""The figures that one edition of one campaign's report speaks of: frames in, no clock and no warehouse behind them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Literal

import polars as pl

from reports.accounts import ACCOUNTS, AUDIENCE
from reports.progress import PREVIOUS, PROGRESS
from transforms import contracts
from transforms.contracts import ContractError, Table, change, count, pick, text
from transforms.days import business_day
from transforms.differences import CHANGES
from transforms.kpis import Kpi
from transforms.tables import compliance, marts, ops
from transforms.tables.audience_match import AUDIENCE_MATCH
from transforms.tables.authenticity import ACCOUNT_SIGNALS
from transforms.tables.core import CAMPAIGNS
from transforms.tables.fields import FIELDS, METRICS
from transforms.tables.money import BENCHMARK_POSITIONS, COSTS, ROUTE_KPI_TABLE
from transforms.tables.standings import STANDINGS
from transforms.workdays import WEEKDAYS, Workdays

Locale = Literal["ja", "en"]
EditionName = Literal["mid", "provisional", "final"]

DAY_METRICS = ("views", "likes", "comments", "shares", "saves", "clicks")
"""Metrics whose daily gains may be summed over posts. Reach is not among them: it counts people, and they overlap."""

DAYS = Table(
    name="reports.days",
    grain="business day × platform",
    description="What a platform's posts gained on a day, over the posts whose gain of that day is known.",
    key=("day", "platform"),
    fields=(
        contracts.date("day", "Business day.").needed(),
        *pick(FIELDS, "platform", required=("platform",)),
        *(
            change(f"gained_{m}", f"Σ gained {m} over the posts that know it; null where none does.")
            for m in DAY_METRICS
        ),
        *(count(f"{m}_known", f"Posts whose gain of {m} is known.", unit="posts") for m in DAY_METRICS),
        count("posts_all", "Posts of the platform that were up on that day.", unit="posts").needed(),
    ),
)

PENDING = Table(
    name="reports.pending",
    grain="post that waits for a person",
    description="Posts that may belong to the campaign: neither confirmed nor rejected.",
    key=("platform", "post_id"),
    fields=(
        *pick(FIELDS, "platform", "post_id", required=("platform", "post_id")),
        text("matched_by", "What tied the post to the campaign."),
        *pick(FIELDS, "influencer_id", "handle", "published_on", "caption", "permalink"),
    ),
)

REJECTED = Table(
    name="reports.rejected",
    grain="source × rule",
    description="Rows held back by the audit, counted.",
    key=("source", "rule", "severity"),
    fields=(
        text("source", "Source.").needed(),
        text("rule", "Rule that was broken.").needed(),
        text("severity", "critical or info.").needed(),
        text("reason", "One of the reasons, as an example."),
        count("rows", "Rows held back.", unit="rows").needed(),
    ),
)

_READ: Mapping[str, tuple[str, ...]] = {
    "campaign_kpis": ("influencers", "posts", "promised_posts", "cost"),
    "platforms": ("platform", "influencers", "posts", "cost"),
    "influencers": (
        "influencer_id",
        "name",
        "platforms",
        "handles",
        "followers",
        "tier",
        "posts",
        "promised_posts",
        "fee",
        "cost",
    ),
    "posts": (
        "platform",
        "post_id",
        "influencer_id",
        "handle",
        "published_on",
        "format",
        "permalink",
        "caption",
        "paid_label",
        "tier",
        "availability",
        "missing",
        *METRICS,
    ),
}
"""What is read of the wide marts. Their KPI columns are not: the long form tells each value's reason as well."""

_EXACT: Mapping[str, Table] = {
    "goals": marts.GOAL_PROGRESS,
    "kpis": marts.KPI_VALUES,
    "days": DAYS,
    "coverage": ops.COVERAGE,
    "pending": PENDING,
    "rejected": REJECTED,
    "decisions": ops.DECISIONS,
    "changes": CHANGES,
    "standings": STANDINGS,
    "costs": COSTS,
    "route_kpis": ROUTE_KPI_TABLE,
    "benchmark_positions": BENCHMARK_POSITIONS,
    "progress": PROGRESS,
    "previous": PREVIOUS,
    "accounts": ACCOUNTS,
    "audience": AUDIENCE,
    "signals": ACCOUNT_SIGNALS,
    "audience_match": AUDIENCE_MATCH,
    "earlier": STANDINGS,
    "compliance_findings": compliance.FINDINGS,
    "compliance_checks": compliance.CHECKS,
    "compliance_tasks": compliance.TASKS,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """Everything one edition says. Frames have the shape of the named tables; each is of this campaign alone.

    ``campaign``: a row of core.campaigns. ``goals``: marts.goal_progress. ``kpis``: marts.kpi_values, all grains.
    ``campaign_kpis``, ``platforms``, ``influencers``, ``posts``: the wide marts, in the order in which they are to be
    shown (their KPI columns are not read, the long form is). ``days``: :data:`DAYS`, see :func:`days_of`. ``coverage``:
    ops.coverage within the campaign's window. ``pending``, ``rejected``: :data:`PENDING`, :data:`REJECTED`.
    ``standings``, ``costs``, ``route_kpis``, ``benchmark_positions``: the marts of those names. ``progress``,
    ``previous``: totals day by day and the brand's last campaign (reports.progress). ``accounts``, ``audience``,
    ``earlier``: who was engaged, who follows them, how they stood in the brand's campaigns before (reports.accounts).
    ``signals``: marts.account_signals of these accounts.
    ``audience_match``, ``compliance_findings``, ``compliance_checks``, ``compliance_tasks``: the marts of those names.
    ``decisions``: ops.decisions that concern it. ``changes``: what differs from the last edition, that of
    ``since`` (none: there was none). ``registry``: ``transforms.kpis.load()``. ``report_url``: where the
    page is hosted (https), empty if nowhere. ``workdays``: which days due dates are counted in.

    Errors: ContractError names a frame and the columns that it lacks, or an instant without a timezone.
    """

    campaign: Mapping[str, object]
    as_of: datetime
    zone: str
    locale: Locale
    edition: EditionName
    version: int
    run_id: str
    goals: pl.DataFrame
    kpis: pl.DataFrame
    campaign_kpis: pl.DataFrame
    platforms: pl.DataFrame
    influencers: pl.DataFrame
    posts: pl.DataFrame
    days: pl.DataFrame
    coverage: pl.DataFrame
    pending: pl.DataFrame
    rejected: pl.DataFrame
    decisions: pl.DataFrame
    changes: pl.DataFrame = field(default_factory=CHANGES.empty)
    since: datetime | None = None
    standings: pl.DataFrame = field(default_factory=STANDINGS.empty)
    costs: pl.DataFrame = field(default_factory=COSTS.empty)
    route_kpis: pl.DataFrame = field(default_factory=ROUTE_KPI_TABLE.empty)
    benchmark_positions: pl.DataFrame = field(default_factory=BENCHMARK_POSITIONS.empty)
    progress: pl.DataFrame = field(default_factory=PROGRESS.empty)
    previous: pl.DataFrame = field(default_factory=PREVIOUS.empty)
    accounts: pl.DataFrame = field(default_factory=ACCOUNTS.empty)
    audience: pl.DataFrame = field(default_factory=AUDIENCE.empty)
    signals: pl.DataFrame = field(default_factory=ACCOUNT_SIGNALS.empty)
    audience_match: pl.DataFrame = field(default_factory=AUDIENCE_MATCH.empty)
    earlier: pl.DataFrame = field(default_factory=STANDINGS.empty)
    compliance_findings: pl.DataFrame = field(default_factory=compliance.FINDINGS.empty)
    compliance_checks: pl.DataFrame = field(default_factory=compliance.CHECKS.empty)
    compliance_tasks: pl.DataFrame = field(default_factory=compliance.TASKS.empty)
    registry: Mapping[str, Kpi] = field(repr=False)
    report_url: str = ""
    workdays: Workdays = WEEKDAYS

    def __post_init__(self) -> None:
        if self.as_of.tzinfo is None:
            raise ContractError(f"the report's as_of {self.as_of} has no timezone: give an aware instant")
        if lost := [c.name for c in CAMPAIGNS.fields if c.required and self.campaign.get(c.name) is None]:
            raise ContractError(f"the report's campaign lacks {', '.join(lost)}: give a row of core.campaigns")
        for name, table in _EXACT.items():
            order = ("place",) if table is CHANGES else table.key
            object.__setattr__(self, name, table.conform(_frame(self, name)).sort(order, maintain_order=True))
        for name, columns in _READ.items():
            have = _frame(self, name).columns
            if lost := [c for c in columns if c not in have]:
                raise ContractError(f"the report's {name} lacks {', '.join(lost)}: give rows of the wide mart")

    @property
    def campaign_id(self) -> str:
        """The campaign's id: the name of its folder."""
        return str(self.campaign["campaign_id"])

    @property
    def currency(self) -> str:
        """The campaign's ISO 4217 currency."""
        return str(self.campaign["currency"])

    @property
    def label(self) -> str:
        """The edition's name as a folder and in the ledger: ``final-v2``."""
        return f"{self.edition}-v{self.version}"

    @property
    def today(self) -> date:
        """The last business day that the figures speak of."""
        return business_day(self.as_of - timedelta(microseconds=1), self.zone)


def _frame(figures: Figures, name: str) -> pl.DataFrame:
    frame = getattr(figures, name)
    if not isinstance(frame, pl.DataFrame):
        raise ContractError(f"the report's {name} is a {type(frame).__name__}: give a polars DataFrame")
    return frame


def days_of(post_days: pl.DataFrame, posts: pl.DataFrame, *, until: date) -> pl.DataFrame:
    """marts.post_days summed to :data:`DAYS`, from the first post to ``until`` (both included).

    ``posts``: ``post_key``, ``platform``, ``published_on`` of the campaign's confirmed posts (marts.post_kpis). A day
    on which nothing was observed keeps its row: its gains are null and no post is known.
    """
    own = posts.select("post_key", "platform", "published_on").drop_nulls("published_on")
    if own.is_empty():
        return DAYS.empty()
    first = own["published_on"].min()
    if not isinstance(first, date) or first > until:
        return DAYS.empty()
    calendar = pl.DataFrame({"day": pl.date_range(first, until, eager=True)})
    up = (
        calendar.join(own, how="cross")
        .filter(pl.col("published_on") <= pl.col("day"))
        .join(
            post_days.select("post_key", "day", *(f"gained_{m}" for m in DAY_METRICS)),
            on=["post_key", "day"],
            how="left",
            validate="m:1",
        )
    )
    gains = [pl.col(f"gained_{m}") for m in DAY_METRICS]
    return (
        up.group_by("day", "platform")
        .agg(
            *(pl.when(g.count() > 0).then(g.sum()).otherwise(None).alias(g.meta.output_name()) for g in gains),
            *(g.count().alias(f"{m}_known") for g, m in zip(gains, DAY_METRICS, strict=True)),
            pl.len().alias("posts_all"),
        )
        .sort("day", "platform")
        .pipe(DAYS.conform)
    )
