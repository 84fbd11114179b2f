"""From a figure back to what it was added from: which input of which thing, told by which answer."""

from transforms.contracts import Table, pick, real, text
from transforms.kpis import ALL_GRAINS
from transforms.tables.fields import FIELDS

FACTS = ("post", "contract", "person", "influencer", "platform", "campaign")
"""What KPIs sum over: posts; contracts (campaign × influencer × platform); persons (campaign × influencer); or groups
at one grain, where a figure is no sum of parts."""

LINEAGE = Table(
    name="marts.lineage",
    grain="row of facts × input × thing × metric",
    description=(
        "What every figure in marts.kpi_values was added from. ref.kpi_inputs says which facts and inputs a KPI reads"
        " at a grain. An input of a row of facts is the sum of its `value`s, and unknown as soon as one of them is; a"
        " KPI is its formula's upper side over its lower side, each summed over the rows of facts that know both."
    ),
    key=("campaign_id", "facts", "influencer_id", "platform", "post_id", "input", "thing", "thing_id", "metric"),
    fields=(
        *pick(FIELDS, "campaign_id", required=("campaign_id",)),
        text(
            "facts", "Which rows it belongs to: of posts, contracts, persons, or of groups at a grain.", among=FACTS
        ).needed(),
        *pick(FIELDS, "influencer_id"),
        text("platform", "Social network of the post or contract; null for persons."),
        text("post_id", "The platform's id of the post; null for contracts and persons."),
        text("input", "What KPIs read, as in ref.kpi_inputs: likes, cost, orders, …").needed(),
        text(
            "thing",
            "What was asked or counted; none: nothing was found, which counts 0 where it was looked for; derived: made"
            " of several, with no answer of its own.",
            among=(
                "post",
                "account",
                "contract",
                "cost_row",
                "campaign",
                "order",
                "link_day",
                "site_day",
                "none",
                "derived",
            ),
        ).needed(),
        text(
            "thing_id",
            "Which one: platform/post, platform/account, influencer/platform, shop/order, link day, site's day.",
        ),
        text("metric", "The stored column that it was read from: likes, fee, followers, net, clicks, …"),
        real("told", "The figure as it is stored; null is unknown.", unit="as the metric"),
        real(
            "weight",
            "How much of it counts here: 1, a post's share of its contract, a credit, a rate, a verdict (0 or 1).",
            unit="ratio",
        ),
        real("value", "What is added: told × weight; null is unknown.", unit="as the input"),
        *pick(FIELDS, "reason"),
        *pick(FIELDS, "observed_at", "known_at", "source"),
        text("landed_id", "The answer that told this very figure: segment#line, see ops.responses; null if none did."),
        text(
            "pointer",
            "The object in that answer: a JSON pointer, or row N of a file; empty where the answer is about one thing.",
        ),
    ),
)

KPI_INPUTS = Table(
    name="ref.kpi_inputs",
    grain="KPI × grain × side × input",
    description="Which inputs of which facts a KPI adds up at a grain. Joins marts.kpi_values to marts.lineage.",
    key=("kpi", "grain", "side", "input"),
    fields=(
        *pick(FIELDS, "kpi", required=("kpi",)),
        text("grain", "Grain of the value.", among=ALL_GRAINS).needed(),
        text("side", "Which side of the formula reads it.", among=("numerator", "denominator")).needed(),
        text("input", "Column of the facts; `input` in marts.lineage.").needed(),
        text("facts", "Whose facts are summed.", among=FACTS).needed(),
        text(
            "role",
            "plus: added; minus: taken away; factor: multiplied with the other inputs of the same row first.",
            among=("plus", "minus", "factor"),
        ).needed(),
    ),
)
