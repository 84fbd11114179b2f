"""Engagement rate by followers: the law of its value and of its absence."""

import pytest


def test_it_is_a_sum_over_a_sum_on_posts_that_know_both(tell):
    drawn = """
        engagements | followers
        150         | 1000
        50          | 3000
        -           | 9000
        70          | -
    """
    assert tell("er_followers", drawn) == (0.05, 2, None)


def test_followers_are_added_once_per_post(tell):
    drawn = """
        engagements | followers
        300         | 10000
        300         | 10000
        300         | 10000
    """
    assert tell("er_followers", drawn) == (0.03, 3, None)


def test_4767_engagements_of_152800_followers_are_3_12_percent(tell):
    drawn = """
        engagements | followers
        4767        | 152800
    """
    assert tell("er_followers", drawn) == (pytest.approx(0.0312, abs=5e-5), 1, None)


def test_er_followers_without_followers_is_unknown(tell):
    drawn = """
        engagements | followers | why_followers
        10          | -         | no_followers
    """
    assert tell("er_followers", drawn) == (None, 0, "no_followers")


def test_er_followers_without_engagements_is_unknown(tell):
    drawn = """
        engagements | followers | why_engagements
        -           | 10        | hidden
    """
    assert tell("er_followers", drawn) == (None, 0, "hidden")


def test_er_followers_over_zero_is_unknown(tell):
    drawn = """
        engagements | followers
        10          | 0
    """
    assert tell("er_followers", drawn) == (None, 1, "zero_denominator")
