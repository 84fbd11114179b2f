"""`hibiki status`: last runs, coverage, freshness, what waits for a person."""

from collections.abc import Mapping
from contextlib import closing
from datetime import datetime
from zoneinfo import ZoneInfo

import duckdb

from flows.screen import Screen
from tasks import diary, dictionary, serving
from tasks import settings as settings_file
from tasks.clock import system_clock
from tasks.errors import DONE, GAPS, ConfigurationError
from tasks.ledger import Ledger
from tasks.settings import Settings
from tasks.workspace import Workspace

_COVERAGE = """
    SELECT source, any_value(day), sum(got), sum(expected),
           string_agg(DISTINCT reason, '; ' ORDER BY reason) FILTER (state <> 'complete')
    FROM (
        FROM ops.coverage WHERE source NOT IN ('brief', 'reference', 'correction', 'resolution', 'import')
        QUALIFY day = max(day) OVER (PARTITION BY source)
    )
    GROUP BY source ORDER BY source"""
_CHECKED = "compliance_findings"
"""A copy published before posts were checked lacks it."""
_WAITING = {
    "posts to confirm or reject (posts.csv)": "SELECT count(*) FROM core.campaign_posts WHERE state = 'pending'",
    "posts.csv lines about posts never seen": "SELECT count(*) FROM core.campaign_posts WHERE NOT is_seen",
    "findings in posts to mend or settle (hibiki findings --open)": (
        "SELECT count(*) FROM marts.compliance_findings WHERE state = 'open' AND verdict IN ('warn', 'fail')"
    ),
    "landed files held back (hibiki rebuild)": "SELECT count(*) FROM ops.loads WHERE state = 'held'",
}


def status(screen: Screen, where: Workspace) -> int:
    """Read the serving copy, so that it works while a run holds the workspace.

    Exit code 3 if something waits for a person, or the last run had gaps.
    """
    settings = settings_file.read(where.root)
    zone = settings.timezone
    version = serving.current(where.serving)
    if version is None:
        raise ConfigurationError(f"{where.root} has published nothing yet: run `hibiki nightly` first")
    with duckdb.connect(str(where.serving / version / serving.FILE), read_only=True) as con:
        coverage = con.execute(_COVERAGE).fetchall()
        there = {name for (name,) in con.execute("SELECT table_name FROM duckdb_tables()").fetchall()}
        asked = _WAITING if _CHECKED in there else {w: q for w, q in _WAITING.items() if _CHECKED not in q}
        waiting = {what: int((con.execute(query).fetchone() or (0,))[0]) for what, query in asked.items()}
        known = con.execute("SELECT max(as_of) FROM marts.campaign_kpis").fetchone()
        faulty = con.execute("SELECT count(*) FROM ops.rejected_rows WHERE severity = 'critical'").fetchone()
    as_of = known[0] if known else None
    with closing(Ledger(where.outbox / "ledger.sqlite", system_clock)) as ledger:
        waiting["mails held or in doubt (hibiki mail list)"] = len(ledger.entries("held", "in_doubt"))
    runs = diary.runs(where.root)[:-6:-1]
    screen.heading("Runs")
    screen.table(
        ["started", "flow", "day", "outcome", "what"],
        [[_local(r.started_at, zone), r.flow, str(r.day or "–"), r.outcome, r.message] for r in runs],
    )
    screen.heading("Last asked")
    screen.table(
        ["source", "day", "answered", "why not all"],
        [[str(s), str(d), f"{got} of {expected}", str(why or "")] for s, d, got, expected, why in coverage],
    )
    screen.heading("Figures")
    screen.pairs(
        {
            "known until": _local(as_of, zone),
            "published": f"serving/current → {version}",
            "faulty rows kept out so far": f"{faulty[0] if faulty else 0:,} (docs/expectations/index.html)",
        }
    )
    screen.heading("For BI tools")
    places = _places(where, settings)
    screen.pairs(places)
    screen.heading("Waits for a person")
    _wait(screen, waiting)
    screen.document(
        {
            "runs": [r.row for r in runs],
            "coverage": [dict(zip(("source", "day", "got", "expected", "reason"), r, strict=True)) for r in coverage],
            "known_until": as_of,
            "published": version,
            "faulty_rows": faulty[0] if faulty else 0,
            "waiting": waiting,
            "bi": places,
        }
    )
    return GAPS if any(waiting.values()) or any(run.outcome != "done" for run in runs[:1]) else DONE


def _places(where: Workspace, settings: Settings) -> dict[str, str]:
    """Where figures can be read, by kind of tool."""
    current = where.serving / serving.CURRENT
    pushed = settings.publish.postgres
    return {
        "DuckDB, read-only": str(current / serving.FILE),
        "Parquet": str(current / "parquet"),
        **({"PostgreSQL": f"{pushed.uri} (schemas {pushed.prefix}…)"} if pushed else {}),
        "what it all means": str(where.docs / dictionary.PAGE),
    }


def _wait(screen: Screen, waiting: Mapping[str, int]) -> None:
    there = {what: f"{n:,}" for what, n in waiting.items() if n}
    if there:
        screen.pairs(there)
    else:
        screen.say("  nothing")


def _local(at: object, zone: str) -> str:
    return f"{at.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M} {zone}" if isinstance(at, datetime) else "–"
