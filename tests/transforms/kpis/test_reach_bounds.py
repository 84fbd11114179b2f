"""Unique reach: told per group, never added."""

from transforms.kpis import load


def test_a_groups_estimate_is_its_value(tell):
    drawn = """
        unique_reach | posts
        28000        | 2
    """
    assert tell("reach_bounds", drawn) == (28000, 2, None)


def test_without_market_and_overlap_nothing_is_estimated(tell):
    drawn = """
        unique_reach | posts | why_unique_reach
        -            | 2     | no_market
    """
    assert tell("reach_bounds", drawn) == (None, 0, "no_market")


def test_it_is_told_of_groups_and_its_ends_are_bounds_not_chance():
    kpi = load()["reach_bounds"]
    assert (kpi.rows, kpi.interval_method) == ("group", "bounds")
    assert "post" not in kpi.grains
