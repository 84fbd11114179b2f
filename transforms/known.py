"""Table macros of the served copy: every table of core as it was known at an instant."""

# ruff: noqa: S608  # names come from the data dictionary; no part of a query comes from data

from dataclasses import dataclass

from transforms import tables
from transforms.contracts import Table, quoted
from transforms.tables import core, versions
from transforms.tables.compliance import CORE_REUSES

SCHEMA = "known"
_T = "CAST(instant AS TIMESTAMPTZ)"
_OF_BRIEFS = {
    core.CAMPAIGNS.name: versions.CAMPAIGN_VERSIONS,
    core.CAMPAIGN_GOALS.name: versions.GOAL_VERSIONS,
    core.CONTRACTS.name: versions.CONTRACT_VERSIONS,
    core.POST_DECISIONS.name: versions.POST_DECISION_VERSIONS,
    CORE_REUSES.name: versions.REUSE_VERSIONS,
}


@dataclass(frozen=True, slots=True)
class Macro:
    """``SELECT * FROM <name>(TIMESTAMPTZ '…')``. It works where the copy's catalog is in use (opened, or ``USE``)."""

    name: str
    query: str
    meaning: str

    @property
    def ddl(self) -> list[str]:
        """Statements that make it, with its comment."""
        return [
            f"CREATE MACRO {self.name}(instant) AS TABLE {self.query}",
            f"COMMENT ON MACRO TABLE {self.name} IS {quoted(self.meaning)}",
        ]


def load() -> dict[str, Macro]:
    """Every macro by its name, sorted: one for each table of core whose rows say when they were learnt."""
    made: list[Macro] = []
    for table in tables.load().values():
        if not table.name.startswith("core."):
            continue
        if (query := _query(table)) is not None:
            name = f"{SCHEMA}.{table.name.partition('.')[2]}"
            made.append(Macro(name, query, f"{table.name} as known at an instant: nothing learnt later is in it."))
    return {m.name: m for m in sorted(made, key=lambda m: m.name)}


def _query(table: Table) -> str | None:
    """The rows of a table as known then; None where it cannot be told."""
    if (history := _OF_BRIEFS.get(table.name)) is not None:
        return _of_brief(table, history)
    if table is core.POSTS:
        return _posts()
    if table is core.ORDERS:
        return (
            f"SELECT * FROM {table.name} WHERE known_at <= {_T} QUALIFY row_number() OVER"
            " (PARTITION BY shop, order_id ORDER BY known_at DESC, landed_id DESC) = 1"
        )
    since = next((c for c in ("known_at", "first_known_at") if c in table.columns), None)
    if since is None or table in (core.ACCOUNTS, core.INFLUENCERS, core.LINKS):  # as last known: names would be today's
        return None
    return f"SELECT * FROM {table.name} WHERE {since} <= {_T}"


def _of_brief(table: Table, history: Table) -> str:
    """The rows of the brief that was in force."""
    own = ", ".join(f"v.{c}" for c in history.columns if c in table.columns)
    return (
        f"SELECT {own} FROM {history.name} v SEMI JOIN (SELECT campaign_id, max(version) AS version"
        f" FROM {versions.CAMPAIGN_VERSIONS.name} WHERE known_at <= {_T} GROUP BY ALL) b USING (campaign_id, version)"
    )


def _posts() -> str:
    told = ", ".join(f"v.{c}" for c in (*versions.TOLD_OF_POSTS, "caption_hash", "version", "known_at", "landed_id"))
    return (
        f"SELECT p.post_key, p.platform, p.post_id, p.first_known_at, {told} FROM {core.POSTS.name} p LEFT JOIN"
        f" (SELECT * FROM {versions.POST_VERSIONS.name} WHERE known_at <= {_T} QUALIFY row_number() OVER"
        f" (PARTITION BY post_key ORDER BY version DESC) = 1) v USING (post_key) WHERE p.first_known_at <= {_T}"
    )
