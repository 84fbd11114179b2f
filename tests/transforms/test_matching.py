"""Which posts belong to a campaign."""

from datetime import UTC, date, datetime

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.keys import surrogate
from transforms.matching import campaign_posts, contract_accounts, match, says, tags
from transforms.tables import core, staging

NOW = datetime(2026, 8, 1, tzinfo=UTC)
KEY = pl.col("post_key").map_elements(lambda n: surrogate("instagram", str(n)), return_dtype=pl.Int64)


@pytest.fixture
def campaigns(draw):
    return draw(
        """
        campaign_id | starts_on  | ends_on    | hashtags | mentions | product          | landed_id
        asanagi     | 2026-06-01 | 2026-06-30 | #朝凪uv  | minamodo | 朝凪UVエッセンス | b#2
        """,
        core.CAMPAIGNS,
    )


@pytest.fixture
def contracts(draw):
    return draw(
        """
        campaign_id | influencer_id | platform  | handle | account_key | code
        asanagi     | haru          | instagram | haru   | 1           | HARU10
        asanagi     | sora          | instagram | sora   | 2           | -
        """,
        core.CONTRACTS,
    )


@pytest.fixture
def matched(draw, campaigns, contracts):
    def matched(text: str, owners: str | None = None, decisions: str | None = None, as_of: datetime = NOW):
        posts = draw(text, core.POSTS).with_columns(
            pl.lit("instagram").alias("platform"),
            pl.col("post_key").cast(pl.String()).alias("post_id"),
            pl.col("first_known_at").fill_null(datetime(2026, 6, 1, tzinfo=UTC)),
        )
        owned = draw(owners, core.POST_OWNERS) if owners else core.POST_OWNERS.empty()
        found = campaign_posts(
            campaigns,
            contracts,
            posts.with_columns(KEY),
            owned.with_columns(KEY),
            draw(decisions, staging.POST_DECISIONS) if decisions else staging.POST_DECISIONS.empty(),
            as_of=as_of,
        )
        return found.select("post_id", "influencer_id", "matched_by", "state").sort("post_id").rows()

    return matched


@pytest.mark.parametrize(
    ("published", "caption", "cut", "found"),
    [
        ("2026-06-01", "よかった #朝凪UV", "no", [("hashtag", "confirmed")]),
        ("2026-06-30", "＃朝凪ＵＶ", "no", [("hashtag", "confirmed")]),
        ("2026-05-31", "#朝凪UV", "no", []),
        ("2026-07-01", "#朝凪UV", "no", [("hashtag", "pending")]),
        ("2026-07-03", "#朝凪UV", "no", [("hashtag", "pending")]),
        ("2026-07-04", "#朝凪UV", "no", []),
        ("2026-06-10", "#朝凪UVケア", "no", []),
        ("2026-06-10", "ありがとう @minamodo", "no", [("mention", "pending")]),
        ("2026-06-10", "朝凪ＵＶエッセンスを塗った", "no", [("mention", "pending")]),
        ("2026-06-10", "コードはharu10です", "no", [("code", "pending")]),
        ("2026-06-10", "xharu10", "no", []),
        ("2026-06-10", "朝ごはん", "no", []),
        ("2026-06-10", "長い話の途中で", "yes", [("account", "pending")]),
        ("2026-06-10", "-", "-", [("account", "pending")]),
        ("2026-07-02", "-", "-", []),
        ("-", "#朝凪UV", "no", [("hashtag", "pending")]),
        ("-", "朝ごはん", "no", []),
    ],
)
def test_the_window_and_the_caption_decide(matched, published, caption, cut, found):
    rows = matched(f"""
        post_key | account_key | published_on | caption   | caption_is_truncated
        5        | 1           | {published}  | {caption} | {cut}
    """)
    assert [row[2:] for row in rows] == found


def test_posts_of_others_do_not_belong(matched):
    assert not matched("""
        post_key | account_key | published_on | caption
        5        | 9           | 2026-06-10   | #朝凪UV
        6        | -           | 2026-06-10   | #朝凪UV
    """)


def test_a_collaboration_counts_once_for_its_author(matched):
    rows = matched(
        """
        post_key | account_key | published_on | caption
        5        | 2           | 2026-06-10   | #朝凪UV
        6        | 9           | 2026-06-10   | #朝凪UV
        """,
        owners="""
        post_key | account_key
        5        | 1
        5        | 2
        6        | 1
        """,
    )
    assert rows == [("5", "sora", "hashtag", "confirmed"), ("6", "haru", "hashtag", "confirmed")]


def test_a_decision_by_hand_wins(matched):
    rows = matched(
        """
        post_key | account_key | published_on | caption
        5        | 1           | 2026-06-10   | #朝凪UV
        6        | 1           | 2026-06-10   | 朝ごはん
        """,
        decisions="""
        campaign_id | platform  | post_id | permalink      | influencer_id | decision  | known_at         | landed_id
        asanagi     | instagram | 77      | https://e.jp/9 | sora          | confirmed | 2026-06-20 00:00 | b#4
        asanagi     | instagram | 5       | -              | -             | rejected  | 2026-06-20 00:00 | b#4
        """,
    )
    assert rows == [("5", "haru", "manual", "rejected"), ("77", "sora", "url", "confirmed")]


def test_a_decision_corrects_earlier_editions_as_the_roster_does(matched):
    rows = matched(
        """
        post_key | account_key | published_on | caption
        5        | 1           | 2026-06-10   | #朝凪UV
        """,
        decisions="""
        campaign_id | platform  | post_id | decision | known_at         | landed_id
        asanagi     | instagram | 5       | rejected | 2026-06-20 00:00 | b#4
        """,
        as_of=datetime(2026, 6, 19, tzinfo=UTC),
    )
    assert rows == [("5", "haru", "manual", "rejected")]


def test_a_post_found_later_does_not_leak_into_an_earlier_report(matched):
    assert not matched(
        """
        post_key | account_key | published_on | caption  | first_known_at
        5        | 1           | 2026-06-10   | #朝凪UV  | 2026-06-11 00:00
        """,
        as_of=datetime(2026, 6, 10, 12, tzinfo=UTC),
    )


def test_a_contract_finds_its_account_by_id_then_by_handle(draw):
    accounts = draw(
        """
        account_key | platform  | account_id | handle | last_known_at
        1           | instagram | 100        | haru   | 2026-06-01 00:00
        2           | instagram | 200        | Sora   | 2026-06-01 00:00
        3           | instagram | 300        | sora   | 2026-06-02 00:00
        4           | tiktok    | 100        | sora   | 2026-06-02 00:00
        """,
        core.ACCOUNTS,
    )
    contracts = draw(
        """
        campaign_id | influencer_id | platform  | handle | account_id | account_key
        c           | a             | instagram | moved  | 100        | -
        c           | b             | instagram | ＠SORA | -          | -
        c           | d             | instagram | none   | -          | -
        c           | e             | instagram | haru   | -          | 2
        """,
        core.CONTRACTS,
    )
    assert contract_accounts(contracts, accounts)["account_key"].to_list() == [1, 3, None, 2]


def test_words_are_found_whole_where_they_are_latin():
    assert says("use mina10!", "MINA10")
    assert not says("mina100", "MINA10")
    assert says("夏は朝凪uvを", "朝凪UV")
    assert not says("anything", " ")


def test_a_list_of_tags_may_be_written_without_hash():
    assert tags("朝凪UV #PR") == {"#朝凪uv", "#pr"}


words = st.sampled_from(
    ["朝凪UV", "#朝凪uv", "＃朝凪ＵＶ", "@minamodo", "Mina.Modo", "HARU10", "haru10", "夏☀️", "★", "pr"]
)
texts = st.none() | st.lists(words | st.sampled_from(["\ufe0f", "\u200b", " ", "#", "ゆう", "é"]), max_size=5).map(
    "".join
)
lists = st.none() | st.lists(words, max_size=2).map(" ".join)
brief = st.fixed_dictionaries({"hashtags": lists, "mentions": lists, "product": st.none() | words})
post = st.fixed_dictionaries(
    {
        "caption": texts,
        "hashtags": lists,
        "caption_is_truncated": st.none() | st.booleans(),
        "published_on": st.sampled_from([None, date(2026, 6, 1), date(2026, 7, 2)]),
    }
)


@given(st.lists(post, min_size=1, max_size=6), brief, brief, st.none() | words)
def test_of_many_posts_those_are_found_that_match_one_by_one(said, brief, rival, code):
    span = {"starts_on": date(2026, 6, 1), "ends_on": date(2026, 6, 30), "landed_id": "b#2"}
    briefs = [{"campaign_id": c, **told, **span} for c, told in (("asanagi", brief), ("yunagi", rival))]
    roster = [
        {"campaign_id": c, "influencer_id": "haru", "account_key": 1, "code": code} for c in ("asanagi", "yunagi")
    ]
    posts = [
        {"post_key": n, "account_key": 1, "platform": "instagram", "post_id": f"{n}", "first_known_at": NOW, **row}
        for n, row in enumerate(said)
    ]
    campaigns, contracts, seen = (
        table.conform_loosely(pl.DataFrame(rows, infer_schema_length=None))
        for table, rows in ((core.CAMPAIGNS, briefs), (core.CONTRACTS, roster), (core.POSTS, posts))
    )
    found = campaign_posts(
        campaigns, contracts, seen, core.POST_OWNERS.empty(), staging.POST_DECISIONS.empty(), as_of=NOW
    )
    wanted = {"wanted_hashtags": "hashtags", "wanted_mentions": "mentions", "product": "product"}
    alone = [
        (told["campaign_id"], row["post_key"], *why)
        for told in briefs
        for row in posts
        if (why := match({**row, **span, "code": code, **{as_: told[c] for as_, c in wanted.items()}}))
    ]
    assert found.select("campaign_id", "post_key", "matched_by", "state").rows() == alone
