"""What closed sets of codes are called, for readers of either language."""

from transforms.contracts import Table, text

LABELS = Table(
    name="ref.labels",
    grain="kind of code × code",
    description="Codes in words: join on `code` where `kind` says which column it is.",
    key=("kind", "code"),
    fields=(
        text("kind", "Which column holds the code: platform, reason, state, tier, …").needed(),
        text("code", "The code, as stored.").needed(),
        text("label_ja", "What Japanese readers are shown.").needed(),
        text("label_en", "What English readers are shown.").needed(),
    ),
)
