"""A mapping says which of a file's columns is which of ours, and how its values are written."""

from collections.abc import Mapping as Table
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Literal
from zoneinfo import available_timezones

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

from tasks.errors import Mistake
from tasks.importing.encodings import NAMES
from tasks.toml_places import Document, suggestion
from transforms import contracts
from transforms.tables import staging
from transforms.tables.attribution import STAGED_ORDER_TOUCHES
from transforms.tables.overlaps import AUDIENCE_OVERLAPS_STAGED
from transforms.tables.site import SITE_DAYS_STAGED

KindName = Literal[
    "post_observations", "account_observations", "posts", "orders", "link_days", "links", "audience", "site_days",
    "audience_overlaps", "order_touches",
]  # fmt: skip

_OURS = frozenset({"known_at", "source", "landed_id", "pointer", "missing", "detail_landed_id"})
"""What the import itself knows; no column of a file gives it."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of record: its table, and the tables that its further columns fill."""

    table: contracts.Table
    also: tuple[contracts.Table, ...] = ()
    needs_instant: bool = False
    """Whether the file must say when its figures were true; else they are taken as of the import."""

    @property
    def fields(self) -> dict[str, contracts.Field]:
        """Our columns that a file of this kind may have, by name."""
        tables = (self.table, *self.also)
        return {f.name: f for t in reversed(tables) for f in t.fields if f.name not in _OURS}

    @property
    def needed(self) -> tuple[str, ...]:
        """Our columns that it must have."""
        own = (f.name for f in self.table.fields if f.required and f.name not in _OURS)
        return tuple(n for n in own if n != "observed_at" or self.needs_instant)


KINDS: dict[str, Kind] = {
    "post_observations": Kind(staging.POST_OBSERVATIONS, (staging.POSTS, staging.ACCOUNTS), needs_instant=True),
    "account_observations": Kind(staging.ACCOUNTS, needs_instant=True),
    "posts": Kind(staging.POSTS, (staging.ACCOUNTS,)),
    "orders": Kind(staging.ORDERS),
    "link_days": Kind(staging.LINK_DAYS, (staging.LINKS,)),
    "links": Kind(staging.LINKS),
    "audience": Kind(staging.AUDIENCE_OBSERVATIONS, needs_instant=True),
    "order_touches": Kind(STAGED_ORDER_TOUCHES),
    "site_days": Kind(SITE_DAYS_STAGED),
    "audience_overlaps": Kind(AUDIENCE_OVERLAPS_STAGED, needs_instant=True),
}


def _zone(name: str) -> str:
    if name not in available_timezones():
        what = "is not a timezone"
        raise PydanticCustomError("wrong", "{what}", {"what": what, "remedy": "Write one such as Asia/Seoul"})
    return name


def _encoding(name: str) -> str:
    if name.lower() not in NAMES:
        what = "is not an encoding that is known here"
        raise PydanticCustomError("wrong", "{what}", {"what": what, "remedy": suggestion(name, NAMES)})
    return name.lower()


def _written(value: Any) -> Any:
    """A constant as it would stand in a file."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value) if isinstance(value, int | float | Decimal) else value


class Reading(BaseModel):
    """How the values of a file are written."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    timezone: Annotated[str, AfterValidator(_zone)] | None = Field(
        default=None, description="Timezone of instants written without one; absent: the workspace's."
    )
    datetime_format: str | None = Field(
        default=None, description='How instants are written, such as "%d/%m/%Y %H:%M"; ISO 8601 needs none.'
    )
    epoch: Literal["s", "ms", "excel"] | None = Field(
        default=None, description="Instants are numbers: seconds or milliseconds since 1970, or Excel's days."
    )
    day_is: Literal["start", "end"] | None = Field(
        default=None, description="What a day without a time means where an instant is asked: its start or its end."
    )
    hidden: list[str] = Field(default_factory=list[str], description='What stands for "the creator hides it".')
    unknown: list[str] = Field(
        default_factory=list[str], description='What stands for "not told", besides an empty cell.'
    )
    decimal: Literal[".", ","] = Field(default=".", description="The decimal mark; the other one groups thousands.")
    multiply: dict[str, float] = Field(
        default_factory=dict[str, float], description="Factors to our unit, such as {watch_seconds = 60}."
    )
    filled: str | None = Field(
        default=None, description="Their column that is filled in rows that count, empty in others."
    )
    sheet: str | int | None = Field(default=None, description="Excel: name or number of the sheet; absent: the first.")
    header_row: int | None = Field(
        default=None, ge=1, description="CSV, Excel: row of the header; absent: the first that is not empty."
    )
    records: str | None = Field(default=None, description='JSON: where the list of records is, such as "data.videos".')
    encoding: Annotated[str, AfterValidator(_encoding)] | None = Field(
        default=None, description="Text files: the encoding; absent: found out."
    )
    delimiter: str | None = Field(
        default=None, min_length=1, max_length=1, description="CSV: the separator; absent: found out."
    )


class Mapping(BaseModel):
    """A mapping file."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: KindName = Field(description='the kind of record, such as kind = "post_observations"')
    columns: dict[str, str] = Field(default_factory=dict[str, str], description="our column = their column")
    constants: dict[str, Annotated[str, BeforeValidator(_written)]] = Field(
        default_factory=dict[str, str], description="our column = the value in every row"
    )
    read: Reading = Field(default_factory=Reading, description="how values are written")

    @property
    def about(self) -> Kind:
        """What its kind of record is."""
        return KINDS[self.kind]

    @property
    def theirs(self) -> list[str]:
        """The file's columns that are read, each once."""
        return list(dict.fromkeys([*self.columns.values(), *([self.read.filled] if self.read.filled else [])]))


PROFILES: Table[str, Mapping] = {
    **{name: Mapping(kind=name, columns={c: c for c in kind.fields}) for name, kind in KINDS.items()},  # pyright: ignore[reportArgumentType] - KINDS has exactly the names of KindName, which a test holds
    "shopify_orders_csv": Mapping(
        kind="orders",
        columns={
            "order_id": "Id",
            "ordered_at": "Created at",
            "cancelled_at": "Cancelled at",
            "code": "Discount Code",
            "gross": "Subtotal",
            "refunded": "Refunded Amount",
            "currency": "Currency",
        },
        # One row per line item: what is said of the order stands in its first row only.
        read=Reading(filled="Subtotal"),
    ),
}
"""Known shapes of files. The first ones are our own column names, of which a file may leave out what is not needed."""


def narrowed(mapping: Mapping, existing: Sequence[str]) -> Mapping:
    """A profile for a file that has only some of its columns; what is needed stays, to be missed by :func:`check`."""
    kept = {ours: t for ours, t in mapping.columns.items() if t in existing or ours in mapping.about.needed}
    return mapping.model_copy(update={"columns": kept})


def check(mapping: Mapping, document: Document | None, file: str) -> list[Mistake]:
    """What is wrong with a mapping, whatever file it is for; ``file`` is shown where there is no document."""
    known = mapping.about.fields
    named = [("columns", ours) for ours in mapping.columns] + [("constants", ours) for ours in mapping.constants]
    mistakes = [
        _mistake(
            document, file, place, f"is not a column of {mapping.kind}", suggestion(place[1], list(known), most=60)
        )
        for place in named
        if place[1] not in known
    ]
    for ours in sorted(set(mapping.columns) & set(mapping.constants)):
        place = ("constants", ours)
        mistakes.append(_mistake(document, file, place, "has a column and a constant", "Keep one of the two"))
    for ours in mapping.about.needed:
        if ours not in mapping.columns and ours not in mapping.constants:
            remedy = f'Write {ours} = "their column" below [columns], or a value below [constants]'
            mistakes.append(_mistake(document, file, (ours,), f"is needed for {mapping.kind}", remedy))
    for ours in mapping.read.multiply:
        if ours not in mapping.columns or ours not in known or known[ours].unit is None:
            place = ("read", "multiply", ours)
            mistakes.append(
                _mistake(document, file, place, "is not a number that is read here", "Name one from [columns]")
            )
    return mistakes


def check_against(mapping: Mapping, document: Document | None, file: str, existing: Sequence[str]) -> list[Mistake]:
    """Which of the columns that a mapping reads the file does not have."""
    has = f"The file has: {', '.join(existing[:60])}" + (" …" if len(existing) > 60 else "")
    wanted = {("columns", ours): theirs for ours, theirs in mapping.columns.items()}
    if mapping.read.filled:
        wanted["read", "filled"] = mapping.read.filled
    mistakes: list[Mistake] = []
    for place, theirs in wanted.items():
        if (count := list(existing).count(theirs)) == 1:
            continue
        what = f"stands twice in {file}" if count else f"is not a column of {file}"
        hint = suggestion(theirs, existing, most=0)
        remedy = "Rename one of the two in the file" if count else f"{hint} {has}" if hint.startswith("Did") else has
        mistakes.append(_mistake(document, file, place, what, remedy, value=theirs))
    return mistakes


def _mistake(
    document: Document | None, file: str, place: tuple[str, ...], what: str, remedy: str, *, value: str | None = None
) -> Mistake:
    where, line = (document.file, document.line(place)) if document else (file, None)
    return Mistake(where, what, remedy, column=".".join(place), value=value, line=line)
