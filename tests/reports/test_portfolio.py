"""All campaigns on one page: beside each other only what is of one kind; a difference where intervals lie apart."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime

import polars as pl
import pytest

from reports import portfolio
from reports.alike import is_alike
from reports.figures import Figures
from reports.portfolio import Entry
from reports.reading import Reading, read
from transforms.kpis import load
from transforms.tables.standings import STANDINGS

Make = Callable[..., Figures]


def campaign(make: Make, name: str, **more: object) -> Figures:
    """One campaign of that name: ``cpo`` with its interval, currency, definition, days."""
    figures = make(locale="en")
    own = (pl.col("kpi") == "cpo") & (pl.col("grain") == "campaign")
    drawn = dict(zip(("value", "lower", "upper"), more.get("cpo", (5408.16, None, None)), strict=True))
    rows = figures.kpis.with_columns(
        *(pl.when(own).then(pl.lit(v, pl.Float64)).otherwise(c).alias(c) for c, v in drawn.items()),
        campaign_id=pl.lit(name),
        definition=pl.lit(more.get("definition", 1)),
        definition_changed=pl.lit(more.get("changed"), pl.String),
    )
    said = {"campaign_id": name, "name": name, "currency": more.get("currency", "JPY")}
    brief = {**figures.campaign, **said, "starts_on": more.get("starts_on", date(2026, 6, 1))}
    return make(locale="en", campaign=brief, kpis=rows)


def told(*figures: Figures) -> portfolio.Facts:
    return portfolio.facts(portfolio._shown([Entry(f, ("final-v1",)) for f in figures], "en"))


def test_a_row_for_each_campaign_the_newest_first(make: Make) -> None:
    said = told(campaign(make, "spring", starts_on=date(2026, 4, 1)), campaign(make, "summer"))
    assert [row[0].text for row in said.campaigns.rows] == ["summer", "spring"]
    row = dict(zip([h.text for h in said.campaigns.heads], said.campaigns.rows[0], strict=True))
    assert row["Goals met"].text == "3 of 5"
    assert row["Posts"].text == "30 of 31"
    assert row["Cost"].why == "cost not known"
    assert (row["Result of its objective"].text, row["Result of its objective"].sub) == ("858", "Orders")
    assert row["Cost of one result"].text == "¥5,408"
    assert row["Answered"].text == "99%"
    assert row["Name of the campaign"].href == "../summer/final-v1/report.html"


def test_costs_are_compared_in_one_currency_and_by_one_definition_alone(make: Make) -> None:
    yen = campaign(make, "a")
    assert len(told(yen, campaign(make, "b")).comparisons) == 1
    for other in (
        campaign(make, "b", currency="USD"),
        campaign(make, "b", definition=2),
        campaign(make, "b", cpo=(None, None, None)),
        campaign(make, "b", changed="youtube.views"),
    ):
        said = told(yen, other)
        assert said.comparisons == ()
        assert len(said.apart) == 2
    assert "the platform changed its definition" in told(yen, campaign(make, "b", changed="youtube.views")).apart[1]


def test_a_campaign_is_called_cheaper_only_where_its_interval_lies_below_all_others(make: Make) -> None:
    def finding(*spans: tuple[float, float | None, float | None]) -> str:
        found = told(*(campaign(make, "abc"[n], cpo=span) for n, span in enumerate(spans))).comparisons
        return found[0].finding.striptags()

    assert "clearly lower in “a”" in finding((1000, 800, 1200), (2000, 1500, 2500))
    assert "clearly lower in “a”" not in finding((1000, 800, 1600), (2000, 1500, 2500))
    assert "no campaign is clearly below" in finding((1000, 800, 1600), (2000, 1500, 2500))
    assert "without intervals" in finding((1000, None, None), (2000, 1500, 2500))
    assert "no campaign is clearly below" in finding((1000, 800, 1200), (1100, 900, 1300), (5000, 4000, 6000))


def test_no_sum_hides_a_campaign_whose_cost_is_unknown(make: Make) -> None:
    assert "in all" not in told(campaign(make, "a"), campaign(make, "b")).lead
    known = [
        replace(f, campaign_kpis=f.campaign_kpis.with_columns(cost=pl.lit(1_000_000).cast(pl.Decimal(18, 4))))
        for f in (campaign(make, "a"), campaign(make, "b", currency="USD"), campaign(make, "c"))
    ]
    said = told(*known).lead
    assert "¥2,000,000 in all" in said
    assert "$1,000,000.00 in all" in said, "each currency for itself"


def test_somebody_engaged_again_stands_beside_their_own_earlier_figure(make: Make) -> None:
    first = campaign(make, "first", starts_on=date(2026, 4, 1))
    mine = (pl.col("influencer_id") == "asahina") & (pl.col("kpi") == "er_reach") & (pl.col("grain") == "influencer")

    def change(before: tuple[float, float, float], after: tuple[float, float, float], **more: object) -> list[str]:
        figures = []
        for base, (value, lower, upper), extra in ((first, before, {}), (campaign(make, "second"), after, more)):
            drawn = {"value": value, "lower": lower, "upper": upper, **extra}
            kpis = base.kpis.with_columns(
                pl.when(mine).then(pl.lit(v, base.kpis.schema[c])).otherwise(c).alias(c) for c, v in drawn.items()
            )
            figures.append(replace(base, kpis=kpis))
        rows = told(*figures).people.grid.rows
        return next([cell.text for cell in row] for row in rows if row[0].text == "朝比奈みのり")

    said = change((0.03, 0.02, 0.04), (0.06, 0.05, 0.07))
    assert said[1:] == ["2", "first → second", "Engagement rate by reach", "3%", "6%", "Clearly higher"]
    assert change((0.06, 0.05, 0.07), (0.03, 0.02, 0.04))[-1] == "Clearly lower"
    assert change((0.03, 0.02, 0.05), (0.06, 0.04, 0.07))[-1] == "No clear difference"
    assert "Cannot be compared" in change((0.03, 0.02, 0.04), (0.06, 0.05, 0.07), definition=2)[-1]
    assert "Cannot be compared" in change((0.03, 0.02, 0.04), (0.06, 0.05, 0.07), definition_changed="x")[-1]
    lucky = {"campaign_id": "first", "influencer_id": "asahina", "kpi": "er_reach", "pooled": 0.04,
             "pooled_lower": 0.03, "pooled_upper": 0.05, "comparison": "no_difference", "state": "final",
             "as_of": first.as_of}  # fmt: skip
    first = replace(first, standings=STANDINGS.conform_loosely(pl.DataFrame([lucky])))
    assert change((0.06, 0.05, 0.07), (0.03, 0.02, 0.04))[-1] == "No clear difference", "the earlier one is pooled"


def test_two_campaigns_are_alike_where_no_platform_of_both_changed_what_it_counts(make: Make) -> None:
    def reading(starts: date, ends: date, platform: str) -> Reading:
        figures = make(locale="en")
        brief = {**figures.campaign, "starts_on": starts, "ends_on": ends, "engagement_base": "views"}
        return read(
            replace(
                figures,
                registry=load(),
                campaign=brief,
                platforms=figures.platforms.head(1).with_columns(platform=pl.lit(platform)),
            )
        )

    spring, autumn = (date(2026, 4, 1), date(2026, 5, 1)), (date(2026, 9, 1), date(2026, 9, 30))
    assert not is_alike("cpv", reading(*spring, "youtube"), reading(*autumn, "youtube"))
    assert is_alike("cpo", reading(*spring, "youtube"), reading(*autumn, "youtube"))
    assert is_alike("cpv", reading(*spring, "youtube"), reading(*spring, "youtube"))
    assert is_alike("cpv", reading(*spring, "youtube"), reading(*autumn, "tiktok")), "no platform is in both"


def test_nobody_is_ordered_by_a_figure(make: Make) -> None:
    rows = told(campaign(make, "a"), campaign(make, "b")).people.grid.rows
    names = [row[0].text for row in rows]
    assert names == sorted(names)
    assert len(names) == 10


def test_one_running_campaign_is_not_said_to_have_reached_anything(make: Make) -> None:
    running = replace(campaign(make, "a"), edition="mid", as_of=datetime(2026, 6, 20, 15, tzinfo=UTC))
    assert told(running).finding.striptags() == "1 campaign, 1 of them not over yet."
    assert told(running).campaigns.rows[0][2].text == "Running"


@pytest.mark.parametrize("locale", ["ja", "en"])
def test_the_page_links_to_editions_and_to_its_other_language_only(make: Make, locale: str) -> None:
    entries = [Entry(campaign(make, "夏 1"), ("final-v2", "final-v1")), Entry(campaign(make, "b"))]
    html = portfolio.page(entries, locale=locale, other_file="index.xx.html")
    links = set(re.findall(r'href="([^"#]+)"', html))
    file = "report.html" if locale == "en" else "report.ja.html"
    assert links == {"index.xx.html", f"../%E5%A4%8F%201/final-v2/{file}"}
    assert portfolio.page(entries, locale=locale, other_file="index.xx.html") == html


def test_no_campaign_no_page() -> None:
    with pytest.raises(ValueError, match="at least one"):
        portfolio.page([], locale="ja")


def test_a_reading_is_made_for_the_page_s_language(make: Make) -> None:
    found = portfolio._shown([Entry(campaign(make, "a"))], "ja")
    assert isinstance(found[0].reading, Reading)
    assert found[0].reading.figures.locale == "ja"
    assert read(found[0].entry.figures).figures.locale == "en"
