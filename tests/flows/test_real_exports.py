"""Real exports: every figure of a published collection's golden file, from the command's own steps."""

import shutil
from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from tasks import imports, publish
from tasks import workspace as workspaces
from tasks.site import Site, open_site

MAPPING = """\
kind = "post_observations"

[constants]
platform = "youtube"

[columns]
post_id = "video_id"
observed_at = "snapshot_ts"
views = "view_count"
likes = "like_count"
comments = "comment_count"
account_id = "channel_id"
published_at = "published_at"
"""
METRICS = ("views", "likes", "comments")


def workspace(root: Path, zone: str) -> Site:
    workspaces.init(root)
    shutil.rmtree(root / "campaigns" / "example")
    settings = root / "hibiki.toml"
    text = settings.read_text("utf-8")
    assert 'timezone = "Asia/Tokyo"' in text
    settings.write_text(text.replace('timezone = "Asia/Tokyo"', f'timezone = "{zone}"'), "utf-8")
    (root / "imports").mkdir(exist_ok=True)
    (root / "imports" / "daily.toml").write_text(MAPPING, "utf-8")
    return open_site(root)


def brought(site: Site, file: Path, kind: str) -> None:
    imports.land(
        site.landing, file, kind, workspace=site.workspace, settings=site.settings, day=site.today, run_id=site.run_id
    )
    publish.load_again.fn(site)
    publish.evaluate.fn(site)


@pytest.fixture(scope="module")
def days(tmp_path_factory: pytest.TempPathFactory, shared_data: Path) -> pl.DataFrame:
    """marts.post_days after importing thirteen days of a trending list."""
    site = workspace(tmp_path_factory.mktemp("seoul") / "ws", "Asia/Seoul")
    brought(site, shared_data / "youtube_daily_kr.parquet", "daily")
    with site.warehouse() as warehouse:
        loads = warehouse.frame("ops.loads").filter(pl.col("source") == "import")
        assert loads.select(pl.col("rows_in") - pl.col("rows_good") - pl.col("rows_rejected")).sum().item() == 0
        return warehouse.frame("marts.post_days")


def test_every_figure_of_the_golden_days_comes_out(days: pl.DataFrame, shared_data: Path) -> None:
    golden = pl.read_csv(shared_data / "golden_youtube_daily_kr.csv", try_parse_dates=True)
    found = (
        days.group_by("day")
        .agg(
            pl.len().alias("n_posts"),
            pl.col("gained_views").count().alias("n_with_prev_day"),
            *(pl.col(m).sum().alias(f"sum_{m}") for m in METRICS),
            *(pl.col(f"gained_{m}").sum().alias(f"sum_{m[:-1]}_delta") for m in METRICS),
            *((pl.col(f"gained_{m}") < 0).sum().alias(f"neg_{m[:-1]}_delta") for m in METRICS),
            (pl.col("likes") == 0).sum().alias("zero_likes"),
            (pl.col("comments") == 0).sum().alias("zero_comments"),
        )
        .rename({"day": "snapshot_date"})
        .sort("snapshot_date")
    )
    wanted = golden.drop("peer_sum_todayViews").cast({f"sum_{m[:-1]}_delta": pl.Int64 for m in METRICS})
    assert wanted.height == 13
    assert_frame_equal(found.select(wanted.columns), wanted, check_dtypes=False)


def test_a_post_that_was_away_for_a_day_has_no_daily_gain(days: pl.DataFrame) -> None:
    gaps = days.filter(pl.col("state") == "gap")
    assert gaps.height > 0
    assert gaps["gained_views"].is_null().all()
    assert (gaps["hours"] > 36).all()
    assert gaps["changed_views"].is_not_null().all()
