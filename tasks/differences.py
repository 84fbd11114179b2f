"""What a campaign's edition differs in from the one before it: which one that is, what was known then, and why."""

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import polars as pl

from tasks import knowledge
from tasks.site import Site
from tasks.warehouse import Warehouse
from transforms import kpis
from transforms.differences import Printed, differences
from transforms.marts import campaign_values


@dataclass(frozen=True, slots=True)
class Before:
    """An edition that was written: as of when, and what it said of the campaign's KPIs."""

    label: str
    as_of: datetime
    printed: dict[str, Printed]


def edition_before(editions: Path, as_of: datetime) -> Before | None:
    """The last edition in a campaign's folder that speaks of an earlier instant than ``as_of``.

    One whose figures.json cannot be read is passed over.
    """
    found: list[Before] = []
    for file in editions.glob("[!._]*-v*/figures.json"):
        try:
            said = json.loads(file.read_text("utf-8"))
            at = datetime.fromisoformat(said["as_of"])
            told = said.get("campaign_kpis", {})
            printed = {kpi: Printed(one["value"], int(one["definition"])) for kpi, one in told.items()}
        except (OSError, ValueError, KeyError, TypeError):
            continue
        if at < as_of:
            found.append(Before(file.parent.name, at, printed))
    return max(found, key=lambda b: (b.as_of, len(b.label), b.label), default=None)


def since(site: Site, warehouse: Warehouse, campaign_id: str, before: Before, as_of: datetime) -> pl.DataFrame:
    """transforms.differences.CHANGES of a campaign since an edition. Only its own posts' observations are read."""

    def evaluate(inputs: knowledge.Inputs, at: datetime) -> pl.DataFrame:
        return campaign_values(inputs, at, site.zone, site.settings.tier_scheme)

    posts = knowledge.posts_of(warehouse, campaign_id)
    then, now = (knowledge.inputs_at(warehouse, at, posts=posts) for at in (before.as_of, as_of))
    return differences(
        then,
        now,
        before.as_of,
        as_of,
        campaign_id=campaign_id,
        evaluate=evaluate,
        kpis=kpis.load(),
        printed=before.printed or None,
    )
