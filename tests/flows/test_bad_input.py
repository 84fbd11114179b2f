"""Everything that people, platforms and disks do wrong is told with place, value and remedy, and the good goes on."""

import errno
import json
import os
import re
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path

import polars as pl
import pytest

from flows.__main__ import run
from tasks import publish
from tasks.clock import stopped_clock
from tasks.errors import BUSY, DONE, GAPS, USAGE, HibikiError, WorkspaceBusy
from tasks.landing import Landing, LandingError
from tasks.sandbox.faults import SCRIPT, Fault
from tasks.sources import Answer

AT = datetime(2026, 7, 13, 3, 0, tzinfo=UTC)
ROOT = Path(__file__).parents[2]
ENDED, RUNNING = "asanagi-uv-2026-summer", "yoimachi-ale-2026-festival"
MAPPING = """\
kind = "post_observations"
[constants]
platform = "youtube"
[columns]
post_id = "id"
observed_at = "at"
views = "v"
"""


@pytest.fixture
def said(capsys, monkeypatch):
    """Run the command with these words: its exit code, and what it said on one line."""
    monkeypatch.setenv("COLUMNS", "500")

    def say(*words: object) -> tuple[int, str]:
        code = run([str(w) for w in words])
        out, err = capsys.readouterr()
        assert "Traceback" not in out + err
        return code, " ".join((out + err).split())

    return say


# people


@pytest.mark.parametrize("word", ["check", "nightly", "rebuild", "status", "import"])
def test_broken_settings_are_told_with_their_line_whatever_was_asked(fresh, said, word):
    file = fresh.root / "hibiki.toml"
    file.write_text('timezone = "Asia/Tokyo"\ncurrency = "JPY\n', "utf-8")
    more = (file, "--as", "shopify_orders_csv") if word == "import" else ()
    code, told = said(word, *more, "--workspace", fresh.root)
    assert code == USAGE
    assert "hibiki.toml, line 2" in told
    assert not (fresh.root / ".prefect").exists(), "no server is started for a run that cannot begin"


def test_all_mistakes_of_the_settings_are_told_at_once(fresh, said):
    text = (fresh.root / "hibiki.toml").read_text("utf-8")
    text = text.replace('"Asia/Tokyo"', '"Asia/Tokio"').replace('currency = "JPY"', 'currency = "yen"\ncolour = 1')
    (fresh.root / "hibiki.toml").write_text(text, "utf-8")
    code, told = said("check", "--offline", "--workspace", fresh.root)
    assert code == USAGE
    for told_of in ("Asia/Tokio", "'yen'", "colour", "three capitals"):
        assert told_of in told


def test_a_broken_brief_is_left_out_and_told_and_the_other_campaign_goes_on(company, said):
    brief = company.root / "campaigns" / ENDED / "campaign.toml"
    brief.write_text(brief.read_text("utf-8").replace("budget = ", "budget = = "), "utf-8")
    line = 1 + brief.read_text("utf-8")[: brief.read_text("utf-8").index("= =")].count("\n")
    code, told = said("check", "--offline", "--workspace", company.root)
    assert code == USAGE
    assert f"campaigns/{ENDED}/campaign.toml, line {line}" in told
    night = company.night()
    assert night.exit_code == GAPS
    assert any(f"campaigns/{ENDED}/campaign.toml, line {line}" in gap for gap in night.gaps)
    assert f"{RUNNING} mid-v1" in night.editions
    assert company.served("SELECT count(*) FROM core.campaigns") == [(2,)], "what was known of it before stays"


def test_five_mistakes_of_a_roster_are_told_at_once_with_row_and_column(fresh, said):
    roster = fresh.root / "campaigns" / RUNNING / "roster.csv"
    roster.write_text(
        "name,platform,handle,route,fee,promised_posts\n"
        "霧野 凪,instagrm,@kirino,direct,50000,1\n"
        "霧野 凪,tiktok,,direct,50000,1\n"
        "雨宿 蓮,youtube,@amayado,handshake,50000,1\n"
        "星降 光,instagram,@hoshifuri,direct,-5,1\n"
        "凪沢 岬,instagram,@nagisawa,direct,五万円くらい,two\n",
        "cp932",
    )
    code, told = said("check", "--offline", "--workspace", fresh.root)
    assert code == USAGE
    place = f"campaigns/{RUNNING}/roster.csv, row "
    for row, column, value in (
        (2, "platform", "instagrm"),
        (3, "handle", None),
        (4, "route", "handshake"),
        (5, "fee", "-5"),
        (6, "fee", "五万円くらい"),
        (6, "promised_posts", "two"),
    ):
        found = re.search(rf"{re.escape(place)}{row}, {column}: (.*?)(?=✗|$)", told)
        assert found, f"row {row}, {column} is told"
        assert value is None or f"'{value}'" in found[1]
    assert "instagram" in told, "the remedy names what is meant"


def test_a_line_cut_short_costs_itself_only(company, said):
    (company.root / "imports").mkdir(exist_ok=True)
    (company.root / "imports" / "panel.toml").write_text(MAPPING, "utf-8")
    lines = [json.dumps({"id": f"vid{n:08}", "at": "2026-07-01T00:00:00Z", "v": n + 10}) for n in range(3)]
    file = company.root / "panel.jsonl"
    file.write_text("\n".join([*lines, lines[0][:25]]), "utf-8")
    assert said("import", file, "--as", "panel", "--workspace", company.root)[0] == DONE
    loaded = publish.load.fn(company.site())
    assert (loaded.rows_rejected, company.unaccounted()) == (1, [])
    bad = company.table("ops.rejected_rows").filter(pl.col("rule") == "not_json")
    [(pointer, raw)] = bad.select("pointer", "raw").rows()
    assert (pointer, raw) == ("row 4", lines[0][:25])
    assert _views(company, "vid") == {f"vid{n:08}": [n + 10] for n in range(3)}


def test_of_two_values_under_one_key_the_first_counts_and_the_second_is_shown(company, said):
    (company.root / "imports").mkdir(exist_ok=True)
    (company.root / "imports" / "panel.toml").write_text(MAPPING, "utf-8")
    file = company.root / "panel.csv"
    at = "2026-07-01T00:00:00Z"
    file.write_text(f"id,at,v\ntwicetold01,{at},100\nplainvideo1,{at},7\ntwicetold01,{at},101\n", "utf-8")
    assert said("import", file, "--as", "panel", "--workspace", company.root)[0] == DONE
    publish.load.fn(company.site())
    assert _views(company, "twicetold01") == {"twicetold01": [100]}
    assert _views(company, "plainvideo1") == {"plainvideo1": [7]}
    bad = company.table("ops.rejected_rows").filter(pl.col("rule") == "duplicate_key")
    [(pointer, reason, raw)] = bad.select("pointer", "reason", "raw").rows()
    assert pointer == "row 4"
    assert "the first was kept" in reason
    assert "101" in raw
    assert company.unaccounted() == []


def test_a_missing_token_is_named_and_the_other_platforms_go_on(company, said):
    secrets = company.root / "secrets.toml"
    text = secrets.read_text("utf-8")
    secrets.write_text(re.sub(r"\[youtube\]\nkey = .*\n", "", text), "utf-8")
    code, told = said("check", "--offline", "--workspace", company.root)
    assert code == USAGE
    assert "HIBIKI_YOUTUBE_KEY" in told
    night = company.brought()
    assert night.exit_code == GAPS
    assert night.states("youtube") == {"failed"}
    for other in ("instagram", "bitly", "shopify"):
        assert night.states(other) == {"complete"}, f"{other} does not suffer"
    assert any(gap.startswith("youtube") and "None" not in gap for gap in night.gaps)


# platforms


@pytest.fixture(scope="module")
def hostile(copied, tmp_path_factory):
    """A night on which platforms say what they should not: each another thing."""
    company = copied(tmp_path_factory.mktemp("hostile"))
    night = company.night(
        None,
        Fault("/youtube/v3/videos", "negative_count", times=1),
        Fault("/instagram/*", "script_in_captions"),
        Fault("/instagram/*", "nul_in_names"),
        Fault("/tiktok/*", "html_200", times=1),
        Fault("/bitly/*", "html_200"),
    )
    return company, night


def test_a_negative_count_is_put_aside_with_rule_reason_and_raw_text(hostile):
    company, _ = hostile
    bad = company.table("ops.rejected_rows").filter(pl.col("severity") == "critical")
    [(table, reason, raw)] = [
        r for r in bad.select("table_name", "reason", "raw").rows() if "cannot be below 0" in r[1]
    ]
    assert table == "staging.post_observations"
    assert "views is -4" in reason
    assert "-4" in raw
    for name in ("core.post_observations", "core.account_observations", "core.link_days"):
        frame = company.table(name)
        for column in frame.select(pl.selectors.integer()).columns:
            lowest = frame[column].min()
            assert lowest is None or column.endswith("_key") or lowest >= 0, f"{name}.{column}"


def test_an_error_page_that_claims_success_is_asked_again_and_then_is_a_gap(hostile):
    company, night = hostile
    assert night.states("tiktok") == {"partial"}, "one page cleared: only the creator who gave no access is missing"
    assert night.states("bitly") == {"failed"}
    assert [w for w in night.waits if w], "waits grow, and nobody waited for them here"
    assert any(gap.startswith("bitly") and "not_json" in gap for gap in night.gaps)
    before = company.table("core.link_days").filter(pl.col("known_at") > company.at - timedelta(hours=12))
    assert before.is_empty(), "nothing is read out of an error page"
    assert company.table("core.link_days").height, "what was known before stays"


def test_every_row_and_every_answer_is_accounted_for(hostile):
    assert hostile[0].unaccounted() == []


class Opened(HTMLParser):
    """Elements and attributes that a browser would make of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.scripts: list[str] = []
        self.handlers: list[str] = []
        self._in_script = False
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self._in_script = tag == "script"
        self.handlers += [name for name, _ in attrs if name.startswith("on")]
        if tag == "script":
            self.scripts.append("")

    def handle_endtag(self, tag):
        self._in_script = self._in_script and tag != "script"

    def handle_data(self, data):
        if self._in_script:
            self.scripts[-1] += data


def test_a_script_in_a_caption_is_text_wherever_it_is_shown(hostile):
    company, night = hostile
    captions = company.table("core.posts")["caption"].drop_nulls()
    assert captions.str.starts_with(SCRIPT).any(), "what was said is kept as it was said"
    assert not company.table("core.accounts")["handle"].str.contains("\0").any()
    shown = 0
    for edition in night.editions:
        folder = company.root / "reports" / Path(*edition.rsplit(" ", 1))
        for name in ("report.html", "report.en.html", "report.ja.html", "mail.html"):
            if not (folder / name).exists():
                continue
            page = (folder / name).read_text("utf-8")
            opened = Opened(page)
            assert SCRIPT not in page
            assert not [s for s in opened.scripts if "alert(" in s]
            assert opened.handlers == []
            shown += page.count("alert(")
            if name.startswith("report"):
                policy = re.search(r'Content-Security-Policy" content="([^"]+)"', page)
                assert policy
                assert "default-src &#39;none&#39;" in policy[1] or "default-src 'none'" in policy[1]
                assert "unsafe" not in policy[1]
                assert page.index("Content-Security-Policy") < page.index("<style")
    assert shown, "the caption is shown somewhere, or this test would hold nothing"


# disks


def test_a_workspace_that_cannot_be_written_is_named_and_nothing_is_left(company, said, monkeypatch):
    def refuse(*_args: object, **_more: object) -> int:
        raise OSError(errno.EROFS, os.strerror(errno.EROFS))

    before = _files(company.root)
    monkeypatch.setattr(os, "open", refuse)
    file = ROOT / "pyproject.toml"
    code, told = said("mail", "resend", "none", "--workspace", company.root)
    monkeypatch.undo()
    assert code == USAGE
    assert f"{company.root} cannot be written: Read-only file system" in told
    assert "make the folder writable" in told
    assert _files(company.root) == before
    assert file.exists()


@pytest.fixture
def small_disk(tmp_path):
    """A disk of its own of a few megabytes, if this user may have one."""
    place = tmp_path / "disk"
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=120m", "tmpfs", place]
    mounted = subprocess.run(mount, capture_output=True, check=False)
    if mounted.returncode:
        pytest.skip("this user may not mount a small disk")
    yield place
    subprocess.run(["umount", "-l", place], check=True)


def _filled(place: Path, spare: int) -> Path:
    """Fill a disk but for some bytes."""
    disk = os.statvfs(place)
    ballast = place / "ballast"
    with ballast.open("wb") as file:
        file.write(b"\0" * max(0, disk.f_bavail * disk.f_frsize - spare))
    return ballast


def test_a_full_disk_is_told_readers_keep_what_they_had_and_the_next_run_is_whole(copied, small_disk):
    company = copied(small_disk)
    seen = company.served("FROM _publish_info ORDER BY ALL")
    half = (company.root / "warehouse.duckdb").stat().st_size // 2
    for spare in (0, 16 << 10, 200 << 10, half):
        ballast = _filled(small_disk, spare)
        with pytest.raises(HibikiError, match=r"cannot be (written|opened)") as told:
            company.night()
        assert re.search(r"room|writable", str(told.value)), "the remedy is told"
        assert company.served("FROM _publish_info ORDER BY ALL") == seen
        assert not list((company.root / "serving").glob(".*.part"))
        ballast.unlink()
    night = company.night()
    assert not [g for g in night.gaps if not g.startswith("tiktok")]
    assert company.unaccounted() == []
    assert company.served("FROM _publish_info ORDER BY ALL") != seen
    assert {m[3] for m in company.mails()} == {"sent"}


def test_a_disk_that_fills_while_answers_land_is_told_and_what_is_whole_is_kept(small_disk):
    landing, at = Landing(small_disk / "landing", stopped_clock(AT)), AT.date()
    body = os.urandom(40_000)
    answer = Answer("page", "GET", "https://api.example/x", 200, {}, body, AT)
    with landing.segment("youtube", at, "whole", "run-1") as writer:
        writer.add(answer)
        writer.finish(expected=1, got=1)
    ballast = _filled(small_disk, 200_000)
    with pytest.raises(LandingError, match=r"landing/.* cannot be written: No space left on device"):
        _land(landing, [answer] * 20)
    ballast.unlink()
    [cut] = landing.recover()
    assert 0 < cut.answers < 20
    assert not cut.complete
    assert {a.answer.body for e in landing.entries() for a in landing.read(e)} == {body}
    assert [e.shard for e in landing.entries()] == ["whole", "cut"]


# two at once

HOLDER = """
import sys, time
from pathlib import Path
from tasks.workspace import Workspace
with Workspace(Path(sys.argv[1])).lock("nightly"):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_a_second_run_at_the_same_time_is_refused_with_the_pid_and_the_flow(fresh, said):
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER, fresh.root], stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT
    )
    with holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        (fresh.root / "orders.csv").write_text("x\n")
        file = fresh.root / "orders.csv"
        code, told = said("import", file, "--as", "shopify_orders_csv", "--workspace", fresh.root)
        assert code == BUSY
        assert "hibiki nightly" in told
        assert str(holder.pid) in told
        with pytest.raises(WorkspaceBusy, match=str(holder.pid)):
            fresh.night()
        holder.kill()
    with fresh.site().workspace.lock("import"):
        pass


def _land(landing: Landing, answers: list[Answer]) -> None:
    with landing.segment("youtube", AT.date(), "cut", "run-1") as writer:
        for answer in answers:
            writer.add(answer)


def _views(company, start: str) -> dict[str, list[int]]:
    posts = company.table("core.posts").filter(pl.col("post_id").str.starts_with(start))
    seen = posts.join(company.table("core.post_observations"), on="post_key", how="inner", validate="1:m")
    return {post_id: frame["views"].to_list() for (post_id,), frame in seen.sort("post_id").group_by("post_id")}


def _files(root: Path) -> dict[str, int]:
    return {str(p.relative_to(root)): p.stat().st_size for p in root.rglob("*") if p.is_file()}
