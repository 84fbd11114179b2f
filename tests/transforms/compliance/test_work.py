"""Who mends a finding by when, one kind letter per post, and when what a person decided holds no more."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import polars as pl

from transforms.compliance import load
from transforms.compliance.resolving import with_state
from transforms.compliance.work import ONLY_THE_BRAND, Due, tasks
from transforms.contracts import Table
from transforms.inputs import Inputs
from transforms.tables.compliance import FINDINGS, RESOLUTIONS_OF_FINDINGS, TASKS
from transforms.workdays import Workdays

FRIDAY = datetime(2026, 6, 5, 3, tzinfo=UTC)
AS_OF = datetime(2026, 7, 1, tzinfo=UTC)
CLAIM: dict[str, Any] = {
    "campaign_id": "c",
    "finding_id": "a1",
    "subject": "post",
    "subject_id": "instagram/1",
    "platform": "instagram",
    "post_id": "1",
    "influencer_id": "mina",
    "published_on": date(2026, 6, 3),
    "permalink": "https://www.instagram.com/p/abc/",
    "rule": "WD-02",
    "title_en": "Effects of cosmetics",
    "title_ja": "化粧品の効能効果",
    "nth": 1,
    "verdict": "fail",
    "quote": "しみが消えた",
    "reason_en": "Spots do not vanish by a cosmetic.",
    "reason_ja": "シミが消えるという表現は、効能の範囲を超えます。",
    "advice_en": "Say how it feels to use.",
    "advice_ja": "使用感の表現にしてください。",
    "caption_sha256": "0" * 64,
    "rule_version": 1,
    "first_known_at": FRIDAY,
    "state": "open",
}
TAG = CLAIM | {
    "finding_id": "a2",
    "rule": "BR-02",
    "verdict": "warn",
    "quote": None,
    "wanted": "#朝凪uv",
    "reason_en": "A designated hashtag is missing.",
    "reason_ja": "指定ハッシュタグが入っていません。",
    "advice_en": "Add the designated hashtags.",
    "advice_ja": "指定のハッシュタグを追加してください。",
}
REUSE = CLAIM | {
    "finding_id": "a3",
    "subject": "reuse",
    "subject_id": "r",
    "rule": "ST-09",
    "address": "https://x.jp/lp",
}


def framed(table: Table, rows: list[dict[str, Any]]) -> pl.DataFrame:
    return pl.DataFrame({c: [r.get(c) for r in rows] for c in table.columns}, schema=table.schema)


def inputs(route: str | None = "direct") -> Inputs:
    contracts = {"campaign_id": "c", "influencer_id": "mina", "platform": "instagram", "handle": "mina.asa"}
    return Inputs.of(
        {
            "core.contracts": pl.DataFrame([contracts | {"route": route}] if route else [], schema_overrides={}),
            "core.influencers": pl.DataFrame({"influencer_id": ["mina"], "name": ["ミナ"]}),
            "core.campaigns": pl.DataFrame({"campaign_id": ["c"], "name": ["夏"], "brand": ["ミナモ堂"]}),
        }
    )


def listed(rows: list[dict[str, Any]], route: str | None = "direct", **more: Any) -> dict[str, dict[str, Any]]:
    found = tasks(framed(FINDINGS, rows), inputs(route), as_of=AS_OF, zone="Asia/Tokyo", **more)
    assert found.equals(TASKS.conform(found).sort(TASKS.key))
    return {row["finding_id"]: row for row in found.iter_rows(named=True)}


def test_the_route_of_the_contract_says_who_acts() -> None:
    said = {
        route: listed([CLAIM], route)["a1"]["who"] for route in ("direct", "agency_directed", "agency_platform", None)
    }
    assert said == {
        "direct": "influencer",
        "agency_directed": "agency",
        "agency_platform": "agency",
        None: "brand",
    }


def test_what_only_the_brand_can_mend_is_the_brands() -> None:
    rows = [REUSE, *(CLAIM | {"finding_id": rule, "rule": rule} for rule in sorted(ONLY_THE_BRAND))]
    told = listed(rows)
    assert {row["who"] for row in told.values()} == {"brand"}
    assert {row["text_ja"] for row in told.values()} == {None}
    assert set(load()) >= ONLY_THE_BRAND


def test_due_dates_are_working_days_by_how_grave_it_is() -> None:
    told = listed([CLAIM, TAG])
    assert (told["a1"]["due_on"], told["a2"]["due_on"]) == (date(2026, 6, 8), date(2026, 6, 10))
    later = listed([CLAIM, TAG | {"first_known_at": None}], due=Due(fail=2, warn=5))
    assert (later["a1"]["due_on"], later["a2"]["due_on"]) == (date(2026, 6, 9), None)
    sydney = listed([CLAIM], due=Due(fail=1, workdays=Workdays("AU-NSW")))  # the King's birthday is that Monday
    assert sydney["a1"]["due_on"] == date(2026, 6, 9)


def test_one_post_is_one_letter_that_names_the_post_and_every_fix() -> None:
    told = listed([CLAIM, CLAIM | {"finding_id": "a4", "nth": 2, "quote": "シミ改善"}, TAG])
    assert len({row["message_id"] for row in told.values()}) == 1
    ja, en = told["a1"]["text_ja"], told["a1"]["text_en"]
    for part in ("ミナ 様", "ミナモ堂", "6月3日", "Instagram", "https://www.instagram.com/p/abc/"):
        assert part in ja
    for part in ("「しみが消えた」「シミ改善」", "使用感の表現にしてください。", "#朝凪uv", "ありがとうございます"):
        assert part in ja
    for part in ("Dear ミナ", "3 June", "Instagram", "“しみが消えた”, “シミ改善”", "To add: #朝凪uv", "Thank you"):
        assert part in en
    assert ja.count("使用感の表現にしてください。") == 1
    assert ja.index("しみが消えた") < ja.index("#朝凪uv")
    assert "1営業日以内" in ja
    assert "three working days" in str(listed([TAG])["a2"]["text_en"])


def test_an_agency_is_asked_to_pass_it_on() -> None:
    row = listed([CLAIM], "agency_directed")["a1"]
    assert "ご担当者様" in row["text_ja"]
    assert "ミナ 様(@mina.asa)" in row["text_ja"]
    assert "ミナ (@mina.asa)" in row["text_en"]


def test_letters_threaten_nobody_and_name_no_law() -> None:
    told = listed([CLAIM, TAG])["a1"]
    for word in (
        "違法",
        "違反",
        "法律",
        "罰",
        "損害",
        "警告",
        "illegal",
        "breach",
        "legal",
        "law",
        "penalt",
        "warning",
    ):
        assert word not in told["text_ja"] + told["text_en"].casefold()


def test_unknown_is_no_work_and_what_is_resolved_is_in_no_letter() -> None:
    told = listed([CLAIM, TAG | {"state": "resolved"}, CLAIM | {"finding_id": "a5", "verdict": "unknown"}])
    assert set(told) == {"a1", "a2"}
    assert told["a2"]["text_ja"] is None
    assert told["a2"]["state"] == "resolved"
    assert "#朝凪uv" not in told["a1"]["text_ja"]


def test_what_people_wrote_stays_in_its_line_and_only_safe_addresses_are_named() -> None:
    row = listed([CLAIM | {"quote": "しみが\n\n消えた" + "!" * 200, "permalink": "javascript:alert(1)"}])["a1"]
    assert "「しみが 消えた!" in row["text_ja"]
    assert "…」" in row["text_ja"]
    assert "javascript" not in row["text_ja"] + row["text_en"]
    assert len(row["what_ja"]) < 200


RESOLVED: dict[str, Any] = {
    "campaign_id": "c",
    "finding_id": "a1",
    "resolution": "accepted",
    "reason": "様子を見る",
    "resolved_by": "森",
    "resolved_at": AS_OF,
    "caption_sha256": "0" * 64,
    "rule_version": 1,
    "known_at": AS_OF,
    "landed_id": "resolution/x#1",
    "pointer": "row 2",
}
LATER = RESOLVED | {"resolved_at": AS_OF + timedelta(hours=1), "resolution": "reopened"}


def state(finding: dict[str, Any], *resolutions: dict[str, Any]) -> tuple[str, str | None]:
    found = with_state(framed(FINDINGS, [finding]), framed(RESOLUTIONS_OF_FINDINGS, list(resolutions)))
    return found.select("state", "resolution").row(0)


def test_a_decision_holds_for_the_text_and_the_rule_of_which_it_was_said() -> None:
    assert state(CLAIM, RESOLVED) == ("resolved", "accepted")
    assert state(CLAIM | {"caption_sha256": "1" * 64}, RESOLVED) == ("open", None)
    assert state(CLAIM | {"rule_version": 2}, RESOLVED) == ("open", None)
    assert state(CLAIM | {"campaign_id": "d"}, RESOLVED) == ("open", None)
    assert state(CLAIM) == ("open", None)
    assert state(CLAIM | {"caption_sha256": None}, RESOLVED | {"caption_sha256": None}) == ("resolved", "accepted")


def test_the_last_decision_counts_and_may_take_the_one_before_back() -> None:
    again = LATER | {"resolved_at": AS_OF + timedelta(hours=2), "resolution": "false_alarm"}
    assert state(CLAIM, LATER, RESOLVED) == ("open", None)
    assert state(CLAIM, RESOLVED, again, LATER) == ("resolved", "false_alarm")
