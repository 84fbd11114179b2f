"""The findings that readers see, with who must act by when, and what persons have decided about them since."""

from datetime import datetime

import duckdb
import polars as pl

from tasks import resolutions, serving
from tasks.briefing.resolutions import Resolution
from tasks.clock import Clock
from tasks.errors import ConfigurationError
from tasks.toml_places import suggestion
from tasks.workspace import Workspace
from transforms.compliance import VERDICTS
from transforms.compliance.resolving import with_state
from transforms.tables.compliance import FINDINGS, RESOLUTIONS_OF_FINDINGS, TASKS

_OF_TASKS = ("who", "what_en", "what_ja", "due_on", "message_id", "text_en", "text_ja")


def findings(workspace: Workspace, campaign: str | None = None) -> pl.DataFrame:
    """marts.compliance_findings of the serving copy with what marts.compliance_tasks says of each, gravest first.

    Lines of resolutions.csv count at once, before a night has landed them. Errors: ConfigurationError where nothing was
    published, or there is no such campaign.
    """
    version = serving.current(workspace.serving)
    if version is None:
        raise ConfigurationError(f"{workspace.root} has published nothing yet: run `hibiki nightly` first")
    with duckdb.connect(str(workspace.serving / version / serving.FILE), read_only=True) as con:
        con.execute("SET TimeZone = 'UTC'")
        try:
            told, work, decided = (
                table.conform(con.sql(f"FROM {table.name}").pl())  # the name is of the data dictionary
                for table in (FINDINGS, TASKS, RESOLUTIONS_OF_FINDINGS)
            )
        except duckdb.CatalogException as error:
            raise ConfigurationError(
                f"serving/{version} was published by a hibiki that checked no posts: run `hibiki rebuild` once"
            ) from error
        known = [row[0] for row in con.execute("SELECT campaign_id FROM core.campaigns ORDER BY 1").fetchall()]
    if campaign is not None and campaign not in known:
        raise ConfigurationError(f"{campaign!r} is no campaign that was published. {suggestion(campaign, known)}")
    since = with_state(told, pl.concat([decided, _lines(workspace)]))
    rank = pl.col("verdict").replace_strict({v: -n for n, v in enumerate(VERDICTS)}, return_dtype=pl.Int64())
    joined = since.join(
        work.select("campaign_id", "finding_id", *_OF_TASKS),
        on=["campaign_id", "finding_id"],
        how="left",
        validate="1:m",
    )
    mine = joined if campaign is None else joined.filter(pl.col("campaign_id") == campaign)
    return mine.sort("state", rank, "due_on", "campaign_id", "subject", "subject_id", "rule", "nth", nulls_last=True)


def _lines(workspace: Workspace) -> pl.DataFrame:
    """The lines of resolutions.csv as rows of core.finding_resolutions."""
    rows = [
        {c: getattr(line, c) for c in RESOLUTIONS_OF_FINDINGS.columns if c in Resolution.__slots__}
        | {"known_at": line.resolved_at, "landed_id": "resolutions.csv", "pointer": f"row {line.row:06}"}
        for line in resolutions.read(workspace).lines
    ]
    return pl.DataFrame(rows, schema=RESOLUTIONS_OF_FINDINGS.schema)


def finding(workspace: Workspace, finding_id: str) -> pl.DataFrame:
    """The rows (one per who must act) of the finding whose id begins so. Errors: ConfigurationError."""
    every = findings(workspace)
    found = every.filter(pl.col("finding_id").str.starts_with(finding_id.strip().casefold()))
    ids = found["finding_id"].unique().to_list()
    if not ids:
        raise ConfigurationError(f"there is no finding {finding_id!r}: `hibiki findings` lists them all")
    if len(ids) > 1:
        raise ConfigurationError(f"{finding_id!r} begins {len(ids)} ids: write more of it")
    return found


def decide(
    workspace: Workspace, finding_id: str, resolution: str, *, reason: str, by: str, clock: Clock
) -> pl.DataFrame:
    """Write down what a person decided about a finding, as its text and rule are now; the finding after that.

    Call with the workspace locked. Errors: ConfigurationError.
    """
    before = finding(workspace, finding_id).row(0, named=True)
    for option, given in (("--reason", reason), ("--by", by)):
        if not given.strip():
            raise ConfigurationError(f"{option} is empty: who reads this later needs it")
    line = Resolution(
        0,
        before["finding_id"],
        before["campaign_id"],
        before["caption_sha256"],
        before["rule_version"],
        resolution,
        reason.strip(),
        by.strip(),
        _later_than(clock(), before["resolved_at"]),
    )
    resolutions.add(workspace, line)
    return finding(workspace, before["finding_id"])


def _later_than(now: datetime, before: datetime | None) -> datetime:
    """The instant of a decision, to the second. Errors: ConfigurationError within the second of the last one."""
    at = now.replace(microsecond=0)
    if before is not None and at <= before:
        raise ConfigurationError(
            f"the finding was decided about at {before.isoformat()}, which is now or later: check the clock, try again"
        )
    return at
