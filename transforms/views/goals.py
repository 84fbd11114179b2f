"""What was agreed and how far it is reached."""

from transforms.contracts import Table, text
from transforms.tables.marts import GOAL_PROGRESS, KPI_VALUES
from transforms.tables.ref import KPIS
from transforms.views import View, in_words, joined, worded

_ABOUT = ("label_ja", "label_en", "unit", "better")
_words, _joins = worded("g", "verdict", "state", "reason")

VIEW = View(
    shape=Table(
        name="bi.goals",
        grain="campaign × KPI with a target",
        description="Goals of a campaign with names and the verdict in words. No column of it may be added up.",
        key=GOAL_PROGRESS.key,
        fields=(
            *GOAL_PROGRESS.fields,
            *joined(KPI_VALUES, "definition_changed"),
            *joined(KPIS, *_ABOUT),
            text("campaign", "The campaign's name."),
            text("brand", "Brand."),
            *in_words("verdict", "state", "reason"),
        ),
    ),
    query=f"""
SELECT g.*, {", ".join(f"r.{name}" for name in _ABOUT)}, v.definition_changed, c.name AS campaign, c.brand,
  {_words}
FROM marts.goal_progress AS g
LEFT JOIN marts.kpi_values AS v ON v.grain = 'campaign' AND v.campaign_id = g.campaign_id AND v.kpi = g.kpi
LEFT JOIN ref.kpis AS r ON r.kpi = g.kpi
LEFT JOIN core.campaigns AS c ON c.campaign_id = g.campaign_id
{_joins}""",
)
