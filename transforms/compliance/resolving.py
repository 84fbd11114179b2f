"""A finding is resolved while the text and the rule are those of which a person said so; else it is open."""

import polars as pl

from transforms.tables.compliance import REOPENED, RESOLUTIONS_OF_FINDINGS

OF = ("campaign_id", "finding_id", "caption_sha256", "rule_version")
"""What a decision is about: a changed text or rule opens a finding again."""
STATE = ("state", "resolution", "resolved_by", "resolved_reason", "resolved_at")
"""Columns that :func:`with_state` gives, as marts.compliance_findings has them."""


def in_force(resolutions: pl.DataFrame) -> pl.DataFrame:
    """The last decision about each finding, text and version of a rule; none where that took the one before back."""
    return (
        RESOLUTIONS_OF_FINDINGS.conform(resolutions)
        .sort("resolved_at", "known_at", "landed_id", "pointer")
        .unique(OF, keep="last", maintain_order=True)
        .filter(pl.col("resolution") != REOPENED)
    )


def with_state(findings: pl.DataFrame, resolutions: pl.DataFrame) -> pl.DataFrame:
    """The findings (with :data:`OF`) and :data:`STATE`: open, or resolved with what was decided, by whom, why, when.

    ``resolutions``: rows of core.finding_resolutions as known at the instant that is asked about.
    """
    last = in_force(resolutions).select(
        *OF, "resolution", "resolved_by", pl.col("reason").alias("resolved_reason"), "resolved_at"
    )
    found = findings.drop(STATE, strict=False).join(
        last, on=list(OF), how="left", validate="m:1", nulls_equal=True, maintain_order="left"
    )
    is_resolved = pl.col("resolution").is_not_null()
    return found.with_columns(pl.when(is_resolved).then(pl.lit("resolved")).otherwise(pl.lit("open")).alias("state"))
