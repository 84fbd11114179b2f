"""Japan's rules on saying that a post is advertising: what they share."""

from datetime import date

import polars as pl

from transforms.compliance import Kind, Predicate, Rule, Said, Verdict

LAW = Said(
    en="Act against Unjustifiable Premiums and Misleading Representations, art. 5 no. 3 (stealth marketing notice)",
    ja="景品表示法5条3号(ステマ告示)",
)
GUIDE = Said(en="WOM Marketing Association guideline", ja="WOMJガイドライン")
CAA = "https://www.caa.go.jp/policies/policy/representation/fair_labeling/stealth_marketing/"
WOMJ = "https://blog.netadreport.com/2023/07/womj.html"
WOMJ_2026 = "https://news.livedoor.com/pr_article/detail/30329848/"
IN_FORCE = date(2023, 10, 1)


LABEL_ON = pl.col("paid_label") == "on"
LABEL_OFF = pl.col("paid_label") == "off"
FREE = pl.col("relation") == "none"
IS_SAID = pl.col("ja_at").is_not_null()
IS_CUT = pl.col("text").is_null() | pl.col("text_is_truncated").fill_null(value=False) | (pl.col("format") == "story")
IS_VAGUE = pl.any_horizontal(pl.col("weak_at", "en_at", "lookalike_at").is_not_null()) | pl.col("is_unclear").fill_null(
    value=False
)

NO_RELATION: tuple[Verdict, Said] = (
    "pass",
    Said(en="Nobody asked for the post or paid for it, the roster says.", ja="依頼や対価のない投稿です(名簿の記載)。"),
)
LABELLED: tuple[Verdict, Said] = (
    "pass",
    Said(en="The platform's paid partnership label is on.", ja="プラットフォームのタイアップ表示が付いています。"),
)
SAID: tuple[Verdict, Said] = (
    "pass",
    Said(en="The caption says clearly that it is advertising.", ja="広告であることが本文に明記されています。"),
)
CUT: tuple[Verdict, Said] = (
    "unknown",
    Said(
        en="The caption is cut off or not told, and stickers are not seen: look at the post itself.",
        ja="本文が途中までしか取得できないか、取得できていません。スタンプも見えないため、投稿そのものをご確認ください。",
    ),
)


ADD = Said(
    en="Put “PR” or #PR at the very start of the caption, or set the platform's paid partnership label.",
    ja="本文の冒頭に「PR」または「#PR」を入れるか、プラットフォームのタイアップ表示を設定してください。",
)
FRONT = Said(
    en="Move the word to the front, before all other hashtags.",
    ja="「#PR」をほかのハッシュタグより前、できれば本文の冒頭に移してください。",
)


def rule_of(
    rule: str,
    title: Said,
    severity: Verdict,
    advice: Said,
    check: Predicate,
    *,
    womj: bool = False,
    source: str | None = None,
    since: date = IN_FORCE,
    formats: frozenset[str] | None = None,
    kinds: frozenset[Kind] = frozenset({"post", "draft"}),
) -> Rule:
    """A rule of the standard, or of the association's guideline (``womj``)."""
    return Rule(
        rule=rule,
        law=GUIDE if womj else LAW,
        profile="jp_womj" if womj else "jp_caa",
        title=title,
        severity="fail" if severity == "fail" else "warn",
        advice=advice,
        source=source or (WOMJ if womj else CAA),
        check=check,
        valid_from=since,
        formats=formats,
        kinds=kinds,
    )
