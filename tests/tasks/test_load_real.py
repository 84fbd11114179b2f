"""A real export with repeated keys, many with two values, reaches core: the first value wins, nothing is lost."""

import time
from datetime import UTC, date, datetime

import polars as pl

from tasks import imports
from tasks import settings as settings_file
from tasks.clock import stopped_clock
from tasks.landing import Landing
from tasks.load import load
from tasks.warehouse import Warehouse
from tasks.workspace import Workspace

MAPPING = """
kind = "post_observations"
[constants]
platform = "youtube"
[columns]
post_id = "video_id"
account_id = "channel_id"
published_at = "published_at"
observed_at = "snapshot_ts"
views = "view_count"
likes = "like_count"
comments = "comment_count"
"""


def test_every_figure_of_a_real_export_is_in_core_once(shared_data, tmp_path):
    (tmp_path / "hibiki.toml").write_text('timezone = "Asia/Seoul"\ncurrency = "KRW"\n', encoding="utf-8")
    (tmp_path / "imports").mkdir()
    (tmp_path / "imports" / "trending.toml").write_text(MAPPING, encoding="utf-8")
    workspace = Workspace(tmp_path)
    landing = Landing(workspace.landing, stopped_clock(datetime(2025, 12, 1, tzinfo=UTC)))
    file = shared_data / "youtube_daily_kr.parquet"
    imports.land(
        landing,
        file,
        "trending",
        workspace=workspace,
        settings=settings_file.read(tmp_path),
        day=date(2025, 12, 1),
        run_id="run-1",
    )
    with Warehouse(tmp_path / "w.duckdb") as warehouse:
        warehouse.create()
        began = time.monotonic()
        result = load(warehouse, landing, "Asia/Seoul")
        assert time.monotonic() - began < 120
        observed = warehouse.frame("core.post_observations")
        posts = warehouse.frame("core.posts")
        owners = warehouse.frame("core.post_owners")
    raw = pl.read_parquet(file)
    assert not result.held
    assert result.rows_in == result.rows_good + result.rows_rejected
    assert posts.height == raw["video_id"].n_unique()
    firsts = raw.unique(["video_id", "snapshot_ts"], keep="first")
    assert observed.height == firsts.height
    for ours, theirs in (("views", "view_count"), ("likes", "like_count"), ("comments", "comment_count")):
        assert observed[ours].sum() == firsts[theirs].sum()
    golden = pl.read_csv(shared_data / "golden_youtube_daily_kr.csv", try_parse_dates=True)
    days = observed.group_by("observed_on").agg(pl.len(), pl.col("views").sum()).sort("observed_on")
    assert days.rows() == golden.select("snapshot_date", "n_posts", "sum_views").rows()
    assert owners.height == raw.select("video_id", "channel_id").unique().height
