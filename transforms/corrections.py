"""Single values that a person set right: used while the source still says what they were meant to replace."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import polars as pl

from transforms.contracts import Field, Table, Type
from transforms.core import segment_of
from transforms.keys import with_key
from transforms.snapshots import WITHDRAWN, reason_of
from transforms.tables import core, corrections
from transforms.tables.corrections import CORRECTION_FILES, CORRECTION_ROWS, CORRECTIONS, KEYS

CORRECTED = "corrected"
"""``source`` of a row that a correction changed."""


@dataclass(frozen=True, slots=True)
class _Kind:
    """A table that may be corrected: the columns that find its rows, and which of several rows is the last word."""

    table: Table
    key: Mapping[str, str]
    order: tuple[str, ...]


_KINDS: dict[str, _Kind] = {
    "post_observations": _Kind(
        core.POST_OBSERVATIONS,
        {"post_key": "post_key", "observed_on": "day"},
        ("observed_at", "known_at", "landed_id"),
    ),
    "account_observations": _Kind(
        core.ACCOUNT_OBSERVATIONS,
        {"account_key": "account_key", "observed_on": "day"},
        ("observed_at", "known_at", "landed_id"),
    ),
    "orders": _Kind(core.ORDERS, {"shop": "shop", "order_id": "order_id"}, ("known_at", "landed_id")),
    "link_days": _Kind(core.LINK_DAYS, {"link_id": "link_id", "day": "day"}, ("known_at", "landed_id")),
    "posts": _Kind(core.POSTS, {"post_key": "post_key"}, ("last_known_at",)),
}
NAMES: tuple[str, ...] = tuple(_KINDS)
"""The tables that may be corrected, by bare name."""


def in_force(files: pl.DataFrame, rows: pl.DataFrame) -> pl.DataFrame:
    """core.correction_rows of the last landed set, with post_key and account_key. Sets are whole: what left is over."""
    last = files.sort("known_at", "landed_id").tail(1).select(segment_of())
    kept = rows.with_columns(segment_of()).join(last, on="_segment", how="semi").sort("correction_id")
    keyed = with_key(with_key(kept, "post_key", "platform", "post_id"), "account_key", "platform", "account_id")
    return keyed.unique("correction_id", keep="first", maintain_order=True)


def keys_of(name: str, wanted: pl.DataFrame) -> pl.DataFrame:
    """What finds the rows of a table (bare name) that the corrections ``wanted`` are about, in that table's columns."""
    key = _KINDS[name].key
    mine = wanted.filter(pl.col("table_name") == name)
    return mine.select(pl.col(theirs).alias(ours) for ours, theirs in key.items()).unique(maintain_order=True)


def corrected(frames: Mapping[str, pl.LazyFrame], wanted: pl.DataFrame) -> dict[str, pl.LazyFrame]:
    """The frames (by bare table name) with the corrections :func:`in_force` applied, where they still hold.

    A row that was changed has the ``source`` ``corrected``, where the table has one. The rest is untouched.
    """
    found: dict[str, pl.LazyFrame] = {}
    for name, frame in frames.items():
        if (keys := keys_of(name, wanted)).is_empty():
            found[name] = frame
            continue
        on = list(keys.columns)
        rows = frame.join(keys.lazy(), on=on, how="semi").collect()
        changed = rows
        for correction in wanted.filter(pl.col("table_name") == name).iter_rows(named=True):
            if _state(rows, correction)[0] == "applied":
                changed = _changed(changed, correction)
        rest = frame.join(keys.lazy(), on=on, how="anti")
        found[name] = pl.concat([rest, changed.lazy()])
    return found


def states(frames: Mapping[str, pl.DataFrame], wanted: pl.DataFrame, as_of: datetime) -> pl.DataFrame:
    """core.corrections. ``frames``: by bare table name, at least the rows that corrections are about, as of then.

    With ``contradicted_at``: when the source's last word was learnt, where a correction does not apply.
    """
    told: list[tuple[str, str, str | None, datetime | None]] = []
    for correction in wanted.iter_rows(named=True):
        frame = frames[correction["table_name"]]
        state, said, at = _state(_about(frame, correction), correction)
        told.append((correction["correction_id"], state, said, at))
    schema = {"correction_id": pl.String(), "state": pl.String(), "said": pl.String(), "at": pl.Datetime("us", "UTC")}
    found = pl.DataFrame(told, schema=schema, orient="row")
    joined = wanted.join(found, on="correction_id", how="left", validate="1:1").sort("correction_id")
    dated = joined.with_columns(
        pl.lit(as_of).alias("as_of"),
        pl.when(pl.col("state") != "applied").then(pl.max_horizontal("at", "known_at")).alias("contradicted_at"),
    )
    return dated.select(*CORRECTIONS.conform(dated).columns, "contradicted_at")


def _about(frame: pl.DataFrame, correction: Mapping[str, object]) -> pl.DataFrame:
    """The rows that a correction is about."""
    for ours, theirs in _KINDS[str(correction["table_name"])].key.items():
        frame = frame.filter(pl.col(ours) == pl.lit(correction[theirs]))
    return frame


def _state(rows: pl.DataFrame, correction: Mapping[str, object]) -> tuple[str, str | None, datetime | None]:
    """Whether a correction holds, what the source says as last known, and when that was learnt."""
    kind = _KINDS[str(correction["table_name"])]
    field = kind.table[str(correction["column_name"])]
    about = _about(rows, correction).sort(kind.order)
    if about.is_empty():
        return "not_found", None, None
    if "missing" in about.columns:
        tells = pl.col(field.name).is_not_null() | reason_of(field.name).is_in(WITHDRAWN).fill_null(value=False)
        told = about.filter(tells)
        about = about if told.is_empty() else told  # a row without this figure (typed saves, say) contradicts nobody
    last = about.tail(1)
    expected = _typed(field, correction["expected"])
    said = last[field.name]
    is_as_expected = bool(said.eq_missing(pl.Series([expected], dtype=field.type.dtype)).item())
    at = last["last_known_at" if kind.table is core.POSTS else "known_at"].item()
    return "applied" if is_as_expected else "no_longer_applies", written(field, said.item()), at


def _changed(rows: pl.DataFrame, correction: Mapping[str, object]) -> pl.DataFrame:
    """The rows with the value set right wherever the old one stands."""
    kind = _KINDS[str(correction["table_name"])]
    name = str(correction["column_name"])
    field = kind.table[name]
    old = pl.lit(_typed(field, correction["expected"]), field.type.dtype)
    new = pl.lit(_typed(field, correction["value"]), field.type.dtype)
    hit = pl.col(name).eq_missing(old)
    for ours, theirs in kind.key.items():
        hit &= pl.col(ours) == pl.lit(correction[theirs])
    more = [pl.when(hit).then(new).otherwise(name).alias(name)]
    if "source" in rows.columns:
        more.append(pl.when(hit).then(pl.lit(CORRECTED)).otherwise("source").alias("source"))
    if "missing" in rows.columns:
        others = pl.col("missing").str.replace(rf"(?:^|;)\s*{name}=[a-z_]+", "").str.strip_prefix(";")
        why = pl.lit(f"{name}=not_reported") if correction["value"] is None else pl.lit(None, pl.String())
        said = pl.concat_str([others.replace("", None), why], separator=";", ignore_nulls=True).replace("", None)
        more.append(pl.when(hit).then(said).otherwise("missing").alias("missing"))
    return rows.with_columns(more)


def _typed(field: Field, said: object) -> object:
    """A value of a corrections file as its column has it; :func:`readable` has judged it."""
    if said is None:
        return None
    series = pl.Series([str(said)], dtype=pl.String())
    if field.type is Type.FLAG:
        return str(said) == "true"
    return series.cast(field.type.dtype).item() if field.type is not Type.TEXT else str(said)


def written(field: Field, value: object) -> str | None:
    """A value as a corrections file has it."""
    if value is None:
        return None
    if field.type is Type.FLAG:
        return "true" if value else "false"
    if field.type is Type.MONEY:
        text = format(value, "f")
        return text.rstrip("0").rstrip(".") if "." in text else text
    return str(value)


def field_of(table: str, column: str) -> Field | None:
    """The column that a correction may name; None if it may not."""
    if column not in corrections.CORRECTABLE.get(table, ()):
        return None
    return _KINDS[table].table[column]


def names_of(table: str) -> Sequence[str]:
    """The columns of a corrections file that name a row of a table."""
    return KEYS[table]


FRAMES: tuple[Table, ...] = (CORRECTION_FILES, CORRECTION_ROWS)
