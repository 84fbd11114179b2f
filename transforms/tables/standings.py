"""Who did clearly better or worse than the rest of a campaign, and who cannot be told apart."""

from transforms.contracts import Table, count, flag, pick, real, text
from transforms.tables.fields import FIELDS

STANDINGS = Table(
    name="marts.standings",
    grain="campaign × influencer × KPI",
    description=(
        "How an influencer stands within a campaign: named above or below only if the difference from all others"
        " together would arise by chance in fewer than one campaign of twenty, over all its influencers and KPIs."
    ),
    key=("campaign_id", "influencer_id", "kpi"),
    fields=(
        *pick(FIELDS, "campaign_id", "influencer_id", "kpi", required=("campaign_id", "influencer_id", "kpi")),
        *pick(FIELDS, "value"),
        real("lower", "Lower end of the value's 95 % interval.", unit="as ref.kpis says"),
        real("upper", "Upper end of the value's 95 % interval.", unit="as ref.kpis says"),
        real(
            "pooled",
            "The value with what the campaign's creators of like size and platform suggest mixed in: order by it.",
            unit="as ref.kpis says",
        ),
        real("pooled_lower", "Lower end of the pooled value's 95 % interval.", unit="as ref.kpis says"),
        real("pooled_upper", "Upper end of the pooled value's 95 % interval.", unit="as ref.kpis says"),
        real("rest", "The KPI of all other influencers together.", unit="as ref.kpis says"),
        text(
            "comparison",
            "The value against the rest: clearly above, clearly below, no_difference that could be told, or unknown"
            " with a reason. Above is not better where lower is better.",
            among=("above", "no_difference", "below", "unknown"),
        ).needed(),
        flag("is_better", "Clearly better than the rest, clearly worse, or null where no difference can be told."),
        count("rank_best", "The best rank that the figures allow; 1 is best.", unit="rank"),
        count("rank_worst", "The worst rank that the figures allow.", unit="rank"),
        text(
            "reason",
            "Why the comparison is unknown: why the value is, too_little_known if there is no interval, alone if there"
            " is nobody to compare with.",
        ),
        *pick(FIELDS, "state", "as_of", required=("state", "as_of")),
    ),
)
