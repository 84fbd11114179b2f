"""Every KPI value with its names, its parts and, where it is null, the reason in words."""

from transforms.contracts import Table, real, text
from transforms.kpis import load
from transforms.tables.marts import KPI_VALUES
from transforms.tables.ref import KPIS
from transforms.views import View, in_words, joined, worded

_ABOUT = ("label_ja", "label_en", "unit", "better", "formula")
_scales = " ".join(f"WHEN '{k.name}' THEN {k.expr.scale:g}" for k in load().values() if k.expr.scale != 1)
_words, _joins = worded("v", "platform", "state", "reason")
_RULE = (
    "To bring several rows of one KPI together, take SUM(numerator * scale) / SUM(denominator) for a ratio and"
    " SUM(value) for a total; never an average, and never rows of different grains."
)

VIEW = View(
    shape=Table(
        name="bi.kpis",
        grain="grain × ids × KPI",
        description=f"Long form of every KPI at every grain, with names. {_RULE}",
        key=KPI_VALUES.key,
        fields=(
            *KPI_VALUES.fields,
            *joined(KPIS, *_ABOUT),
            real("scale", "What the ratio of the two sums is multiplied by: 1000 for a CPM, else 1.", unit="factor"),
            text("campaign", "The campaign's name."),
            text("brand", "Brand."),
            text("influencer", "Name in the roster; set at grains influencer and post."),
            *in_words("platform", "state", "reason"),
        ),
    ),
    query=f"""
SELECT v.*, {", ".join(f"r.{name}" for name in _ABOUT)}, CASE v.kpi {_scales} ELSE 1 END AS scale,
  c.name AS campaign, c.brand, i.name AS influencer, {_words}
FROM marts.kpi_values AS v
LEFT JOIN ref.kpis AS r USING (kpi)
LEFT JOIN core.campaigns AS c USING (campaign_id)
LEFT JOIN core.influencers AS i USING (influencer_id)
{_joins}""",
)
