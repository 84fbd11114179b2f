"""Influencers of each campaign with what they cost and brought."""

from transforms.contracts import Table, text
from transforms.tables.marts import INFLUENCER_KPIS
from transforms.views import View, in_words, kpi_fields, parts_columns, parts_query, worded

_NEVER = {"followers": "it is the largest account's, and the same people follow several"}
_words, _joins = worded("k", "tier", "state")

VIEW = View(
    shape=Table(
        name="bi.influencers",
        grain="campaign × influencer",
        description="Influencers of a campaign: terms, totals, and every KPI with the two sums it is made of."
        " Costs of the campaign as a whole are in bi.campaigns only.",
        key=INFLUENCER_KPIS.key,
        fields=(
            *kpi_fields(INFLUENCER_KPIS, "influencer", _NEVER),
            text("campaign", "The campaign's name."),
            text("brand", "Brand."),
            *in_words("tier", "state"),
        ),
    ),
    query=f"""
SELECT k.*, c.name AS campaign, c.brand, {_words}, {parts_columns("influencer", "p")}
FROM marts.influencer_kpis AS k
LEFT JOIN core.campaigns AS c USING (campaign_id)
LEFT JOIN ({parts_query("influencer", ("campaign_id", "influencer_id"))}) AS p USING (campaign_id, influencer_id)
{_joins}""",
)
