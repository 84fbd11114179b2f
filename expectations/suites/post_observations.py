"""Counters of posts: what is unknown has no number, and what looks impossible is at least said."""

from expectations.laws import identifier, identifiers_are_whole, not_all_alike, not_all_zero, times
from expectations.rules import at_least, rows
from transforms.tables.fields import METRICS

_MANY, _MOST = 10**9, 10**12
_ODD = "Some of these are real (17 likes on 1 view has been recorded), many of them are a mapping mistake."

_TYPED = "A person who types figures mixes up columns and digits; nothing behind the figure would show it."

RULES = [
    *times(),
    identifier("post_id"),
    identifiers_are_whole("post_id"),
    rows(
        "missing_is_null",
        [*METRICS, "missing"],
        " OR ".join(f"({m} IS NOT NULL AND regexp_matches(missing, '(^|;){m}='))" for m in METRICS),
        law="a figure that the platform does not tell is unknown, not a number",
        reason="Unknown is not zero: a hidden like count written as 0 halves an engagement rate without a sign.",
    ),
    rows(
        "tells_something",
        [*METRICS, "missing"],
        " AND ".join(f"{m} IS NULL" for m in METRICS) + " AND missing IS NULL",
        law="it tells no figure and no reason why",
        reason="A renamed column or a changed answer leaves rows that say nothing and fail nowhere.",
        severity="warning",
    ),
    not_all_zero(["views", "likes", "comments"]),
    not_all_alike("likes"),
    at_least("views", "likes", law="more likes than views are rare", reason=_ODD),
    at_least("views", "engaged_views", law="engaged views are a part of views", reason=_ODD),
    at_least("impressions", "reach", law="each account reached saw it at least once", reason=_ODD),
    at_least("views", "views_paid", law="what was bought is a part of the whole", reason=_ODD),
    at_least("reach", "reach_paid", law="what was bought is a part of the whole", reason=_ODD),
    *(
        rows(
            f"typed_{less}_fit_{more}",
            ["source", less, more],
            f"source = 'manual' AND {less} > {more}",
            law=f"typed by hand, {less} cannot be above {more}: look at the evidence, and import the row again",
            reason=_TYPED,
        )
        for less, more in (("likes", "views"), ("comments", "views"), ("saves", "reach"), ("reach", "impressions"))
    ),
    rows(
        "typed_figures_are_plausible",
        ["source", *METRICS],
        "source = 'manual' AND ("
        + " OR ".join(f"{m} > {_MOST if m == 'watch_seconds' else _MANY}" for m in METRICS)
        + ")",
        law=f"typed by hand, no count of one post is above {_MANY:,}",
        reason=_TYPED,
    ),
]
