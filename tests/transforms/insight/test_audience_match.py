"""How far followers are those whom a brand wants: the truth lies within the bounds, and unknown is not zero."""

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.inputs import Inputs
from transforms.insight.audience_match import ENOUGH, Match, audience_match, matched, over_accounts, together
from transforms.knowledge import inputs_at
from transforms.tables import core
from transforms.tables.audience_match import AUDIENCE_MATCH

ZONE = "Asia/Tokyo"
ANSWERED = datetime(2026, 6, 10, tzinfo=UTC)
AFTER = datetime(2026, 12, 1, tzinfo=UTC)
AGES = ("13-17", "18-24", "25-34", "35+")
INTERESTS = ("beauty", "food", "travel")

person = st.tuples(
    st.sampled_from(("F", "M", "U")),
    st.sampled_from(AGES),
    st.sampled_from(("JP", "Japan", "US", "Atlantis")),
    st.frozensets(st.sampled_from(INTERESTS)),
)
targets = st.fixed_dictionaries(
    {},
    optional={
        "gender": st.sampled_from((("female",), ("male", "other"))),
        "age": st.sampled_from((("18-24", "25-34"), ("20-29",), ("13-17", "35+"))),
        "country": st.sampled_from((("JP",), ("US",))),
        "interest": st.lists(st.sampled_from(INTERESTS), min_size=1, unique=True).map(tuple),
    },
).filter(bool)


def is_wanted(who: tuple[str, str, str, frozenset[str]], truth: tuple[str, int, str], target: dict) -> bool:
    """Whether a person, of whom all is known, is within the target."""
    gender, age, country = truth
    return (
        ("gender" not in target or gender in target["gender"])
        and ("age" not in target or any(is_of(age, group) for group in target["age"]))
        and ("country" not in target or country in target["country"])
        and ("interest" not in target or not who[3].isdisjoint(target["interest"]))
    )


def is_of(age: int, group: str) -> bool:
    first, _, last = group.removesuffix("+").partition("-")
    return int(first) <= age <= int(last or 200)


def told_of(people: Sequence, dimension: str, smallest: int) -> dict[str, int]:
    """What a source says: persons by bucket, small buckets withheld."""
    place = ("gender", "age", "country", "interest").index(dimension)
    counted = Counter(b for p in people for b in ([p[place]] if dimension != "interest" else p[3]))
    return {b: n for b, n in counted.items() if n >= smallest}


@given(st.lists(person, min_size=1, max_size=40), targets, st.integers(1, 8), st.randoms(use_true_random=False))
def test_the_true_share_lies_within_the_bounds(people, target, smallest, random):
    first = {"13-17": (13, 17), "18-24": (18, 24), "25-34": (25, 34), "35+": (35, 80)}
    truths = [
        (
            {"F": "female", "M": "male"}.get(g) or random.choice(("female", "male", "other")),
            random.randint(*first[a]),
            "JP" if c == "Japan" else random.choice(("JP", "US", "FR")) if c == "Atlantis" else c,
        )
        for g, a, c, _ in people
    ]
    found = {d: matched(d, told_of(people, d, smallest), t, len(people)) for d, t in target.items()}
    for dimension, match in found.items():
        one = {dimension: target[dimension]}
        true = sum(is_wanted(p, t, one) for p, t in zip(people, truths, strict=True)) / len(people)
        assert match.lower is not None
        assert match.upper is not None
        assert match.lower - 1e-9 <= true <= match.upper + 1e-9
        assert 0 <= match.lower <= match.upper <= 1
    whole = together(list(found.values()))
    true = sum(is_wanted(p, t, target) for p, t in zip(people, truths, strict=True)) / len(people)
    assert whole.lower is not None
    assert whole.upper is not None
    assert whole.lower - 1e-9 <= true <= whole.upper + 1e-9


def test_what_a_source_withholds_widens_the_bounds_and_leaves_the_share_of_those_placed():
    found = matched("gender", {"F": 600, "M": 200, "U": 100}, ("female",), 1000)
    assert (found.share, found.lower, found.upper, found.share_told) == (0.75, 0.6, 0.8, 0.8)


def test_an_age_group_that_is_partly_aimed_at_may_be_within_or_not():
    found = matched("age", {"18-24": 300, "25-34": 300, "35+": 400}, ("20-29",), 1000)
    assert (found.share, found.lower, found.upper) == (None, 0.0, 0.6)


def test_nobody_told_within_the_target_is_zero_only_where_everybody_was_told():
    assert matched("country", {"US": 900}, ("JP",), 1000).share is None
    assert matched("country", {"US": 1000}, ("JP",), 1000).share == 0.0
    assert matched("country", {}, ("JP",), 1000) == Match(None, 0.0, 1.0, 0.0, 1000)


def test_interests_overlap():
    told = {"Beauty": 600, "food": 500, "travel": 50}
    assert matched("interest", told, ("beauty",), 1000).share == 0.6
    both = matched("interest", told, ("beauty", "food"), 1000)
    assert (both.share, both.lower, both.upper) == (None, 0.6, 1.0)
    assert matched("interest", told, ("travel", "food"), 1000).upper == 0.55
    untold = matched("interest", told, ("sport",), 1000)
    assert (untold.share, untold.lower, untold.upper) == (None, 0.0, 1.0)


def test_without_followers_there_are_no_bounds():
    for dimension, told, target in (("gender", {"F": 1, "M": 3}, ("female",)), ("interest", {"food": 1}, ("food",))):
        found = matched(dimension, told, target, None)
        assert (found.lower, found.upper, found.reason) == (None, None, "no_followers")
    assert matched("gender", {"F": 1, "M": 3}, ("female",), None).share == 0.25


# the mart

Drawn = list[tuple[str, str, str, int | None]]


def inputs(
    draw: Callable[..., pl.DataFrame],
    audience: Drawn,
    *,
    people: Sequence[str] = ("haru", "sora"),
    followers: dict[str, int] | None = None,
    at: datetime = ANSWERED,
    known_at: datetime | None = None,
    **target: str,
) -> dict[str, pl.DataFrame]:
    """A campaign, its people's accounts, all accounts told of, and the answers about them."""
    everybody = sorted({*people, *(a for a, *_ in audience)})
    keys = {name: n for n, name in enumerate(everybody, start=1)}
    campaigns = draw(
        "campaign_id | starts_on  | ends_on\nasanagi | 2026-06-01 | 2026-06-30",
        core.CAMPAIGNS,
        settle_days=14,
        attribution_days=14,
        currency="JPY",
        landed_id="b#2",
        **{f"target_{d}": t for d, t in target.items()},
    )
    contracts = pl.DataFrame(
        [
            {"campaign_id": "asanagi", "influencer_id": p, "platform": "instagram", "account_key": keys[p]}
            for p in people
        ]
    )
    accounts = pl.DataFrame(
        [{"account_key": k, "platform": "instagram", "account_id": a, "first_known_at": at} for a, k in keys.items()]
    )
    sizes = dict.fromkeys(everybody, 1000) if followers is None else followers
    seen = [
        {"account_key": keys[a], "observed_at": at - timedelta(days=1), "known_at": at, "observed_on": at.date()}
        | {"followers": n, "landed_id": "a#2"}
        for a, n in sizes.items()
    ]
    told = [
        {"account_key": keys[a], "observed_at": at, "known_at": known_at or at, "observed_on": at.date()}
        | {
            "dimension": d,
            "bucket": b,
            "persons": n,
            "landed_id": f"{(known_at or at).isoformat()}#2",
            "pointer": f"{i}",
        }
        for i, (a, d, b, n) in enumerate(audience)
    ]
    frames = {
        core.CONTRACTS.name: (core.CONTRACTS, contracts),
        core.ACCOUNTS.name: (core.ACCOUNTS, accounts),
        core.ACCOUNT_OBSERVATIONS.name: (core.ACCOUNT_OBSERVATIONS, pl.DataFrame(seen)),
        core.AUDIENCE_OBSERVATIONS.name: (core.AUDIENCE_OBSERVATIONS, pl.DataFrame(told)),
    }
    made = {
        name: table.conform_loosely(frame) if frame.width else table.empty() for name, (table, frame) in frames.items()
    }
    return made | {core.CAMPAIGNS.name: campaigns}


def both(*drawn: dict[str, pl.DataFrame]) -> Inputs:
    """The first inputs with the answers and counts of all."""
    name = core.AUDIENCE_OBSERVATIONS.name
    return Inputs.of(drawn[0] | {name: pl.concat([d[name] for d in drawn])})


def rows(inputs: Inputs, as_of: datetime = AFTER) -> dict[tuple[str, str, str], dict[str, Any]]:
    """Rows by grain, influencer and dimension."""
    made = audience_match(inputs, as_of=as_of, zone=ZONE)[AUDIENCE_MATCH.name]
    return {(r["grain"], r["influencer_id"] or "", r["dimension"]): r for r in made.iter_rows(named=True)}


TOLD: Drawn = [
    ("haru", "gender", "F", 600),
    ("haru", "gender", "M", 400),
    ("haru", "age", "18-24", 500),
    ("haru", "age", "25-34", 500),
    ("sora", "gender", "F", 900),
    ("sora", "gender", "M", 2100),
]


def test_a_campaign_is_its_accounts_weighted_by_followers(draw):
    sizes = {"haru": 1000, "sora": 4000}
    found = rows(Inputs.of(inputs(draw, TOLD, followers=sizes, people=("haru", "sora", "umi"), gender="female")))
    whole = found["campaign", "", "gender"]
    assert (whole["accounts_known"], whole["accounts_all"], whole["followers"]) == (2, 3, 5000)
    assert whole["lower"] == pytest.approx((600 + 900) / 5000)
    assert whole["upper"] == pytest.approx((600 + 900 + 1000) / 5000)
    assert whole["share"] == pytest.approx((0.6 * 1000 + 0.3 * 4000) / 5000)
    assert found["campaign", "", "all"]["lower"] == whole["lower"]


@given(st.lists(st.tuples(st.integers(0, 500), st.integers(0, 500), st.integers(1, 1500)), min_size=1, max_size=8))
def test_weighting_is_adding_up_persons(accounts):
    parts = [matched("gender", {"F": f, "M": m}, ("female",), n) for f, m, n in accounts]
    found = over_accounts(parts)
    everybody = sum(max(n, f + m) for f, m, n in accounts)
    assert found.lower == pytest.approx(sum(f for f, _, _ in accounts) / everybody)
    assert found.upper == pytest.approx(sum(max(n, f + m) - m for f, m, n in accounts) / everybody)
    if found.share is not None:
        assert found.lower is not None
        assert found.upper is not None
        assert found.lower - 1e-9 <= found.share <= found.upper + 1e-9


def test_what_is_not_told_is_null_and_says_why(draw):
    made = inputs(
        draw, TOLD, followers={"haru": 1000}, people=("haru", "sora", "umi"), gender="female", age="18-24\n25-34"
    )
    found = rows(Inputs.of(made))
    both_told = found["account", "haru", "all"]
    assert (both_told["lower"], both_told["upper"], both_told["share"]) == (pytest.approx(0.6), 0.6, None)
    assert [found["account", "sora", d]["reason"] for d in ("gender", "age", "all")] == [
        "no_followers",
        "not_reported",
        "no_followers",
    ]
    for dimension in ("gender", "age", "all"):
        untold = found["account", "umi", dimension]
        assert untold["reason"] == "not_reported"
        assert [untold[c] for c in ("share", "lower", "upper", "share_told", "followers")] == [None] * 5


def test_one_dimension_that_is_told_bounds_all_from_above(draw):
    found = rows(Inputs.of(inputs(draw, TOLD, followers={"sora": 3000}, gender="female", age="18-24")))
    row = found["account", "sora", "all"]
    assert (row["lower"], row["upper"], row["reason"]) == (None, pytest.approx(0.3), "some_untold")


def test_an_account_that_no_source_knows(draw):
    made = inputs(draw, TOLD, gender="female")
    contracts = made[core.CONTRACTS.name].with_columns(pl.lit(None, pl.Int64).alias("account_key"))
    found = rows(Inputs.of(made | {core.CONTRACTS.name: contracts}))
    assert {r["reason"] for r in found.values()} == {"no_account"}


def test_a_brief_that_aims_at_nobody_has_no_row(draw):
    assert rows(Inputs.of(inputs(draw, TOLD))) == {}


def test_the_last_answer_before_the_campaign_settled_counts_else_the_first_after(draw):
    def one(day: datetime, women: int) -> dict[str, pl.DataFrame]:
        return inputs(
            draw, [("haru", "gender", "F", women), ("haru", "gender", "M", 100 - women)], at=day, gender="female"
        )

    june, july, august, autumn = (datetime(2026, m, 1, tzinfo=UTC) for m in (6, 7, 8, 10))
    first = rows(both(one(june, 10), one(july, 20), one(august, 30)))
    assert first["account", "haru", "gender"]["share"] == 0.2
    late = rows(both(one(august, 30), one(autumn, 40)))
    assert late["account", "haru", "gender"]["share"] == 0.3


def test_an_answer_told_again_replaces_the_first_as_soon_as_it_is_known(draw):
    later = ANSWERED + timedelta(days=5)
    first = inputs(draw, TOLD, gender="female")
    again = inputs(draw, [("haru", "gender", "F", 900), ("haru", "gender", "M", None)], known_at=later, gender="female")
    share = [rows(both(first, again), as_of)["account", "haru", "gender"]["share"] for as_of in (ANSWERED, later)]
    assert share == [0.6, 1.0]


def test_what_is_learnt_later_changes_nothing_of_an_earlier_instant(draw):
    later = ANSWERED + timedelta(days=5)
    frames = inputs(draw, TOLD, known_at=later, gender="female")
    assert inputs_at(frames, ANSWERED).audience_observations.is_empty()


def test_affinity_is_against_enough_other_accounts_of_the_platform(draw):
    others: Drawn = [(f"other_{n}", "gender", b, k) for n in range(ENOUGH) for b, k in (("F", 300), ("M", 700))]
    found = rows(Inputs.of(inputs(draw, [*TOLD[:4], *others], people=("haru",), gender="female")))
    row = found["account", "haru", "gender"]
    assert (row["baseline_accounts"], row["baseline"], row["affinity"]) == (ENOUGH, 0.3, pytest.approx(2.0))
    found = rows(Inputs.of(inputs(draw, [*TOLD[:4], *others[2:]], people=("haru",), gender="female")))
    row = found["account", "haru", "gender"]
    assert (row["baseline_accounts"], row["baseline"], row["affinity"]) == (ENOUGH - 1, None, None)
