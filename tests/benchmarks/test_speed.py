"""How long core to marts takes, whole and for one more night, beside dbt, pandas and one reading of the data.

``HIBIKI_BENCHMARK_POSTS`` (default 1,000,000) posts × 28 days; ``HIBIKI_BENCHMARK_HISTORY`` (default 20,000) posts
for the comparison of one and of ten cohorts. Each job is a process of its own; everything runs once, one after another.
"""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.benchmarks import jobs, peer

ROOT = Path(__file__).parents[2]
POSTS = int(os.environ.get("HIBIKI_BENCHMARK_POSTS", "1000000"))
HISTORY = int(os.environ.get("HIBIKI_BENCHMARK_HISTORY", "20000"))
AGREE = ("gained_views", "gained_likes", "rows", "campaign_views")

Told = Mapping[str, float]


def job(name: str, folder: Path, posts: int, cohorts: int) -> Told:
    command = [sys.executable, "-m", "tests.benchmarks.jobs", name, str(folder), str(posts), str(cohorts)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout.splitlines()[-1])


def agreed(told: Told, with_: Told) -> None:
    assert {k: told[k] for k in AGREE} == {k: with_[k] for k in AGREE}


def told(rows: Mapping[str, Told], floor: float) -> None:
    """The table: seconds, how many readings of the data that is, and the most memory held."""
    lines = [f"{'':34}{'seconds':>10}{'readings':>10}{'peak MB':>10}"]
    for name, row in rows.items():
        seconds = row["seconds"]
        lines.append(f"{name:34}{seconds:>10.1f}{seconds / floor:>10.1f}{row['peak']:>10,.0f}")
    sys.stdout.write("\n" + "\n".join(lines) + "\n")


def test_core_to_marts_beside_dbt_pandas_and_one_reading(tmp_path: Path) -> None:
    job("build", tmp_path, POSTS, 1)
    rows: dict[str, Told] = {name: job(floor, tmp_path, POSTS, 1) for name, floor in _FLOORS.items()}
    rows["hibiki: all, with every KPI"] = whole = job("full", tmp_path, POSTS, 1)
    rows["  of which daily gains"] = {"seconds": whole["days"], "peak": whole["peak"]}
    rows["  all, intervals and ranks apart"] = {"seconds": whole["seconds"] - whole["intervals"], "peak": whole["peak"]}
    job("export", tmp_path, POSTS, 1)
    rows["pandas: gains, profiles, 6 KPIs"] = job("pandas", tmp_path, POSTS, 1)
    agreed(rows["pandas: gains, profiles, 6 KPIs"], whole)
    why = peer.install()
    if why is None:
        peer.write(tmp_path / "dbt", tmp_path / "warehouse.duckdb", jobs.PEER_MEMORY)
        rows["dbt: gains, profiles, 6 KPIs"] = peer.run(tmp_path / "dbt")
        agreed(rows["dbt: gains, profiles, 6 KPIs"], whole)
    for name, said in {"night": "the first night after it", "another": "one more night"}.items():
        night = job(name, tmp_path, POSTS, 1)
        rows[f"hibiki: {said}"] = night
        rows[f"  {said}: into core"] = {"seconds": night["load"], "peak": night["peak"]}
        rows[f"  {said}: core to marts"] = {"seconds": night["evaluate"], "peak": night["peak"]}
        if why is None:
            rows[f"dbt: {said}, core to marts"] = peer.run(tmp_path / "dbt")
            agreed(rows[f"dbt: {said}, core to marts"], night)
    told(rows, rows["one reading of all columns"]["seconds"])
    if why is not None:
        pytest.skip(why)


def test_a_night_costs_what_came_in_and_not_what_is_stored(tmp_path: Path) -> None:
    for cohorts in (3, 30):
        folder = tmp_path / str(cohorts)
        folder.mkdir()
        job("build", folder, HISTORY, cohorts)
        job("full", folder, HISTORY, cohorts)
    for name, said in {"night": "the first night after it", "another": "one more night"}.items():
        few, many = (job(name, tmp_path / str(cohorts), HISTORY, cohorts) for cohorts in (3, 30))
        lines = [f"{part:34}{few[part]:>10.2f}{many[part]:>10.2f}{many[part] / few[part]:>10.2f}" for part in _PARTS]
        head = f"{said + ', in seconds':34}{'84 days':>10}{'840 days':>10}{'ratio':>10}"
        sys.stdout.write("\n" + "\n".join([head, *lines]) + "\n")
        assert many["campaigns"] == few["campaigns"], "a longer history opens no more campaigns"


_FLOORS = {"one reading of all columns": "read", "one aggregate of all columns": "scan"}
_PARTS = ("load", "evaluate", "seconds", "publish")
