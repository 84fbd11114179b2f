"""What things cost and are worth: exchange rates, rate cards and levels of the workspace, costs, routes, positions."""

from transforms.contracts import Field, Table, count, date, flag, money, pick, real, text
from transforms.kpis import load
from transforms.tables.fields import FIELDS, METRICS

REFERENCE_KINDS = ("fx_rates", "emv_rates", "benchmarks")
COST_KINDS = ("fee", "product", "shipping", "agency", "boost", "other")
TAXES = ("excluded", "included", "none")
BASES = ("as_given", "excluded", "included")
ROUTE_KPIS = (
    "posts",
    "views",
    "engagements",
    "cpv",
    "cpe",
    "cpm_views",
    "cpp",
    "price_per_follower",
    "orders",
    "new_customers",
    "revenue_net",
    "cpo",
    "cpa",
    "roas_net",
    "roi_profit",
    "emv",
    "roi_emv",
    "delivery_rate",
)
"""The KPIs that routes are compared by."""

_LANDED = pick(FIELDS, "known_at", "landed_id", "pointer", required=("known_at", "landed_id", "pointer"))
_PLATFORM = pick(FIELDS, "platform")[0]
_PUBLISHER = text("publisher", "Who published it, as the file says.").needed()

REFERENCE_FILES = Table(
    name="staging.reference_files",
    grain="version of a reference file",
    description="Files in references/ as they were landed. The newest version of a file is in force, whole.",
    key=("kind", "known_at", "landed_id"),
    fields=(
        text("kind", "Which file.", among=REFERENCE_KINDS).needed(),
        flag("is_there", "No: the file was removed, and nothing of it is in force any more.").needed(),
        *pick(FIELDS, "known_at", "landed_id", required=("known_at", "landed_id")),
    ),
)

_FX = (
    date("day", "Day of the rate, as its publisher dates it.").needed(),
    text("base", "One unit of this currency (ISO 4217) …").needed(),
    text("quote", "… costs `rate` units of this one.").needed(),
    Field("rate", real("rate", "", unit="").type, "Units of `quote` for one of `base`.", "quote / base", required=True),
    text(
        "method",
        "given: as in the file; inverse: 1 / a given rate; cross: two rates of one day, by way of the pivot.",
        among=("given", "inverse", "cross"),
    ).needed(),
    count("good_for_days", "Days after `day` for which it stands in where a day has no rate.", unit="days").needed(),
)
FX_RATES = Table(
    name="staging.fx_rates",
    grain="day × pair of currencies",
    description="references/fx_rates.csv, with the inverse and cross rates that hibiki.toml allows.",
    key=("day", "base", "quote"),
    fields=(*_FX, _PUBLISHER, *_LANDED),
)

_EMV = (
    text("card", "Name of the rate card.").needed(),
    text("version", "Version of the card.").needed(),
    date("valid_from", "First day of posting for which this version holds.").needed(),
    text("platform", "Social network.", among=_PLATFORM.among).needed(),
    text("format", "Kind of post it is for; `all`: those that have no rate of their own.").needed(),
    text("metric", "What is valued.", among=METRICS).needed(),
    count("per", "How many of the metric the value is for: 1 or 1000.").needed(),
    money("value", "What so many are held to be worth, in `currency`.").needed(),
    text("currency", "ISO 4217 currency code.").needed(),
    real("multiplier", "What the card multiplies by on top, told apart; 1 if nothing.", unit="ratio").needed(),
)
EMV_RATES = Table(
    name="staging.emv_rates",
    grain="card × version × platform × format × metric",
    description="references/emv_rates.csv: what the workspace holds a like or a view to be worth.",
    key=("card", "version", "platform", "format", "metric"),
    fields=(*_EMV, _PUBLISHER, *_LANDED),
)

_LEVEL = (
    text("kpi", "KPI whose definition it has; `unknown` where its publisher does not define it.").needed(),
    text("platform", "Social network.", among=_PLATFORM.among).needed(),
    text("tier", "Size class it is about (ref.tiers); `all`: every size; `unknown` where not said.").needed(),
    count("year", "Year of the data; 0 where not said.", unit="year").needed(),
    real("value", "Published value; of a published band its middle.", unit="as ref.kpis says").needed(),
    real("lower", "Lower end of a published band; null where one value is published.", unit="as ref.kpis says"),
    real("upper", "Upper end of a published band.", unit="as ref.kpis says"),
    text("currency", "Currency of a level of money; null where it is none."),
    text("definition", "The publisher's own formula, or `unknown`.").needed(),
)
OWN_BENCHMARKS = Table(
    name="staging.own_benchmarks",
    grain="KPI × platform × tier × year × publisher",
    description="references/benchmarks.csv: levels that the workspace compares itself with.",
    key=("kpi", "platform", "tier", "year", "publisher"),
    fields=(*_LEVEL, _PUBLISHER, *_LANDED),
)

CAMPAIGN_COSTS = Table(
    name="staging.campaign_costs",
    grain="row of a campaign's costs.csv",
    description="Costs beyond the roster.",
    key=("campaign_id", "entry"),
    fields=(
        *pick(FIELDS, "campaign_id", required=("campaign_id",)),
        text("entry", "Which row: two rows that say the same are two costs.").needed(),
        date("spent_on", "Day of the cost: amounts in another currency are converted at its rate.").needed(),
        text("kind", "Kind of cost.", among=COST_KINDS).needed(),
        text("influencer_id", "Whom it was spent on; null: on the campaign as a whole."),
        text("platform", "Where; null: on the campaign as a whole.", among=_PLATFORM.among),
        money("amount", "As given."),
        text("currency", "ISO 4217 currency code.").needed(),
        text("tax", "Whether the amount is without or with consumption tax, or bears none.", among=TAXES),
        text("note", "What for."),
        *_LANDED,
    ),
)


def _core(table: Table, name: str, grain: str, description: str) -> Table:
    return Table(name, grain, description, (*table.key, "landed_id"), table.fields)


_KEPT = "Append-only: every landed version stays; core.reference_files says which is in force."
CORE_REFERENCE_FILES = Table(
    "core.reference_files",
    REFERENCE_FILES.grain,
    REFERENCE_FILES.description,
    REFERENCE_FILES.key,
    REFERENCE_FILES.fields,
)
CORE_FX_RATES = _core(FX_RATES, "core.fx_rates", "day × pair of currencies × version", f"Exchange rates. {_KEPT}")
CORE_EMV_RATES = _core(EMV_RATES, "core.emv_rates", "rate of a card × version of the file", f"Rate cards. {_KEPT}")
CORE_OWN_BENCHMARKS = _core(
    OWN_BENCHMARKS, "core.own_benchmarks", "level × version of the file", f"Levels of the workspace. {_KEPT}"
)
CORE_CAMPAIGN_COSTS = Table(
    "core.campaign_costs",
    "row of a campaign's costs.csv × version of the brief",
    "Costs beyond the roster. Append-only: those landed with the brief in force (core.campaigns.landed_id) count.",
    (*CAMPAIGN_COSTS.key, "landed_id"),
    CAMPAIGN_COSTS.fields,
)

_SOURCE = text("source", "Who published it.").needed()

REF_FX_RATES = Table(
    name="ref.fx_rates",
    grain="day × pair of currencies",
    description="Exchange rates in force, all of them the workspace's own: hibiki ships none.",
    key=("day", "base", "quote"),
    fields=(*_FX, _SOURCE, *pick(FIELDS, "known_at", required=("known_at",))),
)
REF_EMV_RATES = Table(
    name="ref.emv_rates",
    grain="card × version × platform × format × metric",
    description="Rate cards in force, all of them the workspace's own: hibiki ships none.",
    key=("card", "version", "platform", "format", "metric"),
    fields=(*_EMV, _SOURCE, *pick(FIELDS, "known_at", required=("known_at",))),
)

COSTS = Table(
    name="marts.costs",
    grain="campaign × influencer × platform × kind × entry",
    description=(
        "Every cost, as given and in the campaign's currency on its tax basis. Without influencer: of the campaign as a"
        " whole, spread over nobody. `fee` and `cost` of all other marts are sums of `converted`."
    ),
    key=("campaign_id", "influencer_id", "platform", "kind", "entry"),
    fields=(
        *pick(FIELDS, "campaign_id", "influencer_id", "platform", required=("campaign_id",)),
        text("kind", "Kind of cost.", among=COST_KINDS).needed(),
        text("entry", "Where it is written: roster, or the row of costs.csv.").needed(),
        *pick(FIELDS, "route"),
        date("spent_on", "Day whose exchange rate counts, in the workspace's timezone."),
        money("amount", "As given; null: unknown."),
        *pick(FIELDS, "currency"),
        text("tax", "Whether the amount is without or with consumption tax, or bears none.", among=TAXES),
        real("tax_rate", "Rate of the consumption tax.", unit="ratio"),
        text("basis", "What KPIs count: amounts as given, without tax, or with it.", among=BASES).needed(),
        real("fx_rate", "Units of the campaign's currency for one of `currency`.", unit="money / money"),
        date("fx_on", "Day of that rate; null where both currencies are one."),
        text("fx_source", "Who published the rate."),
        text("campaign_currency", "The campaign's currency.").needed(),
        money("converted", "In the campaign's currency, on the tax basis; null where unknown, see reason."),
        text("reason", "Why converted is null.", among=("no_cost", "no_rate")),
        text("note", "What for."),
        *pick(FIELDS, "landed_id", "as_of", required=("as_of",)),
    ),
)

EMV_PARTS = Table(
    name="marts.emv_parts",
    grain="campaign × post × metric",
    description="What earned media value is made of. Held to be worth, never earned: it is in no revenue.",
    key=("campaign_id", "post_key", "metric"),
    fields=(
        *pick(
            FIELDS,
            "campaign_id",
            "platform",
            "post_id",
            "post_key",
            required=("campaign_id", "platform", "post_id", "post_key"),
        ),
        *pick(FIELDS, "influencer_id"),
        text("metric", "What is valued.", among=METRICS).needed(),
        text("card", "Name of the rate card.").needed(),
        text("version", "The version in force when the post went up.").needed(),
        count("quantity", "How many of the metric the post has; null: unknown."),
        count("per", "How many of the metric the value is for.").needed(),
        money("value", "What so many are held to be worth, in `currency`.").needed(),
        *pick(FIELDS, "currency", required=("currency",)),
        real("fx_rate", "Units of the campaign's currency for one of `currency`.", unit="money / money"),
        date("fx_on", "Day of that rate; null where both currencies are one."),
        text("fx_source", "Who published the rate."),
        real("multiplier", "What the card multiplies by on top, told apart.", unit="ratio").needed(),
        real("amount", "quantity / per × value × fx_rate, before the multiplier.", unit="money"),
        real("emv", "amount × multiplier, in the campaign's currency.", unit="money"),
        *pick(FIELDS, "reason", "as_of", required=("as_of",)),
    ),
)

_ROUTE = (
    *pick(FIELDS, "campaign_id", "route", required=("campaign_id", "route")),
    count("influencers", "Influencers engaged.", unit="persons"),
    *pick(FIELDS, "promised_posts", "currency", "fee", "cost"),
    *pick(FIELDS, "as_of", required=("as_of",)),
)
ROUTE_KPI_TABLE = Table(
    name="marts.route_kpis",
    grain="campaign × route",
    description=(
        "Direct and agency engagements side by side. Orders of a person engaged by two routes count only where codes"
        " and links tell the contracts apart; costs of the campaign as a whole are in no route."
    ),
    key=("campaign_id", "route"),
    fields=(*_ROUTE, *(k.field for k in load().values() if k.name in ROUTE_KPIS)),
)

BENCHMARK_POSITIONS = Table(
    name="marts.benchmark_positions",
    grain="campaign × benchmark of its platforms",
    description=(
        "Where a campaign stands against published levels. A verdict only where definition, platform, tier and year"
        " are the benchmark's; else not_comparable, and what differs."
    ),
    key=("campaign_id", "platform", "kpi", "tier", "year", "source"),
    fields=(
        *pick(FIELDS, "campaign_id", "platform", required=("campaign_id", "platform")),
        text("kpi", "KPI that is compared; `unknown` where the benchmark has no known definition.").needed(),
        text("tier", "The benchmark's population.").needed(),
        count("year", "The benchmark's year; 0 where not said.", unit="year").needed(),
        _SOURCE,
        text("definition", "The publisher's own formula, or `unknown`.").needed(),
        real("benchmark", "Published value; of a band its middle.", unit="as ref.kpis says").needed(),
        real("benchmark_lower", "Lower end of a published band.", unit="as ref.kpis says"),
        real("benchmark_upper", "Upper end of a published band.", unit="as ref.kpis says"),
        *pick(FIELDS, "value", "posts_known", "posts_all"),
        real("lower", "Lower end of the value's 95 % interval; null where it has none.", unit="as ref.kpis says"),
        real("upper", "Upper end of it.", unit="as ref.kpis says"),
        text(
            "verdict",
            "above or below: the whole interval (without one, the value) is on that side of the level or band; within:"
            " neither; not_comparable: see mismatch; unknown: the value is not known, see reason.",
            among=("above", "within", "below", "not_comparable", "unknown"),
        ).needed(),
        text(
            "mismatch",
            "What differs, of definition, tier, year and currency, separated by spaces. Other platforms' are left out.",
        ),
        *pick(FIELDS, "reason", "as_of", required=("as_of",)),
    ),
)
