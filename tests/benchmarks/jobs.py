"""One job in a process of its own, what it took printed as JSON: ``python -m tests.benchmarks.jobs JOB FOLDER …``."""

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pandas as pd

from tasks import day_by_day, merge, serving
from tasks.evaluate import evaluate
from tasks.warehouse import Warehouse
from tests.benchmarks import worlds
from transforms import marts

MEMORY = "400MB"
"""Of DuckDB within a job; the peer, which has nothing beside it, is given twice as much."""
PEER_MEMORY = "800MB"


def opened(folder: Path) -> Warehouse:
    return Warehouse(folder / "warehouse.duckdb", memory_limit=MEMORY, threads=2, temp=folder / "spill")


def build(folder: Path, posts: int, cohorts: int) -> dict[str, float]:
    worlds.build(folder / "warehouse.duckdb", posts, cohorts)
    return {}


def read(folder: Path, posts: int, cohorts: int) -> dict[str, float]:
    """One reading: every stored column of every observation through memory once, a batch at a time."""
    with opened(folder) as warehouse:
        columns = ", ".join(f'"{c}"' for c in warehouse.tables["core.post_observations"].columns)
        started = time.perf_counter()
        batches = warehouse.con.sql(f"SELECT {columns} FROM core.post_observations").to_arrow_reader(122_880)
        rows = sum(batch.num_rows for batch in batches)
        return {"seconds": time.perf_counter() - started, "rows": rows}


def scan(folder: Path, posts: int, cohorts: int) -> dict[str, float]:
    """The largest value of every stored column: what DuckDB does without taking anything out."""
    with opened(folder) as warehouse:
        columns = ", ".join(f'max("{c}")' for c in warehouse.tables["core.post_observations"].columns)
        started = time.perf_counter()
        warehouse.con.execute(f"SELECT {columns} FROM core.post_observations").fetchall()
        return {"seconds": time.perf_counter() - started}


def full(folder: Path, posts: int, cohorts: int) -> dict[str, float]:
    """Core to marts, all of it."""
    with opened(folder) as warehouse:
        days = _spent(day_by_day, "make_all")
        intervals = _spent(marts, "with_intervals", "standings", "forecasts")
        started = time.perf_counter()
        assert evaluate(warehouse, worlds.as_of(cohorts * worlds.DAYS - 1), worlds.TERMS).is_whole
        took = time.perf_counter() - started
        return {"seconds": took, "days": sum(days), "intervals": sum(intervals), **sums(warehouse)}


def _spent(module: ModuleType, *names: str) -> list[float]:
    """A list to which each call of these functions of a module adds its seconds from now on."""
    spent: list[float] = []

    def timed(function: Callable[..., object]) -> Callable[..., object]:
        def call(*args: object, **how: object) -> object:
            started = time.perf_counter()
            try:
                return function(*args, **how)
            finally:
                spent.append(time.perf_counter() - started)

        return call

    for name in names:
        setattr(module, name, timed(getattr(module, name)))
    return spent


def another(folder: Path, posts: int, cohorts: int) -> dict[str, float]:
    """The night after :func:`night`, which is the first after everything was computed."""
    return night(folder, posts, cohorts, nth=1)


def night(folder: Path, posts: int, cohorts: int, *, nth: int = 0) -> dict[str, float]:
    """One more night: its staged rows into core, and what follows from them into the marts."""
    with opened(folder) as warehouse:
        good = worlds.staged(warehouse, posts, cohorts, nth)
        day = cohorts * worlds.DAYS + nth
        segments = [f"tiktok/d{day}/{n}" for n in range(posts // 2500 + 1)]
        started = time.perf_counter()
        with warehouse.transaction():
            merge.into_core(warehouse, good, worlds.ZONE, segments=segments)
        loaded = time.perf_counter()
        done = evaluate(warehouse, worlds.as_of(day), worlds.TERMS)
        ended = time.perf_counter()
        assert not done.is_whole
        found = sums(warehouse)
        parts = {"load": loaded - started, "evaluate": ended - loaded, "campaigns": done.campaigns}
        started = time.perf_counter()
        serving.publish(warehouse, folder / "serving", at=worlds.as_of(day))
        return {"seconds": ended - loaded + parts["load"], "publish": time.perf_counter() - started, **parts, **found}


def sums(warehouse: Warehouse) -> dict[str, float]:
    """What every way of doing the job must agree on."""
    found = warehouse.con.execute(
        "SELECT sum(gained_views)::BIGINT, sum(gained_likes)::BIGINT, count(*) FROM marts.post_days"
    ).fetchall()[0]
    views = warehouse.con.execute("SELECT sum(views)::BIGINT FROM marts.campaign_kpis").fetchall()[0][0]
    return dict(zip(("gained_views", "gained_likes", "rows", "campaign_views"), (*found, views), strict=True))


def pandas(folder: Path, posts: int, cohorts: int) -> dict[str, float]:
    """The same gains, profiles and KPIs with pandas, from Parquet."""
    started = time.perf_counter()
    told = pd.read_parquet(folder / "observations.parquet")
    told = told.sort_values(["post_key", "observed_on", "observed_at"]).drop_duplicates(
        ["post_key", "observed_on"], keep="last"
    )
    same = told["post_key"].eq(told["post_key"].shift()) & told["observed_on"].diff().dt.days.eq(1)
    gains = {f"gained_{m}": told[m].diff().where(same) for m in ("views", "likes", "comments", "shares")}
    told = told.assign(**gains)
    last = told.drop_duplicates("post_key", keep="last")
    posted = pd.read_parquet(folder / "campaign_posts.parquet")
    of = posted.merge(last, on="post_key")
    campaigns = of.groupby("campaign_id")[["views", "likes", "comments", "shares"]].sum()
    campaigns["er_views"] = campaigns[["likes", "comments", "shares"]].sum(axis=1) / campaigns["views"]
    counts = pd.read_parquet(folder / "accounts.parquet").sort_values(["account_key", "observed_at"])
    profiles = counts.groupby("account_key")["followers"].agg(["first", "last"])
    told.to_parquet(folder / "pandas.parquet")
    took = time.perf_counter() - started
    return {
        "seconds": took,
        "gained_views": int(told["gained_views"].sum()),
        "gained_likes": int(told["gained_likes"].sum()),
        "rows": len(told),
        "campaign_views": int(campaigns["views"].sum()),
        "accounts": len(profiles),
    }


def export(folder: Path, posts: int, cohorts: int) -> dict[str, float]:
    """What pandas reads: the columns that the job needs, as Parquet."""
    with opened(folder) as warehouse:
        told = "post_key, observed_at, observed_on, views, likes, comments, shares"
        for name, query in {
            "observations": f"SELECT {told} FROM core.post_observations",
            "campaign_posts": "SELECT campaign_id, post_key FROM core.campaign_posts WHERE state = 'confirmed'",
            "accounts": "SELECT account_key, observed_at, followers FROM core.account_observations",
        }.items():
            place = str(folder / f"{name}.parquet")
            warehouse.con.execute(f"COPY ({query}) TO '{place}' (FORMAT parquet, ROW_GROUP_SIZE 122880)")
    return {}


JOBS: dict[str, Callable[[Path, int, int], dict[str, float]]] = {
    f.__name__: f for f in (build, read, scan, full, night, another, export, pandas)
}


def peak() -> float:
    """The most memory that this process ever held, in MB."""
    said = Path("/proc/self/status").read_text()
    return int(said.split("VmHWM:")[1].split()[0]) / 1024


if __name__ == "__main__":
    told = JOBS[sys.argv[1]](Path(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4]))
    sys.stdout.write(json.dumps({**told, "peak": peak()}) + "\n")
