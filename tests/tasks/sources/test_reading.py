"""Whatever was landed is read into rows or rejects: no body raises, and no refusal is mistaken."""

import json
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tasks import sources
from tasks.sources import Landed, Staged
from transforms import tables
from transforms.tables import staging

KINDS = {
    "instagram": (
        "instagram_discovery",
        "instagram_account",
        "instagram_media",
        "instagram_insights",
        "instagram_stories",
    ),
    "tiktok": ("tiktok_user", "tiktok_videos", "tiktok_query", "tiktok_research_videos"),
    "youtube": ("youtube_channels", "youtube_uploads", "youtube_videos"),
    "bitly": ("bitly_link", "bitly_clicks"),
    "shopify": ("shopify_orders",),
}
SOURCES = sources.load()
EVERY_KIND = [(source, kind) for source, kinds in KINDS.items() for kind in kinds]
ABOUT = {"link_id": "bit.ly/3InVntd", "post_id": "1", "metrics": "views reach", "ids": "1 2", "shop": "s"}
RECORDED = Path("../shared/data/recorded")
Land = Callable[..., Landed]


PROMISED = tables.load()


def keeps_its_promise(staged: Staged) -> None:
    for name, frame in {**staged.tables, staging.REJECTS.name: staged.rejects}.items():
        table = PROMISED[name]
        assert frame.schema == table.schema
        for field in table.fields:
            assert not (field.required and frame[field.name].null_count()), f"{name}.{field.name} is null"
            if field.among:
                assert set(frame[field.name].drop_nulls()) <= set(field.among)
    assert staged.rejects.select(staging.REJECTS.key).is_duplicated().sum() == 0


HOSTILE = [
    b"",
    b"null",
    b"[]",
    b"[1, 2]",
    b'"text"',
    b"12",
    b"true",
    b"{}",
    b"\xff\xfe\x00",
    b"<!doctype html><html><body>Please log in</body></html>",
    b'{"data": [{"id": "1", "timestamp": "2026-0',
    b'{"data": null, "items": null, "orders": null, "link_clicks": null}',
    b'{"data": {}, "items": {}, "orders": {}, "link_clicks": {}}',
    b'{"data": [1], "items": [null], "orders": ["x"], "link_clicks": [[]]}',
    b'{"data": [{}], "items": [{}], "orders": [{}], "link_clicks": [{}]}',
    b'{"data": {"videos": [{"id": 1.5}], "user": 3}, "business_discovery": {"id": 7, "media": []}}',
    b'{"data": {"videos": 7, "user": []}, "business_discovery": [], "error": "no"}',
    b'{"error": {"code": "ok"}, "errors": [], "status_code": "x", "message": 5}',
    b'{"error": {"code": 1e400, "errors": 3, "details": "x", "status": []}}',
    b'{"error": [], "errors": {"a": ["b"]}}',
    b'{"id": "1", "timestamp": "not a time", "like_count": "abc"}',
    b'{"id": "a\\u0000b", "username": "x\\ud800y", "timestamp": 99999999999999999999999999}',
    b'{"id": "1", "like_count": 99999999999999999999999999999999, "caption": "\\ud83d"}',
    b'{"id": "1", "like_count": NaN, "comments_count": -Infinity}',
    b'{"id": ' + b"9" * 5000 + b"}",
    b"[" * 10_000,
    b'{"a":' * 10_000,
]


@pytest.mark.parametrize(("name", "kind"), EVERY_KIND)
@pytest.mark.parametrize("status", [0, 200, 400, 500])
def test_no_body_raises(name: str, kind: str, status: int, land: Land) -> None:
    answers = [land(kind, body, status=status, about=ABOUT, line=n) for n, body in enumerate(HOSTILE, start=2)]
    keeps_its_promise(SOURCES[name].stage(answers))


KEYS = st.sampled_from(
    """
    data items orders link_clicks videos user media business_discovery error errors code id user_id open_id username
    timestamp create_time created_at currency subtotal_price landing_site customer orders_count like_count view_count
    statistics viewCount snippet publishedAt contentDetails duration date clicks units unit_reference unit values
    value total_value name period refunds refund_line_items subtotal discount_codes status_code status_txt
    """.split()  # noqa: SIM905 - a list of fifty quoted words hides the words
)
LEAVES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=8),
    st.sampled_from(["1", "-4", "2026-06-01T00:00:00+0000", "views", "lifetime", "ok", "PT1M", "JPY", "day", "9" * 25]),
)
BODIES = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=6), max_leaves=30
)


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=BODIES, status=st.sampled_from([200, 400]))
def test_no_document_raises(body: object, status: int, land: Land) -> None:
    content = json.dumps(body).encode()
    for name, kinds in KINDS.items():
        answers = [land(k, content, status=status, about=ABOUT, line=n) for n, k in enumerate(kinds, start=2)]
        keeps_its_promise(SOURCES[name].stage(answers))


@settings(max_examples=60, deadline=None)
@given(body=BODIES | st.binary(max_size=50), status=st.integers(100, 599))
def test_no_refusal_raises(body: object, status: int) -> None:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    for source in SOURCES.values():
        refused = source.refusal(httpx.Response(status, content=content))
        assert refused is not None or 200 <= status < 300


@pytest.mark.parametrize(("name", "kind"), EVERY_KIND)
def test_what_is_no_json_is_rejected_with_its_raw_text(name: str, kind: str, land: Land) -> None:
    page = b"<html>" + "お待ちください".encode() * 1000
    staged = SOURCES[name].stage([land(kind, page)])
    assert staged.tables == {}
    assert staged.rejects["rule"].to_list() == ["not_json"]
    assert staged.rejects["raw"][0] == page.decode()[:4000]


@pytest.mark.parametrize(("name", "kind"), EVERY_KIND)
def test_a_question_that_was_never_answered_tells_nothing(name: str, kind: str, land: Land) -> None:
    staged = SOURCES[name].stage([land(kind, b"", status=0)])
    assert staged.tables == {}
    assert staged.rejects.is_empty()


@pytest.mark.parametrize("name", SOURCES)
def test_answers_of_other_kinds_are_not_read(name: str, land: Land) -> None:
    staged = SOURCES[name].stage([land("something_else", b"{}")])
    assert (staged.tables, staged.rejects.height) == ({}, 0)


# -- recorded answers ---------------------------------------------------------------------------------------------

recorded_here = pytest.mark.skipif(not RECORDED.is_dir(), reason="the recorded answers (../shared/data) are not here")


@recorded_here
@pytest.mark.parametrize(("name", "kind"), EVERY_KIND)
def test_every_recorded_body_is_staged_without_a_crash(name: str, kind: str, land: Land) -> None:
    bodies = [p.read_bytes() for p in sorted((RECORDED / name).glob("*.json"))]
    if name == "bitly":
        bodies = [json.dumps(part).encode() for part in json.loads(bodies[0]).values()]
    assert bodies
    keeps_its_promise(SOURCES[name].stage([land(kind, b, about=ABOUT, line=n) for n, b in enumerate(bodies, start=2)]))


RECORDED_ROWS = [
    ("instagram", "discovery_medias_p1", "instagram_discovery", "staging.post_observations", 2),
    ("instagram", "discovery_user_fields", "instagram_discovery", "staging.accounts", 1),
    ("instagram", "medias_media_default", "instagram_media", "staging.post_observations", 1),
    ("instagram", "medias_medias_fields", "instagram_media", "staging.post_observations", 2),
    ("instagram", "users_medias_p2", "instagram_media", "staging.posts", 2),
    ("instagram", "stories_stories_default", "instagram_stories", "staging.posts", 3),
    ("instagram", "medias_insights", "instagram_insights", "staging.post_observations", 1),
    ("instagram", "users_user_fields", "instagram_account", "staging.accounts", 1),
    ("youtube", "channel_info_single", "youtube_channels", "staging.accounts", 1),
    ("youtube", "channel_info_multi", "youtube_channels", "staging.accounts", 2),
    ("youtube", "videos_videos_info_multi", "youtube_videos", "staging.post_observations", 2),
    ("tiktok", "api_videos_response_page_1_of_2", "tiktok_research_videos", "staging.post_observations", 27),
    ("tiktok", "api_videos_response_page_2_of_2", "tiktok_research_videos", "staging.posts", 27),
    ("shopify", "orders", "shopify_orders", "staging.orders", 1),
]


@recorded_here
@pytest.mark.parametrize("case", RECORDED_ROWS, ids=lambda c: c[1])
def test_recorded_answers_give_all_their_rows(case: tuple[str, str, str, str, int], land: Land) -> None:
    name, file, kind, table, rows = case
    staged = SOURCES[name].stage([land(kind, (RECORDED / name / f"{file}.json").read_bytes())])
    assert staged.tables[table].height == rows
    assert staged.rejects.is_empty()


@recorded_here
def test_ids_beyond_what_a_float_holds_are_exact(land: Land) -> None:
    body = (RECORDED / "tiktok/api_videos_response_page_1_of_2.json").read_bytes()
    staged = SOURCES["tiktok"].stage([land("tiktok_research_videos", body)])
    assert "7320768196569599275" in staged.tables["staging.posts"]["post_id"].to_list()
