"""A feedback sheet speaks of one creator's posts alone: thanks, facts, ideas to be checked; no money, nobody else."""

import re
from collections.abc import Callable
from dataclasses import fields, replace
from datetime import date
from html.parser import HTMLParser

import polars as pl
import pytest

from reports import feedback
from reports.feedback import NobodyOfThatName, alone, facts
from reports.figures import Figures
from reports.own_posts import USUAL
from reports.reading import read
from tests.reports.conftest import AS_OF, PEOPLE, value
from transforms import kpis
from transforms.tables import compliance, marts

Make = Callable[..., Figures]


def shown(html: str) -> str:
    """What a reader sees of a page."""

    class Text(HTMLParser):
        said: list[str] = []  # noqa: RUF012 - one page, one reader

        def handle_data(self, data: str) -> None:
            self.said.append(data)

    reader = Text()
    reader.said = []
    reader.feed(re.sub(r"<(script|style)>.*?</\1>", "", html, flags=re.DOTALL))
    return " ".join("".join(reader.said).split())


def with_usual(make: Make, *values: float | None, who: str = "asahina", **changes: object) -> Figures:
    """The campaign in which the posts of one creator have so many times the reactions of their usual ones."""
    figures = make(**changes)
    posts = figures.posts.filter(pl.col("influencer_id") == who)["post_id"].to_list()
    platform = figures.posts.filter(pl.col("influencer_id") == who)["platform"][0]
    rows = [
        value("post", USUAL, v, platform=platform, post_id=p, influencer_id=who, reason=None if v else "too_few_posts")
        for p, v in zip(posts, values, strict=False)
    ]
    known = [v for v in values if v is not None]
    rows.append(value("influencer", USUAL, sum(known) / len(known) if known else None, influencer_id=who))
    more = marts.KPI_VALUES.conform_loosely(pl.DataFrame(rows, infer_schema_length=None))
    registry = {**figures.registry, USUAL: kpis.load()[USUAL]}
    return make(**changes, kpis=pl.concat([figures.kpis, more]), registry=registry)


@pytest.mark.parametrize("locale", ["ja", "en"])
@pytest.mark.parametrize("who", [p[0] for p in PEOPLE[::4]])
def test_no_figure_of_money_of_others_or_of_the_whole_campaign_is_in_it(make: Make, who: str, locale: str) -> None:
    figures = make(locale=locale)
    text = shown(feedback.page(figures, who))
    for other, name, handle, _platform, _tier, followers, cost in PEOPLE:
        if other == who:
            continue
        for said in (
            other,
            name,
            handle,
            f"{followers:,}",
            *(() if cost is None else (f"{cost:,}", f"{cost + 9000:,}")),
        ):
            assert said not in text, said
    own = next(p for p in PEOPLE if p[0] == who)
    assert not re.search(r"[¥￥$€]\s?\d|\d\s?円|\d\s?万円", text), "nobody's money, not even their own"
    if own[6] is not None:
        assert f"{own[6]:,}" not in text
    for whole in ("858", "4,210,400", "16,478", "1,342,000", "134.2万", "61,240", "4,640,000"):
        assert whole not in text
    for word in ("rank", "best creator", "worst", "ランキング", "順位", "ワースト"):
        assert word not in text.lower()


def test_what_a_sheet_is_made_of_holds_nothing_else(make: Make) -> None:
    left = alone(make(), "yuki")
    kept = {"influencers", "posts", "kpis", "compliance_checks", "compliance_tasks"}
    for one in fields(left):
        frame = getattr(left, one.name)
        if isinstance(frame, pl.DataFrame) and one.name not in kept:
            assert frame.is_empty(), one.name
    assert set(left.influencers["influencer_id"]) == set(left.posts["influencer_id"]) == {"yuki"}
    assert set(left.kpis["influencer_id"]) == {"yuki"}
    assert left.influencers["cost"].to_list() == left.influencers["fee"].to_list() == [None]
    assert not [k for k in set(left.kpis["kpi"]) if "money" in make().registry[k].unit]
    assert (left.campaign["budget"], left.campaign["margin_rate"], left.campaign["recipients"]) == (None, None, None)


def test_only_what_the_figures_bear_is_thanked_for(make: Make) -> None:
    said = facts(read(alone(make(locale="en"), "asahina"))).thanks
    assert said[0] == "All 3 posts that we had agreed on went up."
    assert "12 purchases came through your code or link." in said
    assert "Your link was followed 252 times." in said
    hiro = facts(read(alone(make(locale="en"), "hiro")))
    assert not [line for line in hiro.thanks if "agreed" in line or "viewed" in line], "3 of 4, and no views are known"
    assert [ask.title for ask in hiro.asks][:1] == ["1 post that we have not found yet"]


def test_posts_stand_beside_the_creator_s_own_usual_ones(make: Make) -> None:
    above = facts(read(alone(with_usual(make, 1.1, 1.8, 1.3, locale="en"), "asahina")))
    assert "1.4 times the reactions" in above.worked.striptags()
    assert [row[-1].text for row in above.posts.rows] == ["×1.1", "×1.8", "×1.3"]
    assert all(row[-1].chart for row in above.posts.rows)
    assert above.ideas[0].title == "Another one like Instagram Image Jun 10"
    assert "a guess" in above.ideas[0].text
    assert above.ideas[0].check
    usual = facts(read(alone(with_usual(make, 1.0, 0.95, 1.1, locale="en"), "asahina")))
    assert "about as many reactions" in usual.worked.striptags()
    below = facts(read(alone(with_usual(make, 0.5, 0.5, None, locale="en"), "asahina")))
    assert below.worked.striptags() == "Together they drew 0.5 times the reactions of your usual posts."
    assert below.posts.rows[2][-1].why == "too few posts to compare with"
    assert not [idea for idea in below.ideas if idea.title.startswith("Another")]


def test_where_nothing_is_usual_a_fact_is_told_and_no_comparison(make: Make) -> None:
    told = facts(read(alone(make(locale="en"), "asahina")))
    assert told.worked.striptags().startswith("Instagram ")
    assert "had the most: Engagements" in told.worked.striptags()
    assert len(told.posts.rows[0]) == len(told.posts.heads)
    assert "usual" not in " ".join(head.text for head in told.posts.heads)
    none = facts(read(alone(make(locale="en", posts=make().posts.head(1)), "asahina")))
    assert none.worked.striptags() == "How they did beside your usual posts cannot be told."


def test_kinds_of_posts_are_told_apart_only_where_chance_would_rarely_part_them(make: Make) -> None:
    figures = make(locale="en")
    one = figures.posts.filter(pl.col("influencer_id") == "asahina").head(1)
    formats, rates = ["reel", "reel", "reel", "image", "image"], [0.09, 0.08, 0.07, 0.03, 0.02]

    def told(rates: list[float], formats: list[str]) -> list[str]:
        number = len(rates)
        posts = pl.concat([one] * number).with_columns(
            post_id=pl.Series([f"p{n}" for n in range(number)]), format=pl.Series(formats),
            published_on=pl.Series([date(2026, 6, 1)] * number),
        )  # fmt: skip
        rows = [
            value("post", "er_reach", rate, platform="instagram", post_id=f"p{n}", influencer_id="asahina")
            for n, rate in enumerate(rates)
        ]
        own = marts.KPI_VALUES.conform_loosely(pl.DataFrame(rows, infer_schema_length=None))
        return [idea.title for idea in facts(read(alone(make(locale="en", posts=posts, kpis=own), "asahina"))).ideas]

    assert told(rates, formats) == ["More of this kind: Reel"]
    assert told([0.09, 0.08, 0.025, 0.03, 0.02], formats) == ["Keep to your own way"], "they overlap"
    assert told(rates[1:], formats[1:]) == ["Keep to your own way"], "2 and 2: chance parts them once in 6"


def test_requests_are_those_of_the_work_list_that_are_the_creator_s_and_open(make: Make) -> None:
    rows = [
        {
            "campaign_id": "asanagi-uv", "finding_id": f"f{n}", "who": who, "influencer_id": person, "state": state,
            "platform": "instagram", "post_id": "1800000", "verdict": "fail", "as_of": AS_OF,
            "due_on": date(2026, 7, 28),
            "what_en": f"Please put #PR first ({n})", "what_ja": f"#PRを先頭に({n})",
        }
        for n, (who, person, state) in enumerate(
            [("influencer", "asahina", "open"), ("brand", "asahina", "open"), ("influencer", "shiomi", "open"),
             ("influencer", "asahina", "resolved")]
        )
    ]  # fmt: skip
    tasks = compliance.TASKS.conform_loosely(pl.DataFrame(rows, infer_schema_length=None))
    asks = facts(read(alone(make(locale="en", compliance_tasks=tasks), "asahina"))).asks
    assert [(a.text, a.due, a.href) for a in asks if "#PR" in a.text] == [
        ("Please put #PR first (0)", "by Jul 28, please", "https://www.instagram.com/p/X00/")
    ]


def test_figures_that_only_the_creator_sees_are_asked_for(make: Make) -> None:
    told = facts(read(alone(make(locale="en"), "natsume")))
    assert [a.title for a in told.asks] == []
    shut = facts(read(alone(make(locale="en"), "hiro")))
    assert "Insights of 3 posts" in [a.title for a in shut.asks]
    assert any("Reach (3)" in line and "has given no access" in line for line in shut.unknown)


@pytest.mark.parametrize("who", ["nobody", "", "ASAHINA"])
def test_a_name_that_nobody_has_is_told_with_those_that_there_are(make: Make, who: str) -> None:
    with pytest.raises(NobodyOfThatName, match=r"no creator .*asahina, azumi"):
        feedback.page(make(), who)


def test_somebody_without_a_post_gets_a_sheet_too(make: Make, make_bare: Make) -> None:
    figures = replace(make_bare(), influencers=make().influencers, locale="en")
    text = shown(feedback.page(figures, "asahina"))
    assert text.count("Thank you for taking part, 朝比奈みのり.") == 1
    assert "3 posts that we have not found yet" in text


def test_the_same_figures_give_the_same_sheet(make: Make) -> None:
    assert feedback.page(make(), "yuki") == feedback.page(make(), "yuki")
