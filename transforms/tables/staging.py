"""Staged rows: typed, with natural keys, each pointing at its answer. Files only, never served."""

from transforms.contracts import Table, count, date, flag, instant, money, pick, real, text
from transforms.tables.fields import FIELDS, METRICS

_TRACE = ("observed_at", "known_at", "source", "landed_id", "pointer")
_TAXES = ("excluded", "included")
_TRACED = ("observed_at", "known_at", "source", "landed_id", "pointer")

ACCOUNTS = Table(
    name="staging.accounts",
    grain="account per answer",
    description="What an answer says of an account: names and counters.",
    key=("platform", "account_id", "observed_at", "landed_id"),
    fields=pick(
        FIELDS,
        "platform",
        "account_id",
        "handle",
        "display_name",
        "followers",
        "following",
        "posts",
        "missing",
        *_TRACE,
        required=("platform", "account_id", *_TRACED),
    ),
)

POSTS = Table(
    name="staging.posts",
    grain="post × owner per answer",
    description="What an answer says of a post apart from its counters. A collaboration is told by each of its owners.",
    key=("platform", "post_id", "account_id", "observed_at", "landed_id"),
    fields=(
        *pick(FIELDS, "platform", "post_id", "account_id", required=("platform", "post_id")),
        flag("is_author", "Whether that account published it; false of a collaborator, null where not told."),
        *pick(
            FIELDS,
            "published_at",
            "format",
            "caption",
            "caption_is_truncated",
            "hashtags",
            "permalink",
            "paid_label",
            "duration_seconds",
            *_TRACE,
            required=_TRACED,
        ),
    ),
)

POST_OBSERVATIONS = Table(
    name="staging.post_observations",
    grain="post per instant observed and answer",
    description="The counters of a post at one instant. Null is unknown, with the reason in `missing`.",
    key=("platform", "post_id", "observed_at", "landed_id"),
    fields=(
        *pick(FIELDS, "platform", "post_id", *_TRACE, required=("platform", "post_id", *_TRACED)),
        text("detail_landed_id", "A second answer that filled in metrics (Instagram insights), if any."),
        *pick(FIELDS, *METRICS, *(f"{m}_paid" for m in METRICS), "missing"),
    ),
)

POST_STATES = Table(
    name="staging.post_states",
    grain="post asked for by id and not returned, per answer",
    description="Posts that the platform no longer returns: deleted, private or no permission.",
    key=("platform", "post_id", "observed_at", "landed_id"),
    fields=(
        *pick(FIELDS, "platform", "post_id", required=("platform", "post_id")),
        text("availability", "What the platform said.", among=("gone", "restricted")).needed(),
        *pick(FIELDS, *_TRACE, required=_TRACED),
    ),
)

AUDIENCE_OBSERVATIONS = Table(
    name="staging.audience_observations",
    grain="account × instant × dimension × bucket",
    description="Shares of an account's audience.",
    key=("platform", "account_id", "observed_at", "dimension", "bucket", "landed_id"),
    fields=(
        *pick(FIELDS, "platform", "account_id", required=("platform", "account_id")),
        text("dimension", "What the audience is split by.", among=("age", "gender", "country", "interest")).needed(),
        text("bucket", "Value of the dimension, e.g. 25-34, JP.").needed(),
        count("persons", "Followers or viewers in the bucket, as the platform says.", unit="persons"),
        *pick(FIELDS, *_TRACE, required=_TRACED),
    ),
)

LINKS = Table(
    name="staging.links",
    grain="tracked link per answer",
    description="A short or tracked link.",
    key=("link_id", "observed_at", "landed_id"),
    fields=(
        text("link_id", "The link without scheme, e.g. bit.ly/abc.").needed(),
        text("long_url", "Where it leads."),
        instant("created_at", "When the link was made (UTC)."),
        *pick(FIELDS, *_TRACE, required=_TRACED),
    ),
)

LINK_DAYS = Table(
    name="staging.link_days",
    grain="link × day per answer",
    description="Clicks of a link on a day, as known then. Days are the link service's (UTC for Bitly).",
    key=("link_id", "day", "landed_id"),
    fields=(
        text("link_id", "The link without scheme, e.g. bit.ly/abc.").needed(),
        date("day", "Day in the link service's timezone.").needed(),
        count("clicks", "Clicks of that day so far.").needed(),
        *pick(FIELDS, *_TRACE, required=_TRACED),
    ),
)

ORDERS = Table(
    name="staging.orders",
    grain="order per answer",
    description="A shop's order as it stood when answered: refunds and cancellations restate it.",
    key=("shop", "order_id", "observed_at", "landed_id"),
    fields=(
        text("shop", "The shop's name, e.g. example.myshopify.com.").needed(),
        text("order_id", "The shop's id of the order.").needed(),
        instant("ordered_at", "When the order was placed (UTC).").needed(),
        instant("cancelled_at", "When it was cancelled (UTC); null if it was not."),
        *pick(FIELDS, "code"),
        text("utm_source", "utm_source of the landing page."),
        text("utm_medium", "utm_medium of the landing page."),
        text("utm_campaign", "utm_campaign of the landing page."),
        text("utm_content", "utm_content of the landing page."),
        text("referrer", "Host that the buyer came from, without path or query."),
        *pick(FIELDS, "gross", "refunded", "net", "currency", required=("currency",)),
        flag("is_new_customer", "The buyer's first order in this shop."),
        flag("is_test", "A test order: never counted."),
        *pick(FIELDS, *_TRACE, required=_TRACED),
    ),
)

SHOPS = Table(
    name="staging.shops",
    grain="shop per landed file",
    description="Shops that told which orders there are, if only that there are none.",
    key=("shop", "observed_at", "landed_id"),
    fields=(
        text("shop", "The shop's name, e.g. example.myshopify.com.").needed(),
        *pick(FIELDS, *_TRACE, required=_TRACED),
    ),
)

REJECTS = Table(
    name="staging.rejects",
    grain="row or answer that could not be read",
    description="What staging itself could not read, before any rule was asked.",
    key=("landed_id", "pointer", "rule"),
    fields=(
        text("table_name", "The table that it was meant for, if known."),
        text("rule", "Which rule it broke.").needed(),
        text("reason", "What is wrong and what would be right, with the value.").needed(),
        text("raw", "The row as it was received, at most 4,000 characters."),
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

CAMPAIGNS = Table(
    name="staging.campaigns",
    grain="campaign",
    description="The brief.",
    key=("campaign_id",),
    fields=(
        *pick(FIELDS, "campaign_id", required=("campaign_id",)),
        text("name", "The campaign's name.").needed(),
        text("brand", "Brand.").needed(),
        text("product", "Product name that posts must say."),
        text("category", "Product category: decides which wording rules apply."),
        text("market", "Market, e.g. JP.").needed(),
        text("objective", "What it is for.", among=("awareness", "engagement", "traffic", "sales")).needed(),
        text("locale", "Language of its reports.", among=("ja", "en")).needed(),
        date("starts_on", "First business day on which a post counts.").needed(),
        date("ends_on", "Last business day on which a post counts.").needed(),
        count("settle_days", "Days after the end until figures are final.", unit="days").needed(),
        count(
            "attribution_days", "Days after the campaign, a post or a visit in which an order counts.", unit="days"
        ).needed(),
        text(
            "attribution_model",
            "How KPIs share an order out; null: code_then_last_link.",
            among=("code_then_last_link", "last_touch", "first_touch", "linear", "position_based"),
        ),
        text(
            "attribution_window",
            "campaign: orders count until attribution_days after the campaign or the influencer's last post; post: only"
            " within attribution_days after one of the influencer's posts. null: campaign.",
            among=("campaign", "post"),
        ),
        text(
            "engagement_base",
            "Denominator of the shown engagement rate.",
            among=("followers", "reach", "views", "impressions"),
        ).needed(),
        text("hashtags", "Designated hashtags, normalised, separated by spaces."),
        text("mentions", "Brand accounts to mention, normalised, separated by spaces."),
        text("rivals", "Hashtags and accounts (with @) of rivals, normalised, separated by spaces."),
        count("market_persons", "How many people the market has, for estimates of unique reach.", unit="persons"),
        *pick(FIELDS, "currency", required=("currency",)),
        money("budget", "Agreed budget."),
        real("margin_rate", "Gross margin, share of net revenue.", unit="ratio", minimum=0),
        text("tax", "Whether costs are given without or with consumption tax; null: not said.", among=_TAXES),
        real("tax_rate", "Rate of the consumption tax on costs.", unit="ratio", minimum=0),
        text("orders_tax", "Whether the shop's amounts are without or with it; null: not said.", among=_TAXES),
        real("orders_tax_rate", "Rate of the consumption tax on what is sold.", unit="ratio", minimum=0),
        text("tax_basis", "What KPIs count: amounts as given, without tax, or with it.", among=("as_given", *_TAXES)),
        text("emv_card", "Rate card for earned media value; null: the only one there is."),
        text("recipients", "Mail addresses of the report, separated by spaces."),
        text("profiles", "Profiles of rules in force, separated by spaces; null: those of the market."),
        text("product_names", "Further names of the product, one a line."),
        text("asked_hashtags", "Hashtags that each post must carry, normalised, separated by spaces."),
        text("asked_mentions", "Accounts that each post must name, normalised, separated by spaces."),
        flag("asks_code", "Posts must carry the author's code or link; null: yes."),
        date("posts_from", "First agreed day of posting; null: starts_on."),
        date("posts_until", "Last agreed day of posting; null: ends_on."),
        text("forbidden_words", "Words that must not stand in a post, one a line."),
        text("rival_names", "Names of rivals that must not stand in a post, one a line."),
        count("min_age", "Age limit that a post must state; null: none asked.", unit="years"),
        text("approved_claims", "Effects that the product may claim, as notified or approved, one a line."),
        flag("rewards_praise", "The reward hangs on a rating or on praise; null: not said."),
        text("owner_compliance", "Who has posts corrected; null: nobody is named."),
        text("owner_casting", "Who talks to the influencers; null: nobody is named."),
        text("owner_planning", "Who plans the next campaign; null: nobody is named."),
        text("owner_data", "Who looks after the data; null: nobody is named."),
        text("target_gender", "Whom it aims at by gender: female, male or other, one a line; null: not said."),
        text("target_age", "Age groups that it aims at, such as 25-34 or 65+, one a line; null: not said."),
        text("target_country", "Countries that it aims at (ISO 3166-1 alpha-2), one a line; null: not said."),
        text("target_interest", "Interests that it aims at, in lower case, one a line; null: not said."),
        *pick(FIELDS, "known_at", "landed_id", required=("known_at", "landed_id")),
    ),
)

CAMPAIGN_GOALS = Table(
    name="staging.campaign_goals",
    grain="campaign × KPI with a target",
    description="What was agreed to be reached.",
    key=("campaign_id", "kpi"),
    fields=(
        *pick(FIELDS, "campaign_id", "kpi", required=("campaign_id", "kpi")),
        text("target", "The agreed value, as written in the brief (exact decimal).").needed(),
        *pick(FIELDS, "known_at", "landed_id", required=("known_at", "landed_id")),
    ),
)

_ROSTER = (
    *("campaign_id", "influencer_id", "display_name", "platform", "handle", "account_id", "route"),
    *("fee", "product_cost", "shipping_cost", "agency_cost", "boost_cost", "currency", "promised_posts"),
    *("code", "link", "known_at", "landed_id", "pointer"),
)
_ROSTER_NEEDED = (
    *("campaign_id", "influencer_id", "platform", "handle", "route", "currency", "known_at", "landed_id"),
)
ROSTER = Table(
    name="staging.roster",
    grain="campaign × influencer × platform",
    description="Who was engaged, on which account, at what terms.",
    key=("campaign_id", "influencer_id", "platform"),
    fields=(
        *pick(FIELDS, *_ROSTER, required=_ROSTER_NEEDED),
        text("tax", "Whether this row's amounts are without or with tax, or bear none.", among=(*_TAXES, "none")),
        date("invoiced_on", "Day of the invoice: its exchange rate counts; null: the campaign's first day."),
        text(
            "relation",
            "What ties the author to the brand; null: not said, and taken for paid.",
            among=("paid", "gift", "employee", "none"),
        ),
    ),
)

POST_DECISIONS = Table(
    name="staging.post_decisions",
    grain="campaign × post decided by hand",
    description="posts.csv: posts that a person confirmed or rejected.",
    key=("campaign_id", "platform", "post_id"),
    fields=(
        *pick(
            FIELDS,
            "campaign_id",
            "platform",
            "post_id",
            "permalink",
            "influencer_id",
            required=("campaign_id", "platform", "post_id"),
        ),
        text("decision", "What was decided.", among=("confirmed", "rejected")).needed(),
        text("note", "Why."),
        text("paid_label", "The platform's label, as a person saw it; null: not noted.", among=("on", "off")),
        text("label_source", "How that is known; null where nothing is noted.", among=("manual", "screenshot")),
        flag("is_shown_in_video", "A person heard or saw the disclosure in the video; null: nobody looked."),
        flag("is_kept_in_view", "And it stays in view; null: not noted."),
        text("screenshot", "File in the campaign's folder that shows it."),
        text("screenshot_sha256", "SHA-256 of that file when the brief was landed; null if there was none."),
        *pick(FIELDS, "known_at", "landed_id", required=("known_at", "landed_id")),
    ),
)
