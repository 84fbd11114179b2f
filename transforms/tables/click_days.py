"""Clicks on the links of a campaign, day by day."""

from transforms.contracts import Table, date, pick, text
from transforms.tables.core import LINK_DAYS
from transforms.tables.fields import FIELDS

CLICK_DAYS = Table(
    name="marts.click_days",
    grain="campaign × link × day",
    description="Clicks on the links given in a campaign, on the days that count for it. They add up to `link_clicks`.",
    key=("campaign_id", "link_id", "day"),
    fields=(
        *pick(FIELDS, "campaign_id", required=("campaign_id",)),
        text("influencer_id", "Whose link it is; null where several influencers of the campaign share it."),
        text("platform", "The contract's platform; null where several contracts share the link."),
        LINK_DAYS["link_id"],
        date("day", "Day in the link service's timezone (UTC for Bitly), as told: not a business day.").needed(),
        LINK_DAYS["clicks"],
        *pick(FIELDS, "as_of", required=("as_of",)),
    ),
)
