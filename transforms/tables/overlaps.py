"""Whose audiences overlap, and how many accounts a campaign reached without counting anybody twice."""

from transforms.contracts import Field, Table, Type, count, pick, real, text
from transforms.tables.fields import FIELDS, PLATFORMS

_TRACE = ("observed_at", "known_at", "source", "landed_id", "pointer")

AUDIENCE_OVERLAPS_STAGED = Table(
    name="staging.audience_overlaps",
    grain="pair of accounts per answer",
    description="How far the audiences of two accounts are the same people, as a vendor or an export says.",
    key=("platform", "account_id", "other_platform", "other_account_id", "observed_at", "landed_id"),
    fields=(
        *pick(FIELDS, "platform", "account_id", required=("platform", "account_id")),
        text("other_platform", "Social network of the other account.", among=PLATFORMS).needed(),
        text("other_account_id", "The platform's id of the other account.").needed(),
        Field(
            "share_of_smaller",
            Type.REAL,
            "Share of the smaller of the two audiences that is in the other, too.",
            unit="ratio",
            required=True,
            minimum=0,
            maximum=1,
        ),
        *pick(FIELDS, *_TRACE, required=_TRACE),
    ),
)
AUDIENCE_OVERLAPS = Table(
    name="core.audience_overlaps",
    grain="pair of accounts × instant × known_at",
    description="How far the audiences of two accounts are the same people. Append-only; either order of the two.",
    key=("platform", "account_id", "other_platform", "other_account_id", "observed_at", "known_at", "landed_id"),
    fields=AUDIENCE_OVERLAPS_STAGED.fields,
)
REACH_ESTIMATES = Table(
    name="marts.reach_estimates",
    grain="campaign × group of posts (an influencer's, a platform's, all)",
    description=(
        "Accounts reached without counting anybody twice: surely between `lower` and `upper`, and about `estimate`."
        " Each account counts with its most-seen post, as nobody tells how far its posts reach the same people."
    ),
    key=("grain", "campaign_id", "platform", "influencer_id"),
    fields=(
        text("grain", "What the row is about.", among=("influencer", "platform", "campaign")).needed(),
        *pick(FIELDS, "campaign_id", required=("campaign_id",)),
        text("platform", "Set at grain platform."),
        *pick(FIELDS, "influencer_id"),
        count("accounts", "Accounts that posted.", unit="accounts").needed(),
        *pick(FIELDS, "posts_known", "posts_all"),
        real("lower", "The largest reach of a post: so many were reached at least.", unit="accounts", minimum=0),
        real(
            "upper",
            "Σ reach of the posts or the market, whichever is smaller; null where a post's reach is unknown and the"
            " market is not given.",
            unit="accounts",
            minimum=0,
        ),
        count("market_persons", "Size of the market, as the brief says.", unit="persons"),
        real("estimate", "About so many; null where nothing is known of overlaps.", unit="accounts", minimum=0),
        text(
            "method",
            "How it was estimated: one_post, union of two of known overlap, agostini for more, independence where only"
            " the market's size is known (Sainsbury).",
            among=("one_post", "union", "agostini", "independence"),
        ),
        *pick(FIELDS, "reason", "as_of", required=("as_of",)),
    ),
)
