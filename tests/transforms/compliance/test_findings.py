"""What is said of a campaign's posts through their versions, of places that quote them, and of the brief."""

from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from typing import Any

import polars as pl
import pytest

from transforms.compliance.findings import judged, marts, with_verdicts
from transforms.compliance.work import AT_ONCE
from transforms.inputs import Inputs
from transforms.keys import surrogate
from transforms.knowledge import inputs_at
from transforms.marts import posts_of_campaigns
from transforms.tables import core, versions
from transforms.tables.compliance import CHECKS, CORE_REUSES, FINDINGS, RESOLUTIONS_OF_FINDINGS

START = datetime(2026, 6, 1, 3, tzinfo=UTC)
AFTER = datetime(2026, 8, 1, tzinfo=UTC)
ACCOUNT = surrogate("instagram", "100")
CLEAR = "#PR ミナモ堂の木漏れ日リップ、色が可愛い #木漏れ日"
SILENT = "ミナモ堂の木漏れ日リップ、色が可愛い #木漏れ日"
CLAIM = "#PR ミナモ堂の木漏れ日リップでシミが消えた #木漏れ日"
BRIEF: dict[str, Any] = {
    "campaign_id": "c",
    "name": "夏",
    "brand": "ミナモ堂",
    "product": "木漏れ日リップ",
    "category": "cosmetics",
    "market": "JP",
    "objective": "sales",
    "locale": "ja",
    "starts_on": date(2026, 6, 1),
    "ends_on": date(2026, 6, 30),
    "settle_days": 14,
    "attribution_days": 14,
    "engagement_base": "reach",
    "hashtags": "#木漏れ日",
    "asked_hashtags": "#木漏れ日",
    "currency": "JPY",
    "known_at": START,
    "landed_id": "brief/1#2",
}


def rows(table: Any, told: list[dict[str, Any]]) -> pl.DataFrame:
    return pl.DataFrame({c: [r.get(c) for r in told] for c in table.columns}, schema=table.schema)


def days(n: int) -> timedelta:
    return timedelta(days=n)


def frames(
    posts: dict[str, list[str | None]], *, brief: dict[str, Any] | None = None, **more: list[dict[str, Any]]
) -> dict[str, pl.DataFrame]:
    """A company of one campaign, one account, and posts by id with their captions, a new one each ten days."""
    told_posts, told_versions = [], []
    for post_id, captions in posts.items():
        key = surrogate("instagram", post_id)
        about = {"post_key": key, "platform": "instagram", "post_id": post_id, "account_key": ACCOUNT} | {
            "published_at": START + days(1),
            "published_on": date(2026, 6, 2),
            "format": "image",
            "paid_label": "unknown",
            "availability": "on",
            "hashtags": "#木漏れ日",
            "caption_is_truncated": False,
            "landed_id": "instagram/1#2",
            "pointer": "/0",
        }
        for n, caption in enumerate(captions):
            known_at = START + days(2 + 10 * n)
            digest = None if caption is None else sha256(caption.encode()).hexdigest()
            told_versions.append(
                about | {"version": n + 1, "known_at": known_at, "caption": caption, "caption_hash": digest}
            )
        told_posts.append(
            about | {"caption": captions[-1], "first_known_at": START + days(2), "last_known_at": known_at}
        )
    contract = {"campaign_id": "c", "influencer_id": "hana", "platform": "instagram", "handle": "hana"} | {
        "account_key": ACCOUNT,
        "route": "direct",
        "currency": "JPY",
        "known_at": START,
        "landed_id": "brief/1#3",
    }
    account = {"account_key": ACCOUNT, "platform": "instagram", "account_id": "100", "handle": "hana"}
    whole = BRIEF | (brief or {})
    decided = [
        {"campaign_id": "c", "platform": "instagram", "decision": "confirmed", "landed_id": "brief/1#4"} | d
        for d in more.get("decisions", [])
    ]
    reused = [
        {"campaign_id": "c", "place": "site", "known_at": START, "landed_id": "brief/1#5", "pointer": "row 2"} | r
        for r in more.get("reuses", [])
    ]
    return {
        "core.campaigns": rows(core.CAMPAIGNS, [whole]),
        "core.campaign_versions": rows(versions.CAMPAIGN_VERSIONS, [whole | {"version": 1}]),
        "core.contracts": rows(core.CONTRACTS, [contract | more.get("contract", [{}])[0]]),
        "core.contract_versions": rows(versions.CONTRACT_VERSIONS, [contract | {"version": 1}]),
        "core.accounts": rows(
            core.ACCOUNTS, [account | {"first_known_at": START, "last_known_at": START, "influencer_id": "hana"}]
        ),
        "core.account_observations": rows(
            core.ACCOUNT_OBSERVATIONS,
            [account | {"observed_at": START, "known_at": START, "observed_on": START.date()}],
        ),
        "core.posts": rows(core.POSTS, told_posts),
        "core.post_versions": rows(versions.POST_VERSIONS, told_versions),
        "core.post_decisions": rows(core.POST_DECISIONS, [{"known_at": START + days(5)} | d for d in decided]),
        "core.post_decision_versions": rows(
            versions.POST_DECISION_VERSIONS, [{"known_at": START + days(5), "version": 1} | d for d in decided]
        ),
        "core.reuses": rows(CORE_REUSES, reused),
        "core.reuse_versions": rows(versions.REUSE_VERSIONS, [r | {"version": 1} for r in reused]),
        "core.finding_resolutions": rows(RESOLUTIONS_OF_FINDINGS, more.get("resolutions", [])),
    }


def said(told: dict[str, pl.DataFrame] | Inputs) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """Findings, checks, and what KPIs count of each post."""
    without = {n: f for n, f in told.items() if "version" not in n} if isinstance(told, dict) else {}
    kept = {n: told[n] for n in ("core.post_versions", "core.post_decision_versions")} if without else {}
    inputs = told if isinstance(told, Inputs) else Inputs.of(without | kept)
    matched = posts_of_campaigns(inputs, AFTER)
    found = judged(inputs, matched, history=True)
    made = marts(found, inputs, as_of=AFTER, zone="Asia/Tokyo", due=AT_ONCE)
    facts = with_verdicts(matched.select("campaign_id", "post_key", "post_id"), found).sort("post_id")
    return made[FINDINGS.name], made[CHECKS.name], facts


def verdicts(checks: pl.DataFrame, subject: str = "post", column: str = "disclosure_verdict") -> list[str | None]:
    return checks.filter(subject=subject).sort("subject_id", "version")[column].to_list()


def test_a_post_that_passes_is_quoted_without_a_disclosure_and_the_quotation_fails() -> None:
    """As in the order of November 2024 on a firm that quoted labelled posts on its own site without a label."""
    quoted = {"reuse_id": "r1", "address": "https://minamodo.example/voice", "platform": "instagram", "post_id": "1"}
    told = frames({"1": [CLEAR]}, reuses=[quoted | {"shown_text": "使ってよかった", "is_disclosed": False}])
    findings, checks, facts = said(told)
    assert verdicts(checks) == ["pass"]
    assert verdicts(checks, "reuse") == ["fail"]
    [row] = findings.filter(verdict="fail").iter_rows(named=True)
    assert (row["rule"], row["subject"], row["influencer_id"], row["post_id"]) == ("ST-09", "reuse", "hana", "1")
    assert facts["disclosure_passed"].to_list() == [1]
    for disclosed, verdict in ((True, "pass"), (None, "unknown")):
        again = frames({"1": [CLEAR]}, reuses=[quoted | {"shown_text": "使ってよかった", "is_disclosed": disclosed}])
        assert verdicts(said(again)[1], "reuse") == [verdict]


def test_a_disclosure_dropped_after_approval_is_found_with_both_hashes_and_both_times() -> None:
    told = frames({"1": [CLEAR, SILENT]}, decisions=[{"post_id": "1"}])
    findings, checks, _ = said(told)
    [row] = findings.filter(rule="ST-12").iter_rows(named=True)
    assert row["verdict"] == "fail"
    assert row["earlier_caption_sha256"] == sha256(CLEAR.encode()).hexdigest()
    assert row["caption_sha256"] == sha256(SILENT.encode()).hexdigest()
    assert (row["earlier_known_at"], row["caption_known_at"]) == (START + days(2), START + days(12))
    assert row["approved_at"] == START + days(5)
    assert row["first_known_at"] == START + days(12)
    assert verdicts(checks) == ["pass", "fail"]
    assert checks.filter(subject="post")["is_current"].to_list() == [False, True]


def test_at_an_earlier_instant_only_what_was_known_then_is_judged() -> None:
    told = frames({"1": [CLEAR, SILENT]}, decisions=[{"post_id": "1"}])
    findings, checks, _ = said(inputs_at(told, START + days(11)))
    assert verdicts(checks) == ["pass"]
    assert findings.filter(rule="ST-12").is_empty()
    assert verdicts(said(inputs_at(told, START + days(13)))[1]) == ["pass", "fail"]


def test_a_disclosure_put_back_is_none_removed() -> None:
    findings, checks, _ = said(frames({"1": [CLEAR, SILENT, CLEAR]}))
    assert verdicts(checks) == ["pass", "fail", "pass"]
    assert findings.filter(pl.col("verdict") == "fail").is_empty()


def test_only_a_change_of_what_the_rules_look_at_is_judged_again() -> None:
    _, checks, _ = said(frames({"1": [CLEAR, CLEAR, CLEAR]}))
    assert checks.filter(subject="post")["version"].to_list() == [1]


@pytest.mark.parametrize(
    ("label", "verdict", "passed"), [("on", "pass", 1), ("off", "fail", 0), (None, "warn", 0)], ids=str
)
def test_a_label_seen_by_a_person_decides_and_an_unknown_one_never_fails(
    label: str | None, verdict: str, passed: int
) -> None:
    noted = {"post_id": "1", "paid_label": label, "label_source": "manual" if label else None}
    _, checks, facts = said(frames({"1": [SILENT]}, decisions=[noted]))
    assert verdicts(checks) == [verdict]
    assert checks.filter(subject="post")["label_source"].to_list() == ["manual" if label else None]
    assert facts["disclosure_passed"].to_list() == [passed]


def test_what_cannot_be_seen_outweighs_no_clear_disclosure_and_counts_nowhere_without_one() -> None:
    told = frames({"1": [CLEAR], "2": [SILENT], "3": [None]}, decisions=[{"post_id": "3"}])
    cut = {n: told[n].with_columns(caption_is_truncated=True) for n in ("core.posts", "core.post_versions")}
    findings, checks, facts = said(told | cut)
    assert findings.filter(post_id="1", rule="ST-05")["verdict"].to_list() == ["unknown"]
    assert verdicts(checks) == ["pass", "unknown", "unknown"]
    assert verdicts(checks, column="guideline_verdict") == ["unknown"] * 3
    assert facts.select("disclosure_passed", "disclosure_judged", "why_disclosure_passed").rows() == [
        (1, 1, None),
        (None, None, "not_judged"),
        (None, None, "not_judged"),
    ]


def test_a_claim_is_found_where_it_stands() -> None:
    findings, checks, facts = said(frames({"1": [CLAIM]}))
    [row] = findings.filter(kind="wording", verdict="fail").iter_rows(named=True)
    assert CLAIM[row["span_start"] : row["span_end"]] == row["quote"] != ""
    assert row["advice_ja"]
    assert verdicts(checks, column="guideline_verdict") == ["fail"]
    assert facts.select("disclosure_passed", "guideline_passed").rows() == [(1, 0)]


def test_a_claim_that_is_denied_is_no_finding() -> None:
    denied = "#PR ミナモ堂の木漏れ日リップでシミが消えるわけではない #木漏れ日"
    findings, checks, facts = said(frames({"1": [denied]}))
    assert findings.filter(kind="wording").is_empty()
    assert verdicts(checks, column="guideline_verdict") == ["pass"]
    assert facts["guideline_passed"].to_list() == [1]


def test_a_finding_keeps_its_number_and_is_open_again_when_the_text_changes() -> None:
    before, _, _ = said(frames({"1": [CLAIM]}))
    [row] = before.filter(kind="wording", verdict="fail").iter_rows(named=True)
    resolved = {c: row[c] for c in ("campaign_id", "finding_id", "caption_sha256", "rule_version")} | {
        "resolution": "accepted",
        "reason": "承認済みの表現",
        "resolved_by": "森",
        "resolved_at": START + days(20),
        "known_at": START + days(20),
        "landed_id": "resolution/1#2",
        "pointer": "row 2",
    }
    after = said(frames({"1": [CLAIM]}, resolutions=[resolved]))[0].filter(finding_id=row["finding_id"])
    assert after.select("state", "resolution", "resolved_by").rows() == [("resolved", "accepted", "森")]
    edited = said(frames({"1": [CLAIM, f"必ず効く!{CLAIM}"]}, resolutions=[resolved]))[0]
    again = edited.filter(finding_id=row["finding_id"])
    assert again["state"].to_list() == ["open"]
    assert again["first_known_at"].to_list() == [row["first_known_at"]]
    assert edited.filter(kind="wording").height > 1
    assert edited["finding_id"].is_unique().all()


def test_what_the_brief_promises_is_one_finding_and_no_post_is_blamed() -> None:
    findings, checks, facts = said(frames({"1": [CLEAR], "2": [CLEAR]}, brief={"rewards_praise": True}))
    assert findings.filter(rule="ST-13").select("subject", "subject_id", "verdict").rows() == [("brief", "c", "fail")]
    assert verdicts(checks) == ["pass", "pass"]
    assert facts["disclosure_passed"].to_list() == [1, 1]


@pytest.mark.parametrize(
    ("brief", "verdict"),
    [
        ({}, "warn"),
        ({"profiles": "jp_womj"}, "fail"),
        ({"market": "FR"}, None),
        ({"market": "US"}, "fail"),
        ({"profiles": "jp_wording"}, None),
    ],
    ids=str,
)
def test_the_brief_says_which_rules_are_in_force(brief: dict[str, Any], verdict: str | None) -> None:
    weak = "#タイアップ ミナモ堂の木漏れ日リップ #木漏れ日"
    _, checks, facts = said(frames({"1": [weak]}, brief=brief))
    assert verdicts(checks) == [verdict]
    assert facts["why_disclosure_passed"].to_list() == ["no_rules" if verdict is None else None]


def test_who_was_neither_paid_nor_given_anything_needs_to_say_nothing() -> None:
    assert verdicts(said(frames({"1": [SILENT]}, contract=[{"relation": "none"}]))[1]) == ["pass"]
    assert verdicts(said(frames({"1": [SILENT]}, contract=[{"relation": "employee"}]))[1]) == ["warn"]


def test_what_was_checked_says_by_which_rules() -> None:
    _, checks, _ = said(frames({"1": [CLEAR], "2": [CLAIM]}))
    posts = checks.filter(subject="post")
    assert posts["rules_digest"].n_unique() == 1
    listed = str(posts["rules"][0]).split()
    assert {"ST-01@1", "BR-01@1", "WD-02@1"} <= set(listed)
    assert len(listed) == posts["rules_checked"][0]
    assert sha256(str(posts["rules"][0]).encode()).hexdigest() == posts["rules_digest"][0]
    assert "ST-13@1" not in listed
