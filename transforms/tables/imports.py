"""Which files people handed over, and what typed figures rest on."""

from transforms.contracts import Table, count, instant, pick, text
from transforms.tables.fields import FIELDS

IMPORTS = Table(
    name="ops.imports",
    grain="landed file",
    description="Files landed by `hibiki import`, with the evidence of figures that a person typed.",
    key=("landed_id",),
    fields=(
        *pick(FIELDS, "landed_id", required=("landed_id",)),
        instant("known_at", "When it was landed (UTC).").needed(),
        text("file", "Name of the file.").needed(),
        text("read_as", "Profile or mapping that reads it.").needed(),
        text("provenance", "import: an export; manual: typed by a person.", among=("import", "manual")).needed(),
        text("sha256", "SHA-256 of the file.").needed(),
        count("bytes", "Length of the file.", unit="bytes").needed(),
        text("evidence_file", "Name of the file that typed figures were taken from; never opened."),
        text("evidence_sha256", "SHA-256 of that file."),
        text("evidence_place", "Where its copy is, below landing/."),
    ),
)
