"""One creator's posts beside each other and beside what is usual for their own account."""

from collections import Counter
from collections.abc import Mapping
from datetime import date

from reports.reading import Reading, rows_of

USUAL = "paid_post_performance"
"""The KPI that holds a sponsored post against the same account's own posts without advertising."""
ABOVE, BELOW = 1.2, 0.8
"""From so far apart from 1 a figure is told as more or fewer than usual; between, it is about as usual."""


def usual(reading: Reading, row: Mapping[str, object]) -> float | None:
    return of_post(reading, USUAL, row)


def of_one_platform(reading: Reading) -> list[dict[str, object]]:
    """The posts on the platform with most of them: two platforms' counts are not of one kind."""
    posts = rows_of(reading.figures.posts)
    number = Counter(str(row["platform"]) for row in posts)
    most = min(number, key=lambda name: (-number[name], name), default="")
    return [row for row in posts if row["platform"] == most]


def of_post(reading: Reading, kpi: str, row: Mapping[str, object]) -> float | None:
    found = reading.row(kpi, "post", platform=str(row["platform"]), post_id=str(row["post_id"]))
    return found["value"] if found else None


def post_name(reading: Reading, row: Mapping[str, object]) -> str:
    day = row["published_on"]
    parts = [reading.platform(row["platform"]), reading.format(row["format"])]
    return " ".join([*parts, reading.formats.day(day)] if isinstance(day, date) else parts)
