"""Pages beside the reports are written whole or not at all: feedback sheets for creators, the page of all campaigns."""

import hashlib
import logging
import os
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import polars as pl

from reports import feedback, lettering, portfolio
from reports.drawing import OTHER
from reports.figures import Figures, Locale
from reports.fonts import Face, FaceRefused
from reports.render import versioned
from tasks import fonts, knowledge, publish
from tasks.editions import PREVIEWS, kind_of, newest, told_by
from tasks.errors import ConfigurationError
from tasks.figures import figures_of
from tasks.site import Site
from tasks.warehouse import Warehouse
from transforms.tables import load as tables

log = logging.getLogger(__name__)

FEEDBACK = "feedback"
PORTFOLIO = "portfolio"
"""Below reports/. A campaign of that name has its folder for itself, and then there is no such page."""
_PLAIN = re.compile(r"[a-z0-9][a-z0-9_-]{0,60}")
"""No dot: what stands after one names the language."""
_RESERVED = re.compile(r"con|prn|aux|nul|com\d|lpt\d")


@dataclass(frozen=True, slots=True)
class Written:
    """Pages that were written, in the campaign's language first."""

    folder: Path
    pages: tuple[Path, ...]


def write_feedback(site: Site, campaign_id: str, influencer_id: str | None) -> Written:
    """Feedback sheets of one creator, or of all of a campaign, beside the newest edition and with its figures.

    Where no edition was written yet: below reports/_previews, with the figures of now. Errors: ConfigurationError names
    the campaigns, or the creators, that there are.
    """
    figures, folder = _latest(site, campaign_id)
    people = [influencer_id] if influencer_id else [str(i) for i in figures.influencers["influencer_id"]]
    other = OTHER[figures.locale]
    sheets: dict[str, Callable[[Face | None], str]] = {}
    for who in people:
        name = file_name(who)
        own, theirs = f"{name}.html", f"{name}.{other}.html"
        sheets[own] = _sheet(figures, who, theirs)
        sheets[theirs] = _sheet(replace(figures, locale=other), who, own)
    face = fonts.find(site.settings.reports, site.workspace).face
    try:
        # one cut of the face for all: cutting takes a second, and there may be hundreds of sheets
        face = lettering.for_all(face, (sheet(None) for sheet in sheets.values()))
        pages = [_put(folder / FEEDBACK / file, _drawn(face, sheet)) for file, sheet in sheets.items()]
    except feedback.NobodyOfThatName as error:
        raise ConfigurationError(str(error)) from error
    return Written(folder / FEEDBACK, tuple(pages))


def write_portfolio(site: Site) -> Written | None:
    """The page of all campaigns in both languages, as known now; nothing where there are fewer than two."""
    with site.warehouse() as warehouse:
        campaigns = warehouse.frame("core.campaigns").sort("campaign_id")
        if campaigns.height < 2 or PORTFOLIO in campaigns["campaign_id"].to_list():
            return None
        as_of = publish.known_until(site, warehouse)
        stored = stored_marts(warehouse)
        entries = [
            portfolio.Entry(_figures(site, warehouse, stored, row, as_of), _labels(site, str(row["campaign_id"])))
            for row in campaigns.iter_rows(named=True)
        ]
    face = fonts.find(site.settings.reports, site.workspace).face
    locale: Locale = site.settings.locale
    other = OTHER[locale]
    folder = site.workspace.reports / PORTFOLIO
    own, theirs = "index.html", f"index.{other}.html"
    pages = (
        _put(folder / own, _drawn(face, _portfolio(entries, locale, theirs))),
        _put(folder / theirs, _drawn(face, _portfolio(entries, other, own))),
    )
    return Written(folder, pages)


def file_name(influencer_id: str) -> str:
    """A file's name that every system takes and that no other creator's can be; the id itself where it is plain."""
    if _PLAIN.fullmatch(influencer_id) and not _RESERVED.fullmatch(influencer_id):
        return influencer_id
    kept = re.sub(r"[^a-z0-9]+", "-", influencer_id.lower()).strip("-")[:40]
    mark = hashlib.sha256(influencer_id.encode("utf-8", "surrogatepass")).hexdigest()[:10]
    return f"{kept or 'creator'}-{mark}"


def stored_marts(warehouse: Warehouse) -> dict[str, pl.DataFrame]:
    """What the warehouse holds of marts, by table name, and the posts of campaigns."""
    names = ["core.campaign_posts", *(n for n in tables() if n.startswith("marts."))]
    return {name: warehouse.frame(name) for name in names}


def _latest(site: Site, campaign_id: str) -> tuple[Figures, Path]:
    """The figures of a campaign's newest edition and its folder; else those of now, as a preview."""
    edition = newest(site.workspace.reports / campaign_id, site.zone) if _is_name(campaign_id) else None
    with site.warehouse() as warehouse:
        then = publish.known_until(site, warehouse) if edition is None else edition.as_of
        marts = knowledge.marts_at(site, warehouse, then)
        rows = marts["core.campaigns"].filter(pl.col("campaign_id") == campaign_id).to_dicts()
        # an unknown name is told by figures_of, with those that there are
        figures = _figures(site, warehouse, marts, rows[0] if rows else {"campaign_id": campaign_id}, then)
    if edition is not None:
        return figures, edition.folder
    out = site.workspace.reports / PREVIEWS
    return figures, out / campaign_id / versioned(figures, out).label


def _is_name(campaign_id: str) -> bool:
    return campaign_id not in {"", ".", ".."} and not re.search(r"[/\\\x00-\x1f]", campaign_id)


def _figures(
    site: Site, warehouse: Warehouse, marts: dict[str, pl.DataFrame], row: dict[str, object], as_of: datetime
) -> Figures:
    kind = kind_of(row, as_of, site.zone) if "ends_on" in row else "mid"
    name = str(row["campaign_id"])
    return figures_of(
        warehouse, marts, name, as_of=as_of, zone=site.zone, edition=kind, version=1, workdays=site.workdays
    )


def _labels(site: Site, campaign_id: str) -> tuple[str, ...]:
    """The campaign's editions, newest first."""
    folders = [p for p in (site.workspace.reports / campaign_id).glob("[!._]*-v*") if (p / "report.html").is_file()]
    told = [told_by(folder, site.zone) for folder in folders]
    return tuple(t.label for t in sorted(told, key=lambda t: (t.as_of is not None, t.as_of, t.label), reverse=True))


def _sheet(figures: Figures, who: str, other_file: str) -> Callable[[Face | None], str]:
    return lambda face: feedback.page(figures, who, other_file=other_file, face=face)


def _portfolio(entries: list[portfolio.Entry], locale: Locale, other_file: str) -> Callable[[Face | None], str]:
    return lambda face: portfolio.page(entries, locale=locale, other_file=other_file, face=face)


def _drawn(face: Face | None, page: Callable[[Face | None], str]) -> str:
    try:
        return page(face)
    except FaceRefused as refused:
        log.warning("a page uses its readers' own fonts: %s", refused)
        return page(None)


def _put(target: Path, html: str) -> Path:
    """The page in its place in one step; readers see the old one or the new one."""
    aside = target.with_name(f".{target.name}.part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with aside.open("wb") as file:
            file.write(html.encode())
            file.flush()
            os.fsync(file.fileno())
        aside.replace(target)
    except OSError as error:
        aside.unlink(missing_ok=True)
        raise ConfigurationError(
            f"{target} cannot be written: {error.strerror}. Make room or make it writable"
        ) from error
    return target
