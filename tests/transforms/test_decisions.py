"""Which post a decision in posts.csv means, and which decisions are in force."""

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.decisions import addressed, decided, in_force
from transforms.keys import surrogate
from transforms.tables import core, staging

PERMALINK = "https://www.instagram.com"
NAMES = ("platform", "post_id", "influencer_id", "matched_by", "state", "is_seen")


@pytest.fixture
def posts(draw):
    frame = draw(
        f"""
        platform  | post_id             | permalink
        instagram | 18001               | {PERMALINK}/p/Aa-1_xYz/
        instagram | 18002               | {PERMALINK}/reel/Bb22222/
        instagram | 18003               | -
        instagram | Cc33333             | -
        youtube   | dQw4w9WgXcQ         | https://www.youtube.com/watch?v=dQw4w9WgXcQ
        youtube   | row-7               | https://youtu.be/abcdefghijk
        tiktok    | 7300000000000000001 | https://www.tiktok.com/@haru/video/7300000000000000001
        """,
        core.POSTS,
    )
    return frame.with_columns(post_key=pl.Series([surrogate(*r) for r in frame.select("platform", "post_id").rows()]))


@pytest.fixture
def told(draw, posts):
    campaigns = draw("campaign_id | landed_id\nasanagi | new#2\naki | other#2", core.CAMPAIGNS)

    def told(text: str) -> list[tuple[object, ...]]:
        decisions = draw(text, staging.POST_DECISIONS, landed_id="new#4")
        if "campaign_id" not in text:
            decisions = decisions.with_columns(pl.lit("asanagi").alias("campaign_id"))
        found = decided(decisions, campaigns, posts).sort("platform", "post_id")
        keys = [surrogate(*row) for row in found.select("platform", "post_id").rows()]
        assert found["post_key"].to_list() == keys
        return found.select(NAMES).rows()

    return told


@pytest.mark.parametrize(
    ("platform", "permalink", "name"),
    [
        ("instagram", "https://www.instagram.com/p/Aa-1_xYz/", "Aa-1_xYz"),
        ("instagram", "https://WWW.Instagram.COM/reel/Aa-1_xYz", "Aa-1_xYz"),
        ("instagram", "HTTP://instagram.com/tv/Aa-1_xYz/?igsh=p%2Fzzz", "Aa-1_xYz"),
        ("instagram", "instagram.com/haru.asa/p/Aa-1_xYz#c", "Aa-1_xYz"),
        ("instagram", "https://www.instagram.com/reels/aa-1_xyz/", "aa-1_xyz"),
        ("instagram", "https://www.instagram.com/haru/", None),
        ("instagram", "https://www.instagram.com/stories/haru/123/", None),
        ("instagram", "https://e.example/?u=https://www.instagram.com/p/Aa-1_xYz/", None),
        ("instagram", "https://notinstagram.com/p/Aa-1_xYz/", None),
        ("instagram", "https://instagram.com.example/p/Aa-1_xYz/", None),
        ("instagram", "https://wwwXinstagramXcom/p/Aa-1_xYz/", None),
        ("tiktok", "https://www.instagram.com/p/Aa-1_xYz/", None),
        ("youtube", "https://www.youtube.com/watch?v=dQw4w9WgXcQ&t=1", "dQw4w9WgXcQ"),
        ("youtube", "https://m.youtube.com/watch?list=x&v=dQw4w9WgXcQ", "dQw4w9WgXcQ"),
        ("youtube", "https://youtu.be/dQw4w9WgXcQ?si=v=zzz", "dQw4w9WgXcQ"),
        ("youtube", "https://YouTube.com/shorts/dQw4w9WgXcQ", "dQw4w9WgXcQ"),
        ("youtube", "https://www.youtube.com/@haru", None),
        ("tiktok", "https://www.tiktok.com/@haru/video/73001?lang=ja", "73001"),
        ("tiktok", "https://www.tiktok.com/@haru/photo/73001", "73001"),
        ("x", "https://x.com/haru/status/1800", "1800"),
        ("x", "https://twitter.com/haru/status/1800", "1800"),
        ("instagram", None, None),
    ],
)
def test_an_address_names_its_post(platform, permalink, name):
    frame = pl.DataFrame({"platform": [platform], "permalink": [permalink]}, schema_overrides={"permalink": pl.String})
    assert frame.select(addressed("permalink")).item() == name


@given(st.text(), st.sampled_from(["instagram", "tiktok", "youtube", "x"]))
def test_no_text_breaks_the_reading_of_an_address(text, platform):
    assert pl.DataFrame({"platform": [platform], "permalink": [text]}).select(addressed("permalink")).height == 1


@pytest.mark.parametrize(
    ("decision", "found"),
    [
        (f"instagram | Aa-1_xYz    | {PERMALINK}/p/Aa-1_xYz/", ("18001", "url", True)),
        (f"instagram | Bb22222     | {PERMALINK}/p/Bb22222/", ("18002", "url", True)),
        ("instagram | Bb22222     | -", ("18002", "manual", True)),
        ("instagram | 18001       | -", ("18001", "manual", True)),
        (f"instagram | 18003       | {PERMALINK}/p/Bb22222/", ("18003", "url", True)),
        (f"instagram | 19999       | {PERMALINK}/p/Bb22222/", ("18002", "url", True)),
        (f"instagram | Cc33333     | {PERMALINK}/p/Cc33333/", ("Cc33333", "url", True)),
        (f"instagram | bb22222     | {PERMALINK}/p/bb22222/", ("bb22222", "url", False)),
        ("youtube   | abcdefghijk | https://www.youtube.com/watch?v=abcdefghijk", ("row-7", "url", True)),
        ("youtube   | Bb22222     | -", ("Bb22222", "manual", False)),
    ],
)
def test_a_decision_means_the_post_of_its_id_else_of_its_address(told, decision, found):
    ((_, *rest),) = told(f"platform | post_id | permalink | decision\n{decision} | confirmed")
    assert (rest[0], rest[2], rest[4]) == found


def test_a_decision_on_a_post_that_nobody_has_told_of_is_kept_and_marked(told):
    rows = told(f"""
        platform  | post_id | permalink              | influencer_id | decision
        instagram | Zz99999 | {PERMALINK}/p/Zz99999/ | haru          | confirmed
        instagram | 18003   | -                      | sora          | rejected
    """)
    assert rows == [
        ("instagram", "18003", "sora", "manual", "rejected", True),
        ("instagram", "Zz99999", "haru", "url", "confirmed", False),
    ]


def test_one_post_decided_twice_is_one_row_and_a_contradiction_waits(told):
    rows = told(f"""
        platform  | post_id  | permalink               | influencer_id | decision
        instagram | 18001    | -                       | -             | confirmed
        instagram | Aa-1_xYz | {PERMALINK}/p/Aa-1_xYz/ | haru          | confirmed
        instagram | 18002    | -                       | -             | confirmed
        instagram | Bb22222  | {PERMALINK}/p/Bb22222/  | -             | rejected
    """)
    assert rows == [
        ("instagram", "18001", "haru", "manual", "confirmed", True),
        ("instagram", "18002", None, "manual", "pending", True),
    ]


def test_campaigns_decide_for_themselves(told):
    rows = told("""
        campaign_id | platform  | post_id | decision
        asanagi     | instagram | 18001   | confirmed
        aki         | instagram | 18002   | rejected
        gone        | instagram | 18003   | confirmed
    """)
    assert rows == [("instagram", "18001", None, "manual", "confirmed", True)], "aki's are of an earlier brief"


def test_only_the_last_brief_decides_also_when_it_has_no_decisions(draw):
    decisions = draw(
        """
        campaign_id | platform  | post_id | decision  | known_at         | landed_id
        kept        | instagram | 1       | confirmed | 2026-06-01 00:00 | kept-1#4
        kept        | instagram | 2       | confirmed | 2026-06-01 00:00 | kept-1#4
        kept        | instagram | 2       | rejected  | 2026-06-02 00:00 | kept-2#4
        removed     | instagram | 3       | rejected  | 2026-06-01 00:00 | removed-1#4
        """,
        staging.POST_DECISIONS,
    )
    campaigns = draw("campaign_id | landed_id\nkept | kept-2#2\nremoved | removed-2#2", core.CAMPAIGNS)
    found = in_force(decisions, campaigns)
    assert found.select("campaign_id", "post_id", "decision").rows() == [("kept", "2", "rejected")]
    assert in_force(decisions.reverse(), campaigns).equals(found)
