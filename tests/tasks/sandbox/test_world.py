"""The simulated world is the same for the same seed, and grows as real posts do."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.sandbox.draws import Draws
from tasks.sandbox.growth import HALF_LIFE_HOURS, SPREAD, age_at, lived, share_at
from tasks.sandbox.truth import truth
from tasks.sandbox.world import World
from transforms.captions import hashtags_of

METRICS = ("views", "reach", "likes", "comments", "shares", "saves", "watch_seconds")
START = datetime(2026, 6, 3, 9, 30, tzinfo=UTC)


def test_the_same_seed_makes_the_same_world(world: World) -> None:
    again, here, there = World(), truth(world, world.now), truth(World(), world.now)
    assert [p.post_id for p in again.all_posts] == [p.post_id for p in world.all_posts]
    assert again.secrets == world.secrets
    for name, frame in here.items():
        assert frame.equals(there[name]), name


def test_draws_are_the_same_on_every_python() -> None:
    draws = Draws(7)
    assert draws.unit("a", 1) == 0.8222777793159481
    assert draws.digits(11, "a") == "24898783500"
    assert draws.letters(8, "abcdef", "x") == "aeaeafee"


def test_another_seed_makes_another_world(world: World) -> None:
    assert {a.account_id for a in World(8).accounts}.isdisjoint(a.account_id for a in world.accounts)


def test_more_influencers_change_nothing_for_those_who_were_there(world: World) -> None:
    larger = World(influencers=30)
    assert [a.account_id for a in larger.accounts[: len(world.accounts)]] == [a.account_id for a in world.accounts]
    post = world.all_posts[0]
    twin = larger.post(post.platform, post.post_id)
    assert twin is not None
    assert larger.counters(twin, world.now) == world.counters(post, world.now)


def test_a_world_for_the_demonstration_has_its_size(world: World) -> None:
    up = world.posts(world.now)
    made = [p for p in up if p.campaign_id]
    assert 14 <= len(world.people) <= 20
    assert 60 <= len(made) <= 95
    assert {p.platform for p in made} == {"instagram", "tiktok", "youtube"}
    assert {a.tier for a in world.accounts} == {"tiny", "nano", "micro", "middle", "macro", "mega"}
    assert [(c.starts_on, c.ends_on) for c in world.campaigns] == [
        (date(2026, 6, 1), date(2026, 7, 12)),
        (date(2026, 7, 6), date(2026, 8, 16)),
    ]
    assert len(World(upcoming=True).campaigns) == 3


def test_a_world_too_small_for_its_story_is_refused() -> None:
    with pytest.raises(ValueError, match="give 8 or more"):
        World(influencers=7)
    assert len(World(influencers=8).people) == 8


def test_counts_fall_only_where_a_fall_was_planted(world: World) -> None:
    fell: set[tuple[str, str]] = set()
    for post in world.all_posts:
        days = [post.published_at + timedelta(hours=h) for h in (-1, 0, 1, 5, *range(12, 24 * 45, 24))]
        counts = [world.counters(post, at) for at in days]
        for metric in METRICS:
            values = [getattr(c, metric) for c in counts]
            assert min(values) >= 0
            assert values[0] == 0
            if any(later < earlier for earlier, later in pairwise(values)):
                fell.add((post.name, metric))
        assert all(c.reach <= c.views for c in counts if not post.falls)
    planted = {(post.name, fall.metric) for post in world.all_posts for fall in post.falls}
    assert len(planted) == 4
    assert fell - {(name, "reach") for name, metric in planted if metric == "views"} == planted


def test_followers_that_were_bought_come_fast_and_are_purged(world: World) -> None:
    account = next(a for a in world.accounts if a.purchases)
    bought = account.purchases[0]
    before, after, later = (world.followers(account, bought.at + timedelta(days=d)) for d in (0, 2, 20))
    assert after - before > 0.9 * bought.followers
    assert before < later < after
    usual = next(a for a in world.accounts if a.tier == "middle" and not a.purchases)
    days = [world.followers(usual, bought.at + timedelta(days=d)) for d in range(40)]
    assert days == sorted(days)


@given(st.floats(0, 24 * 60), st.floats(0, 48), st.integers(0, 50))
def test_a_posts_own_time_never_runs_backwards(age: float, more: float, n: int) -> None:
    earlier, later = (lived(Draws(1), f"post {n}", START, START + timedelta(hours=h)) for h in (age, age + more))
    assert 0 <= earlier <= later


@pytest.mark.parametrize("platform", ["instagram", "tiktok", "youtube"])
def test_half_of_all_comes_within_the_half_life(platform: str) -> None:
    half, spread = HALF_LIFE_HOURS[platform], SPREAD[platform]
    assert share_at(half, half, spread) == pytest.approx(0.5)
    assert share_at(0, half, spread) == 0
    assert share_at(age_at(0.8, half, spread), half, spread) == pytest.approx(0.8)


def test_the_designated_tag_can_be_read_exactly_where_the_truth_says_so(world: World) -> None:
    for post in world.all_posts:
        brief = next((c for c in world.campaigns if c.campaign_id == post.campaign_id), None)
        told = post.caption[:150] if post.platform == "tiktok" else post.caption
        if brief is not None:
            seen = hashtags_of(brief.hashtag) in hashtags_of(told).split()
            assert seen == (post.matched in ("hashtag", "late")), (post.name, told)


def test_every_peculiarity_happens_to_somebody(world: World) -> None:
    posts = world.posts(world.now)
    assert {p.label for p in posts if p.campaign_id} == {
        *("clear", "buried", "missing", "weak", "denied", "label_only", "removed")
    }
    assert {p.claim for p in posts if p.claim} == {"spots", "spots_denied", "driving"}
    assert [p.platform for p in posts if p.edited_at and p.edited_at < world.now] == ["instagram"]
    assert {p.matched for p in posts} == {"hashtag", "manual", "mention", "late", "cut_off", "none"}
    assert any(p.hides_likes for p in posts)
    assert any(p.hides_comments for p in posts)
    assert any(p.partner for p in posts)
    assert any(p.before_business for p in posts)
    assert [p.platform for p in world.all_posts if p.deleted_at and p.deleted_at < world.now] == ["tiktok", "instagram"]
    assert any(len(a.names) > 1 for a in world.accounts)
    assert any(a.hides_followers for a in world.accounts)
    assert any(world.followers(a, world.now) < 100 for a in world.accounts)
    assert any(c.cost is None for c in world.contracts)
    ways = {o.way for o in world.orders(world.now)}
    assert ways == {"code", "link", "both", "leaked", "late", "other"}
    orders = world.orders(world.now)
    assert any(o.is_test for o in orders)
    assert any(o.orders_of_customer is None for o in orders)
    assert any(o.cancelled_at(world.now) for o in orders)
    assert any(0 < o.refunded(world.now) < o.subtotal for o in orders)


def test_no_name_could_be_a_real_persons_account(world: World) -> None:
    assert all(name.endswith("_demo") for a in world.accounts for _, name in a.names)


def test_captions_vary(world: World) -> None:
    made = [p.caption for p in world.posts(world.now) if p.campaign_id]
    assert len(set(made)) == len(made)


def test_a_days_clicks_arrive_late_and_robots_are_taken_back(world: World) -> None:
    link = next(link for link in world.links if link.robots)
    day = max(
        (link.created_at.date() + timedelta(days=n) for n in range(60)),
        key=lambda d: world.clicks(link, d, datetime(d.year, d.month, d.day, tzinfo=UTC) + timedelta(days=1, hours=4)),
    )
    midnight = datetime(day.year, day.month, day.day, tzinfo=UTC)
    during, after, recounted = (world.clicks(link, day, midnight + timedelta(hours=h)) for h in (12, 28, 24 + 48))
    assert 0 < during < after
    assert recounted == after - int(after * link.robots) < after


def test_a_larger_world_is_made_within_seconds() -> None:
    large = World(influencers=120)
    assert len(large.accounts) > 120
    assert len(large.all_posts) > 900
