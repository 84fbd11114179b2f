"""Marts are brought up to date: what something new reaches is computed again, and the rest is what it was.

The outcome is that of computing everything. What the marts do not know yet is noted in the transaction that brings it
(:mod:`transforms.changes`) and struck off in the one that computes it.
"""

# ruff: noqa: S608  # names come from the data dictionary

import contextlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import polars as pl

import transforms
from tasks import day_by_day, narrowed, reach
from tasks.reach import Reach
from tasks.warehouse import UPKEEP, Warehouse
from transforms import changes, marts, reference
from transforms import references as given
from transforms.compliance.work import AT_ONCE, Due
from transforms.days import business_day
from transforms.insight.audience_match import audience_match
from transforms.insight.partnerships import RATES
from transforms.organic import observed_until
from transforms.profiles import SLACK, WINDOW, of_accounts
from transforms.tables.authenticity import ACCOUNT_SIGNALS
from transforms.tables.core import CAMPAIGN_POSTS
from transforms.tables.marts import ACCOUNT_PROFILES, KPI_VALUES, POST_DAYS
from transforms.tables.versions import POST_VERSIONS

POSTS_AT_ONCE = 150_000
"""Posts of engaged accounts whose campaigns are computed together: bounds memory at about half a GB."""
ACCOUNTS_AT_ONCE = 5_000
"""Accounts whose followers of the last three months are read together: about 450,000 counts."""
BATCHES_AT_ONCE = 2
"""Batches of campaigns that one transaction holds: what is not committed yet stays in memory."""


@dataclass(frozen=True, slots=True)
class Terms:
    """By which settings figures are computed."""

    zone: str
    tier_scheme: str
    coupon_sites: Sequence[str] = ()
    due: Due = AT_ONCE
    """Working days in which findings are to be mended."""

    @property
    def basis(self) -> str:
        """A name for the settings and the code: figures computed on another basis are computed again."""
        said = sha256(repr(self).encode())
        root = Path(transforms.__file__).parent
        for file in sorted(root.rglob("*.py")):
            said.update(str(file.relative_to(root)).encode() + file.read_bytes())
        return said.hexdigest()


@dataclass(frozen=True, slots=True)
class Evaluated:
    """How many campaigns were computed again, of how many; and whether everything was."""

    campaigns: int
    of: int
    is_whole: bool


def evaluate(warehouse: Warehouse, as_of: datetime, terms: Terms) -> Evaluated:
    """Bring every mart and reference table to ``as_of``: what is new in one transaction.

    What is much (everything, or a night that reaches more than :data:`BATCHES_AT_ONCE`) commits piece by piece, as a
    transaction of that size would not fit in memory: the marts hold nothing that counts from its start to its end, and
    after a run that was ended in between the next computes everything.
    """
    before = _before(warehouse, as_of, terms)
    found = (
        reach.everything(warehouse, as_of, terms.zone)
        if before is None
        else reach.since(warehouse, before, as_of, terms.zone)
    )
    batches = list(_batches(warehouse, found))
    is_much = before is None or len(batches) > BATCHES_AT_ONCE
    if is_much:
        warehouse.con.execute(f"DELETE FROM {UPKEEP}.computed")
    with contextlib.nullcontext() if is_much else warehouse.transaction():
        if before is None:
            day_by_day.make_all(warehouse, as_of, terms.zone)
        else:
            day_by_day.make_touched(warehouse, found.posts, before, as_of, terms.zone)
        _campaigns(warehouse, found, batches, as_of, terms, afresh=before is None)
        _profiles(warehouse, found, as_of, terms, afresh=before is None)
        _across(warehouse, as_of, terms)
    return Evaluated(len(found.campaigns), found.days.height, is_whole=before is None)


def _across(warehouse: Warehouse, as_of: datetime, terms: Terms) -> None:
    """What follows from all campaigns together; then the marts are as of ``as_of``."""
    with warehouse.transaction():
        _bring_up_to(warehouse, as_of)
        rates = warehouse.frame(KPI_VALUES.name, "grain = 'influencer' AND kpi IN (SELECT unnest(?))", [list(RATES)])
        warehouse.replace(marts.across(_Stored(warehouse), rates, as_of=as_of))
        warehouse.replace(audience_match(narrowed.of_audiences(warehouse), as_of=as_of, zone=terms.zone))
        warehouse.replace(
            reference.frames(*_calendar(warehouse, as_of, terms.zone))
            | given.frames({t.name: warehouse.frame(t.name) for t in given.TABLES}, as_of)
        )
        for table in ("changes", "computed"):
            warehouse.con.execute(f"DELETE FROM {UPKEEP}.{table}")
        warehouse.con.execute(f"INSERT INTO {UPKEEP}.computed VALUES (?, ?)", [as_of, terms.basis])


def _before(warehouse: Warehouse, as_of: datetime, terms: Terms) -> datetime | None:
    """As of when the marts hold what they would; None where everything must be computed."""
    con = warehouse.con
    told = con.execute(f"SELECT as_of FROM {UPKEEP}.computed WHERE basis = ?", [terms.basis]).fetchall()
    anew = con.execute(f"SELECT count(*) FROM {UPKEEP}.changes WHERE subject = ?", [changes.EVERYTHING]).fetchall()[0][
        0
    ]
    return told[0][0] if told and not anew and told[0][0] <= as_of else None


def _campaigns(
    warehouse: Warehouse,
    found: Reach,
    batches: Iterable[Sequence[str]],
    as_of: datetime,
    terms: Terms,
    *,
    afresh: bool,
) -> None:
    tables = list(_of_campaigns(warehouse))
    if afresh:
        for name in tables:
            warehouse.con.execute(f"DELETE FROM {name}")
    for campaigns in batches:
        inputs = narrowed.of_campaigns(warehouse, found, campaigns, afresh=afresh)
        matched = marts.posts_of_campaigns(inputs, as_of)
        own = matched.filter((pl.col("state") == "confirmed") & pl.col("campaign_id").is_in(campaigns))
        posts = inputs.posts.join(own, on="post_key", how="semi")
        usual = observed_until(inputs, matched, campaigns, as_of, terms.zone)
        observed = narrowed.observations(warehouse, posts, afresh=afresh, also=usual).lazy()
        made = marts.of_campaigns(
            inputs.observing(observed).recalling(warehouse.matching(POST_VERSIONS.name, posts.select("post_key"))),
            as_of,
            terms.zone,
            terms.tier_scheme,
            only=campaigns,
            matched=matched,
            coupon_sites=terms.coupon_sites,
            due=terms.due,
        )
        with warehouse.transaction():
            for name, frame in made.items():
                if not afresh:
                    warehouse.delete(name, pl.DataFrame({"campaign_id": campaigns}))
                warehouse.append(name, frame)
        if strange := [n for n in made if n not in tables]:
            raise TypeError(f"{', '.join(strange)} names no campaign: make it in transforms.marts.across")


def _of_campaigns(warehouse: Warehouse) -> Iterator[str]:
    """The tables whose rows each follow from one campaign."""
    for name, table in warehouse.tables.items():
        if name == CAMPAIGN_POSTS.name or (name.startswith("marts.") and "campaign_id" in table.columns):
            yield name


def _batches(warehouse: Warehouse, found: Reach) -> Iterator[list[str]]:
    """The campaigns in groups with few enough posts, those of one time together."""
    con = warehouse.con
    asked = found.days.filter(pl.col("campaign_id").is_in(found.campaigns)).sort("starts_on", "campaign_id")
    con.register("_days", asked.to_arrow())
    sizes = dict(
        con.execute(
            "SELECT d.campaign_id, count(p.post_key) FROM _days d LEFT JOIN core.contracts c USING (campaign_id)"
            " LEFT JOIN core.posts p ON p.account_key = c.account_key"
            " AND p.published_on BETWEEN d.starts_on AND d.posted_until GROUP BY 1"
        ).fetchall()
    )
    con.unregister("_days")
    batch: list[str] = []
    posts = 0
    for campaign_id in asked["campaign_id"]:
        if batch and posts + sizes[campaign_id] > POSTS_AT_ONCE:
            yield batch
            batch, posts = [], 0
        batch.append(campaign_id)
        posts += sizes[campaign_id]
    if batch:
        yield batch


def _profiles(warehouse: Warehouse, found: Reach, as_of: datetime, terms: Terms, *, afresh: bool) -> None:
    """Profiles and signals of the accounts reached, as far as each tells them by itself."""
    today = business_day(as_of, terms.zone)
    for name in (ACCOUNT_PROFILES.name, ACCOUNT_SIGNALS.name):
        if afresh:
            warehouse.con.execute(f"DELETE FROM {name}")
        warehouse.delete(name, found.accounts)
    for accounts in found.accounts.sort("account_key").iter_slices(ACCOUNTS_AT_ONCE):
        inputs = narrowed.of_accounts(
            warehouse,
            accounts,
            counted_since=today - WINDOW - SLACK - timedelta(days=2),
            posted_since=today - WINDOW - timedelta(days=2),
        )
        made = of_accounts(
            inputs,
            narrowed.last_counts(warehouse, accounts),
            narrowed.days_of_posts(warehouse),
            as_of=as_of,
            tier_scheme=terms.tier_scheme,
        )
        for name, frame in made.items():
            warehouse.append(name, frame)


def _bring_up_to(warehouse: Warehouse, as_of: datetime) -> None:
    """Rows that nothing new reaches are as they were, and known as of now."""
    for name, table in warehouse.tables.items():
        if name.startswith("marts.") and "as_of" in table.columns:
            warehouse.con.execute(f"UPDATE {name} SET as_of = ? WHERE as_of <> ?", [as_of, as_of])


def _calendar(warehouse: Warehouse, as_of: datetime, zone: str) -> tuple[date, date]:
    """First and last day that anything in the warehouse speaks of: whole years, so that the calendar is stable."""
    told = warehouse.con.execute(
        "SELECT min(starts_on), max(ends_on) FROM core.campaigns"
        f" UNION ALL SELECT min(day), max(day) FROM {POST_DAYS.name}"
    ).fetchall()
    known = [business_day(as_of, zone), *(d for row in told for d in row if isinstance(d, date))]
    return date(min(known).year, 1, 1), date(max(known).year, 12, 31)


class _Stored(Mapping[str, pl.DataFrame]):
    """The marts as they are stored, each read when it is asked for."""

    def __init__(self, warehouse: Warehouse) -> None:
        self._warehouse = warehouse
        self._names = [CAMPAIGN_POSTS.name, *(n for n in warehouse.tables if n.startswith("marts."))]

    def __getitem__(self, name: str) -> pl.DataFrame:
        if name not in self._names:
            raise KeyError(name)
        return self._warehouse.frame(name)

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


def known_values(warehouse: Warehouse) -> tuple[int, int]:
    """How many KPI values there are, and how many are known."""
    counted = f"SELECT count(*), count(value) FROM {KPI_VALUES.name}"
    return warehouse.con.execute(counted).fetchall()[0]
