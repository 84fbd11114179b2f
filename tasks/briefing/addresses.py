"""What an address of an account or a post says of itself. No address is ever opened."""

import re
import unicodedata
from dataclasses import dataclass
from urllib.parse import SplitResult, parse_qs, urlsplit

from tasks.credentials import plain_handle
from tasks.toml_places import suggestion
from transforms.tables.fields import PLATFORMS

_NAMES = {
    "インスタグラム": "instagram",
    "ティックトック": "tiktok",
    "ユーチューブ": "youtube",
    "twitter": "x",
    "ツイッター": "x",
    "エックス": "x",
}
_HOSTS = {
    "instagram.com": "instagram",
    "tiktok.com": "tiktok",
    "youtube.com": "youtube",
    "youtu.be": "youtube",
    "x.com": "x",
    "twitter.com": "x",
}
_SHORTENERS = ("vt.tiktok.com", "vm.tiktok.com", "t.co", "bit.ly")
_POST_PATHS = {
    "instagram": re.compile(r"/(?:[\w.]+/)?(?:p|reel|reels|tv)/([\w-]{5,40})"),
    "tiktok": re.compile(r"/@[^/]+/(?:video|photo)/(\d{6,25})"),
    "youtube": re.compile(r"/(?:shorts|live|embed)/([\w-]{11})"),
    "x": re.compile(r"/\w+/status/(\d{5,25})"),
}
_CHANNEL = re.compile(r"UC[\w-]{22}")
_HANDLE = re.compile(r"[\w.\-·]{1,60}")


class BadAddress(ValueError):
    """The text is no such address; ``remedy`` says what would be right."""

    def __init__(self, what: str, remedy: str) -> None:
        self.what, self.remedy = what, remedy
        super().__init__(f"{what}. {remedy}")


@dataclass(frozen=True, slots=True)
class AccountName:
    """What a roster's cell says of an account: its handle, and its id where the address carries one."""

    handle: str
    account_id: str | None = None


@dataclass(frozen=True, slots=True)
class PostAddress:
    """A post. On Instagram ``post_id`` is the address's short code, which the API's own id does not contain."""

    platform: str
    post_id: str
    permalink: str


def platform_of(text: str) -> str:
    """A platform by any of its names. Errors: BadAddress."""
    plain = unicodedata.normalize("NFKC", text).strip().casefold()
    found = plain if plain in PLATFORMS else _NAMES.get(plain)
    if found is None:
        raise BadAddress("is not a platform that is known here", suggestion(plain, PLATFORMS))
    return found


def account_of(text: str, platform: str | None) -> AccountName:
    """The account in a handle, @handle or profile address. Errors: BadAddress."""
    plain = unicodedata.normalize("NFKC", text).strip()
    if "/" not in plain:
        return AccountName(_checked_handle(plain))
    parts, host = _parts(plain)
    of = _HOSTS.get(host)
    if of is None:
        raise BadAddress("is not an address of a profile", "Write the handle alone, such as @mina.asa")
    if platform is not None and of != platform:
        raise BadAddress(f"is an address on {of}, and the row says {platform}", "Mend one of the two")
    steps = [s for s in parts.path.split("/") if s]
    if of == "youtube" and len(steps) >= 2 and steps[0] == "channel" and _CHANNEL.fullmatch(steps[1]):
        return AccountName(steps[1].casefold(), steps[1])
    if not steps or (of in ("tiktok", "youtube") and not steps[0].startswith("@")):
        raise BadAddress("does not name an account", "Write the handle, such as @mina.asa")
    return AccountName(_checked_handle(steps[0]))


def post_of(text: str) -> PostAddress:
    """The post that an address names. Errors: BadAddress."""
    plain = unicodedata.normalize("NFKC", text).strip()
    parts, host = _parts(plain)
    whole = (parts.hostname or "").removeprefix("www.")
    if whole in _SHORTENERS:
        raise BadAddress("is a short link, and links are not followed", "Open it and copy the post's own address")
    platform = _HOSTS.get(host)
    if platform is None:
        raise BadAddress("is not an address of a post", f"Write an address on {', '.join(_HOSTS)}")
    post_id: str | None = None
    if platform == "youtube":
        watched = parts.path.strip("/") if host == "youtu.be" else parse_qs(parts.query).get("v", [""])[0]
        post_id = watched if re.fullmatch(r"[\w-]{11}", watched) else None
    if post_id is None and (found := _POST_PATHS[platform].match(parts.path)):
        post_id = found[1]
    if post_id is None:
        raise BadAddress(f"is on {platform}, and names no post", "Copy the address from the post's own page")
    return PostAddress(platform, post_id, _permalink(platform, post_id, parts.path))


def link_of(text: str) -> str:
    """A tracked link without scheme: ``bit.ly/3xYzAbc``. Errors: BadAddress."""
    plain = re.sub(r"^https?://", "", unicodedata.normalize("NFKC", text).strip(), flags=re.IGNORECASE)
    host, slash, path = plain.partition("/")
    path = path.rstrip("/")
    if not slash or not path or not re.fullmatch(r"[A-Za-z0-9.-]+\.[A-Za-z]{2,}", host) or re.search(r"\s", path):
        raise BadAddress("is not a tracked link", "Write it as bit.ly/3xYzAbc")
    return f"{host.lower()}/{path}"


def _parts(text: str) -> tuple[SplitResult, str]:
    try:
        parts = urlsplit(text if "://" in text else f"https://{text}")
        host = (parts.hostname or "").casefold()
    except ValueError as error:
        raise BadAddress("is not an address", "Copy it from the browser") from error
    for prefix in ("www.", "m.", "mobile."):
        host = host.removeprefix(prefix)
    return parts, host


def _checked_handle(text: str) -> str:
    handle = plain_handle(text)
    if not _HANDLE.fullmatch(handle):
        raise BadAddress("is not a handle", "Write the account's name as in its address, such as @mina.asa")
    return handle


def _permalink(platform: str, post_id: str, path: str) -> str:
    if platform == "instagram":
        return f"https://www.instagram.com/p/{post_id}/"
    if platform == "youtube":
        return f"https://www.youtube.com/watch?v={post_id}"
    host = {"tiktok": "www.tiktok.com", "x": "x.com"}[platform]
    return f"https://{host}{path.rstrip('/')}"
