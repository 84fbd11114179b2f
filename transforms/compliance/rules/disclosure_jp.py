"""Japan: a post that a business had a part in must say so, where a reader sees it and in words that a reader knows."""

from datetime import date

import polars as pl

from transforms.compliance import Predicate, Rule, Said, Verdict
from transforms.compliance.cases import first

_LAW = Said(
    en="Act against Unjustifiable Premiums and Misleading Representations, art. 5 no. 3 (stealth marketing notice)",
    ja="景品表示法5条3号(ステマ告示)",
)
_GUIDE = Said(en="WOM Marketing Association guideline", ja="WOMJガイドライン")
_CAA = "https://www.caa.go.jp/policies/policy/representation/fair_labeling/stealth_marketing/"
_WOMJ = "https://blog.netadreport.com/2023/07/womj.html"
_WOMJ_2026 = "https://news.livedoor.com/pr_article/detail/30329848/"
_IN_FORCE = date(2023, 10, 1)

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

_VIDEOS = frozenset({"video", "reel", "short", "live"})

_label_on = pl.col("paid_label") == "on"
_label_off = pl.col("paid_label") == "off"
_free = pl.col("relation") == "none"
_said = pl.col("ja_at").is_not_null()
_cut = pl.col("text").is_null() | pl.col("text_is_truncated").fill_null(value=False) | (pl.col("format") == "story")
_vague = pl.col("weak_at").is_not_null() | pl.col("en_at").is_not_null() | pl.col("is_unclear").fill_null(value=False)

_NO_RELATION: tuple[Verdict, Said] = (
    "pass",
    Said(en="Nobody asked for the post or paid for it, the roster says.", ja="依頼や対価のない投稿です(名簿の記載)。"),
)
_LABELLED: tuple[Verdict, Said] = (
    "pass",
    Said(en="The platform's paid partnership label is on.", ja="プラットフォームのタイアップ表示が付いています。"),
)
_SAID: tuple[Verdict, Said] = (
    "pass",
    Said(en="The caption says clearly that it is advertising.", ja="広告であることが本文に明記されています。"),
)
_CUT: tuple[Verdict, Said] = (
    "unknown",
    Said(
        en="The caption is cut off or not told, and stickers are not seen: look at the post itself.",
        ja="本文が途中までしか取得できないか、取得できていません。スタンプも見えないため、投稿そのものをご確認ください。",
    ),
)


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


_ADD = Said(
    en="Put “PR” or #PR at the very start of the caption, or set the platform's paid partnership label.",
    ja="本文の冒頭に「PR」または「#PR」を入れるか、プラットフォームのタイアップ表示を設定してください。",
)
_FRONT = Said(
    en="Move the word to the front, before all other hashtags.",
    ja="「#PR」をほかのハッシュタグより前、できれば本文の冒頭に移してください。",
)


def _rule(
    rule: str,
    title: Said,
    severity: Verdict,
    advice: Said,
    check: Predicate,
    *,
    womj: bool = False,
    source: str | None = None,
    since: date = _IN_FORCE,
    formats: frozenset[str] | None = None,
) -> Rule:
    return Rule(
        rule=rule,
        law=_GUIDE if womj else _LAW,
        profile="jp_womj" if womj else "jp_caa",
        title=title,
        severity="fail" if severity == "fail" else "warn",
        advice=advice,
        source=source or (_WOMJ if womj else _CAA),
        check=check,
        valid_from=since,
        formats=formats,
    )


def _order(verdict: Verdict) -> Predicate:
    return Predicate(
        lambda: first(
            (_free, "free"), (_label_on, "label"), (~_said, "unsaid"), (_not_first(), "late"), otherwise="ok"
        ),
        {
            "free": _NO_RELATION,
            "label": _LABELLED,
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


def _weak(verdict: Verdict) -> Predicate:
    return Predicate(
        lambda: first(
            (_free, "free"),
            (_label_on, "label"),
            (_said, "said"),
            (pl.col("weak_at").is_not_null(), "weak"),
            (pl.col("en_at").is_not_null(), "english"),
            (pl.col("is_unclear"), "unclear"),
            otherwise="none",
        ),
        {
            "free": _NO_RELATION,
            "label": _LABELLED,
            "said": _SAID,
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
    )


RULES: tuple[Rule, ...] = (
    _rule(
        "ST-01",
        Said(en="Says that it is advertising", ja="広告であることの明示"),
        "fail",
        _ADD,
        Predicate(
            lambda: first(
                (_free, "free"),
                (_label_on, "label"),
                (_said, "said"),
                (_vague, "vague"),
                (_cut, "cut"),
                (_label_off & (pl.col("relation") == "gift"), "gift"),
                (_label_off, "nothing"),
                otherwise="unlabelled",
            ),
            {
                "free": _NO_RELATION,
                "label": _LABELLED,
                "said": _SAID,
                "vague": (
                    "pass",
                    Said(
                        en="Something is said; whether clearly enough, ST-06 says.",
                        ja="何らかの表示はあります(ST-06参照)。",
                    ),
                ),
                "cut": _CUT,
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
    _rule("ST-02", Said(en="The word comes first", ja="明示の語の順番"), "warn", _FRONT, _order("warn")),
    _rule(
        "ST-02-WOMJ", Said(en="The word comes first", ja="明示の語の順番"), "fail", _FRONT, _order("fail"), womj=True
    ),
    _rule(
        "ST-03",
        Said(en="Not buried", ja="埋もれていないか"),
        "fail",
        _FRONT,
        Predicate(
            lambda: first(
                (_free, "free"), (_label_on, "label"), (~_said, "unsaid"), (_buried(), "buried"), otherwise="ok"
            ),
            {
                "free": _NO_RELATION,
                "label": _LABELLED,
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
    _rule(
        "ST-04",
        Said(en="Seen without tapping “more”", ja="「続きを読む」の前にあるか"),
        "warn",
        _FRONT,
        Predicate(
            lambda: first(
                (_free, "free"),
                (_label_on, "label"),
                (~_said, "unsaid"),
                (_buried(), "buried"),
                (pl.col("ja_at") > pl.col("fold_at"), "hidden"),
                otherwise="ok",
            ),
            {
                "free": _NO_RELATION,
                "label": _LABELLED,
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
    _rule(
        "ST-05",
        Said(en="Does not deny it", ja="打ち消す表現がないか"),
        "fail",
        Said(
            en="Take out the sentence that denies it; what is advertising must not be called something else.",
            ja="広告であることを打ち消す一文を削除してください。",
        ),
        Predicate(
            lambda: first(
                (_free, "free"),
                (pl.col("denied_at").is_not_null(), "denied"),
                (pl.col("doubted_at").is_not_null(), "doubted"),
                (_cut, "cut"),
                otherwise="ok",
            ),
            {
                "free": _NO_RELATION,
                "denied": (
                    "fail",
                    Said(
                        en="A sentence says that it is no advertising, or only a personal opinion.",
                        ja="「案件ではありません」「個人の感想です」など、広告であることと矛盾する表現があります。",
                    ),
                ),
                "doubted": (
                    "warn",
                    Said(
                        en="A sentence lets readers think that nobody paid (自腹, “bought it myself”).",
                        ja="「自腹購入」など、依頼がないかのように受け取られる表現があります。",
                    ),
                ),
                "cut": _CUT,
                "ok": ("pass", Said(en="Nothing denies it.", ja="打ち消す表現はありません。")),
            },
            "denied",
        ),
    ),
    _rule("ST-06", Said(en="Clear words", ja="分かりやすい語か"), "warn", _ADD, _weak("warn")),
    _rule("ST-06-WOMJ", Said(en="Clear words", ja="分かりやすい語か"), "fail", _ADD, _weak("fail"), womj=True),
    _rule(
        "ST-07",
        Said(en="The platform's own label", ja="プラットフォームのタイアップ表示"),
        "warn",
        Said(
            en="Set the platform's paid partnership label as well: it stays visible whatever the caption says.",
            ja="プラットフォームのタイアップ表示も設定すると、本文にかかわらず表示されて確実です。",
        ),
        Predicate(
            lambda: first(
                (_free, "free"), (_label_on, "label"), (_said, "said"), (_label_off, "off"), otherwise="untold"
            ),
            {
                "free": _NO_RELATION,
                "label": _LABELLED,
                "said": _SAID,
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
    _rule(
        "ST-08",
        Said(en="Shown in the video itself", ja="動画の中での表示"),
        "warn",
        Said(
            en="Say it or show it at the start of the video; in a long one keep it in view.",
            ja="動画の冒頭で文字または音声により広告であることを示し、長い動画では表示し続けてください。",
        ),
        Predicate(
            lambda: first(
                (_free, "free"),
                (_label_on, "label"),
                (pl.col("is_shown_in_video") & (pl.col("duration_seconds") <= LONG_VIDEO_SECONDS), "shown"),
                (pl.col("is_shown_in_video") & pl.col("is_kept_in_view"), "shown"),
                (pl.col("is_shown_in_video") & ~pl.col("is_kept_in_view"), "fades"),
                (~pl.col("is_shown_in_video"), "missing"),
                otherwise="unseen",
            ),
            {
                "free": _NO_RELATION,
                "label": _LABELLED,
                "shown": ("pass", Said(en="Somebody saw it in the video.", ja="動画内の表示が確認されています。")),
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
        formats=_VIDEOS,
    ),
    _rule(
        "ST-10",
        Said(en="Names the brand", ja="広告主の明示"),
        "warn",
        Said(
            en="Name the brand or its account beside the word.",
            ja="ブランド名またはブランドのアカウントも併せて記載してください。",
        ),
        Predicate(
            lambda: first(
                (_free, "free"),
                (_label_on, "label"),
                (pl.col("names_brand"), "named"),
                (_cut, "cut"),
                otherwise="missing",
            ),
            {
                "free": _NO_RELATION,
                "label": _LABELLED,
                "named": ("pass", Said(en="The brand is named.", ja="広告主が示されています。")),
                "cut": _CUT,
                "missing": (
                    "warn",
                    Said(
                        en="Neither the brand nor its account is named.",
                        ja="広告主(ブランド名・アカウント)の記載がありません。",
                    ),
                ),
            },
        ),
        womj=True,
    ),
    _rule(
        "ST-11",
        Said(en="An employee says so", ja="従業員による投稿"),
        "fail",
        Said(
            en="Say concretely that the author works for the brand.",
            ja="自社の従業員であることを具体的に記載してください。",
        ),
        Predicate(
            lambda: first(
                (pl.col("relation") != "employee", "other"),
                (pl.col("employed_at").is_not_null(), "said"),
                (_cut, "cut"),
                otherwise="missing",
            ),
            {
                "other": ("pass", Said(en="The author is no employee.", ja="従業員の投稿ではありません。")),
                "said": ("pass", Said(en="The author says so.", ja="従業員であることが示されています。")),
                "cut": _CUT,
                "missing": (
                    "fail",
                    Said(
                        en="An employee's post does not say that its author works there.",
                        ja="従業員の投稿ですが、その関係が具体的に示されていません。",
                    ),
                ),
            },
        ),
        womj=True,
        source=_WOMJ_2026,
        since=date(2026, 1, 7),
    ),
    _rule(
        "ST-12",
        Said(en="Still says so after edits", ja="投稿後の編集"),
        "fail",
        Said(
            en="Put the word back that an earlier version of the caption had.",
            ja="以前の本文にあった明示を元に戻してください。",
        ),
        Predicate(
            lambda: first(
                (_free, "free"),
                (_label_on, "label"),
                (_said | pl.col("en_at").is_not_null(), "said"),
                (pl.col("was_disclosed") & _cut, "cut"),
                (pl.col("was_disclosed"), "removed"),
                otherwise="ok",
            ),
            {
                "free": _NO_RELATION,
                "label": _LABELLED,
                "said": _SAID,
                "cut": _CUT,
                "removed": (
                    "fail",
                    Said(
                        en="An earlier version said so; this one no longer does.",
                        ja="以前の本文にあった明示が、編集で削除されています。",
                    ),
                ),
                "ok": ("pass", Said(en="No earlier version said more.", ja="編集による削除はありません。")),
            },
        ),
    ),
    _rule(
        "ST-13",
        Said(en="No pay for praise", ja="評価を条件にした報酬"),
        "fail",
        Said(
            en="Take the condition out of the brief: pay must not hang on stars or praise.",
            ja="報酬や特典を星の数や好意的な内容の条件にしないでください。",
        ),
        Predicate(
            lambda: first((pl.col("rewards_praise"), "tied"), otherwise="ok"),
            {
                "tied": (
                    "fail",
                    Said(
                        en="The brief ties the reward to a rating, or forbids criticism.",
                        ja="依頼条件で、評価の高さや否定的な内容の禁止が報酬に結び付いています。",
                    ),
                ),
                "ok": ("pass", Said(en="The brief ties no reward to praise.", ja="評価を条件とする報酬はありません。")),
            },
        ),
    ),
    _rule(
        "ST-14",
        Said(en="The whole caption is known", ja="本文の取得範囲"),
        "warn",
        Said(
            en="Look at the post itself, and note what you saw in posts.csv.",
            ja="投稿そのものを確認し、結果を posts.csv に記録してください。",
        ),
        Predicate(
            lambda: first((_free, "free"), (_label_on, "label"), (_said, "said"), (_cut, "cut"), otherwise="whole"),
            {
                "free": _NO_RELATION,
                "label": _LABELLED,
                "said": _SAID,
                "cut": _CUT,
                "whole": ("pass", Said(en="The whole caption is known.", ja="本文全体を取得できています。")),
            },
        ),
    ),
    _rule(
        "ST-15",
        Said(en="Written so that it is found", ja="検索される書き方か"),
        "warn",
        Said(en="Write the word in ordinary letters: #PR.", ja="通常の英字で「#PR」と書き直してください。"),
        Predicate(
            lambda: first(
                (_free, "free"),
                (_label_on, "label"),
                (_said, "said"),
                (pl.col("lookalike_at").is_not_null(), "odd"),
                otherwise="ok",
            ),
            {
                "free": _NO_RELATION,
                "label": _LABELLED,
                "said": _SAID,
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
    Rule(
        rule="ST-09",
        law=_LAW,
        profile="jp_caa",
        title=Said(en="A quoted post says so too", ja="投稿の二次利用"),
        severity="fail",
        advice=Said(
            en="Where you quote the post, say there that it is advertising: what the original says does not carry over.",
            ja="自社サイトや広告で引用する際は、その場所にも広告である旨を表示してください。元の投稿の表示では足りません。",
        ),
        source="https://advertimes.com/20241113/article480455",
        check=Predicate(
            lambda: first(
                (_free, "free"),
                (pl.col("is_disclosed_there"), "said"),
                (_said, "said"),
                (~pl.col("is_disclosed_there"), "missing"),
                otherwise="untold",
            ),
            {
                "free": _NO_RELATION,
                "said": (
                    "pass",
                    Said(en="The place says that it is advertising.", ja="引用先に広告である旨の表示があります。"),
                ),
                "missing": (
                    "fail",
                    Said(
                        en="The place quotes a paid post and does not say that it is advertising.",
                        ja="引用先に広告である旨の表示がありません。",
                    ),
                ),
                "untold": (
                    "unknown",
                    Said(
                        en="The ledger does not say whether the place says so.",
                        ja="引用先の表示の有無が記録されていません。",
                    ),
                ),
            },
        ),
        valid_from=_IN_FORCE,
        kinds=frozenset({"reuse"}),
    ),
)
