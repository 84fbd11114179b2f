"""Whose a session is, and when 0 is a figure: labels decide, days replace days, what is withheld is unknown."""

from datetime import UTC, date, datetime, timedelta

import polars as pl
import pytest

from transforms.attribution import terms
from transforms.sessions import newest, with_sessions, with_state
from transforms.tables import core
from transforms.tables.marts import KPI_VALUES
from transforms.tables.site import SITE_DAYS

AFTER = datetime(2026, 9, 1, tzinfo=UTC)
START, END = date(2026, 6, 1), date(2026, 6, 30)
CONTRACTS = """
    influencer_id | platform  | code   | link
    haru          | instagram | HARU10 | bit.ly/h
    haru          | tiktok    | HARU10 | bit.ly/h
    sora          | instagram | SORA10 | bit.ly/s
    umi           | youtube   | UMI10  | -
"""
ALL_DAYS = [(START + timedelta(days=n)).isoformat() for n in range(44)]


def campaigns(draw):
    return draw(
        """
        campaign_id | starts_on  | ends_on    | attribution_days | settle_days
        natsu       | 2026-06-01 | 2026-06-30 | 14               | 14
        """,
        core.CAMPAIGNS,
    )


def site(draw, drawn: str, *, days: list[str] = ALL_DAYS, **flags: object) -> pl.DataFrame:
    """Drawn rows, and one of nobody on each of the days, all told at once."""
    known_at = flags.pop("known_at", datetime(2026, 8, 1, tzinfo=UTC))
    labelled = draw(drawn, SITE_DAYS) if drawn.strip() else SITE_DAYS.empty()
    direct = SITE_DAYS.conform_loosely(
        pl.DataFrame({"day": [date.fromisoformat(d) for d in days], "utm_source": "(direct)", "sessions": 200})
        if days
        else SITE_DAYS.empty()
    )
    return pl.concat([labelled, direct]).with_columns(
        pl.lit("1").alias("property_id"),
        pl.lit(known_at).alias("known_at"),
        *(pl.lit(v).alias(k) for k, v in flags.items()),
    )


def told(draw, frame: pl.DataFrame, *, by: str = "person", drawn: str = CONTRACTS, as_of: datetime = AFTER):
    contracts = draw(drawn, core.CONTRACTS, campaign_id="natsu")
    none = pl.DataFrame(schema={"campaign_id": pl.String, "influencer_id": pl.String, "published_on": pl.Date})
    windows = terms(campaigns(draw), contracts, none)
    ids = ["campaign_id", "influencer_id"] + (["platform"] if by == "contract" else [])
    rows = contracts.select(ids).unique(maintain_order=True)
    found = with_sessions(rows, frame, contracts, windows, as_of=as_of, zone="Asia/Tokyo")
    return {tuple(r[1:-2]) if by == "contract" else r[1]: r[-2:] for r in found.rows()}


LABELLED = """
    day        | utm_source | utm_campaign | utm_content | sessions
    2026-06-10 | instagram  | natsu        | haru        | 40
    2026-06-11 | tiktok     | natsu        | HARU10      | 2
    2026-06-12 | instagram  | sora         | (not set)   | 7
    2026-05-31 | instagram  | natsu        | haru        | 99
    2026-07-14 | instagram  | natsu        | haru        | 1
    2026-07-15 | instagram  | natsu        | haru        | 99
"""


def test_a_session_is_whose_its_labels_name_on_the_days_that_count(draw):
    found = told(draw, site(draw, LABELLED, days=["2026-05-20", *ALL_DAYS]))
    assert found["haru"] == (43, None)
    assert found["sora"] == (7, None)
    assert found["umi"] == (None, "not_tracked")


def test_none_is_a_figure_where_every_day_was_told(draw):
    assert told(draw, site(draw, "", days=ALL_DAYS))["sora"] == (0, None)


@pytest.mark.parametrize(
    ("days", "flags", "why"),
    [
        ([], {}, "not_reported"),
        (ALL_DAYS[1:], {}, "gap"),
        (ALL_DAYS[:20], {}, "gap"),
        (ALL_DAYS, {"is_thresholded": True}, "too_small_to_report"),
        (ALL_DAYS, {"is_cut": True}, "not_reported"),
        (ALL_DAYS, {"is_sampled": True}, None),
    ],
)
def test_what_was_not_told_in_full_is_unknown(draw, days, flags, why):
    value, reason = told(draw, site(draw, "", days=days, **flags))["haru"]
    assert reason == why
    assert (value is None) == (why is not None)


def test_an_answer_about_a_day_replaces_the_one_before_whole(draw):
    early = site(draw, LABELLED, known_at=datetime(2026, 6, 13, tzinfo=UTC))
    late = site(
        draw,
        "day | utm_source | utm_campaign | utm_content | sessions\n2026-06-10 | instagram | natsu | haru | 50",
        days=["2026-06-11"],
        known_at=datetime(2026, 6, 14, tzinfo=UTC),
    )
    both = pl.concat([early, late])
    assert told(draw, both)["haru"] == (51, None)  # 50 of the 10th, none any more of the 11th, 1 of 14 July
    assert newest(both, datetime(2026, 6, 13, 12, tzinfo=UTC)).equals(early)


def test_later_answers_do_not_leak_into_an_earlier_report(draw):
    frame = site(draw, LABELLED)
    assert told(draw, frame, as_of=datetime(2026, 7, 20, tzinfo=UTC))["haru"] == (None, "not_reported")


def test_a_link_that_two_platforms_share_tells_neithers_sessions(draw):
    found = told(draw, site(draw, LABELLED), by="contract")
    assert found["haru", "instagram"] == found["haru", "tiktok"] == (None, "not_tracked")
    assert found["sora", "instagram"] == (7, None)


def test_links_of_their_own_tell_the_platforms_apart(draw):
    own = CONTRACTS.replace("tiktok    | HARU10 | bit.ly/h", "tiktok    | HARU10 | bit.ly/t")
    found = told(draw, site(draw, LABELLED), by="contract", drawn=own)
    assert (found["haru", "instagram"], found["haru", "tiktok"]) == ((41, None), (2, None))


def test_a_name_that_two_people_share_is_nobodys(draw):
    shared = CONTRACTS.replace("SORA10", "HARU10")
    found = told(draw, site(draw, LABELLED), drawn=shared)
    assert found["haru"] == (41, None)  # what names the code alone could be either's


def test_before_the_first_day_nothing_can_be_told_yet(draw):
    early = datetime(2026, 5, 1, tzinfo=UTC)
    assert told(draw, site(draw, ""), as_of=early)["haru"] == (None, "not_yet")


@pytest.mark.parametrize(
    ("asked", "state"),
    [
        (datetime(2026, 7, 14, 15, tzinfo=UTC), "provisional"),
        (datetime(2026, 7, 17, 14, 59, tzinfo=UTC), "provisional"),
        (datetime(2026, 7, 17, 15, tzinfo=UTC), "final"),  # 72 hours after midnight in Tokyo
    ],
)
def test_sessions_are_final_once_their_last_day_was_asked_72_hours_after_it(draw, asked, state):
    values = KPI_VALUES.conform_loosely(
        pl.DataFrame({"kpi": ["sessions", "cvr_session", "orders"], "value": [5.0, 0.1, 3.0]})
    ).with_columns(pl.lit("natsu").alias("campaign_id"), pl.lit("final").alias("state"))
    found = with_state(values, site(draw, "", known_at=asked), campaigns(draw), "Asia/Tokyo")
    assert found["state"].to_list() == [state, state, "final"]
