"""marts.post_days, made in pieces that fit in memory, each going on from the last day before it."""

# ruff: noqa: S608  # names come from the data dictionary

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from math import ceil

import polars as pl

from tasks.warehouse import Warehouse
from transforms import corrections
from transforms.facts import SETTLE_HOURS
from transforms.snapshots import last_days, may_move, post_days
from transforms.tables.fields import METRICS
from transforms.tables.marts import POST_DAYS

ROWS_AT_ONCE = 1_000_000
_LONGEST = timedelta(hours=max(SETTLE_HOURS.values()))


@dataclass(frozen=True, slots=True)
class Piece:
    """Days ``first`` to ``last`` of the posts whose key leaves ``bucket`` when divided by ``of``."""

    first: date
    last: date
    bucket: int = 0
    of: int = 1


def make_all(warehouse: Warehouse, as_of: datetime, zone: str) -> None:
    """Every row again, from the first day on."""
    warehouse.con.execute(f"DELETE FROM {POST_DAYS.name}")
    sizes = warehouse.con.execute(
        "SELECT observed_on, count(*) FROM core.post_observations GROUP BY 1 ORDER BY 1"
    ).fetchall()
    if not sizes:
        return
    told, wanted = _told(warehouse), _corrections(warehouse)
    posts = _posts(warehouse, "TRUE")
    of = ceil(max(n for _, n in sizes) / ROWS_AT_ONCE)
    for bucket in range(of):
        before: pl.DataFrame | None = None
        for first, last in _stretches([(day, n // of) for day, n in sizes]):
            piece = Piece(first, last, bucket, of)
            observed = _corrected(_observed(warehouse, piece, told), wanted)
            made = post_days(observed, posts, as_of, zone, SETTLE_HOURS, before=before)
            before = _carried(before, made, told)
            _keep(warehouse, made)


def _stretches(sizes: list[tuple[date, int]]) -> Iterator[tuple[date, date]]:
    """Runs of days that together have few enough rows."""
    first, rows = sizes[0][0], 0
    for n, (day, count) in enumerate(sizes):
        rows += count
        is_last = n + 1 == len(sizes)
        if is_last or rows + sizes[n + 1][1] > ROWS_AT_ONCE:
            yield first, day
            first, rows = (day, 0) if is_last else (sizes[n + 1][0], 0)


def _carried(before: pl.DataFrame | None, made: pl.DataFrame, told: tuple[str, ...]) -> pl.DataFrame:
    new = last_days(made).select("post_key", "day", "observed_at", *told)
    silent = new.clear() if before is None else before.join(new, on="post_key", how="anti")
    return new if silent.is_empty() else pl.concat([silent, new]).sort("post_key")


def make_touched(warehouse: Warehouse, touched: pl.DataFrame, before: datetime, as_of: datetime, zone: str) -> None:
    """The rows of ``touched`` posts from their ``day`` on, and what has become final since ``before``."""
    recent = before.date() - timedelta(days=2)
    for asked in (touched.filter(pl.col("day") >= recent), touched.filter(pl.col("day") < recent)):
        for rows in asked.sort("post_key").iter_slices(ROWS_AT_ONCE):
            _make_touched(warehouse, rows, before, as_of, zone)
    _settle(warehouse, before, as_of, zone)


def _make_touched(warehouse: Warehouse, touched: pl.DataFrame, before: datetime, as_of: datetime, zone: str) -> None:
    con = warehouse.con
    con.register("_touched", touched.to_arrow())
    con.execute(
        f"DELETE FROM {POST_DAYS.name} d WHERE day >= ? AND EXISTS"
        " (SELECT 1 FROM _touched t WHERE t.post_key = d.post_key AND d.day >= t.day)",
        [touched["day"].min()],
    )
    listed = ", ".join(f'o."{c}"' for c in warehouse.tables["core.post_observations"].columns)
    observed = con.sql(
        f"SELECT {listed} FROM core.post_observations o JOIN _touched t USING (post_key)"
        " WHERE o.observed_on >= ? AND o.observed_on >= t.day",
        params=[touched["day"].min()],
    ).pl()
    posts = _posts(warehouse, "post_key IN (SELECT post_key FROM _touched)")
    con.unregister("_touched")
    right = _corrected(observed.lazy(), _corrections(warehouse))
    made = post_days(right, posts, as_of, zone, SETTLE_HOURS, before=_last_before(warehouse, touched, before))
    _keep(warehouse, made)


def _last_before(warehouse: Warehouse, touched: pl.DataFrame, before: datetime) -> pl.DataFrame:
    """Each post's last stored row before its ``day``, looked for from there backwards: nearly all lie a day before."""
    con, found = warehouse.con, list[pl.DataFrame]()
    listed = ", ".join(f'd."{c}"' for c in ("post_key", "day", "observed_at", *METRICS))
    left = con.sql(
        "SELECT t.post_key, t.day FROM touched t JOIN core.posts p USING (post_key) WHERE p.first_known_at <= $before",
        params={"before": before},
    ).pl()  # of a post first told of since, no day is stored
    until = touched["day"].max()
    for back in (1, 8, 60, None):
        if left.is_empty() or not isinstance(until, date):
            break
        con.register("_left", left.to_arrow())
        first = left["day"].min()
        since = first - timedelta(days=back) if back and isinstance(first, date) and first.year > 1 else date.min
        rows = con.sql(
            f"SELECT {listed} FROM {POST_DAYS.name} d JOIN _left l USING (post_key)"
            " WHERE d.day >= ? AND d.day < ? AND d.day < l.day"
            " QUALIFY row_number() OVER (PARTITION BY d.post_key ORDER BY d.day DESC) = 1",
            params=[since, until],
        ).pl()
        con.unregister("_left")
        found.append(rows)
        left = left.join(rows, on="post_key", how="anti")
    return pl.concat([POST_DAYS.empty().select("post_key", "day", "observed_at", *METRICS), *found])


def _settle(warehouse: Warehouse, before: datetime, as_of: datetime, zone: str) -> None:
    """Days that were provisional as of ``before`` and are no more: their figures are what they were."""
    con = warehouse.con
    oldest = (before - _LONGEST).date() - timedelta(days=2)
    moved = con.sql(
        f"SELECT post_key, day, platform, observed_at FROM {POST_DAYS.name} WHERE state = 'provisional' AND day >= ?",
        params=[oldest],
    ).pl()
    final = moved.filter(~may_move(as_of, zone, SETTLE_HOURS)).select("post_key", "day")
    if final.height:
        con.register("_final", final.to_arrow())
        con.execute(
            f"UPDATE {POST_DAYS.name} d SET state = 'final' FROM _final f"
            " WHERE d.day >= ? AND d.post_key = f.post_key AND d.day = f.day",
            [oldest],
        )
        con.unregister("_final")


def _corrections(warehouse: Warehouse) -> pl.DataFrame:
    """The corrections in force."""
    return corrections.in_force(*(warehouse.frame(t.name) for t in corrections.FRAMES))


def _corrected(observed: pl.LazyFrame, wanted: pl.DataFrame) -> pl.LazyFrame:
    return corrections.corrected({"post_observations": observed}, wanted)["post_observations"]


def _told(warehouse: Warehouse) -> tuple[str, ...]:
    """The metrics that any answer ever told."""
    listed = ", ".join(f"count({m}) > 0" for m in METRICS)
    is_told = warehouse.con.execute(f"SELECT {listed} FROM core.post_observations").fetchall()[0]
    return tuple(m for m, told in zip(METRICS, is_told, strict=True) if told)


def _posts(warehouse: Warehouse, where: str) -> pl.LazyFrame:
    asked = warehouse.con.sql(f"SELECT post_key, platform, post_id, format FROM core.posts WHERE {where}").pl()
    return asked.sort("post_key").lazy()


def _observed(warehouse: Warehouse, piece: Piece, told: tuple[str, ...]) -> pl.LazyFrame:
    """The observations of a piece. Texts are read of the days alone that were told of more than once."""
    con, params = warehouse.con, [piece.first, piece.last]
    where = "observed_on BETWEEN ? AND ?" + (f" AND post_key % {piece.of} = {piece.bucket}" if piece.of > 1 else "")
    again = con.sql(
        f"SELECT post_key, observed_on FROM core.post_observations WHERE {where} GROUP BY ALL HAVING count(*) > 1",
        params=params,
    ).pl()
    columns = ", ".join(("post_key", "observed_at", "known_at", "observed_on", *told))
    if again.is_empty():
        texts = "NULL::VARCHAR AS missing, NULL::VARCHAR AS landed_id"
        found = con.sql(f"SELECT {columns}, {texts} FROM core.post_observations WHERE {where}", params=params).pl()
        return found.lazy()
    con.register("_again", again.with_columns(pl.lit(value=True).alias("is_again")).to_arrow())
    texts = ", ".join(f"CASE WHEN is_again THEN {c} END AS {c}" for c in ("missing", "landed_id"))
    found = con.sql(
        f"SELECT {columns}, {texts} FROM core.post_observations LEFT JOIN _again USING (post_key, observed_on)"
        f" WHERE {where}",
        params=params,
    ).pl()
    con.unregister("_again")
    return found.lazy()


def _keep(warehouse: Warehouse, made: pl.DataFrame) -> None:
    """Store rows in the order of days, so that a later night reads its own days alone. Empty columns are not sent."""
    told = [c for c in made.columns if made[c].null_count() < made.height]
    if made.height:
        by_day = made if made["day"].n_unique() == 1 else made.sort("day", "post_key")
        warehouse.append_known(POST_DAYS.name, by_day.select(told))
