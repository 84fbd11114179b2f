"""What speaks against followers is the same whether a night brings it up to date or everything is computed."""

from datetime import timedelta
from pathlib import Path

from polars.testing import assert_frame_equal

from tasks.evaluate import evaluate
from tasks.warehouse import Warehouse
from tests.tasks.test_increment import TERMS, World, bring, forgetful, stored

ACCOUNTS = 10
NIGHTS = 34
BOUGHT_ON = 30


def night(world: World, *, seen: range = range(ACCOUNTS)) -> dict[str, list[dict]]:
    """Each account grows a little and posts every other day; the first buys followers, the second's post is viral."""
    told: dict[str, list[dict]] = {"accounts": [], "posts": [], "post_observations": []}
    for n in seen:
        bought = 0.3 if n < 2 and world.day >= BOUGHT_ON else 0
        followers = int(20_000 * (1 + 0.001 * world.day + bought + 0.05 * n))
        natural = {"platform": "instagram", "account_id": f"17{n}"}
        told["accounts"].append(
            natural | {"followers": followers, "following": 1_600 + 9_000 * n * (n > 7), "handle": f"h{n}"}
        )
        for first in range(max(0, world.day - 12) // 2 * 2, world.day + 1, 2):
            age = world.day - first
            is_viral = n == 1 and first == BOUGHT_ON
            views = int((30_000 if is_viral else 900 + 37 * n) * (1 - 0.5 ** (age + 1)))
            post = {"platform": "instagram", "post_id": f"{n}-{first}"}
            at = world.now - timedelta(days=age, hours=2)
            about = {"account_id": f"17{n}", "published_at": at.isoformat(), "format": "reel", "caption": None}
            told["posts"].append(post | about)
            told["post_observations"].append(post | {"views": views, "likes": views // 20, "comments": views // 300})
    return told


def signs(warehouse: Warehouse) -> dict[tuple[str, str], tuple[str, int | None]]:
    rows = warehouse.frame("marts.account_signals").iter_rows(named=True)
    return {(r["account_id"], r["signal"]): (r["verdict"], r["points"]) for r in rows}


def agrees(warehouse: Warehouse, world: World) -> None:
    found = stored(warehouse)
    forgetful(warehouse)
    assert evaluate(warehouse, world.now, TERMS).is_whole
    for name, wanted in stored(warehouse).items():
        assert_frame_equal(found[name], wanted, check_exact=True)


def test_a_purchase_is_found_night_by_night_as_by_computing_everything(tmp_path: Path) -> None:
    world = World(1)
    with Warehouse(tmp_path / "warehouse.duckdb") as warehouse:
        warehouse.create()
        for day in range(BOUGHT_ON - 1):
            world.day = day
            bring(warehouse, world, night(world))
        evaluate(warehouse, world.now, TERMS)
        assert signs(warehouse)["170", "follower_rise"] == ("expected", 0)
        for day in range(BOUGHT_ON - 1, NIGHTS):
            world.day = day
            bring(warehouse, world, night(world, seen=range(ACCOUNTS - day % 3)))
            if day >= NIGHTS - 2:
                assert not evaluate(warehouse, world.now, TERMS).is_whole
        told = signs(warehouse)
        assert told["170", "follower_rise"] == ("outside", 30)
        assert told["171", "follower_rise"] == ("explained", 0)
        assert told["172", "follower_rise"] == ("expected", 0)
        assert told["179", "mass_following"] == ("outside", 10)
        assert told["172", "views_per_follower"] == ("expected", 0)
        scores = dict(warehouse.frame("marts.account_profiles").select("account_id", "authenticity").iter_rows())
        assert (scores["170"], scores["171"], scores["179"]) == (70, 100, 90)

        # a week later only an old answer about an old post comes: it explains the rise, whoever was counted since
        world.day += 7
        post = {"platform": "instagram", "post_id": f"0-{BOUGHT_ON - 14}"}
        at = world.now.replace(hour=16) - timedelta(days=world.day - BOUGHT_ON)
        late = {"views": 400_000, "likes": 30_000, "comments": 900, "observed_at": at.isoformat()}
        bring(warehouse, world, {"post_observations": [post | late]})
        evaluate(warehouse, world.now, TERMS)
        assert signs(warehouse)["170", "follower_rise"] == ("explained", 0)

        world.day += 60
        evaluate(warehouse, world.now, TERMS)
        assert signs(warehouse)["170", "views_per_follower"] == ("unknown", None)
        agrees(warehouse, world)
