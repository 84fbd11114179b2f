"""One value gone wrong costs its own row and is told: nothing else is lost, and nothing is made up."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime

import httpx
import pytest
from pydantic import SecretStr

from tasks.sources import Account, Plan, bitly, ga4, instagram, tiktok, youtube
from tasks.sources._reading import instant_of

TOKEN = SecretStr("EAAinvented/Secret+Token=0001")


def body(document: object) -> bytes:
    return json.dumps(document).encode()


@pytest.mark.parametrize("number", [b"1e9999999", b"-1e9999999", b"1e-9999999", b"1E400"])
def test_a_number_beyond_all_reckoning_costs_its_row_alone(number: bytes, land: Callable) -> None:
    said = b'{"orders": [], "data": [{"id": "1", "like_count": ' + number + b'}, {"id": "2", "like_count": 5}]}'
    staged = instagram.stage([land("instagram_media", said)])
    assert staged.tables["staging.post_observations"].select("post_id", "likes").rows() == [("2", 5)]
    assert staged.rejects["pointer"].to_list() == ["/data/0/like_count"]


def test_nesting_at_the_edge_of_what_can_be_read_costs_its_row_alone(land: Callable) -> None:
    for depth in range(500, 1100):
        said = b'{"data": [{"id": ' + b"[" * depth + b"]" * depth + b'}, {"id": "2", "like_count": 5}]}'
        staged = instagram.stage([land("instagram_media", said)])
        is_read = "staging.post_observations" in staged.tables
        assert staged.rejects["rule"].to_list() == (["unreadable_value"] if is_read else ["not_json"])


BROKEN = [
    pytest.param({"id": 1.5}, id="an id that is none"),
    pytest.param({"title": "x"}, id="no id"),
    pytest.param("oops", id="no object"),
]


@pytest.mark.parametrize("broken", BROKEN)
def test_a_video_whose_id_cannot_be_read_makes_no_other_one_gone(broken: object, land: Callable) -> None:
    of_youtube = {"kind": "youtube#videoListResponse", "items": [{"id": "a"}, broken]}
    of_tiktok = {"data": {"videos": [{"id": "a"}, broken]}, "error": {"code": "ok"}}
    for staged in (
        youtube.stage([land("youtube_videos", body(of_youtube), about={"ids": "a b"})]),
        tiktok.stage([land("tiktok_query", body(of_tiktok), about={"ids": "a b"})]),
    ):
        assert "staging.post_states" not in staged.tables
        assert staged.tables["staging.post_observations"]["post_id"].to_list() == ["a"]
        assert staged.rejects.height > 0


@pytest.mark.parametrize("videos", [7, "x", {"id": "a"}, None])
def test_videos_that_are_no_list_make_none_gone(videos: object, land: Callable) -> None:
    said = {"data": {"videos": videos}, "error": {"code": "ok"}}
    staged = tiktok.stage([land("tiktok_query", body(said), about={"ids": "a b"})])
    assert (list(staged.tables), staged.rejects["rule"].to_list()) == ([], ["unreadable_shape"])


def discovery() -> Plan:
    posts = dict.fromkeys(["1", "2"], datetime(2026, 6, 20, tzinfo=UTC))
    since, until = datetime(2026, 6, 1, tzinfo=UTC), datetime(2026, 7, 1, 15, tzinfo=UTC)
    return Plan(
        date(2026, 7, 1),
        since,
        until,
        accounts=(Account("mina.asa", posts=posts),),
        options={"business_account_id": "99"},
        token=TOKEN,
    )


def profile(media: object) -> dict[str, object]:
    return {"business_discovery": {"id": "7", "username": "mina.asa", "media_count": 2, "media": media}}


@pytest.mark.parametrize(
    "second",
    [{}, profile(None), profile({"data": "oops"}), profile({"data": [{"caption": "no id"}]})],
    ids=["nothing", "no media", "no list", "no id"],
)
def test_a_page_that_cannot_be_read_makes_no_post_gone(second: object, play: Callable, relanded: Callable) -> None:
    first = profile(
        {"data": [{"id": "9", "timestamp": "2026-06-30T00:00:00+0000"}], "paging": {"cursors": {"after": "QVFI"}}}
    )

    def answer(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json=second if "after(" in request.url.params["fields"] else first)

    played = play(instagram, discovery(), answer)
    assert len(played.requests) == 2
    assert "staging.post_states" not in instagram.stage(relanded(played.answers)).tables


def test_half_a_character_in_an_id_is_no_fault_of_ours(play: Callable, relanded: Callable, land: Callable) -> None:
    half = b'{"\\ud800": {"id": "\\ud800"}, "1": {"id": "1", "like_count": 3}}'
    staged = instagram.stage([land("instagram_media", half)])
    assert staged.tables["staging.post_observations"]["post_id"].to_list() == ["\ufffd", "1"]
    owned = b'{"business_discovery": {"id": "\\ud800", "media": {"data": [{"id": "1"}]}}}'
    assert instagram.stage([land("instagram_discovery", owned)]).tables["staging.posts"]["account_id"][0] == "\ufffd"

    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/channels"):
            said = b'{"items": [{"id": "c", "contentDetails": {"relatedPlaylists": {"uploads": "u\\udfff"}}}]}'
        elif request.url.path.endswith("/playlistItems"):
            said = b'{"items": [{"contentDetails": {"videoId": "v\\ud800"}}], "nextPageToken": "\\udc00"}'
        else:
            said = b'{"kind": "youtube#videoListResponse"}'
        return httpx.Response(200, content=said)

    asked = Plan(
        date(2026, 7, 1), datetime(2026, 6, 1, tzinfo=UTC), datetime(2026, 7, 1, tzinfo=UTC), (Account("x", "c"),)
    )
    played = play(youtube, asked, answer)
    assert played.stopped is None
    assert all(a.url.isascii() for a in played.answers)
    youtube.stage(relanded(played.answers))


@pytest.mark.parametrize("wrong", [[], {}, 1.5])
def test_a_word_of_another_shape_says_nothing_and_costs_nothing(wrong: object, land: Callable) -> None:
    video = {"id": "v", "snippet": {"liveBroadcastContent": wrong, "title": "x"}, "statistics": {"viewCount": "5"}}
    staged = youtube.stage([land("youtube_videos", body({"items": [video]}))])
    assert staged.tables["staging.posts"]["format"].to_list() == ["video"]
    assert staged.rejects.is_empty()
    said = {"data": [{"name": "reach", "period": wrong, "values": [{"value": 5}]}]}
    assert instagram.places(land("instagram_insights", body(said)), "", "reach") == ()


@pytest.mark.parametrize("said", ["", [], {}, None])
def test_a_refusal_without_a_word_still_has_a_reason(said: object) -> None:
    for source in (youtube, instagram, tiktok, bitly, ga4):
        refused = source.refusal(httpx.Response(400, json={"error": said}))
        assert refused is not None
        assert refused.message
    refused = youtube.refusal(httpx.Response(200, json={"error": ""}))
    assert refused is not None
    assert refused.message


def test_seconds_since_1970_are_read_as_number_and_as_text() -> None:
    at = datetime(2021, 8, 13, 8, 6, 40, tzinfo=UTC)
    assert [instant_of(v) for v in (1628842000, "1628842000", 1628842000000, "1628842000000")] == [at] * 4
    assert [instant_of(v) for v in ("20260601", "16288420000000000", "-1628842000", True)] == [None] * 4


@pytest.mark.parametrize("wrong", [[5], "12", {"value": 5}, [[]]])
def test_insights_of_another_shape_are_rejected_and_not_untold(wrong: object, land: Callable) -> None:
    said = {"data": [{"name": "reach", "period": "lifetime", "values": wrong}]}
    staged = instagram.stage([land("instagram_insights", body(said), about={"post_id": "1", "metrics": "reach"})])
    assert staged.rejects["pointer"].to_list() == ["/data/0/values"]
    assert "staging.post_observations" not in staged.tables


def test_a_period_that_is_no_text_is_not_of_the_post(land: Callable) -> None:
    said = {"data": [{"name": "reach", "period": [], "values": [{"value": 5}]}]}
    staged = instagram.stage([land("instagram_insights", body(said), about={"post_id": "1"})])
    assert "staging.post_observations" not in staged.tables


def test_clicks_of_the_first_days_of_all_are_no_fault_of_ours(land: Callable) -> None:
    link = body({"id": "bit.ly/x", "created_at": "2026-06-01T00:00:00+0000"})
    clicks = body({"link_clicks": [], "unit": "day", "units": 30, "unit_reference": "0001-01-02T00:00:00+0000"})
    staged = bitly.stage(
        [land("bitly_link", link), land("bitly_clicks", clicks, about={"link_id": "bit.ly/x"}, line=3)]
    )
    assert list(staged.tables) == ["staging.links"]


class TestGoogleAnalytics:
    """Values stand under their names by position only."""

    @staticmethod
    def report(*rows: object, **more: object) -> bytes:
        names = ["date", "sessionSource", "sessionMedium", "sessionCampaignName", "sessionManualAdContent"]
        heads = {
            "dimensionHeaders": [{"name": n} for n in names],
            "metricHeaders": [{"name": n} for n in ("sessions", "newUsers", "keyEvents")],
        }
        return body({**heads, "rows": list(rows), "rowCount": len(rows), **more})

    @staticmethod
    def row(*metrics: object, source: object = "instagram") -> dict[str, object]:
        labels = ["20260630", source, "social", "c", "hana"]
        return {"dimensionValues": [{"value": v} for v in labels], "metricValues": [{"value": v} for v in metrics]}

    @pytest.mark.parametrize(
        "metrics",
        [
            pytest.param(("7", "1"), id="one too few: which one?"),
            pytest.param(("9", "7", "7", "1"), id="one too many"),
            pytest.param((7.5, "7", "1"), id="half a session"),
            pytest.param((True, "7", "1"), id="yes"),
            pytest.param(([], "7", "1"), id="a list"),
            pytest.param(("7", "7", "1e400"), id="endless"),
            pytest.param(("7", "7", "NaN"), id="not a number"),
            pytest.param(("7", "7", True), id="yes, a number"),
        ],
    )
    def test_a_value_of_another_shape_costs_its_row_and_is_told(self, metrics: tuple[object], land: Callable) -> None:
        said = self.report(self.row(*metrics), self.row("3", "2", "1"))
        staged = ga4.stage([land("ga4_report", said)])
        figures = staged.tables["staging.site_days"].select("sessions", "new_users", "conversions").rows()
        assert figures == [(3, 2, 1.0)]
        assert staged.rejects.height == 1

    @pytest.mark.parametrize("count", [None, 2.5, "many", [], -1, "9" * 30])
    def test_a_report_that_does_not_say_how_long_it_is_is_not_taken_for_whole(
        self, count: object, land: Callable, play: Callable
    ) -> None:
        said = self.report(self.row("3", "2", "1"), rowCount=count)
        staged = ga4.stage([land("ga4_report", said)])
        assert (list(staged.tables), staged.rejects["rule"].to_list()) == ([], ["incomplete_report"])
        since, until = datetime(2026, 6, 29, tzinfo=UTC), datetime(2026, 7, 1, 14, 59, tzinfo=UTC)
        asked = Plan(date(2026, 7, 1), since, until, options={"property_id": "1"}, token=SecretStr("ya29.invented"))
        played = play(ga4, asked, lambda _: httpx.Response(200, content=said))
        assert played.stopped is not None
        assert (played.stopped.reason, len(played.requests)) == ("unreadable_shape", 1)

    def test_a_count_of_rows_written_as_text_is_a_count(self, land: Callable) -> None:
        said = self.report(self.row("3", "2", "1"), rowCount="2")
        assert ga4.stage([land("ga4_report", said)]).rejects["rule"].to_list() == ["incomplete_report"]
