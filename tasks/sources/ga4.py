"""Google Analytics 4: sessions on the brand's site by day and by the labels of the links that led there."""

import math
import re
from collections import defaultdict
from collections.abc import Generator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from functools import partial

import httpx
from pydantic import SecretStr

from tasks.documents import Json, NotJson, at, document, list_at, text_at
from tasks.http import Access, Client, Stopped
from tasks.sources import Answer, Landed, Plan, Refusal, Shard, Staged
from tasks.sources._asking import Trail, told
from tasks.sources._places import Place
from tasks.sources._reading import Item, Sheet, Values
from tasks.sources._refusing import Meaning, body_of, by_status, said
from transforms.tables.site import SITE_DAYS_STAGED

NAME = "ga4"
BASE_URL = "https://analyticsdata.googleapis.com/v1beta"
TOKEN_BASE_URL = "https://oauth2.googleapis.com"  # noqa: S105  # an address
RATE = 60.0
"""Requests a minute. The property's own limits are tokens per hour and day, told by refusals only."""

PAGE = 50_000
"""Rows a page: GA4 allows 250,000; so many fit in one answer that is kept whole."""

DIMENSIONS = ("date", "sessionSource", "sessionMedium", "sessionCampaignName", "sessionManualAdContent")
METRICS = ("sessions", "newUsers", "keyEvents")
_COLUMNS = {
    "sessionSource": "utm_source",
    "sessionMedium": "utm_medium",
    "sessionCampaignName": "utm_campaign",
    "sessionManualAdContent": "utm_content",
}
_LONGEST = 200
_WHOLE = re.compile(r"[0-9]{1,18}")

_BAD_TOKEN = Meaning("bad_token", scope="source", remedy="make a new access or refresh token")
_USED_UP = Meaning("quota_exceeded", scope="source", remedy="the next night asks again")
_MEANINGS: Mapping[str, Meaning] = {
    "UNAUTHENTICATED": _BAD_TOKEN,
    "PERMISSION_DENIED": Meaning(
        "no_permission", scope="source", remedy="give the token's account the role Viewer on the property"
    ),
    "NOT_FOUND": Meaning("not_found", scope="source", remedy="check property_id"),
    "INVALID_ARGUMENT": Meaning("invalid_request", scope="source", remedy="check property_id"),
    "UNAVAILABLE": Meaning("server_error", retry=True),
    "INTERNAL": Meaning("server_error", retry=True),
    "DEADLINE_EXCEEDED": Meaning("server_error", retry=True),
}
"""By ``error.status`` (google.rpc.Code, read 2026-11)."""


def access(plan: Plan) -> Access:
    """The API with an access token, and the address that exchanges a refresh token for one."""
    headers = {} if plan.token is None or _credentials(plan.token) else {"Authorization": _bearer(plan.token)}
    also = (plan.options.get("token_base_url", TOKEN_BASE_URL),)
    return Access(plan.options.get("base_url", BASE_URL), headers=headers, also=also, per_minute=RATE, burst=10)


def shards(plan: Plan) -> list[Shard]:
    """One: a property is asked whole."""
    return [Shard("sessions", replace(plan, accounts=(), post_ids=(), links=()), 1)]


def fetch(client: Client, shard: Shard) -> Generator[Answer, None, int]:
    """Page through the sessions of the plan's days; 1 when the last row was reached.

    Days are the property's, whatever its zone: the window is named in UTC days, which is at most one day off.
    """
    plan, trail, offset = shard.plan, Trail(), 0
    headers = _authorised(client, plan)
    first, last = plan.since.astimezone(UTC).date(), plan.until.astimezone(UTC).date()
    about = {"property_id": plan.options.get("property_id", ""), "report": f"{first}/{last}"}
    while True:
        page = yield from told(
            client,
            "ga4_report",
            _path(plan),
            method="POST",
            json=_question(first, last, offset),
            headers=headers,
            about={**about, "offset": str(offset)},
        )
        if page.refusal:
            raise Stopped(NAME, replace(page.refusal, scope="shard"))
        rows, every = len(list_at(page.document, "rows")), _row_count(page.document)
        if every is None:
            what = "the answer does not say how many rows there are (rowCount): a part is not taken for the whole"
            raise Stopped(NAME, Refusal("unreadable_shape", what, retry=False, scope="shard"))
        offset += rows
        if offset >= every:
            return 1
        if loop := trail.loops(str(offset), rows):
            raise Stopped(NAME, replace(loop, scope="shard"))


def refusal(response: httpx.Response) -> Refusal | None:
    """What an error means: Google's ``error.status``, or the token service's ``error`` as a text."""
    body = body_of(response)
    error = at(body, "error")
    if error is None or response.is_success:
        return by_status(response)
    if isinstance(error, str):
        return _BAD_TOKEN.refusal(response, said(error, text_at(body, "error_description")))
    status, message = text_at(error, "status") or "", said(text_at(error, "message"))
    if status == "RESOURCE_EXHAUSTED":
        meaning = Meaning("rate_limited", retry=True) if "concurrent" in message.lower() else _USED_UP
        return meaning.refusal(response, message)
    meaning = _MEANINGS.get(status)
    return meaning.refusal(response, said(status, message)) if meaning else by_status(response)


def stage(answers: Sequence[Landed]) -> Staged:
    """Read sessions by day and labels. A report of which a page is missing is no report: none of it is taken."""
    sheet = Sheet(NAME)
    reports: dict[tuple[str, str], list[Item]] = defaultdict(list)
    for landed in answers:
        if landed.answer.kind != "ga4_report":
            continue
        opened = sheet.opened(landed, refusal)
        if isinstance(opened, Item):
            reports[landed.segment, landed.answer.about.get("report", landed.landed_id)].append(opened)
    for pages in reports.values():
        _report(sheet, pages)
    return sheet.staged()


def places(landed: Landed, pointer: str, column: str) -> tuple[Place, ...]:
    """Where in a row a stored figure stands: as far along as its name stands among the report's metrics."""
    told = {"sessions": "sessions", "new_users": "newUsers", "conversions": "keyEvents"}
    try:
        heads = [text_at(head, "name") for head in list_at(document(landed.answer.body), "metricHeaders")]
    except NotJson:
        return ()
    name = told.get(column)
    return (Place(f"{pointer}/metricValues/{heads.index(name)}/value"),) if name in heads else ()


def probe(client: Client, plan: Plan) -> list[Refusal]:
    """Ask for one row of one day."""
    if plan.token is None:
        return [Refusal("no_access", "there is no token: set one", retry=False, scope="source")]
    try:
        headers = _authorised(client, plan)
    except Stopped as stop:
        return [stop.refusal]
    day = plan.until.astimezone(UTC).date() - timedelta(days=1)
    question = {**_question(day, day, 0), "limit": "1"}
    _, refused = client.ask("ga4_probe", _path(plan), method="POST", json=question, headers=headers)
    return [refused] if refused else []


def _path(plan: Plan) -> str:
    return f"/properties/{plan.options.get('property_id', '')}:runReport"


def _question(first: date, last: date, offset: int) -> dict[str, object]:
    return {
        "dateRanges": [{"startDate": first.isoformat(), "endDate": last.isoformat()}],
        "dimensions": [{"name": name} for name in DIMENSIONS],
        "metrics": [{"name": name} for name in METRICS],
        "orderBys": [{"dimension": {"dimensionName": name}} for name in DIMENSIONS],  # pages need an order
        "limit": str(PAGE),
        "offset": str(offset),
        "returnPropertyQuota": True,
    }


def _credentials(token: SecretStr) -> dict[str, Json] | None:
    """Client and refresh token, where the secret is the file that Google's tools write for a user; else None."""
    if not token.get_secret_value().lstrip().startswith("{"):
        return None
    try:
        found = document(token.get_secret_value().encode())
    except NotJson:
        return None
    return found if isinstance(found, dict) else None


def _bearer(token: SecretStr) -> SecretStr:
    return SecretStr(f"Bearer {token.get_secret_value()}")


def _authorised(client: Client, plan: Plan) -> Mapping[str, SecretStr]:
    """Headers with an access token: the one given, or one exchanged for the refresh token. Never landed, never logged.

    Errors: Stopped if the token service refuses.
    """
    given = _credentials(plan.token) if plan.token else None
    if given is None:
        return {}  # an access token stands in the headers of every question
    needed = {name: text_at(given, name) for name in ("client_id", "client_secret", "refresh_token")}
    if lacking := [name for name, value in needed.items() if not value]:
        what = f"the credentials lack {', '.join(lacking)}: paste a file of type authorized_user, whole, in one line"
        raise Stopped(NAME, Refusal("bad_token", what, retry=False, scope="source"))
    form = {name: SecretStr(value or "") for name, value in needed.items()} | {"grant_type": SecretStr("refresh_token")}
    address = f"{plan.options.get('token_base_url', TOKEN_BASE_URL)}/token"
    answer, refused = client.ask("ga4_token", address, method="POST", form=form)
    token = None if refused else text_at(document(answer.body), "access_token")
    if refused or not token:
        refused = refused or Refusal("bad_token", "the token service gave no access token", retry=False)
        raise Stopped(NAME, replace(refused, scope="source"))
    return {"Authorization": _bearer(SecretStr(token))}


def _row_count(page: Json) -> int | None:
    """Rows of the whole report: 0 where neither rows nor their number are told, as of an empty one; None if unknown."""
    if at(page, "rowCount") is None and not at(page, "rows"):
        return 0
    found = text_at(page, "rowCount") or ""
    return int(found) if _WHOLE.fullmatch(found) else None


def _report(sheet: Sheet, pages: Sequence[Item]) -> None:
    """Stage the rows of one report, all known when its last page was."""
    rows = sum(len(list_at(page.values, "rows")) for page in pages)
    counts = [_row_count(page.values) for page in pages]
    every = None if None in counts else max(c for c in counts if c is not None)
    if every is None or rows < every:
        of = "an unknown number of" if every is None else every
        what = f"{rows} of {of} rows were answered: a part of a report is not taken for a whole, ask again"
        sheet.reject(pages[-1].landed, "", "incomplete_report", what, [at(page.values, "rowCount") for page in pages])
        return
    known_at = max(page.landed.answer.received_at for page in pages)
    for page in pages:
        heads = (_heads(page, "dimensionHeaders"), _heads(page, "metricHeaders"))
        read = partial(_row, page=page, heads=heads, known_at=known_at)
        for entry in sheet.items(page, "rows", required=False):
            sheet.read(SITE_DAYS_STAGED, entry, read)


def _heads(page: Item, key: str) -> list[str]:
    return [text_at(head, "name") or "" for head in list_at(page.values, key)]


def _row(row: Item, page: Item, heads: tuple[Sequence[str], Sequence[str]], known_at: datetime) -> Values:
    labels = _values(row, "dimensionValues", heads[0])
    counts = _values(row, "metricValues", heads[1])
    meta = at(page.values, "metadata")
    return {
        "property_id": page.landed.answer.about.get("property_id") or "unknown",
        "day": _day(row, labels.get("date")),
        "timezone": text_at(meta, "timeZone"),
        **{ours: _label(row, theirs, labels.get(theirs)) for theirs, ours in _COLUMNS.items()},
        "sessions": _named(row, "sessions", counts.get("sessions")).count("sessions"),
        "new_users": _named(row, "newUsers", counts.get("newUsers")).count("newUsers"),
        "conversions": _real(row, "keyEvents", counts.get("keyEvents")),
        "is_thresholded": at(meta, "subjectToThresholding") is True,
        "is_sampled": bool(list_at(meta, "samplingMetadatas")),
        "is_cut": at(meta, "dataLossFromOtherRow") is True,
        "observed_at": known_at,
        "known_at": known_at,
    }


def _values(row: Item, key: str, heads: Sequence[str]) -> dict[str, Json]:
    """The values of a row by the names above them: they stand in the same order, so one more or less moves the rest."""
    values = list_at(row.values, key)
    if len(values) != len(heads):
        raise row.unreadable(key, f"a list of {len(heads)} values, as many as the report has names for")
    return {head: at(value, "value") for head, value in zip(heads, values, strict=True)}


def _named(row: Item, name: str, value: Json) -> Item:
    """The one value of a row, by its name, so that a reject names it."""
    return Item(row.landed, row.pointer, {name: value})


def _day(row: Item, value: Json) -> date:
    try:
        return datetime.strptime(text_at(value) or "", "%Y%m%d").replace(tzinfo=UTC).date()
    except ValueError as error:
        raise _named(row, "date", value).unreadable("date", "a day such as 20260601") from error


def _label(row: Item, name: str, value: Json) -> str | None:
    """A label without control characters; anybody can write one into an address."""
    return (_named(row, name, value).text(name) or "").strip()[:_LONGEST] or None


def _real(row: Item, name: str, value: Json) -> float | None:
    if value is None:
        return None
    try:
        number = float(Decimal(value)) if isinstance(value, int | str | Decimal) else None
    except InvalidOperation:
        number = None
    if number is None or isinstance(value, bool) or not math.isfinite(number):
        raise _named(row, name, value).unreadable(name, "a number")
    return number
