"""What the core tables mean, as known at an instant: every mart, from the same facts at every grain."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import polars as pl

from transforms.attribution import Attributed, attributed
from transforms.bases import with_bases
from transforms.benchmarks import positions
from transforms.click_days import click_days
from transforms.compliance import findings as compliance
from transforms.compliance.work import AT_ONCE, Due
from transforms.contract_facts import OF_PERSONS, contract_facts, worth
from transforms.costs import ledger, of_campaign, priced, sold_in_campaign_currency, with_campaign_costs
from transforms.emv import emv_parts, with_emv
from transforms.facts import SETTLE_HOURS, followers_at, post_facts, settled_at, states, total_if_all_known
from transforms.goals import goal_progress
from transforms.inputs import Inputs
from transforms.insight.audience_match import audience_match
from transforms.insight.estimates import Rows, with_intervals
from transforms.insight.follower_rises import post_days_of
from transforms.insight.forecasts import forecasts
from transforms.insight.partnerships import influencer_history, rates_of
from transforms.insight.standings import standings
from transforms.insight.tiers import tier_of
from transforms.kpi_sums import Sides
from transforms.kpi_values import columns, long
from transforms.kpi_values import inputs as inputs_of
from transforms.kpis import Grain, Kpi, load
from transforms.lineage import lineage
from transforms.lineage.sources import Sources
from transforms.matching import campaign_posts, contract_accounts, posted
from transforms.mixed_meanings import marked, with_mixed_meanings
from transforms.organic import with_organic
from transforms.profiles import across_accounts, of_accounts
from transforms.provenance import with_provenance, with_sources
from transforms.reach import reach_estimates, rows_of_reach, with_reach_bounds
from transforms.routes import route_kpis
from transforms.sessions import with_state
from transforms.snapshots import known, post_days
from transforms.tables import core, marts, money
from transforms.tables.click_days import CLICK_DAYS
from transforms.tables.history import INFLUENCER_HISTORY
from transforms.tables.lineage import LINEAGE
from transforms.tables.overlaps import REACH_ESTIMATES
from transforms.tables.standings import STANDINGS
from transforms.voice import rows_of_voice

__all__ = ["Inputs", "across", "compute", "of_campaigns", "posts_of_campaigns"]

_KPIS = load()
_MONEY = ("fee", "cost", "promised_posts")
_OF_CONTRACTS = [k for k in _KPIS.values() if k.rows == "contract"]
_SHARED = [k for k in _OF_CONTRACTS if not set(inputs_of(k)).isdisjoint(OF_PERSONS)]
"""KPIs over what persons have of all their contracts together."""


@dataclass(frozen=True, slots=True)
class _Facts:
    """The rows that KPIs sum over, and what the wide marts say beside the KPIs."""

    campaigns: pl.DataFrame
    posts: pl.DataFrame
    contracts: pl.DataFrame
    persons: pl.DataFrame
    settled: pl.DataFrame
    as_of: datetime
    groups: Mapping[Grain, Sequence[tuple[pl.DataFrame, list[Kpi]]]]
    """What is no sum of parts: one row per group of a grain, and the KPIs that read it."""
    told: Mapping[Literal["post", "contract", "person"], Sides]
    """What posts, contracts and persons say of KPIs."""

    def wide(self, grain: Grain, ids: tuple[str, ...], groups: pl.DataFrame) -> pl.DataFrame:
        """Every KPI of a grain beside its groups, with ``state``: final when settled and no post may move."""
        told = columns(self.told["post"].only(_of(grain, "post")), ids, groups)
        found = groups.drop(told.columns, "state", "as_of", "settled_at", strict=False).hstack(told)
        for sides in [*self._rows_of(grain), *(Sides.of(*rows) for rows in self.groups.get(grain, ()))]:
            told = columns(sides, ids, groups).rename({":posts_all": ":contract_posts"})
            found = found.hstack(told.drop(found.columns, strict=False))
        return found.hstack(states(groups, ids, self.posts, self.settled, self.as_of))

    def _rows_of(self, grain: Grain) -> list[Sides]:
        """The KPIs of a grain over terms and sales, with the rows that they sum: as narrow as counts nothing twice.

        An unknown cost of one contract then leaves out that contract, not all that its person was engaged for.
        """
        by_contract = _of(grain, "contract")
        shared = [] if grain == "platform" else [k for k in by_contract if k in _SHARED]
        own = [k for k in by_contract if k not in shared]
        rows = (self.told["contract"], own), (self.told["person"], shared)
        return [sides.only(kpis) for sides, kpis in rows if kpis]

    def amounts(self, by: tuple[str, ...]) -> pl.DataFrame:
        """Per group of contracts: posts delivered, and what was promised and costs where every contract says.

        What was spent on a campaign as a whole is in the campaign's cost, and in no other group's.
        """
        own = self.contracts.filter(~pl.col("is_shared"))
        signed = own.filter(pl.col("is_signed"))
        agreed = signed.group_by(by).agg(
            *(total_if_all_known(c) for c in _MONEY),
            pl.col("currency").drop_nulls().first(),
            pl.col("influencer_id").n_unique().alias("influencers"),
        )
        done = own.group_by(by).agg(pl.col("posts").sum())
        found = done.join(agreed, on=list(by), how="left", validate="1:1")
        if by != ("campaign_id",):
            return found
        shared = self.contracts.filter("is_shared").select(*by, pl.col("cost").alias("_shared"), "is_shared")
        whole = pl.when(pl.col("is_shared").is_null()).then("cost").otherwise(pl.col("cost") + pl.col("_shared"))
        return found.join(shared, on="campaign_id", how="left", validate="1:1").with_columns(whole.alias("cost"))


def _of(grain: Grain, rows: Literal["post", "contract", "group"]) -> list[Kpi]:
    """The KPIs that a grain has over the given rows."""
    return [k for k in _KPIS.values() if grain in k.grains and k.rows == rows]


def _long(frame: pl.DataFrame, grain: Grain, ids: tuple[str, ...]) -> pl.DataFrame:
    """A grain's wide frame in the shape of marts.kpi_values, sorted by its ids and KPIs."""
    by_contract = _of(grain, "contract")
    kpis = sorted([*_of(grain, "post"), *_of(grain, "group"), *by_contract], key=lambda k: k.name)
    posts = [":contract_posts"] if by_contract else []
    rows = long(frame.sort(ids).with_row_index("_nth"), kpis, ("_nth", *ids, "state", "as_of", *posts))
    if by_contract:
        mine = pl.col("kpi").is_in([k.name for k in by_contract])
        rows = rows.with_columns(pl.when(mine).then(":contract_posts").otherwise("posts_all").alias("posts_all"))
    ordered = rows.sort("_nth", maintain_order=True).with_columns(pl.lit(grain).alias("grain"))
    return marts.KPI_VALUES.conform_loosely(ordered)


def compute(
    inputs: Inputs,
    as_of: datetime,
    zone: str,
    tier_scheme: str,
    *,
    coupon_sites: Sequence[str] = (),
    due: Due = AT_ONCE,
) -> dict[str, pl.DataFrame]:
    """Every mart and core.campaign_posts by table name, each conforming to its table and sorted by its key.

    ``as_of``: nothing learnt later is used. ``zone``: whose business days. ``tier_scheme``: one of ref.tiers.
    ``coupon_sites``: hosts that are taken for coupon sites beside those whose name says so. ``due``: working days in
    which findings are to be mended.

    A night computes again only what something new touched, and must store what computing everything would. So each
    mart is of one of three kinds, and a new one has to choose:

    - A table *with* ``campaign_id`` is made in :func:`of_campaigns`, and is incremental by itself: a night replaces
      the rows of the campaigns that are open or touched. Its rows may follow from ``inputs`` and ``as_of`` only as far
      as they concern the campaign: what its brief, posts, accounts, links and the orders of its attribution days say,
      and other campaigns only as rivals for an order. They must be the same whichever other campaigns are computed.
      ``as_of`` is brought up to date in the rows that stay; no other column may follow from the clock once a campaign
      is settled. Of ``post_observations`` they may read what :func:`transforms.snapshots.latest` would; of history by
      day, nothing.
    - What compares campaigns (ranks, peers, percentiles, pooling, an influencer's nth collaboration) is made in
      :func:`across` from the other marts of *all* campaigns, and its tables are replaced whole each night.
    - marts.post_days, marts.account_profiles and marts.account_signals have rules of their own (:mod:`tasks.evaluate`).
    - marts.audience_match, which compares with all accounts, follows from ``inputs`` and is replaced whole each night.
    """
    found = of_campaigns(inputs, as_of, zone, tier_scheme, coupon_sites=coupon_sites, due=due)
    found[marts.POST_DAYS.name] = post_days(inputs.post_observations, inputs.posts.lazy(), as_of, zone, SETTLE_HOURS)
    seen = post_days_of(found[marts.POST_DAYS.name], inputs.posts)
    found |= of_accounts(inputs, inputs.account_observations, seen, as_of=as_of, tier_scheme=tier_scheme)
    found |= audience_match(inputs, as_of=as_of, zone=zone)
    return found | across(found, rates_of(found[marts.KPI_VALUES.name]), as_of=as_of)


def across(found: Mapping[str, pl.DataFrame], rates: pl.DataFrame, *, as_of: datetime) -> dict[str, pl.DataFrame]:
    """The marts that compare campaigns, by table name. ``found``: the other marts, of all campaigns and accounts.

    ``rates``: the rows of marts.kpi_values that partnerships are told by, so that not all of them need be read.
    """
    people, campaigns = found[marts.INFLUENCER_KPIS.name], found[marts.CAMPAIGN_KPIS.name]
    return across_accounts(found, as_of=as_of) | {
        INFLUENCER_HISTORY.name: influencer_history(people, campaigns, rates, found[STANDINGS.name], as_of=as_of),
    }


def posts_of_campaigns(inputs: Inputs, as_of: datetime) -> pl.DataFrame:
    """core.campaign_posts of the campaigns of ``inputs``. Observations are not looked at."""
    engaged = contract_accounts(inputs.contracts, inputs.accounts)
    return campaign_posts(
        inputs.campaigns, engaged, inputs.posts, inputs.post_owners, inputs.post_decisions, as_of=as_of
    )


@dataclass(frozen=True, slots=True)
class _Gathered:
    """What every mart of campaigns is made from."""

    costs: pl.DataFrame
    contracts: pl.DataFrame
    matched: pl.DataFrame
    posts: pl.DataFrame
    parts: pl.DataFrame
    sold: Attributed
    counted: pl.DataFrame
    by_contract: pl.DataFrame
    persons: pl.DataFrame
    reached: pl.DataFrame
    facts: _Facts
    judged: compliance.Judged


def campaign_values(inputs: Inputs, as_of: datetime, zone: str, tier_scheme: str) -> pl.DataFrame:
    """The rows of marts.kpi_values at the grain campaign, without intervals and marks: little work for one question."""
    facts = _gathered(inputs, as_of, zone, tier_scheme, history=False).facts
    return _long(facts.wide("campaign", ("campaign_id",), _campaigns(facts)), "campaign", ("campaign_id",))


def _gathered(
    inputs: Inputs,
    as_of: datetime,
    zone: str,
    tier_scheme: str,
    matched: pl.DataFrame | None = None,
    *,
    history: bool = True,
) -> _Gathered:
    """The facts, and what went into them. ``history``: captions before those in force are judged, too."""
    engaged = contract_accounts(inputs.contracts, inputs.accounts)
    costs = ledger(inputs, engaged, as_of, zone)
    contracts = priced(engaged, inputs.campaigns, costs)
    matched = posts_of_campaigns(inputs, as_of) if matched is None else matched
    confirmed = matched.filter(pl.col("state") == "confirmed")
    posts = post_facts(inputs, contracts, confirmed, as_of=as_of, zone=zone, tier_scheme=tier_scheme)
    posts = with_organic(posts, inputs, matched, as_of=as_of)
    posts = with_sources(posts, inputs.post_observations, inputs.account_observations, as_of)
    parts = emv_parts(inputs, posts, as_of)
    judged = compliance.judged(inputs, matched, history=history)
    posts = compliance.with_verdicts(with_emv(posts, parts), judged)
    sold = attributed(inputs.orders, inputs.order_touches, inputs.campaigns, contracts, posts, as_of=as_of, zone=zone)
    counted = sold_in_campaign_currency(sold.deciding, inputs, as_of, zone)
    by_contract, persons = contract_facts(inputs, contracts, posts, counted, as_of=as_of, zone=zone)
    spent = of_campaign(costs)
    by_contract = with_campaign_costs(by_contract, spent, ("emv",))
    persons = with_campaign_costs(persons, spent, OF_PERSONS)
    reached = reach_estimates(posts, inputs.campaigns, inputs.audience_overlaps, inputs.accounts, as_of=as_of)
    facts = _Facts(
        inputs.campaigns,
        posts,
        by_contract,
        persons,
        settled_at(inputs.campaigns, zone),
        as_of,
        _groups(inputs, posts, reached, zone, as_of),
        {
            "post": Sides.of(posts, [k for k in _KPIS.values() if k.rows == "post"]),
            "contract": Sides.of(by_contract, _OF_CONTRACTS),
            "person": Sides.of(persons, _SHARED),
        },
    )
    return _Gathered(
        costs, contracts, matched, posts, parts, sold, counted, by_contract, persons, reached, facts, judged
    )


def of_campaigns(
    inputs: Inputs,
    as_of: datetime,
    zone: str,
    tier_scheme: str,
    *,
    only: Collection[str] | None = None,
    matched: pl.DataFrame | None = None,
    coupon_sites: Sequence[str] = (),
    due: Due = AT_ONCE,
) -> dict[str, pl.DataFrame]:
    """The marts with ``campaign_id`` and core.campaign_posts, by table name; with ``only``, of these campaigns.

    The other campaigns of ``inputs`` are then rivals for orders and nothing more. See :func:`compute`. ``matched``:
    :func:`posts_of_campaigns`, where that has been asked already.
    """
    told = _gathered(inputs, as_of, zone, tier_scheme, matched)
    facts, matched, posts, by_contract, persons = told.facts, told.matched, told.posts, told.by_contract, told.persons
    costs, contracts, parts = told.costs, told.contracts, told.parts
    sold, counted, reached = told.sold, told.counted, told.reached

    post_ids = ("campaign_id", "platform", "influencer_id", "post_id")
    who = ("campaign_id", "influencer_id")
    where = ("campaign_id", "platform")
    by_post = facts.wide("post", post_ids, posts)
    by_influencer = facts.wide("influencer", who, _influencers(facts, inputs, tier_scheme))
    by_platform = facts.wide("platform", where, facts.amounts(where).sort(where))
    by_campaign = facts.wide("campaign", ("campaign_id",), _campaigns(facts))
    values = pl.concat(
        [
            _long(by_post, "post", post_ids),
            _long(by_influencer, "influencer", who),
            _long(by_platform, "platform", where),
            _long(by_campaign, "campaign", ("campaign_id",)),
        ]
    )
    rows = Rows.of(posts, by_contract, persons, worth(counted, inputs.campaigns))
    values = with_intervals(values, rows, _KPIS.values())
    values = with_mixed_meanings(values, posts, _KPIS.values())
    values = with_provenance(values, posts, sold.deciding, inputs.orders, _KPIS.values(), as_of=as_of)
    values = with_reach_bounds(values, reached)
    values = with_state(values, known(inputs.site_days, as_of), inputs.campaigns, zone)
    values = with_bases(values, posts, inputs.campaigns, _KPIS.values())
    foreseen = forecasts(inputs.campaign_goals, inputs.campaigns, values, rows, _KPIS, as_of=as_of, zone=zone)
    goals = goal_progress(inputs.campaign_goals, inputs.campaigns, values, _KPIS, foreseen, as_of=as_of, zone=zone)
    found = {
        core.CAMPAIGN_POSTS.name: matched,
        marts.POST_KPIS.name: marts.POST_KPIS.conform(marked(by_post, values, "post").sort(marts.POST_KPIS.key)),
        marts.INFLUENCER_KPIS.name: marts.INFLUENCER_KPIS.conform(marked(by_influencer, values, "influencer")),
        marts.CAMPAIGN_PLATFORM_KPIS.name: marts.CAMPAIGN_PLATFORM_KPIS.conform(
            marked(by_platform, values, "platform")
        ),
        marts.CAMPAIGN_KPIS.name: marts.CAMPAIGN_KPIS.conform(marked(by_campaign, values, "campaign")),
        marts.KPI_VALUES.name: values,
        STANDINGS.name: standings(values, rows, by_influencer, inputs.campaigns, _KPIS, as_of=as_of),
        marts.GOAL_PROGRESS.name: goals,
        **sold.marts(
            posted(matched, inputs.posts),
            converted=lambda rows: sold_in_campaign_currency(rows, inputs, as_of, zone),
            coupon_sites=coupon_sites,
        ),
        money.COSTS.name: costs,
        money.EMV_PARTS.name: parts,
        money.ROUTE_KPI_TABLE.name: route_kpis(posts, by_contract, persons, as_of),
        money.BENCHMARK_POSITIONS.name: positions(
            inputs, posts, by_contract, values, as_of=as_of, tier_scheme=tier_scheme
        ),
        REACH_ESTIMATES.name: reached,
        CLICK_DAYS.name: click_days(inputs, contracts, posts, as_of=as_of),
        **compliance.marts(told.judged, inputs, as_of=as_of, zone=zone, due=due),
        LINEAGE.name: lineage(
            Sources(inputs, contracts, posts, by_contract, persons, counted, costs, parts, facts.groups, as_of)
        ),
    }
    if only is None:
        return found
    return {name: frame.filter(pl.col("campaign_id").is_in(list(only))) for name, frame in found.items()}


def _groups(
    inputs: Inputs, posts: pl.DataFrame, reached: pl.DataFrame, zone: str, as_of: datetime
) -> dict[Grain, list[tuple[pl.DataFrame, list[Kpi]]]]:
    """The facts of KPIs that are no sum of parts, per grain."""
    reach, voice = _KPIS["reach_bounds"], _KPIS["share_of_voice"]
    briefs = inputs.campaigns.join(settled_at(inputs.campaigns, zone), on="campaign_id", validate="1:1")
    places = pl.concat([posts.select("campaign_id", "platform"), inputs.contracts.select("campaign_id", "platform")])
    found: dict[Grain, list[tuple[pl.DataFrame, list[Kpi]]]] = {}
    for grain in reach.grains:
        found[grain] = [(rows_of_reach(reached, grain), [reach])]
        if grain in voice.grains:
            counted = rows_of_voice(inputs.posts, briefs, places, grain, as_of=as_of)
            by = ["campaign_id"] if grain == "campaign" else ["campaign_id", "platform"]
            delivered = posts.group_by(by).agg(pl.len().cast(pl.Int64()).alias("posts"))
            rows = counted.drop("posts").join(delivered, on=by, how="left", validate="1:1")
            found[grain].append((rows.with_columns(pl.col("posts").fill_null(0)), [voice]))
    return found


def _influencers(facts: _Facts, inputs: Inputs, tier_scheme: str) -> pl.DataFrame:
    """A row per campaign and influencer, with what the roster says. ``followers`` are the largest account's.

    At posting time; where nothing has been posted, as last seen before the campaign settled.
    """
    who = ["campaign_id", "influencer_id"]
    sized = facts.contracts.join(facts.settled, on="campaign_id", how="left", validate="m:1").sort(*who, "platform")
    last = sized.select("account_key", pl.min_horizontal("settled_at", pl.lit(facts.as_of)).alias("at"))
    seen = followers_at(last, inputs.account_observations, facts.as_of, after=None)
    sized = sized.with_columns(seen["followers"].alias("_now"))
    signed = pl.col("is_signed")

    def listed(column: str, name: str) -> pl.Expr:
        return pl.col(column).filter(signed).drop_nulls().unique(maintain_order=True).str.join(" ").alias(name)

    return (
        sized.filter(pl.col("influencer_id").is_not_null())
        .group_by(who)
        .agg(
            listed("platform", "platforms"),
            listed("handle", "handles"),
            listed("route", "routes"),
            pl.coalesce("followers", "_now").max().alias("followers"),
        )
        .join(facts.amounts(("campaign_id", "influencer_id")), on=who, validate="1:1")
        .join(inputs.influencers.select("influencer_id", "name"), on="influencer_id", how="left", validate="m:1")
        .with_columns(tier_of(pl.col("followers"), tier_scheme).alias("tier"))
        .sort(who)
    )


def _campaigns(facts: _Facts) -> pl.DataFrame:
    """A row per campaign, also of those that nobody has been engaged for yet."""
    return (
        facts.campaigns.select("campaign_id", "name", "brand", "starts_on", "ends_on")
        .join(facts.amounts(("campaign_id",)), on="campaign_id", how="left", validate="1:1")
        .with_columns(pl.col("posts", "influencers").fill_null(0))
        .sort("campaign_id")
    )
