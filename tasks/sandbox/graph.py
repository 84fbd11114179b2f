"""What Meta's Graph API has in common for all nodes: field expressions, and refusals in its own words."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tasks.sandbox.standin import Reply, told

_TRACE = "AxSandbox00000000000demo"


@dataclass(frozen=True, slots=True)
class Wanted:
    """A field of a field expression: ``media.after(x).limit(2){id}``."""

    name: str
    modifiers: Mapping[str, str]
    fields: Sequence["Wanted"]


class Refused(Exception):
    """An answer that is not one."""

    def __init__(self, reply: Reply) -> None:
        self.reply = reply


# field expressions


def parsed(text: str) -> list[Wanted]:
    """A field expression; Refused as the real one would where it is none."""
    fields, rest = _fields(text)
    if rest:
        at = len(text) - len(rest)
        said = f'Syntax error "Expected end of string instead of "{rest[0]}"." at character {at}: {text}'
        raise Refused(error(400, said, 2500))
    return fields


def _fields(text: str) -> tuple[list[Wanted], str]:
    fields: list[Wanted] = []
    while match := re.match(r"\s*([A-Za-z_]\w*)", text):
        name, text = match[1], text[match.end() :]
        modifiers: dict[str, str] = {}
        while match := re.match(r"\.([A-Za-z_]\w*)\(([^()]*)\)", text):
            modifiers[match[1]] = match[2]
            text = text[match.end() :]
        inner: list[Wanted] = []
        if text.startswith("{"):
            inner, text = _fields(text[1:])
            if not text.startswith("}"):
                return fields, text or "}"
            text = text[1:]
        fields.append(Wanted(name, modifiers, inner))
        if not text.startswith(","):
            break
        text = text[1:]
    return fields, text


# refusals


def error(
    status: int,
    message: str,
    code: int,
    *,
    subcode: int | None = None,
    is_transient: bool | None = None,
    more: Mapping[str, Any] | None = None,
    headers: Mapping[str, str] | None = None,
    kind: str = "OAuthException",
) -> Reply:
    """A refusal in Meta's envelope."""
    said: dict[str, Any] = {"message": message, "type": kind, "code": code}
    if subcode is not None:
        said["error_subcode"] = subcode
    if is_transient is not None:
        said["is_transient"] = is_transient
    said |= more or {}
    said["fbtrace_id"] = _TRACE
    return told({"error": said}, status, headers, "application/json; charset=UTF-8")


def gone(node: str) -> Reply:
    """The node does not exist, or may not be seen."""
    said = (
        f"Unsupported get request. Object with ID '{node}' does not exist, cannot be loaded due to missing permissions,"
        " or does not support this operation. Please read the Graph API documentation at"
        " https://developers.facebook.com/docs/graph-api"
    )
    return error(400, said, 100, subcode=33, kind="GraphMethodException")


def unknown_user(handle: str) -> Reply:
    """Business discovery knows nobody of that name."""
    more = {
        "is_transient": False,
        "error_user_title": "Cannot find User",
        "error_user_msg": f"The user with username: {handle} cannot be found.",
    }
    return error(400, "Invalid user id", 110, subcode=2207013, more=more)


def before_business() -> Reply:
    """Insights of a post from before the account became a business account."""
    more = {
        "error_data": {"blame_field_specs": [[""]]},
        "error_subcode": 2108006,
        "is_transient": False,
        "error_user_title": "Media posted before business account conversion",
        "error_user_msg": (
            "The media was posted before the most recent time that the user's account was converted to a business"
            " account from a personal account."
        ),
    }
    return error(400, "Invalid parameter", 100, more=more)


def no_field(name: str, node: str) -> Reply:
    """A field that such a node does not have."""
    return error(400, f"(#100) Tried accessing nonexisting field ({name}) on node type ({node})", 100)
