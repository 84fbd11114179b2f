"""A word that nobody knows is answered with the names that were probably meant."""

import pytest

from tasks.toml_places import suggestion

KPIS = ["aov", "cpm_impressions", "cpm_reach", "cpm_views", "cpv", "roi_profit"]


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("cpm", "Did you mean cpm_impressions or cpm_reach or cpm_views?"),
        ("ROI", "Did you mean roi_profit?"),
        ("cpm_reech", "Did you mean cpm_reach?"),
        ("", f"Known are: {', '.join(KPIS)}"),
        ("zzz", f"Known are: {', '.join(KPIS)}"),
    ],
)
def test_a_bare_name_leads_to_its_variants(word: str, said: str) -> None:
    assert suggestion(word, KPIS) == said
