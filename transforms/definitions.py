"""What each platform's number means, from which day: the register that breaks in a series are read from."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

_META = "https://developers.facebook.com/docs/instagram-platform/reference/instagram-media/insights"
_META_CHANGES = "https://developers.facebook.com/documentation/instagram-platform/changelog.md"
_HASHTAGS = "https://www.socialmediatoday.com/news/instagrams-implementing-new-limits-on-hashtag-use/808309/"
_YOUTUBE = "https://developers.google.com/youtube/analytics/revision_history"
_YOUTUBE_DATA = "https://developers.google.com/youtube/v3/revision_history"
_TIKTOK = "https://developers.tiktok.com/doc/tiktok-api-v2-video-object"
_X = "https://docs.x.com/x-api/fundamentals/metrics.md"
_BITLY = "https://dev.bitly.com/docs/tutorials/retrieve-metrics"
_GA4 = "https://developers.google.com/analytics/devguides/reporting/data/v1/api-schema"
_GA4_FRESH = "https://support.google.com/analytics/answer/11198161"
_SHOPIFY = "https://shopify.dev/docs/api/admin-rest/latest/resources/order"

EARLIEST = date(2000, 1, 1)
"""First day of a meaning whose beginning nobody states."""
_READ = date(2026, 11, 22)


@dataclass(frozen=True, slots=True)
class Definition:
    """One meaning of a platform's metric, from ``valid_from`` on.

    ``meaning`` names what is counted: two definitions with the same meaning are one series. ``formats`` are those it
    applies to, all if empty. A change that was rolled out over several days was complete on ``complete_on``.
    ``dated_by``: whether the day of the observation or that of the publication decides.
    """

    platform: str
    metric: str
    meaning: str
    definition: str
    source: str
    valid_from: date = EARLIEST
    complete_on: date | None = None
    formats: tuple[str, ...] = ()
    unit: str = "count"
    dated_by: Literal["observed", "published"] = "observed"
    is_told: bool = True
    """False: from then on the platform tells this figure no more."""
    read_on: date = _READ

    @property
    def name(self) -> str:
        """Its id, unique: ``youtube.views.starts.2025-03-31``."""
        return f"{self.platform}.{self.metric}.{self.meaning}.{self.valid_from}"

    @property
    def applies_to(self) -> str:
        """Its formats in one text."""
        return " ".join(self.formats) or "all"


DEFINITIONS: tuple[Definition, ...] = (
    Definition("instagram", "impressions", "on_screen", "times the post was on screen", _META),
    Definition(
        "instagram",
        "impressions",
        "ended",
        "not told of posts published from this day on",
        _META,
        date(2024, 7, 2),
        dated_by="published",
        is_told=False,
    ),
    Definition(
        "instagram",
        "impressions",
        "ended",
        "no longer told: views took its place and count something else",
        _META,
        date(2025, 4, 21),
        is_told=False,
    ),
    Definition("instagram", "views", "plays", "plays of videos; photos had no views", _META, formats=("video", "reel")),
    Definition(
        "instagram",
        "views",
        "plays_or_on_screen",
        "times a reel was played or any other post was on screen, repeats included",
        _META,
        date(2025, 4, 21),
    ),
    Definition(
        "instagram",
        "reach",
        "accounts",
        "distinct accounts that saw the post, estimated; final after 48 hours",
        _META,
        unit="accounts",
    ),
    Definition("instagram", "likes", "organic", "organic likes; absent where the creator hides them", _META),
    Definition("instagram", "comments", "organic", "organic comments and replies", _META),
    Definition(
        "instagram", "saves", "organic", "organic saves, net of those taken back; with the creator's access", _META
    ),
    Definition("instagram", "shares", "organic", "organic shares; with the creator's access", _META),
    Definition(
        "instagram",
        "watch_seconds",
        "played",
        "time reels were played, replays included; told in milliseconds",
        _META_CHANGES,
        formats=("reel",),
        unit="seconds",
    ),
    Definition("instagram", "hashtags", "up_to_30", "a caption holds up to 30 hashtags", _HASHTAGS, unit="hashtags"),
    Definition(
        "instagram",
        "hashtags",
        "up_to_5",
        "a caption holds up to 5 hashtags; rolled out gradually, no last day stated",
        _HASHTAGS,
        date(2025, 12, 18),
        unit="hashtags",
        dated_by="published",
    ),
    Definition("tiktok", "views", "plays", "plays, as the app shows them", _TIKTOK),
    Definition("tiktok", "likes", "likes", "likes, as the app shows them", _TIKTOK),
    Definition("tiktok", "comments", "comments", "comments, as the app shows them", _TIKTOK),
    Definition("tiktok", "shares", "shares", "shares, as the app shows them", _TIKTOK),
    Definition("youtube", "views", "meant", "playbacks that YouTube holds to be meant", _YOUTUBE),
    Definition(
        "youtube",
        "views",
        "starts",
        "Shorts: every start of a playback",
        _YOUTUBE_DATA,
        date(2025, 3, 31),
        formats=("short",),
    ),
    Definition(
        "youtube",
        "views",
        "starts",
        "every start of a playback, of every format",
        _YOUTUBE,
        date(2026, 8, 24),
        complete_on=date(2026, 8, 27),
    ),
    Definition(
        "youtube",
        "engaged_views",
        "meant",
        "playbacks that views counted before",
        _YOUTUBE,
        date(2025, 3, 31),
        formats=("short",),
    ),
    Definition("youtube", "engaged_views", "meant", "playbacks that views counted before", _YOUTUBE, date(2026, 8, 24)),
    Definition("youtube", "likes", "likes", "likes; absent where the creator hides them", _YOUTUBE_DATA),
    Definition("youtube", "comments", "comments", "comments and replies; absent where they are off", _YOUTUBE_DATA),
    Definition("x", "likes", "likes", "likes of the post", _X),
    Definition("x", "shares", "reposts_and_quotes", "reposts and quotes; a repost is no post of its own", _X),
    Definition("x", "impressions", "untold", "not measured: a 0 on older posts is no figure", _X, is_told=False),
    Definition(
        "x",
        "impressions",
        "seen",
        "times the post was seen, repeats included; introduced in December 2022, no day stated",
        _X,
        date(2022, 12, 1),
        dated_by="published",
    ),
    Definition("bitly", "link_clicks", "clicks", "clicks on the short link per UTC day", _BITLY),
    Definition(
        "bitly",
        "link_clicks",
        "clicks_since_edit",
        "clicks of a link whose destination was edited are counted anew; of others as before",
        _BITLY,
        date(2024, 6, 12),
    ),
    Definition(
        "ga4",
        "sessions",
        "sessions",
        "sessions that began; of a day of the property's timezone, final after 72 hours",
        _GA4_FRESH,
        unit="sessions",
    ),
    Definition("ga4", "new_users", "first_visits", "visitors seen for the first time", _GA4, unit="users"),
    Definition("ga4", "conversions", "key_events", "key events, as the property defines them", _GA4, unit="events"),
    Definition(
        "shopify",
        "gross",
        "goods_after_discounts",
        "value of the goods after discounts, without shipping, tax as the shop's prices have it",
        _SHOPIFY,
        unit="money",
    ),
)


def retired(platform: str, metric: str) -> list[Definition]:
    """The definitions by which the platform tells the metric no more (or not yet)."""
    return [d for d in DEFINITIONS if (d.platform, d.metric) == (platform, metric) and not d.is_told]
