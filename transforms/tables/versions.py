"""Every version of what core keeps only as last known: what a person or a platform had said by any instant."""

from transforms.contracts import Table, count, instant, text
from transforms.tables import core, staging
from transforms.tables.compliance import CORE_REUSES

_NTH = count("version", "Which version, from 1; of those known at an instant the highest is in force.").needed()
_KNOWN = instant("known_at", "When this version was learnt (UTC): it is in force from then on.").needed()


def _brief(table: Table, name: str, what: str) -> Table:
    """The versions of a table that a brief fills: all rows of one landed brief have its number and instant."""
    own = tuple(f for f in table.fields if f.name not in {"campaign_id", "known_at"})
    return Table(
        name=name,
        grain=f"{table.grain} × version of the campaign's brief",
        description=f"{what}, in every landed version of the brief. Append-only.",
        key=(*table.key, "version"),
        fields=(table["campaign_id"].needed(), _NTH, _KNOWN, *own),
    )


CAMPAIGN_VERSIONS = _brief(core.CAMPAIGNS, "core.campaign_versions", "Briefs")
GOAL_VERSIONS = _brief(core.CAMPAIGN_GOALS, "core.goal_versions", "What was agreed to be reached")
CONTRACT_VERSIONS = _brief(staging.ROSTER, "core.contract_versions", "Who was engaged at what terms")
POST_DECISION_VERSIONS = _brief(
    core.POST_DECISIONS, "core.post_decision_versions", "Posts that a person confirmed or rejected"
)
REUSE_VERSIONS = _brief(CORE_REUSES, "core.reuse_versions", "Places where the brand shows posts again")

TOLD_OF_POSTS = (
    "account_key",
    "account_id",
    "published_at",
    "published_on",
    "format",
    "caption",
    "caption_is_truncated",
    "hashtags",
    "permalink",
    "paid_label",
    "duration_seconds",
    "availability",
)
"""What is said of a post apart from its counters; a change of any of it is a new version."""

POST_VERSIONS = Table(
    name="core.post_versions",
    grain="post × change of what is known of it",
    description=(
        "Posts as they were known from each change on: a caption edited, a label set, a post gone. Append-only; the"
        " last version of a post is its row in core.posts."
    ),
    key=("post_key", "version"),
    fields=(
        *(core.POSTS[c] for c in ("post_key", "platform", "post_id")),
        _NTH,
        _KNOWN,
        *(core.POSTS[c] for c in TOLD_OF_POSTS),
        text("caption_hash", "SHA-256 of the caption (UTF-8, in hex); null where no caption is known."),
        instant("seen_at", "observed_at of the newest answer that described it so far (UTC); null if none did."),
        instant("availability_at", "When availability was last told so far (UTC)."),
        *(core.POSTS[c] for c in ("landed_id", "pointer")),
    ),
)
