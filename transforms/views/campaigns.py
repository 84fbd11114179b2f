"""Campaigns with all that was agreed, paid and reached."""

from transforms.contracts import Table
from transforms.tables.core import CAMPAIGNS
from transforms.tables.marts import CAMPAIGN_KPIS
from transforms.views import View, in_words, joined, kpi_fields, parts_columns, parts_query, worded

_BRIEF = ("product", "category", "market", "objective", "budget", "margin_rate", "engagement_base", "settle_days")
_NEVER = {"influencers": "who works for two campaigns would count twice"}
_words, _joins = worded("b", "objective")
_state, _state_joins = worded("k", "state")

VIEW = View(
    shape=Table(
        name="bi.campaigns",
        grain="campaign",
        description="Campaigns: what was agreed, the totals, and every KPI with the two sums it is made of.",
        key=CAMPAIGN_KPIS.key,
        fields=(
            *kpi_fields(CAMPAIGN_KPIS, "campaign", _NEVER),
            *joined(CAMPAIGNS, *_BRIEF),
            *in_words("objective", "state"),
        ),
    ),
    query=f"""
SELECT k.*, {", ".join(f"b.{name}" for name in _BRIEF)}, {_words}, {_state}, {parts_columns("campaign", "p")}
FROM marts.campaign_kpis AS k
LEFT JOIN core.campaigns AS b USING (campaign_id)
LEFT JOIN ({parts_query("campaign", ("campaign_id",))}) AS p USING (campaign_id)
{_joins}
{_state_joins}""",
)
