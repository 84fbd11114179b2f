"""Japan: the words stand where a reader sees them."""

from datetime import date

import polars as pl

from transforms.compliance import Predicate, Rule, Said, Verdict
from transforms.compliance.cases import first
from transforms.compliance.japan import FREE, FRONT, IS_SAID, LABEL_ON, LABELLED, NO_RELATION, rule_of

TAGS_BEFORE = 5
"""Hashtags before the word from which on it is buried. Our rule: the standard says "a mass of hashtags"."""
CAPPED_SINCE = date(2025, 12, 18)
"""Since then Instagram allows five hashtags: a mass of them can no longer bury a word there; place and order can.
https://www.socialmediatoday.com/news/instagrams-implementing-new-limits-on-hashtag-use/808309/"""
END_SHARE = 0.85
"""What stands only in the last 15 % of a long caption is hard to see. Our rule."""
LONG = 200
"""Characters from which on a caption without a fold is long. Our rule."""
LONG_VIDEO_SECONDS = 600.0
"""A video from this length on should keep its disclosure in view. Our rule."""

VIDEOS = frozenset({"video", "reel", "short", "live"})


def _at_end() -> pl.Expr:
    """The first clear word stands only at the end of a caption so long that its end is hidden."""
    long = pl.col("fold_at").fill_null(LONG)
    return (pl.col("ja_at") > long) & (pl.col("ja_at") >= END_SHARE * pl.col("length"))


def _buried() -> pl.Expr:
    is_capped = (pl.col("platform") == "instagram") & (pl.col("published_on") >= CAPPED_SINCE).fill_null(value=True)
    return ((pl.col("ja_tags") >= TAGS_BEFORE) & ~is_capped) | _at_end()


def _not_first() -> pl.Expr:
    """Said by a hashtag and in no other form before it, and another hashtag comes first."""
    return (pl.col("ja_tag_at") <= pl.col("ja_at")) & (pl.col("ja_tags") >= 1)


def _order(verdict: Verdict) -> Predicate:
    return Predicate(
        lambda: first(
            (FREE, "free"), (LABEL_ON, "label"), (~IS_SAID, "unsaid"), (_not_first(), "late"), otherwise="ok"
        ),
        {
            "free": NO_RELATION,
            "label": LABELLED,
            "unsaid": (
                "pass",
                Said(en="No clear word stands there: see ST-01.", ja="明示の語がありません(ST-01参照)。"),
            ),
            "ok": ("pass", Said(en="No other hashtag comes before it.", ja="ほかのハッシュタグより前にあります。")),
            "late": (
                verdict,
                Said(en="Another hashtag comes before the word.", ja="明示の語より前に別のハッシュタグがあります。"),
            ),
        },
        "ja",
    )


RULES: tuple[Rule, ...] = (
    rule_of("ST-02", Said(en="The word comes first", ja="明示の語の順番"), "warn", FRONT, _order("warn")),
    rule_of(
        "ST-02-WOMJ", Said(en="The word comes first", ja="明示の語の順番"), "fail", FRONT, _order("fail"), womj=True
    ),
    rule_of(
        "ST-03",
        Said(en="Not buried", ja="埋もれていないか"),
        "fail",
        FRONT,
        Predicate(
            lambda: first(
                (FREE, "free"), (LABEL_ON, "label"), (~IS_SAID, "unsaid"), (_buried(), "buried"), otherwise="ok"
            ),
            {
                "free": NO_RELATION,
                "label": LABELLED,
                "unsaid": (
                    "pass",
                    Said(en="No clear word stands there: see ST-01.", ja="明示の語がありません(ST-01参照)。"),
                ),
                "ok": ("pass", Said(en="The word is not buried.", ja="ほかの文字に埋もれていません。")),
                "buried": (
                    "fail",
                    Said(
                        en="The word is buried: behind many hashtags, or only at the hidden end of a long caption.",
                        ja="多数のハッシュタグの中、または長い本文の末尾にしかなく、見つけにくい状態です。",
                    ),
                ),
            },
            "ja",
        ),
    ),
    rule_of(
        "ST-04",
        Said(en="Seen without tapping “more”", ja="「続きを読む」の前にあるか"),
        "warn",
        FRONT,
        Predicate(
            lambda: first(
                (FREE, "free"),
                (LABEL_ON, "label"),
                (~IS_SAID, "unsaid"),
                (_buried(), "buried"),
                (pl.col("ja_at") > pl.col("fold_at"), "hidden"),
                otherwise="ok",
            ),
            {
                "free": NO_RELATION,
                "label": LABELLED,
                "unsaid": (
                    "pass",
                    Said(en="No clear word stands there: see ST-01.", ja="明示の語がありません(ST-01参照)。"),
                ),
                "buried": ("pass", Said(en="Buried: see ST-03.", ja="埋もれています(ST-03参照)。")),
                "ok": ("pass", Said(en="Seen at first sight.", ja="最初の表示範囲にあります。")),
                "hidden": (
                    "warn",
                    Said(
                        en="The first clear word stands where a reader sees it only after tapping “more”.",
                        ja="明示の語が「続きを読む」を押さないと見えない位置にあります。",
                    ),
                ),
            },
            "ja",
        ),
    ),
    rule_of(
        "ST-08",
        Said(en="Shown in the video itself", ja="動画の中での表示"),
        "warn",
        Said(
            en="Say it or show it at the start of the video; in a long one keep it in view.",
            ja="動画の冒頭で文字または音声により広告であることを示し、長い動画では表示し続けてください。",
        ),
        Predicate(
            lambda: first(
                (FREE, "free"),
                (LABEL_ON, "label"),
                (pl.col("is_shown_in_video") & (pl.col("duration_seconds") <= LONG_VIDEO_SECONDS), "shown"),
                (pl.col("is_shown_in_video") & pl.col("is_kept_in_view"), "shown"),
                (pl.col("is_shown_in_video") & ~pl.col("is_kept_in_view"), "fades"),
                (pl.col("is_shown_in_video"), "untold"),
                (~pl.col("is_shown_in_video"), "missing"),
                otherwise="unseen",
            ),
            {
                "free": NO_RELATION,
                "label": LABELLED,
                "shown": ("pass", Said(en="Somebody saw it in the video.", ja="動画内の表示が確認されています。")),
                "untold": (
                    "unknown",
                    Said(
                        en="Somebody saw it in the video; whether it stays in view of a long one is not noted.",
                        ja="動画内の表示は確認されていますが、表示が続くかどうかは記録されていません。",
                    ),
                ),
                "fades": (
                    "warn",
                    Said(en="A long video shows it only for a while.", ja="長い動画ですが、表示が続いていません。"),
                ),
                "missing": (
                    "warn",
                    Said(
                        en="Somebody looked, and the video does not show it.",
                        ja="動画内に表示がないことが確認されています。",
                    ),
                ),
                "unseen": ("unknown", Said(en="Nobody has looked at the video yet.", ja="動画の内容は未確認です。")),
            },
        ),
        formats=VIDEOS,
    ),
)
