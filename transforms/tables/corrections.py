"""What a person set right: single values, each with its reason, its author and what it was meant to replace."""

from transforms.contracts import Field, Table, Type, date, pick, text
from transforms.tables.fields import FIELDS, METRICS

CORRECTABLE: dict[str, tuple[str, ...]] = {
    "post_observations": (*METRICS, *(f"{m}_paid" for m in METRICS)),
    "account_observations": ("followers", "following", "posts"),
    "orders": ("gross", "refunded", "net", "currency", "code", "is_new_customer", "is_test"),
    "link_days": ("clicks",),
    "posts": ("format", "paid_label", "caption"),
}
"""Tables of core, and the columns of each that a correction may name."""
KEYS: dict[str, tuple[str, ...]] = {
    "post_observations": ("platform", "post_id", "day"),
    "account_observations": ("platform", "account_id", "day"),
    "orders": ("shop", "order_id"),
    "link_days": ("link_id", "day"),
    "posts": ("platform", "post_id"),
}
"""What names the row that a correction is about."""
UNKNOWN = "unknown"
"""How a file says that a value is, or should be, null."""

_LANDED = pick(FIELDS, "known_at", "landed_id", "pointer", required=("known_at", "landed_id", "pointer"))
_CORRECTION = (
    text("correction_id", "Number made from what it is about: the same again after a rebuild.").needed(),
    text("table_name", "Table of core whose value is set right.", among=tuple(CORRECTABLE)).needed(),
    *pick(FIELDS, "platform", "post_id", "account_id"),
    text("shop", "The shop, for an order."),
    text("order_id", "The order."),
    text("link_id", "The link, without scheme."),
    date("day", "Day observed that it is valid for; null for what has no day."),
    text("column_name", "Column that is set right.").needed(),
    text("expected", "What the source says, as it must still say; null: unknown."),
    text("value", "What is right; null: unknown."),
    text("reason", "Why.").needed(),
    text("author", "Who says so.").needed(),
    *_LANDED,
)

FILES = Table(
    name="staging.correction_files",
    grain="landed set of corrections",
    description="All corrections of the workspace as landed together; the last set is in force, also when it is empty.",
    key=("file", "landed_id"),
    fields=(
        text("file", "The file.").needed(),
        *pick(FIELDS, "known_at", "landed_id", required=("known_at", "landed_id")),
    ),
)
ROWS = Table(
    name="staging.corrections",
    grain="correction in a landed file",
    description="Rows of corrections.csv.",
    key=("correction_id", "landed_id"),
    fields=_CORRECTION,
)
CORRECTION_FILES = Table(
    "core.correction_files", FILES.grain, f"{FILES.description} Append-only.", FILES.key, FILES.fields
)
CORRECTION_ROWS = Table(
    "core.correction_rows",
    "correction × landed set",
    "Every correction ever landed. Append-only; core.corrections has those in force.",
    ROWS.key,
    ROWS.fields,
)
CORRECTIONS = Table(
    name="core.corrections",
    grain="correction in force",
    description=(
        "What a person set right and whether it still holds. core keeps what the sources told; the marts use the"
        " corrected value where the state is applied."
    ),
    key=("correction_id",),
    fields=(
        *_CORRECTION,
        text(
            "state",
            "applied; no_longer_applies: the source says something else by now; not_found: it tells of no such row.",
            among=("applied", "no_longer_applies", "not_found"),
        ).needed(),
        text("said", "What the source says as last known; null: unknown, or no such row."),
        Field("post_key", Type.COUNT, "Surrogate key of the post; null where it is about something else."),
        Field("account_key", Type.COUNT, "Surrogate key of the account; null where it is about something else."),
        *pick(FIELDS, "as_of", required=("as_of",)),
    ),
)
