"""Whatever platforms do, a night ends: the others go on, what is missing is said, and no figure is wrong."""

import random
import re
from contextlib import closing
from datetime import datetime, timedelta
from email import message_from_bytes
from email.policy import default

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from tasks import deliver, ingest, publish
from tasks.errors import GAPS
from tasks.ledger import Ledger
from tasks.sandbox.faults import KINDS, Fault

RUNNING = "yoimachi-ale-2026-festival"
OPERATOR = "operator@example.jp"
PLATFORMS = ("instagram", "tiktok", "youtube", "bitly", "shopify", "ga4")
METRICS = ("views", "reach", "likes", "comments", "shares", "saves")


@pytest.fixture(scope="module")
def calm(copied, tmp_path_factory):
    """A night on which nothing goes wrong."""
    company = copied(tmp_path_factory.mktemp("calm"))
    return company, company.night()


@pytest.fixture(scope="module")
def down(copied, tmp_path_factory):
    """A night on which one platform is down and another has had enough."""
    company = copied(tmp_path_factory.mktemp("down"))
    settings = company.root / "hibiki.toml"
    settings.write_text(settings.read_text("utf-8").replace("[mail]\n", f'[mail]\noperator = "{OPERATOR}"\n'), "utf-8")
    broken = Fault("/instagram/*", "server_error", status=500), Fault("/shopify/*", "quota_exceeded")
    return company, company.night(None, *broken)


def told(company) -> dict[tuple[str, str, object, str], dict[str, int | None]]:
    """What core has of each post, by platform, id, instant and who told it."""
    posts = company.table("core.posts").select("post_key", "platform", "post_id")
    seen = company.table("core.post_observations").join(posts, on="post_key", validate="m:1")
    return {
        (r["platform"], r["post_id"], r["observed_at"], r["source"]): {m: r[m] for m in METRICS}
        for r in seen.iter_rows(named=True)
    }


def wrong(company, since: datetime) -> list[object]:
    """Figures since an instant that are neither unknown nor exactly what the platform counted then."""
    world, found = company.sandbox.world, list[object]()
    for (platform, post_id, at, _source), figures in told(company).items():
        if at < since:
            continue
        post = world.post(platform, post_id)
        counted = world.counters(post, at)
        found += [(post_id, at, m, v) for m, v in figures.items() if v not in {None, getattr(counted, m)}]
    true = {str(o.order_id): o.subtotal for o in world.orders(company.at + timedelta(days=40))}
    orders = company.table("core.orders").select("order_id", "gross").rows()
    return found + [o for o in orders if o[1] not in {None, true[o[0]]}]


def coverage(company) -> dict[str, tuple[int, int, set[str]]]:
    """Of this morning's business day, by source: expected, got, states."""
    today = company.table("ops.coverage").filter(pl.col("day") == company.site().today)
    return {
        str(source): (rows["expected"].sum(), rows["got"].sum(), set(rows["state"]))
        for (source,), rows in today.group_by("source")
    }


def test_a_calm_night_is_exactly_what_was_told(calm):
    company, night = calm
    assert wrong(company, company.at - timedelta(days=3)) == []
    known = [v for figures in told(company).values() for v in figures.values() if v is not None]
    assert len(known) > 300, "figures are told, so that none wrong means something"
    assert [g for g in night.gaps if not g.startswith("tiktok")] == []
    assert any("gave no access" in n for n in ingest.notes(night.fetched)), (
        "a creator without access is told, each night"
    )
    assert company.unaccounted() == []
    assert {m[3] for m in company.mails()} == {"sent"}


def test_a_platform_that_is_down_stops_no_other(calm, down):
    company, night = down
    assert night.exit_code == GAPS
    assert night.states("instagram") == {"failed"}
    assert night.states("shopify") == {"failed"}
    assert night.states("youtube") == night.states("bitly") == {"complete"}
    whole, after = ({k: v for k, v in told(c).items() if k[0] in {"tiktok", "youtube"}} for c in (calm[0], company))
    assert after == whole


def test_coverage_and_gaps_say_what_did_not_answer_and_why(down):
    company, night = down
    shares = coverage(company)
    assert shares["instagram"][:2] == (9, 0)
    assert shares["shopify"][:2] == (1, 0)
    assert "complete" not in shares["instagram"][2] | shares["shopify"][2]
    assert shares["youtube"] == (2, 2, {"complete"})
    by_source = {g.split()[0]: g for g in night.gaps if g.split()[0] in PLATFORMS}
    assert "server_error" in by_source["instagram"]
    assert "quota_exceeded" in by_source["shopify"] or "rate_limited" in by_source["shopify"]


def test_what_did_not_answer_is_not_zero(down):
    company, _ = down
    today = company.table("core.post_observations").filter(pl.col("observed_at") >= company.at - timedelta(hours=1))
    posts = company.table("core.posts").select("post_key", "platform")
    assert set(today.join(posts, on="post_key")["platform"]) == {"tiktok", "youtube"}
    assert wrong(company, company.at - timedelta(days=3)) == []


def test_the_mail_of_a_night_below_the_bound_is_held_and_says_why(down):
    company, night = down
    mails = [m for m in company.mails() if m[1] == "mid-v1" and m[0] == RUNNING]
    assert mails
    assert {m[3] for m in mails} == {"held"}
    assert all(re.search(r"only \d+ of \d+ answered .*hold_mail_below = 0.9", str(m[4])) for m in mails)
    assert any("is held" in gap for gap in night.gaps)


def test_the_operator_is_told_of_a_held_report_once_and_in_time(down):
    company, _ = down
    held = [m for m in company.mails() if m[1] == "mid-v1" and m[0] == RUNNING]
    [note] = [m for m in company.mails() if m[2] == OPERATOR and m[0] == RUNNING]
    assert note[1] == "mid-v1 held"
    assert note[3] == "sent", "it goes out while the report waits"
    written = [message_from_bytes(p.read_bytes(), policy=default) for p in (company.root / "outbox").glob("*.eml")]
    [letter] = [m for m in written if m["To"] == OPERATOR and RUNNING in m.get_body(("plain",)).get_content()]
    said = letter.get_body(("plain",)).get_content()
    assert "Instagram" in said
    assert "hibiki status" in said
    with closing(Ledger(company.root / "outbox" / "ledger.sqlite", lambda: company.at)) as ledger:
        waiting = [e for e in ledger.entries("held") if e.campaign_id == RUNNING]
    assert len(waiting) == len(held)
    for entry in waiting:
        assert entry.mail_id in said
        assert entry.recipient in said
    deliver.deliver.fn(company.site())
    assert len([m for m in company.mails() if m[2] == OPERATOR and m[0] == RUNNING]) == 1


def test_the_report_names_what_its_figures_lack(down):
    company, night = down
    assert f"{RUNNING} mid-v1" in night.editions
    page = company.root / "reports" / RUNNING / "mid-v1" / "report.en.html"
    text = page if page.exists() else page.with_name("report.html")
    said = text.read_text("utf-8")
    assert "Instagram" in said
    assert "Nights by source" in said or "取得" in said
    facts = str(company.figures(RUNNING, "mid-v1")["sections"])
    assert "Instagram" in facts


def test_the_day_after_is_whole_again(down):
    company = down[0]
    night = company.brought(company.at + timedelta(days=1))
    assert night.states("instagram") == night.states("shopify") == {"complete"}
    assert wrong(company, company.at) == []
    assert company.unaccounted() == []


CLEARS = {
    "instagram": ({"kind": "throttle", "times": 2}, {"kind": "server_error", "times": 3}),
    "tiktok": ({"kind": "html_200", "times": 1}, {"kind": "truncated", "times": 2}),
    "youtube": ({"kind": "hang", "times": 1}, {"kind": "changed_type"}),
    "bitly": ({"kind": "drop", "times": 1},),
    "shopify": ({"kind": "duplicate_page"}, {"kind": "throttle", "times": 1}),
}


def test_what_clears_costs_no_figure(calm, company):
    night = company.brought(None, *(Fault(f"/{p}/*", **said) for p, some in CLEARS.items() for said in some))
    assert sum(bool(w) for w in night.waits) >= 8, "asked again, after a wait"
    assert [g for g in night.gaps if not g.startswith("tiktok")] == []
    assert told(company) == told(calm[0])
    for name in ("core.orders", "core.link_days"):
        rows, whole = (c.table(name).drop("landed_id", "pointer") for c in (company, calm[0]))
        assert_frame_equal(rows, whole, check_row_order=False)
    assert company.unaccounted() == []


STAYING = sorted(set(KINDS) - {"stale"})
"""A stale answer is whole and says what was true a day ago: nothing in it tells."""


def test_whatever_every_platform_does_night_after_night_no_figure_is_wrong(company):
    """Each kind of fault has a night of its own, on which every answer of every platform suffers from it."""
    ended = {}
    for n, kind in enumerate(STAYING):
        fetched, _ = company.ask(company.at + timedelta(days=n), *(Fault(f"/{p}/*", kind) for p in PLATFORMS))
        ended[kind] = fetched
    loaded = publish.load.fn(company.site(company.at + timedelta(days=len(STAYING))))
    assert not [why for why in loaded.held.values() if "reader failed" in why], "held back by audits only"
    assert company.unaccounted() == []
    assert wrong(company, company.at) == []
    for kind in ("expired_token", "quota_exceeded", "server_error", "html_200", "truncated", "hang", "drop"):
        assert {f.state for f in ended[kind]} == {"failed"}, kind
        assert all(f.reason for f in ended[kind]), kind
    for kind in ("negative_count", "huge_count", "missing_field", "hidden_likes", "script_in_captions"):
        assert "failed" not in {f.state for f in ended[kind] if f.source != "bitly"}, kind
    rules = set(company.table("ops.rejected_rows").filter(pl.col("severity") == "critical")["rule"])
    assert len(rules) >= 2, "what was not true was put aside, each by its rule"


def test_random_faults_never_break_a_night_nor_a_figure(company):
    """Ten nights, each with its own seed: which faults, where, how often."""
    fell = set[str]()
    for seed in range(10):
        chance = random.Random(seed)
        faults = [
            Fault(f"/{chance.choice(PLATFORMS)}/*", chance.choice(STAYING), probability=chance.choice((0.1, 0.3, 0.8)))
            for _ in range(8)
        ]
        fetched, _ = company.ask(company.at + timedelta(days=seed), *faults)
        assert len(fetched) >= len(PLATFORMS)
        fell |= {s.fault for s in company.sandbox.asked if s.fault}
    loaded = publish.load.fn(company.site(company.at + timedelta(days=10)))
    assert len(fell) > 10, "most kinds of faults really struck"
    assert not [why for why in loaded.held.values() if "reader failed" in why], "held back by audits only"
    assert company.unaccounted() == []
    assert wrong(company, company.at) == []
