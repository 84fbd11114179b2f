"""What happened: append-only or slowly changing, rebuilt from landing at will."""

from transforms.contracts import Field, Table, Type, flag, instant, money, pick, real, text
from transforms.tables import staging
from transforms.tables.fields import FIELDS, METRICS


def _of(table: Table, *names: str) -> tuple[Field, ...]:
    """The named fields of another table, as promised there."""
    return tuple(table[n] for n in names)


CAMPAIGNS = Table(
    name="core.campaigns",
    grain="campaign",
    description="The brief as last known.",
    key=("campaign_id",),
    fields=staging.CAMPAIGNS.fields,
)

CAMPAIGN_GOALS = Table(
    name="core.campaign_goals",
    grain="campaign × KPI with a target",
    description="What was agreed to be reached.",
    key=("campaign_id", "kpi"),
    fields=(
        *pick(FIELDS, "campaign_id", "kpi", required=("campaign_id", "kpi")),
        real("target", "The agreed value.", unit="as ref.kpis says").needed(),
        *pick(FIELDS, "known_at", "landed_id", required=("known_at", "landed_id")),
    ),
)

INFLUENCERS = Table(
    name="core.influencers",
    grain="person",
    description="Influencers, as named in the rosters.",
    key=("influencer_id",),
    fields=(
        *pick(FIELDS, "influencer_id", required=("influencer_id",)),
        text("name", "Name in the roster."),
        *pick(FIELDS, "known_at", required=("known_at",)),
    ),
)

ACCOUNTS = Table(
    name="core.accounts",
    grain="account on a platform",
    description="Accounts as last seen; earlier handles are in core.account_observations.",
    key=("account_key",),
    fields=(
        *pick(
            FIELDS,
            "account_key",
            "platform",
            "account_id",
            "influencer_id",
            "handle",
            "display_name",
            required=("account_key", "platform", "account_id"),
        ),
        instant("first_known_at", "When we first learnt of it (UTC).").needed(),
        instant("last_known_at", "When we last learnt of it (UTC).").needed(),
        instant("seen_at", "observed_at of the newest answer that told its names (UTC); null if none did."),
    ),
)

CONTRACTS = Table(
    name="core.contracts",
    grain="campaign × influencer × platform",
    description="Who was engaged, on which account, at what terms. One row of roster.csv.",
    key=("campaign_id", "influencer_id", "platform"),
    fields=(
        *_of(staging.ROSTER, "campaign_id", "influencer_id", "platform", "handle"),
        *pick(FIELDS, "account_id"),
        Field("account_key", Type.COUNT, "Surrogate key of the account; null until a platform told its id."),
        text("roster_account_id", "account_id as the roster gives it; the handle decides where it gives none."),
        *_of(staging.ROSTER, "route", "fee", "product_cost", "shipping_cost", "agency_cost", "boost_cost"),
        money("cost", "Sum of the five, as the roster has them; null when one is unknown. KPIs use marts.costs."),
        *_of(staging.ROSTER, "currency", "tax", "invoiced_on", "promised_posts", "code", "link", "relation"),
        *_of(staging.ROSTER, "known_at", "landed_id", "pointer"),
    ),
)

POSTS = Table(
    name="core.posts",
    grain="post",
    description="Posts as last known.",
    key=("post_key",),
    fields=(
        *pick(FIELDS, "post_key", "platform", "post_id", required=("post_key", "platform", "post_id")),
        Field(
            "account_key",
            Type.COUNT,
            "Surrogate key of the posting account; null when the answer does not say.",
        ),
        *_of(staging.POSTS, "account_id", "published_at"),
        *pick(FIELDS, "published_on"),
        *_of(
            staging.POSTS,
            "format",
            "caption",
            "caption_is_truncated",
            "hashtags",
            "permalink",
            "paid_label",
            "duration_seconds",
        ),
        text(
            "availability", "on, or what the platform last said instead.", among=("on", "gone", "restricted")
        ).needed(),
        instant("first_known_at", "When we first learnt of it (UTC).").needed(),
        instant("last_known_at", "When we last learnt of it (UTC).").needed(),
        instant("seen_at", "observed_at of the newest answer that described it (UTC); null if none did."),
        instant("availability_at", "When availability was last told (UTC); null if only its counters were."),
        *pick(FIELDS, "landed_id", "pointer", required=("landed_id", "pointer")),
    ),
)

POST_OWNERS = Table(
    name="core.post_owners",
    grain="post × account",
    description="Which accounts own a post: one, or several for collaborations.",
    key=("post_key", "account_key"),
    fields=(
        *pick(FIELDS, "post_key", "account_key", required=("post_key", "account_key")),
        instant("known_at", "When we first learnt of it (UTC)."),
    ),
)

CAMPAIGN_POSTS = Table(
    name="core.campaign_posts",
    grain="campaign × post",
    description="Which posts belong to a campaign, why, and whether that is settled.",
    key=("campaign_id", "post_key"),
    fields=(
        *pick(
            FIELDS,
            "campaign_id",
            "post_key",
            "platform",
            "post_id",
            "influencer_id",
            required=("campaign_id", "post_key", "platform", "post_id"),
        ),
        text(
            "matched_by",
            "What tied the post to the campaign; account: the roster's account alone, as its caption cannot be judged.",
            among=("url", "hashtag", "mention", "code", "account", "manual"),
        ).needed(),
        text("state", "Whether it counts.", among=("confirmed", "pending", "rejected")).needed(),
        flag(
            "is_seen", "No: decided in posts.csv, and no source has told of such a post: not yet, or a wrong address."
        ).needed(),
    ),
)

POST_DECISIONS = Table(
    name="core.post_decisions",
    grain="campaign × post decided by hand",
    description="Posts that a person confirmed or rejected, as last known.",
    key=("campaign_id", "platform", "post_id"),
    fields=staging.POST_DECISIONS.fields,
)

POST_OBSERVATIONS = Table(
    name="core.post_observations",
    grain="post per instant observed",
    description="Counters of a post. Append-only: a restatement is a new row with a later known_at.",
    key=("post_key", "observed_at", "known_at", "landed_id"),
    fields=(
        *pick(
            FIELDS,
            "post_key",
            "observed_at",
            "known_at",
            "observed_on",
            *METRICS,
            *(f"{m}_paid" for m in METRICS),
            "missing",
            "source",
            "landed_id",
            required=("post_key", "observed_at", "known_at", "observed_on", "source", "landed_id"),
        ),
        staging.POST_OBSERVATIONS["detail_landed_id"],
        *pick(FIELDS, "pointer", required=("pointer",)),
    ),
)

ACCOUNT_OBSERVATIONS = Table(
    name="core.account_observations",
    grain="account per instant observed",
    description="Counters and names of an account. Append-only.",
    key=("account_key", "observed_at", "known_at", "landed_id"),
    fields=pick(
        FIELDS,
        "account_key",
        "observed_at",
        "known_at",
        "observed_on",
        "handle",
        "display_name",
        "followers",
        "following",
        "posts",
        "missing",
        "source",
        "landed_id",
        "pointer",
        required=("account_key", "observed_at", "known_at", "observed_on", "source", "landed_id", "pointer"),
    ),
)

AUDIENCE_OBSERVATIONS = Table(
    name="core.audience_observations",
    grain="account × instant × dimension × bucket",
    description="Shares of an account's audience. Append-only.",
    key=("account_key", "observed_at", "dimension", "bucket", "known_at", "landed_id"),
    fields=(
        *pick(
            FIELDS,
            "account_key",
            "observed_at",
            "known_at",
            "observed_on",
            required=("account_key", "observed_at", "known_at", "observed_on"),
        ),
        *_of(staging.AUDIENCE_OBSERVATIONS, "dimension", "bucket", "persons"),
        real(
            "share",
            "Persons in the bucket / persons in all buckets of the dimension.",
            unit="ratio",
            minimum=0,
        ),
        *pick(FIELDS, "source", "landed_id", "pointer", required=("source", "landed_id", "pointer")),
    ),
)

LINKS = Table(
    name="core.links",
    grain="tracked link",
    description="Tracked links as last known.",
    key=("link_id",),
    fields=(
        *_of(staging.LINKS, "link_id", "long_url", "created_at"),
        instant("first_known_at", "When we first learnt of it (UTC)."),
        instant("last_known_at", "When we last learnt of it (UTC).").needed(),
    ),
)

LINK_DAYS = Table(
    name="core.link_days",
    grain="link × day × known_at",
    description="Clicks of a link on a day of the link service. Append-only.",
    key=("link_id", "day", "known_at", "landed_id"),
    fields=_of(staging.LINK_DAYS, "link_id", "day", "clicks", "known_at", "source", "landed_id", "pointer"),
)

SHOPS = Table(
    name="core.shops",
    grain="shop",
    description="Shops that have answered at all, each with its first answer: from then on no order is a known 0.",
    key=("shop",),
    fields=_of(staging.SHOPS, "shop", "known_at", "source", "landed_id", "pointer"),
)

ORDERS = Table(
    name="core.orders",
    grain="order × known_at",
    description="Orders as they stood each time. Append-only: refunds and cancellations are new rows.",
    key=("shop", "order_id", "known_at", "landed_id"),
    fields=_of(
        staging.ORDERS,
        "shop",
        "order_id",
        "ordered_at",
        "cancelled_at",
        "code",
        "utm_source",
        "utm_medium",
        "utm_campaign",
        "utm_content",
        "referrer",
        "gross",
        "refunded",
        "net",
        "currency",
        "is_new_customer",
        "is_test",
        "known_at",
        "source",
        "landed_id",
        "pointer",
    ),
)
