"""How far the people whom a campaign reaches out to are those whom its brief aims at."""

from transforms.contracts import Field, Table, Type, count, pick, real, text
from transforms.tables.fields import FIELDS

AUDIENCE_MATCH = Table(
    name="marts.audience_match",
    grain="campaign × account engaged, or the campaign as a whole, × dimension that the brief aims at, or all of them",
    description=(
        "The part of an audience that is within [target] of the brief, by the answer last observed before the campaign"
        " settled, else the first after it. lower and upper are no interval of chance but bounds: whom a source did not"
        " place may be within the target or not. A campaign as a whole: shares weighted by followers, over the accounts"
        " that told; who follows two of them counts twice. No row where the brief aims at nobody in particular."
    ),
    key=("campaign_id", "grain", "influencer_id", "platform", "dimension"),
    fields=(
        *pick(FIELDS, "campaign_id", required=("campaign_id",)),
        text("grain", "What the row is about.", among=("account", "campaign")).needed(),
        *pick(FIELDS, "influencer_id"),
        text("platform", "Set at grain account."),
        Field(
            "account_key",
            Type.COUNT,
            "Surrogate key of the account; null where no source knows it, and of a campaign.",
        ),
        text(
            "dimension",
            "What the audience is split by; all: within the target by every dimension that it names.",
            among=("age", "gender", "country", "interest", "all"),
        ).needed(),
        text("target", "What the brief aims at, one a line; null for all."),
        real(
            "share",
            "Part within the target, of those whom the source placed; of interests, of which a person has several, only"
            " where one is aimed at. Null for all where the brief names several dimensions: no source says how they"
            " meet. Null where only people outside the target were told of, and not everybody was.",
            unit="ratio",
            minimum=0,
        ),
        real(
            "lower",
            "So large a part of the followers is surely within the target. all: Σ lower - (dimensions - 1), at least 0"
            " (Fréchet); null where a dimension is not told.",
            unit="ratio",
            minimum=0,
        ),
        real(
            "upper",
            "Surely no larger a part is. all: the smallest of the dimensions that are told.",
            unit="ratio",
            minimum=0,
        ),
        real(
            "share_told",
            "Persons whom the source placed / followers; null for interests, of which a person has several. all: the"
            " smallest; null where a dimension is not told.",
            unit="ratio",
            minimum=0,
        ),
        count(
            "followers",
            "What the parts are of: followers at the answer's instant, or the persons that it tells of where those are"
            " more. all: the smallest. Of a campaign: the sum over accounts_known.",
            unit="persons",
        ),
        *pick(FIELDS, "observed_on"),
        count("accounts_known", "Accounts with lower and upper, whose audiences the row is about.", unit="accounts"),
        count("accounts_all", "Accounts engaged, as the roster has them.", unit="accounts"),
        real(
            "affinity",
            "share / baseline: 1 is as among the others. Null with fewer than 8 of them.",
            unit="ratio",
            minimum=0,
        ),
        real(
            "baseline",
            "Part within the target over the other accounts of the platform that this workspace knows, each by its"
            " newest answer: persons within / persons placed. Null with fewer than 8.",
            unit="ratio",
            minimum=0,
        ),
        count("baseline_accounts", "Those other accounts. Set at grain account.", unit="accounts"),
        text(
            "reason",
            "Why lower is null: no_account (no source knows the account yet), not_reported (nobody told the dimension),"
            " no_followers (their number is not known), some_untold (of all: a dimension is missing).",
            among=("no_account", "not_reported", "no_followers", "some_untold"),
        ),
        *pick(FIELDS, "as_of", required=("as_of",)),
    ),
)
