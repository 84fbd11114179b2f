"""What is to be done: from facts alone, never more than is warranted, each with who does it and by when."""

from collections.abc import Callable
from datetime import UTC, date, datetime

import polars as pl
import pytest

from reports import render
from reports.actions import actions
from reports.figures import Figures
from reports.reading import read
from reports.sections import verdict
from reports.spend import formats, kinds, shares
from reports.waiting import tasks
from transforms.tables import compliance
from transforms.workdays import Workdays

Make = Callable[..., Figures]


def breaches(*rows: tuple[str, str, str, str]) -> pl.DataFrame:
    """``post, verdict, state, due`` as marts.compliance_tasks."""
    made = [
        {"campaign_id": "asanagi-uv", "finding_id": f"f{n}", "who": "influencer", "influencer_id": "yuki",
         "platform": "instagram", "post_id": post, "verdict": verdict, "what_en": "Put PR first.",
         "what_ja": "「PR」を先頭に書く", "due_on": date.fromisoformat(due), "state": state, "as_of": datetime.now(UTC)}
        for n, (post, verdict, state, due) in enumerate(rows)
    ]  # fmt: skip
    return compliance.TASKS.conform_loosely(pl.DataFrame(made, infer_schema_length=None))


def test_every_action_has_an_owner_and_a_day(make: Make) -> None:
    chosen = actions(read(make(locale="en")))
    assert [(t.pill, t.owner, t.due) for t in chosen] == [
        ("Decide", "Casting lead", "Jul 27"),
        ("Continue", "Casting lead", "Aug 10"),
        ("Change", "Planning lead", "Aug 10"),
    ]
    named = {**make().campaign, "owner_casting": "星野", "owner_planning": "久世"}
    assert [t.owner for t in actions(read(make(campaign=named)))] == ["星野", "星野", "久世"]


def test_public_holidays_move_due_dates_and_the_page_says_whose(make: Make) -> None:
    free = make(locale="en", workdays=Workdays("SG"))  # 10 August 2026: the day after National Day, a Sunday
    assert [t.due for t in actions(read(free))] == ["Jul 27", "Aug 11", "Aug 11"]
    assert "without the public holidays of Singapore" in verdict.facts(read(free)).rule
    assert "シンガポールの祝日を除く" in verdict.facts(read(make(workdays=Workdays("SG")))).rule
    assert "public holidays are not considered" in verdict.facts(read(make(locale="en"))).rule


def test_what_does_not_fit_is_listed_below_and_nothing_is_lost(make: Make) -> None:
    reading = read(make())
    told = verdict.facts(reading)
    assert {t.title for t in tasks(reading)} <= {t.title for t in (*told.tasks, *told.more)}
    assert not {t.title for t in told.tasks} & {t.title for t in told.more}


def test_posts_that_may_breach_come_first_and_into_the_verdict(make: Make) -> None:
    open_ones = [("1", "fail", "open", "2026-07-28"), ("1", "fail", "open", "2026-07-28"),
                 ("2", "fail", "open", "2026-07-29"), ("4", "warn", "open", "2026-07-30")]  # fmt: skip
    rows = [*open_ones, ("3", "fail", "resolved", "2026-07-28")]
    figures = make(locale="en", compliance_tasks=breaches(*rows))
    first = actions(read(figures))[0]
    assert (first.title, first.owner, first.due) == ("Have 2 posts put right", "Compliance lead", "Jul 28")
    assert verdict.facts(read(figures)).sentence.endswith("2 posts may breach the rules: have this put right.")
    late = make(locale="en", compliance_tasks=breaches(("1", "fail", "open", "2026-07-01")))
    assert actions(read(late))[0].due == "Jul 27 (overdue since Jul 1)"
    reuse = compliance.FINDINGS.conform_loosely(pl.DataFrame({"finding_id": ["f1"], "subject": ["reuse"]}))
    quoted = make(locale="en", compliance_tasks=breaches(*open_ones), compliance_findings=reuse)
    assert actions(read(quoted))[0].title == "Have 2 posts and 1 reuse of a post put right"
    solved = make(locale="en", compliance_tasks=breaches(("1", "fail", "resolved", "2026-07-28")))
    assert "breach" not in render.page(solved).split("<h1>")[1].split("</h1>")[0]


@pytest.mark.parametrize("kept", ["no_difference", "unknown"])
def test_nobody_is_praised_or_paused_where_nobody_differs(make: Make, kept: str) -> None:
    alike = make().standings.with_columns(comparison=pl.lit(kept), is_better=pl.lit(None, pl.Boolean))
    pills = {t.pill for t in actions(read(make(locale="en", standings=alike)))}
    assert not pills & {"Continue", "Change"}


def test_budget_moves_between_sizes_only_where_two_of_each_stand_on_their_side(make: Make) -> None:
    [change] = [t for t in actions(read(make(locale="en"))) if t.pill == "Change"]
    assert change.title == "Move budget from Middle to Micro creators"
    one = make().standings.with_columns(
        comparison=pl.when(pl.col("influencer_id") == "makabe").then(pl.lit("no_difference")).otherwise("comparison"),
        is_better=pl.when(pl.col("influencer_id") == "makabe").then(None).otherwise("is_better"),
    )
    [change] = [t for t in actions(read(make(locale="en", standings=one))) if t.pill == "Change"]
    assert change.title == "Think over terms with 1 creator before the next campaign"


def test_the_first_day_has_no_advice(make_bare: Make) -> None:
    [only] = actions(read(make_bare(locale="en")))
    assert (only.title, only.due) == ("Nothing waits for you", "")


def test_shares_are_of_those_who_know_both_sides(make: Make) -> None:
    found = shares(read(make()))
    assert found is not None
    assert (found.known, found.every) == (9, 10)
    assert sum(row.spent for row in found.rows) == pytest.approx(1)
    assert sum(row.brought for row in found.rows) == pytest.approx(1)
    unknown = make().influencers.with_columns(cost=pl.lit(None, pl.Decimal(18, 4)))
    assert shares(read(make(influencers=unknown))) is None


def test_costs_by_kind_never_sum_what_is_not_known(make: Make) -> None:
    table = kinds(read(make(locale="en")))
    by_kind = {row[0].text: row[-1] for row in table.rows}
    assert by_kind["Fee"].why == "cost not known"
    assert by_kind["Product"].text == "¥90,000"
    assert by_kind["Total"].why == "cost not known"


def test_formats_are_not_compared_where_posts_tell_no_cost(make: Make) -> None:
    assert formats(read(make())) is None


def test_every_goal_has_a_way_back(make: Make) -> None:
    html = render.page(make(locale="en"))
    assert "hibiki trace asanagi-uv orders --as-of 2026-07-26T15:00:00+00:00" in html
    for anchor in ("data-posts", "data-creators", "delivery", "next_steps", "compliance"):
        assert f'id="{anchor}"' in html, anchor
