"""Codes of sources and rules in the reader's words; what is not of a closed set stays as it is."""

import re
from dataclasses import dataclass

from reports.reading import Reading, said_in

_PART = re.compile(r"(?P<code>[a-z_]+)(?: ×(?P<number>\d+))?")
_TOLD = re.compile(r"(?P<code>[a-z_]+): (?P<text>.+)", re.DOTALL)

UNTOLD = "gave no access, or no longer there"
"""What a source's coverage says where nothing was refused and less answered than was asked."""
STOPPED = "not asked: an earlier answer of this source said to stop"
NOT_RUN = "not_run"

_ENDINGS = (
    "is_in_range",
    "is_not_negative",
    "is_known",
    "is_among",
    "is_clean",
    "is_well_formed",
    "was_not_rounded",
    "is_an_id",
    "differs",
)


@dataclass(frozen=True, slots=True)
class Said:
    """A reason in the reader's language, and what a machine added to it in English."""

    text: str
    quoted: str = ""


def codes_in(reason: str | None) -> dict[str, int] | None:
    """``not_found ×8, no_access`` as counts by code; nothing where the reason is anything else."""
    if reason is None:
        return None
    if reason == UNTOLD:
        return {UNTOLD: 0}
    found: dict[str, int] = {}
    for part in reason.split(", "):
        match = _PART.fullmatch(part)
        if match is None:
            return None
        found[match["code"]] = found.get(match["code"], 0) + int(match["number"] or 1)
    return found


def refused(reading: Reading, reason: object) -> Said:
    """Why something did not answer: the code in words, and the machine's own words beside it."""
    raw = said_in(reason)
    known = _refusals(reading)
    if raw in known:
        return Said(known[raw])
    counts = codes_in(raw)
    if counts and counts.keys() <= known.keys():
        said = [
            known[code] if n <= 1 else reading.gettext("%(reason)s (%(num)s)", reason=known[code], num=n)
            for code, n in counts.items()
        ]
        return Said(reading.formats.listed(said))
    told = _TOLD.fullmatch(raw)
    if told and told["code"] in known:
        return Said(known[told["code"]], told["text"])
    return Said("", raw)


def _refusals(reading: Reading) -> dict[str, str]:
    _ = reading.gettext
    return {
        UNTOLD: _("no access given, or no longer there"),
        STOPPED: _("not asked: the source had said to stop"),
        NOT_RUN: _("the night was not run"),
        "no_access": _("no access given"),
        "not_found": _("not found"),
        "gone": _("no longer there"),
        "bad_token": _("the token is not accepted"),
        "no_permission": _("the token may not ask this"),
        "blocked": _("the account is blocked"),
        "unknown_account": _("no such account"),
        "rate_limited": _("asked too often"),
        "quota_exceeded": _("the day's allowance was used up"),
        "server_error": _("the service had a fault"),
        "timed_out": _("no answer in time"),
        "unreachable": _("the service could not be reached"),
        "not_json": _("the answer could not be read"),
        "truncated": _("the answer broke off"),
        "too_large": _("the answer was too large"),
        "paging_loop": _("the pages went round in a circle"),
        "redirected": _("the service pointed elsewhere"),
        "invalid_request": _("the service did not accept the question"),
        "unsupported_metric": _("the service does not know a figure that was asked"),
        "refused": _("the service refused"),
        "comments_disabled": _("comments are switched off"),
        "too_small_to_report": _("too small for the platform to report"),
        "before_business": _("from before it was a business account"),
    }


def rule(reading: Reading, name: object) -> str:
    """A rule of the audit in words; empty for one that has no words here."""
    _ = reading.gettext
    raw = said_in(name)
    exact = {
        "repeated_row": _("the same row came twice"),
        "duplicate_key": _("two rows contradict each other"),
        "not_json": _("the answer could not be read"),
        "refused": _("the service refused"),
        "empty_answer": _("the answer was empty"),
        "unreadable_shape": _("a row has another shape than expected"),
        "unreadable_value": _("a value could not be read"),
        "tells_something": _("a row says nothing"),
        "not_all_zero": _("every figure is zero"),
        "most_rows_pass": _("most of a file was faulty"),
        "missing_is_null": _("a figure is there and said to be missing"),
        "is_traced": _("the row's origin is not known"),
        "net_adds_up": _("gross, refunds and net do not add up"),
        "day_has_begun": _("the day has not begun"),
        "followers_are_not_zero": _("no followers at all"),
    }
    if raw in exact:
        return exact[raw]
    ending = next((e for e in _ENDINGS if raw.endswith(f"_{e}")), "")
    if ending:
        column = reading.metric(raw.removesuffix(f"_{ending}"))
        return {
            "is_in_range": _("%(column)s: outside the possible range", column=column),
            "is_not_negative": _("%(column)s: below zero", column=column),
            "is_known": _("%(column)s: missing", column=column),
            "is_among": _("%(column)s: not one of the known values", column=column),
            "is_clean": _("%(column)s: unreadable characters", column=column),
            "is_well_formed": _("%(column)s: wrong form", column=column),
            "was_not_rounded": _("%(column)s: rounded by a spreadsheet", column=column),
            "is_an_id": _("%(column)s: not an id", column=column),
            "differs": _("%(column)s: two values for the same thing", column=column),
        }[ending]
    more, covers, less = raw.partition("_covers_")
    if covers:
        return _("%(less)s above %(more)s", less=reading.metric(less), more=reading.metric(more))
    return ""
