"""Posts that wait: why, and the lines that decide them, which the brief's reader accepts as they are."""

from collections.abc import Callable
from datetime import date

import polars as pl
import pytest

from reports import render
from reports.figures import Figures
from reports.reading import read
from reports.sections import delivery
from tasks.briefing import decisions

Make = Callable[..., Figures]


def waiting(make: Make, **columns: object) -> Figures:
    pending = make().pending.head(1)
    return make(locale="en", pending=pending.with_columns(**{k: pl.lit(v) for k, v in columns.items()}))


@pytest.mark.parametrize(("matched_by", "published_on", "said"), [
    ("mention", date(2026, 6, 20), "It names the brand or the product, but not the campaign's hashtag."),
    ("code", date(2026, 6, 20), "It names the creator's code, but not the campaign's hashtag."),
    ("account", date(2026, 6, 20), "It went up in the campaign's days, but its caption is missing or cut off."),
    ("hashtag", date(2026, 7, 14),
     "It carries the campaign's hashtag. It went up 2 days after the campaign's last day."),
    ("hashtag", None, "It carries the campaign's hashtag. Its day is not known."),
])  # fmt: skip
def test_a_post_says_why_it_waits(make: Make, matched_by: str, published_on: date | None, said: str) -> None:
    facts = delivery.facts(read(waiting(make, matched_by=matched_by, published_on=published_on)))
    assert facts.pending.rows[0][2].text == said


def test_the_lines_to_paste_are_read_as_decisions(make: Make) -> None:
    figures = make(
        pending=make().pending.with_columns(
            platform=pl.Series(["instagram", "tiktok"]),
            post_id=pl.Series(["18001", "7649370303880323538"]),
            permalink=pl.Series(["https://www.instagram.com/p/DiBl3KqhYHC/", None]),
        )
    )
    text = delivery.facts(read(figures)).paste
    assert text in render.page(figures)
    found, mistakes = decisions.read(text.encode(), "posts.csv", frozenset())
    assert mistakes == []
    assert [(d.platform, d.post_id, d.decision) for d in found] == [
        ("instagram", "DiBl3KqhYHC", "confirmed"),
        ("tiktok", "7649370303880323538", "confirmed"),
    ]


@pytest.mark.parametrize("hostile", ["=1+1", "-1", "a,b", 'x"\n=cmd', "@sum", ""])
def test_a_hostile_id_is_in_no_line_to_paste(make: Make, hostile: str) -> None:
    facts = delivery.facts(read(waiting(make, post_id=hostile, permalink="javascript:alert(1)")))
    assert facts.paste == "url,platform,post_id,decision\n"
