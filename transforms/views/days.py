"""What each day of a campaign brought, by platform: gains of posts, clicks, orders, revenue. Reach is not in it."""

from transforms.contracts import Field, Table, change, count, date, money, pick, real, text
from transforms.tables.core import CAMPAIGNS
from transforms.tables.fields import FIELDS, METRICS
from transforms.views import ADD, View, addable, in_words, joined, worded

GAINS = (*(m for m in METRICS if m != "reach"), "engagements")
"""Reach counts people, and the same people come again the next day: its change over days means nothing."""
_PARTS = ("likes", "comments", "shares", "saves")
_SOLD = ("orders", "new_customers", "revenue_gross", "revenue_net")
_ZERO = "0 only where the KPI `orders` of the platform is known."


def _gain(metric: str) -> tuple[Field, Field]:
    unit = "seconds" if metric == "watch_seconds" else "count"
    what = "likes, comments, shares and saves, as far as told," if metric == "engagements" else metric
    return (
        addable(
            change(f"gained_{metric}", f"Change of {what} since the day before, of posts that tell it.", unit=unit)
        ),
        count(f"gained_{metric}_posts", f"Posts of posts_observed that tell the gain of {metric}. {ADD}", unit="posts"),
    )


def _gained(metric: str) -> str:
    if metric != "engagements":
        return f"d.gained_{metric}"
    told = [f"d.gained_{part}" for part in _PARTS]
    known = " + ".join(f"coalesce({t}, 0)" for t in told)
    return f"CASE WHEN coalesce({', '.join(told)}) IS NOT NULL THEN {known} END"


def _revenue(kind: str) -> str:
    """An amount in another currency, or an unknown one, makes the day's sum unknown."""
    strange = f"count(*) FILTER (a.revenue_{kind} IS NULL OR a.currency IS DISTINCT FROM b.currency)"
    return f"CASE WHEN {strange} = 0 THEN sum(a.revenue_{kind}) END AS revenue_{kind}"


_gains = ", ".join(f"sum({_gained(m)}) AS gained_{m}, count({_gained(m)}) AS gained_{m}_posts" for m in GAINS)
_counts = (*(f"gained_{m}_posts" for m in GAINS), "posts_observed", "posts_without_gain", "posts_provisional")
_sums = ", ".join(
    (
        *(f"sum({name}) AS {name}" for name in (*(f"gained_{m}" for m in GAINS), "clicks", *_SOLD)),
        *(f"coalesce(sum({name}), 0) AS {name}" for name in _counts),  # how many were observed is never unknown
        "max(definition_changed) AS definition_changed",
    )
)
_zeros = ", ".join(
    f"CASE WHEN t.orders IS NULL AND f.orders IS NOT NULL THEN 0 ELSE t.{name} END AS {name}" for name in _SOLD
)
_words, _joins = worded("t", "platform")

VIEW = View(
    shape=Table(
        name="bi.days",
        grain="campaign × platform × day",
        description="What each day brought. Gains are of business days; a gain across a night that is missing is no"
        " day's and left out. Reach is never summed over days and not here.",
        key=("campaign_id", "platform", "day"),
        fields=(
            *pick(FIELDS, "campaign_id", required=("campaign_id",)),
            text("campaign", "The campaign's name."),
            text("brand", "Brand."),
            text("platform", "Social network; null for clicks and orders of a person that belong to none of theirs."),
            date("day", "Business day; for clicks the link service's day (UTC for Bitly), as told.").needed(),
            count("posts_observed", "Confirmed posts observed on the day; not posts published.", unit="posts"),
            count("posts_without_gain", "Those seen first, or after a missing night: no gain is known.", unit="posts"),
            text(
                "definition_changed",
                "Metrics that the platform counts in another way from this day on, for some of the posts, separated by"
                " spaces: their gain of the day is left out, and days before and after are no growth from one to the"
                " other.",
            ),
            count("posts_provisional", "Those whose figures may still move.", unit="posts"),
            *(field for m in GAINS for field in _gain(m)),
            addable(count("clicks", "Clicks on links of one influencer of the campaign, from marts.click_days.")),
            addable(
                real(
                    "orders",
                    f"Orders credited (by the campaign's model) that were placed on the day. {_ZERO}",
                    unit="count",
                )
            ),
            addable(real("new_customers", f"Those of customers who were new. {_ZERO}", unit="count")),
            addable(money("revenue_gross", f"Their value; null if one is in another currency. {_ZERO}")),
            addable(money("revenue_net", f"Their value less the refunds known so far. {_ZERO}")),
            *joined(CAMPAIGNS, "currency"),
            *in_words("platform"),
        ),
    ),
    query=f"""
SELECT t.* EXCLUDE ({", ".join(_SOLD)}), {_zeros}, c.name AS campaign, c.brand, c.currency, {_words}
FROM (
  SELECT campaign_id, platform, day, {_sums}
  FROM (
    SELECT m.campaign_id, d.platform, d.day, count(*) AS posts_observed,
      count(*) FILTER (d.state IN ('first', 'gap')) AS posts_without_gain,
      count(*) FILTER (d.state = 'provisional') AS posts_provisional,
      array_to_string(list_sort(list_distinct(flatten(
        list(string_split(d.definition_changed, ' ')) FILTER (d.definition_changed IS NOT NULL)))), ' ')
        AS definition_changed, {_gains}
    FROM marts.post_days AS d JOIN core.campaign_posts AS m ON m.post_key = d.post_key AND m.state = 'confirmed'
    GROUP BY m.campaign_id, d.platform, d.day
    UNION ALL BY NAME
    SELECT k.campaign_id, k.platform, k.day, sum(k.clicks) AS clicks
    FROM marts.click_days AS k WHERE k.influencer_id IS NOT NULL GROUP BY k.campaign_id, k.platform, k.day
    UNION ALL BY NAME
    SELECT a.campaign_id, a.platform, a.ordered_on AS day, sum(a.credit) AS orders,
      CASE WHEN count(a.is_new_customer) = count(*)
        THEN coalesce(sum(a.credit) FILTER (a.is_new_customer), 0) END AS new_customers,
      {_revenue("gross")}, {_revenue("net")}
    FROM marts.attribution AS a JOIN core.campaigns AS b USING (campaign_id)
    WHERE a.is_deciding GROUP BY a.campaign_id, a.platform, a.ordered_on
  ) AS parts
  GROUP BY campaign_id, platform, day
) AS t
LEFT JOIN core.campaigns AS c USING (campaign_id)
LEFT JOIN marts.campaign_platform_kpis AS f USING (campaign_id, platform)
{_joins}""",
)
