"""Where the brands of the simulated world show posts of their influencers again, and what those places say."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from tasks.sandbox.campaigns import Campaign
from tasks.sandbox.posting import Post

_PLACES: tuple[tuple[Literal["site", "lp", "shop"], str, str, bool | None], ...] = (
    ("site", "https://{site}/voice/", "みんなの声「みずみずしくてするっと伸びます」", False),
    ("lp", "https://{site}/lp/summer", "【PR】インフルエンサーの声「香りもやさしいゆず系でした」", True),
    ("shop", "店頭POP 渋谷店", "SNSで話題の使い心地", None),
)


@dataclass(frozen=True, slots=True)
class Reuse:
    """A row of reuse.csv. ``is_disclosed``: whether the place says that it is advertising; None: nobody looked."""

    campaign_id: str
    place: str
    address: str
    post: Post
    shown_text: str
    is_disclosed: bool | None
    first_seen: date

    @property
    def verdict(self) -> str:
        """What must be found: a quoted post needs a disclosure of its own, whatever the post itself says."""
        return {True: "pass", False: "fail", None: "unknown"}[self.is_disclosed]


def reuses(agreed: Sequence[Campaign], made: Iterable[Post]) -> list[Reuse]:
    """The first campaign's posts that its brand shows again: all of them say that they are advertising."""
    brief = agreed[0]
    clear = [p for p in made if p.campaign_id == brief.campaign_id and p.label == "clear" and p.matched == "hashtag"]
    return [
        Reuse(
            brief.campaign_id,
            place,
            address.format(site=brief.site),
            post,
            text,
            disclosed,
            post.published_at.date() + timedelta(days=3),
        )
        for post, (place, address, text, disclosed) in zip(clear, _PLACES, strict=False)
    ]
