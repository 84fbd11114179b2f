"""Where a platform changed what a number means: such a series is two series, and its change is no growth."""

from collections.abc import Iterable, Sequence
from datetime import date
from functools import cache

import polars as pl

from transforms.contracts import Frame
from transforms.definitions import DEFINITIONS, EARLIEST, Definition
from transforms.tables.fields import METRICS

_DAY = pl.Date()


def meaning(platform: str, metric: str, form: str | None, day: date) -> Definition | None:
    """What a platform's metric meant on a day for a format; None if nothing is known of it.

    A later meaning of all formats follows an earlier one of some, and the other way round: the newest that applies.
    """
    return _newest(_of(platform, metric), form, day)


def changes(platform: str, metric: str, form: str | None) -> list[tuple[date, date]]:
    """First and last day of each switch to another meaning. Two definitions of one meaning are no switch."""
    known = _of(platform, metric)
    found: list[tuple[date, date]] = []
    for day in sorted({d.valid_from for d in known} - {EARLIEST}):
        before, after = _newest([d for d in known if d.valid_from < day], form, day), _newest(known, form, day)
        if before and after and before.meaning != after.meaning:
            found.append((day, after.complete_on or day))
    return found


def switches(platform: str, metric: str, first: date, last: date) -> list[tuple[date, date]]:
    """First and last day of each switch of a platform's metric, of whatever format, that touches the given days."""
    found = {(since, until) for where, _, since, until in _switches(metric) if where == platform}
    return sorted((since, until) for since, until in found if since <= last and until >= first)


def crossed(metric: str, before: pl.Expr, after: pl.Expr) -> pl.Expr:
    """Expression over rows with ``platform`` and ``format``: the metric changed its meaning between two days.

    ``before`` is the day that a change is measured from, ``after`` the day it is measured on; false where one is null.
    """
    hits = [
        _applies(platform, forms) & (before < until) & (after >= since)
        for platform, forms, since, until in _switches(metric)
    ]
    return pl.any_horizontal(pl.lit(value=False), *hits).fill_null(value=False)


def breaking(metrics: Iterable[str] = METRICS, within: tuple[date, date] | None = None) -> tuple[str, ...]:
    """The metrics whose meaning ever changed, or changed within those days."""
    first, last = within or (date.min, date.max)
    return tuple(m for m in metrics if any(since <= last and until >= first for *_, since, until in _switches(m)))


def without_growth_across_breaks(
    days: Frame, *, before: pl.Expr, metrics: Sequence[str] = METRICS, within: tuple[date, date] | None = None
) -> Frame:
    """Rows of marts.post_days with ``platform`` and ``format``: no gain is told across a change of meaning.

    ``gained_<metric>`` and ``changed_<metric>`` become null there, and ``definition_changed`` names the metrics
    concerned, separated by spaces; null on every other day. ``before`` is the day that the change is measured from.
    ``within``: first and last day of the rows, if known: changes of other times are then not looked for.
    """
    have = set(days.collect_schema().names() if isinstance(days, pl.LazyFrame) else days.columns)
    concerned = [m for m in breaking(metrics, within) if m in have]
    marks = {m: crossed(m, before, pl.col("day")) for m in concerned}
    named = [pl.when(is_crossed).then(pl.lit(m)) for m, is_crossed in marks.items()]
    said = pl.concat_str(named, separator=" ", ignore_nulls=True) if named else pl.lit("")
    silenced = [
        pl.when(~is_crossed).then(pl.col(c)).alias(c)
        for m, is_crossed in marks.items()
        for c in (f"gained_{m}", f"changed_{m}")
        if c in have
    ]
    return days.with_columns(*silenced, said.replace("", None).alias("definition_changed"))


def meanings(facts: pl.DataFrame, metric: str) -> pl.DataFrame:
    """Post facts as (row, meaning): what the metric's count of each post was counted by, from publication to now.

    A counter that runs across a change holds both. Rows whose metric is unknown, or of which nothing is registered,
    are left out. ``facts`` have platform, format, published_on and observed_at (its day decides).
    """
    asked = facts.with_row_index("row").filter(pl.col(metric).is_not_null() & pl.col("published_on").is_not_null())
    kinds = asked.select(
        "platform", "format", "published_on", pl.col("observed_at").dt.date().alias("seen_on")
    ).unique()
    rows = [
        (*kind, name)
        for kind in kinds.drop_nulls(["platform", "published_on", "seen_on"]).rows()
        for name in sorted(_counted_by(kind[0], metric, kind[1], kind[2], kind[3]))
    ]
    named = pl.DataFrame(
        rows,
        schema={
            "platform": pl.String,
            "format": pl.String,
            "published_on": _DAY,
            "seen_on": _DAY,
            "meaning": pl.String,
        },
        orient="row",
    )
    return (
        asked.with_columns(pl.col("observed_at").dt.date().alias("seen_on"))
        .join(named, on=["platform", "format", "published_on", "seen_on"], nulls_equal=True)
        .select("row", "meaning")
    )


def mixed(facts: pl.DataFrame, by: Sequence[str]) -> pl.DataFrame:
    """Per group of post facts the metrics that mix meanings of one platform: ``metric``, and their ``platforms``.

    Views of TikTok and of YouTube are two quantities in any case; what is told here is that one platform's count is
    two. Columns: ``by``, metric, platform.
    """
    found: list[pl.DataFrame] = []
    for metric in (m for m in breaking() if m in facts.columns and facts[m].count()):
        numbered = facts.select(*dict.fromkeys([*by, "platform"])).with_row_index("row")
        keys = [*dict.fromkeys([*by, "platform"])]
        found.append(
            meanings(facts, metric)
            .join(numbered, on="row", validate="m:1")
            .group_by(keys)
            .agg(pl.col("meaning").n_unique())
            .filter(pl.col("meaning") > 1)
            .select(*keys, pl.lit(metric).alias("metric"))
        )
    empty = facts.select(*dict.fromkeys([*by, "platform"])).clear().with_columns(pl.lit("").alias("metric"))
    return pl.concat([empty, *found])


def ended(metric: str) -> pl.Expr:
    """Expression over post facts (platform, published_on, observed_at): the platform tells this metric no more."""
    hits = [
        (pl.col("platform") == d.platform)
        & ((pl.col("published_on") if d.dated_by == "published" else pl.col("observed_at").dt.date()) >= d.valid_from)
        for d in DEFINITIONS
        if d.metric == metric and not d.is_told and d.valid_from > EARLIEST
    ]
    return pl.any_horizontal(pl.lit(value=False), *hits).fill_null(value=False)


def _of(platform: str, metric: str) -> list[Definition]:
    return [d for d in DEFINITIONS if (d.platform, d.metric) == (platform, metric) and d.dated_by == "observed"]


def _newest(known: Iterable[Definition], form: str | None, day: date) -> Definition | None:
    fits = [d for d in known if d.valid_from <= day and (not d.formats or form in d.formats)]
    return max(fits, key=lambda d: (d.valid_from, len(d.formats)), default=None)


@cache
def _counted_by(platform: str, metric: str, form: str | None, first: date, last: date) -> set[str]:
    """The meanings in force at some time from the first to the last day."""
    days = [
        first,
        *(until for since, until in changes(platform, metric, form) if first < until and since <= last),
        last,
    ]
    met = (meaning(platform, metric, form, day) for day in days)
    return {found.meaning for found in met if found is not None}


@cache
def _switches(metric: str) -> list[tuple[str, tuple[str | None, ...], date, date]]:
    """Platform, formats, first and last day of every switch of a metric; ``None`` stands for all formats not named."""
    found: list[tuple[str, tuple[str | None, ...], date, date]] = []
    for platform in sorted({d.platform for d in DEFINITIONS if d.metric == metric}):
        named = sorted({form for d in _of(platform, metric) for form in d.formats})
        for form in (*named, None):
            for since, until in changes(platform, metric, form):
                forms = (form,) if form is not None else (None, *named)
                found.append((platform, forms, since, until))
    return found


def _applies(platform: str, forms: tuple[str | None, ...]) -> pl.Expr:
    """Expression: the row is of the platform and of one of the formats; (None, *named): of a format not named."""
    own = pl.col("platform") == platform
    if forms[0] is not None:
        return own & (pl.col("format") == forms[0]).fill_null(value=False)
    return own & ~pl.col("format").is_in(list(forms[1:])).fill_null(value=False)
