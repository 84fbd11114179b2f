"""Merging files one by one gives what merging them at once gives, and a silent answer erases nothing."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.tasks.synthetic import frame
from transforms import core
from transforms.contracts import ContractError
from transforms.keys import surrogate
from transforms.tables import core as tables

ZONE = "Asia/Tokyo"
START = datetime(2026, 7, 1, 18, tzinfo=UTC)


def at(hours: int) -> datetime:
    return START + timedelta(hours=hours)


def told(table: str, *rows: dict) -> pl.DataFrame:
    trace = {"source": "instagram", "pointer": "/data/0", "platform": "instagram"}
    return frame(f"staging.{table}", [{**trace, "landed_id": f"s{n}#2", **row} for n, row in enumerate(rows)])


def post(hour: int, learnt: int | None = None, **more: object) -> dict:
    return {"post_id": "1", "observed_at": at(hour), "known_at": at(learnt if learnt is not None else hour), **more}


def merged(*rows: dict, states: tuple[dict, ...] = (), observed: tuple[dict, ...] = ()) -> dict:
    found = core.merge_posts(
        tables.POSTS.empty(),
        told("posts", *rows),
        told("post_states", *states),
        told("post_observations", *observed),
        ZONE,
    )
    assert found.height == 1
    return found.row(0, named=True)


def test_a_silent_answer_erases_nothing():
    found = merged(
        post(0, caption="朝凪UV #PR", format="reel", paid_label="on"), post(1, format="unknown", paid_label="unknown")
    )
    assert (found["caption"], found["format"], found["paid_label"]) == ("朝凪UV #PR", "reel", "on")


def test_the_newest_answer_wins_and_an_old_export_only_fills():
    found = merged(post(5, caption="new"), post(0, learnt=9, caption="old", permalink="https://example.jp/p/1"))
    assert (found["caption"], found["permalink"]) == ("new", "https://example.jp/p/1")
    assert (found["first_known_at"], found["last_known_at"]) == (at(5), at(9))


@pytest.mark.parametrize(
    ("seen", "lost", "availability"),
    [((0,), (1,), "gone"), ((0, 2), (1,), "on"), ((0, 1), (1,), "on"), ((), (1,), "gone"), ((0,), (), "on")],
)
def test_a_post_is_gone_until_it_is_returned_again(seen, lost, availability):
    states = tuple({**post(h), "availability": "gone"} for h in lost)
    assert merged(*(post(h) for h in seen), states=states)["availability"] == availability


def test_published_on_is_the_business_day():
    assert merged(post(0, published_at=datetime(2026, 6, 30, 15, 0, tzinfo=UTC)))["published_on"] == date(2026, 7, 1)


def test_a_post_of_which_only_counters_are_known_has_a_row():
    found = merged(observed=(post(3), post(1)))
    assert (found["post_key"], found["availability"], found["seen_at"]) == (surrogate("instagram", "1"), "on", None)


ROWS = st.builds(
    lambda kind, n, hour, learnt, caption, label, state: (
        kind,
        {
            "post_id": str(n),
            "observed_at": at(hour),
            "known_at": at(learnt),
            "caption": caption,
            "paid_label": label,
            "account_id": caption,
            "availability": state,
        },
    ),
    st.sampled_from(["posts", "post_states", "post_observations"]),
    st.integers(1, 3),
    st.integers(0, 4),
    st.integers(0, 4),
    st.sampled_from([None, "a", "b"]),
    st.sampled_from([None, "on", "unknown"]),
    st.sampled_from(["gone", "restricted"]),
)


@settings(max_examples=25, deadline=None)
@given(st.lists(ROWS, min_size=1, max_size=14), st.data())
def test_merging_batch_by_batch_equals_merging_at_once(rows, data):
    rows = [(kind, {**row, "landed_id": f"seg{n:02d}#2", "pointer": f"/{n}"}) for n, (kind, row) in enumerate(rows)]
    cuts = sorted(data.draw(st.sets(st.integers(1, len(rows)))) | {0, len(rows)})

    def of(part: list, kind: str) -> pl.DataFrame:
        keep = set(told(kind).columns)
        return told(kind, *({c: v for c, v in row.items() if c in keep} for k, row in part if k == kind))

    def step(posts: pl.DataFrame, accounts: pl.DataFrame, part: list) -> tuple[pl.DataFrame, pl.DataFrame]:
        frames = [of(part, kind) for kind in ("posts", "post_states", "post_observations")]
        new = core.merge_posts(posts, *frames, ZONE)
        names = told("accounts", *({**r, "handle": r["caption"]} for k, r in part if k == "posts" and r["account_id"]))
        named = core.merge_accounts(accounts, names, frames[0], told("audience_observations"))
        return (
            pl.concat([posts.join(new, on="post_key", how="anti"), new]).sort("post_key"),
            pl.concat([accounts.join(named, on="account_key", how="anti"), named]).sort("account_key"),
        )

    state = at_once = (tables.POSTS.empty(), tables.ACCOUNTS.empty())
    for low, high in pairwise(cuts):
        part = rows[low:high]
        mentioned = {surrogate("instagram", r["post_id"]) for _, r in part}
        rest = state[0].filter(~pl.col("post_key").is_in(list(mentioned)))
        posts, accounts = step(state[0].filter(pl.col("post_key").is_in(list(mentioned))), state[1], part)
        state = (pl.concat([rest, posts]).sort("post_key"), accounts)
    at_once = step(*at_once, rows)
    assert state[0].equals(at_once[0])
    assert state[1].equals(at_once[1])


def test_two_posts_that_share_a_key_are_refused(monkeypatch):
    monkeypatch.setattr("transforms.keys.surrogate", lambda *_: 7)
    with pytest.raises(ContractError, match="share post_key 7"):
        core.merge_posts(
            tables.POSTS.empty(),
            told("posts", post(0), {**post(0), "post_id": "2"}),
            told("post_states"),
            told("post_observations"),
            ZONE,
        )


def roster(**more: object) -> dict:
    return {
        "campaign_id": "natsu",
        "influencer_id": "hana",
        "handle": "hana",
        "route": "direct",
        "fee": 30000,
        "product_cost": 100,
        "shipping_cost": 0,
        "agency_cost": 0,
        "boost_cost": 0,
        "currency": "JPY",
        "known_at": at(0),
        **more,
    }


BRIEF = {
    "campaign_id": "natsu",
    "name": "夏",
    "brand": "ミナモ堂",
    "market": "JP",
    "objective": "sales",
    "locale": "ja",
    "starts_on": date(2026, 7, 2),
    "ends_on": date(2026, 8, 1),
    "settle_days": 14,
    "attribution_days": 14,
    "engagement_base": "reach",
    "currency": "JPY",
    "known_at": at(0),
}


def contracts(*rows: dict) -> pl.DataFrame:
    return core.contracts(
        told("roster", *({"landed_id": "b#2", **r} for r in rows)), told("campaigns", {**BRIEF, "landed_id": "b#1"})
    )


@pytest.mark.parametrize("part", ["fee", "product_cost", "shipping_cost", "agency_cost", "boost_cost"])
def test_a_cost_with_an_unknown_part_is_unknown(part):
    assert contracts(roster())["cost"].item() == Decimal(30100)
    assert contracts(roster(**{part: None}))["cost"].item() is None


def test_a_contract_keeps_its_account_when_the_handle_changes_hands():
    briefs = core.campaigns(told("campaigns", {**BRIEF, "landed_id": "b#1"}))
    told_accounts = told(
        "accounts", *({"account_id": a, "handle": "x", "observed_at": at(0), "known_at": at(0)} for a in "12")
    )
    accounts = core.merge_accounts(tables.ACCOUNTS.empty(), told_accounts, told("posts"), told("audience_observations"))
    first, second = surrogate("instagram", "1"), surrogate("instagram", "2")
    handles = pl.DataFrame(
        {
            "platform": ["instagram"] * 2,
            "account_key": [first, second],
            "handle": ["@Ｈana", "hana"],
            "first_at": [at(0), at(200)],
            "last_at": [at(100), at(900)],
        }
    )
    found = core.assign_accounts(contracts(roster()), briefs, accounts, handles)
    assert found.select("account_id", "account_key").rows() == [("1", first)]
    owned = core.assign_influencers(accounts, found)
    assert dict(owned.select("account_id", "influencer_id").rows()) == {"1": "hana", "2": None}
    by_id = core.assign_accounts(contracts(roster(account_id="2")), briefs, accounts, handles)
    assert by_id["account_key"].item() == second
    unseen = core.assign_accounts(contracts(roster(account_id="3")), briefs, accounts, handles)
    assert unseen.select("account_id", "account_key").rows() == [("3", None)]


@pytest.mark.parametrize(
    ("persons", "shares"), [([1, 3], [0.25, 0.75]), ([1, None], [None, None]), ([0, 0], [None, None])]
)
def test_a_share_is_of_a_known_whole(persons, shares):
    rows = [
        {**post(0), "account_id": "1", "dimension": "gender", "bucket": b, "persons": n, "landed_id": f"s#{b}"}
        for b, n in zip("23", persons, strict=True)
    ]
    assert core.audience_observations(told("audience_observations", *rows), ZONE)["share"].to_list() == shares
