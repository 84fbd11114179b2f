"""Japan: a post that a business had a part in says so, in words that a reader knows."""

import polars as pl

from transforms.compliance import Predicate, Rule, Said, Verdict
from transforms.compliance.cases import first
from transforms.compliance.japan import (
    ADD,
    CUT,
    FREE,
    IS_CUT,
    IS_SAID,
    IS_VAGUE,
    LABEL_OFF,
    LABEL_ON,
    LABELLED,
    NO_RELATION,
    SAID,
    rule_of,
)


def _weak(verdict: Verdict) -> Predicate:
    return Predicate(
        lambda: first(
            (FREE, "free"),
            (LABEL_ON, "label"),
            (IS_SAID, "said"),
            (pl.col("weak_at").is_not_null(), "weak"),
            (pl.col("en_at").is_not_null(), "english"),
            (pl.col("is_unclear"), "unclear"),
            otherwise="none",
        ),
        {
            "free": NO_RELATION,
            "label": LABELLED,
            "said": SAID,
            "weak": (
                verdict,
                Said(
                    en="Only words that leave open whether it is advertising (#提供, #タイアップ, #ambassador …).",
                    ja="「#提供」「#タイアップ」など、広告かどうかが分かりにくい語だけです。",
                ),
            ),
            "english": (
                verdict,
                Said(
                    en="Only in English (#ad, #sponsored): Japanese readers may not take it as advertising.",
                    ja="「#ad」など英語の表記だけです。日本の読者には広告と伝わらないおそれがあります。",
                ),
            ),
            "unclear": (
                "warn",
                Said(
                    en="A word such as PR stands there in a form that may mean something else.",
                    ja="「PR」「広告」などの語はありますが、この投稿が広告であることを示しているか判断できません。",
                ),
            ),
            "none": ("pass", Said(en="No weak word stands there.", ja="分かりにくい語は使われていません。")),
        },
        "weak",
        forms={"english": "en", "unclear": "unclear"},
    )


RULES: tuple[Rule, ...] = (
    rule_of(
        "ST-01",
        Said(en="Says that it is advertising", ja="広告であることの明示"),
        "fail",
        ADD,
        Predicate(
            lambda: first(
                (FREE, "free"),
                (LABEL_ON, "label"),
                (IS_SAID, "said"),
                (IS_VAGUE, "vague"),
                (IS_CUT, "cut"),
                (LABEL_OFF & (pl.col("relation") == "gift"), "gift"),
                (LABEL_OFF, "nothing"),
                otherwise="unlabelled",
            ),
            {
                "free": NO_RELATION,
                "label": LABELLED,
                "said": SAID,
                "vague": (
                    "pass",
                    Said(
                        en="Something is said; whether clearly enough, ST-06 says.",
                        ja="何らかの表示はあります(ST-06参照)。",
                    ),
                ),
                "cut": CUT,
                "gift": (
                    "warn",
                    Said(
                        en="Nothing says so. For a gift it depends on whether the author was free to write or not.",
                        ja="明示がありません。無償提供の場合、投稿が自主的なものかどうかで判断が分かれます。",
                    ),
                ),
                "nothing": (
                    "fail",
                    Said(
                        en="No word in the caption and no label says that it is advertising.",
                        ja="本文にもプラットフォームの表示にも、広告であることの明示がありません。",
                    ),
                ),
                "unlabelled": (
                    "warn",
                    Said(
                        en="The caption says nothing, and the platform does not tell whether its label is on.",
                        ja="本文に明示がなく、タイアップ表示の有無も取得できません。",
                    ),
                ),
            },
        ),
    ),
    rule_of("ST-06", Said(en="Clear words", ja="分かりやすい語か"), "warn", ADD, _weak("warn")),
    rule_of("ST-06-WOMJ", Said(en="Clear words", ja="分かりやすい語か"), "fail", ADD, _weak("fail"), womj=True),
    rule_of(
        "ST-07",
        Said(en="The platform's own label", ja="プラットフォームのタイアップ表示"),
        "warn",
        Said(
            en="Set the platform's paid partnership label as well: it stays visible whatever the caption says.",
            ja="プラットフォームのタイアップ表示も設定すると、本文にかかわらず表示されて確実です。",
        ),
        Predicate(
            lambda: first(
                (FREE, "free"), (LABEL_ON, "label"), (IS_SAID, "said"), (LABEL_OFF, "off"), otherwise="untold"
            ),
            {
                "free": NO_RELATION,
                "label": LABELLED,
                "said": SAID,
                "off": (
                    "warn",
                    Said(
                        en="The label is off, and no clear word stands there.",
                        ja="タイアップ表示がなく、本文にも明示がありません。",
                    ),
                ),
                "untold": (
                    "unknown",
                    Said(en="Whether the label is on is not told.", ja="タイアップ表示の有無を取得できません。"),
                ),
            },
        ),
    ),
    rule_of(
        "ST-14",
        Said(en="The whole caption is known", ja="本文の取得範囲"),
        "warn",
        Said(
            en="Look at the post itself, and note what you saw in posts.csv.",
            ja="投稿そのものを確認し、結果を posts.csv に記録してください。",
        ),
        Predicate(
            lambda: first((FREE, "free"), (LABEL_ON, "label"), (IS_SAID, "said"), (IS_CUT, "cut"), otherwise="whole"),
            {
                "free": NO_RELATION,
                "label": LABELLED,
                "said": SAID,
                "cut": CUT,
                "whole": ("pass", Said(en="The whole caption is known.", ja="本文全体を取得できています。")),
            },
        ),
    ),
    rule_of(
        "ST-15",
        Said(en="Written so that it is found", ja="検索される書き方か"),
        "warn",
        Said(en="Write the word in ordinary letters: #PR.", ja="通常の英字で「#PR」と書き直してください。"),
        Predicate(
            lambda: first(
                (FREE, "free"),
                (LABEL_ON, "label"),
                (IS_SAID, "said"),
                (pl.col("lookalike_at").is_not_null(), "odd"),
                otherwise="ok",
            ),
            {
                "free": NO_RELATION,
                "label": LABELLED,
                "said": SAID,
                "odd": (
                    "warn",
                    Said(
                        en="It looks like PR and is written with letters of another script.",
                        ja="「PR」に見えますが、別の文字体系の字で書かれています。",
                    ),
                ),
                "ok": ("pass", Said(en="No odd spelling.", ja="特殊な表記はありません。")),
            },
            "lookalike",
        ),
    ),
)
