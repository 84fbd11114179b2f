"""The briefs of a workspace: campaigns, who was engaged, which posts a person decided on."""

import unicodedata
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from hashlib import sha256
from pathlib import Path
from typing import Any

import polars as pl
from pydantic import SecretStr

from tasks.briefing import campaign as campaign_file
from tasks.briefing import costs as costs_file
from tasks.briefing import decisions as decisions_file
from tasks.briefing import evidence
from tasks.briefing import reuses as reuses_file
from tasks.briefing import roster as roster_file
from tasks.briefing.campaign import Campaign
from tasks.briefing.costs import Cost
from tasks.briefing.decisions import Decision
from tasks.briefing.reuses import Reuse
from tasks.briefing.roster import Engagement
from tasks.clock import Clock
from tasks.errors import Mistake
from tasks.landing import Entry, Landing
from tasks.settings import Settings
from tasks.sources import Account, Answer, Landed, Staged
from tasks.workspace import Workspace
from tasks.written import framed, rejected
from transforms.contracts import Table
from transforms.tables import money, staging
from transforms.tables.compliance import REUSES

NAME = "brief"
LEAD_DAYS = 14
"""Accounts are followed from this many days before a campaign: followers at posting time need a figure before it."""

_FILES = {
    "brief_campaign": campaign_file.FILE,
    "brief_roster": roster_file.FILE,
    "brief_posts": decisions_file.FILE,
    "brief_costs": costs_file.FILE,
    "brief_reuse": reuses_file.FILE,
}
_MOST_BYTES = 16 << 20
_TABLES = (
    staging.CAMPAIGNS,
    staging.CAMPAIGN_GOALS,
    staging.ROSTER,
    staging.POST_DECISIONS,
    money.CAMPAIGN_COSTS,
    REUSES,
)
_APART = {"goals", "guidelines", "hashtags", "mentions", "rivals", "recipients", "margin_rate", "owners", "target"}
"""Keys of a brief that are no column as they stand."""
_NO_TOKENS: Mapping[str, SecretStr] = {}


@dataclass(frozen=True, slots=True)
class Brief:
    """One campaign's brief, without a mistake in it."""

    campaign_id: str
    campaign: Campaign
    currency: str
    locale: str
    roster: tuple[Engagement, ...]
    decisions: tuple[Decision, ...]
    costs: tuple[Cost, ...]
    reuses: tuple[Reuse, ...]
    files: Mapping[str, bytes] = field(repr=False)
    """The files as they stand, by kind of answer."""
    evidence: Mapping[str, str] = field(default_factory=dict[str, str])
    """SHA-256 of the screenshots that it names, by name."""

    def is_followed(self, day: date) -> bool:
        """Whether its accounts are asked on a day."""
        return self.campaign.starts_on - timedelta(days=LEAD_DAYS) <= day <= self.campaign.followed_until

    def is_counted(self, day: date) -> bool:
        """Whether clicks and orders of a day may count."""
        return self.campaign.starts_on - timedelta(days=LEAD_DAYS) <= day <= self.campaign.counted_until


@dataclass(frozen=True, slots=True)
class Briefs:
    """The good briefs by campaign id, and every mistake and warning in all of them."""

    campaigns: tuple[Brief, ...]
    mistakes: tuple[Mistake, ...]

    @property
    def broken(self) -> tuple[Mistake, ...]:
        """The mistakes that left a campaign out."""
        return tuple(m for m in self.mistakes if not m.warning)

    def accounts(self, platform: str, day: date, tokens: Mapping[str, SecretStr] = _NO_TOKENS) -> tuple[Account, ...]:
        """Accounts to ask on a day, each once, by handle; with the token of the creator who gave one."""
        found: dict[str, str | None] = {}
        for brief in self.campaigns:
            for engagement in brief.roster if brief.is_followed(day) else ():
                if engagement.platform == platform:
                    found[engagement.handle] = found.get(engagement.handle) or engagement.account_id
        return tuple(Account(handle, found[handle], tokens.get(handle)) for handle in sorted(found))

    def links(self, day: date | None = None) -> tuple[str, ...]:
        """Tracked links, each once; of all campaigns, or of those that count on a day."""
        of = [b for b in self.campaigns if day is None or b.is_counted(day)]
        return tuple(sorted({e.link for b in of for e in b.roster if e.link}))


def read(workspace: Workspace, settings: Settings | None = None) -> Briefs:
    """Every brief. A campaign with a mistake is left out, and the others go on."""
    defaults = settings or Settings()
    briefs: list[Brief] = []
    mistakes: list[Mistake] = []
    for folder in _folders(workspace.campaigns):
        campaign_id = unicodedata.normalize("NFC", folder.name)
        shown = f"campaigns/{campaign_id}"
        files, wrong = _files(folder, shown)
        brief, found = _parse(campaign_id, files, shown, defaults.currency, defaults.locale)
        mistakes += [*wrong, *found]
        if brief is not None and not wrong:
            seen, missing = evidence.hashes(folder, _named(brief, shown))
            mistakes += missing
            briefs.append(replace(brief, evidence=seen))
    if not briefs and not mistakes:
        remedy = "Copy campaigns/example of a new workspace and write your own"
        mistakes.append(Mistake("campaigns/", "holds no campaign", remedy, warning=True))
    return Briefs(tuple(briefs), (*mistakes, *_shared_between(briefs)))


def land(landing: Landing, briefs: Briefs, *, day: date, run_id: str, clock: Clock) -> list[Entry]:
    """Land the files of each good brief that changed since it was last landed; the new entries."""
    last: dict[str, Entry] = {e.shard: e for e in landing.entries() if e.source == NAME and e.complete}
    landed: list[Entry] = []
    for brief in briefs.campaigns:
        about = {"campaign_id": brief.campaign_id, "currency": brief.currency, "locale": brief.locale}
        if brief.evidence:
            about["evidence"] = evidence.written(brief.evidence)
        if (before := last.get(brief.campaign_id)) and _told(landing.read(before)) == _fingerprint(brief.files, about):
            continue
        received_at = clock()
        with landing.segment(NAME, day, brief.campaign_id, run_id) as writer:
            for kind, data in brief.files.items():
                url = f"campaigns/{brief.campaign_id}/{_FILES[kind]}"
                writer.add(Answer(kind, "FILE", url, 200, {}, data, received_at, about))
            writer.finish(expected=1, got=1)
        landed.append(landing.entries()[-1])
    return landed


def stage(answers: Sequence[Landed]) -> Staged:
    """The campaigns in landed briefs; a broken brief becomes rejects, whole. Pure; never raises for bad data."""
    rows: dict[str, list[dict[str, Any]]] = {t.name: [] for t in _TABLES}
    rejects: list[dict[str, Any]] = []
    segments: dict[str, dict[str, Landed]] = {}
    for landed in answers:
        segments.setdefault(landed.segment, {})[landed.answer.kind] = landed
    for files in segments.values():
        _stage_one(files, rows, rejects)
    return Staged({t.name: _frame(t, rows[t.name]) for t in _TABLES}, _frame(staging.REJECTS, rejects))


def _folders(campaigns: Path) -> list[Path]:
    if not campaigns.is_dir():
        return []
    return sorted(p for p in campaigns.iterdir() if p.is_dir() and p.name[0] not in "._")


def _files(folder: Path, shown: str) -> tuple[dict[str, bytes], list[Mistake]]:
    files: dict[str, bytes] = {}
    mistakes: list[Mistake] = []
    for kind, name in _FILES.items():
        path = folder / name
        try:
            if path.stat().st_size > _MOST_BYTES:
                remedy = f"Keep it below {_MOST_BYTES >> 20} MB"
                mistakes.append(Mistake(f"{shown}/{name}", f"has {path.stat().st_size} bytes", remedy))
            else:
                files[kind] = path.read_bytes()
        except FileNotFoundError:
            continue
        except OSError as error:
            remedy = "Make the file readable for this user"
            mistakes.append(Mistake(f"{shown}/{name}", f"cannot be read: {error.strerror}", remedy))
    return files, mistakes


def _parse(
    campaign_id: str, files: Mapping[str, bytes], shown: str, currency: str, locale: str
) -> tuple[Brief | None, list[Mistake]]:
    mistakes: list[Mistake] = []
    campaign: Campaign | None = None
    roster: list[Engagement] = []
    decisions: list[Decision] = []
    costs: list[Cost] = []
    reuses: list[Reuse] = []
    for kind in ("brief_campaign", "brief_roster"):
        if kind not in files:
            remedy = "Write it; campaigns/example of a new workspace shows how"
            mistakes.append(Mistake(f"{shown}/{_FILES[kind]}", "does not exist", remedy))
    if (data := files.get("brief_campaign")) is not None:
        campaign, found = campaign_file.read(data, f"{shown}/{campaign_file.FILE}")
        mistakes += found
    currency = (campaign.currency if campaign else None) or currency
    if (data := files.get("brief_roster")) is not None:
        roster, found = roster_file.read(data, f"{shown}/{roster_file.FILE}", currency)
        mistakes += found
    if (data := files.get("brief_posts")) is not None:
        people = frozenset(e.influencer_id for e in roster)
        decisions, found = decisions_file.read(data, f"{shown}/{decisions_file.FILE}", people)
        mistakes += found
    if (data := files.get("brief_costs")) is not None:
        costs, found = costs_file.read(data, f"{shown}/{costs_file.FILE}", currency, roster)
        mistakes += found
    if (data := files.get("brief_reuse")) is not None:
        reuses, found = reuses_file.read(data, f"{shown}/{reuses_file.FILE}")
        mistakes += found
    if campaign is None or any(not m.warning for m in mistakes):
        return None, mistakes
    locale = campaign.locale or locale
    told = (tuple(roster), tuple(decisions), tuple(costs), tuple(reuses))
    return Brief(campaign_id, campaign, currency, locale, *told, files), mistakes


def _shared_between(briefs: Sequence[Brief]) -> list[Mistake]:
    """A code of two campaigns at once by which an order cannot be told apart, each row told of once.

    Of one person's campaigns the one that started last has the order: there is none where both start on one day.
    """
    mistakes: list[Mistake] = []
    seen: defaultdict[str, list[tuple[Brief, Engagement]]] = defaultdict(list)
    for brief in briefs:
        for engagement in brief.roster:
            if engagement.code is None:
                continue
            earlier = seen[engagement.code.casefold()]
            rivals = ((b, e) for b, e in earlier if _cannot_be_told_apart(b, e, brief, engagement))
            if (found := next(rivals, None)) is not None:
                other, first = found
                what = f"is {first.name}'s in campaign {other.campaign_id}, which runs at the same time"
                remedy = "Give each influencer a code of their own"
                if first.influencer_id == engagement.influencer_id:
                    what = f"is the same in campaign {other.campaign_id}, which starts on the same day"
                    remedy = "Give a code for each of the two, or no order of it can be credited"
                file = f"campaigns/{brief.campaign_id}/{roster_file.FILE}"
                at, value = engagement.row, engagement.code
                mistakes.append(Mistake(file, what, remedy, row=at, column="code", value=value, warning=True))
            earlier.append((brief, engagement))
    return mistakes


def _cannot_be_told_apart(one: Brief, first: Engagement, two: Brief, second: Engagement) -> bool:
    overlap = (
        one.campaign.starts_on <= two.campaign.counted_until and two.campaign.starts_on <= one.campaign.counted_until
    )
    is_tied = first.influencer_id != second.influencer_id or one.campaign.starts_on == two.campaign.starts_on
    return one is not two and overlap and is_tied


def _fingerprint(files: Mapping[str, bytes], about: Mapping[str, str]) -> dict[str, str]:
    return {**about, **{kind: sha256(data).hexdigest() for kind, data in files.items()}}


def _told(answers: Sequence[Landed]) -> dict[str, str]:
    about = answers[0].answer.about if answers else {}
    return _fingerprint({a.answer.kind: a.answer.body for a in answers}, about)


def _stage_one(
    files: Mapping[str, Landed], rows: dict[str, list[dict[str, Any]]], rejects: list[dict[str, Any]]
) -> None:
    first = next(iter(files.values()))
    about, known_at = first.answer.about, first.answer.received_at
    campaign_id = about.get("campaign_id", first.shard)
    bodies = {kind: landed.answer.body for kind, landed in files.items()}
    brief, mistakes = _parse(campaign_id, bodies, campaign_id, about.get("currency", "JPY"), about.get("locale", "ja"))
    if brief is None:
        for number, mistake in enumerate((m for m in mistakes if not m.warning), start=1):
            landed = next((f for kind, f in files.items() if mistake.file.endswith(_FILES.get(kind, "?"))), first)
            rejects.append(rejected(mistake, number, landed, table=staging.CAMPAIGNS, rule="broken_brief"))
        return

    def trace(kind: str) -> dict[str, Any]:
        return {"campaign_id": campaign_id, "known_at": known_at, "landed_id": files[kind].landed_id}

    rows[staging.CAMPAIGNS.name].append(_campaign_row(brief) | trace("brief_campaign"))
    rows[staging.CAMPAIGN_GOALS.name] += [
        trace("brief_campaign") | {"kpi": kpi, "target": format(target, "f")}
        for kpi, target in sorted(brief.campaign.goals.items())
    ]
    rows[staging.ROSTER.name] += [_roster_row(e) | trace("brief_roster") for e in brief.roster]
    rows[money.CAMPAIGN_COSTS.name] += [_cost_row(c) | trace("brief_costs") for c in brief.costs]
    seen = evidence.told(about)
    rows[staging.POST_DECISIONS.name] += [_shown_row(d, seen) | trace("brief_posts") for d in brief.decisions]
    rows[REUSES.name] += [_shown_row(r, seen) | trace("brief_reuse") for r in brief.reuses]


def _campaign_row(brief: Brief) -> dict[str, Any]:
    c = brief.campaign
    return {
        **c.model_dump(exclude=_APART),
        "currency": brief.currency,
        "locale": brief.locale,
        "margin_rate": None if c.margin_rate is None else float(c.margin_rate),
        "tax_rate": float(c.tax_rate),
        "orders_tax_rate": float(c.tax_rate if c.orders_tax_rate is None else c.orders_tax_rate),
        "hashtags": " ".join(dict.fromkeys(c.hashtags)) or None,
        "mentions": " ".join(dict.fromkeys(c.mentions)) or None,
        "rivals": " ".join(dict.fromkeys(c.rivals)) or None,
        "recipients": " ".join(dict.fromkeys(c.recipients)) or None,
        **c.guidelines.row(c.hashtags),
        **c.target.row(),
        **{f"owner_{role}": name for role, name in c.owners.model_dump().items()},
    }


def _roster_row(e: Engagement) -> dict[str, Any]:
    names = [c for c in staging.ROSTER.columns if c in Engagement.__slots__]
    return {**{n: getattr(e, n) for n in names}, "display_name": e.name, "pointer": f"row {e.row}"}


def _cost_row(c: Cost) -> dict[str, Any]:
    names = [n for n in money.CAMPAIGN_COSTS.columns if n in Cost.__slots__]
    return {**{n: getattr(c, n) for n in names}, "entry": f"row {c.row}", "pointer": f"row {c.row}"}


def _shown_row(it: Decision | Reuse, seen: Mapping[str, str]) -> dict[str, Any]:
    """A row of posts.csv or reuse.csv, with the hash of its screenshot as landed."""
    table = staging.POST_DECISIONS if isinstance(it, Decision) else REUSES
    told = {n: getattr(it, n) for n in table.columns if n in it.__slots__}
    return told | {"pointer": f"row {it.row}", "screenshot_sha256": seen.get(it.screenshot or "")}


def _named(brief: Brief, shown: str) -> list[evidence.Named]:
    """The screenshots that a brief's files name."""
    files = ((decisions_file.FILE, brief.decisions), (reuses_file.FILE, brief.reuses))
    return [
        evidence.Named(row.screenshot, f"{shown}/{file}", row.row)
        for file, rows in files
        for row in rows
        if row.screenshot is not None
    ]


def _frame(table: Table, rows: Sequence[Mapping[str, Any]]) -> pl.DataFrame:
    return framed(table, [{name: _exact(value) for name, value in row.items()} for row in rows])


def _exact(value: Any) -> Any:
    return value.quantize(Decimal("0.0001")) if isinstance(value, Decimal) else value
