"""The same job in dbt-duckdb: a project of incremental models on integer keys, in a virtual environment of its own."""

import os
import subprocess
import sys
import time
from pathlib import Path

import duckdb

HOME = Path(__file__).parents[2] / ".cache" / "dbt"
WANTED = ("dbt-core>=1.9,<1.10", "dbt-duckdb>=1.9,<1.10")
METRICS = ("views", "likes", "comments", "shares")

_LATER = "{{% if is_incremental() %}} {how} {column} > (SELECT max(day) FROM {{{{ this }}}}) {{% endif %}}"
_NEW = _LATER.format(how="WHERE", column="o.observed_on")
_BEFORE = "{% if is_incremental() %} AND b.observed_on >= (SELECT max(day) FROM {{ this }}) {% endif %}"

_CHANGES = ", ".join(f"o.{m}, o.{m} - b.{m} AS gained_{m}" for m in METRICS)
_TOTALS = ", ".join(f"sum({m}) AS {m}" for m in METRICS)
_LATEST = ", ".join(f"arg_max({m}, o.observed_at) AS {m}" for m in METRICS)
MODELS = {
    # Nothing is told twice a day here, so that no model picks the last of a day: that is given to the peer.
    "post_days": f"""{{{{ config(materialized='incremental', incremental_strategy='append') }}}}
SELECT o.post_key, p.platform, p.post_id, o.observed_on AS day, o.observed_at, b.observed_at AS previous_at, {_CHANGES},
    CASE WHEN b.post_key IS NULL THEN 'first' ELSE 'final' END AS state
FROM hibiki.core.post_observations o JOIN hibiki.core.posts p ON p.post_key = o.post_key
LEFT JOIN hibiki.core.post_observations b
    ON b.post_key = o.post_key AND b.observed_on = o.observed_on - 1 {_BEFORE}
{_NEW}""",
    "post_kpis": f"""{{{{ config(materialized='table') }}}}
SELECT m.campaign_id, m.post_key, (l.likes + l.comments + l.shares) / nullif(l.views, 0) AS er_views,
    l.* EXCLUDE post_key
FROM hibiki.core.campaign_posts m JOIN (
    SELECT o.post_key, {_LATEST} FROM hibiki.core.post_observations o
    WHERE o.post_key IN (SELECT post_key FROM hibiki.core.campaign_posts WHERE state = 'confirmed') GROUP BY 1
) l ON l.post_key = m.post_key WHERE m.state = 'confirmed'""",
    "campaign_kpis": f"""{{{{ config(materialized='table') }}}}
SELECT k.campaign_id, count(*) AS posts, {_TOTALS}, sum(likes + comments + shares) / nullif(sum(views), 0) AS er_views,
    any_value(c.cost) AS cost, any_value(c.cost) / nullif(sum(views), 0) * 1000 AS cpm_views
FROM {{{{ ref('post_kpis') }}}} k
LEFT JOIN (SELECT campaign_id, sum(cost) AS cost FROM hibiki.core.contracts GROUP BY 1) c USING (campaign_id)
GROUP BY 1""",
    "account_profiles": """{{ config(materialized='table') }}
SELECT account_key, arg_max(followers, observed_at) AS followers,
    arg_max(followers, observed_at) - arg_min(followers, observed_at) AS followers_gained_28d
FROM hibiki.core.account_observations
WHERE observed_on >= (SELECT max(observed_on) - 28 FROM hibiki.core.account_observations) GROUP BY 1""",
}


def install() -> str | None:
    """Set dbt up once below .cache/; why it cannot be, where it cannot."""
    if (HOME / "bin" / "dbt").exists():
        return None
    try:
        subprocess.run([sys.executable, "-m", "venv", str(HOME)], check=True, capture_output=True)
        pip = [str(HOME / "bin" / "pip"), "install", "--quiet", *WANTED]
        done = subprocess.run(pip, check=False, capture_output=True, text=True, timeout=900)
    except (OSError, subprocess.SubprocessError) as error:
        return f"dbt cannot be installed: {error}"
    return None if done.returncode == 0 else f"dbt cannot be installed: {done.stderr.strip()[-300:]}"


def write(project: Path, warehouse: Path, memory: str) -> None:
    """The project's files; ``warehouse`` is only read."""
    (project / "models").mkdir(parents=True)
    for name, model in MODELS.items():
        (project / "models" / f"{name}.sql").write_text(model)
    (project / "dbt_project.yml").write_text(
        "name: peer\nversion: '1.0.0'\nprofile: peer\nmodel-paths: [models]\n"
        "flags:\n  send_anonymous_usage_stats: false\n"
    )
    (project / "profiles.yml").write_text(
        f"""peer:
  target: out
  outputs:
    out:
      type: duckdb
      path: {project / "peer.duckdb"}
      threads: 1
      settings: {{threads: 2, memory_limit: {memory}, TimeZone: UTC}}
      attach: [{{path: {warehouse}, alias: hibiki, read_only: true}}]
"""
    )


def run(project: Path) -> dict[str, float]:
    """``dbt run``: what it took, and what it made."""
    started = time.perf_counter()
    command = [str(HOME / "bin" / "dbt"), "run", "--project-dir", str(project), "--profiles-dir", str(project)]
    told = project / "run.txt"
    with told.open("w") as out, subprocess.Popen(command, stdout=out, stderr=out) as process:
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = status
    took = time.perf_counter() - started
    assert status == 0, told.read_text()[-2000:]
    with duckdb.connect(str(project / "peer.duckdb"), read_only=True) as con:
        days = con.execute("SELECT sum(gained_views)::BIGINT, sum(gained_likes)::BIGINT, count(*) FROM post_days")
        gained_views, gained_likes, rows = days.fetchall()[0]
        views = con.execute("SELECT sum(views)::BIGINT FROM campaign_kpis").fetchall()[0][0]
    return {
        "seconds": took,
        "peak": used.ru_maxrss / 1024,
        "gained_views": gained_views,
        "gained_likes": gained_likes,
        "rows": rows,
        "campaign_views": views,
    }
