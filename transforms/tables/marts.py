"""What it means: replaced each run, as known at ``as_of``. KPI columns are derived from the registry."""

from transforms.contracts import Field, Table, Type, change, count, date, flag, instant, money, pick, real, text
from transforms.kpis import Grain, load
from transforms.tables.authenticity import SCORE
from transforms.tables.fields import FIELDS, METRICS

_KPIS = load()


def _kpis(grain: Grain, have: tuple[Field, ...]) -> tuple[Field, ...]:
    """The KPI columns of a grain, apart from those that stand in the table already."""
    names = {f.name for f in have}
    return tuple(k.field for k in _KPIS.values() if grain in k.grains and k.name not in names)


_POST_DAY_KEY = pick(FIELDS, "post_key", "platform", "post_id", required=("post_key", "platform", "post_id"))

POST_DAYS = Table(
    name="marts.post_days",
    grain="post × business day on which it was observed",
    description="Last figures of the day, and what changed since the day before. Falls are kept as negatives.",
    key=("post_key", "day"),
    fields=(
        *_POST_DAY_KEY,
        date("day", "Business day in the workspace's timezone.").needed(),
        *pick(FIELDS, "observed_at", required=("observed_at",)),
        instant("previous_at", "The observation that the change is measured from (UTC); null on the first day."),
        real("hours", "Hours from previous_at to observed_at.", unit="hours"),
        *pick(FIELDS, *METRICS, *(f"gained_{m}" for m in METRICS)),
        *(change(f"changed_{m}", f"Change of {m} since previous_at, however long ago that was.") for m in METRICS),
        text(
            "definition_changed",
            "Metrics whose meaning the platform changed since previous_at (ref.metric_definitions), separated by"
            " spaces: their gain and change are null, as two meanings have no difference.",
        ),
        text(
            "state",
            "first: nothing to compare with; gap: the day before is missing, so gained_* is null; restated: a figure of"
            " this day was corrected later; provisional: may still move; final.",
            among=("first", "gap", "restated", "provisional", "final"),
        ).needed(),
    ),
)

PROVENANCES = ("api", "import", "corrected", "manual", "mixed")
_PROVENANCE = text(
    "provenance",
    "What the figures rest on: api: as the source told them; import: an export; corrected: set right by a person;"
    " manual: typed by a person; mixed: several of these. Null where there is no figure.",
    among=PROVENANCES,
)

_MIXED = text(
    "definition_changed",
    "Platform metrics that a KPI of this row reads and whose meaning changed between or during the posts counted, as"
    " `youtube.views`, separated by spaces: kpi_values says of which KPIs. Compare those with no other.",
)

_POST = (
    *pick(
        FIELDS,
        "campaign_id",
        "platform",
        "post_id",
        "post_key",
        required=("campaign_id", "platform", "post_id", "post_key"),
    ),
    *pick(
        FIELDS,
        "influencer_id",
        "handle",
        "published_at",
        "published_on",
        "format",
        "permalink",
        "caption",
        "paid_label",
        "followers",
        "tier",
    ),
    text("availability", "on, or what the platform last said instead.", among=("on", "gone", "restricted")),
    *pick(FIELDS, "observed_at", *METRICS),
    text("engagement_parts", "Which of likes, comments, shares and saves are in `engagements`, separated by spaces."),
    date("told_since", "Business day of the oldest answer that is still needed to tell these figures."),
    text("emv_card", "Rate card and version that valued the post: that in force when it went up. Parts: emv_parts."),
    real("emv_multiplier", "What that card multiplies by on top; it is in emv.", unit="ratio"),
    *pick(FIELDS, "missing"),
    _PROVENANCE,
    _MIXED,
    *pick(FIELDS, "state", "as_of", required=("state", "as_of")),
)
POST_KPIS = Table(
    name="marts.post_kpis",
    grain="campaign × post",
    description="Confirmed posts of a campaign: totals and every KPI. `followers` and `tier` are at posting time.",
    key=("campaign_id", "post_key"),
    fields=(*_POST, *_kpis("post", _POST)),
)

_INFLUENCER = (
    *pick(FIELDS, "campaign_id", "influencer_id", required=("campaign_id", "influencer_id")),
    text("name", "Name in the roster."),
    text("platforms", "Platforms engaged on, separated by spaces."),
    text("handles", "Accounts engaged, separated by spaces."),
    text("routes", "How engaged, separated by spaces."),
    *pick(FIELDS, "followers", "tier", "posts", "promised_posts", "currency", "fee", "cost"),
    _MIXED,
    *pick(FIELDS, "state", "as_of", required=("state", "as_of")),
)
INFLUENCER_KPIS = Table(
    name="marts.influencer_kpis",
    grain="campaign × influencer",
    description="Influencers of a campaign: totals and every KPI. `posts` are those confirmed.",
    key=("campaign_id", "influencer_id"),
    fields=(*_INFLUENCER, *_kpis("influencer", _INFLUENCER)),
)

_PLATFORM = (
    *pick(FIELDS, "campaign_id", "platform", required=("campaign_id", "platform")),
    count("influencers", "Influencers engaged.", unit="persons"),
    *pick(FIELDS, "posts", "promised_posts", "currency", "fee", "cost"),
    _MIXED,
    *pick(FIELDS, "state", "as_of", required=("state", "as_of")),
)
CAMPAIGN_PLATFORM_KPIS = Table(
    name="marts.campaign_platform_kpis",
    grain="campaign × platform",
    description="Totals and every KPI of a campaign on one platform.",
    key=("campaign_id", "platform"),
    fields=(*_PLATFORM, *_kpis("platform", _PLATFORM)),
)

_CAMPAIGN = (
    *pick(FIELDS, "campaign_id", required=("campaign_id",)),
    text("name", "The campaign's name."),
    text("brand", "Brand."),
    date("starts_on", "First business day."),
    date("ends_on", "Last business day."),
    count("influencers", "Influencers engaged.", unit="persons"),
    *pick(FIELDS, "posts", "promised_posts", "currency", "fee", "cost"),
    _MIXED,
    *pick(FIELDS, "state", "as_of", required=("state", "as_of")),
)
CAMPAIGN_KPIS = Table(
    name="marts.campaign_kpis",
    grain="campaign",
    description="Totals and every KPI of a campaign.",
    key=("campaign_id",),
    fields=(*_CAMPAIGN, *_kpis("campaign", _CAMPAIGN)),
)

KPI_VALUES = Table(
    name="marts.kpi_values",
    grain="grain × ids × KPI",
    description="Long form of every KPI at every grain, with what it was made of and why it is null.",
    key=("grain", "campaign_id", "platform", "influencer_id", "post_id", "kpi"),
    fields=(
        text("grain", "What the value is about.", among=("post", "influencer", "platform", "campaign")).needed(),
        *pick(FIELDS, "campaign_id", required=("campaign_id",)),
        text("platform", "Set at grains post and platform."),
        *pick(FIELDS, "influencer_id", "post_id", "post_key")[:2],
        *pick(FIELDS, "kpi", required=("kpi",)),
        *pick(FIELDS, "value"),
        real("lower", "Lower end of the 95 % interval; null where there is none.", unit="as ref.kpis says"),
        real("upper", "Upper end of the 95 % interval; null where there is none.", unit="as ref.kpis says"),
        text(
            "interval_method",
            "How the interval was made: from people who act once (wilson), from posts (overdispersed) or from creators"
            " (clusters); bounds: no interval of chance, the value cannot lie outside; null where there is none.",
            among=("wilson", "overdispersed", "clusters", "bounds"),
        ),
        real("numerator", "Σ numerator over the rows that know both sides.", unit="as the formula says"),
        real("denominator", "Σ denominator over the same rows; null for a plain total.", unit="as the formula says"),
        *pick(FIELDS, "posts_known", "posts_all", "state", "reason", required=("state",)),
        count("definition", "definition_version of the KPI.", unit="version").needed(),
        text(
            "definition_changed",
            "Platform metrics that go into the value and whose meaning changed between or during the posts counted, as"
            " `youtube.views`, separated by spaces: compare such a value with no other, and call no change growth.",
        ),
        text(
            "basis",
            "What a figure of money rests on: `tax` as_given, excluded or included; `card`: rate cards and versions.",
        ),
        _PROVENANCE,
        count(
            "posts_manual",
            "Of posts_known, those whose figure a person typed or set right (core.corrections, ops.imports).",
            unit="posts",
        ),
        *pick(FIELDS, "as_of", required=("as_of",)),
    ),
)

GOAL_PROGRESS = Table(
    name="marts.goal_progress",
    grain="campaign × KPI with a target",
    description="How far a campaign is on the way to what was agreed.",
    key=("campaign_id", "kpi"),
    fields=(
        *pick(FIELDS, "campaign_id", "kpi", required=("campaign_id", "kpi")),
        real("target", "The agreed value.", unit="as ref.kpis says").needed(),
        *pick(FIELDS, "value"),
        real("attainment", "value / target; for KPIs where lower is better, target / value.", unit="ratio"),
        real("elapsed", "Share of the campaign's days that have passed.", unit="ratio"),
        real(
            "forecast",
            "Expected value on the campaign's last day, of a rate today's; null where it cannot be told and when over.",
            unit="as ref.kpis says",
        ),
        real("forecast_lower", "Lower end of the forecast's 80 % interval.", unit="as ref.kpis says"),
        real("forecast_upper", "Upper end of the forecast's 80 % interval.", unit="as ref.kpis says"),
        real("chance", "Probability that a total reaches the target by then; null for rates.", unit="ratio", minimum=0),
        text(
            "verdict",
            "met and missed only after the campaign; before, ahead or behind the elapsed share; unknown with a reason.",
            among=("met", "missed", "ahead", "behind", "unknown"),
        ).needed(),
        *pick(FIELDS, "state", "reason", "as_of", required=("state", "as_of")),
    ),
)

ATTRIBUTION = Table(
    name="marts.attribution",
    grain="order × campaign × influencer × model",
    description="Whom an order is credited to. Credits of an order sum to 1 or 0 in each model. KPIs use is_deciding.",
    key=("shop", "order_id", "campaign_id", "influencer_id", "model"),
    fields=(
        text("shop", "The shop.").needed(),
        text("order_id", "The order.").needed(),
        *pick(FIELDS, "campaign_id", "influencer_id", required=("campaign_id", "influencer_id")),
        text("platform", "Platform of the code or link; null where it was given for several."),
        text("model", "Attribution model.").needed(),
        flag("is_deciding", "The model that the campaign's KPIs use: sum these rows, or those of one model.").needed(),
        real("credit", "Share of the order credited.", unit="ratio", minimum=0).needed(),
        text("matched_by", "What tied it.", among=("code", "link")).needed(),
        instant("ordered_at", "When the order was placed (UTC).").needed(),
        date("ordered_on", "Business day of ordered_at, in the workspace's timezone.").needed(),
        flag("is_new_customer", "The buyer's first order in this shop."),
        *pick(FIELDS, "gross", "net"),
        money("revenue_gross", "gross × credit: adds up to gross over an order's rows of a model."),
        money("revenue_net", "net × credit: adds up to net over an order's rows of a model."),
        count("touches", "Counted touches of this influencer in the order's path.").needed(),
        *pick(FIELDS, "currency", "as_of", required=("as_of",)),
    ),
)

ACCOUNT_PROFILES = Table(
    name="marts.account_profiles",
    grain="account",
    description=(
        "Accounts as they stand: size, tier, growth, public engagement, and how little speaks against their followers"
        " (its parts: marts.account_signals)."
    ),
    key=("account_key",),
    fields=(
        *pick(FIELDS, "account_key", "platform", "account_id", required=("account_key", "platform", "account_id")),
        *pick(FIELDS, "influencer_id", "handle", "followers", "following", "tier", "observed_at"),
        change("followers_gained_28d", "Change of followers over the last 28 days observed.", unit="persons"),
        Field("posts_28d", Type.COUNT, "Posts published in the last 28 days that we saw.", unit="count", minimum=0),
        real("er_followers_public_28d", "(likes + comments) / followers at posting over those posts.", unit="ratio"),
        *SCORE,
        *pick(FIELDS, "as_of", required=("as_of",)),
    ),
)
