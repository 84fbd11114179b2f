"""Definitions and references, each with its source."""

from transforms.contracts import Table, count, date, flag, pick, real, text
from transforms.tables.fields import FIELDS

KPIS = Table(
    name="ref.kpis",
    grain="KPI",
    description="The KPI registry.",
    key=("kpi",),
    fields=(
        *pick(FIELDS, "kpi", required=("kpi",)),
        text("label_ja", "Name shown to Japanese readers.").needed(),
        text("label_en", "Name shown to English readers.").needed(),
        text("description", "What it says.").needed(),
        text("description_ja", "What it says, in Japanese.").needed(),
        text("formula", "How it is computed, in words.").needed(),
        text("unit", "Unit of the value.").needed(),
        text("better", "Which way is better.", among=("higher", "lower", "neither")).needed(),
        text("grains", "Grains at which it is computed, separated by spaces.").needed(),
        text("inputs", "Columns it reads, separated by spaces.").needed(),
        text("interval_method", "How its interval is made; `none` where it has none."),
        count("definition_version", "Raised whenever the meaning changes.", unit="version").needed(),
        text("source", "Where the formula is from.").needed(),
        date("since", "Since when it is computed this way.").needed(),
    ),
)

TIERS = Table(
    name="ref.tiers",
    grain="tier scheme × tier",
    description="Size classes; the lower bound is inside, the upper outside.",
    key=("scheme", "tier"),
    fields=(
        text("scheme", "Name of the scheme.").needed(),
        text("tier", "Name of the tier.").needed(),
        count("from_followers", "Lower bound, inclusive.", unit="persons").needed(),
        count("to_followers", "Upper bound, exclusive; null: no bound.", unit="persons"),
        text("source", "Where the bounds are from.").needed(),
    ),
)

DATES = Table(
    name="ref.dates",
    grain="calendar day",
    description="A calendar for BI tools.",
    key=("day",),
    fields=(
        date("day", "The day.").needed(),
        count("year", "Year.", unit="year").needed(),
        count("month", "Month, 1 to 12.", unit="month").needed(),
        count("iso_week", "ISO week, 1 to 53.", unit="week").needed(),
        count("iso_weekday", "Monday is 1.", unit="day").needed(),
        flag("is_weekend", "Saturday or Sunday.").needed(),
    ),
)

METRIC_DEFINITIONS = Table(
    name="ref.metric_definitions",
    grain="platform × metric × definition",
    description="What a platform's number means, from when: a series across two meanings is broken.",
    key=("platform", "metric", "valid_from"),
    fields=(
        text("definition_id", "Id of the definition.").needed(),
        text("platform", "Social network or service.").needed(),
        text("metric", "The number: a column in core.").needed(),
        text("meaning", "What is counted, as a code: definitions of one meaning are one series.").needed(),
        text("definition", "What the platform counts.").needed(),
        text("unit", "What one of it is.").needed(),
        date("valid_from", "First day of this meaning; 2000-01-01 where nobody states it.").needed(),
        date("complete_on", "Last day of the switch to it, where it took several; gains of those days are unknown."),
        text(
            "dated_by",
            "Whether the day of observation or of publication decides.",
            among=("observed", "published"),
        ).needed(),
        flag("is_told", "No: from then on the platform does not tell it.").needed(),
        text("applies_to", "Formats it applies to; `all` otherwise.").needed(),
        text("source", "Where this is said.").needed(),
        date("read_on", "When that was last read.").needed(),
    ),
)

BENCHMARKS = Table(
    name="ref.benchmarks",
    grain="platform × definition × tier × year × source",
    description="Published levels. A verdict needs the same definition, platform, tier and year; else not comparable.",
    key=("kpi", "platform", "tier", "year", "source"),
    fields=(
        text("kpi", "KPI whose definition matches; `unknown` where the source does not define it.").needed(),
        *pick(FIELDS, "platform", required=("platform",)),
        text("tier", "Population, e.g. a tier; `unknown` where not said.").needed(),
        count("year", "Year of the data; 0 where not said.", unit="year").needed(),
        real("value", "Published value; of a published band its middle.", unit="as ref.kpis says").needed(),
        real("lower", "Lower end of a published band; null where one value is published.", unit="as ref.kpis says"),
        real("upper", "Upper end of a published band.", unit="as ref.kpis says"),
        text("currency", "Currency of a level of money; null where it is none."),
        text("definition", "The source's own formula, or `unknown`.").needed(),
        text("source", "Where it is published.").needed(),
    ),
)
