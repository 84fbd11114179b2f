"""United States: an endorsement says what ties its author to the brand, in the endorsement and where it is seen."""

from datetime import date

import polars as pl

from transforms.compliance import Predicate, Rule, Said, Verdict
from transforms.compliance.cases import first

_LAW = Said(en="FTC Endorsement Guides, 16 CFR 255", ja="米国FTC 推奨・証言広告ガイド(16 CFR 255)")
_SOURCE = "https://www.ecfr.gov/current/title-16/chapter-I/subchapter-B/part-255"
LINES = 3
"""Lines that Instagram shows before "more": a disclosure stands within them."""
TAGS_BEFORE = 3
"""Hashtags before the word from which on it is mixed into a group. Our rule: the guides say "not mixed"."""

_free = pl.col("relation") == "none"
_said = pl.col("en_at").is_not_null()
_label_on = pl.col("paid_label") == "on"
_cut = pl.col("text").is_null() | pl.col("text_is_truncated").fill_null(value=False) | (pl.col("format") == "story")
_vague = pl.col("weak_at").is_not_null() | pl.col("ja_at").is_not_null() | pl.col("is_unclear").fill_null(value=False)

_NO_RELATION: tuple[Verdict, Said] = (
    "pass",
    Said(en="Nobody asked for the post or paid for it, the roster says.", ja="依頼や対価のない投稿です(名簿の記載)。"),
)
_SAID: tuple[Verdict, Said] = (
    "pass",
    Said(en="The caption says clearly that it is advertising.", ja="広告であることが英語で明記されています。"),
)
_CUT: tuple[Verdict, Said] = (
    "unknown",
    Said(
        en="The caption is cut off or not told, and stickers are not seen: look at the post itself.",
        ja="本文が途中までしか取得できないか、取得できていません。投稿そのものをご確認ください。",
    ),
)
_ADD = Said(
    en="Start the caption with #ad or a sentence such as “Paid partnership with …”.",
    ja="本文の冒頭に「#ad」または「Paid partnership with …」などの一文を入れてください。",
)


def _rule(rule: str, title: Said, check: Predicate, advice: Said = _ADD, formats: frozenset[str] | None = None) -> Rule:
    return Rule(
        rule=rule,
        law=_LAW,
        profile="us_ftc",
        title=title,
        severity="fail" if any(v == "fail" for v, _ in check.outcomes.values()) else "warn",
        advice=advice,
        source=_SOURCE,
        check=check,
        valid_from=date(2023, 7, 26),
        formats=formats,
    )


def _hidden() -> pl.Expr:
    """Where an app folds captions, it folds them by characters and by lines."""
    return (pl.col("en_at") > pl.col("fold_at")) | (pl.col("fold_at").is_not_null() & (pl.col("en_lines") >= LINES))


RULES: tuple[Rule, ...] = (
    _rule(
        "US-01",
        Said(en="Says what ties author and brand", ja="広告関係の明示"),
        Predicate(
            lambda: first(
                (_free, "free"),
                (_said, "said"),
                (_label_on, "label"),
                (_vague, "vague"),
                (_cut, "cut"),
                (pl.col("paid_label") == "off", "nothing"),
                otherwise="unlabelled",
            ),
            {
                "free": _NO_RELATION,
                "said": _SAID,
                "label": (
                    "pass",
                    Said(
                        en="The platform's label says so; alone it is not enough: US-05.",
                        ja="プラットフォームの表示があります(単独では不十分、US-05参照)。",
                    ),
                ),
                "vague": (
                    "pass",
                    Said(
                        en="Something is said; whether clearly enough, US-03 says.",
                        ja="何らかの表示はあります(US-03参照)。",
                    ),
                ),
                "cut": _CUT,
                "nothing": (
                    "fail",
                    Said(
                        en="Nothing says what ties the author to the brand.",
                        ja="ブランドとの関係を示す表示がありません。",
                    ),
                ),
                "unlabelled": (
                    "warn",
                    Said(
                        en="The caption says nothing, and the platform does not tell whether its label is on.",
                        ja="本文に明示がなく、プラットフォームの表示の有無も取得できません。",
                    ),
                ),
            },
        ),
    ),
    _rule(
        "US-02",
        Said(en="Where it is seen", ja="見える位置にあるか"),
        Predicate(
            lambda: first(
                (_free, "free"),
                (~_said, "unsaid"),
                (_hidden(), "hidden"),
                (pl.col("en_tags") >= TAGS_BEFORE, "mixed"),
                otherwise="ok",
            ),
            {
                "free": _NO_RELATION,
                "unsaid": (
                    "pass",
                    Said(en="No clear word stands there: see US-01.", ja="明示の語がありません(US-01参照)。"),
                ),
                "hidden": (
                    "fail",
                    Said(en="It stands behind “more”.", ja="「続きを読む」を押さないと見えない位置にあります。"),
                ),
                "mixed": (
                    "fail",
                    Said(en="It is mixed into a group of hashtags.", ja="ほかのハッシュタグに紛れています。"),
                ),
                "ok": ("pass", Said(en="It is seen at first sight.", ja="最初の表示範囲にあります。")),
            },
            "en",
        ),
    ),
    _rule(
        "US-03",
        Said(en="Words that readers know", ja="伝わる語か"),
        Predicate(
            lambda: first(
                (_free, "free"),
                (_said, "said"),
                (pl.col("weak_at").is_not_null(), "weak"),
                (pl.col("ja_at").is_not_null(), "japanese"),
                (pl.col("is_unclear"), "unclear"),
                otherwise="none",
            ),
            {
                "free": _NO_RELATION,
                "said": _SAID,
                "weak": (
                    "fail",
                    Said(
                        en="Only words such as #sp, #partner, “thanks @brand”, which readers may not understand.",
                        ja="「#sp」「#partner」など、伝わりにくい語だけです。",
                    ),
                ),
                "japanese": (
                    "warn",
                    Said(
                        en="Only in Japanese (#PR): American readers may not know it.",
                        ja="日本語の表記だけです。米国の読者には伝わらないおそれがあります。",
                    ),
                ),
                "unclear": (
                    "warn",
                    Said(
                        en="A word such as “ad” stands there in a form that may mean something else.",
                        ja="広告を意味するか判断できない形の語だけです。",
                    ),
                ),
                "none": ("pass", Said(en="No weak word stands there.", ja="伝わりにくい語は使われていません。")),
            },
            "weak",
            forms={"japanese": "ja", "unclear": "unclear"},
        ),
    ),
    _rule(
        "US-04",
        Said(en="In the video as well", ja="動画の中での表示"),
        Predicate(
            lambda: first(
                (_free, "free"),
                (pl.col("is_shown_in_video"), "shown"),
                (~pl.col("is_shown_in_video"), "missing"),
                otherwise="unseen",
            ),
            {
                "free": _NO_RELATION,
                "shown": ("pass", Said(en="Somebody saw it in the video.", ja="動画内の表示が確認されています。")),
                "missing": (
                    "warn",
                    Said(
                        en="Somebody looked, and the video does not show or say it.",
                        ja="動画内に表示がないことが確認されています。",
                    ),
                ),
                "unseen": ("unknown", Said(en="Nobody has looked at the video yet.", ja="動画の内容は未確認です。")),
            },
        ),
        advice=Said(
            en="Say it and show it in the video, not only below it.",
            ja="説明欄だけでなく、動画の中でも文字と音声で示してください。",
        ),
        formats=frozenset({"video", "reel", "short", "live", "story"}),
    ),
    _rule(
        "US-05",
        Said(en="Not by the platform's label alone", ja="プラットフォーム表示だけに頼らない"),
        Predicate(
            lambda: first(
                (_free, "free"), (_said, "said"), (_label_on & _cut, "cut"), (_label_on, "alone"), otherwise="other"
            ),
            {
                "free": _NO_RELATION,
                "said": _SAID,
                "cut": _CUT,
                "alone": (
                    "fail",
                    Said(
                        en="Only the platform's label says so.",
                        ja="プラットフォームの表示だけで、本文に明示がありません。",
                    ),
                ),
                "other": (
                    "pass",
                    Said(en="The label is not what it rests on.", ja="プラットフォームの表示だけに頼ってはいません。"),
                ),
            },
        ),
    ),
    _rule(
        "US-06",
        Said(en="Nothing denies it", ja="打ち消す表現がないか"),
        Predicate(
            lambda: first(
                (_free, "free"),
                (pl.col("denied_at").is_not_null() & (pl.col("relation") == "gift"), "gift"),
                (pl.col("denied_at").is_not_null(), "denied"),
                (_cut, "cut"),
                otherwise="ok",
            ),
            {
                "free": _NO_RELATION,
                "denied": (
                    "fail",
                    Said(en="A sentence says that it is no advertising.", ja="広告ではないと述べる表現があります。"),
                ),
                "gift": (
                    "warn",
                    Said(
                        en="Nobody asked for it, a sentence says; of something given free that can be true.",
                        ja="「案件ではありません」などの表現があります。無償提供では事実の場合もあるため、ご確認ください。",
                    ),
                ),
                "cut": _CUT,
                "ok": ("pass", Said(en="Nothing denies it.", ja="打ち消す表現はありません。")),
            },
            "denied",
        ),
        advice=Said(en="Take the sentence out.", ja="その一文を削除してください。"),
    ),
)
"""US-06 of the field's lists is the height of the fine, which no text shows; ours takes its place. US-07 (bought
followers) is judged of accounts, not of texts."""
