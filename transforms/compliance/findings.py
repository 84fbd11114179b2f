"""What the rules say of each thing judged: marts.compliance_findings, marts.compliance_checks, and what KPIs count."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

import polars as pl

from transforms.compliance import VERDICTS, Rule, load
from transforms.compliance.engine import FINDINGS as SAID
from transforms.compliance.engine import POSTS, binds, judge
from transforms.compliance.resolving import with_state
from transforms.compliance.subjects import ID, subjects
from transforms.compliance.work import Due, tasks
from transforms.contracts import Table
from transforms.inputs import Inputs
from transforms.tables.compliance import CHECKS, FINDINGS, TASKS

OF_BRIEFS = frozenset({"ST-13"})
"""Rules about what the brief promises: judged once per campaign, not once per post."""
DECIDES = frozenset({"ST-01", "ST-09", "US-01"})
"""Rules that say whether the disclosure can be judged at all; what the others cannot tell outweighs no clear pass."""
ELSEWHERE = "elsewhere"
"""A link may stand in the profile, which no source tells: that makes no post one that cannot be judged."""
REMOVED = "ST-12"
_RULES = tuple(load().values())


def kind_of(rule: Rule) -> str:
    """disclosure, brief or wording, as marts.compliance_findings has it."""
    if rule.profile == "brief":
        return "brief"
    return "wording" if rule.profile.endswith("_wording") else "disclosure"


_OF_RULES = pl.DataFrame(
    [(r.rule, kind_of(r), r.profile, r.law.en, r.law.ja, r.title.en, r.title.ja, r.severity, r.source) for r in _RULES],
    schema=["rule", "kind", "profile", "law_en", "law_ja", "title_en", "title_ja", "severity", "source"],
    orient="row",
)


@dataclass(frozen=True, slots=True)
class Judged:
    """Things that were judged, what was said of them, and which rules bound them."""

    things: pl.DataFrame
    said: pl.DataFrame
    """Shape of engine.FINDINGS with subjects.ID, ``kind`` and what else is said of the rule; no passes."""
    checks: pl.DataFrame
    """subjects.ID, rules, rules_digest, rules_checked, findings, verdict, disclosure_verdict, guideline_verdict."""


def judged(inputs: Inputs, matched: pl.DataFrame, *, history: bool) -> Judged:
    """Every thing of the campaigns against every rule that binds it. ``history``: earlier captions too."""
    things = subjects(inputs, matched, history=history)
    told = judge(things, _RULES, passes=False) if things.height else SAID.empty()
    worse = told.filter(pl.col("verdict") != "pass")  # a claim that is denied is told, and is a pass
    said = worse.join(things.select(*ID, "thing"), on=["campaign_id", "thing"], how="inner", validate="m:1").join(
        _OF_RULES, on="rule", how="left", validate="m:1"
    )
    return Judged(things, said, _checks(_bound(things), said))


def _listing(rules: Sequence[Rule]) -> pl.Expr:
    """Expression: those of the rules that bind, as rule@version."""
    parts = [
        pl.when(binds(r) & ((pl.col("kind") == "brief") if r.rule in OF_BRIEFS else pl.lit(value=True))).then(
            pl.lit(f"{r.rule}@{r.version}")
        )
        for r in rules
    ]
    return pl.concat_str(parts, separator=" ", ignore_nulls=True)


_SAID = _listing([r for r in _RULES if kind_of(r) == "disclosure"])
_MAY = _listing([r for r in _RULES if kind_of(r) != "disclosure"])


def _bound(things: pl.DataFrame) -> pl.DataFrame:
    """Which rules bind each thing, as rule@version; things that none binds are left out."""
    by = ["kind", "profiles", "published_on", "platform", "format", "category"]
    shaped = POSTS.conform_loosely(things).select(by)
    told = (
        shaped.unique()
        .with_columns(_SAID.alias("_said"), _MAY.alias("_may"))
        .with_columns(pl.concat_str("_may", "_said", separator=" ").str.strip_chars().alias("rules"))
    )
    digests = {text: sha256(text.encode()).hexdigest() for text in told["rules"].unique()}
    return (
        shaped.with_columns(things.select(ID))
        .join(told, on=by, how="left", validate="m:1", nulls_equal=True, maintain_order="left")
        .filter(pl.col("rules") != "")
        .with_columns(
            pl.col("rules").replace_strict(digests, return_dtype=pl.String()).alias("rules_digest"),
            pl.col("rules").str.count_matches("@").cast(pl.Int64).alias("rules_checked"),
            pl.col("_said") != "",
            pl.col("_may") != "",
        )
        .select(*ID, "rules", "rules_digest", "rules_checked", "_said", "_may")
    )


def _checks(bound: pl.DataFrame, said: pl.DataFrame) -> pl.DataFrame:
    """What is said of each thing in all."""
    worst = pl.col("verdict").is_in(["warn", "fail"])
    discloses = pl.col("kind") == "disclosure"
    cannot = pl.col("verdict") == "unknown"
    undecided = pl.when(discloses).then(pl.col("rule").is_in(sorted(DECIDES))).otherwise(pl.col("code") != ELSEWHERE)
    counts = worst | (cannot & undecided)
    rank = pl.col("verdict").replace_strict({v: i for i, v in enumerate(VERDICTS)}, return_dtype=pl.Int64())
    told = said.group_by(ID).agg(
        pl.len().cast(pl.Int64).alias("findings"),
        rank.filter(counts & discloses).max().alias("_disclosure"),
        rank.filter(counts & ~discloses).max().alias("_guideline"),
    )
    names = dict(enumerate(VERDICTS))

    def worded(column: str, where: str) -> pl.Expr:
        return pl.when(where).then(pl.col(column).fill_null(0).replace_strict(names, return_dtype=pl.String()))

    found = bound.join(told, on=list(ID), how="left", validate="1:1", maintain_order="left").with_columns(
        pl.col("findings").fill_null(0)
    )
    both = [
        pl.when("_said").then(pl.col("_disclosure").fill_null(0)),
        pl.when("_may").then(pl.col("_guideline").fill_null(0)),
    ]
    return found.with_columns(
        worded("_disclosure", "_said").alias("disclosure_verdict"),
        worded("_guideline", "_may").alias("guideline_verdict"),
        pl.max_horizontal(both).replace_strict(names, return_dtype=pl.String()).alias("verdict"),
    ).drop("_said", "_may", "_disclosure", "_guideline")


def marts(found: Judged, inputs: Inputs, *, as_of: datetime, zone: str, due: Due) -> dict[str, pl.DataFrame]:
    """marts.compliance_checks, marts.compliance_findings and marts.compliance_tasks."""
    now = pl.lit(as_of).alias("as_of")
    checks = found.checks.join(found.things, on=list(ID), how="left", validate="1:1").with_columns(now)
    stated = with_state(_findings(found).with_columns(now), inputs.finding_resolutions)
    findings = _shaped(FINDINGS, stated)
    return {
        CHECKS.name: _shaped(CHECKS, checks),
        FINDINGS.name: findings,
        TASKS.name: tasks(findings, inputs, as_of=as_of, zone=zone, due=due),
    }


def _shaped(table: Table, rows: pl.DataFrame) -> pl.DataFrame:
    return table.conform_loosely(rows).sort(table.key)


def _findings(found: Judged) -> pl.DataFrame:
    """What is said of the things in force, each finding with a number of its own and since when there is cause."""
    numbered = _numbered(found.said)
    known = found.things.select(*ID, "caption_known_at")
    since = (
        numbered.select(*ID, "finding_id")
        .join(known, on=list(ID), how="left", validate="m:1")
        .group_by("campaign_id", "finding_id")
        .agg(pl.col("caption_known_at").min().alias("first_known_at"))
    )
    removed = pl.col("rule") == REMOVED
    earlier = ("earlier_caption_sha256", "earlier_known_at", "approved_at")
    told = [c for c in found.things.columns if c not in {*ID, "thing", "kind", "is_current"}]
    return (
        numbered.join(found.things.filter("is_current").select(*ID, *told), on=list(ID), how="inner", validate="m:1")
        .join(since, on=["campaign_id", "finding_id"], how="left", validate="m:1")
        .with_columns(
            pl.when(removed & (pl.col("approved_at") < pl.col("caption_known_at")))
            .then("approved_at")
            .alias("approved_at"),
            *(pl.when(removed).then(c).alias(c) for c in earlier[:2]),
        )
    )


def _numbered(said: pl.DataFrame) -> pl.DataFrame:
    """The findings with ``finding_id``, which stays when other findings come, go or move."""
    which = ["campaign_id", "subject", "subject_id", "version", "rule", "code"]
    nth = pl.int_range(1, pl.len() + 1).over(which, order_by="nth")
    named = said.with_columns(
        pl.concat_str(
            ["campaign_id", "subject", "subject_id", "rule", "code", nth.cast(pl.String)], separator="\x1f"
        ).alias("_name")
    )
    ids = pl.col("_name").map_elements(_digest, return_dtype=pl.String())
    return named.with_columns(ids.alias("finding_id")).drop("_name")


def _digest(name: str) -> str:
    return sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:12]


_PASSED: tuple[str, ...] = ("disclosure", "guideline")
FACTS: tuple[str, ...] = tuple(f"{name}_{part}" for name in _PASSED for part in ("passed", "judged"))
"""Columns of post facts that :func:`with_verdicts` gives."""


def with_verdicts(posts: pl.DataFrame, found: Judged) -> pl.DataFrame:
    """Post facts with :data:`FACTS`: 1 for a post that passes and 0 for one that does not, of those that can be judged.

    Both are unknown where the post cannot be judged (``not_judged``) or no rule binds it (``no_rules``).
    """
    now = found.things.filter(pl.col("is_current") & (pl.col("subject") == "post")).select(*ID, "post_key")
    verdicts = now.join(found.checks, on=list(ID), how="left", validate="1:1").select(
        "campaign_id", "post_key", *(f"{name}_verdict" for name in _PASSED)
    )
    told = posts.join(verdicts, on=["campaign_id", "post_key"], how="left", validate="1:1", maintain_order="left")
    return told.with_columns(
        expression for name in _PASSED for expression in _counted(name, pl.col(f"{name}_verdict"))
    ).drop(f"{name}_verdict" for name in _PASSED)


def _counted(name: str, verdict: pl.Expr) -> Iterable[pl.Expr]:
    is_judged = verdict.is_in(["pass", "warn", "fail"]).fill_null(value=False)
    why = pl.when(verdict.is_null()).then(pl.lit("no_rules")).when(~is_judged).then(pl.lit("not_judged"))
    yield pl.when(is_judged).then((verdict == "pass").cast(pl.Int64)).alias(f"{name}_passed")
    yield pl.when(is_judged).then(pl.lit(1, pl.Int64)).alias(f"{name}_judged")
    for part in ("passed", "judged"):
        yield why.alias(f"why_{name}_{part}")
