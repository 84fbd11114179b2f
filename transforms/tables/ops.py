"""How the runs went. Derived from landing and the mail ledger, except ops.runs, which is a diary."""

from transforms.contracts import Table, count, date, flag, instant, pick, real, text
from transforms.tables.fields import FIELDS

RUNS = Table(
    name="ops.runs",
    grain="run",
    description="Executions of flows in this workspace. A diary: it is not rebuilt.",
    key=("run_id",),
    fields=(
        *pick(FIELDS, "run_id", required=("run_id",)),
        text("flow", "Which flow.").needed(),
        date("day", "The business day it was for."),
        instant("started_at", "Start (UTC).").needed(),
        instant("ended_at", "End (UTC); null while running or if it was killed."),
        text("outcome", "How it ended.", among=("running", "done", "gaps", "refused", "failed")).needed(),
        text("message", "What a person should know."),
    ),
)

LOADS = Table(
    name="ops.loads",
    grain="landed segment",
    description="Which landed files are in core: the load is exactly once because this row commits with the data.",
    key=("segment",),
    fields=(
        text("segment", "Path below landing/.").needed(),
        text("source", "Source.").needed(),
        date("day", "The business day it was fetched for.").needed(),
        text("state", "loaded, or held back by an audit.", among=("loaded", "held")).needed(),
        count("rows_in", "Rows read from it.").needed(),
        count("rows_good", "Rows that went on to core.").needed(),
        count("rows_rejected", "Rows held back; in = good + rejected.").needed(),
    ),
)

COVERAGE = Table(
    name="ops.coverage",
    grain="day × source × shard",
    description="What a night should have brought and what it brought.",
    key=("day", "source", "shard"),
    fields=(
        date("day", "Business day.").needed(),
        text("source", "Source.").needed(),
        text("shard", "Part of the source: accounts, links, a shop.").needed(),
        count("expected", "Things asked for.").needed(),
        count("got", "Things that answered.").needed(),
        text("state", "complete, partial, failed or not asked.", among=("complete", "partial", "failed")).needed(),
        text("reason", "Why something is missing."),
    ),
)

EXPECTATION_RESULTS = Table(
    name="ops.expectation_results",
    grain="segment × table × rule",
    description="What was expected of the data and whether it held.",
    key=("batch", "table_name", "rule"),
    fields=(
        text("batch", "Which load: a day and source.").needed(),
        text("table_name", "Table.").needed(),
        text("rule", "Rule.").needed(),
        text("severity", "What a breach does.", among=("critical", "warning", "info")).needed(),
        flag("success", "Whether it held.").needed(),
        count("unexpected", "Rows that broke it."),
        text("reason", "Why the rule exists."),
    ),
)

REJECTED_ROWS = Table(
    name="ops.rejected_rows",
    grain="row held back × rule",
    description="Rows that did not reach core, with the rule, the reason and the raw text.",
    key=("landed_id", "pointer", "table_name", "rule"),
    fields=(
        text("table_name", "Table it was meant for."),
        text("rule", "Rule that it broke.").needed(),
        text("severity", "critical: a fault; info: a harmless repeat.", among=("critical", "info")).needed(),
        text("reason", "What is wrong, with the value, and what would be right.").needed(),
        text("raw", "The row as received, at most 4,000 characters."),
        *pick(
            FIELDS,
            "source",
            "landed_id",
            "pointer",
            "known_at",
            required=("source", "landed_id", "pointer", "known_at"),
        ),
    ),
)

RESPONSES = Table(
    name="ops.responses",
    grain="answer landed",
    description="Every request made and its answer, without secrets.",
    key=("landed_id",),
    fields=(
        *pick(FIELDS, "landed_id", "source", required=("landed_id", "source")),
        text("segment", "File below landing/.").needed(),
        count("line", "Line in that file, from 1.", unit="line").needed(),
        text("kind", "What was asked.").needed(),
        text("method", "HTTP method; FILE for an import.").needed(),
        text("url", "Address asked, secrets replaced by ***.").needed(),
        count("status", "HTTP status; 200 for a file.", unit="status").needed(),
        instant("received_at", "When the answer was complete (UTC).").needed(),
        text("sha256", "SHA-256 of the body, verbatim.").needed(),
        count("bytes", "Length of the body.", unit="bytes").needed(),
    ),
)

MAILS = Table(
    name="ops.mails",
    grain="message: campaign × edition × locale × recipient",
    description="Messages claimed or sent; a copy of the ledger in outbox/.",
    key=("mail_id",),
    fields=(
        text("mail_id", "Deterministic id of the message.").needed(),
        *pick(FIELDS, "campaign_id", required=("campaign_id",)),
        text("edition", "Edition of the report.").needed(),
        text("locale", "Language.").needed(),
        text("recipient", "Address.").needed(),
        text(
            "state",
            "Where it stands.",
            among=("pending", "claimed", "in_flight", "sent", "failed", "in_doubt", "held"),
        ).needed(),
        text("detail", "The server's last word, or why it is held."),
        instant("changed_at", "When the state changed (UTC).").needed(),
        text("sha256", "SHA-256 of the message.").needed(),
    ),
)

DECISIONS = Table(
    name="ops.decisions",
    grain="decision of a run or a person",
    description=(
        "What a run decided by rule and a person should know: a platform held, a mail held, a series broken; and what"
        " a person decided about a finding."
    ),
    key=("decided_at", "kind", "subject"),
    fields=(
        instant("decided_at", "When (UTC).").needed(),
        text("kind", "Kind of decision.").needed(),
        text("subject", "What it is about.").needed(),
        text("message", "The decision and the remedy.").needed(),
        real("value", "A figure that led to it.", unit="as the message says"),
    ),
)
