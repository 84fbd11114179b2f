"""How orders came about: visits before an order, and what each way of sharing it out says of an influencer."""

from transforms.contracts import Table, count, date, flag, instant, money, pick, real, text
from transforms.tables.fields import FIELDS

MODELS = (
    "code_then_last_link",
    "last_touch",
    "first_touch",
    "linear",
    "position_based",
    "shapley",
    "markov",
)
"""Ways of sharing an order out; those of :data:`DATA_DRIVEN` need many paths."""
DATA_DRIVEN = ("shapley", "markov")

_ORDER = (
    text("shop", "The shop.").needed(),
    text("order_id", "The order.").needed(),
)
_TOUCH = (
    instant("touched_at", "When the buyer came (UTC).").needed(),
    text("utm_source", "utm_source of the visit."),
    text("utm_medium", "utm_medium of the visit."),
    text("utm_campaign", "utm_campaign of the visit."),
    text("utm_content", "utm_content of the visit."),
    text("link_id", "The tracked link that was followed, without scheme."),
    text("referrer", "Host that the visit came from, without path or query."),
)

STAGED_ORDER_TOUCHES = Table(
    name="staging.order_touches",
    grain="order × visit",
    description="Visits that led to an order, oldest first, as a shop or an analytics tool tells them.",
    key=("shop", "order_id", "touched_at", "landed_id", "pointer"),
    fields=(
        *_ORDER,
        *_TOUCH,
        *pick(
            FIELDS,
            "observed_at",
            "known_at",
            "source",
            "landed_id",
            "pointer",
            required=("observed_at", "known_at", "source", "landed_id", "pointer"),
        ),
    ),
)

ORDER_TOUCHES = Table(
    name="core.order_touches",
    grain="order × visit × known_at",
    description="Visits that led to an order. Append-only: the same visit told twice stands twice and counts once.",
    key=("shop", "order_id", "touched_at", "landed_id", "pointer"),
    fields=(
        *_ORDER,
        *_TOUCH,
        *pick(
            FIELDS,
            "known_at",
            "source",
            "landed_id",
            "pointer",
            required=("known_at", "source", "landed_id", "pointer"),
        ),
    ),
)

ORDER_PATHS = Table(
    name="marts.order_paths",
    grain="campaign × order on its days × touch, in order",
    description="What led to each order, and whom it names. Models share an order among its counted touches.",
    key=("campaign_id", "shop", "order_id", "nth"),
    fields=(
        *pick(FIELDS, "campaign_id", required=("campaign_id",)),
        *_ORDER,
        count("nth", "Place in the path, from 1; the last is nearest to the order.", unit="place").needed(),
        instant("touched_at", "When (UTC); a code and a landing page count at the order's instant.").needed(),
        text(
            "kind",
            "visit: told by a journey; landing: the order's own landing page; code.",
            among=("visit", "landing", "code"),
        ).needed(),
        text("said", "The code, or the labels of the visit: source / campaign / content, or its link."),
        text("referrer", "Host that the visit came from."),
        text("influencer_id", "The one influencer of the campaign whom it names."),
        text("platform", "Platform of the code or link; null where it was given for several."),
        count("claims", "Influencers whom it names on that day.", unit="persons").needed(),
        text(
            "state",
            "counted; several: it names more than one person; out_of_window: too early or too late;"
            " other_campaign: the order belongs to another campaign; nobody: it names none of ours.",
            among=("counted", "several", "out_of_window", "other_campaign", "nobody"),
        ).needed(),
        instant("ordered_at", "When the order was placed (UTC).").needed(),
        text("source", "Where the touch came from: the shop, or import."),
        *pick(FIELDS, "landed_id", "pointer", "as_of", required=("as_of",)),
    ),
)

ORDER_FACTS = Table(
    name="marts.order_facts",
    grain="campaign × order on its days",
    description="Orders on a campaign's days: worth when first learnt of and now, and what became of their credit.",
    key=("campaign_id", "shop", "order_id"),
    fields=(
        *pick(FIELDS, "campaign_id", required=("campaign_id",)),
        *_ORDER,
        instant("ordered_at", "When the order was placed (UTC).").needed(),
        date("ordered_on", "Business day of ordered_at, in the workspace's timezone.").needed(),
        text(
            "counts",
            "counted; test: a test order; cancelled: by now. Only counted orders are in any figure.",
            among=("counted", "test", "cancelled"),
        ).needed(),
        text("influencer_id", "Who is credited, where it is one."),
        text("model", "The model that decides in the campaign.", among=MODELS).needed(),
        text(
            "credit_state",
            "credited; shared: among several by the deciding model; other_campaign: credited there; claimed_by_several:"
            " its code or link is several people's, so nobody has it; nobody: no code or touch in its window;"
            " not_counted: a test, or cancelled.",
            among=("credited", "shared", "other_campaign", "claimed_by_several", "nobody", "not_counted"),
        ).needed(),
        count("touches", "Touches known of the order, its code and landing page included.").needed(),
        count("touches_counted", "Those that name one influencer of its campaign, in the window.").needed(),
        count("influencers_touched", "Different influencers among them.", unit="persons").needed(),
        flag("is_new_customer", "The buyer's first order in this shop; null where the shop does not tell."),
        text("referrer", "Host that the buyer came from."),
        money("gross", "Order value after discounts, before refunds, as last known."),
        money("net_at_time", "Net of refunds as first known: what the order was worth when it came."),
        money("net", "Net of all refunds known: what it is worth now."),
        money("restated", "net - net_at_time: what later news changed. Negative after a refund."),
        *pick(FIELDS, "currency"),
        instant("first_known_at", "When we first learnt of it (UTC).").needed(),
        instant("known_at", "When it was last restated (UTC).").needed(),
        *pick(FIELDS, "as_of", required=("as_of",)),
    ),
)

ATTRIBUTION_MODELS = Table(
    name="marts.attribution_models",
    grain="campaign × model × influencer, and what no influencer of the campaign is credited with",
    description="How far the choice of a model matters. The rows of a campaign and model add up to the shop's orders.",
    key=("campaign_id", "model", "credited_to", "influencer_id"),
    fields=(
        *pick(FIELDS, "campaign_id", required=("campaign_id",)),
        text("model", "Attribution model.", among=MODELS).needed(),
        text(
            "credited_to",
            "influencer; claimed_by_several, nobody: orders in the campaign's window without a credit;"
            " other_campaign: credited there.",
            among=("influencer", "claimed_by_several", "nobody", "other_campaign"),
        ).needed(),
        *pick(FIELDS, "influencer_id"),
        flag("is_deciding", "The model that the campaign's KPIs use.").needed(),
        real("orders", "Σ credits.", unit="orders", minimum=0),
        money("revenue_gross", "Σ gross × credit; null where an amount is unknown or in another currency."),
        money("revenue_net", "Σ net × credit; null where an amount is unknown or in another currency."),
        real(
            "new_customers", "Σ credits of first orders; null where one order does not tell.", unit="orders", minimum=0
        ),
        real("new_customers_known", "Σ credits of orders known to be first orders.", unit="orders", minimum=0),
        real("new_customers_untold", "Σ credits of orders that do not tell.", unit="orders", minimum=0),
        real("share", "orders / orders credited in the campaign by this model.", unit="ratio", minimum=0),
        real("share_deciding", "The same by the model that decides.", unit="ratio", minimum=0),
        count("paths", "Orders of the campaign with more than one influencer in their path.", unit="orders").needed(),
        text(
            "why",
            "not_enough_paths: too few orders with several influencers to tell; amounts: one is unknown or in another"
            " currency.",
            among=("not_enough_paths", "amounts"),
        ),
        *pick(FIELDS, "as_of", required=("as_of",)),
    ),
)

CODE_LEAKS = Table(
    name="marts.code_leaks",
    grain="campaign × influencer × code",
    description="Whether a code looks as if it had got beyond the influencer's audience. A suspicion, no proof.",
    key=("campaign_id", "influencer_id", "code"),
    fields=(
        *pick(FIELDS, "campaign_id", "influencer_id", "code", required=("campaign_id", "influencer_id", "code")),
        text(
            "verdict",
            "leak_suspected: p_adjusted is at most 0.05; not_enough_orders: fewer than 10, or nothing to test by.",
            among=("leak_suspected", "no_sign", "not_enough_orders"),
        ).needed(),
        text("signs", "Tests that speak for it, separated by spaces: coupon_sites no_response jump."),
        real(
            "p_adjusted",
            "Smallest p-value, adjusted (Holm) for all tests of all codes of the campaign.",
            unit="probability",
        ),
        count("orders", "Counted orders with the code in its window.", unit="orders").needed(),
        count("orders_from_coupon_sites", "Those whose referrer or source is a coupon site.", unit="orders").needed(),
        count("orders_from_other_channels", "Those whose labels name somebody else's channel.", unit="orders").needed(),
        count("orders_without_touch", "Those without any visit by this influencer's link.", unit="orders").needed(),
        count("orders_with_origin", "Those that tell where the buyer came from.", unit="orders").needed(),
        real("p_coupon_sites", "Binomial: as many from coupon sites if 10 % were usual.", unit="probability"),
        count("orders_fresh", "Orders on days up to a week after a post.", unit="orders"),
        count("days_fresh", "Such days.", unit="days"),
        count("orders_stale", "Orders on other days of the window.", unit="orders"),
        count("days_stale", "Such days.", unit="days"),
        real(
            "p_no_response", "Binomial: as many off posts if a day off posts had half the orders.", unit="probability"
        ),
        date("jumped_on", "Business day from which orders rose without a post."),
        count("orders_before_jump", "Orders of the quiet stretch before that day.", unit="orders"),
        count("orders_from_jump", "Orders of the stretch from that day on.", unit="orders"),
        real(
            "p_jump",
            "Binomial: as many after that day if orders did not rise, times the days tried.",
            unit="probability",
        ),
        *pick(FIELDS, "as_of", required=("as_of",)),
    ),
)
