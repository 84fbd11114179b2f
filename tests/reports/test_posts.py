"""Top posts: chosen by a stated measure, one of each format; a hypothesis rests on what anybody can check."""

from collections.abc import Callable
from dataclasses import replace

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.figures import Figures
from reports.headlines import plain
from reports.hypotheses import APART, MOST, field_of, hypotheses
from reports.reading import read, rows_of
from reports.sections import posts
from reports.sections.posts import varied
from tests.reports.conftest import value

Make = Callable[..., Figures]


def priced(make: Make, share: float) -> Figures:
    """The campaign with a cost per engagement for a share of its posts, the later the dearer."""
    figures = make(locale="en")
    rows = rows_of(figures.posts)
    told = [
        value("post", "cpe", 5.0 + n, platform=p["platform"], post_id=p["post_id"], influencer_id=p["influencer_id"])
        for n, p in enumerate(rows[: int(len(rows) * share)])
    ]
    frame = figures.kpis.clear().vstack(
        pl.DataFrame(told, schema_overrides=dict(figures.kpis.schema), infer_schema_length=None)
        .with_columns(pl.lit(None, t).alias(c) for c, t in figures.kpis.schema.items() if c not in told[0])
        .select(pl.col(c).cast(t) for c, t in figures.kpis.schema.items())
    )
    return replace(figures, kpis=pl.concat([figures.kpis.filter(pl.col("kpi") != "cpe"), frame]))


def test_posts_are_chosen_by_what_money_bought_where_half_of_them_tell_it(make: Make) -> None:
    facts = posts.facts(read(priced(make, 1.0)))
    assert facts.measure == "Cost per engagement"
    assert facts.cards[0].figures[0][1].text == "¥5"
    assert "an equal share of its contract's cost" in facts.lead


def test_where_fewer_tell_it_results_alone_decide_and_that_is_said(make: Make) -> None:
    facts = posts.facts(read(priced(make, 0.4)))
    assert facts.measure == "Views"
    assert "results per money are known for fewer than half" in facts.lead


@given(st.lists(st.tuples(st.sampled_from("abcde"), st.sampled_from("xyz")), max_size=12))
def test_formats_come_first_then_creators_and_the_order_is_kept(drawn: list[tuple[str, str]]) -> None:
    rows: list[dict[str, object]] = [
        {"format": f, "influencer_id": who, "place": n} for n, (f, who) in enumerate(drawn)
    ]
    chosen = varied(rows)
    assert len(chosen) == min(len(rows), 4)
    places = [int(str(post["place"])) for post in chosen]
    assert places == sorted(places)
    assert len({post["format"] for post in chosen}) == min(len({f for f, _ in drawn}), 4)


def test_a_common_size_is_named_only_if_every_format_s_best_has_it(make: Make) -> None:
    facts = posts.facts(read(priced(make, 1.0)))
    tiers = {p["tier"] for p in rows_of(make().posts)}
    assert len(tiers) > 1
    shown = {card.about.rpartition(" · ")[2] for card in facts.cards}
    assert ("creator of one size" in plain(str(facts.finding))) == (len(shown) == 1)


def test_a_hypothesis_holds_one_kind_of_post_against_the_others_only_where_enough_tell(make: Make) -> None:
    reading = read(make(locale="en"))
    rows = rows_of(make().posts)
    is_reel = [p["format"] == "reel" for p in rows]
    better = [3.0 if reel else 1.0 for reel in is_reel]
    key = next((str(p["platform"]), str(p["post_id"])) for p, reel in zip(rows, is_reel, strict=True) if reel)
    told = hypotheses(reading, field_of(reading, rows, better, lower=False), key)
    assert "Posts of this format did 3 times as well as the others (medians)." in told
    few = [v if not reel or n < 5 else None for n, (v, reel) in enumerate(zip(better, is_reel, strict=True))]
    assert not any(
        "this format" in line for line in hypotheses(reading, field_of(reading, rows, few, lower=False), key)
    )


def test_a_lower_cost_is_the_better_one(make: Make) -> None:
    reading, rows = read(make(locale="en")), rows_of(make().posts)
    cheap = [1.0 if p["format"] == "reel" else 3.0 for p in rows]
    field = field_of(reading, rows, cheap, lower=True)
    gap = field.apart(lambda p: p.format == "reel")
    assert gap is not None
    assert gap >= APART


@pytest.mark.parametrize("locale", ["ja", "en"])
def test_no_post_has_more_hypotheses_than_a_reader_believes(make: Make, locale: str) -> None:
    facts = posts.facts(read(make(locale=locale)))
    assert facts.cards
    assert all(len(card.why) <= MOST for card in facts.cards)
