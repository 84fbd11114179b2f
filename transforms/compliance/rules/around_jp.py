"""Japan: nothing around the words takes them back, and they go wherever the post goes."""

from datetime import date

import polars as pl

from transforms.compliance import Predicate, Rule, Said
from transforms.compliance.cases import first
from transforms.compliance.japan import (
    CUT,
    FREE,
    IN_FORCE,
    IS_CUT,
    IS_SAID,
    LABEL_ON,
    LABELLED,
    LAW,
    NO_RELATION,
    SAID,
    WOMJ_2026,
    rule_of,
)

RULES: tuple[Rule, ...] = (
    rule_of(
        "ST-05",
        Said(en="Does not deny it", ja="打ち消す表現がないか"),
        "fail",
        Said(
            en="Take out the sentence that denies it; what is advertising must not be called something else.",
            ja="広告であることを打ち消す一文を削除してください。",
        ),
        Predicate(
            lambda: first(
                (FREE, "free"),
                (pl.col("denied_at").is_not_null() & (pl.col("relation") == "gift"), "gift"),
                (pl.col("denied_at").is_not_null(), "denied"),
                (pl.col("doubted_at").is_not_null(), "doubted"),
                (IS_CUT, "cut"),
                otherwise="ok",
            ),
            {
                "free": NO_RELATION,
                "denied": (
                    "fail",
                    Said(
                        en="A sentence says that it is no advertising, or only a personal opinion.",
                        ja="「案件ではありません」「個人の感想です」など、広告であることと矛盾する表現があります。",
                    ),
                ),
                "gift": (
                    "warn",
                    Said(
                        en="Nobody asked for it, a sentence says; of something given free that can be true.",
                        ja="「案件ではありません」などの表現があります。無償提供では事実の場合もあるため、ご確認ください。",
                    ),
                ),
                "doubted": (
                    "warn",
                    Said(
                        en="A sentence lets readers think that nobody paid (自腹, “bought it myself”).",
                        ja="「自腹購入」など、依頼がないかのように受け取られる表現があります。",
                    ),
                ),
                "cut": CUT,
                "ok": ("pass", Said(en="Nothing denies it.", ja="打ち消す表現はありません。")),
            },
            "denied",
            forms={"doubted": "doubted"},
        ),
    ),
    rule_of(
        "ST-10",
        Said(en="Names the brand", ja="広告主の明示"),
        "warn",
        Said(
            en="Name the brand or its account beside the word.",
            ja="ブランド名またはブランドのアカウントも併せて記載してください。",
        ),
        Predicate(
            lambda: first(
                (FREE, "free"),
                (LABEL_ON, "label"),
                (pl.col("names_brand"), "named"),
                (IS_CUT, "cut"),
                otherwise="missing",
            ),
            {
                "free": NO_RELATION,
                "label": LABELLED,
                "named": ("pass", Said(en="The brand is named.", ja="広告主が示されています。")),
                "cut": CUT,
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
    rule_of(
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
                (IS_CUT, "cut"),
                otherwise="missing",
            ),
            {
                "other": ("pass", Said(en="The author is no employee.", ja="従業員の投稿ではありません。")),
                "said": ("pass", Said(en="The author says so.", ja="従業員であることが示されています。")),
                "cut": CUT,
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
        source=WOMJ_2026,
        since=date(2026, 1, 7),
    ),
    rule_of(
        "ST-12",
        Said(en="Still says so after edits", ja="投稿後の編集"),
        "fail",
        Said(
            en="Put the word back that an earlier version of the caption had.",
            ja="以前の本文にあった明示を元に戻してください。",
        ),
        Predicate(
            lambda: first(
                (FREE, "free"),
                (LABEL_ON, "label"),
                (IS_SAID | pl.col("en_at").is_not_null(), "said"),
                (pl.col("was_disclosed") & IS_CUT, "cut"),
                (pl.col("was_disclosed"), "removed"),
                otherwise="ok",
            ),
            {
                "free": NO_RELATION,
                "label": LABELLED,
                "said": SAID,
                "cut": CUT,
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
    rule_of(
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
        kinds=frozenset({"post", "draft", "brief"}),
    ),
    Rule(
        rule="ST-09",
        law=LAW,
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
                (FREE, "free"),
                (pl.col("is_disclosed_there"), "said"),
                (IS_SAID, "said"),
                (~pl.col("is_disclosed_there"), "missing"),
                otherwise="untold",
            ),
            {
                "free": NO_RELATION,
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
        valid_from=IN_FORCE,
        kinds=frozenset({"reuse"}),
    ),
)
