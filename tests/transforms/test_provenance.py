"""What a figure rests on is told: the newest row that gives it decides, and a group says when several kinds meet."""

from datetime import UTC, datetime

import polars as pl
import pytest

from transforms import kpis
from transforms.provenance import with_provenance, with_sources
from transforms.tables import core
from transforms.tables.fields import METRICS

AFTER = datetime(2026, 9, 1, tzinfo=UTC)
KPIS = [kpis.load()[name] for name in ("views", "likes", "engagements", "cpv", "orders")]


@pytest.fixture
def posts(draw):
    """Post facts of three posts of two people: views, likes and what they cost."""
    frame = draw(
        """
        post_id | post_key | account_key | influencer_id | views | likes | comments | engagements | cost | posts
        p1      | 1        | 1           | haru_id       | 100   | 10    | 1        | 11          | 500  | 1
        p2      | 2        | 1           | haru_id       | 200   | 20    | 2        | 22          | 500  | 1
        p3      | 3        | 2           | sora_id       | 300   | -     | 3        | 3           | -    | 1
        """
    )
    told = {"campaign_id": "asanagi", "platform": "tiktok", "engagement_base": "views"}
    return frame.with_columns(
        *(pl.lit(v).alias(k) for k, v in told.items()),
        *(pl.lit(None, pl.Float64).alias(m) for m in METRICS if m not in frame.columns),
        pl.col("post_key", "account_key").cast(pl.Int64),
        pl.lit(None, pl.Datetime("us", "UTC")).alias("seen_at"),
    )


@pytest.fixture
def observed(draw):
    def of(text: str) -> pl.LazyFrame:
        frame = draw(text, core.POST_OBSERVATIONS)
        known = pl.col("observed_at").alias("known_at"), pl.lit("a#2").alias("landed_id")
        return frame.with_columns(*known).lazy()

    return of


def marked(posts: pl.DataFrame, observed: pl.LazyFrame) -> pl.DataFrame:
    return with_sources(posts, observed, core.ACCOUNT_OBSERVATIONS.empty(), AFTER)


def values(rows: list[tuple]) -> pl.DataFrame:
    names = ("grain", "campaign_id", "platform", "influencer_id", "post_id", "kpi", "value", "posts_known")
    types = (*(pl.String,) * 6, pl.Float64, pl.Int64)
    frame = pl.DataFrame(rows, schema=dict(zip(names, types, strict=True)), orient="row")
    return frame.with_columns(pl.lit(None, pl.String).alias("provenance"), pl.lit(None, pl.Int64).alias("posts_manual"))


CREDITS = pl.DataFrame(
    {
        "shop": ["s", "s"],
        "order_id": ["1", "2"],
        "campaign_id": ["asanagi", "asanagi"],
        "influencer_id": ["haru", "haru"],
        "platform": ["tiktok", "tiktok"],
    }
)
CAMPAIGN = ("campaign", "asanagi", None, None, None)
ONE = ("post", "asanagi", "tiktok", "haru_id", "p1")


def judged(posts: pl.DataFrame, asked: list[tuple], orders: pl.DataFrame | None = None) -> list[tuple]:
    told = core.ORDERS.empty() if orders is None else orders
    found = with_provenance(values(asked), posts, CREDITS, told, KPIS, as_of=AFTER)
    return found.select("kpi", "provenance", "posts_manual").rows()


def test_the_newest_row_that_tells_a_figure_decides(posts, observed):
    found = marked(
        posts,
        observed(
            """
            post_key | observed_at      | views | likes | source
            1        | 2026-06-11 03:00 | 90    | 9     | manual
            1        | 2026-06-12 03:00 | 100   | 10    | tiktok
            2        | 2026-06-11 03:00 | 200   | 19    | tiktok
            2        | 2026-06-12 03:00 | -     | 20    | manual
            3        | 2026-06-12 03:00 | 300   | -     | tiktok
            """
        ),
    )
    assert found.select("post_id", "from_views", "from_likes", "provenance").rows() == [
        ("p1", 0, 0, "api"),
        ("p2", 0, 3, "mixed"),
        ("p3", None, None, "api"),
    ]


def test_a_value_says_what_it_rests_on_and_of_how_many_posts(posts, observed):
    found = marked(
        posts,
        observed(
            """
            post_key | observed_at      | views | likes | source
            1        | 2026-06-12 03:00 | 100   | 10    | manual
            2        | 2026-06-12 03:00 | 200   | 20    | manual
            3        | 2026-06-12 03:00 | 300   | -     | tiktok
            """
        ),
    )
    asked = [(*CAMPAIGN, "views", 600.0, 3), (*CAMPAIGN, "likes", 30.0, 2), (*CAMPAIGN, "cpv", 3.3, 2)]
    assert judged(found, [*asked, (*ONE, "views", 100.0, 1)]) == [
        ("views", "mixed", 2),
        ("likes", "manual", 2),
        ("cpv", "manual", 2),
        ("views", "manual", 1),
    ]


def test_imports_are_named_and_are_not_typed_by_hand(posts, observed):
    rows = "\n".join(f"{n} | 2026-06-12 03:00 | {n * 100} | import" for n in (1, 2, 3))
    found = marked(posts, observed(f"post_key | observed_at | views | source\n{rows}"))
    assert judged(found, [(*CAMPAIGN, "views", 600.0, 3)]) == [("views", "import", 0)]


def test_what_platforms_told_is_api_and_what_is_unknown_rests_on_nothing(posts, observed):
    found = marked(posts, observed("post_key | observed_at | views | source\n1 | 2026-06-12 03:00 | 100 | tiktok"))
    assert judged(found, [(*CAMPAIGN, "views", 600.0, 3), (*ONE, "likes", None, 0)]) == [
        ("views", "api", 0),
        ("likes", None, None),
    ]


@pytest.mark.parametrize(("second", "word"), [("shopify", "mixed"), ("corrected", "corrected"), ("manual", "mixed")])
def test_orders_that_were_set_right_are_told(posts, observed, draw, second, word):
    orders = draw(
        f"order_id | known_at | source\n1 | 2026-06-12 03:00 | corrected\n2 | 2026-06-12 03:00 | {second}",
        core.ORDERS,
        shop="s",
        landed_id="a#2",
    )
    found = marked(posts, observed("post_key | observed_at | views | source\n1 | 2026-06-12 03:00 | 100 | tiktok"))
    assert judged(found, [(*CAMPAIGN, "orders", 2.0, 3)], orders) == [("orders", word, 0)]
