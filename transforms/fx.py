"""An amount of another currency is worth what a rate in force says for its day, and unknown without one."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from itertools import permutations

import polars as pl

from transforms.contracts import Frame
from transforms.tables import money

GOOD_FOR_DAYS = 7
"""Where a day has no rate, the newest of so many days before stands in: no bank quotes any at the turn of the year."""
Pair = tuple[date, str, str]


def in_force(rows: Frame, files: pl.DataFrame, kind: str, as_of: datetime) -> Frame:
    """The rows of the newest version of a reference file that was known at ``as_of``; none where it was removed.

    ``rows`` and ``files`` (core.reference_files) hold every version, each told by the ``landed_id`` of its file.
    """
    known = files.filter((pl.col("kind") == kind) & (pl.col("known_at") <= as_of))
    newest = known.sort("known_at", "landed_id").tail(1).filter("is_there")["landed_id"].to_list()
    return rows.filter(pl.col("landed_id").is_in(newest))


def expanded(given: Mapping[Pair, float], *, inverse: bool, pivot: str | None) -> dict[Pair, tuple[float, str]]:
    """Every usable rate with its method. A given one wins over an inverse, and that over a cross rate.

    ``inverse``: a given rate may be read the other way round. ``pivot``: two rates of one day to and from this currency
    make a third. Neither is done unless the workspace says so: banks buy and sell at different rates.
    """
    found = {pair: (rate, "given") for pair, rate in given.items()}
    if inverse:
        for (day, base, quote), rate in given.items():
            found.setdefault((day, quote, base), (1 / rate, "inverse"))
    if pivot is not None:
        direct = {pair: rate for pair, (rate, _) in found.items()}
        for day, ours in _currencies(direct).items():
            for base, quote in permutations(sorted(ours - {pivot}), 2):
                to, back = direct.get((day, base, pivot)), direct.get((day, pivot, quote))
                if to is not None and back is not None:
                    found.setdefault((day, base, quote), (to * back, "cross"))
    return found


def rated(wanted: pl.DataFrame, rates: pl.DataFrame, *, source: str, target: str, day: str) -> pl.DataFrame:
    """``wanted`` with ``fx_rate``, ``fx_on`` and ``fx_source``, in the same order.

    ``source`` and ``target`` name the columns of both currencies, ``day`` the day that counts. One currency needs no
    rate (1, and no day); without a rate of the day or of the ``good_for_days`` before it, all three are null.
    ``rates``: rows of core.fx_rates in force.
    """
    told = rates.select(
        pl.col("base").alias("_base"),
        pl.col("quote").alias("_quote"),
        pl.col("day").alias("_day"),
        "rate",
        "good_for_days",
        "publisher",
    ).sort("_day")
    numbered = wanted.with_row_index("_row")
    asked = numbered.select(
        "_row", pl.col(source).alias("_base"), pl.col(target).alias("_quote"), pl.col(day).alias("_asked")
    )
    found = (
        asked.drop_nulls()
        .sort("_asked")
        .join_asof(
            told,
            left_on="_asked",
            right_on="_day",
            by=["_base", "_quote"],
            strategy="backward",
            check_sortedness=False,  # both are sorted by day above; Polars cannot see it through `by`
            coalesce=False,
        )
        .filter((pl.col("_asked") - pl.col("_day")).dt.total_days() <= pl.col("good_for_days"))
        .select("_row", pl.col("rate").alias("fx_rate"), pl.col("_day").alias("fx_on"), fx_source="publisher")
    )
    is_same = pl.col(source) == pl.col(target)
    return (
        numbered.join(found, on="_row", how="left", validate="1:1", maintain_order="left")
        .with_columns(
            pl.when(is_same).then(pl.lit(1.0)).otherwise("fx_rate").alias("fx_rate"),
            pl.when(~is_same).then("fx_on").alias("fx_on"),
            pl.when(~is_same).then("fx_source").alias("fx_source"),
        )
        .drop("_row")
    )


def rates_in_force(rates: pl.DataFrame, files: pl.DataFrame, as_of: datetime) -> pl.DataFrame:
    """Rows of core.fx_rates that count at ``as_of``."""
    return in_force(rates, files, "fx_rates", as_of)


def reference(rates: pl.DataFrame, files: pl.DataFrame, as_of: datetime) -> pl.DataFrame:
    """ref.fx_rates."""
    told = rates_in_force(rates, files, as_of).with_columns(pl.col("publisher").alias("source"))
    return money.REF_FX_RATES.conform(told.sort(money.REF_FX_RATES.key))


def _currencies(pairs: Iterable[Pair]) -> dict[date, set[str]]:
    found: dict[date, set[str]] = {}
    for day, base, quote in pairs:
        found.setdefault(day, set()).update((base, quote))
    return found
