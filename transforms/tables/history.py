"""People whom a brand worked with more than once: each collaboration beside the one before."""

from transforms.contracts import Table, change, count, pick, real, text
from transforms.tables.fields import FIELDS
from transforms.tables.marts import CAMPAIGN_KPIS, INFLUENCER_KPIS

TOTALS = (
    *("views", "engagements", "link_clicks", "orders", "new_customers", "revenue_net"),
    *("er_followers_public", "er_views", "cpe", "cpo", "cpa", "roas_net", "price_per_follower"),
    *("delivery_rate", "disclosure_rate"),
)
"""KPIs that are carried over from marts.influencer_kpis."""
_RATE = "as ref.kpis says"

INFLUENCER_HISTORY = Table(
    name="marts.influencer_history",
    grain="brand × influencer × nth collaboration",
    description=(
        "Every campaign that somebody was engaged for, numbered within the brand, and whether the followers reacted"
        " clearly more or less than in the one before. Compared is one rate of one definition, and the earlier one is"
        " taken with what its campaign's creators of like size suggest mixed in: who is engaged again after a lucky"
        " first time does not look worse the second."
    ),
    key=("brand", "influencer_id", "nth"),
    fields=(
        CAMPAIGN_KPIS["brand"].needed(),
        *pick(FIELDS, "influencer_id", required=("influencer_id",)),
        count(
            "nth", "1 for the first campaign with the brand, by the day on which campaigns begin.", unit="campaigns"
        ).needed(),
        *pick(FIELDS, "campaign_id", required=("campaign_id",)),
        text("campaign", "The campaign's name."),
        *(CAMPAIGN_KPIS[name] for name in ("starts_on", "ends_on")),
        change(
            "days_since_last",
            "Days from the end of the collaboration before to this one's first; below zero where they overlap; null for"
            " the first.",
            unit="days",
        ),
        *(INFLUENCER_KPIS[c] for c in ("name", "platforms", "followers", "tier", "posts", "currency", "fee", "cost")),
        *(INFLUENCER_KPIS[kpi] for kpi in TOTALS),
        text(
            "rate_kpi",
            "The rate that is compared: the engagement rate on the campaigns' base where that is the same, else"
            " er_followers_public.",
        ),
        real("rate", "Its value here.", unit=_RATE),
        real("rate_lower", "Lower end of its 95 % interval.", unit=_RATE),
        real("rate_upper", "Upper end of its 95 % interval.", unit=_RATE),
        real(
            "rate_before", "What it was in the collaboration before, pooled where marts.standings tells it.", unit=_RATE
        ),
        real("rate_before_lower", "Lower end of that one's 95 % interval.", unit=_RATE),
        real("rate_before_upper", "Upper end of that one's 95 % interval.", unit=_RATE),
        text(
            "comparison",
            "above or below where the two intervals lie apart, else no_difference that could be told; unknown with a"
            " reason.",
            among=("above", "no_difference", "below", "unknown"),
        ).needed(),
        text(
            "reason",
            "Why the comparison is unknown: first (there was none before), no_common_rate (no rate is known in both by"
            " one definition and one meaning), too_little_known (there is no interval).",
            among=("first", "no_common_rate", "too_little_known"),
        ),
        *pick(FIELDS, "state", "as_of", required=("state", "as_of")),
    ),
)
