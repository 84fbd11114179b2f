"""Who lives in the simulated world: invented people, their accounts, and what is odd about them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from tasks.sandbox.draws import Draws

TIERS = {
    "tiny": (60, 99),  # below 100 followers Instagram tells no insights
    "nano": (1_500, 9_800),
    "micro": (11_000, 96_000),
    "middle": (110_000, 420_000),
    "macro": (520_000, 940_000),
    "mega": (1_050_000, 1_900_000),
}


@dataclass(frozen=True, slots=True)
class Part:
    """A place in the cast: size, accounts (platform, whether it gave access), campaigns and peculiarities."""

    tier: str
    accounts: tuple[tuple[str, bool], ...]
    campaigns: str
    language: str = "ja"
    traits: frozenset[str] = frozenset()


def _part(tier: str, accounts: str, campaigns: str, language: str = "ja", traits: str = "") -> Part:
    """``accounts`` is written like "instagram+ tiktok": a plus means that the creator gave access."""
    told = tuple((a.rstrip("+"), a.endswith("+")) for a in accounts.split())
    return Part(tier, told, campaigns, language, frozenset(traits.split()))


LEADS = (
    _part("micro", "instagram+", "A"),
    _part("micro", "instagram", "A", traits="hides_likes"),
    _part("micro", "instagram+ tiktok+", "A"),
    _part("micro", "tiktok+", "A"),
    _part("micro", "youtube", "A"),
    _part("nano", "instagram", "A"),
    _part("middle", "instagram", "A", traits="bought"),
    _part("micro", "instagram", "AB"),
    _part("macro", "youtube", "A"),
    _part("micro", "tiktok", "A", traits="no_code"),
    _part("mega", "tiktok+", "B", traits="no_code"),
    _part("micro", "instagram+", "AB", traits="renamed"),
    _part("micro", "instagram", "B", "en"),
    _part("tiny", "instagram+", "B"),
    _part("micro", "youtube", "B", "en", "hides_subscribers"),
    _part("nano", "instagram youtube", "B", "en"),
    _part("micro", "tiktok+", "B", "en"),
    _part("middle", "instagram", "B", traits="unknown_product_cost"),
)
"""The first places: every peculiarity that the world promises is in here once."""

# fmt: off
_JA_FAMILY = (
    ("霧ヶ丘", "kirigaoka"), ("星降", "hoshifuri"), ("凪沢", "nagisawa"), ("雨宿", "amayado"),
    ("月見坂", "tsukimizaka"), ("小夜川", "sayokawa"), ("綿雲", "watagumo"), ("鈴虫谷", "suzumushidani"),
    ("朝霧野", "asagirino"), ("薄荷原", "hakkahara"), ("栗鼠山", "risuyama"), ("花筏", "hanaikada"),
    ("水鏡", "mizukagami"), ("木漏日", "komorebi"), ("風待", "kazemachi"), ("灯坂", "hizaka"),
)
_JA_GIVEN = (
    ("ふわり", "fuwari"), ("ことね", "kotone"), ("みなわ", "minawa"), ("そらの", "sorano"), ("あさぎ", "asagi"),
    ("くるみ", "kurumi"), ("しずく", "shizuku"), ("ひなげし", "hinageshi"), ("もなか", "monaka"),
    ("らむね", "ramune"), ("こはる", "koharu"), ("なつめ", "natsume"), ("すばる", "subaru"), ("あられ", "arare"),
)
_EN_FAMILY = (
    "Larkfield", "Ashmere", "Fairwick", "Thistledown", "Bramblewood",
    "Quillmont", "Merrowby", "Hazelrigg", "Dunlocke", "Wrenhollow", "Oakhaven",
)
_EN_GIVEN = ("Ivy", "Tobin", "Juno", "Marlow", "Pippa", "Corin", "Elspeth", "Rafferty", "Sunniva", "Odell")
# fmt: on

_ID_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-"


@dataclass(frozen=True, slots=True)
class Purchase:
    """Followers that were bought: they come within two days and are purged bit by bit afterwards."""

    at: datetime
    followers: int


@dataclass(frozen=True, slots=True)
class Account:
    """An account on a platform and how its audience develops."""

    influencer_id: str
    platform: str
    account_id: str
    names: tuple[tuple[datetime, str], ...]
    """Handles, each with the instant from which it holds; oldest first."""
    display_name: str
    language: str
    tier: str
    quality: float
    """Share of the followers that is real and awake: multiplies what posts reach."""
    followers: int
    """At the world's beginning."""
    yearly_growth: float
    following: int
    earlier_posts: int
    """Posts from before the world began: counted by the platform, never shown."""
    token: str | None
    hides_followers: bool
    traits: frozenset[str]
    purchases: tuple[Purchase, ...] = ()

    def handle(self, at: datetime) -> str:
        """The handle at that instant."""
        return [name for since, name in self.names if since <= at or since == self.names[0][0]][-1]

    @property
    def first_handle(self) -> str:
        """The handle that the rosters know."""
        return self.names[0][1]


@dataclass(frozen=True, slots=True)
class Person:
    """An influencer."""

    influencer_id: str
    name: str
    language: str
    tier: str
    campaigns: str
    traits: frozenset[str]
    accounts: tuple[Account, ...]


def people(draws: Draws, number: int, begins_at: datetime, renamed_at: datetime) -> list[Person]:
    """That many people: the leads first, then extras drawn by size, platform and language."""
    parts = [*LEADS[:number], *(_extra(draws, n) for n in range(len(LEADS), number))]
    return [_person(draws, n, part, begins_at, renamed_at) for n, part in enumerate(parts)]


def _extra(draws: Draws, n: int) -> Part:
    tier = _weighted(draws, (("nano", 20), ("micro", 64), ("middle", 11), ("macro", 4), ("mega", 1)), "tier", n)
    platform = _weighted(draws, (("instagram", 55), ("tiktok", 25), ("youtube", 20)), "platform", n)
    access = "+" if draws.happens(0.35 if platform == "instagram" else 0.8, "access", n) else ""
    second = " youtube" if platform != "youtube" and draws.happens(0.12, "second", n) else ""
    campaigns = draws.pick(("A", "B"), "campaigns", n)
    language = "en" if campaigns == "B" and draws.happens(0.4, "language", n) else "ja"
    traits = "bought" if draws.happens(0.05, "bought", n) else ""
    return _part(tier, f"{platform}{access if platform != 'youtube' else ''}{second}", campaigns, language, traits)


def _weighted(draws: Draws, choices: Sequence[tuple[str, int]], *names: object) -> str:
    left = draws.unit(*names) * sum(weight for _, weight in choices)
    for choice, weight in choices:
        left -= weight
        if left < 0:
            return choice
    return choices[-1][0]


def _person(draws: Draws, n: int, part: Part, begins_at: datetime, renamed_at: datetime) -> Person:
    name, roman = _name(draws, n, part.language)
    influencer_id = f"{roman}_{n:02d}"
    accounts = tuple(
        _account(
            draws,
            influencer_id,
            name,
            part,
            platform,
            begins_at=begins_at,
            renamed_at=renamed_at,
            gave_access=gave_access,
        )
        for platform, gave_access in part.accounts
    )
    return Person(influencer_id, name, part.language, part.tier, part.campaigns, part.traits, accounts)


def _name(draws: Draws, n: int, language: str) -> tuple[str, str]:
    start = draws.whole(0, 10_000, "names")
    if language == "en":
        given = _EN_GIVEN[(start + 3 * n) % len(_EN_GIVEN)]
        family = _EN_FAMILY[(start + 2 * n) % len(_EN_FAMILY)]
        return f"{given} {family}", f"{given}_{family}".lower()
    family, family_roman = _JA_FAMILY[(start + 3 * n) % len(_JA_FAMILY)]
    given, given_roman = _JA_GIVEN[(start + 5 * n) % len(_JA_GIVEN)]
    return family + given, f"{given_roman}_{family_roman}"


def _account(
    draws: Draws,
    influencer_id: str,
    name: str,
    part: Part,
    platform: str,
    *,
    begins_at: datetime,
    renamed_at: datetime,
    gave_access: bool,
) -> Account:
    me = (platform, influencer_id)
    handle = f"{influencer_id}_demo"
    names = [(begins_at, handle)]
    if "renamed" in part.traits and platform == "instagram":
        names.append((renamed_at, f"{influencer_id}_kurashi_demo"))
    low, high = TIERS[part.tier]
    followers = int(low * (high / low) ** draws.unit("followers", *me))
    bought = "bought" in part.traits
    purchases = (
        Purchase(begins_at + timedelta(days=draws.whole(18, 26, "bought1", *me)), int(followers * 0.22)),
        Purchase(begins_at + timedelta(days=draws.whole(58, 66, "bought2", *me)), int(followers * 0.31)),
    )
    return Account(
        influencer_id=influencer_id,
        platform=platform,
        account_id=_account_id(draws, *me),
        names=tuple(names),
        display_name=name,
        language=part.language,
        tier=part.tier,
        quality=0.12 if bought else draws.between(0.75, 1.25, "quality", *me),
        followers=followers,
        yearly_growth=0.0 if part.tier == "tiny" else draws.between(0.02, 0.45, "growth", *me),
        following=draws.whole(80, 1_400, "following", *me),
        earlier_posts=draws.whole(40, 900, "earlier", *me),
        token=_token(draws, *me) if gave_access else None,
        hides_followers="hides_subscribers" in part.traits and platform == "youtube",
        traits=part.traits,
        purchases=purchases if bought else (),
    )


def _account_id(draws: Draws, platform: str, influencer_id: str) -> str:
    if platform == "instagram":
        return "178414" + draws.digits(11, "account", platform, influencer_id)
    if platform == "tiktok":
        return "-000" + draws.letters(32, _ID_LETTERS, "account", platform, influencer_id)
    return "UC" + draws.letters(22, _ID_LETTERS, "account", platform, influencer_id)


def _token(draws: Draws, platform: str, influencer_id: str) -> str:
    kind = "IGAAdemo" if platform == "instagram" else "act.demo"
    return kind + draws.letters(40, _ID_LETTERS[:62], "token", platform, influencer_id)
