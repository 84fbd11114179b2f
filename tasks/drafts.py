"""A draft is read whole, in whatever encoding it was saved, and judged by the rules that would bind the post."""

import re
import sys
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from tasks import briefs
from tasks import settings as settings_file
from tasks.briefs import Brief
from tasks.errors import ConfigurationError, Mistakes
from tasks.importing.encodings import Unreadable, decode
from tasks.sources import Answer, Landed
from tasks.toml_places import suggestion
from tasks.workspace import Workspace
from transforms import compliance, core
from transforms.captions import clean
from transforms.compliance import MARKETS, VERDICTS, Rule, Verdict, subjects
from transforms.compliance.engine import POSTS, judge
from transforms.days import starts_at
from transforms.facts import CONTRACT
from transforms.inputs import Inputs

STANDARD_INPUT = "-"
_JAPANESE = re.compile("[\u3040-\u30ff\u4e00-\u9fff]")
MOST_BYTES = 256 << 10
"""No platform takes a text as long as this; what is longer is the wrong file."""
ONLY_OF_POSTS = frozenset({"BR-04"})
"""Rules about the day of posting: a draft without one has none yet."""


@dataclass(frozen=True, slots=True)
class Draft:
    """The text as it would be stored, the encoding it was saved in, and how many unseen characters were left out."""

    name: str
    text: str
    encoding: str
    dropped: int


@dataclass(frozen=True, slots=True)
class Judged:
    """What the rules say of a draft: ``findings`` in the shape of engine.FINDINGS, passes included, gravest first."""

    draft: Draft
    terms: dict[str, Any]
    rules: dict[str, Rule]
    findings: pl.DataFrame

    @property
    def verdict(self) -> Verdict:
        """The gravest of all."""
        said = self.findings["verdict"].to_list()
        return max(said, key=VERDICTS.index, default="unknown")


def read(name: str) -> Draft:
    """The draft in a file, or on standard input for ``-``. Errors: ConfigurationError."""
    data = _bytes(name)
    shown = "standard input" if name == STANDARD_INPUT else name
    if len(data) > MOST_BYTES:
        raise ConfigurationError(
            f"{shown} has more than {MOST_BYTES >> 10} kB, and no post is that long: give the text of one post"
        )
    try:
        decoded = decode(data)
    except Unreadable as error:
        raise ConfigurationError(f"{shown} {error}. Save it as UTF-8 text") from error
    whole = decoded.text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").rstrip("\n")
    text = clean(whole)
    if not text.strip():
        raise ConfigurationError(f"{shown} holds no text: write the draft of one post into it")
    return Draft(shown, text, decoded.encoding, _dropped(whole))


def _dropped(text: str) -> int:
    """Characters that nobody sees and that are left out of a stored text, too."""
    unseen = {c for c in set(text) if not clean(c)}
    return sum(c in unseen for c in text)


def _bytes(name: str) -> bytes:
    """At most one byte more than a draft may have, so that an endless file ends here."""
    try:
        if name == STANDARD_INPUT:
            return sys.stdin.buffer.read(MOST_BYTES + 1)
        with Path(name).open("rb") as file:
            return file.read(MOST_BYTES + 1)
    except OSError as error:
        raise ConfigurationError(f"{name} cannot be read: {error.strerror}. Give a text file, or -") from error


def language_of(text: str) -> str:
    """ja where Japanese characters stand in a text, else en."""
    return "ja" if _JAPANESE.search(text) else "en"


def of_market(market: str, category: str | None) -> dict[str, Any]:
    """The terms of a draft that belongs to no campaign, in columns of engine.POSTS. Errors: ConfigurationError."""
    if market not in MARKETS:
        raise ConfigurationError(f"--market {market!r} has no rules here: give {' or '.join(MARKETS)}")
    profiles = " ".join(p for p in MARKETS[market] if p != "brief")
    return {"profiles": profiles, "category": category}


def of_campaign(
    workspace: Workspace, campaign: str, influencer: str | None, platform: str | None
) -> tuple[dict[str, Any], str]:
    """What a campaign's brief asks of a draft, in columns of engine.POSTS, and the brief's language.

    ``influencer``: whose draft it is; without, nothing is asked of code, link and relation. Errors: ConfigurationError
    where there is no such campaign or author, and Mistakes where the brief has some.
    """
    read_briefs = briefs.read(workspace, settings_file.read(workspace.root))
    brief = next((b for b in read_briefs.campaigns if b.campaign_id == campaign), None)
    if brief is None:
        of_it = [m for m in read_briefs.broken if m.file.startswith(f"campaigns/{campaign}/")]
        if of_it:
            raise Mistakes(of_it)
        known = [b.campaign_id for b in read_briefs.campaigns]
        raise ConfigurationError(f"{campaign!r} is no campaign of this workspace. {suggestion(campaign, known)}")
    named = {influencer, (influencer or "").lstrip("@")}
    rows = [
        e
        for e in brief.roster
        if not named.isdisjoint({e.influencer_id, e.name, e.handle}) and platform in {None, e.platform}
    ]
    if influencer is not None and not rows:
        people = sorted({e.influencer_id for e in brief.roster})
        where = f" on {platform}" if platform else ""
        raise ConfigurationError(f"{influencer!r}{where} is not in the roster. {suggestion(influencer, people)}")
    row = rows[0] if len({r.platform for r in rows}) == 1 else None
    asked = subjects.with_terms(
        pl.DataFrame(
            {
                "campaign_id": [campaign],
                "influencer_id": [rows[0].influencer_id if rows else None],
                "platform": [row.platform if row else platform],
            },
            schema=dict.fromkeys(CONTRACT, pl.String()),
        ).with_columns(pl.lit("post").alias("subject")),
        _as_stored(brief),
    )
    terms = {k: v for k, v in asked.row(0, named=True).items() if k in POSTS.columns}
    if influencer is None:
        terms |= dict.fromkeys(("code", "codes", "link"))
    return terms, brief.locale


def _as_stored(brief: Brief) -> Inputs:
    """The brief as the warehouse would hold it, so that a draft is asked for what its post will be asked for."""
    about = {"campaign_id": brief.campaign_id, "currency": brief.currency, "locale": brief.locale}
    day = brief.campaign.starts_on
    answers = [
        Landed(
            f"draft#{line}",
            "draft",
            line,
            briefs.NAME,
            day,
            brief.campaign_id,
            Answer(kind, "FILE", kind, 200, {}, data, starts_at(day, "UTC"), about),
            "",
            len(data),
        )
        for line, (kind, data) in enumerate(brief.files.items(), start=1)
    ]
    staged = briefs.stage(answers).tables
    campaigns = core.campaigns(staged["staging.campaigns"])
    contracts = core.contracts(staged["staging.roster"], staged["staging.campaigns"])
    return Inputs.of({"core.campaigns": campaigns, "core.contracts": contracts})


def judged(draft: Draft, terms: dict[str, Any], *, on: date | None) -> Judged:
    """Every rule that binds the draft. ``terms``: columns of engine.POSTS; ``on``: the day on which it is to go up."""
    rules = {name: rule for name, rule in compliance.load().items() if on is not None or name not in ONLY_OF_POSTS}
    row = {**terms, "thing": draft.name, "kind": "draft", "text": draft.text, "text_is_truncated": False}
    post = pl.DataFrame({name: [row.get(name)] for name in POSTS.columns}, schema=POSTS.schema)
    found = judge(post.with_columns(pl.lit(on, pl.Date()).alias("published_on")), rules.values())
    rank = pl.col("verdict").replace_strict({v: n for n, v in enumerate(VERDICTS)}, return_dtype=pl.Int64())
    ordered = found.sort(rank, "span_start", "rule", "nth", descending=[True, False, False, False], nulls_last=True)
    return Judged(draft, terms, rules, ordered)
