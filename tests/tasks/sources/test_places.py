"""Every stored figure of a recorded answer stands where its source says that it stands."""

import json
from collections.abc import Callable
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks import sources
from tasks.documents import document
from tasks.sources import Landed
from tasks.sources._places import number_of, value_at

FIGURES = {
    "staging.accounts": ("followers", "following", "posts"),
    "staging.post_observations": ("views", "reach", "likes", "comments", "shares", "saves", "watch_seconds", "post_id"),
    "staging.link_days": ("clicks",),
    "staging.orders": ("order_id", "gross", "net"),
}
ANSWERS = [
    ("instagram", [("instagram_discovery", "discovery_first", {}), ("instagram_discovery", "discovery_next", {})]),
    (
        "instagram",
        [
            ("instagram_account", "account", {}),
            ("instagram_media", "media", {"account_id": "1"}),
            (
                "instagram_insights",
                "insights_reel",
                {"post_id": "17900000000000021", "metrics": "views reach saved shares ig_reels_video_view_total_time"},
            ),
        ],
    ),
    ("tiktok", [("tiktok_user", "user", {}), ("tiktok_videos", "videos", {}), ("tiktok_query", "query", {})]),
    ("tiktok", [("tiktok_research_videos", "research_videos", {})]),
    ("youtube", [("youtube_channels", "channels", {}), ("youtube_videos", "videos", {})]),
    ("bitly", [("bitly_clicks", "clicks", {"link_id": "bit.ly/3hana"})]),
    ("shopify", [("shopify_orders", "orders", {"shop": "example.myshopify.com"})]),
]


@pytest.mark.parametrize(("platform", "answers"), ANSWERS, ids=lambda a: a if isinstance(a, str) else a[0][1])
def test_a_stored_figure_stands_where_its_source_says(
    platform: str, answers: list[tuple[str, str, dict[str, str]]], land: Callable, recorded: Callable
) -> None:
    source = sources.load()[platform]
    landed: dict[str, Landed] = {
        one.landed_id: one
        for n, (kind, name, about) in enumerate(answers, start=2)
        for one in [land(kind, recorded(platform, name), about=about, line=n)]
    }
    resolved = 0
    for table, frame in source.stage(list(landed.values())).tables.items():
        for row in frame.iter_rows(named=True):
            for column in FIGURES.get(table, ()):
                if row.get(column) is None:
                    continue
                answer, pointer = landed[row["landed_id"]], row["pointer"]
                found = source.places(answer, pointer, column)
                if not found and row.get("detail_landed_id"):
                    answer = landed[row["detail_landed_id"]]
                    found = source.places(answer, "", column)
                raws = [(value_at(document(answer.answer.body), p.pointer), p.per) for p in found]
                is_name = column.endswith("_id")
                told = [str(r) if is_name else number_of(r, per) for r, per in raws if r is not None]
                wanted = row[column] if is_name else Decimal(row[column])
                # Of an order's amounts, one is what was refunded less than the other.
                assert wanted in told if table == "staging.orders" else told == [wanted], (table, column, row)
                resolved += 1
    assert resolved >= 2


def test_a_day_that_bitly_leaves_out_stands_nowhere(land: Callable, recorded: Callable) -> None:
    bitly = sources.load()["bitly"]
    answer = land("bitly_clicks", recorded("bitly", "clicks"), about={"link_id": "bit.ly/x"})
    assert bitly.places(answer, "/link_clicks", "clicks") == ()


@pytest.mark.parametrize("source", sources.load().values(), ids=lambda s: s.NAME)
def test_no_answer_and_no_pointer_makes_a_source_stumble(source: sources.Source, land: Callable) -> None:
    for body in (b"", b"[]", b"\xff", b'{"data": [1, null, {"name": 3}]}'):
        for kind in ("unknown", "instagram_insights", "bitly_clicks", "shopify_orders"):
            for pointer in ("", "/data/0", "row 3", "/link_clicks/x"):
                assert isinstance(source.places(land(kind, body), pointer, "likes"), tuple)


KEYS = st.text(max_size=6)
TREES = st.recursive(st.integers(), lambda t: st.lists(t, max_size=3) | st.dictionaries(KEYS, t, max_size=3))


@given(TREES)
def test_a_pointer_leads_to_every_leaf(tree: object) -> None:
    def walk(value: object, pointer: str) -> None:
        steps = enumerate(value) if isinstance(value, list) else value.items() if isinstance(value, dict) else ()
        assert value_at(tree, pointer) == value
        for key, below in steps:
            walk(below, f"{pointer}/{str(key).replace('~', '~0').replace('/', '~1')}")

    walk(tree, "")


@pytest.mark.parametrize(
    ("raw", "per", "number"),
    [("1234", 1, 1234), (1234, 1, 1234), (61999, 1000, 61), (True, 1, None), ("many", 1, None), (None, 1, None)],
)
def test_a_raw_value_is_read_as_its_reader_reads_it(raw: object, per: int, number: int | None) -> None:
    parsed = json.loads(json.dumps(raw))
    assert number_of(parsed, per) == number
