"""A workspace for the simulated world: settings that lead to the stand-ins, briefs as people write them, tokens."""

import base64
import csv
import io
import json
import os
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path

from tasks.sandbox import journeys
from tasks.sandbox.campaigns import SHOP, Campaign, Contract
from tasks.sandbox.money import CARD, CARD_RATES, CARD_SOURCE, NEWER_CARD, RATE_SOURCE, Expense
from tasks.sandbox.reuse import Reuse
from tasks.sandbox.visits import PROPERTY_ID
from tasks.sandbox.world import World

ENCODINGS = {"A": "cp932", "B": "utf-8-sig", "C": "utf-8-sig"}
"""As Excel writes: "CSV" in Japanese Windows is CP932, "CSV UTF-8" has a byte order mark."""

_PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNgAAAAAgABSK+kcQAAAABJRU5ErkJggg=="
)
"""A picture of one pixel, as there is nothing to photograph."""
_ROSTER = (
    "influencer_id name platform handle account_id route fee product_cost shipping_cost agency_cost boost_cost"
    " currency promised_posts code link"
)


def write_workspace(
    world: World,
    directory: Path,
    base_url: str,
    *,
    hold_mail_below: float = 0.9,
    locale: str = "ja",
    at: datetime | None = None,
) -> Path:
    """Write hibiki.toml, campaigns/, imports/ and secrets.toml into ``directory``; returns it.

    ``base_url``: where the stand-ins answer, as :func:`tasks.sandbox.apis.serve` yields it. ``at``: when posts.csv was
    last edited (the world's now): posts published later are not in it.
    """
    directory.mkdir(parents=True, exist_ok=True)
    (directory / "hibiki.toml").write_text(
        _settings(world, base_url.rstrip("/"), hold_mail_below, locale), encoding="utf-8"
    )
    secrets = os.open(directory / "secrets.toml", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(secrets, "w", encoding="utf-8") as file:
        file.write(_secrets(world))
    for campaign in world.campaigns:
        folder = directory / "campaigns" / campaign.campaign_id
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "campaign.toml").write_text(_brief(campaign), encoding="utf-8")
        rows = [_row(world, c) for c in world.contracts if c.campaign_id == campaign.campaign_id]
        (folder / "roster.csv").write_bytes(_csv(_ROSTER.split(), rows, ENCODINGS[campaign.letter]))
        decided = _decisions(world, campaign, at or world.now)
        if decided:
            (folder / "posts.csv").write_bytes(_csv(decided[0], decided, "utf-8-sig"))
            for name in {str(row["screenshot"]) for row in decided if row["screenshot"]}:
                (folder / name).parent.mkdir(exist_ok=True)
                (folder / name).write_bytes(_PIXEL)
        if shown := [_reuse(r) for r in world.reuses if r.campaign_id == campaign.campaign_id]:
            (folder / "reuse.csv").write_bytes(_csv(shown[0], shown, "utf-8-sig"))
        if spent := [_expense(e) for e in world.expenses if e.campaign_id == campaign.campaign_id]:
            (folder / "costs.csv").write_bytes(_csv(spent[0], spent, "utf-8-sig"))
    references = directory / "references"
    references.mkdir(exist_ok=True)
    for name, told in (("fx_rates.csv", _rates(world)), ("emv_rates.csv", _card(world))):
        (references / name).write_bytes(_csv(told[0], told, "utf-8-sig"))
    drop = directory / "imports"
    drop.mkdir(exist_ok=True)
    (drop / journeys.FILE).write_bytes(journeys.export(world, at or world.now))
    return directory


def _settings(world: World, base_url: str, hold_mail_below: float, locale: str) -> str:
    return f"""\
timezone = "Asia/Tokyo"
holidays = "JP"
currency = "JPY"
locale = {_quoted(locale)}
tier_scheme = "jp_default"

[coverage]
hold_mail_below = {hold_mail_below}

[sources.instagram]
business_account_id = {_quoted(world.business_account_id)}
base_url = {_quoted(f"{base_url}/instagram/v23.0")}
access_base_url = {_quoted(f"{base_url}/instagram/v23.0")}

[sources.tiktok]
base_url = {_quoted(f"{base_url}/tiktok/v2")}

[sources.youtube]
base_url = {_quoted(f"{base_url}/youtube/v3")}

[sources.bitly]
base_url = {_quoted(f"{base_url}/bitly/v4")}

[sources.shopify]
shop = {_quoted(SHOP)}
base_url = {_quoted(f"{base_url}/shopify/admin/api/2025-10")}

[sources.ga4]
property_id = {_quoted(PROPERTY_ID)}
base_url = {_quoted(f"{base_url}/ga4/v1beta")}

[mail]
sender = "hibiki <hibiki@example.jp>"
allowed_domains = ["example.jp"]
host = ""
"""


def _secrets(world: World) -> str:
    said = "# The stand-ins accept these tokens; no real platform does.\n"
    for source, name in (
        ("instagram", "token"),
        ("youtube", "key"),
        ("bitly", "token"),
        ("shopify", "token"),
        ("ga4", "token"),
    ):
        said += f"\n[{source}]\n{name} = {_quoted(world.secrets[source])}\n"
    for platform in ("instagram", "tiktok"):
        said += f"\n[{platform}.creators]\n"
        for account in world.accounts:
            if account.platform == platform and account.token:
                said += f"{_quoted(account.first_handle)} = {_quoted(account.token)}\n"
    return said


def _brief(campaign: Campaign) -> str:
    goals = "".join(f"{name} = {target}\n" for name, target in campaign.goals.items())
    return f"""\
name = {_quoted(campaign.name)}
brand = {_quoted(campaign.brand)}
product = {_quoted(campaign.product)}
category = {_quoted(campaign.category)}
market = "JP"
objective = {_quoted(campaign.objective)}
locale = {_quoted(campaign.locale)}
starts_on = {campaign.starts_on}
ends_on = {campaign.ends_on}
hashtags = [{_quoted(campaign.hashtag)}]
mentions = [{_quoted(campaign.mention)}]
budget = {campaign.budget}
currency = "JPY"
margin_rate = {campaign.margin_rate}
engagement_base = {_quoted(campaign.engagement_base)}
attribution_days = {campaign.attribution_days}
settle_days = {campaign.settle_days}
recipients = [{", ".join(_quoted(r) for r in campaign.recipients)}]

[guidelines]
forbidden_words = ["激安"]

[target]
age = ["25-34"]
country = ["JP"]

[owners]
compliance = "森"
casting = "星野"
planning = "久世"

[goals]
{goals}"""


def _row(world: World, contract: Contract) -> dict[str, object]:
    account = world.account(contract.platform, contract.account_id)
    if account is None:
        raise ValueError(f"the contract of {contract.influencer_id} names no account of {contract.platform}")
    renamed = len(account.names) > 1  # then the platform's id finds the account again
    return {
        "influencer_id": contract.influencer_id,
        "name": account.display_name,
        "platform": contract.platform,
        "handle": f"@{account.first_handle}",
        "account_id": contract.account_id if renamed else "",
        "route": contract.route,
        "fee": contract.fee,
        "product_cost": contract.product_cost,
        "shipping_cost": contract.shipping_cost,
        "agency_cost": contract.agency_cost,
        "boost_cost": contract.boost_cost,
        "currency": contract.currency,
        "promised_posts": contract.promised_posts,
        "code": contract.code,
        "link": contract.link,
    }


def _decisions(world: World, campaign: Campaign, at: datetime) -> list[dict[str, object]]:
    return [
        {
            "url": d.post.address if d.post.platform != "instagram" else "",
            "platform": d.post.platform,
            "post_id": d.post.post_id,
            "decision": d.decision,
            "influencer_id": d.post.account.influencer_id,
            "note": d.note,
            "paid_label": d.paid_label or "",
            "screenshot": d.screenshot or "",
        }
        for d in world.decisions
        if d.campaign_id == campaign.campaign_id and d.post.published_at <= at
    ]


def _reuse(reuse: Reuse) -> dict[str, object]:
    return {
        "place": reuse.place,
        "url_or_name": reuse.address,
        "platform": reuse.post.platform,
        "post_id": reuse.post.post_id,
        "text": reuse.shown_text,
        "disclosed": "" if reuse.is_disclosed is None else "yes" if reuse.is_disclosed else "no",
        "first_seen": reuse.first_seen,
    }


def _expense(expense: Expense) -> dict[str, object]:
    return {
        "date": expense.spent_on,
        "kind": expense.kind,
        "amount": expense.amount,
        "currency": expense.currency,
        "influencer_id": expense.influencer_id or "",
        "platform": expense.platform or "",
        "note": expense.note,
    }


def _rates(world: World) -> list[dict[str, object]]:
    return [
        {"day": day, "base": "USD", "quote": "JPY", "rate": rate, "source": RATE_SOURCE}
        for day, rate in world.dollar_rates
    ]


def _card(world: World) -> list[dict[str, object]]:
    first, second = world.begins_at.date(), world.today - NEWER_CARD
    return [
        {
            "card": CARD,
            "version": version,
            "valid_from": day,
            "platform": platform,
            "format": kind,
            "metric": metric,
            "per": per,
            "value": values[nth],
            "currency": "JPY",
            "multiplier": 1,
            "source": CARD_SOURCE,
        }
        for nth, (version, day) in enumerate((("1", first), ("2", second)))
        for platform, kind, metric, per, values in CARD_RATES
    ]


def _csv(columns: Iterable[str], rows: Iterable[Mapping[str, object]], encoding: str) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, list(columns), lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode(encoding)


def _quoted(text: str) -> str:
    """A TOML string: JSON's escapes are among TOML's."""
    return json.dumps(text, ensure_ascii=False)
