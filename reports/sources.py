"""Where a figure comes from: how much is known, how sure it is, and the command that leads to posts and sources."""

import shlex
from collections.abc import Iterable
from dataclasses import dataclass

from reports.reading import Reading


@dataclass(frozen=True, slots=True)
class Source:
    """A campaign's figure and the way back to what it was made of."""

    label: str
    value: str
    basis: str
    interval: str
    command: str


def command(reading: Reading, kpi: str) -> str:
    """The command that shows what a figure was added from, as it was known then."""
    figures = reading.figures
    return shlex.join(["hibiki", "trace", figures.campaign_id, kpi, "--as-of", figures.as_of.isoformat()])


def sources(reading: Reading, kpis: Iterable[str]) -> tuple[Source, ...]:
    """The way back of each KPI that is stored for the campaign, in the order given."""
    return tuple(found for kpi in dict.fromkeys(kpis) for found in (_source(reading, kpi),) if found is not None)


def _source(reading: Reading, kpi: str) -> Source | None:
    row = reading.row(kpi)
    if row is None or row["value"] is None:
        return None
    _ = reading.gettext
    unit = reading.unit(kpi)
    known, every = row["posts_known"], row["posts_all"]
    interval = ""
    if row["lower"] is not None and row["upper"] is not None:
        interval = _(
            "95%% interval %(span)s",
            span=reading.formats.span(
                reading.formats.value(row["lower"], unit), reading.formats.value(row["upper"], unit)
            ),
        )
    return Source(
        label=reading.label(kpi),
        value=reading.kpi(kpi).text,
        basis="" if known is None or every is None else reading.basis(known, every),
        interval=interval,
        command=command(reading, kpi),
    )
