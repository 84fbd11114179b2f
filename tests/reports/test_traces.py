"""What stands out about followers is told sign by sign, with its points, as traces and not as a proof."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import polars as pl
import pytest

from reports.figures import Figures
from reports.reading import read
from reports.sections import audience
from reports.traces import MANY, traces
from tests.reports.told import account, with_accounts
from transforms.tables.authenticity import ACCOUNT_SIGNALS, SIGNALS

Make = Callable[..., Figures]


def signal(name: str, verdict: str = "expected", key: int = 0, **more: object) -> dict[str, object]:
    points = None if verdict == "unknown" else 0
    return {"account_key": key, "signal": name, "verdict": verdict, "points": points, **more}


RISE = {"happened_on": date(2026, 6, 12), "gained": 3_120, "value": 0.3, "upper": 0.06}
TOLD = (
    signal("follower_rise", "outside", points=30, **RISE),
    signal("reactions_per_follower", "outside", points=17, value=0.003, lower=0.012),
    signal("views_per_follower", "unknown", reason="not_reported"),
    signal("likes_per_comment", "outside", points=9, value=412.0, lower=4.0, upper=120.0),
    signal("mass_following", "outside", points=10, value=7_001.0, upper=7_000.0),
)


def with_signals(figures: Figures, *signals: dict[str, object], accounts: int = 1, **profile: object) -> Figures:
    profile = {"authenticity": 34, "signals_known": 4, "signals_all": 5, **profile}
    people = [account(n, "asahina" if n == 0 else f"who{n}", None, **profile) for n in range(accounts)]
    told = ACCOUNT_SIGNALS.conform_loosely(pl.DataFrame(signals, infer_schema_length=None))
    return replace(with_accounts(figures, *people), signals=told)


def row(figures: Figures) -> list[str]:
    grid = audience.facts(read(figures)).traces
    assert grid is not None
    return [cell.text for cell in grid.rows[0]]


def test_every_part_of_a_score_is_told_with_its_points(make: Make) -> None:
    _who, score, found, unknown = row(with_signals(make(locale="en"), *TOLD))
    assert score == "34"
    assert found == (
        "Followers rose by 3,120 within days, up to Jun 12, without reactions to match: −30"
        " · Reactions per follower: 0.3%, where accounts of like size have 1.2% at least: −17"
        " · Follows 7,001 accounts, more than follow back: −10"
        " · Likes per comment: 412, where accounts of like size have 120 at most: −9"
    )
    assert unknown == "Views per follower (not reported by the platform)"


def test_in_japanese_movements_are_unusual_and_nobody_is_called_fake(make: Make) -> None:
    figures = with_signals(make(locale="ja"), *TOLD)
    grid = audience.facts(read(figures)).traces
    assert grid is not None
    said = " ".join([*row(figures), grid.note, *(head.text for head in grid.heads)])
    assert "6月12日までの数日でフォロワーが3,120人増えましたが、投稿への反応は見合っていません: −30" in said
    assert "不自然な動きの痕跡" in said
    assert not any(word in said for word in ("偽", "水増し", "不正", "詐"))


def test_a_rise_that_posts_explain_costs_nothing(make: Make) -> None:
    explained = signal("follower_rise", "explained", **RISE)
    found = row(with_signals(make(locale="en"), explained, authenticity=100))[2]
    assert found == "Followers rose by 3,120 up to Jun 12, and reactions to posts with them: 0"


@pytest.mark.parametrize("reason", ["no_posts_seen", "no_reactions", "too_few_peers", "too_few_posts", "no_history"])
def test_what_cannot_be_judged_has_a_reason_and_no_score(make: Make, reason: str) -> None:
    untold = [signal(name, "unknown", reason=reason) for name in SIGNALS]
    figures = with_signals(make(locale="en"), *untold, authenticity=None, signals_known=0)
    grid = audience.facts(read(figures)).traces
    assert grid is not None
    [[_who, score, found, unknown]] = grid.rows
    assert (score.is_known, score.why, found.text) == (False, "too few signs can be judged", "Nothing")
    assert unknown.text.count("; ") == 4
    assert "not known" not in unknown.text


def test_of_many_accounts_only_those_with_something_odd_are_listed(make: Make) -> None:
    signals = [signal("mass_following", key=n) for n in range(1, MANY + 5)]
    grid = traces(*_of(with_signals(make(locale="en"), *TOLD, *signals, accounts=MANY + 5)))
    assert grid is not None
    assert len(grid.rows) == 1


def _of(figures: Figures):
    return read(figures), list(figures.accounts.iter_rows(named=True))


def test_without_signals_nothing_is_said(make: Make) -> None:
    assert audience.facts(read(with_accounts(make(locale="en"), account(0, "asahina", None)))).traces is None
