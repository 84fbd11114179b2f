"""What the brand itself asked for: product name, hashtags, accounts, code and link, the days, and what must not stand."""

import polars as pl

from transforms.compliance import Predicate, Rule, Said, Verdict
from transforms.compliance.cases import first

_LAW = Said(en="The campaign's own guidelines", ja="キャンペーンのガイドライン")
_cut = pl.col("text").is_null() | pl.col("text_is_truncated").fill_null(value=False)
_CUT: tuple[Verdict, Said] = (
    "unknown",
    Said(en="The caption is cut off or not told.", ja="本文の一部しか取得できていません。"),
)
_UNASKED: tuple[Verdict, Said] = ("pass", Said(en="The brief asks for none.", ja="ガイドラインに指定はありません。"))


def _rule(rule: str, title: Said, advice: Said, check: Predicate, categories: frozenset[str] | None = None) -> Rule:
    return Rule(
        rule=rule,
        law=_LAW,
        profile="brief",
        title=title,
        severity="fail" if any(v == "fail" for v, _ in check.outcomes.values()) else "warn",
        advice=advice,
        source="campaigns/<campaign_id>/campaign.toml",
        check=check,
        categories=categories,
    )


def _has(column: str, verdict: Verdict, wanted: str, there: Said, missing: Said) -> Predicate:
    """The text has what the brief asks for: unknown where it may stand in the part that is cut off."""
    asked = pl.col(column)
    return Predicate(
        lambda: first((asked, "there"), (_cut, "cut"), (~asked, "missing"), otherwise="unasked"),
        {"there": ("pass", there), "cut": _CUT, "missing": (verdict, missing), "unasked": _UNASKED},
        wanted=wanted,
    )


def _lacks(column: str, verdict: Verdict, asked: str, there: Said, missing: Said) -> Predicate:
    return Predicate(
        lambda: first(
            (pl.col(asked).fill_null("").str.strip_chars() == "", "unasked"),
            (_cut & pl.col(column).is_not_null(), "cut"),
            (pl.col("text").is_null(), "cut"),
            (pl.col(column).is_not_null(), "missing"),
            otherwise="there",
        ),
        {"there": ("pass", there), "cut": _CUT, "missing": (verdict, missing), "unasked": _UNASKED},
        wanted=column,
    )


def _names(column: str, asked: str, verdict: Verdict, found: Said, clean: Said) -> Predicate:
    return Predicate(
        lambda: first(
            (pl.col(asked).fill_null("").str.strip_chars() == "", "unasked"),
            (pl.col(column).is_not_null(), "found"),
            (_cut, "cut"),
            otherwise="clean",
        ),
        {"found": (verdict, found), "cut": _CUT, "clean": ("pass", clean), "unasked": _UNASKED},
        word=column,
    )


RULES: tuple[Rule, ...] = (
    _rule(
        "BR-01",
        Said(en="Product name", ja="商品名"),
        Said(en="Write the product's name as the brief has it.", ja="商品名をガイドラインの表記で入れてください。"),
        _has(
            "names_product",
            "fail",
            "names",
            Said(en="The product is named.", ja="商品名が入っています。"),
            Said(en="The product's name does not stand there.", ja="商品名が入っていません。"),
        ),
    ),
    _rule(
        "BR-02",
        Said(en="Designated hashtags", ja="指定ハッシュタグ"),
        Said(
            en="Add the designated hashtags, spelt exactly so.",
            ja="指定のハッシュタグを、指定どおりの表記で追加してください。",
        ),
        _lacks(
            "lacks_hashtags",
            "fail",
            "hashtags",
            Said(en="All designated hashtags stand there.", ja="指定ハッシュタグがすべて入っています。"),
            Said(en="A designated hashtag is missing.", ja="指定ハッシュタグが入っていません。"),
        ),
    ),
    _rule(
        "BR-03",
        Said(en="Code and link", ja="クーポンコード・リンク"),
        Said(
            en="Use the code or link that was given to this author.",
            ja="ご本人に割り当てたコードまたはリンクを使ってください。",
        ),
        Predicate(
            lambda: first(
                (pl.col("other_code").is_not_null(), "other"),
                (pl.col("has_code").fill_null(value=False) | pl.col("has_link").fill_null(value=False), "there"),
                (pl.col("code").is_null() & pl.col("link").is_null(), "unasked"),
                (_cut, "cut"),
                (pl.col("code").is_not_null(), "missing"),
                otherwise="elsewhere",
            ),
            {
                "other": (
                    "fail",
                    Said(en="Another author's code stands there.", ja="別の投稿者のコードが記載されています。"),
                ),
                "there": (
                    "pass",
                    Said(
                        en="The author's own code or link stands there.",
                        ja="ご本人のコードまたはリンクが入っています。",
                    ),
                ),
                "unasked": _UNASKED,
                "cut": _CUT,
                "missing": (
                    "warn",
                    Said(
                        en="The code that was given does not stand there.", ja="割り当てたコードが記載されていません。"
                    ),
                ),
                "elsewhere": (
                    "unknown",
                    Said(
                        en="The link may stand in the profile or on a sticker, which are not seen.",
                        ja="リンクがプロフィールやスタンプにあるかどうかは確認できません。",
                    ),
                ),
            },
            word="other_code",
            wanted="code",
        ),
    ),
    _rule(
        "BR-04",
        Said(en="Within the campaign's days", ja="投稿期間"),
        Said(
            en="Agree on the date, or count the post as an extra.",
            ja="投稿日をご相談いただくか、追加の投稿として扱ってください。",
        ),
        Predicate(
            lambda: first(
                (
                    pl.col("published_on").is_null() | pl.col("starts_on").is_null() | pl.col("ends_on").is_null(),
                    "untold",
                ),
                (pl.col("published_on") < pl.col("starts_on"), "early"),
                (pl.col("published_on") > pl.col("ends_on"), "late"),
                otherwise="within",
            ),
            {
                "untold": ("unknown", Said(en="When it was posted is not told.", ja="投稿日を取得できません。")),
                "early": ("warn", Said(en="Posted before the campaign began.", ja="キャンペーン開始前の投稿です。")),
                "late": ("warn", Said(en="Posted after the campaign ended.", ja="キャンペーン終了後の投稿です。")),
                "within": ("pass", Said(en="Posted within the campaign's days.", ja="期間内の投稿です。")),
            },
        ),
    ),
    _rule(
        "BR-05",
        Said(en="No rivals", ja="競合の記載"),
        Said(en="Take the rival's name out.", ja="競合の名称を削除してください。"),
        _names(
            "rival",
            "rivals",
            "fail",
            Said(en="A rival is named.", ja="競合の名称が入っています。"),
            Said(en="No rival is named.", ja="競合の名称はありません。"),
        ),
    ),
    _rule(
        "BR-06",
        Said(en="Words that the brief forbids", ja="禁止ワード"),
        Said(en="Take the word out, or say it otherwise.", ja="該当の語を削除するか、別の言い方にしてください。"),
        _names(
            "forbidden_word",
            "forbidden",
            "fail",
            Said(en="A word that the brief forbids stands there.", ja="ガイドラインで禁止した語が入っています。"),
            Said(en="No forbidden word stands there.", ja="禁止ワードはありません。"),
        ),
    ),
    _rule(
        "BR-07",
        Said(en="Accounts to name", ja="指定アカウント"),
        Said(en="Name the account with @.", ja="指定のアカウントを @ で記載してください。"),
        _lacks(
            "lacks_mentions",
            "warn",
            "mentions",
            Said(en="All accounts are named.", ja="指定アカウントが記載されています。"),
            Said(en="An account that should be named is not.", ja="指定アカウントの記載がありません。"),
        ),
    ),
    _rule(
        "BR-08",
        Said(en="Age limit", ja="年齢制限の表示"),
        Said(
            en="Add a line such as “20+ only. Drink responsibly.”",
            ja="「お酒は20歳になってから。」などの一文を入れてください。",
        ),
        Predicate(
            lambda: first(
                (pl.col("min_age").is_null() & (pl.col("category") != "alcohol").fill_null(value=True), "unasked"),
                (pl.col("states_age"), "there"),
                (_cut, "cut"),
                otherwise="missing",
            ),
            {
                "unasked": _UNASKED,
                "there": ("pass", Said(en="The age limit is stated.", ja="年齢制限が記載されています。")),
                "cut": _CUT,
                "missing": ("warn", Said(en="No line states the age limit.", ja="年齢制限の記載がありません。")),
            },
        ),
    ),
)
