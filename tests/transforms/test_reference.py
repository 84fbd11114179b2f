"""What ref.* holds."""

from datetime import date

import polars as pl
import pytest

from transforms.contracts import ContractError
from transforms.insight.tiers import SCHEMES, tier_of
from transforms.reference import frames
from transforms.tables import load

OF_THE_WORKSPACE = {"ref.fx_rates", "ref.emv_rates"}  # hibiki ships no rate as truth


def test_every_reference_keeps_its_promise():
    tables = load()
    found = frames(date(2026, 1, 1), date(2026, 12, 31))
    assert set(found) == {n for n in tables if n.startswith("ref.")}
    for name, frame in found.items():
        assert frame.schema == tables[name].schema
        assert frame.height or name in OF_THE_WORKSPACE
        assert not frame.select(tables[name].key).is_duplicated().any(), name
        for field in tables[name].fields:
            if field.required:
                assert not frame[field.name].null_count(), (name, field.name)


def test_the_calendar_knows_weeks_and_weekends():
    days = frames(date(2026, 12, 27), date(2027, 1, 3))["ref.dates"]
    assert days.height == 8
    assert days.filter(day=date(2027, 1, 1)).select("iso_week", "iso_weekday", "is_weekend").row(0) == (53, 5, False)
    assert days.filter("is_weekend")["day"].dt.day().to_list() == [27, 2, 3]


@pytest.mark.parametrize(
    ("followers", "tier"),
    [
        *((None, None), (0, None), (999, None), (1000, "nano"), (9999, "nano"), (10000, "micro"), (99999, "micro")),
        *((100000, "middle"), (500000, "macro"), (999999, "macro"), (1000000, "mega"), (90000000, "mega")),
    ],
)
def test_the_lower_bound_is_inside_and_the_upper_outside(followers, tier):
    frame = pl.DataFrame({"followers": [followers]}, schema={"followers": pl.Int64})
    assert frame.select(tier_of(pl.col("followers"), "jp_default")).item() == tier


@pytest.mark.parametrize("scheme", SCHEMES)
def test_classes_meet_without_gap_or_overlap(scheme):
    classes = SCHEMES[scheme].tiers
    assert [t.upper for t in classes] == [*(t.lower for t in classes[1:]), None]
    assert [t.lower for t in classes] == sorted(t.lower for t in classes)


def test_a_scheme_that_is_unknown_is_named():
    with pytest.raises(ContractError, match="jp_defualt"):
        tier_of(pl.col("followers"), "jp_defualt")


def test_no_benchmark_poses_as_comparable():
    """None of the published levels says all of a definition of ours, a tier and a year."""
    told = frames(date(2026, 1, 1), date(2026, 1, 1))["ref.benchmarks"]
    assert (
        told.filter((pl.col("kpi") != "unknown") & (pl.col("tier") != "unknown") & (pl.col("year") != 0)).rows() == []
    )


def test_the_dated_changes_are_known():
    changes = frames(date(2026, 1, 1), date(2026, 1, 1))["ref.metric_definitions"]
    dated = changes.filter(pl.col("valid_from") > date(2000, 1, 1)).select("platform", "metric", "valid_from").rows()
    assert ("instagram", "impressions", date(2025, 4, 21)) in dated
    assert ("youtube", "views", date(2025, 3, 31)) in dated
    assert ("youtube", "views", date(2026, 8, 24)) in dated
