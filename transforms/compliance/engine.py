"""Every post against every rule that binds it: one verdict each, with the words it points at and what would be right.

Columns are judged by expressions; only texts in which a dictionary's word stands are read one by one.
"""

from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import polars as pl

from transforms.compliance import Predicate, Rule, Words
from transforms.compliance.brief import with_brief
from transforms.compliance.pointing import pointed
from transforms.compliance.reading import read
from transforms.compliance.wording import FOUND, worded
from transforms.contracts import Table, count, date, flag, pick, real, text
from transforms.tables.fields import FIELDS

POSTS = Table(
    name="staging.judged_posts",
    grain="campaign × thing judged",
    description="What the rules look at: a post, a draft or a place that quotes a post.",
    key=("campaign_id", "thing"),
    fields=(
        text("campaign_id", "Campaign; null for a draft that belongs to none."),
        text("thing", "What is judged: a post's key, a place of reuse, a draft's name.").needed(),
        text("kind", "What it is.", among=("post", "draft", "reuse", "brief")).needed(),
        *pick(FIELDS, "platform", "format", "published_on", "paid_label", "duration_seconds"),
        text("text", "Caption, or the text as shown at the place; null if not known."),
        flag("text_is_truncated", "The text may be cut off."),
        text("relation", "What ties the author to the brand.", among=("paid", "gift", "employee", "none")),
        text("profiles", "Profiles in force, separated by spaces.").needed(),
        text("category", "Product category."),
        text("brand", "Brand."),
        text("names", "Names of the product, one a line."),
        text("hashtags", "Designated hashtags, separated by spaces."),
        text("mentions", "Accounts to name, separated by spaces."),
        text("code", "The influencer's code."),
        text("codes", "All codes of the campaign, one a line."),
        text("link", "The influencer's link."),
        date("starts_on", "First day on which a post counts."),
        date("ends_on", "Last day on which a post counts."),
        text("forbidden", "Words that must not stand there, one a line."),
        text("rivals", "Names of rivals, one a line."),
        text("permitted", "Effects that this product may claim, one a line (notified or approved wording)."),
        count("min_age", "Age that must be stated; null if none.", unit="years"),
        flag("rewards_praise", "The brief ties the reward to a rating or forbids criticism."),
        flag("is_shown_in_video", "Somebody saw the disclosure in the video; null if nobody looked."),
        flag("is_kept_in_view", "And it stays in view."),
        flag("is_disclosed_there", "The place of reuse says that it is advertising; null if not noted."),
        flag("was_disclosed", "An earlier version of the text said so."),
    ),
)
"""The shape that :func:`judge` reads; columns that a frame lacks are unknown."""

FINDINGS = Table(
    name="staging.findings",
    grain="campaign × thing judged × rule × nth",
    description="What the rules say: at least one row per rule that binds.",
    key=("campaign_id", "thing", "rule", "nth"),
    fields=(
        text("campaign_id", "Campaign."),
        text("thing", "What was judged.").needed(),
        text("rule", "Rule.").needed(),
        count("nth", "Number of the finding, from 1.").needed(),
        text("verdict", "What is said.", among=("pass", "unknown", "warn", "fail")).needed(),
        text("code", "Which outcome of the rule, or entry of the dictionary.").needed(),
        text("lowered_by", "Why a wording finding is milder than its entry: negation, quotation, question, permitted."),
        count("span_start", "First character of the words it points at, from 0; null if none."),
        count("span_end", "The character after the last."),
        text("quote", "The words it points at."),
        text("reason_en", "Why, in English.").needed(),
        text("reason_ja", "Why, in Japanese.").needed(),
        text("advice_en", "What would be right, in English; null where nothing is to do."),
        text("advice_ja", "What would be right, in Japanese."),
        text("wanted", "What should stand there and does not: a name, hashtags, accounts, a code."),
        count("rule_version", "Version of the rule.", unit="version").needed(),
        real("share", "Place of the words in the text: 0 at its start, 1 at its end.", unit="ratio"),
    ),
)


def judge(posts: pl.DataFrame, rules: Iterable[Rule], *, passes: bool = True) -> pl.DataFrame:
    """Shape of :data:`FINDINGS`, sorted by its key. ``posts`` have the shape of :data:`POSTS` or part of it.

    ``passes``: also say which rules found nothing; without, only what is worse than a pass.
    """
    laws = tuple(rules)
    shaped = POSTS.conform_loosely(posts).with_columns(pl.col("relation").fill_null("paid"))
    slices = list(shaped.iter_slices(_AT_ONCE))
    with ThreadPoolExecutor(_SIDE_BY_SIDE) as pool:
        parts = list(pool.map(partial(_found, rules=laws, passes=passes), slices))
    return pl.concat([FINDINGS.empty(), *parts]).sort(FINDINGS.key)


_AT_ONCE, _SIDE_BY_SIDE = 50_000, 2
"""Posts that are read together, as what is read of a text takes several times its own memory; and how many such parts
at a time, as folding and searching one column keep one core busy."""


def _found(posts: pl.DataFrame, rules: tuple[Rule, ...], *, passes: bool) -> pl.DataFrame:
    known, binding = _with_bindings(posts.with_row_index("_row"), rules)
    if not binding:
        return FINDINGS.empty()
    known = with_brief(read(known))
    bound = {rule.rule: pl.col(f"_binds:{rule.rule}") for rule in binding}
    of_words = [rule for rule in binding if isinstance(rule.check, Words)]
    told = [worded(known, of_words, bound, passes=passes), _decided(known, binding, bound, passes=passes)]
    versions = pl.DataFrame({"rule": [r.rule for r in binding], "rule_version": [r.version for r in binding]})
    rows = pl.concat(told, how="diagonal").join(versions, on="rule", how="left", validate="m:1", maintain_order="left")
    named = rows.join(known.select("_row", "campaign_id", "thing"), on="_row", how="left", validate="m:1")
    return FINDINGS.conform(pointed(named, known))


BY = ("kind", "profiles", "published_on", "platform", "format", "category")
"""What decides which rules bind a post."""


def _with_bindings(posts: pl.DataFrame, rules: Sequence[Rule]) -> tuple[pl.DataFrame, list[Rule]]:
    """The posts with ``_binds:<rule>``, and the rules that bind any of them: asked once for posts of one kind."""
    kinds = posts.select(BY).unique().with_columns(binds(rule).alias(f"_binds:{rule.rule}") for rule in rules)
    binding = [rule for rule in rules if kinds[f"_binds:{rule.rule}"].any()]
    listed = kinds.select(*BY, *(f"_binds:{rule.rule}" for rule in binding))
    joined = posts.join(listed, on=list(BY), how="left", validate="m:1", nulls_equal=True, maintain_order="left")
    return joined, binding


def binds(rule: Rule) -> pl.Expr:
    """Expression: the rule binds the post: by profile, kind, platform, format, category and day."""
    on = pl.col("published_on")
    binds = pl.col("kind").is_in(sorted(rule.kinds)) & pl.col("profiles").str.split(" ").list.contains(rule.profile)
    binds &= (on >= rule.valid_from).fill_null(value=True)
    if rule.valid_until is not None:
        binds &= (on <= rule.valid_until).fill_null(value=True)
    for column, allowed in (("platform", rule.platforms), ("format", rule.formats), ("category", rule.categories)):
        if allowed is not None:
            binds &= pl.col(column).is_in(sorted(allowed)).fill_null(value=False)
    return binds


def _decided(known: pl.DataFrame, rules: Sequence[Rule], bound: Mapping[str, pl.Expr], *, passes: bool) -> pl.DataFrame:
    """What the rules over columns say, all asked in one go."""
    checks = {rule.rule: (rule, rule.check) for rule in rules if isinstance(rule.check, Predicate)}
    nothing = pl.DataFrame(schema=FOUND | {"wanted": pl.String(), "_form": pl.String(), "_word": pl.String()})
    if not checks:
        return nothing
    codes = known.select("_row", *(pl.when(bound[name]).then(c.code()).alias(name) for name, (_, c) in checks.items()))
    told = (
        codes.unpivot(index="_row", variable_name="rule", value_name="code")
        .join(_outcomes(checks.values(), passes=passes), on=["rule", "code"], validate="m:1")
        .with_columns(pl.lit(1, pl.Int64).alias("nth"))
    )
    words = {name: c.word for name, (_, c) in checks.items() if c.word is not None}
    wanted = {name: c.wanted for name, (_, c) in checks.items() if c.wanted is not None}
    about = known.select("_row", *(pl.col(c).alias(f"_of:{c}") for c in {*words.values(), *wanted.values()}))
    named = told.join(about, on="_row", how="left", validate="m:1").select(
        *told.columns,
        _of_rule(words).alias("_word"),
        _of_rule(wanted).str.extract(r"^([^\n]*)").alias("wanted"),
    )
    return pl.concat([nothing, named], how="diagonal_relaxed")


def _of_rule(columns: Mapping[str, str]) -> pl.Expr:
    """Expression: the column that belongs to a finding's rule, where the finding is worse than a pass."""
    found = pl.lit(None, pl.String())
    for rule, column in columns.items():
        found = pl.when(pl.col("rule") == rule).then(pl.col(f"_of:{column}")).otherwise(found)
    return pl.when(pl.col("verdict").is_in(["warn", "fail"])).then(found)


def _outcomes(checks: Iterable[tuple[Rule, Predicate]], *, passes: bool) -> pl.DataFrame:
    """What each code of a rule over columns means."""
    told = [
        {
            "code": code,
            "rule": rule.rule,
            "verdict": verdict,
            "reason_en": said.en,
            "reason_ja": said.ja,
            "advice_en": None if verdict == "pass" else rule.advice.en,
            "advice_ja": None if verdict == "pass" else rule.advice.ja,
            "_form": None if verdict == "pass" else check.forms.get(code, check.form),
        }
        for rule, check in checks
        for code, (verdict, said) in check.outcomes.items()
        if passes or verdict != "pass"
    ]
    names = ("code", "rule", "verdict", "reason_en", "reason_ja", "advice_en", "advice_ja", "_form")
    return pl.DataFrame(told, schema=dict.fromkeys(names, pl.String()))
