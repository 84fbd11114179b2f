"""What can be known of the simulated world: what was asked for when, and what the platforms tell and what not."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from tasks.sandbox.campaigns import Campaign
from tasks.sandbox.cast import Account
from tasks.sandbox.instagram_api import SMALLEST_WITH_INSIGHTS
from tasks.sandbox.posting import Post
from tasks.sandbox.shop import Order
from tasks.sandbox.world import World

METRICS = ("views", "reach", "likes", "comments", "shares", "saves")


@dataclass(frozen=True, slots=True)
class Known:
    """A post as a pipeline that asked on certain nights knows it: figures of the last night on which it was up."""

    post: Post
    seen_at: datetime
    is_up: bool
    figures: Mapping[str, int | None]
    watch_seconds: int | None
    reasons: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Asking:
    """When the platforms were asked: on those nights, about the campaigns that were under way or settling then."""

    world: World
    nights: Sequence[datetime]
    always: bool = False
    """About every account and link on every night, whatever its campaign."""

    def of_campaign(self, campaign_id: str) -> list[datetime]:
        """The nights on which a campaign's links were asked for."""
        campaign = next(c for c in self.world.campaigns if c.campaign_id == campaign_id)
        return [night for night in self.nights if self.always or campaign.is_asked(night)]

    def last_about(self, day: date) -> datetime | None:
        """The last night on which the site's visits of a day were asked for: four days back are asked again."""
        asked = None
        for before, night in zip([None, *self.nights], self.nights, strict=False):
            since = date.min if before is None else (before.astimezone(UTC) - timedelta(days=4)).date()
            if since <= day <= night.astimezone(UTC).date():
                asked = night
        return asked

    def of_account(self, account: Account) -> list[datetime]:
        """The nights on which an account was asked for and told: Instagram and TikTok do not tell of everybody."""
        campaigns = {c.campaign_id for c in self.world.contracts if c.account_id == account.account_id}
        asked = {night for campaign_id in campaigns for night in self.of_campaign(campaign_id)}
        return sorted(night for night in asked if is_told(account, night))


def is_told(account: Account, at: datetime) -> bool:
    """Whether a platform tells of an account at all: TikTok only with a token; Instagram with one, or by its name."""
    if account.platform == "tiktok":
        return account.token is not None
    if account.platform == "instagram" and account.token is None:
        return account.handle(at) == account.first_handle
    return True


def known(world: World, post: Post, nights: Mapping[str, Sequence[datetime]]) -> Known | None:
    """What is known of a post; ``nights``: when each account was asked. None if no night saw the post."""
    owners = [account.account_id for account in (post.account, post.partner) if account is not None]
    asked = sorted({night for owner in owners for night in nights[owner]})
    seen = [night for night in asked if post.is_up(night)]
    if not seen:
        return None
    last = seen[-1]
    counted = world.counters(post, last)
    figures: dict[str, int | None] = {metric: getattr(counted, metric) for metric in METRICS}
    reasons = _untold(world, post, last)
    figures |= dict.fromkeys(reasons, None)
    is_reel = post.format == "reel" and "views" not in reasons
    return Known(post, last, post.is_up(asked[-1]), figures, counted.watch_seconds if is_reel else None, reasons)


def _untold(world: World, post: Post, at: datetime) -> dict[str, str]:
    """Metrics that the platform does not tell of a post, and why."""
    if post.platform == "tiktok":
        return {"reach": "not_reported", "saves": "not_reported"}
    if post.platform == "youtube":
        untold = dict.fromkeys(("reach", "shares", "saves"), "not_reported")
        untold |= {"likes": "hidden"} if post.hides_likes else {}
        return untold | ({"comments": "hidden"} if post.hides_comments else {})
    insights = ("views", "reach", "shares", "saves")
    if post.account.token is None:
        untold = dict.fromkeys(insights, "no_access")
        return untold | ({"likes": "hidden"} if post.hides_likes else {})
    few = world.followers(post.account, at) < SMALLEST_WITH_INSIGHTS
    silent = few or post.before_business or at < post.insights_from
    return dict.fromkeys(insights, "not_reported") if silent else {}


def state_of(world: World, campaign: Campaign, post: Post) -> str | None:
    """Whether a post counts for a campaign, as far as captions and posts.csv can tell; None: nothing ties it to it."""
    for decision in world.decisions:
        if decision.post is post and decision.campaign_id == campaign.campaign_id:
            return decision.decision
    if post.campaign_id == campaign.campaign_id:
        return "confirmed" if post.matched == "hashtag" else "pending"
    return "pending" if post.matched == "mention" and campaign.letter == "A" else None


def credited_to(world: World, order: Order, at: datetime) -> tuple[str, str] | None:
    """The campaign and influencer that the order's code or link names, if it counts: not a test, not cancelled."""
    if order.is_test or order.cancelled_at(at) is not None or order.campaign_id is None or order.influencer_id is None:
        return None
    campaign = next(c for c in world.campaigns if c.campaign_id == order.campaign_id)
    inside = campaign.opens_at <= order.ordered_at < campaign.credits_until
    return (order.campaign_id, order.influencer_id) if inside else None


def days_until(first: date, nights: Sequence[datetime]) -> list[date]:
    """The UTC days from the first to that of the last night; none if there was no night."""
    last = nights[-1].astimezone(UTC).date() if nights else first - timedelta(days=1)
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]
