"""Briefs as marketing people write them: read in any of Excel's ways, with every mistake told at once."""

import shutil
import tomllib
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from tasks import briefs
from tasks.briefing.addresses import BadAddress, account_of, link_of, post_of
from tasks.briefs import Briefs
from tasks.clock import stopped_clock
from tasks.errors import Mistake
from tasks.importing import numbers
from tasks.landing import Landing
from tasks.sources import Answer, Landed
from tasks.toml_places import Document, parse
from tasks.workspace import Workspace
from transforms import core, decisions
from transforms.tables import staging

NOON = datetime(2026, 6, 10, 3, 0, tzinfo=UTC)
CAMPAIGN = """\
name = "朝凪UV「夏の素肌」"
brand = "ミナモ堂"
product = "朝凪UVエッセンス"
category = "cosmetics"
objective = "sales"
starts_on = 2026-06-01
ends_on = "2026年7月12日"
hashtags = ["＃朝凪UV", "朝凪uv"]
mentions = ["@Minamodo_official"]
budget = "464万円"
margin_rate = "60%"
recipients = ["mori@example.jp"]
[goals]
orders = 800
er_reach = 0.035
"""
ROSTER = "名前,プラットフォーム,アカウント,契約形態,報酬,商品代,クーポン,リンク\n"
HONOKA = '朝倉ほのか,インスタグラム,@Honoka.Asa,直接,"¥50,000",６６００,HONOKA10,https://bit.ly/3xYzAbc\n'


def write(root: Path, *, campaign_id: str = "asanagi", **files: str | bytes) -> Workspace:
    folder = root / "campaigns" / campaign_id
    folder.mkdir(parents=True, exist_ok=True)
    names = {"campaign": "campaign.toml", "roster": "roster.csv", "posts": "posts.csv"}
    for key, content in {"campaign": CAMPAIGN, "roster": ROSTER + HONOKA, **files}.items():
        (folder / names[key]).write_bytes(content.encode() if isinstance(content, str) else content)
    return Workspace(root)


def mistakes(root: Path, **files: str | bytes) -> list[Mistake]:
    read = briefs.read(write(root, **files))
    assert read.campaigns == ()
    return list(read.broken)


def test_a_brief_is_read_as_it_was_meant(tmp_path: Path) -> None:
    read = briefs.read(write(tmp_path))
    assert read.broken == ()
    (brief,) = read.campaigns
    c = brief.campaign
    assert (c.starts_on, c.ends_on, c.budget) == (date(2026, 6, 1), date(2026, 7, 12), Decimal(4_640_000))
    assert c.margin_rate == Decimal("0.6")
    assert c.hashtags == ["#朝凪uv", "#朝凪uv"]
    assert (brief.currency, brief.locale) == ("JPY", "ja")
    (e,) = brief.roster
    assert (e.influencer_id, e.platform, e.handle, e.route) == ("朝倉ほのか", "instagram", "honoka.asa", "direct")
    assert (e.fee, e.product_cost, e.code, e.link) == (Decimal(50_000), Decimal(6_600), "HONOKA10", "bit.ly/3xYzAbc")
    assert (e.shipping_cost, e.promised_posts) == (Decimal(0), None), "a column that is absent is a cost that is not"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932", "utf-16", "utf-16-le"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_every_way_in_which_a_spreadsheet_saves_is_read(tmp_path: Path, encoding: str, delimiter: str) -> None:
    rows = [
        ["name", "platform", "handle", "route", "fee", "備考"],
        ["朝倉ほのか", "tiktok", "honoka", "direct", "50000", "要確認"],
        ["", "", "", "", "", ""],
        ["Mina, Sato", "youtube", "@minasato", "direct", "0", ""],
    ]
    text = "\r\n".join(delimiter.join(f'"{c}"' if "," in c else c for c in row) for row in rows)
    read = briefs.read(write(tmp_path, roster=text.encode(encoding)))
    assert read.broken == ()
    assert [(e.row, e.name, e.fee) for e in read.campaigns[0].roster] == [
        (2, "朝倉ほのか", Decimal(50_000)),
        (4, "Mina, Sato", Decimal(0)),
    ]


def test_five_different_mistakes_in_a_roster_are_told_at_once(tmp_path: Path) -> None:
    roster = (
        "name,platform,handle,route,fee,product_cost,code,link\n"
        "朝倉ほのか,insta,honoka,direct,50000,0,HONOKA10,\n"
        "佐藤みな,tiktok,https://www.instagram.com/mina/,direct,-5000,0,,\n"
        "高瀬りく,youtube,@riku,dirct,いくら？,0,RIKU10,bit.ly\n"
        "三浦そら,tiktok,@sora,direct,▲300,6.6千,,\n"
        "水野あお,tiktok,@ao,direct,1.500,$60,,\n"
        "水野あお,tiktok,@ao2,direct,1500,,riku１０,\n"
    )
    told = {(m.row, m.column): str(m) for m in mistakes(tmp_path, roster=roster)}
    assert "Did you mean instagram?" in told[2, "platform"]
    assert "campaigns/asanagi/roster.csv, row 2, platform" in told[2, "platform"]
    assert "'insta'" in told[2, "platform"]
    assert "on instagram, and the row says tiktok" in told[3, "handle"]
    assert "below 0" in told[3, "fee"]
    assert "Did you mean direct?" in told[4, "route"]
    assert "is not a number ('いくら？')" in told[4, "fee"]
    assert "bit.ly/3xYzAbc" in told[4, "link"]
    assert "below 0" in told[5, "fee"]
    assert "decimals, which JPY has not" in told[6, "fee"]
    assert "is in USD, and the row says JPY" in told[6, "product_cost"]
    assert len(told) == 9, "a row that is right is not told of"


def test_what_only_two_rows_together_show_is_told(tmp_path: Path) -> None:
    roster = (
        "influencer_id,name,platform,handle,route,fee,code\n"
        "a,朝倉ほのか,tiktok,honoka,direct,1,SUMMER\n"
        "a,朝倉ほのか,tiktok,honoka2,direct,1,SUMMER\n"
        "b,佐藤みな,tiktok,@Honoka,direct,1,\n"
        "c,高瀬りく,youtube,riku,direct,1,ｓｕｍｍｅｒ\n"
        "a,朝倉ほのか,instagram,honoka,direct,1,SUMMER\n"
    )
    told = {(m.row, m.column): m.what for m in mistakes(tmp_path, roster=roster)}
    assert told == {
        (3, "influencer_id"): "stands already in row 2 for tiktok",
        (4, "handle"): "stands already in row 2 as a",
        (5, "code"): "is 朝倉ほのか's already (row 2)",
    }


@pytest.mark.parametrize(
    ("roster", "column", "what"),
    [
        ("", None, "is empty"),
        ("\n\n", None, "is empty"),
        ("name,platform,handle,route,fee\n", None, "has no row below its header"),
        ("name,platform,handle,route\na,x,b,direct\n", "fee", "this column is missing"),
        ("name,名前,platform,handle,route,fee\na,a,x,b,direct,1\n", "名前", "this column stands twice"),
        ("name,platfrom,handle,route,fee\na,x,b,direct,1\n", "platfrom", "is a column that is not known here"),
        ("name,platform,handle,route,fee\na,x,b,direct,50,000\n", None, "has more cells than the header"),
        ('name,platform,handle,route,fee\n"a,x,b,direct,1\n', None, "is not CSV: unexpected end of data"),
        ("PK\x03\x04 zip", None, "is a binary file (Excel or Parquet), not text: give it its right ending"),
        ("name,platform,handle,route,fee\na,x,,direct,1\n", "handle", "is empty"),
        ("name,platform,handle,route,fee,account_id\na,x,b,direct,1,1.78E+16\n", "account_id", "was shortened by"),
        (
            "name,platform,handle,route,fee,currency\na,x,b,direct,1,dollars\n",
            "currency",
            "is not a currency code",
        ),
    ],
)
def test_a_header_or_shape_that_is_wrong_is_told(tmp_path: Path, roster: str, column: str | None, what: str) -> None:
    told = [m for m in mistakes(tmp_path, roster=roster) if m.column == column]
    assert any(m.what.startswith(what) for m in told), told


def test_an_empty_cost_is_unknown_and_said_so_and_the_campaign_goes_on(tmp_path: Path) -> None:
    roster = "name,platform,handle,route,fee,agency_cost\n朝倉ほのか,tiktok,honoka,direct,,0\n"
    read = briefs.read(write(tmp_path, roster=roster))
    assert [(m.row, m.column, m.warning) for m in read.mistakes] == [(2, "fee", True)]
    (e,) = read.campaigns[0].roster
    assert (e.fee, e.agency_cost, e.boost_cost) == (None, Decimal(0), Decimal(0))


def test_a_formula_is_text_and_is_never_computed(tmp_path: Path) -> None:
    roster = "name,platform,handle,route,fee,code\n=HYPERLINK(0),tiktok,honoka,direct,1,=1+1\n"
    (e,) = briefs.read(write(tmp_path, roster=roster)).campaigns[0].roster
    assert (e.name, e.code) == ("=HYPERLINK(0)", "=1+1")


def test_all_mistakes_of_a_campaign_file_are_told_with_their_line(tmp_path: Path) -> None:
    campaign = """\
name = ""
brand = "ミナモ堂"
objective = "sale"
starts_on = 2026-07-12
ends_on = "2026-02-30"
margin_rate = 60
recipients = ["mori@example.jp, evil@example.com"]
hashtag = ["#朝凪UV"]
budget = -1

[goals]
order = 800
cpo = "安く"
"""
    told = {m.column: m for m in mistakes(tmp_path, campaign=campaign)}
    assert {c: m.line for c, m in told.items()} == {
        "name": 1,
        "objective": 3,
        "ends_on": 5,
        "margin_rate": 6,
        "recipients.0": 7,
        "hashtag": 8,
        "budget": 9,
        "goals.order": 12,
        "goals.cpo": 13,
    }
    assert "Did you mean 0.6?" in told["margin_rate"].remedy
    assert "Did you mean hashtags?" in told["hashtag"].remedy
    assert "Did you mean orders?" in told["goals.order"].remedy
    assert "Write one of" in told["objective"].remedy


def test_a_brief_chooses_how_orders_are_shared_and_a_model_that_is_none_is_told(tmp_path: Path) -> None:
    own = 'attribution_model = "linear"\nattribution_window = "post"\n[goals]'
    (brief,) = briefs.read(write(tmp_path, campaign=CAMPAIGN.replace("[goals]", own))).campaigns
    assert (brief.campaign.attribution_model, brief.campaign.attribution_window) == ("linear", "post")
    (usual,) = briefs.read(write(tmp_path)).campaigns
    assert (usual.campaign.attribution_model, usual.campaign.attribution_window) == ("code_then_last_link", "campaign")
    wrong = (
        'attribution_model = "markov"\nattribution_window = "click"\n[goals]'  # markov may be silent: it cannot decide
    )
    told = {m.column: m.remedy for m in mistakes(tmp_path, campaign=CAMPAIGN.replace("[goals]", wrong))}
    assert set(told) == {"attribution_model", "attribution_window"}
    assert "position_based" in told["attribution_model"]


def test_who_does_what_is_kept_and_a_role_that_is_none_is_told(tmp_path: Path) -> None:
    owners = '[owners]\ncompliance = " 森\u202e "\ndata = "Aoki"\n'
    (brief,) = briefs.read(write(tmp_path / "a", campaign=CAMPAIGN + owners)).campaigns
    row = briefs._campaign_row(brief)
    told = {k: row[k] for k in staging.CAMPAIGNS.columns if k.startswith("owner_")}
    assert told == {
        "owner_compliance": "森", "owner_casting": None, "owner_planning": None, "owner_data": "Aoki"
    }  # fmt: skip
    [wrong] = mistakes(tmp_path / "b", campaign=CAMPAIGN + '[owners]\ncomplience = "森"\n')
    assert (wrong.column, wrong.remedy) == ("owners.complience", "Did you mean compliance?")


def test_whom_a_brand_aims_at_is_kept_in_the_form_that_answers_are_compared_in(tmp_path: Path) -> None:
    target = '[target]\ngender = ["女性", "F"]\nage = ["18〜24歳", "65+"]\ncountry = ["Japan"]\ninterest = ["Beauty"]\n'
    (brief,) = briefs.read(write(tmp_path / "a", campaign=CAMPAIGN + target)).campaigns
    row = briefs._campaign_row(brief)
    told = {k: row[k] for k in staging.CAMPAIGNS.columns if k.startswith("target_")}
    assert told == {
        "target_gender": "female", "target_age": "18-24\n65+", "target_country": "JP", "target_interest": "beauty"
    }  # fmt: skip
    (silent,) = briefs.read(write(tmp_path / "b")).campaigns
    assert {v for k, v in briefs._campaign_row(silent).items() if k.startswith("target_")} == {None}


def test_every_group_that_nobody_can_be_held_against_is_told_at_once(tmp_path: Path) -> None:
    target = (
        '[target]\ngender = ["femal"]\nage = ["young"]\ncountry = ["Atlantis"]\ninterest = [" "]\nages = ["18-24"]\n'
    )
    found = {m.column: m.remedy for m in mistakes(tmp_path / "a", campaign=CAMPAIGN + target)}
    assert found == {
        "target.gender.0": "Did you mean female?",
        "target.age.0": 'Write it as "25-34" or "65+"',
        "target.country.0": "Write its two capitals, such as JP",
        "target.interest.0": "Write an interest as the sources name it",
        "target.ages": "Did you mean age?",
    }
    [wrong] = mistakes(tmp_path / "b", campaign=CAMPAIGN + '[target]\ngender = "female"\n')
    assert wrong.column == "target.gender"


def test_what_is_missing_from_a_campaign_file_is_told(tmp_path: Path) -> None:
    told = {m.column: m.what for m in mistakes(tmp_path, campaign='product = "朝凪UV"\n')}
    assert told == dict.fromkeys(("name", "brand", "objective", "starts_on", "ends_on"), "is missing")


def test_a_campaign_that_ends_before_it_starts_is_told(tmp_path: Path) -> None:
    (mistake,) = mistakes(tmp_path, campaign=CAMPAIGN.replace("2026-06-01", "2026-08-01"))
    assert (mistake.line, mistake.column) == (7, "ends_on")


def test_what_two_values_show_together_is_told_beside_other_mistakes(tmp_path: Path) -> None:
    campaign = CAMPAIGN.replace("2026-06-01", "2026-08-01").replace("464万円", "much")
    told = {m.column: (m.what, m.line) for m in mistakes(tmp_path, campaign=campaign)}
    assert told == {"ends_on": ("ends before it starts", 7), "budget": ("is not a number", 10)}


def test_a_wrong_start_says_nothing_of_the_end(tmp_path: Path) -> None:
    campaign = CAMPAIGN.replace("2026-06-01", '"June"')
    assert [m.column for m in mistakes(tmp_path, campaign=campaign)] == ["starts_on"]


def test_what_a_brief_leaves_out_is_told_beside_its_mistakes(tmp_path: Path) -> None:
    kept = [line for line in CAMPAIGN.splitlines() if not line.startswith(("category", "hashtags", "mentions"))]
    for text, wrong in (("\n".join(kept), set()), ("\n".join(kept).replace('"sales"', '"sale"'), {"objective"})):
        read = briefs.read(write(tmp_path, campaign=text))
        assert {m.column for m in read.mistakes if m.warning} == {"category", "hashtags"}
        assert {m.column for m in read.broken} == wrong


@pytest.mark.parametrize("target", ["0", "-1", "nan", "inf"])
def test_a_goal_is_a_number_above_zero(tmp_path: Path, target: str) -> None:
    (mistake,) = mistakes(tmp_path, campaign=CAMPAIGN.replace("orders = 800", f"orders = {target}"))
    assert (mistake.column, mistake.line) == ("goals.orders", 14)


def test_a_goal_of_which_no_figure_will_be_known_is_a_warning(tmp_path: Path) -> None:
    goals = CAMPAIGN.replace("orders = 800", "reach = 9000\nroi_profit = 0.5")
    for campaign, doubtful in (
        (goals, {"goals.reach"}),
        (goals.replace('margin_rate = "60%"\n', ""), {"goals.reach", "goals.roi_profit"}),
    ):
        read = briefs.read(write(tmp_path, campaign=campaign))
        assert [b.campaign_id for b in read.campaigns] == ["asanagi"]
        assert {m.column for m in read.mistakes if m.warning} == doubtful


def test_a_broken_brief_leaves_the_others_alone(tmp_path: Path) -> None:
    write(tmp_path, campaign_id="broken", campaign="name = ")
    workspace = write(tmp_path, campaign_id="good")
    (tmp_path / "campaigns" / "empty").mkdir()
    read = briefs.read(workspace)
    assert [b.campaign_id for b in read.campaigns] == ["good"]
    assert {m.file for m in read.broken} == {
        "campaigns/broken/campaign.toml",
        "campaigns/empty/campaign.toml",
        "campaigns/empty/roster.csv",
    }


def test_decisions_are_read_by_address_or_id(tmp_path: Path) -> None:
    posts = (
        "url,platform,post_id,decision,influencer_id,note\n"
        "https://youtu.be/abcdefghijk?si=1,,,confirmed,朝倉ほのか,\n"
        "https://www.instagram.com/reel/C8abc_-DEf/?igsh=x,,,確定,,\n"
        ",tiktok,7300000000000000001,rejected,,別件\n"
    )
    (brief,) = briefs.read(write(tmp_path, posts=posts)).campaigns
    assert [(d.platform, d.post_id, d.decision, d.permalink) for d in brief.decisions] == [
        ("youtube", "abcdefghijk", "confirmed", "https://www.youtube.com/watch?v=abcdefghijk"),
        ("instagram", "C8abc_-DEf", "confirmed", "https://www.instagram.com/p/C8abc_-DEf/"),
        ("tiktok", "7300000000000000001", "rejected", None),
    ]


def test_mistakes_in_decisions_are_told(tmp_path: Path) -> None:
    posts = (
        "url,decision,influencer_id\n"
        "https://vt.tiktok.com/ZS123/,confirmed,\n"
        "https://example.com/p/1,confirmed,\n"
        "https://www.tiktok.com/@honoka/video/7300000000000000001,maybe,\n"
        "https://www.tiktok.com/@honoka/video/7300000000000000002,confirmed,朝倉ほの\n"
        "https://www.tiktok.com/@honoka/video/7300000000000000003,confirmed,\n"
        "https://www.tiktok.com/@honoka/video/7300000000000000003,rejected,\n"
    )
    told = {(m.row, m.column): str(m) for m in mistakes(tmp_path, posts=posts)}
    assert "links are not followed" in told[2, "url"]
    assert "not an address of a post" in told[3, "url"]
    assert "neither confirmed nor rejected" in told[4, "decision"]
    assert "Did you mean 朝倉ほのか?" in told[5, "influencer_id"]
    assert "contradicts row 6" in told[7, "decision"]
    assert len(told) == 5


def test_accounts_are_asked_for_around_their_campaign_with_the_creators_token(tmp_path: Path) -> None:
    briefs_read = briefs.read(write(tmp_path))
    token = SecretStr("t")

    def handles(day: date, of: Briefs = briefs_read) -> list[tuple[str, bool]]:
        return [(a.handle, a.token is not None) for a in of.accounts("instagram", day, {"honoka.asa": token})]

    assert handles(date(2026, 5, 17)) == []
    assert handles(date(2026, 5, 18)) == [("honoka.asa", True)]
    assert handles(date(2026, 7, 26)) == [("honoka.asa", True)]
    assert handles(date(2026, 7, 27)) == []
    assert briefs_read.accounts("tiktok", date(2026, 6, 1)) == ()
    assert briefs_read.links() == ("bit.ly/3xYzAbc",)


def test_a_brief_is_landed_when_it_changes_and_only_then(tmp_path: Path) -> None:
    workspace = write(tmp_path)
    landing = Landing(tmp_path / "landing", stopped_clock(NOON))

    def landed() -> int:
        read = briefs.read(workspace)
        return len(briefs.land(landing, read, day=NOON.date(), run_id="run", clock=stopped_clock(NOON)))

    assert [landed(), landed()] == [1, 0]
    write(tmp_path, roster=ROSTER + HONOKA.replace("50,000", "60,000"))
    assert [landed(), landed()] == [1, 0]
    write(tmp_path)
    assert landed() == 1, "what was said before is said again: it is news"
    entry = landing.entries()[0]
    bodies = {a.answer.kind: a.answer.body for a in landing.read(entry)}
    assert bodies == {"brief_campaign": CAMPAIGN.encode(), "brief_roster": (ROSTER + HONOKA).encode()}


def test_a_removed_posts_csv_is_landed_as_a_brief_that_decides_nothing(tmp_path: Path) -> None:
    both = "platform,post_id,decision\ntiktok,7300000000000000001,rejected\ntiktok,7300000000000000002,confirmed\n"
    landing = Landing(tmp_path / "landing", stopped_clock(NOON))
    staged: list[dict[str, pl.DataFrame]] = []

    def in_force() -> tuple[int, list[str]]:
        """How many briefs were landed, and the posts decided by all that was landed so far, loaded at once."""
        read = briefs.read(Workspace(tmp_path))
        new = briefs.land(landing, read, day=NOON.date(), run_id="run", clock=stopped_clock(NOON))
        staged.extend(dict(briefs.stage(landing.read(entry)).tables) for entry in new)
        whole = {name: pl.concat(s[name] for s in staged) for name in staged[0]}
        rows = core.post_decisions(whole["staging.post_decisions"], whole["staging.campaigns"])
        kept = decisions.in_force(whole["staging.post_decisions"], core.campaigns(whole["staging.campaigns"]))
        assert rows["post_id"].sort().to_list() == kept["post_id"].sort().to_list()
        return len(new), [post_id[-1] for post_id in rows["post_id"].sort()]

    write(tmp_path, posts=both)
    assert in_force() == (1, ["1", "2"])
    write(tmp_path, posts=both.replace("tiktok,7300000000000000001,rejected\n", ""))
    assert in_force() == (1, ["2"]), "a row that was removed decides nothing"
    (tmp_path / "campaigns/asanagi/posts.csv").unlink()
    assert in_force() == (1, []), "nor does a file"
    assert in_force() == (0, [])
    write(tmp_path, posts=both)
    assert in_force() == (1, ["1", "2"])


def test_a_deleted_campaign_folder_lands_nothing_and_takes_nothing_back(tmp_path: Path) -> None:
    write(tmp_path, campaign_id="one")
    write(tmp_path, campaign_id="two")
    landing = Landing(tmp_path / "landing", stopped_clock(NOON))

    def landed() -> list[str]:
        read = briefs.read(Workspace(tmp_path))
        new = briefs.land(landing, read, day=NOON.date(), run_id="run", clock=stopped_clock(NOON))
        return [entry.shard for entry in new]

    assert landed() == ["one", "two"]
    shutil.rmtree(tmp_path / "campaigns/one")
    assert landed() == []
    kept = [briefs.stage(landing.read(entry)).tables["staging.campaigns"] for entry in landing.entries()]
    assert core.campaigns(pl.concat(kept))["campaign_id"].sort().to_list() == ["one", "two"]
    read = briefs.read(Workspace(tmp_path))
    assert [b.campaign_id for b in read.campaigns] == ["two"], "its accounts are asked no more"


def test_landed_briefs_are_staged_as_the_tables_promise(tmp_path: Path) -> None:
    posts = "platform,post_id,decision\ntiktok,7300000000000000001,rejected\n"
    workspace = write(tmp_path, posts=posts)
    landing = Landing(tmp_path / "landing", stopped_clock(NOON))
    (entry,) = briefs.land(landing, briefs.read(workspace), day=NOON.date(), run_id="r", clock=stopped_clock(NOON))
    staged = briefs.stage(landing.read(entry))
    for table in (staging.CAMPAIGNS, staging.CAMPAIGN_GOALS, staging.ROSTER, staging.POST_DECISIONS):
        assert staged.tables[table.name].schema == table.schema
        for field in table.fields:
            assert not field.required or staged.tables[table.name][field.name].null_count() == 0, field.name
    (campaign,) = staged.tables["staging.campaigns"].rows(named=True)
    assert (campaign["hashtags"], campaign["mentions"], campaign["known_at"]) == ("#朝凪uv", "minamodo_official", NOON)
    goals = staged.tables["staging.campaign_goals"].select("kpi", "target").rows()
    assert goals == [("er_reach", "0.035"), ("orders", "800")]
    (row,) = staged.tables["staging.roster"].rows(named=True)
    assert (row["fee"], row["display_name"], row["pointer"]) == (Decimal("50000.0000"), "朝倉ほのか", "row 2")
    assert row["landed_id"] == f"{entry.segment}#3"
    assert staged.tables["staging.post_decisions"]["post_id"].to_list() == ["7300000000000000001"]
    assert staged.rejects.is_empty()


@given(st.sampled_from(["brief_campaign", "brief_roster", "brief_posts", "nonsense"]), st.binary(max_size=300))
def test_staging_a_brief_never_raises(kind: str, body: bytes) -> None:
    files = {"brief_campaign": CAMPAIGN.encode(), "brief_roster": (ROSTER + HONOKA).encode(), kind: body}
    answers = [
        Landed(f"s#{n}", "s", n, "brief", NOON.date(), "asanagi", Answer(k, "FILE", k, 200, {}, b, NOON, {}), "", 0)
        for n, (k, b) in enumerate(files.items(), start=2)
    ]
    staged = briefs.stage(answers)
    assert staged.tables["staging.campaigns"].height + min(staged.rejects.height, 1) == 1
    assert staged.rejects.schema == staging.REJECTS.schema
    assert staged.rejects.select(staging.REJECTS.key).is_duplicated().any() is False


def test_a_code_of_two_campaigns_at_once_is_a_warning(tmp_path: Path) -> None:
    write(tmp_path, campaign_id="one")
    other = HONOKA.replace("朝倉ほのか", "佐藤みな").replace("Honoka", "Mina")
    read = briefs.read(write(tmp_path, campaign_id="two", roster=ROSTER + other))
    assert [(m.file, m.column, m.warning) for m in read.mistakes] == [("campaigns/two/roster.csv", "code", True)]


def test_a_code_of_later_campaigns_is_compared_with_all_before(tmp_path: Path) -> None:
    """What an earlier campaign gave away says nothing of two later ones that run at once."""
    days = ("2025-06-01", "2025年7月12日"), ("2026-06-01", "2026年7月12日"), ("2026-06-08", "2026年7月12日")
    for name, (first, last) in zip(("a", "b", "c"), days, strict=True):
        brief = CAMPAIGN.replace("2026-06-01", first).replace("2026年7月12日", last)
        whose = HONOKA.replace("朝倉ほのか", f"佐藤{name}").replace("Honoka", f"Mina{name}")
        workspace = write(tmp_path, campaign_id=name, campaign=brief, roster=ROSTER + whose)
    told = [(m.file, m.what) for m in briefs.read(workspace).mistakes]
    assert told == [("campaigns/c/roster.csv", "is 佐藤b's in campaign b, which runs at the same time")]


@pytest.mark.parametrize(("starts_on", "told"), [("2026-06-01", 1), ("2026-06-08", 0)])
def test_one_persons_code_in_two_campaigns_is_told_of_where_both_start_on_one_day(
    tmp_path: Path, starts_on: str, told: int
) -> None:
    write(tmp_path, campaign_id="one")
    later = CAMPAIGN.replace("2026-06-01", starts_on)
    read = briefs.read(write(tmp_path, campaign_id="two", campaign=later))
    assert [m.what for m in read.mistakes] == ["is the same in campaign one, which starts on the same day"] * told


def test_what_nobody_sees_is_in_no_code_and_no_link(tmp_path: Path) -> None:
    copied = HONOKA.replace("HONOKA10", "\u200bHONOKA10\u00ad").replace("3xYzAbc", "3xYzAbc\u200b")
    (e,) = briefs.read(write(tmp_path, roster=ROSTER + copied)).campaigns[0].roster
    assert (e.code, e.link) == ("HONOKA10", "bit.ly/3xYzAbc")


def test_a_cell_with_two_codes_is_told_of(tmp_path: Path) -> None:
    for code in ('"HONOKA10, HONOKA20"', "HONOKA10、HONOKA20", "HONOKA10，HONOKA20"):
        told = mistakes(tmp_path, roster=ROSTER + HONOKA.replace("HONOKA10", code))
        assert [(m.row, m.column, m.what) for m in told] == [(2, "code", "is more than one code")]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("50000", "50000"),
        ("¥50,000", "50000"),
        ("５０,０００", "50000"),
        ("50,000円", "50000"),
        ("￥ 50,000 ", "50000"),
        ("4.5万円", "45000"),
        ("1.2億", "120000000"),
        ("-5,000", "-5000"),
        ("▲5,000", "-5000"),
        ("(5,000)", "-5000"),
        ("1'234'567.89", "1234567.89"),
        ("50 000", "50000"),
        ("JPY 500", "500"),
        (".5", "0.5"),
    ],
)
def test_a_number_is_read_as_people_write_it(text: str, value: str) -> None:
    assert numbers.read(text).value == Decimal(value)


@pytest.mark.parametrize(
    "text", ["", "-", "5,00", "1,23,456", "1.2.3", "7.3E+18", "12%", "¥5$", "五万", "0x10", "1_000", "NaN", ","]
)
def test_what_is_no_number_or_could_be_two_is_refused(text: str) -> None:
    with pytest.raises(numbers.NotANumber):
        numbers.read(text)


@given(st.decimals(min_value=-(10**12), max_value=10**12, places=2))
def test_a_written_number_is_read_back_exactly(value: Decimal) -> None:
    assert numbers.read(f"{value:,}").value == value
    german = f"{value:,}".translate(str.maketrans(",.", ".,"))
    assert numbers.read(german, decimal=",").value == value


@pytest.mark.parametrize(
    ("text", "platform", "handle"),
    [
        ("@Mina.Asa", "tiktok", "mina.asa"),
        ("＠ｍｉｎａ", "tiktok", "mina"),
        ("https://www.tiktok.com/@mina?lang=ja", "tiktok", "mina"),
        ("instagram.com/mina/", "instagram", "mina"),
        ("https://m.youtube.com/@みなチャンネル", "youtube", "みなチャンネル"),
    ],
)
def test_a_handle_is_found_in_what_people_paste(text: str, platform: str, handle: str) -> None:
    assert account_of(text, platform).handle == handle


def test_a_channel_address_carries_the_account_id() -> None:
    account = account_of("https://www.youtube.com/channel/UCabcdefghijklmnopqrstuv", "youtube")
    assert account.account_id == "UCabcdefghijklmnopqrstuv"


@given(st.text(max_size=80), st.sampled_from([lambda t: account_of(t, "tiktok"), post_of, link_of]))
def test_no_text_breaks_the_reading_of_addresses(text: str, read: Callable[[str], object]) -> None:
    with suppress(BadAddress):
        assert read(text)


def test_every_key_of_a_toml_file_knows_its_line() -> None:
    text = '''\
a = 1
b = """
c = 2
"""
d = [ # a = 9
  "]", "x",
]
[t]
"k.1" = '#'
u.v = {w = 3}
[[list]]
z = 1
'''
    document = parse(text.encode(), "f")
    assert isinstance(document, Document)
    assert document.data == tomllib.loads(text)
    assert dict(document.lines) == {
        ("a",): 1,
        ("b",): 2,
        ("d",): 5,
        ("t",): 8,
        ("t", "k.1"): 9,
        ("t", "u"): 10,
        ("t", "u", "v"): 10,
        ("list",): 11,
        ("list", "z"): 12,
    }
    assert document.line(("t", "u", "v", "w")) == 10
