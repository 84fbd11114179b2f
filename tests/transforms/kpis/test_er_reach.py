"""Engagement rate by reach: the law of its value and of its absence."""

import pytest


def test_it_is_a_sum_over_a_sum_on_posts_that_know_both(tell):
    drawn = """
        engagements | reach
        150         | 1000
        50          | 3000
        -           | 9000
        70          | -
    """
    assert tell("er_reach", drawn) == (0.05, 2, None)


def test_4767_engagements_of_31200_reached_are_15_28_percent(tell):
    drawn = """
        engagements | reach
        4767        | 31200
    """
    assert tell("er_reach", drawn) == (pytest.approx(0.1528, abs=5e-5), 1, None)


def test_er_reach_without_reach_is_unknown(tell):
    drawn = """
        engagements | reach | why_reach
        10          | -     | no_access
    """
    assert tell("er_reach", drawn) == (None, 0, "no_access")


def test_er_reach_without_engagements_is_unknown(tell):
    drawn = """
        engagements | reach | why_engagements
        -           | 10    | hidden
    """
    assert tell("er_reach", drawn) == (None, 0, "hidden")


def test_er_reach_over_zero_is_unknown(tell):
    drawn = """
        engagements | reach
        10          | 0
    """
    assert tell("er_reach", drawn) == (None, 1, "zero_denominator")
