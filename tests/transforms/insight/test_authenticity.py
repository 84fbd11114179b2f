"""What speaks against an account's followers is said sign by sign, and what nobody can judge speaks against nobody."""

from datetime import UTC, datetime

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.insight.authenticity import against_peers, own_signals, scored
from transforms.tables.authenticity import ACCOUNT_SIGNALS, SIGNALS
from transforms.tables.marts import ACCOUNT_PROFILES

AS_OF = datetime(2026, 9, 1, tzinfo=UTC)
RISES = {
    "account_key": pl.Int64,
    "days": pl.Int64,
    "rise": pl.Float64,
    "most": pl.Float64,
    "gained": pl.Int64,
    "happened_on": pl.Date,
    "is_sudden": pl.Boolean,
    "is_explained": pl.Boolean,
}


def crowd(seed: int = 1, accounts: int = 40, posts: int = 8, **odd: float) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Profiles and recent posts of honest accounts of like size; ``odd`` multiplies a metric of account 0."""
    rng = np.random.default_rng(seed)
    size = np.exp(rng.uniform(np.log(15_000), np.log(40_000), accounts)).astype(np.int64)
    profiles = pl.DataFrame(
        {
            "account_key": np.arange(accounts),
            "platform": "instagram",
            "account_id": [str(n) for n in range(accounts)],
            "followers": size,
            "following": rng.integers(100, 1_400, accounts),
        }
    )
    own = np.repeat(np.arange(accounts), posts)
    reach = size[own] * 0.3 * rng.lognormal(0, 0.4, accounts)[own] * rng.lognormal(0, 0.6, len(own))
    likes = reach * 0.06 * rng.lognormal(0, 0.4, accounts)[own]
    said = likes * 0.04 * rng.lognormal(0, 0.5, accounts)[own] * rng.lognormal(0, 0.3, len(own))
    told = {"views": reach, "likes": likes, "comments": said}
    for metric, times in odd.items():
        told[metric] = np.where(own == 0, told[metric] * times, told[metric])
    counts = {m: rng.poisson(x) for m, x in told.items()}
    recent = pl.DataFrame({"account_key": own, "post_key": np.arange(len(own)), "followers": size[own], **counts})
    return ACCOUNT_PROFILES.conform_loosely(profiles), recent


def signals_of(profiles: pl.DataFrame, posts: pl.DataFrame, rises: list[dict] | None = None) -> pl.DataFrame:
    found = own_signals(profiles, posts, pl.DataFrame(rises or [], schema=RISES), as_of=AS_OF)
    return against_peers(found, profiles)


def sign(signals: pl.DataFrame, name: str, account: int = 0) -> dict:
    return signals.row(by_predicate=(pl.col("signal") == name) & (pl.col("account_key") == account), named=True)


def calm(accounts: int) -> list[dict]:
    return [
        {"account_key": n, "days": 60, "rise": 0.004, "most": 0.06, "is_sudden": False, "is_explained": None}
        for n in range(accounts)
    ]


def test_every_account_has_every_signal_and_a_score_of_what_is_known():
    profiles, posts = crowd()
    signals = signals_of(profiles, posts, calm(40))
    assert signals.height == 40 * len(SIGNALS)
    assert sum(SIGNALS.values()) == 100
    rows = scored(profiles, signals)
    assert rows["signals_known"].unique().to_list() == [5]
    assert rows["signals_all"].unique().to_list() == [5]


@pytest.mark.parametrize("seed", range(8))
def test_honest_accounts_lose_no_points(seed: int) -> None:
    profiles, posts = crowd(seed, accounts=200)
    points = signals_of(profiles, posts, calm(200)).group_by("account_key").agg(pl.col("points").sum())
    assert points.select((pl.col("points") > 0).mean()).item() <= 0.05


@pytest.mark.parametrize(
    ("odd", "name"),
    [
        ({"likes": 0.05, "comments": 0.05}, "reactions_per_follower"),
        ({"views": 0.05}, "views_per_follower"),
        ({"likes": 25.0}, "likes_per_comment"),
        ({"comments": 25.0}, "likes_per_comment"),
    ],
)
def test_what_is_far_from_the_peers_is_outside(odd: dict[str, float], name: str) -> None:
    signals = signals_of(*crowd(**odd), calm(40))
    found = sign(signals, name)
    assert found["verdict"] == "outside"
    assert SIGNALS[name] / 2 <= found["points"] <= SIGNALS[name]
    assert found["peers"] == 39
    assert scored(crowd()[0], signals)["authenticity"][0] <= 100 - found["points"]


def test_an_account_that_fares_better_than_its_peers_loses_no_points():
    signals = signals_of(*crowd(views=30.0, likes=30.0, comments=30.0))
    assert signals.filter(pl.col("account_key") == 0)["points"].sum() == 0


def test_an_account_whose_posts_scatter_widely_is_not_outside():
    profiles, posts = crowd(posts=5)
    lucky = (pl.col("account_key") == 0) & (pl.col("post_key") == 0)
    few = pl.when(pl.col("account_key") == 0).then(pl.col("views") * 0.01)
    posts = posts.with_columns(pl.when(lucky).then("views").otherwise(few.otherwise("views")).cast(pl.Int64))
    found = sign(signals_of(profiles, posts), "views_per_follower")
    assert found["value"] < found["lower"] < found["value_upper"]
    assert (found["verdict"], found["points"]) == ("expected", 0)


@pytest.mark.parametrize("hidden", ["likes", "comments"])
@pytest.mark.parametrize("how", [None, 0])
def test_hidden_or_missing_reactions_count_against_nobody(hidden: str, how: int | None) -> None:
    profiles, posts = crowd()
    is_first = pl.col("account_key") == 0
    posts = posts.with_columns(pl.when(is_first).then(how).otherwise(hidden).cast(pl.Int64).alias(hidden))
    found = sign(signals_of(profiles, posts, calm(40)), "likes_per_comment")
    assert found["verdict"] == "unknown"
    assert found["points"] is None
    assert found["reason"] == ("not_reported" if how is None else "no_reactions")


def test_too_few_posts_or_peers_are_reasons():
    profiles, posts = crowd(accounts=8)
    assert {sign(signals_of(profiles, posts), n)["reason"] for n in SIGNALS if "_per_" in n} == {"too_few_peers"}
    profiles, posts = crowd(posts=4)
    assert sign(signals_of(profiles, posts), "views_per_follower")["reason"] == "too_few_posts"
    gone = profiles.with_columns(pl.lit(None, pl.Int64).alias("followers"))
    assert sign(signals_of(gone, crowd()[1]), "views_per_follower")["reason"] == "no_followers"


def test_a_rise_costs_by_its_size_and_nothing_where_posts_explain_it():
    profiles, posts = crowd(accounts=5)
    rise = {"days": 60, "rise": 0.31, "most": 0.06, "gained": 3_120, "is_sudden": True, "is_explained": False}
    rises = [
        {"account_key": 0, **rise},
        {"account_key": 1, **rise, "rise": 0.0601},
        {"account_key": 2, **rise, "is_explained": True},
        {"account_key": 3, **rise, "is_explained": None},
    ]
    signals = signals_of(profiles, posts, rises)
    found = [sign(signals, "follower_rise", n) for n in range(5)]
    assert [f["points"] for f in found] == [30, 15, 0, None, None]
    assert [f["verdict"] for f in found] == ["outside", "outside", "explained", "unknown", "unknown"]
    assert [f["reason"] for f in found] == [None, None, None, "no_posts_seen", "no_followers"]
    assert found[0]["gained"] == 3_120


@pytest.mark.parametrize(
    ("following", "followers", "points"),
    [
        (1_501, 1_400, 10),
        (1_500, 300, 0),
        (7_000, 7_001, 0),
        (7_001, 7_000, 10),
        (None, 9_000, None),
        (7_000, None, None),
    ],
)
def test_who_follows_more_than_1500_and_more_than_follow_back_is_a_mass_follower(following, followers, points):
    profiles, posts = crowd(accounts=1)
    told = profiles.with_columns(
        pl.lit(following, pl.Int64()).alias("following"), pl.lit(followers, pl.Int64()).alias("followers")
    )
    assert sign(signals_of(told, posts), "mass_following")["points"] == points


_points = st.lists(
    st.tuples(*(st.one_of(st.none(), st.integers(0, most)) for most in SIGNALS.values())), min_size=1, max_size=5
)


def given_points(accounts: list[tuple]) -> tuple[pl.DataFrame, pl.DataFrame]:
    rows = [
        {"account_key": n, "signal": name, "points": of}
        for n, points in enumerate(accounts)
        for name, of in zip(SIGNALS, points, strict=True)
    ]
    signals = ACCOUNT_SIGNALS.conform_loosely(pl.DataFrame(rows, schema_overrides={"points": pl.Int64}))
    return ACCOUNT_PROFILES.conform_loosely(pl.DataFrame({"account_key": range(len(accounts))})), signals


@given(_points)
def test_the_score_is_100_less_the_points_of_its_signals(accounts):
    rows = scored(*given_points(accounts))
    for points, row in zip(accounts, rows.iter_rows(named=True), strict=True):
        known = [p for p in points if p is not None]
        assert row["signals_known"] == len(known)
        if len(known) >= 3:
            assert (row["authenticity"], row["authenticity_reason"]) == (100 - sum(known), None)
            assert 0 <= row["authenticity"] <= 100
        else:
            assert (row["authenticity"], row["authenticity_reason"]) == (None, "too_few_signals")


@pytest.mark.parametrize("name", SIGNALS)
def test_without_a_signal_the_score_differs_by_exactly_its_points(name: str) -> None:
    profiles, posts = crowd(likes=0.04, comments=0.2, views=0.05)
    signals = signals_of(profiles, posts, calm(40))
    whole, less = (scored(profiles, s)["authenticity"] for s in (signals, signals.filter(pl.col("signal") != name)))
    taken = signals.filter(pl.col("signal") == name).sort("account_key")["points"]
    assert (less - whole).to_list() == taken.to_list()


def test_held_against_peers_twice_is_held_against_them_once():
    profiles, posts = crowd(likes=0.04)
    once = signals_of(profiles, posts, calm(40))
    assert against_peers(once, profiles).equals(once)


def test_nobody_gives_nothing():
    profiles, posts = crowd(accounts=3)
    assert signals_of(profiles.clear(), posts.clear()).schema == ACCOUNT_SIGNALS.schema
