"""What a web analytics tool tells of visits to the brand's site, day by day and label by label."""

from transforms.contracts import Table, count, date, flag, pick, real, text
from transforms.tables.fields import FIELDS

_TRACE = ("observed_at", "known_at", "source", "landed_id", "pointer")
_LABELS = ("utm_source", "utm_medium", "utm_campaign", "utm_content")
_FIELDS = (
    text("property_id", "The analytics property, as the tool numbers it.").needed(),
    date("day", "Day in the property's timezone, as told: not a business day.").needed(),
    text("timezone", "The property's timezone; null where the answer does not say."),
    text("utm_source", "Source of the session, as told: a label, or the tool's own word such as `(direct)`."),
    text("utm_medium", "Medium of the session, as told."),
    text("utm_campaign", "Campaign label of the session, as told; `(not set)` where the address had none."),
    text("utm_content", "Content label of the session, as told; hibiki's links name the influencer here."),
    count("sessions", "Sessions that began on that day so far.", unit="sessions"),
    count("new_users", "Visitors seen for the first time, of that day's sessions.", unit="users"),
    real("conversions", "Key events of these sessions, as the property defines them.", unit="events", minimum=0),
    flag("is_thresholded", "The tool withholds rows of few users from this answer: what is absent is no zero."),
    flag("is_sampled", "The tool estimated this answer from a sample."),
    flag("is_cut", "The tool put rare labels together as `(other)`: labels of this day may be incomplete."),
)
SITE_DAYS_STAGED = Table(
    name="staging.site_days",
    grain="property × day × labels per answer",
    description="Sessions on the brand's site by day and labels, as known then.",
    key=("property_id", "day", *_LABELS, "landed_id"),
    fields=(*_FIELDS, *pick(FIELDS, *_TRACE, required=_TRACE)),
)
SITE_DAYS = Table(
    name="core.site_days",
    grain="property × day × utm_source × utm_medium × utm_campaign × utm_content × known_at",
    description="Sessions on the brand's site by day and labels. Append-only: a day's newest answer counts, whole.",
    key=("property_id", "day", *_LABELS, "known_at", "landed_id"),
    fields=SITE_DAYS_STAGED.fields,
)
