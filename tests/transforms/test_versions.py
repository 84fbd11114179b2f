"""What was told of a post becomes a version only where it differs from what was known, by one load or by many."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.tasks.synthetic import frame
from transforms import core, versions
from transforms.tables import core as tables
from transforms.tables import versions as kept

ZONE = "Asia/Tokyo"
START = datetime(2026, 7, 1, 18, tzinfo=UTC)


class Posts:
    """core.posts and core.post_versions, load by load."""

    def __init__(self) -> None:
        self.posts, self.versions, self.loads = tables.POSTS.empty(), kept.POST_VERSIONS.empty(), 0

    def load(self, *rows: dict, states: tuple[dict, ...] = ()) -> int:
        """Load answers; how many versions they made."""
        told, lost = self._told("posts", *rows), self._told("post_states", *states)
        last = self.versions.group_by("post_key").agg(pl.col("version", "known_at").max())
        segments = sorted({*told["landed_id"], *lost["landed_id"]})
        named = [s.partition("#")[0] for s in segments]
        new = versions.post_versions(self.posts, last, told, lost, segments=named, zone=ZONE)
        merged = core.merge_posts(self.posts, told, lost, self._told("post_observations"), ZONE)
        self.posts = pl.concat([self.posts.join(merged, on="post_key", how="anti"), merged]).sort("post_key")
        self.versions = pl.concat([self.versions, new]).sort(kept.POST_VERSIONS.key)
        return new.height

    def _told(self, table: str, *rows: dict) -> pl.DataFrame:
        trace = {"source": "tiktok", "pointer": "/data/0", "platform": "tiktok", "post_id": "1"}
        told = []
        for row in rows:
            self.loads += 1
            at = START + timedelta(hours=row.get("hour", self.loads))
            learnt = {"observed_at": at, "known_at": START + timedelta(days=1, hours=self.loads)}
            more = {k: v for k, v in row.items() if k != "hour"}
            told.append({**trace, **learnt, "landed_id": f"seg{self.loads:03d}#2", **more})
        return frame(f"staging.{table}", told)


def test_an_answer_that_tells_nothing_new_makes_no_version():
    posts = Posts()
    assert posts.load({"caption": "朝凪UV #PR", "format": "video"}) == 1
    assert posts.load({"caption": "朝凪UV #PR", "format": "unknown"}) == 0
    assert posts.load({"caption": None}) == 0
    assert posts.load({"caption": "朝凪UV"}) == 1
    assert posts.load({"permalink": "https://example.jp/p/1"}) == 1


def test_a_post_that_is_returned_again_makes_a_version_though_nothing_else_changed():
    posts = Posts()
    posts.load({"caption": "朝凪UV #PR"})
    assert posts.load(states=({"availability": "gone"},)) == 1
    assert posts.load({"caption": "朝凪UV #PR"}) == 1
    assert posts.versions["availability"].to_list() == ["on", "gone", "on"]


def test_an_old_answer_that_differs_makes_no_version_but_fills_what_is_unknown():
    posts = Posts()
    posts.load({"caption": "new", "hour": 9})
    assert posts.load({"caption": "old", "hour": 1}) == 0
    assert posts.load({"caption": "older", "permalink": "https://example.jp/p/1", "hour": 0}) == 1
    assert posts.posts["caption"].to_list() == ["new"]


ANSWERS = st.lists(
    st.tuples(
        st.sampled_from(["1", "2"]),
        st.integers(0, 4),
        st.sampled_from([None, "a", "b"]),
        st.sampled_from([None, "on", "unknown"]),
        st.sampled_from([None, None, None, "gone", "restricted"]),
    ),
    min_size=1,
    max_size=12,
)


@settings(max_examples=40, deadline=None)
@given(ANSWERS, st.data())
def test_leaving_out_what_is_known_changes_no_version(answers, data):
    cuts = sorted(data.draw(st.sets(st.integers(1, len(answers)))) | {0, len(answers)})

    def made() -> pl.DataFrame:
        posts = Posts()
        for low, high in pairwise(cuts):
            rows = [
                {
                    "post_id": n,
                    "hour": hour,
                    **({"availability": lost} if lost else {"caption": text, "paid_label": on}),
                }
                for n, hour, text, on, lost in answers[low:high]
            ]
            posts.load(
                *(r for r in rows if "availability" not in r), states=tuple(r for r in rows if "availability" in r)
            )
        return posts.versions

    short, left_out = made(), versions._news
    versions._news = lambda _existing, _last, posts, _states: posts
    try:
        assert short.equals(made())
    finally:
        versions._news = left_out
