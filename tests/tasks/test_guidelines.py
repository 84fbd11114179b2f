"""What posts are checked for, as marketing people write it: guidelines, labels by hand, screenshots, reuse."""

from datetime import UTC, date, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from tasks import briefs
from tasks.clock import stopped_clock
from tasks.errors import Mistake
from tasks.landing import Landing
from tasks.workspace import Workspace
from transforms.tables import staging
from transforms.tables.compliance import REUSES

NOON = datetime(2026, 6, 10, 3, 0, tzinfo=UTC)
CAMPAIGN = """\
name = "夏の素肌"
brand = "ミナモ堂"
product = "朝凪UVエッセンス"
category = "cosmetics"
objective = "sales"
starts_on = 2026-06-01
ends_on = 2026-07-12
hashtags = ["#朝凪UV"]
"""
GUIDELINES = """\
[guidelines]
profiles = ["jp_womj", "jp_wording"]
product_names = ["Asanagi UV"]
mentions = ["＠Minamodo_official"]
code = false
posts_from = "2026年6月3日"
posts_until = 2026-06-30
forbidden_words = ["激安", "最安"]
rivals = ["夕凪コスメ"]
min_age = 20
approved_claims = ["うるおいを与える"]
reward_for_rating = true
"""
ROSTER = "name,platform,handle,route,fee,関係\nHana,instagram,@hana,direct,0,商品提供\nRiku,tiktok,@riku,direct,9,\n"
POSTS = (
    "url,判定,ラベル,確認方法,動画内表示,常時表示,スクショ\n"
    "https://www.instagram.com/p/Cabc123/,採用,あり,,はい,いいえ,evidence/label.png\n"
    "https://www.instagram.com/p/Cabc124/,採用,off,目視,,,\n"
)
REUSE = (
    "掲載場所,掲載先,元投稿,掲載文,広告表示,確認日,スクショ\n"
    "公式サイト,https://minamodo.example/voice,https://www.instagram.com/p/Cabc123/,使ってよかった,×,2026/6/20,lp.png\n"
    "広告,夏のバナー,,,,,\n"
)
NAMES = {"campaign": "campaign.toml", "roster": "roster.csv", "posts": "posts.csv", "reuse": "reuse.csv"}


def write(root: Path, **files: str) -> Workspace:
    folder = root / "campaigns" / "asanagi"
    folder.mkdir(parents=True, exist_ok=True)
    for key, content in {"campaign": CAMPAIGN, "roster": ROSTER, **files}.items():
        (folder / NAMES[key]).write_text(content, "utf-8")
    return Workspace(root)


def landed(workspace: Workspace, root: Path) -> list[dict[str, pl.DataFrame]]:
    """The staged tables of every brief landed so far, after landing what is new."""
    landing = Landing(root / "landing", stopped_clock(NOON))
    found = briefs.read(workspace)
    assert found.broken == ()
    briefs.land(landing, found, day=NOON.date(), run_id="r1", clock=stopped_clock(NOON))
    return [dict(briefs.stage(landing.read(entry)).tables) for entry in landing.entries()]


def told(root: Path, **files: str) -> dict[tuple[str, str | None], Mistake]:
    return {(m.file.rpartition("/")[2], m.column): m for m in briefs.read(write(root, **files)).mistakes}


def test_guidelines_and_relations_are_staged_as_they_were_meant(tmp_path: Path) -> None:
    [staged] = landed(write(tmp_path, campaign=CAMPAIGN + GUIDELINES), tmp_path)
    row = staged[staging.CAMPAIGNS.name].row(0, named=True)
    wanted: dict[str, Any] = {
        "profiles": "jp_womj jp_wording",
        "product_names": "Asanagi UV",
        "asked_hashtags": "#朝凪uv",
        "asked_mentions": "minamodo_official",
        "asks_code": False,
        "posts_from": date(2026, 6, 3),
        "posts_until": date(2026, 6, 30),
        "forbidden_words": "激安\n最安",
        "rival_names": "夕凪コスメ",
        "min_age": 20,
        "approved_claims": "うるおいを与える",
        "rewards_praise": True,
    }
    assert {c: row[c] for c in wanted} == wanted
    assert staged[staging.ROSTER.name]["relation"].to_list() == ["gift", None]


def test_a_brief_without_guidelines_asks_for_its_designated_hashtags(tmp_path: Path) -> None:
    [staged] = landed(write(tmp_path), tmp_path)
    row = staged[staging.CAMPAIGNS.name].row(0, named=True)
    assert (row["asked_hashtags"], row["asks_code"], row["profiles"], row["rewards_praise"]) == (
        "#朝凪uv",
        True,
        None,
        None,
    )
    none = landed(write(tmp_path, campaign=CAMPAIGN + "[guidelines]\nhashtags = []\n"), tmp_path)[-1]
    assert none[staging.CAMPAIGNS.name]["asked_hashtags"].to_list() == [None]


def test_every_mistake_in_guidelines_is_told_at_once_with_its_remedy(tmp_path: Path) -> None:
    wrong = (
        '[guidelines]\nprofiles = ["jp_law"]\nhashtag = ["#a"]\nposts_from = 2026-07-02\nposts_until = 2026-07-01\n'
        'min_age = 0\nforbidden_words = [""]\n'
    )
    found = told(tmp_path, campaign=CAMPAIGN + wrong)
    columns = ("profiles.0", "hashtag", "posts_until", "min_age", "forbidden_words.0")
    lines = [found["campaign.toml", f"guidelines.{c}"].line for c in columns]
    assert lines == [10, 11, 13, 14, 15]
    assert "hashtags" in found["campaign.toml", "guidelines.hashtag"].remedy
    assert "jp_womj" in found["campaign.toml", "guidelines.profiles.0"].remedy


def test_labels_and_places_of_reuse_are_kept_with_the_hash_of_their_screenshot(tmp_path: Path) -> None:
    workspace = write(tmp_path, posts=POSTS, reuse=REUSE)
    folder = workspace.campaigns / "asanagi"
    (folder / "evidence").mkdir()
    (folder / "evidence/label.png").write_bytes(b"picture")
    missing = [m for m in briefs.read(workspace).mistakes if m.column == "screenshot"]
    assert [(m.value, m.warning, m.row) for m in missing] == [("lp.png", True, 2)]
    [staged] = landed(workspace, tmp_path)
    noted = staged[staging.POST_DECISIONS.name]
    digest = sha256(b"picture").hexdigest()
    assert noted.select(
        "paid_label", "label_source", "is_shown_in_video", "is_kept_in_view", "screenshot_sha256"
    ).rows() == [("on", "screenshot", True, False, digest), ("off", "manual", None, None, None)]
    reuses = staged[REUSES.name]
    assert reuses.select(
        "place", "address", "post_id", "is_disclosed", "first_seen_on", "screenshot_sha256"
    ).rows() == [
        ("site", "https://minamodo.example/voice", "Cabc123", False, date(2026, 6, 20), None),
        ("ad", "夏のバナー", None, None, None, None),
    ]
    assert reuses["reuse_id"].n_unique() == 2
    assert len(landed(workspace, tmp_path)) == 1, "nothing new is landed"
    (folder / "lp.png").write_bytes(b"another")
    again = landed(workspace, tmp_path)
    assert len(again) == 2, "a screenshot that is there now is news"
    assert again[-1][REUSES.name]["screenshot_sha256"].to_list() == [sha256(b"another").hexdigest(), None]
    assert again[-1][REUSES.name]["reuse_id"].to_list() == reuses["reuse_id"].to_list()


@pytest.mark.parametrize("name", ["../secret.png", "/etc/passwd", "C:\\x.png", "a/../../secret.png", "~/x.png", "a//b"])
def test_a_screenshot_outside_the_campaigns_folder_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / "campaigns").mkdir()
    (tmp_path / "campaigns/secret.png").write_bytes(b"secret")
    found = told(tmp_path, posts=f"url,decision,screenshot\nhttps://www.instagram.com/p/Cabc123/,confirmed,{name}\n")
    assert not found["posts.csv", "screenshot"].warning


def test_a_link_that_leads_out_of_the_folder_is_not_followed(tmp_path: Path) -> None:
    secret = tmp_path / "secret.png"
    secret.write_bytes(b"secret")
    workspace = write(tmp_path, posts=POSTS)
    (workspace.campaigns / "asanagi/evidence").mkdir()
    (workspace.campaigns / "asanagi/evidence/label.png").symlink_to(secret)
    found = briefs.read(workspace)
    assert [m.what for m in found.mistakes if m.column == "screenshot"] == ["leads out of the campaign's folder"]
    assert found.campaigns[0].evidence == {}


def test_every_mistake_in_a_ledger_of_reuse_is_told_at_once(tmp_path: Path) -> None:
    rows = (
        "place,url_or_name,post,post_id,platform,disclosed,first_seen\n"
        "moon,https://x.example,,,,,\n"
        "site,,,,,,\n"
        "site,https://y.example,https://example.com/p/1,,,,\n"
        "site,https://z.example,,123,,perhaps,2026-99-01\n"
        "lp,https://v.example,,,,,\nlp,https://v.example,,,,,\n"
    )
    found = {(m.row, m.column) for m in briefs.read(write(tmp_path, reuse=rows)).broken}
    assert found == {
        (2, "place"),
        (3, "url_or_name"),
        (4, "post"),
        (5, "disclosed"),
        (5, "first_seen"),
        (5, "platform"),
        (7, "url_or_name"),
    }


def test_what_contradicts_itself_or_is_not_known_is_told(tmp_path: Path) -> None:
    posts = (
        "url,decision,paid_label,label_source,shown_in_video,kept_in_view\n"
        "https://www.instagram.com/p/Cabc123/,confirmed,maybe,rumour,no,yes\n"
    )
    found = told(tmp_path, posts=posts, roster=ROSTER.replace("商品提供", "friend"))
    assert {k for k, m in found.items() if not m.warning} == {
        ("posts.csv", "paid_label"),
        ("posts.csv", "label_source"),
        ("posts.csv", "kept_in_view"),
        ("roster.csv", "relation"),
    }
