"""Which posts the people of the simulated world publish: for campaigns, for themselves, and the odd ones on purpose."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from math import exp
from typing import Literal

from tasks.sandbox.campaigns import ZONE, Campaign, Contract
from tasks.sandbox.cast import Account, Person
from tasks.sandbox.draws import Draws
from tasks.sandbox.wording import Claim, Label, Tag, Writing, organic, sponsored

BIRTH = {"nano": 0.42, "tiny": 0.6, "micro": 0.33, "middle": 0.26, "macro": 0.22, "mega": 0.18}
"""Views that a post gets in the end per follower: smaller accounts reach a larger part of theirs."""
SCREENSHOT = "evidence/label.png"
_LIKES = {"instagram": 0.031, "tiktok": 0.044, "youtube": 0.026}
_COMMENTS = {"instagram": 0.0017, "tiktok": 0.0014, "youtube": 0.0021}

_SHORTCODE = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"

Matched = Literal["hashtag", "manual", "mention", "late", "cut_off", "none"]


@dataclass(frozen=True, slots=True)
class Fall:
    """At ``at`` the platform takes back a part of a count: a spam purge or a recount."""

    metric: str
    at: datetime
    part: float


@dataclass(frozen=True, slots=True)
class Post:
    """A post and what it will get in the end."""

    platform: str
    post_id: str
    shortcode: str
    account: Account
    partner: Account | None
    """The second owner of a collaboration."""
    published_at: datetime
    format: str
    title: str
    caption: str
    duration: int
    views: int
    reach: int
    likes: int
    comments: int
    shares: int
    saves: int
    seconds_per_view: float
    insights_from: datetime
    campaign_id: str | None = None
    """The campaign that it was made for; None for a post of one's own."""
    label: Label | None = None
    matched: Matched = "none"
    hides_likes: bool = False
    hides_comments: bool = False
    before_business: bool = False
    """Published before the account became a business account: Instagram refuses its insights for good."""
    deleted_at: datetime | None = None
    claim: Claim | None = None
    edited_at: datetime | None = None
    edited_caption: str | None = None
    """What it says from ``edited_at`` on."""
    falls: tuple[Fall, ...] = ()

    @property
    def name(self) -> str:
        """Identifies the post for draws."""
        return f"{self.platform}/{self.post_id}"

    @property
    def address(self) -> str:
        """The public address. Nobody fetches it."""
        if self.platform == "instagram":
            return f"https://www.instagram.com/{'reel' if self.format == 'reel' else 'p'}/{self.shortcode}/"
        if self.platform == "tiktok":
            return f"https://www.tiktok.com/@{self.account.first_handle}/video/{self.post_id}"
        return f"https://www.youtube.com/watch?v={self.post_id}"

    def caption_at(self, at: datetime) -> str:
        """What it says at an instant."""
        is_edited = self.edited_at is not None and self.edited_at <= at
        return self.edited_caption or "" if is_edited else self.caption

    def is_up(self, at: datetime) -> bool:
        """Whether the platform shows it."""
        return self.published_at <= at and (self.deleted_at is None or at < self.deleted_at)


@dataclass(frozen=True, slots=True)
class Decision:
    """A row of posts.csv."""

    campaign_id: str
    post: Post
    decision: Literal["confirmed", "rejected"]
    note: str
    paid_label: Literal["on", "off"] | None = None
    """The platform's label, where a person looked."""
    screenshot: str | None = None


_Key = tuple[int, str, str, int]
"""Place in the cast, campaign letter ("-" for posts of one's own), platform, n-th post (-1: the last)."""
_TAGS: Mapping[_Key, Tag] = {
    (0, "A", "instagram", 2): "full_width",
    (4, "A", "youtube", 1): "run_together",
    (5, "A", "instagram", 2): "misspelt",
    (2, "A", "tiktok", 1): "cut_off",
    (3, "A", "tiktok", 1): "cut_off",
}
_LABELS: Mapping[_Key, Label] = {
    (5, "A", "instagram", 1): "missing",
    (12, "B", "instagram", 0): "missing",
    (1, "A", "instagram", 0): "buried",
    (7, "B", "instagram", 0): "buried",
    (0, "A", "instagram", 0): "removed",
    (2, "A", "instagram", 3): "denied",
    (6, "A", "instagram", 2): "weak",
    (11, "A", "instagram", 1): "label_only",
}
_CLAIMS: Mapping[_Key, Claim] = {
    (7, "A", "instagram", 2): "spots",
    (8, "A", "youtube", 2): "spots_denied",
    (17, "B", "instagram", 2): "driving",
}
_UNTOUCHED = timedelta(days=9)
"""After so long an author takes the disclosure out again: who looked only once sees nothing."""
_PARTNERS: Mapping[_Key, int] = {(7, "A", "instagram", 0): 5}


def posts(
    draws: Draws,
    everybody: Sequence[Person],
    agreed: Sequence[Campaign],
    contracts: Iterable[Contract],
    *,
    begins_at: datetime,
    ends_at: datetime,
) -> tuple[list[Post], list[Decision]]:
    """Every post that is ever published between two instants, and what people decided about some by hand."""
    place = {person.influencer_id: n for n, person in enumerate(everybody)}
    accounts = {account.account_id: account for person in everybody for account in person.accounts}
    briefs = {campaign.campaign_id: campaign for campaign in agreed}
    made: list[Post] = []
    for contract in contracts:
        n, account = place[contract.influencer_id], accounts[contract.account_id]
        made += _for_campaign(
            draws, n, account, brief=briefs[contract.campaign_id], contract=contract, everybody=everybody
        )
    for person in everybody:
        for account in person.accounts:
            made += _own(
                draws, place[person.influencer_id], account, brief=agreed[0], begins_at=begins_at, ends_at=ends_at
            )
    made = [post for post in made if post.published_at < ends_at]
    return made, list(_decisions(made, agreed))


def _for_campaign(
    draws: Draws, n: int, account: Account, *, brief: Campaign, contract: Contract, everybody: Sequence[Person]
) -> list[Post]:
    delivered = contract.promised_posts - ((n, brief.letter) == (8, "A"))  # one person delivers one post too few
    span = (brief.closes_at - brief.opens_at) / delivered
    made: list[Post] = []
    for nth in range(delivered):
        name = f"{brief.campaign_id}/{account.platform}/{account.influencer_id}/{nth}"
        day = brief.opens_at + span * (nth + draws.between(0.1, 0.9, "day", name))
        at = _hour(draws, day, name)
        key = (n, brief.letter, account.platform, nth)
        tag, label = _TAGS.get(key, "plain"), _LABELS.get(key) or _luck(draws, n, name)
        matched: Matched = "hashtag"
        if tag == "misspelt" or key == (2, "A", "tiktok", 1):
            matched = "manual"
        elif tag == "cut_off":
            matched = "cut_off"
        if (n, brief.letter, nth) == (1, "A", delivered - 1):  # and one person is late
            at, matched = brief.closes_at + timedelta(days=1, hours=11, minutes=20), "late"
        claim = _CLAIMS.get(key)

        def written(label: Label, tag: Tag = tag, claim: Claim | None = claim, name: str = name) -> Writing:
            return sponsored(draws, brief, name, account, code=contract.code, label=label, tag=tag, claim=claim)

        said = written("clear" if label == "removed" else label)
        post = _post(draws, account, name, at, lift=0.85)
        post = replace(
            post,
            title=said.title,
            caption=said.caption,
            campaign_id=brief.campaign_id,
            label=label,
            matched=matched,
            partner=_partner(key, everybody),
            claim=claim,
            edited_at=at + _UNTOUCHED if label == "removed" else None,
            edited_caption=written("missing").caption if label == "removed" else None,
        )
        made.append(_odd(post, key))
    return made


def _luck(draws: Draws, n: int, name: str) -> Label:
    """Among the extras, too, some forget the label or bury it."""
    if n < 18:
        return "clear"
    luck = draws.unit("label luck", name)
    return "missing" if luck < 0.06 else "buried" if luck < 0.14 else "clear"


def _own(
    draws: Draws, n: int, account: Account, *, brief: Campaign, begins_at: datetime, ends_at: datetime
) -> list[Post]:
    days = 24 if account.platform == "youtube" else 21
    number = int((ends_at - begins_at).days / days)
    made: list[Post] = []
    for nth in range(number):
        name = f"own/{account.platform}/{account.influencer_id}/{nth}"
        day = begins_at + timedelta(days=days * (nth + draws.between(0.1, 0.9, "day", name)))
        at = _hour(draws, day, name)
        said = organic(draws, name, account.platform, account.language)
        post = replace(_post(draws, account, name, at, lift=1.0), title=said.title, caption=said.caption)
        made.append(post)
    inside = [k for k, post in enumerate(made) if brief.opens_at <= post.published_at < brief.closes_at]
    if (n, account.platform) == (0, "instagram") and made:
        made[0] = replace(made[0], before_business=True)
        if inside:  # the tag without the job: a follower's present
            k = inside[-1]
            words = f"フォロワーさんへのお礼に、自分で買った日焼け止めを3名さまに。いつもありがとう！ {brief.hashtag}"
            made[k] = replace(made[k], caption=words)
    if n == 8 and inside:
        k = inside[0]
        words = f"{made[k].caption}\n最近は {brief.mention} さんのお店の写真を眺めて癒やされています。"
        made[k] = replace(made[k], caption=words, matched="mention")
    return made


def _hour(draws: Draws, day: datetime, name: str) -> datetime:
    """An hour at which people in Japan post: at breakfast, at lunch, and mostly in the evening. Never near midnight."""
    hour = draws.pick((7, 8, 12, 12, 17, 18, 19, 20, 20, 21, 21, 22), "hour", name)
    local = day.astimezone(ZONE)
    return local.replace(
        hour=hour, minute=draws.whole(0, 59, "minute", name), second=draws.whole(0, 59, "second", name), microsecond=0
    )


def _post(draws: Draws, account: Account, name: str, at: datetime, *, lift: float) -> Post:
    platform = account.platform
    post_id, shortcode = _ids(draws, platform, name, at)
    size = account.followers * BIRTH[account.tier] * account.quality * lift
    views = max(5, int(size * _luck_factor(draws, 0.45, "views", name) * (1.6 if platform == "tiktok" else 1.0)))
    likes = int(views * _LIKES[platform] * _luck_factor(draws, 0.25, "likes", name))
    formats = {"instagram": ("image", "carousel", "reel", "reel"), "tiktok": ("video",), "youtube": ("video", "short")}
    form = draws.pick(formats[platform], "format", name)
    duration = 0 if form in ("image", "carousel") else draws.whole(9, 58, "duration", name)
    if platform == "youtube" and form == "video":
        duration = draws.whole(240, 1500, "long", name)
    return Post(
        platform=platform,
        post_id=post_id,
        shortcode=shortcode,
        account=account,
        partner=None,
        published_at=at,
        format=form,
        title="",
        caption="",
        duration=duration,
        views=views,
        reach=int(views * draws.between(0.62, 0.86, "reach", name)),
        likes=likes,
        comments=int(views * _COMMENTS[platform] * _luck_factor(draws, 0.4, "comments", name)),
        shares=int(likes * draws.between(0.04, 0.13, "shares", name)),
        saves=int(likes * draws.between(0.09, 0.28, "saves", name)),
        seconds_per_view=duration * draws.between(0.3, 0.7, "watched", name),
        insights_from=at + timedelta(hours=draws.whole(20, 48, "insights", name)),
    )


def _luck_factor(draws: Draws, spread: float, *names: object) -> float:
    return exp(spread * max(-2.5, min(2.5, draws.normal(*names))))


def _ids(draws: Draws, platform: str, name: str, at: datetime) -> tuple[str, str]:
    if platform == "instagram":
        return "17" + draws.digits(15, "post", name), "D" + draws.letters(10, _SHORTCODE, "code", name)
    if platform == "tiktok":  # the upper 32 bits of a TikTok id are its second of publication
        return str((int(at.timestamp()) << 32) + int(draws.unit("post", name) * 2**32)), ""
    return draws.letters(11, _SHORTCODE, "post", name), ""


def _odd(post: Post, key: _Key) -> Post:
    """The peculiarities of particular campaign posts."""
    after = post.published_at
    if key in ((1, "A", "instagram", 1), (4, "A", "youtube", 0)):
        return replace(post, hides_likes=True)
    if key == (8, "A", "youtube", 1):
        return replace(post, hides_comments=True)
    if key == (17, "B", "instagram", 0):
        return replace(post, deleted_at=after + timedelta(days=5, hours=3))
    if key == (3, "A", "tiktok", 2):
        return replace(post, deleted_at=after + timedelta(days=12, hours=8))
    falls = {
        (6, "A", "instagram", 0): Fall("likes", after + timedelta(days=6, hours=2), 0.40),
        (8, "A", "youtube", 0): Fall("views", after + timedelta(days=20, hours=5), 0.12),
        (10, "B", "tiktok", 0): Fall("views", after + timedelta(days=9, hours=1), 0.08),
        (0, "A", "instagram", 1): Fall("reach", after + timedelta(days=5, hours=4), 0.10),
    }
    return replace(post, falls=(falls[key],)) if key in falls else post


def _partner(key: _Key, everybody: Sequence[Person]) -> Account | None:
    """The other owner of a collaboration: both accounts show the post, under one id."""
    n = _PARTNERS.get(key)
    return None if n is None else next(a for a in everybody[n].accounts if a.platform == key[2])


def _decisions(made: Iterable[Post], agreed: Sequence[Campaign]) -> Iterable[Decision]:
    brief = agreed[0]
    for post in made:
        if post.label == "label_only" and post.campaign_id is not None:
            note = "タイアップ表示を画面で確認"
            yield Decision(post.campaign_id, post, "confirmed", note, paid_label="on", screenshot=SCREENSHOT)
        elif post.label == "missing" and post.campaign_id == brief.campaign_id:
            yield Decision(brief.campaign_id, post, "confirmed", "タイアップ表示なしを確認", paid_label="off")
        elif post.matched == "manual" and post.campaign_id is not None:
            yield Decision(post.campaign_id, post, "confirmed", "指定タグが読めないため手で確認")
        elif post.campaign_id is None and brief.hashtag in post.caption:
            yield Decision(brief.campaign_id, post, "rejected", "自腹のプレゼント企画。契約外")
