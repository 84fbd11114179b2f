"""In a world whose truth is known, core and KPIs equal it where it was told, and are null with a reason where not."""

import json
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from tasks import briefs, deliver, imports, ingest, publish
from tasks.ingest import Fetched
from tasks.sandbox import apis, journeys
from tasks.sandbox.standin import Sandbox
from tasks.sandbox.truth import truth
from tasks.sandbox.workspace import write_workspace
from tasks.sandbox.world import World
from tasks.site import Site, open_site
from tests.flows.conftest import ENDED, Company
from transforms import kpis
from transforms.days import business_day, starts_at
from transforms.snapshots import latest
from transforms.tables.attribution import MODELS

METRICS = ("views", "reach", "likes", "comments", "shares", "saves")
NOT_FROM_LANDING = {"ops.runs", "ops.mails", "ops.decisions"}


def ask(site: Site, sandbox: Sandbox) -> list[Fetched]:
    """One night's questions, without Prefect."""
    sandbox.move(site.now)
    with site.warehouse() as warehouse:
        known = warehouse.frame("core.posts").join(
            warehouse.frame("core.accounts").select("account_key", "handle"), on="account_key", how="left"
        )
    with ingest.asks(site, site.today, known, apis.InProcess(sandbox)) as asks:
        return [ingest.fetch(site, a, site.today) for a in asks]


def night(site: Site, sandbox: Sandbox) -> list[Fetched]:
    """A whole night, without Prefect."""
    publish.land_briefs.fn(site)
    publish.load.fn(site)
    fetched = ask(site, sandbox)
    publish.load.fn(site)
    publish.evaluate.fn(site)
    publish.publish.fn(site)
    deliver.write_reports.fn(site)
    deliver.deliver.fn(site)
    return fetched


@dataclass(frozen=True)
class Ran:
    """A workspace after some nights in a known world."""

    root: Path
    world: World
    sandbox: Sandbox
    nights: Sequence[datetime]
    site: Site

    def frame(self, table: str) -> pl.DataFrame:
        with self.site.warehouse() as warehouse:
            return warehouse.frame(table)

    def truth(self) -> dict[str, pl.DataFrame]:
        return truth(self.world, self.nights[-1], self.nights)


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Ran:
    """Nights in a world like the demo's: each lands and loads, the last does all."""
    root = tmp_path_factory.mktemp("world") / "company"
    world = World(seed=11)
    sandbox = Sandbox(world, throttle_every=None)
    write_workspace(world, root, "http://127.0.0.1:9")
    nights = [world.now - timedelta(days=d) for d in range(62, 1, -10)]  # on the last, both campaigns are still asked
    for n, at in enumerate(nights):
        site = open_site(root, at=at, run_id=f"night-{n}")
        briefs.land(site.landing, site.briefs, day=site.today, run_id=site.run_id, clock=site.clock)
        if at == nights[-1]:
            seen = root / "imports" / journeys.FILE
            seen.write_bytes(journeys.export(world, at))
            imports.land(
                site.landing,
                seen,
                "order_touches",
                workspace=site.workspace,
                settings=site.settings,
                day=site.today,
                run_id=site.run_id,
            )
            night(site, sandbox)
        else:
            publish.load.fn(site)
            ask(site, sandbox)
    return Ran(root, world, sandbox, nights, site)


def test_every_counter_equals_the_truth(ran: Ran) -> None:
    since = min(b.campaign.starts_on for b in ran.site.briefs.campaigns) - timedelta(days=briefs.LEAD_DAYS)
    known_from = starts_at(since, ran.site.zone)
    wanted = ran.truth()["posts"].filter(pl.col("published_at") >= known_from).select("platform", "post_id", *METRICS)
    posts = ran.frame("core.posts").select("post_key", "platform", "post_id")
    known = latest(ran.frame("core.post_observations").lazy(), ran.nights[-1]).collect()
    found = posts.join(known.select("post_key", *METRICS), on="post_key").drop("post_key")
    key = ["platform", "post_id"]
    assert wanted.height > 100
    assert_frame_equal(found.join(wanted, on=key, how="semi").sort(key), wanted.sort(key), check_dtypes=False)


def test_what_was_not_told_is_null_with_its_reason(ran: Ran) -> None:
    wanted = ran.truth()["posts"].select("platform", "post_id", "missing", *METRICS)
    posts = ran.frame("core.posts").select("post_key", "platform", "post_id")
    last = ran.frame("core.post_observations").sort("observed_at").group_by("post_key").agg(pl.all().last())
    found = posts.join(last, on="post_key").join(wanted, on=["platform", "post_id"], suffix="_true")
    told = 0
    for row in found.iter_rows(named=True):
        said = dict(part.split("=") for part in (row["missing"] or "").split(";") if part)
        truly = dict(part.split("=") for part in (row["missing_true"] or "").split(";") if part)
        for metric in METRICS:
            if row[metric] is None and metric in said:
                assert said[metric] == truly[metric], (row["post_id"], metric)
                told += 1
    assert told > 50


def test_gone_posts_are_gone_and_the_others_are_on(ran: Ran) -> None:
    wanted = ran.truth()["posts"].select("platform", "post_id", "availability")
    found = ran.frame("core.posts").select("platform", "post_id", "availability")
    both = found.join(wanted, on=["platform", "post_id"], suffix="_true")
    assert both.filter(pl.col("availability_true") == "gone").height > 0
    assert both.filter(pl.col("availability") != pl.col("availability_true")).rows() == []


def test_campaigns_have_their_posts_and_no_others(ran: Ran) -> None:
    columns = ["campaign_id", "platform", "post_id", "influencer_id", "state"]
    wanted = ran.truth()["campaign_posts"].select(columns).sort(columns)
    assert_frame_equal(ran.frame("core.campaign_posts").select(columns).sort(columns), wanted)


def test_orders_and_clicks_equal_the_truth(ran: Ran) -> None:
    orders = (
        ran.frame("core.orders")
        .sort("known_at", "landed_id")
        .unique(["shop", "order_id"], keep="last", maintain_order=True)
        .select("order_id", "code", pl.col("gross", "refunded", "net").cast(pl.Int64), "is_new_customer", "is_test")
        .sort("order_id")
    )
    asked_from = starts_at(min(b.campaign.starts_on for b in ran.site.briefs.campaigns), ran.site.zone)
    truly = ran.truth()["orders"].filter(pl.col("ordered_at") >= asked_from).select(orders.columns).sort("order_id")
    assert truly.height > 50
    assert_frame_equal(orders.join(truly, on="order_id", how="semi"), truly.join(orders, on="order_id", how="semi"))
    assert truly.join(orders, on="order_id", how="anti").rows() == []
    clicks = (
        ran.frame("core.link_days")
        .sort("known_at", "landed_id")
        .unique(["link_id", "day"], keep="last", maintain_order=True)
        .select("link_id", "day", "clicks")
        .sort("link_id", "day")
    )
    wanted = ran.truth()["link_days"].select(clicks.columns).sort("link_id", "day")
    assert_frame_equal(clicks.join(wanted, on=["link_id", "day"], how="semi"), wanted)


def test_every_model_credits_whom_the_truth_credits(ran: Ran) -> None:
    key = ["order_id", "campaign_id", "influencer_id", "model"]
    wanted = ran.truth()["attribution"].select(*key, "credit").sort(key)
    found = ran.frame("marts.attribution").select(*key, "credit").sort(key)
    assert set(wanted["model"]) == set(MODELS)
    assert found.select(key).rows() == wanted.select(key).rows()
    assert (found["credit"] - wanted["credit"]).abs().max() < 1e-8


def test_orders_of_a_campaigns_days_are_all_accounted_for(ran: Ran) -> None:
    told = ran.frame("marts.attribution_models").filter(pl.col("why").is_null())
    counted = ran.frame("marts.order_facts").filter(counts="counted")
    wanted = counted.group_by("campaign_id").agg(pl.len().cast(pl.Float64), pl.col("gross").sum())
    assert wanted.height == 2
    sums = told.group_by("campaign_id", "model").agg(pl.col("orders", "revenue_gross").sum())
    both = sums.join(wanted, on="campaign_id")
    assert both["orders"].to_list() == both["len"].to_list()
    assert both["revenue_gross"].to_list() == both["gross"].to_list()


def test_the_code_on_the_coupon_site_is_suspected_and_no_other(ran: Ran) -> None:
    key = ["campaign_id", "influencer_id", "code"]
    wanted = ran.truth()["code_leaks"].with_columns(pl.col("code").str.to_lowercase())
    found = ran.frame("marts.code_leaks").join(wanted, on=key, validate="1:1")
    assert found.height == wanted.height > 15
    assert found.filter("is_leaked").select("verdict").rows() == [("leak_suspected",)]
    assert found.filter(~pl.col("is_leaked"), verdict="leak_suspected").select(key).rows() == []


def test_every_kpi_equals_the_truth(ran: Ran) -> None:
    wanted = ran.truth()["kpis"]
    found = ran.frame("marts.kpi_values").filter(pl.col("grain").is_in(["influencer", "campaign"]))
    both = wanted.join(
        found, on=["grain", "campaign_id", "influencer_id", "kpi"], how="left", nulls_equal=True, suffix="_found"
    )
    assert set(wanted["kpi"]) <= set(kpis.load())
    assert wanted["value"].is_not_null().sum() > 100
    for part in ("value", "numerator", "denominator"):
        told = both.filter(pl.col(part).is_not_null())
        off = told.filter(
            pl.col(f"{part}_found").is_null()
            | ((pl.col(f"{part}_found") - pl.col(part)).abs() > 1e-9 * pl.col(part).abs().clip(1))
        )
        assert off.select("grain", "campaign_id", "influencer_id", "kpi", part, f"{part}_found").rows() == []
    unknown = both.filter(pl.col("value").is_null())
    assert (
        unknown.filter(pl.col("value_found").is_not_null()).select("kpi", "influencer_id", "value_found").rows() == []
    )
    assert found.filter(pl.col("value").is_null() & pl.col("reason").is_null()).select("kpi").rows() == []


def test_a_disclosure_taken_out_again_is_found_with_both_captions(ran: Ran) -> None:
    [post] = [p for p in ran.world.all_posts if p.edited_at is not None]
    found = ran.frame("marts.compliance_findings").filter(rule="ST-12", verdict="fail")
    assert found["post_id"].to_list() == [post.post_id]
    [row] = found.iter_rows(named=True)
    texts = [post.caption, post.edited_caption or ""]
    assert [row["earlier_caption_sha256"], row["caption_sha256"]] == [sha256(t.encode()).hexdigest() for t in texts]
    assert post.published_at < row["earlier_known_at"] < post.edited_at < row["caption_known_at"] <= ran.nights[-1]
    checks = ran.frame("marts.compliance_checks").filter(subject_id=row["subject_id"]).sort("version")
    assert checks["disclosure_verdict"].to_list() == ["pass", "fail"]


def test_a_quoted_post_needs_a_disclosure_of_its_own(ran: Ran) -> None:
    checks = ran.frame("marts.compliance_checks")
    verdicts = dict(checks.filter(subject="reuse").select("subject_id", "disclosure_verdict").iter_rows())
    places = ran.frame("core.reuses")
    assert {r["address"]: verdicts[r["reuse_id"]] for r in places.iter_rows(named=True)} == {
        r.address: r.verdict for r in ran.world.reuses
    }
    quoted = places.filter(is_disclosed=False).select("platform", "post_id")
    of_posts = checks.filter(subject="post").join(quoted, on=["platform", "post_id"], how="semi")
    assert of_posts["disclosure_verdict"].to_list() == ["pass"]


def test_claims_are_found_where_they_are_made_and_only_there(ran: Ran) -> None:
    found = ran.frame("marts.compliance_findings").filter(kind="wording", verdict="fail", subject="post")
    made = {p.post_id for p in ran.world.posts(ran.nights[-1]) if p.claim in ("spots", "driving")}
    assert set(found["post_id"]) == made != set()


def test_what_a_person_saw_of_a_label_counts_and_keeps_its_evidence(ran: Ran) -> None:
    noted = [d for d in ran.world.decisions if d.screenshot is not None]
    checks = ran.frame("marts.compliance_checks").filter("is_current")
    for decision in noted:
        [row] = checks.filter(post_id=decision.post.post_id).iter_rows(named=True)
        assert (row["paid_label"], row["label_source"], row["disclosure_verdict"]) == ("on", "screenshot", "pass")
    kept = ran.frame("core.post_decisions").filter(pl.col("screenshot").is_not_null())
    assert kept["screenshot_sha256"].str.len_chars().to_list() == [64] * len(noted) != []


def test_rows_in_are_rows_good_and_rows_rejected(ran: Ran) -> None:
    loads = ran.frame("ops.loads")
    assert loads.filter(pl.col("rows_in") != pl.col("rows_good") + pl.col("rows_rejected")).rows() == []
    assert loads["rows_in"].sum() > 5_000
    rejected = ran.frame("ops.rejected_rows")
    assert set(rejected["rule"]) <= {"repeated_row"}


def fingerprint(site: Site) -> dict[str, str]:
    with site.warehouse() as warehouse:
        return {name: said for name, said in warehouse.fingerprint().items() if name not in NOT_FROM_LANDING}


def test_a_night_run_twice_equals_a_night_run_once(ran: Ran) -> None:
    before = fingerprint(ran.site)
    reports = {p: p.read_bytes() for p in ran.site.workspace.reports.rglob("*") if p.is_file()}
    mails = ran.frame("ops.mails")
    again = night(open_site(ran.root, at=ran.nights[-1], run_id="again"), ran.sandbox)
    assert [f for f in again if f.answers] == []
    assert fingerprint(ran.site) == before
    assert {p: p.read_bytes() for p in ran.site.workspace.reports.rglob("*") if p.is_file()} == reports
    assert ran.frame("ops.mails").select("mail_id", "sha256").rows() == mails.select("mail_id", "sha256").rows() or (
        mails.is_empty()
    )


def test_a_rebuild_gives_identical_tables_also_without_the_warehouse(ran: Ran) -> None:
    before = fingerprint(ran.site)
    publish.load_again.fn(ran.site)
    publish.evaluate.fn(ran.site)
    assert fingerprint(ran.site) == before
    kept = ran.root / "kept.duckdb"
    shutil.move(ran.site.workspace.warehouse, kept)
    publish.load.fn(ran.site)
    publish.evaluate.fn(ran.site)
    assert fingerprint(ran.site) == before
    kept.unlink()


def test_reading_some_days_again_changes_nothing(ran: Ran) -> None:
    before = fingerprint(ran.site)
    first, last = (business_day(ran.nights[n], ran.site.zone) for n in (3, 5))
    again = publish.load_again.fn(ran.site, first, last)
    publish.evaluate.fn(ran.site)
    assert again.segments > 10
    assert fingerprint(ran.site) == before


def contents(folder: Path) -> dict[Path, bytes]:
    return {p.relative_to(folder): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def test_a_report_as_of_a_day_is_the_same_bytes_each_time(ran: Ran) -> None:
    at = ran.nights[-4]
    campaign = ran.site.briefs.campaigns[0].campaign_id
    first = deliver.write_report.fn(ran.site, campaign, at, send=False)
    held = contents(first.folder)
    shutil.rmtree(first.folder)
    again = deliver.write_report.fn(ran.site, campaign, at, send=False)
    assert again.folder == first.folder
    assert contents(again.folder) == held


def test_a_report_as_of_an_instant_is_of_that_instant_though_nothing_was_learnt_for_hours(company: Company) -> None:
    """Made again when more is known, it must say the same; so it cannot go by the last answer that is there today."""
    asked = company.at - timedelta(hours=3)
    edition = deliver.write_report.fn(company.site(), ENDED, asked, send=False)
    assert json.loads((edition.folder / "figures.json").read_text("utf-8"))["as_of"] == asked.isoformat()
