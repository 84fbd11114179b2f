"""Published figures and their lineage, read from the serving copy: readers' own, and never in a writer's way."""

import shlex
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import duckdb
import polars as pl

from tasks.errors import ConfigurationError
from tasks.serving import CURRENT, FILE
from tasks.toml_places import suggestion
from tasks.tracing.corrections import COLUMNS as CORRECTION
from transforms import kpis, tables
from transforms.kpis import Grain, Kpi
from transforms.lineage.reading import IDS, rows_of
from transforms.tables.lineage import LINEAGE
from transforms.tables.marts import KPI_VALUES
from transforms.tables.ops import RESPONSES

READ: Mapping[str, Sequence[str]] = {
    KPI_VALUES.name: KPI_VALUES.columns,
    LINEAGE.name: LINEAGE.columns,
    RESPONSES.name: RESPONSES.columns,
    "core.campaigns": ("campaign_id", "currency"),
    "core.influencers": ("influencer_id", "name"),
    "core.corrections": (*CORRECTION, "state"),
}
"""Tables that a trace reads, and which of their columns."""


@dataclass(frozen=True, slots=True)
class Place:
    """Whose figure is asked for: a campaign's, or of it an influencer's, a platform's or a post's."""

    campaign_id: str
    influencer_id: str | None = None
    platform: str | None = None
    post_id: str | None = None

    @property
    def grain(self) -> Grain:
        """The grain that it names. Errors: ConfigurationError if it names none."""
        if self.post_id is not None:
            return "post"
        if self.influencer_id is not None and self.platform is not None:
            raise ConfigurationError(
                "no figure is told per influencer and platform: give one of --influencer, --platform"
            )
        if self.influencer_id is not None:
            return "influencer"
        return "campaign" if self.platform is None else "platform"

    @property
    def ids(self) -> dict[str, str | None]:
        """Column → what it must be; None: anything."""
        return {name: getattr(self, name) for name in self.__slots__}

    def command(self, kpi: str) -> str:
        """The command line that shows where its figure came from."""
        said = (("--influencer", self.influencer_id), ("--platform", self.platform), ("--post", self.post_id))
        options = [word for option, value in said if value is not None for word in (option, value)]
        return shlex.join(["hibiki", "trace", self.campaign_id, kpi, *options])


@dataclass(frozen=True, slots=True)
class Published:
    """What was published, or was known at an instant: figures, lineage, answers, names."""

    values: pl.DataFrame
    lineage: pl.DataFrame
    responses: pl.DataFrame
    campaigns: pl.DataFrame
    influencers: pl.DataFrame
    corrections: pl.DataFrame
    """What persons set right and still holds."""
    version: str

    @property
    def as_of(self) -> datetime | None:
        """The newest instant that a figure is as of."""
        found = self.values["as_of"].max()
        return found if isinstance(found, datetime) else None


def published(serving: Path) -> Published:
    """The serving copy that readers see. Errors: ConfigurationError if nothing was published yet, or too long ago."""
    file = serving / CURRENT / FILE
    if not file.is_file():
        raise ConfigurationError("nothing was published yet: run `hibiki nightly` or `hibiki rebuild` first")
    with _reading(file) as con:
        values, lineage, responses, campaigns, influencers, corrections = (
            _frame(con, name, columns) for name, columns in READ.items()
        )
    applied = corrections.filter(pl.col("state") == "applied").select(CORRECTION)
    version = file.parent.resolve().name
    return Published(values, lineage, responses, campaigns, influencers, applied, version)


def kpi_of(name: str) -> Kpi:
    """A KPI by its name. Errors: ConfigurationError names the likeliest."""
    known = kpis.load()
    if name not in known:
        raise ConfigurationError(
            f"no KPI is called {name!r}. {suggestion(name, sorted(known), most=0)}".replace(
                "Remove it", "README.md and ref.kpis list them"
            )
        )
    return known[name]


def kpis_at(place: Place) -> list[str]:
    """The KPIs that are told at a place's grain."""
    return [k.name for k in kpis.load().values() if place.grain in k.grains]


def check(place: Place, kpi: Kpi, found: Published) -> None:
    """Errors: ConfigurationError if there is no such campaign, influencer, platform or post, or no such grain."""
    grain = place.grain
    own = found.values.filter(pl.col("campaign_id") == place.campaign_id)
    _one_of("campaign", place.campaign_id, found.campaigns["campaign_id"].to_list())
    for column, asked in place.ids.items():
        if asked is not None and column != "campaign_id":
            _one_of(column.removesuffix("_id"), asked, own[column].drop_nulls().unique().sort().to_list())
    if grain not in kpi.grains:
        raise ConfigurationError(f"{kpi.name} is not told per {grain}. It is told per {', '.join(kpi.grains)}")


def figure_rows(place: Place, kpi: Kpi, found: Published) -> pl.DataFrame:
    """The rows of marts.kpi_values that a place names: one, or several where two platforms share a post's id."""
    return _at(place, found.values.filter((pl.col("kpi") == kpi.name) & (pl.col("grain") == place.grain)))


def lineage_rows(ids: Mapping[str, object], kpi: Kpi, grain: Grain, lineage: pl.DataFrame) -> pl.DataFrame:
    """The rows of marts.lineage behind the figures that the ids name; an id that is None may be any."""
    named = [pl.col(c) == ids[c] for c in IDS[grain] if ids[c] is not None]
    return rows_of(lineage.filter(*named), kpi, grain)


def _at(place: Place, rows: pl.DataFrame) -> pl.DataFrame:
    return rows.filter(*(pl.col(c) == asked for c, asked in place.ids.items() if asked is not None))


def _one_of(what: str, asked: str, known: Sequence[str]) -> None:
    if asked not in known:
        raise ConfigurationError(
            f"no {what} is called {asked!r}. {suggestion(asked, known).replace('Remove it', '')}".rstrip()
        )


@contextmanager
def _reading(file: Path) -> Generator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(file), read_only=True) as con:
        con.execute("SET TimeZone = 'UTC'")
        yield con


def _frame(con: duckdb.DuckDBPyConnection, name: str, columns: Sequence[str]) -> pl.DataFrame:
    types = tables.load()[name].schema
    listed = ", ".join(f'"{c}"' for c in columns)
    try:
        found = con.sql(f"SELECT {listed} FROM {name}").pl()  # noqa: S608  # names of the data dictionary
    except (duckdb.CatalogException, duckdb.BinderException) as error:
        what = f"the serving copy was made by an older hibiki and lacks what {name} has now: run `hibiki rebuild`"
        raise ConfigurationError(what) from error
    return found.select(pl.col(c).cast(types[c]) for c in columns)
