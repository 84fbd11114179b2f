"""Two campaigns' values are set beside each other only where no platform changed what it counts in between."""

from reports.overview import overview
from reports.reading import Reading
from transforms.mixed_meanings import counted_alike


def is_alike(kpi: str, one: Reading, other: Reading) -> bool:
    """Whether every platform of both counted what the KPI reads in one way, from the first's begin to the last's end.

    A value whose own posts were counted in two ways is marked as such (``definition_changed``) and is not asked here.
    """
    figures = [one.figures, other.figures]
    known = one.figures.registry.get(kpi)
    if known is None:
        return False
    theirs, own = (set(f.platforms["platform"]) for f in figures)
    return counted_alike(
        known,
        min(overview(r).starts_on for r in (one, other)),
        max(overview(r).ends_on for r in (one, other)),
        platforms=theirs & own,
        bases={str(f.campaign["engagement_base"]) for f in figures},
    )
