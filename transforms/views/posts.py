"""Posts of each campaign with names and dates to filter by."""

from transforms.contracts import Table, text
from transforms.tables.marts import POST_KPIS
from transforms.views import View, in_words, kpi_fields, parts_columns, parts_query, worded

_NEVER = {
    "reach": "who saw two posts would count twice",
    "followers": "it is the account's, at posting time, and is the same in each of its posts",
}
_words, _joins = worded("k", "platform", "format", "tier", "state")

VIEW = View(
    shape=Table(
        name="bi.posts",
        grain="campaign × post",
        description="Confirmed posts of a campaign: counters, and every KPI with the two sums it is made of.",
        key=POST_KPIS.key,
        fields=(
            *kpi_fields(POST_KPIS, "post", _NEVER),
            text("campaign", "The campaign's name."),
            text("brand", "Brand."),
            text("influencer", "Name in the roster."),
            *in_words("platform", "format", "tier", "state"),
        ),
    ),
    query=f"""
SELECT k.*, c.name AS campaign, c.brand, i.name AS influencer, {_words}, {parts_columns("post", "p")}
FROM marts.post_kpis AS k
LEFT JOIN core.campaigns AS c USING (campaign_id)
LEFT JOIN core.influencers AS i USING (influencer_id)
LEFT JOIN ({parts_query("post", ("campaign_id", "platform", "post_id"))}) AS p USING (campaign_id, platform, post_id)
{_joins}""",
)
