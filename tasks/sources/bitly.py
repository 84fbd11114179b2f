"""Bitly: clicks per day of the links given to influencers."""

import re
from collections.abc import Generator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from urllib.parse import quote

import httpx
from pydantic import SecretStr

from tasks.documents import at, text_at
from tasks.http import Access, Client
from tasks.sources import Answer, Landed, Plan, Refusal, Shard, Staged
from tasks.sources._asking import thing_shards, told
from tasks.sources._places import Place
from tasks.sources._reading import Item, Sheet, Unreadable, Values, instant_of
from tasks.sources._refusing import Meaning, body_of, by_status, said
from transforms.tables import staging

NAME = "bitly"
BASE_URL = "https://api-ssl.bitly.com/v4"
RATE = 100.0
"""Requests a minute. The hour's and the month's limits hang on the plan and are told by refusals only."""

_MOST_DAYS = 1000
_LINK = re.compile(r"[A-Za-z0-9.-]+/[A-Za-z0-9_.~-]+")

_BAD_TOKEN = Meaning("bad_token", scope="source", remedy="make a new access token")
_MEANINGS: Mapping[str, Meaning] = {
    "MONTHLY_": Meaning("quota_exceeded", scope="source", remedy="the month's limit is used up: enlarge the plan"),
    "RATE_LIMIT_EXCEEDED": Meaning("rate_limited", retry=True),
    "TEMPORARILY_UNAVAILABLE": Meaning("server_error", retry=True),
    "INTERNAL_ERROR": Meaning("server_error", retry=True),
    "INVALID_CODE": _BAD_TOKEN,
    "INVALID_ACCESS_TOKEN": _BAD_TOKEN,
    "UNAUTHORIZED": _BAD_TOKEN,
    "FORBIDDEN": Meaning("no_permission", remedy="this link belongs to another Bitly account"),
    "UPGRADE_REQUIRED": Meaning("no_permission", remedy="the Bitly plan does not tell this"),
    "NOT_FOUND": Meaning("not_found"),
    "INVALID_": Meaning("invalid_request"),
}
"""By the start of the message (dev.bitly.com, errors, read 2025-11; the older envelope has it in ``status_txt``)."""


def access(plan: Plan) -> Access:
    """One token for all links."""
    headers = {"Authorization": SecretStr(f"Bearer {plan.token.get_secret_value()}")} if plan.token else {}
    return Access(plan.options.get("base_url", BASE_URL), headers=headers, per_minute=RATE, burst=50)


def shards(plan: Plan) -> list[Shard]:
    """At most 50 links each."""
    return thing_shards("links", plan, "links", plan.links)


def fetch(client: Client, shard: Shard) -> Generator[Answer, None, int]:
    """Ask for every link and its clicks on each day of the window; how many links answered."""
    plan, got = shard.plan, 0
    units = min(_MOST_DAYS, max(1, (plan.until.date() - plan.since.date()).days + 1))
    window = {
        "unit": "day",
        "units": str(units),
        "unit_reference": plan.until.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S+0000"),
    }
    for link in plan.links:
        if not _LINK.fullmatch(link):
            continue  # no short link: it would be asked for in vain
        path, about = f"/bitlinks/{quote(link, safe='/')}", {"link_id": link}
        of_link = yield from told(client, "bitly_link", path, about=about)
        if of_link.refusal:
            continue
        clicks = yield from told(client, "bitly_clicks", f"{path}/clicks", window, about={**about, **window})
        got += clicks.refusal is None
    return got


def refusal(response: httpx.Response) -> Refusal | None:
    """What an error means: ``message`` today, ``status_txt`` in older answers (even with HTTP 200), or plain text."""
    body = body_of(response)
    code = text_at(body, "status_txt") or text_at(body, "message")
    status = at(body, "status_code")
    failed = not response.is_success or (isinstance(status, int) and status >= 400)
    if code is None or not failed:
        return by_status(response)
    meaning = next((m for start, m in _MEANINGS.items() if code.upper().startswith(start)), None)
    if meaning is None:
        stated = by_status(response)
        return stated or Refusal("refused", said(code, text_at(body, "description")), retry=False)
    return meaning.refusal(response, said(code, text_at(body, "description")))


def stage(answers: Sequence[Landed]) -> Staged:
    """Read links and their clicks per day. A day that is left out of an asked window had no click: an explicit 0."""
    sheet = Sheet(NAME)
    created: dict[tuple[str, str], datetime] = {}
    clicks: list[tuple[Item, str]] = []
    for landed in answers:
        kind = landed.answer.kind
        if kind not in {"bitly_link", "bitly_clicks"}:
            continue
        opened = sheet.opened(landed, refusal)
        if not isinstance(opened, Item):
            continue
        if kind == "bitly_link":
            values = sheet.read(staging.LINKS, opened, _link)
            if values and isinstance(values["created_at"], datetime):
                created[landed.segment, str(values["link_id"])] = values["created_at"]
        elif link_id := landed.answer.about.get("link_id"):
            clicks.append((opened, link_id))
        else:
            sheet.reject(landed, "", "missing_value", "the answer does not say of which link it is", opened.values)
    for item, link_id in clicks:
        _days(sheet, item, link_id, created.get((item.landed.segment, link_id)))
    return sheet.staged()


def places(landed: Landed, pointer: str, column: str) -> tuple[Place, ...]:
    """Where the clicks of a day stand; a day that the answer leaves out stands nowhere in it, and had none."""
    is_day = landed.answer.kind == "bitly_clicks" and pointer.rpartition("/")[2].isdigit()
    return (Place(f"{pointer}/clicks"),) if is_day and column == "clicks" else ()


def probe(client: Client, plan: Plan) -> list[Refusal]:
    """Ask whose token it is."""
    if plan.token is None:
        return [Refusal("no_access", "there is no token: set one", retry=False, scope="source")]
    _, refused = client.ask("bitly_probe", "/user")
    return [refused] if refused else []


def _link(item: Item) -> Values:
    return {
        "link_id": item.needed("id"),
        "long_url": item.link("long_url"),
        "created_at": item.instant("created_at"),
    }


def _days(sheet: Sheet, item: Item, link_id: str, created_at: datetime | None) -> None:
    """The days told, and 0 for each day of the window that is not: from the link's creation to the answer's own day."""
    told_days: set[date] = set()
    unread = False
    for entry in sheet.items(item, "link_clicks"):
        values = sheet.read(staging.LINK_DAYS, entry, lambda it: _day(it, link_id))
        if values is None:
            unread = True
        elif isinstance(day := values["day"], date):
            told_days.add(day)
    if unread or not isinstance(item.values.get("link_clicks"), list):
        return  # a day that could not be read is not a day without a click
    window = _window(item)
    if window is None or created_at is None:
        return
    first, last = max(window[0], created_at.date()), min(window[1], item.landed.answer.received_at.date())
    day = first
    while day <= last:
        if day not in told_days:
            values = {"link_id": link_id, "day": day, "clicks": 0}
            sheet.row(staging.LINK_DAYS, Item(item.landed, f"{item.pointer}/link_clicks", {}), values)
        day += timedelta(days=1)


def _day(entry: Item, link_id: str) -> Values:
    instant, clicks = entry.instant("date"), entry.count("clicks")
    if instant is None:
        raise entry.unreadable("date", "a day such as 2026-06-01T00:00:00+0000")
    if clicks is None:
        raise entry.unreadable("clicks", "a number of clicks")
    return {"link_id": link_id, "day": instant.date(), "clicks": clicks}


def _window(item: Item) -> tuple[date, date] | None:
    """First and last day (UTC) that the answer is about, by its own words; -1 units reach back for ever."""
    try:
        units, last = item.count("units"), instant_of(item.values.get("unit_reference"))
    except Unreadable:
        return None
    if units is None or last is None or item.values.get("unit") != "day" or units == 0:
        return None
    back = min(units, _MOST_DAYS) if units > 0 else _MOST_DAYS
    first = max(last.date().toordinal() - back + 1, 1)  # no day is before the year 1
    return date.fromordinal(first), last.date()
