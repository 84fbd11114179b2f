"""Tracked links of the simulated world: clicks follow the plays of the posts that carry the link."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

from tasks.sandbox.campaigns import Campaign, Contract
from tasks.sandbox.draws import Draws
from tasks.sandbox.growth import HALF_LIFE_HOURS, SPREAD, lived, share_at
from tasks.sandbox.posting import Post

LATE = timedelta(hours=3)
"""The link service knows a click three hours after it."""
RECOUNT_AFTER = timedelta(days=2)
"""From the end of a day until clicks made by robots are taken back."""


@dataclass(frozen=True, slots=True)
class Link:
    """A tracked link of one influencer in one campaign."""

    link_id: str
    campaign_id: str
    influencer_id: str
    source: str
    """The platform that its labels name: of somebody on two platforms the first."""
    long_url: str
    created_at: datetime
    posts: tuple[Post, ...]
    clicks_per_view: float
    robots: float
    """The part of a day's clicks that the service takes back two days later, as made by robots."""

    def arrived(self, draws: Draws, at: datetime) -> int:
        """Clicks from the beginning up to an instant."""
        total = 0
        for post in self.posts:
            until = at if post.deleted_at is None else min(at, post.deleted_at)
            own = lived(draws, post.name, post.published_at, until)
            share = share_at(own, HALF_LIFE_HOURS[post.platform], SPREAD[post.platform])
            total += int(post.views * share * self.clicks_per_view)
        return total


def links(
    draws: Draws, agreed: Sequence[Campaign], contracts: Iterable[Contract], everything: Iterable[Post]
) -> list[Link]:
    """One link per campaign and influencer who got one; an influencer on two platforms has one link for both."""
    carried: dict[tuple[str, str], list[Post]] = defaultdict(list)
    for post in everything:
        if post.campaign_id is not None:
            carried[post.campaign_id, post.account.influencer_id].append(post)
    briefs = {campaign.campaign_id: campaign for campaign in agreed}
    made: dict[str, Link] = {}
    for contract in contracts:
        if contract.link is None or contract.link in made:
            continue
        brief, mark = briefs[contract.campaign_id], (contract.campaign_id, contract.influencer_id)
        query = {
            "utm_source": contract.platform,
            "utm_medium": "influencer",
            "utm_campaign": contract.campaign_id,
            "utm_content": contract.influencer_id,
        }
        made[contract.link] = Link(
            link_id=contract.link,
            campaign_id=contract.campaign_id,
            influencer_id=contract.influencer_id,
            source=contract.platform,
            long_url=f"https://{brief.site}/products/summer?{urlencode(query)}",
            created_at=brief.opens_at.astimezone(UTC) - timedelta(days=4, hours=6),
            posts=tuple(carried[mark]),
            clicks_per_view=draws.between(0.006, 0.018, "clicks", *mark),
            robots=0.15 if not any(link.robots for link in made.values()) else 0.0,
        )
    return list(made.values())
