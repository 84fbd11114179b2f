"""The simulated world: every quantity is a function of a thing and an instant, the same for the same seed."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

from tasks.sandbox.campaigns import SHOP, ZONE, Campaign, Contract, campaigns, contracts
from tasks.sandbox.cast import LEADS, Account, Person, people
from tasks.sandbox.draws import Draws
from tasks.sandbox.growth import DAY_HOURS, HALF_LIFE_HOURS, SPREAD, hours, lived, share_at
from tasks.sandbox.links import LATE, RECOUNT_AFTER, Link, links
from tasks.sandbox.money import Expense, dollar_rates, expenses, with_dollars
from tasks.sandbox.posting import Decision, Post, posts
from tasks.sandbox.reuse import Reuse, reuses
from tasks.sandbox.shop import Order, orders

TODAY = date(2026, 7, 28)

_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
_SECRETS = (
    ("instagram", "EAAGdemo"),
    ("youtube", "AIzademo"),
    ("bitly", "demo"),
    ("shopify", "shpat_demo"),
    ("ga4", "ya29.demo"),
)
"""What the brand's own tokens begin with; the creators' tokens stand at their accounts."""


@dataclass(frozen=True, slots=True)
class Counters:
    """What a platform counts of a post at an instant, whether or not it tells."""

    views: int
    reach: int
    likes: int
    comments: int
    shares: int
    saves: int
    watch_seconds: int


class World:
    """People, accounts, campaigns, posts, clicks and orders, from 80 days before ``today`` until 30 days after.

    ``influencers`` scales it (18 for the demonstration, 500 for benchmarks); below 14 some peculiarities have nobody to
    happen to.
    """

    def __init__(
        self, seed: int = 7, influencers: int = len(LEADS), today: date = TODAY, *, upcoming: bool = False
    ) -> None:
        if influencers < 8:
            raise ValueError(f"a world of {influencers} influencers is too small: give 8 or more")
        self.seed = seed
        self.today = today
        self.zone = ZONE
        self.shop = SHOP
        self.draws = Draws(seed)
        midnight = datetime.combine(today, time(0), tzinfo=ZONE).astimezone(UTC)
        self.now = midnight + timedelta(hours=6)
        """The instant at which the demonstration is told: six in the morning of ``today``."""
        self.begins_at = midnight - timedelta(days=80)
        self.ends_at = midnight + timedelta(days=30)
        renamed_at = midnight - timedelta(days=12, hours=-15)
        self.people: Sequence[Person] = people(self.draws, influencers, self.begins_at, renamed_at)
        self.accounts: Sequence[Account] = [account for person in self.people for account in person.accounts]
        self.campaigns: Sequence[Campaign] = campaigns(today, upcoming=upcoming)
        self.contracts: Sequence[Contract] = with_dollars(contracts(self.draws, self.campaigns, self.people))
        self.expenses: Sequence[Expense] = expenses(self.campaigns, self.contracts)
        self.dollar_rates: Sequence[tuple[date, Decimal]] = dollar_rates(self.draws, self.begins_at.date(), today)
        everything, decisions = posts(
            self.draws,
            self.people,
            self.campaigns,
            self.contracts,
            begins_at=self.begins_at,
            ends_at=self.ends_at,
        )
        self.decisions: Sequence[Decision] = decisions
        self._posts = sorted(everything, key=lambda post: (post.published_at, post.post_id))
        self.reuses: Sequence[Reuse] = reuses(self.campaigns, self._posts)
        self.links: Sequence[Link] = links(self.draws, self.campaigns, self.contracts, self._posts)
        self._orders: Sequence[Order] = orders(
            self.draws,
            self.campaigns,
            self.contracts,
            self.people,
            self._posts,
            begins_at=self.begins_at,
            ends_at=self.ends_at,
        )
        self._accounts = {(account.platform, account.account_id): account for account in self.accounts}
        self._by_id = {(post.platform, post.post_id): post for post in self._posts}
        self._by_account = _shelves(self._posts)
        self._midnights: dict[tuple[str, datetime], int] = {}
        self._link_by_id = {link.link_id: link for link in self.links}
        self._names = {(account.platform, name): account for account in self.accounts for _, name in account.names}

        self.business_account_id = "178414" + self.draws.digits(11, "brand")
        self.secrets: Mapping[str, str] = {
            source: start + self.draws.letters(36, _LETTERS, "secret", source) for source, start in _SECRETS
        }

    # who

    def account(self, platform: str, account_id: str) -> Account | None:
        """The account with that id."""
        return self._accounts.get((platform, account_id))

    def named(self, platform: str, handle: str, at: datetime) -> Account | None:
        """The account that has that handle at that instant."""
        account = self._names.get((platform, handle.lower()))
        return account if account is not None and account.handle(at) == handle.lower() else None

    def followers(self, account: Account, at: datetime) -> int:
        """Followers at an instant: steady growth, and what was bought comes fast and is purged slowly."""
        name = f"{account.platform}/{account.account_id}"
        days = lived(self.draws, name, self.begins_at, at) / DAY_HOURS
        count = int(account.followers * (1 + account.yearly_growth * days / 365))
        for purchase in account.purchases:
            age = hours(purchase.at, at)
            if age > 0:
                arrived = min(1.0, age / 48)
                count += int(purchase.followers * (arrived - 0.35 * min(1.0, max(0.0, age - 48) / (60 * 24))))
        return count

    def media_count(self, account: Account, at: datetime) -> int:
        """Posts on the account, those from before the world began included."""
        return account.earlier_posts + len(self.posts_of(account, at))

    # posts

    def posts(self, at: datetime) -> list[Post]:
        """Every post that is up at an instant, oldest first."""
        return [post for post in self._posts[: self._published(self._posts, at)] if post.is_up(at)]

    @property
    def all_posts(self) -> Sequence[Post]:
        """Every post that is ever published, deleted ones too, oldest first."""
        return self._posts

    def post(self, platform: str, post_id: str) -> Post | None:
        """The post with that id, whether up or not."""
        return self._by_id.get((platform, post_id))

    def posts_of(self, account: Account, at: datetime) -> list[Post]:
        """The posts that the account shows at an instant, newest first; a collaboration is on both accounts."""
        shelf = self._by_account.get((account.platform, account.account_id), [])
        return [post for post in reversed(shelf[: self._published(shelf, at)]) if post.is_up(at)]

    def counters(self, post: Post, at: datetime) -> Counters:
        """What the platform counts of a post at an instant."""
        own = lived(self.draws, post.name, post.published_at, at)
        half, spread = HALF_LIFE_HOURS[post.platform], SPREAD[post.platform]
        seen = share_at(own, half, spread)
        liked = share_at(own, half * 0.92, spread)
        said = share_at(own, half * 0.85, spread)
        kept = share_at(own, half * 1.1, spread)
        views = int(post.views * seen)
        raw = {
            "views": views,
            "reach": min(views, int(post.reach * seen)),
            "likes": min(views, int(post.likes * liked)),
            "comments": int(post.comments * said),
            "shares": int(post.shares * seen),
            "saves": int(post.saves * kept),
        }
        for fall in post.falls:
            if fall.at <= at:
                own_then = lived(self.draws, post.name, post.published_at, fall.at)
                final = {"views": post.views, "likes": post.likes, "reach": post.reach}[fall.metric]
                raw[fall.metric] -= int(final * share_at(own_then, half, spread) * fall.part)
        return Counters(**raw, watch_seconds=int(views * post.seconds_per_view))

    # clicks and orders

    def link(self, link_id: str) -> Link | None:
        """The tracked link with that id."""
        return self._link_by_id.get(link_id)

    def clicks(self, link: Link, day: date, at: datetime) -> int:
        """Clicks of a link on a UTC day as the link service knows them at an instant."""
        opens = datetime.combine(day, time(0), tzinfo=UTC)
        closes = opens + timedelta(days=1)
        known_until = min(closes, at - LATE)
        if known_until <= opens:
            return 0
        clicks = self._clicked(link, known_until) - self._clicked(link, opens)
        return clicks - int(clicks * link.robots) if at >= closes + RECOUNT_AFTER else clicks

    def orders(self, at: datetime) -> list[Order]:
        """Orders placed up to an instant, oldest first."""
        return list(self._orders[: bisect_right(self._orders, at, key=lambda order: order.ordered_at)])

    # within

    def _clicked(self, link: Link, at: datetime) -> int:
        """Clicks of a link from the beginning; those until a midnight are remembered: every later answer needs them."""
        if at.time() != time(0):
            return link.arrived(self.draws, at)
        place = (link.link_id, at)
        if place not in self._midnights:
            self._midnights[place] = link.arrived(self.draws, at)
        return self._midnights[place]

    def _published(self, shelf: Sequence[Post], at: datetime) -> int:
        return bisect_right(shelf, at, key=lambda post: post.published_at)


def _shelves(everything: Sequence[Post]) -> Mapping[tuple[str, str], list[Post]]:
    shelves: dict[tuple[str, str], list[Post]] = defaultdict(list)
    for post in everything:
        for owner in (post.account, post.partner):
            if owner is not None:
                shelves[owner.platform, owner.account_id].append(post)
    return shelves
