"""From seen to bought, step by step, with how much of each step is known."""

from transforms.contracts import Table, count, date, pick, quoted, real, text
from transforms.kpis import load
from transforms.tables.fields import FIELDS
from transforms.tables.marts import KPI_VALUES
from transforms.views import View, in_words, joined, worded

_STEPS = (
    ("impressions", None),
    ("views", None),
    ("link_clicks", "ctr"),
    ("orders", "cvr_click"),
    ("new_customers", None),
)
"""KPI of the step, and the KPI that says how many of an earlier step came here."""
_values = ", ".join(
    f"({n}, {quoted(step)}, {quoted(rate) if rate else 'NULL'})" for n, (step, rate) in enumerate(_STEPS, start=1)
)
_words, _joins = worded("v", "state", "reason")
_names = ", ".join(f"{name} ({load()[name].formula})" for _, name in _STEPS if name)

VIEW = View(
    shape=Table(
        name="bi.funnel",
        grain="campaign × step",
        description="From seen to bought: one step after the other, each with the posts that tell it. Reach is not a"
        " step: it cannot be summed over posts. A step that is null has a reason and is not 0.",
        key=("campaign_id", "step"),
        fields=(
            *pick(FIELDS, "campaign_id", required=("campaign_id",)),
            text("campaign", "The campaign's name."),
            text("brand", "Brand."),
            date("starts_on", "First business day of the campaign."),
            date("ends_on", "Last business day of the campaign."),
            count("step_number", "1 is the first step; sort by it.", unit="position").needed(),
            text("step", "The KPI that is this step.").needed(),
            text("label_ja", "The step's name in Japanese."),
            text("label_en", "The step's name in English."),
            real("value", "How many; null when it cannot be told, see reason. Add it up over campaigns.", unit="count"),
            *pick(FIELDS, "posts_known", "posts_all"),
            *joined(KPI_VALUES, "definition_changed"),
            text("rate_kpi", f"The KPI that ties this step to an earlier one: {_names}; null where none does."),
            real(
                "rate_value",
                "That KPI. Never divide two values instead: their posts differ. Of several campaigns:"
                " SUM(rate_numerator) / SUM(rate_denominator).",
                unit="ratio",
            ),
            real("rate_numerator", "Its upper sum, on the rows that know both sides. Add it up.", unit="count"),
            real("rate_denominator", "Its lower sum, on the same rows. Add it up.", unit="count"),
            *pick(FIELDS, "state", "reason", "as_of"),
            *in_words("state", "reason"),
        ),
    ),
    query=f"""
SELECT v.*, s.step_number, s.step, s.rate_kpi, r.label_ja, r.label_en, t.value AS rate_value,
  t.numerator AS rate_numerator, t.denominator AS rate_denominator,
  c.name AS campaign, c.brand, c.starts_on, c.ends_on, {_words}
FROM (VALUES {_values}) AS s(step_number, step, rate_kpi)
JOIN marts.kpi_values AS v ON v.kpi = s.step AND v.grain = 'campaign'
LEFT JOIN marts.kpi_values AS t ON t.kpi = s.rate_kpi AND t.grain = 'campaign' AND t.campaign_id = v.campaign_id
LEFT JOIN ref.kpis AS r ON r.kpi = s.step
LEFT JOIN core.campaigns AS c ON c.campaign_id = v.campaign_id
{_joins}""",
)
