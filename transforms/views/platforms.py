"""Campaigns split by platform."""

from transforms.contracts import Table, text
from transforms.tables.marts import CAMPAIGN_PLATFORM_KPIS
from transforms.views import View, in_words, kpi_fields, parts_columns, parts_query, worded

_NEVER = {"influencers": "who posts on two platforms would count twice"}
_words, _joins = worded("k", "platform", "state")

VIEW = View(
    shape=Table(
        name="bi.platforms",
        grain="campaign × platform",
        description="Platforms of a campaign: totals, and every KPI with the two sums it is made of. Orders and clicks"
        " that belong to a person and no platform of theirs are in bi.campaigns and bi.influencers only, costs of"
        " the campaign as a whole in bi.campaigns.",
        key=CAMPAIGN_PLATFORM_KPIS.key,
        fields=(
            *kpi_fields(CAMPAIGN_PLATFORM_KPIS, "platform", _NEVER),
            text("campaign", "The campaign's name."),
            text("brand", "Brand."),
            *in_words("platform", "state"),
        ),
    ),
    query=f"""
SELECT k.*, c.name AS campaign, c.brand, {_words}, {parts_columns("platform", "p")}
FROM marts.campaign_platform_kpis AS k
LEFT JOIN core.campaigns AS c USING (campaign_id)
LEFT JOIN ({parts_query("platform", ("campaign_id", "platform"))}) AS p USING (campaign_id, platform)
{_joins}""",
)
