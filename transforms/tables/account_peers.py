"""Where an account stands among those of its platform and size that the house knows."""

from transforms.contracts import Table, count, pick, real
from transforms.tables.fields import FIELDS

ACCOUNT_PEERS = Table(
    name="marts.account_peers",
    grain="account",
    description=(
        "Accounts among their peers: same platform, from a third to three times the followers, 5 posts or more in the"
        " last 28 days. Peers are those that this workspace follows, no market."
    ),
    key=("account_key",),
    fields=(
        *pick(FIELDS, "account_key", "platform", "account_id", required=("account_key", "platform", "account_id")),
        *pick(FIELDS, "followers"),
        real("er_followers_public_28d", "As in marts.account_profiles.", unit="ratio"),
        count("peers", "Other accounts that it is compared with.", unit="accounts"),
        real(
            "percentile",
            "Share of the peers whose rate is lower, equal ones by half; null with fewer than 8 peers, or fewer than 5"
            " posts of its own.",
            unit="ratio",
        ),
        real(
            "percentile_lower",
            "Lower end of its 95 % interval, as peers are few; how evenly the own posts fare is not in it.",
            unit="ratio",
        ),
        real("percentile_upper", "Upper end of the same interval.", unit="ratio"),
        real("peers_median", "The peers' median rate; null with fewer than 8.", unit="ratio"),
        *pick(FIELDS, "as_of", required=("as_of",)),
    ),
)
