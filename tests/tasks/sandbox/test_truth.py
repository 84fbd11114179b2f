"""The truth says what the stand-ins tell, leaves null what they do not, and sums as a person would."""

from datetime import UTC, datetime, timedelta

import httpx
import polars as pl
import pytest

from tasks.sandbox.standin import Sandbox
from tasks.sandbox.truth import truth
from tasks.sandbox.world import World
from tests.tasks.sandbox.asking import clicks, discovered, insights, orders, own_media, uploads, videos, youtube

NAMES = {"view_count": "views", "like_count": "likes", "comment_count": "comments", "share_count": "shares"}
YOUTUBE = {"viewCount": "views", "likeCount": "likes", "commentCount": "comments"}
INSIGHTS = {"views": "views", "reach": "reach", "saved": "saves", "shares": "shares"}
FIGURES = ("views", "reach", "likes", "comments", "shares", "saves")
REASONS = {"hidden", "no_access", "not_reported"}


def walked(client: httpx.Client, world: World) -> dict[tuple[str, str], dict[str, int]]:
    """Every figure of every post that the stand-ins tell to somebody who has the workspace's tokens."""
    told: dict[tuple[str, str], dict[str, int]] = {}
    for account in world.accounts:
        if account.platform == "instagram":
            own = account.token is not None
            for media in own_media(client, account) if own else discovered(client, world, account.handle(world.now)):
                figures = {"likes": media.get("like_count"), "comments": media["comments_count"]}
                said = insights(client, account, media["id"], "views,reach,saved,shares").json() if own else {}
                figures |= {INSIGHTS[m["name"]]: m["values"][0]["value"] for m in said.get("data", [])}
                told["instagram", media["id"]] = {k: v for k, v in figures.items() if v is not None}
        elif account.platform == "tiktok" and account.token:
            for video in videos(client, account):
                told["tiktok", video["id"]] = {ours: video[theirs] for theirs, ours in NAMES.items()}
        elif account.platform == "youtube":
            ids = ",".join(uploads(client, world, account))
            for video in youtube(client, world, "videos", part="statistics", id=ids)["items"]:
                said = video["statistics"]
                told["youtube", video["id"]] = {o: int(said[t]) for t, o in YOUTUBE.items() if t in said}
    return told


def test_the_truth_is_what_the_stand_ins_tell(client: httpx.Client, world: World) -> None:
    told = walked(client, world)
    posts = truth(world, world.now, always=True)["posts"].filter(pl.col("availability") == "on")
    known = {
        (row["platform"], row["post_id"]): {m: row[m] for m in FIGURES if row[m] is not None}
        for row in posts.iter_rows(named=True)
    }
    assert known == told


def test_what_is_not_told_is_null_with_a_reason(world: World) -> None:
    for row in truth(world, world.now, always=True)["posts"].iter_rows(named=True):
        unknown = {m for m in ("views", "reach", "likes", "comments", "shares", "saves") if row[m] is None}
        reasons = dict(pair.split("=") for pair in (row["missing"] or "").split(";") if pair)
        assert set(reasons) == unknown
        assert set(reasons.values()) <= REASONS


def test_clicks_and_orders_are_what_the_stand_ins_tell(client: httpx.Client, world: World, sandbox: Sandbox) -> None:
    sandbox.orders_days = 365
    found = truth(world, world.now, always=True)
    for link in world.links:
        told = {
            d["date"][:10]: d["clicks"] for d in clicks(client, world, link.link_id, units=-1).get("link_clicks", [])
        }
        days = found["link_days"].filter((pl.col("link_id") == link.link_id) & (pl.col("clicks") > 0))
        assert {str(d): n for d, n in days.select("day", "clicks").rows()} == told
    shop = {str(o["id"]): o for o in orders(client, world)}
    assert found["orders"].height == len(shop)
    for row in found["orders"].iter_rows(named=True):
        order = shop[row["order_id"]]
        codes = [c["code"] for c in order["discount_codes"]]
        assert (row["gross"], row["net"]) == (int(order["subtotal_price"]), int(order["current_subtotal_price"]))
        assert codes == ([] if row["code"] is None else [row["code"]])
        assert row["is_test"] == order["test"]
        assert row["is_cancelled"] == (order["cancelled_at"] is not None)
        assert datetime.fromisoformat(order["created_at"]) == row["ordered_at"]
        assert row["utm_content"] is None or f"utm_content={row['utm_content']}" in order["landing_site"]


def test_a_deleted_post_keeps_the_figures_of_the_last_night_that_saw_it(world: World) -> None:
    post = next(p for p in world.all_posts if p.deleted_at and p.platform == "tiktok")
    assert post.deleted_at is not None
    nights = [world.begins_at + timedelta(days=n, hours=6) for n in range(80)]
    rows = truth(world, world.now, nights)["posts"].filter(pl.col("post_id") == post.post_id).rows(named=True)
    last = max(n for n in nights if n < post.deleted_at)
    assert [(r["availability"], r["seen_at"], r["views"]) for r in rows] == [
        ("gone", last, world.counters(post, last).views)
    ]
    assert truth(world, world.now)["posts"].filter(pl.col("post_id") == post.post_id).is_empty()


def test_accounts_of_a_settled_campaign_are_no_longer_asked(world: World) -> None:
    nights = [world.begins_at + timedelta(days=n, hours=6) for n in range(80)]
    accounts = truth(world, world.now, nights)["accounts"]
    only_finished = next(a for a in world.accounts if a.influencer_id.endswith("_00"))
    seen = accounts.filter(pl.col("account_id") == only_finished.account_id)["seen_at"][0]
    settled = world.campaigns[0].closes_at + timedelta(days=14)
    assert settled - timedelta(days=1) <= seen < settled < world.now
    unasked = accounts.filter(~pl.col("is_told"))
    assert set(unasked["reason"]) == {"no_access"}
    assert unasked["followers"].null_count() == unasked.height > 0
    hidden = accounts.filter(pl.col("reason") == "hidden")
    assert hidden["followers"].to_list() == [None]


def test_each_order_is_credited_to_one_influencer_at_most_and_totals_agree(world: World) -> None:
    found = truth(world, world.now, always=True)
    sums = found["kpis"].filter(pl.col("kpi").is_in(["orders", "revenue_gross", "revenue_net"]))
    by_person = sums.filter(pl.col("grain") == "influencer").group_by("campaign_id", "kpi").agg(pl.col("value").sum())
    whole = sums.filter(pl.col("grain") == "campaign").select("campaign_id", "kpi", "value")
    assert by_person.sort("campaign_id", "kpi").equals(whole.sort("campaign_id", "kpi"))
    counted = found["orders"].filter(pl.col("campaign_id").is_not_null() & ~pl.col("is_test") & ~pl.col("is_cancelled"))
    assert whole.filter(pl.col("kpi") == "orders")["value"].sum() == counted.height
    assert set(counted["way"]) == {"code", "link", "both", "leaked"}


def test_a_rate_is_a_sum_over_a_sum_where_both_are_known(world: World) -> None:
    found = truth(world, world.now, always=True)
    kpis = found["kpis"].filter(pl.col("grain") == "campaign")
    confirmed = found["campaign_posts"].filter(pl.col("state") == "confirmed")
    posts = confirmed.join(found["posts"], on=["platform", "post_id"], validate="m:1")
    for campaign in world.campaigns:
        mine = posts.filter((pl.col("campaign_id") == campaign.campaign_id) & pl.col("reach").is_not_null())
        reacted = mine.select(pl.sum_horizontal("likes", "comments", "shares", "saves").sum()).item()
        row = kpis.filter((pl.col("campaign_id") == campaign.campaign_id) & (pl.col("kpi") == "er_reach"))
        assert row["value"][0] == pytest.approx(reacted / mine["reach"].sum())
        assert 0.01 < row["value"][0] < 0.15


def test_who_has_neither_code_nor_link_has_no_orders_rather_than_none(world: World) -> None:
    kpis = truth(world, world.now, always=True)["kpis"].filter(pl.col("grain") == "influencer")
    untracked = {c.influencer_id for c in world.contracts if c.code is None and c.link is None}
    orders_of = kpis.filter((pl.col("kpi") == "orders") & pl.col("influencer_id").is_in(sorted(untracked)))
    assert orders_of.height == orders_of["value"].null_count() == len(untracked) > 0


def test_the_truth_at_an_instant_does_not_know_the_future(world: World) -> None:
    early = datetime(2026, 6, 20, tzinfo=UTC)
    found = truth(world, early)
    assert found["posts"]["published_at"].max() <= early
    assert found["orders"]["ordered_at"].max() <= early
    assert found["link_days"]["day"].max() <= early.date()
