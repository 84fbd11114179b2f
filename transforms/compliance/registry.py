"""ref.compliance_rules and ref.compliance_entries: what posts are checked for, as readers may look it up."""

from collections.abc import Collection

import polars as pl

from transforms.compliance import Rule, Words, load
from transforms.compliance.findings import kind_of
from transforms.tables.compliance import ENTRIES, RULES


def frames() -> dict[str, pl.DataFrame]:
    """Both tables by name."""
    rules = load().values()
    return {RULES.name: _rules(rules), ENTRIES.name: _entries(rules)}


def _rules(rules: Collection[Rule]) -> pl.DataFrame:
    rows = [
        {
            "rule": r.rule,
            "kind": kind_of(r),
            "profile": r.profile,
            "law_en": r.law.en,
            "law_ja": r.law.ja,
            "title_en": r.title.en,
            "title_ja": r.title.ja,
            "severity": r.severity,
            "advice_en": r.advice.en,
            "advice_ja": r.advice.ja,
            "source": r.source,
            "rule_version": r.version,
            "valid_from": r.valid_from,
            "valid_until": r.valid_until,
            "platforms": _listed(r.platforms),
            "formats": _listed(r.formats),
            "categories": _listed(r.categories),
            "applies_to": _listed(r.kinds),
            "entries": len(r.check.entries) if isinstance(r.check, Words) else 0,
        }
        for r in rules
    ]
    return RULES.conform(pl.DataFrame(rows, infer_schema_length=None)).sort(RULES.key)


def _entries(rules: Collection[Rule]) -> pl.DataFrame:
    rows = [
        (r.rule, e.entry, e.severity, e.pattern, e.reason.en, e.reason.ja, e.safer.en, e.safer.ja, e.source)
        for r in rules
        if isinstance(r.check, Words)
        for e in r.check.entries
    ]
    return pl.DataFrame(rows, schema=ENTRIES.schema, orient="row").sort(ENTRIES.key)


def _listed(words: Collection[str] | None) -> str | None:
    return None if words is None else " ".join(sorted(words))
