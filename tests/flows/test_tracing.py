"""In a simulated company every figure leads back to what was landed, adds up again, and a touched byte is told."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import polars as pl
import pytest

from flows.__main__ import run
from flows.tracing import plain
from tasks.errors import ConfigurationError
from tasks.trace import Trace, sources_of, traces
from tasks.tracing.figures import Place, Published, published
from tasks.tracing.rereading import Rereading
from transforms import kpis
from transforms.lineage.reading import IDS, re_added

DERIVED = {"unique_reach", "brand_posts", "tracked_posts", "followers_usual_gain", "expected_engagements"}
"""What is no sum of answers: an estimate, a count of texts, a usual pace."""
ENDED, RUNNING = "asanagi-uv-2026-summer", "yoimachi-ale-2026-festival"


@dataclass(frozen=True)
class Told:
    root: Path
    found: Published

    def trace(self, kpi: str, found: Published | None = None, **place: str) -> Trace:
        [one] = traces(Place(ENDED, **place), kpi, found or self.found, Rereading(self.root / "landing"))
        return one


@pytest.fixture(scope="module")
def told(copied: Callable, tmp_path_factory: pytest.TempPathFactory) -> Told:
    root = copied(tmp_path_factory.mktemp("traced")).root
    return Told(root, published(root / "serving"))


def test_every_figure_at_every_grain_is_added_again_from_lineage(told: Told) -> None:
    compared = 0
    for kpi in kpis.load().values():
        for grain in kpi.grains:
            again = re_added(told.found.lineage, kpi, grain)
            stored = told.found.values.filter((pl.col("kpi") == kpi.name) & (pl.col("grain") == grain))
            both = stored.join(again, on=list(IDS[grain]), how="left", nulls_equal=True, suffix="_again")
            for side in ("numerator", "denominator", "value"):
                one, other = pl.col(side), pl.col(f"{side}_again")
                near = (one - other).abs() <= 1e-9 * pl.max_horizontal(one.abs(), 1.0)
                wrong = both.filter(~(near.fill_null(value=False) | (one.is_null() & other.is_null())))
                assert wrong.is_empty(), (kpi.name, grain, side, wrong.select(*IDS[grain], side, f"{side}_again"))
            compared += both.height
    assert compared == told.found.values.height > 1000
    assert told.found.values["value"].is_not_null().sum() > 500


def test_almost_everything_leads_to_an_answer(told: Told) -> None:
    known = told.found.lineage.filter(pl.col("value").is_not_null() & (pl.col("value") != 0))
    silent = known.filter(pl.col("landed_id").is_null())
    assert set(silent["input"]) <= DERIVED, silent.group_by("facts", "input", "thing").len()
    assert set(known["thing"].unique()) >= {"post", "account", "contract", "campaign", "order", "link_day"}


@pytest.mark.parametrize("campaign", [ENDED, RUNNING])
def test_every_answer_behind_a_campaign_still_says_what_was_stored(
    told: Told, campaign: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["trace", campaign, "all", "--verify", "-w", str(told.root)]) == 0
    said = capsys.readouterr()
    assert said.out.count("✓ ") == sum("campaign" in k.grains for k in kpis.load().values())
    assert said.err == ""


@pytest.mark.parametrize("kpi", ["er_reach", "cpo", "link_clicks", "roi_profit", "cpe", "revenue_net"])
def test_raw_values_stand_where_they_are_said_to_stand(told: Told, kpi: str) -> None:
    one = told.trace(kpi)
    assert one.agrees, one.faults
    shown = [(p, s) for p in one.parts for s in p.shown if s.raw is not None]
    assert len(shown) >= 10
    for part, place in shown:
        if len(part.shown) == 1 and part.metric not in {"post_id", "order_id", "is_new_customer", "watch_seconds"}:
            assert float(place.raw.strip('"').replace(",", "")) == part.told, (part, place)


def test_the_sum_is_written_out_with_file_line_place_and_hash(told: Told, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["trace", ENDED, "cpo", "-w", str(told.root)]) == 0
    out = capsys.readouterr().out
    assert "✓ equals the stored figure" in out
    assert "roster.csv, row " in out
    assert "/orders/" in out
    assert "sha256 " in out
    assert re.search(r"shopify/[^ ]+\.jsonl\.gz, line \d+", out)
    one = told.trace("cpo")
    assert run(["trace", ENDED, "cpo", "--json", "-w", str(told.root)]) == 0
    [document] = json.loads(capsys.readouterr().out)
    assert document["agrees"] is True
    assert document["re_added"]["value"] == one.value
    assert len(document["parts"]) == len(one.parts)
    assert document["answers"].keys() == {p["landed_id"] for p in document["parts"]} - {None}


def test_an_altered_byte_behind_a_figure_is_told_and_refused(
    copied: Callable, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = copied(tmp_path).root
    found = published(root / "serving")
    [one] = traces(Place(ENDED), "er_followers", found, Rereading(root / "landing"))
    answer = next(a for a in one.answers.values() if a.line > 2)
    path = root / answer.file
    path.chmod(0o644)
    whole = path.read_bytes()
    starts = [i for i in range(len(whole)) if whole.startswith(b"\x1f\x8b\x08\x00\x00\x00\x00\x00", i)]
    middle = (starts[answer.line - 1] + starts[answer.line]) // 2
    path.write_bytes(whole[:middle] + bytes([whole[middle] ^ 1]) + whole[middle + 1 :])
    assert run(["trace", ENDED, "er_followers", "-w", str(root)]) == 4
    said = capsys.readouterr()
    assert f"{answer.file}, line {answer.line}: it is damaged" in said.err
    assert "✗ see below" in said.out
    path.unlink()
    assert run(["trace", ENDED, "er_followers", "-w", str(root)]) == 4
    assert f"{answer.file} is not there any more" in capsys.readouterr().err


def test_a_figure_that_was_changed_is_not_what_its_parts_add_up_to(told: Told) -> None:
    more = pl.when(pl.col("kpi") == "likes").then(pl.col("value") + 1).otherwise("value").alias("value")
    one = told.trace("likes", replace(told.found, values=told.found.values.with_columns(more)))
    assert not one.agrees
    assert [f.split(" is ")[0] for f in one.faults] == ["the value"]


def test_a_part_that_was_changed_is_not_what_its_answer_says(told: Told) -> None:
    is_first = (
        (pl.col("input") == "likes") & pl.col("told").is_not_null() & (pl.int_range(pl.len()).over("input") < 200)
    )
    changed = pl.when(is_first).then(pl.col("told") + 1).otherwise("told").alias("told")
    one = told.trace("likes", replace(told.found, lineage=told.found.lineage.with_columns(changed)))
    assert any("was stored" in fault for fault in one.faults)


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["asanagi-uv-2026-sumer", "cpo"], "Did you mean asanagi-uv-2026-summer?"),
        ([ENDED, "er_reech"], "Did you mean er_reach?"),
        ([ENDED, "cpo", "--influencer", "nobody"], "no influencer is called 'nobody'"),
        ([ENDED, "cpo", "--platform", "tiktik"], "Did you mean tiktok?"),
        ([ENDED, "cpo", "--platform", "tiktok", "--influencer", "x"], "give one of --influencer, --platform"),
        ([ENDED, "cpo", "--as-of", "soon"], "--as-of 'soon' is no day or instant"),
        ([ENDED, "cpo", "--as-of", "9999-12-31"], "--as-of '9999-12-31' is no day or instant"),
        ([ENDED, "cpo", "--as-of", "0001-01-01T00:00"], "--as-of '0001-01-01T00:00' is no day or instant"),
        ([ENDED, "cpo", "--as-of", "99980101"], "is in the future: nothing is known then"),
    ],
)
def test_a_name_that_nobody_bears_is_told_with_one_like_it(
    told: Told, words: list[str], says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["trace", *words, "-w", str(told.root)]) == 2
    assert says in capsys.readouterr().err


def test_a_kpi_that_a_post_has_not_is_told(told: Told) -> None:
    post = told.found.values.filter(pl.col("grain") == "post")["post_id"][0]
    with pytest.raises(ConfigurationError, match="cpo is not told per post"):
        told.trace("cpo", post_id=post)


def test_one_post_leads_to_its_own_answers_only(told: Told) -> None:
    posts = told.found.values.filter((pl.col("kpi") == "likes") & (pl.col("value") > 0) & (pl.col("grain") == "post"))
    one = told.trace("likes", post_id=posts.filter(pl.col("campaign_id") == ENDED)["post_id"][0])
    assert (len(one.parts), len(one.answers), one.agrees) == (1, 1, True)


def test_where_a_figure_came_from_is_said_in_short(told: Told) -> None:
    one = told.trace("cpo")
    short = sources_of(Place(ENDED), "cpo", told.found.lineage)
    assert set(short.landed_ids) == set(one.answers)
    assert short.answers == len(one.answers)
    assert short.command == f"hibiki trace {ENDED} cpo"
    assert short.first_at is None or short.first_at <= short.last_at


def test_a_figure_as_known_earlier_is_traced_too(told: Told, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["trace", ENDED, "likes", "--as-of", "2026-07-13", "--verify", "-w", str(told.root)]) == 0
    assert "likes" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("hostile", "shown"),
    [
        ("a\x1b[31mred", "a\\x1b[31mred"),
        ("to\u202eright", "to\\u202eright"),
        ("bell\x07\r\n", "bell\\x07\\r\\n"),
        ("[bold]夏の素肌 #PR", "[bold]夏の素肌 #PR"),
    ],
)
def test_what_would_steer_a_terminal_is_written_out(hostile: str, shown: str) -> None:
    assert plain(hostile) == shown
