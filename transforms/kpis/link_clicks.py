"""Link clicks: clicks on the tracked links given to the influencers, not a platform's own count of clicks."""

import polars as pl

from transforms.contracts import Type
from transforms.kpis import Kpi, Label, total

KPI = Kpi(
    name="link_clicks",
    label=Label(en="Link clicks", ja="リンククリック数"),
    description="Clicks on the tracked links from the start of the campaign to the end of the attribution window.",
    description_ja="計測リンクのクリック数(計測期間内)。",
    formula="Σ clicks of tracked links",
    unit="count",
    better="higher",
    expr=total(pl.col("link_clicks")),
    rows="contract",
    grains=("influencer", "platform", "campaign"),
    type=Type.COUNT,
    source="https://help.modash.io/en/articles/9479538-how-to-use-link-tracking",
)
