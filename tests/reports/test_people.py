"""Creators, audience and what to do next: nobody is set apart whom the stored comparison does not set apart."""

import re
from collections.abc import Callable
from dataclasses import replace

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports.figures import Figures
from reports.headlines import plain
from reports.reading import read
from reports.sections import audience, influencers, next_steps
from reports.standing import standings
from tests.reports.told import COMPARED, account, standing, with_accounts, with_findings, with_standings

Make = Callable[..., Figures]
GROUPS = ("below", "no_difference", "above", "unknown")


def uncompared(make: Make) -> Figures:
    """The campaign as it is where no comparison was stored."""
    return make(locale="en", standings=make().standings.clear())


def said(markup: object) -> str:
    return re.sub("<[^>]+>", "", plain(str(markup)))


def test_who_is_clearly_cheaper_or_dearer_is_counted_in_the_headline_and_nobody_is_ranked(make: Make) -> None:
    facts = influencers.facts(read(with_standings(make(locale="en"))))
    assert said(facts.finding) == (
        "By Cost per order, 2 are clearly cheaper than the others and 2 clearly dearer. Of 5 no difference can be told."
    )
    assert [(p.group, len(p.rows)) for p in facts.parties] == [("better", 2), ("same", 5), ("worse", 2), ("untold", 1)]
    roster = list(make().influencers["name"])
    for party in facts.parties:
        order = [roster.index(row.name) for row in party.rows]
        assert order == sorted(order), "within a group the roster's order stands"


def test_of_whom_nothing_can_be_told_the_reason_is_said(make: Make) -> None:
    facts = influencers.facts(read(with_standings(make(locale="en"))))
    untold = facts.parties[-1]
    assert (untold.title, untold.why) == ("Cannot be told: 1", "cost not known")
    assert untold.rows[0].estimate.why == "cost not known"


def test_the_estimate_is_drawn_and_the_bare_figure_stands_beside_it(make: Make) -> None:
    [row] = [
        row
        for party in influencers.facts(read(with_standings(make(locale="en")))).parties
        for row in party.rows
        if row.name == "夏目かなた"
    ]
    assert (row.estimate.text, row.span) == ("¥12,900", "¥10,320–¥16,125")
    assert row.observed.startswith("observed ¥11,576")


@settings(max_examples=15, deadline=None)
@given(sides=st.lists(st.sampled_from(GROUPS), min_size=10, max_size=10), lower=st.booleans())
def test_a_headline_names_only_groups_that_somebody_is_in(make: Make, *, sides: list[str], lower: bool) -> None:
    kpi = "cpo" if lower else "er_reach"
    rows = [
        {**row, "comparison": side, "kpi": kpi, "is_better": {"below": lower, "above": not lower}.get(side)}
        for row, side in zip(COMPARED, sides, strict=True)
    ]
    figures = with_standings(make(locale="en"), *rows)
    figures = replace(figures, campaign={**figures.campaign, "objective": "sales" if lower else "engagement"})
    found = standings(read(figures))
    assert found is not None
    text = said(influencers.facts(read(figures)).finding)
    words = ("cheaper", "dearer") if lower else ("above", "below")
    if not found.is_separable:
        assert not any(word in text for word in words)
        return
    for word, group in zip(words, ("better", "worse"), strict=True):
        assert (f"clearly {word}" in text) == bool(found.of(group)), text
        if found.of(group):
            assert f"{len(found.of(group))} " in text


def test_without_comparisons_nobody_stands_apart_and_values_are_shown(make: Make) -> None:
    facts = influencers.facts(read(uncompared(make)))
    assert [p.group for p in facts.parties] == ["untold"]
    assert said(facts.finding) == "10 creators took part, side by side."
    assert facts.parties[0].rows[0].estimate.is_known


def test_people_are_compared_by_the_first_measure_that_tells_at_least_half_of_them_apart(make: Make) -> None:
    few = [standing(str(who), 5000.0, "below") for who in make().influencers["influencer_id"].head(3)]
    many = [{**row, "kpi": "cpe"} for row in COMPARED]
    found = standings(read(with_standings(make(), *few, *many)))
    assert found is not None
    assert found.kpi == "cpe"


def test_one_without_a_comparison_does_not_stretch_the_scale(make: Make) -> None:
    known = with_standings(make(locale="en"))
    odd = standing("hiro", None, "unknown", reason="too_little_known", value=9_000_000.0)
    stretched = with_standings(make(locale="en"), *COMPARED[:-1], odd)
    axes = [influencers.facts(read(figures)).axis for figures in (known, stretched)]
    assert axes[0] == axes[1]


# what to do next


def test_cards_say_continue_learn_and_pause_with_names_and_reasons(make: Make) -> None:
    facts = next_steps.facts(read(with_standings(make(locale="en"))))
    assert [(c.kind, [n.name for n in c.names]) for c in facts.cards] == [
        ("go", ["朝比奈みのり", "汐見なぎさ"]),
        ("if", ["冬月みお", "音羽まどか", "柚木さら", "安曇ちひろ", "篠宮つむぎ"]),
        ("pause", ["夏目かなた", "真壁ルカ"]),
    ]
    assert "¥3,100–¥3,600, against ¥5,408" in facts.cards[0].text
    assert "not even the better end" in facts.cards[2].text


def test_that_no_interval_reaches_the_campaign_s_value_is_said_only_if_none_does(make: Make) -> None:
    rows = [{**row, "pooled_lower": 5000.0} if row["influencer_id"] == "natsume" else row for row in COMPARED]
    facts = next_steps.facts(read(with_standings(make(locale="en"), *rows)))
    assert "not even" not in facts.cards[2].text
    assert "clearly behind the others" in facts.cards[2].text


def test_nobody_is_preferred_where_nobody_can_be_told_apart(make: Make) -> None:
    facts = next_steps.facts(read(uncompared(make)))
    assert facts.cards == ()
    assert facts.scenario is None
    assert said(facts.finding) == "Nobody can be told apart by result yet, so nobody is to be preferred."


def test_a_gain_is_claimed_only_where_the_whole_range_lies_above_this_time(make: Make) -> None:
    sure = next_steps.facts(read(with_standings(make(locale="en"))))
    assert sure.scenario is not None
    assert "may bring" in said(sure.finding)
    vague = [
        {**r, "pooled_lower": r["pooled"] / 40, "pooled_upper": r["pooled"] * 40} if r["pooled"] else r
        for r in COMPARED
    ]
    unsure = next_steps.facts(read(with_standings(make(locale="en"), *vague)))
    assert unsure.scenario is not None
    assert said(unsure.finding).startswith("Continue with 2, pause with 2")


def test_there_is_no_trial_sum_where_a_cost_is_not_known_and_that_is_said(make: Make) -> None:
    figures = with_standings(make(locale="en"))
    unknown = pl.when(pl.col("influencer_id") == "makabe").then(None).otherwise(pl.col("cost"))
    facts = next_steps.facts(
        read(replace(figures, influencers=figures.influencers.with_columns(unknown.alias("cost"))))
    )
    assert facts.scenario is None
    assert "No trial sum is made" in facts.note


def test_a_long_contract_is_for_those_who_did_better_before_too(make: Make) -> None:
    before = (
        standing("shiomi", 3000.0, "below", campaign_id="spring"),
        standing("otowa", 3000.0, "below", campaign_id="spring"),
    )
    card = next_steps.facts(read(with_standings(make(locale="en"), earlier=before))).cards[0]
    assert card.notes == ("Clearly better in an earlier campaign, too: 汐見なぎさ. Offer them a longer contract.",)


def test_an_open_finding_is_to_be_settled_before_anybody_is_booked_again(make: Make) -> None:
    card = next_steps.facts(read(with_findings(with_standings(make(locale="en"))))).cards[0]
    assert [n.mark for n in card.names] == ["!", "!"]
    assert any("settled first" in note for note in card.notes)


# audience

PLACED = (
    account(0, "asahina", (0.9, 0.72, 0.97)),
    account(1, "shiomi", (0.5, 0.3, 0.7)),
    account(2, "fuyutsuki", (0.2, 0.08, 0.4)),
    account(3, "yuki", None),
)


def test_followers_react_more_or_less_only_where_the_whole_interval_says_so(make: Make) -> None:
    facts = audience.facts(read(with_accounts(make(locale="en"), *PLACED)))
    assert said(facts.finding) == (
        "Of 3 accounts, the followers of 1 react more than is usual for their size, those of 1 less."
    )
    assert [row.sure for row in facts.rows][-1] == "0 peers: too few"


def test_what_is_not_known_of_followers_is_said_and_how_to_supply_it(make: Make) -> None:
    facts = audience.facts(read(with_accounts(make(locale="en"), *PLACED)))
    assert any("hibiki import FILE --as audience" in line for line in facts.unknown)
    assert facts.mixes == ()


def test_a_mix_is_weighted_by_followers_over_the_accounts_that_tell_it(make: Make) -> None:
    small, large = account(0, "asahina", None, followers=1_000), account(1, "shiomi", None, followers=3_000)
    silent = account(2, "yuki", None, followers=9_000)
    told = (
        (0, "gender", "female", 1.0),
        (0, "gender", "male", 0.0),
        (1, "gender", "female", 0.2),
        (1, "gender", "male", 0.8),
    )
    [mix] = audience.facts(read(with_accounts(make(locale="en"), small, large, silent, audience=told))).mixes
    assert mix.known == "2 of 3 accounts tell it, weighted by followers"
    assert [(name, share) for name, share, _ in mix.parts] == [("Men", "60%"), ("Women", "40%")]


def placed(places: list[float]) -> list[dict[str, object]]:
    """An account with a place among peers for each of those compared."""
    return [
        account(n, str(row["influencer_id"]), (p, p, p))
        for n, (row, p) in enumerate(zip(COMPARED, places, strict=False))
    ]


def test_a_tendency_is_named_only_where_the_whole_interval_lies_on_one_side(make: Make) -> None:
    costs = [row["pooled"] for row in COMPARED[:-1]]
    order = sorted(range(9), key=lambda n: -costs[n])
    rising = [0.1 * (order.index(n) + 1) for n in range(9)]
    figures = with_standings(make(locale="en"))
    found = audience.facts(read(with_accounts(figures, *placed(rising)))).relation
    assert found is not None
    assert "the better the result tends to be" in found.finding
    assert found.chart.count("<circle") == 9
    shuffled = [0.5, 0.2, 0.9, 0.1, 0.6, 0.3, 0.8, 0.7, 0.4]
    vague = audience.facts(read(with_accounts(figures, *placed(shuffled)))).relation
    assert vague is not None
    assert vague.finding == "No relation between followers' reactions and results can be told."
    assert audience.facts(read(with_accounts(figures, *placed(rising)[:7]))).relation is None


@pytest.mark.parametrize("locale", ["ja", "en"])
def test_nothing_known_of_anybody_is_no_claim(make_bare: Make, locale: str) -> None:
    reading = read(make_bare(locale=locale))
    assert audience.facts(reading).rows == ()
    assert influencers.facts(reading).parties == ()
    assert next_steps.facts(reading).cards == ()
