"""The served copy has the views of the schema ``bi``: the same in every copy, made from the data dictionary."""

import duckdb

from transforms import known, views
from transforms.views import SCHEMA, View


def create(con: duckdb.DuckDBPyConnection) -> dict[str, View]:
    """Make the views and the macros ``known.…(instant)`` with their comments in the catalog in use; views by name."""
    made = views.load()
    con.execute(f"BEGIN; CREATE SCHEMA IF NOT EXISTS {SCHEMA}")
    for view in made.values():
        con.execute("; ".join((view.ddl, *view.comments)))
    con.execute(f"CREATE SCHEMA IF NOT EXISTS {known.SCHEMA}")
    for macro in known.load().values():
        con.execute("; ".join(macro.ddl))
    con.execute("COMMIT")
    return made
