"""What was known at an instant stays what it was, whatever is learnt later."""

import json
import shutil
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from types import SimpleNamespace

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from tasks.clock import system_clock
from tasks.errors import ConfigurationError
from tasks.knowledge import coverage_at, inputs_at
from tasks.landing import Landing
from tasks.load import load
from tasks.warehouse import Warehouse
from tests.tasks.synthetic import START, ZONE, brief, land, night, stage, world
from transforms import marts
from transforms.inputs import Inputs
from transforms.knowledge import INPUT_NAMES

STAGES = dict.fromkeys(("instagram", "tiktok", "bitly", "shopify", "import", "brief"), stage)


def opened(folder: Path) -> Warehouse:
    warehouse = Warehouse(folder / "warehouse.duckdb")
    warehouse.create()
    return warehouse


def brought(root: Path, warehouse: Warehouse) -> None:
    load(warehouse, Landing(root, system_clock), ZONE, stages=STAGES)


def as_last_known(warehouse: Warehouse) -> Inputs:
    return Inputs.of({name: warehouse.frame(name) for name in INPUT_NAMES})


def frames(inputs: Inputs) -> dict[str, pl.DataFrame]:
    """The inputs' frames without what only says when something was last heard of."""
    found = {}
    for name in Inputs.__slots__:
        frame = getattr(inputs, name)
        frame = frame.collect() if isinstance(frame, pl.LazyFrame) else frame
        frame = frame.drop("last_known_at", "availability_at", "seen_at", strict=False)
        if name == "posts":
            frame = frame.drop("landed_id", "pointer")  # of a version: the answer that brought the change
        found[name] = frame.sort(pl.all())
    return found


def assert_same(found: Inputs, wanted: dict[str, pl.DataFrame]) -> None:
    for name, frame in frames(found).items():
        assert_frame_equal(frame, wanted[name])


def test_an_earlier_instant_is_as_it_was_then_whatever_came_later(tmp_path):
    """Each night's last knowledge is kept aside; asked for after all nights it is the same, in inputs and marts."""
    whole, root = tmp_path / "whole", tmp_path / "landing"
    world(whole, nights=4)
    then: list[tuple[datetime, dict[str, pl.DataFrame], dict[str, pl.DataFrame]]] = []
    told = (whole / "manifest.jsonl").read_bytes().splitlines(keepends=True)
    lines = [line for line in told if json.loads(line)["source"] != "import"]  # it is dated before what it lands after
    days = [json.loads(line)["day"] for line in lines]
    turns = [n for n in range(1, len(lines)) if days[n] != days[n - 1]]
    cuts = [*turns[1:], len(lines)]
    with opened(tmp_path) as warehouse:
        for cut in cuts:
            _copy_first(whole, root, lines[:cut])
            brought(root, warehouse)
            at = warehouse.frame("ops.responses")["received_at"].max()
            assert isinstance(at, datetime)
            inputs = as_last_known(warehouse)
            then.append((at, frames(inputs), marts.compute(inputs, at, ZONE, "jp_default")))
            assert_same(inputs_at(warehouse, at), frames(inputs))
        assert warehouse.frame("core.campaign_versions")["version"].to_list() == [1, 2]
        assert warehouse.frame("core.post_versions")["version"].max() > 2
        for at, inputs, found in then:
            asked = inputs_at(warehouse, at)
            assert_same(asked, inputs)
            again = marts.compute(asked, at, ZONE, "jp_default")
            for name, frame in found.items():
                if name != "marts.lineage":
                    assert again[name].equals(frame), name


def _copy_first(whole: Path, root: Path, lines: list[bytes]) -> None:

    for line in lines:
        name = json.loads(line)["segment"] + ".jsonl.gz"
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(whole / name, root / name)
    (root / "manifest.jsonl").write_bytes(b"".join(lines))


def told(root: Path, day: int, **post: object) -> None:
    when = START + timedelta(days=day)
    row = {"platform": "tiktok", "post_id": "7", "account_id": "42", "published_at": night(START).isoformat(), **post}
    land(root, "tiktok", when, "accounts", {"posts": [row]})


def test_a_post_has_a_version_for_each_change_and_no_more(tmp_path):
    root = tmp_path / "landing"
    told(root, 0, caption="朝凪UV #PR", paid_label="on")
    told(root, 1, caption="朝凪UV #PR", paid_label="unknown")
    told(root, 2, caption="朝凪UV")
    land(
        root,
        "tiktok",
        START + timedelta(days=3),
        "accounts",
        {"post_states": [{"platform": "tiktok", "post_id": "7", "availability": "gone"}]},
    )
    told(root, 4)
    with opened(tmp_path) as warehouse:
        brought(root, warehouse)
        found = warehouse.frame("core.post_versions").sort("version")
        assert found.select("version", "caption", "paid_label", "availability", "known_at").rows() == [
            (1, "朝凪UV #PR", "on", "on", night(START)),
            (2, "朝凪UV", "on", "on", night(START + timedelta(days=2))),
            (3, "朝凪UV", "on", "gone", night(START + timedelta(days=3))),
            (4, "朝凪UV", "on", "on", night(START + timedelta(days=4))),
        ]
        assert found["caption_hash"][0] == sha256("朝凪UV #PR".encode()).hexdigest()
        assert found["caption_hash"][1] == found["caption_hash"][3]


def test_the_terms_of_a_contract_are_those_that_were_in_force(tmp_path):
    root = tmp_path / "landing"
    land(root, "brief", START, "natsu", brief("natsu", "hana", fee=30000))
    land(root, "brief", START + timedelta(days=2), "natsu", brief("natsu", "hana", "yui", fee=45000))
    with opened(tmp_path) as warehouse:
        brought(root, warehouse)
        fees = {
            day: inputs_at(warehouse, night(START + timedelta(days=day), 12)).contracts.select("fee").to_series()
            for day in (-1, 0, 1, 2)
        }
        assert {day: [int(fee) for fee in told] for day, told in fees.items()} == {
            -1: [],
            0: [30000],
            1: [30000],
            2: [45000, 45000],
        }


def test_a_warehouse_without_versions_says_what_to_do(tmp_path):
    land(tmp_path / "landing", "brief", START, "natsu", brief("natsu", "hana"))
    with opened(tmp_path) as warehouse:
        brought(tmp_path / "landing", warehouse)
        warehouse.con.execute("DELETE FROM core.campaign_versions")
        with pytest.raises(ConfigurationError, match="hibiki rebuild"):
            inputs_at(warehouse, night(START))


def test_a_night_asked_again_later_changes_no_earlier_coverage(tmp_path):
    root = tmp_path / "landing"
    land(root, "instagram", START, "accounts", {}, got=0)
    site = SimpleNamespace(landing=Landing(root, system_clock))
    with opened(tmp_path) as warehouse:
        brought(root, warehouse)
        then = coverage_at(site, warehouse, night(START, 5))
        assert (
            then.select("state", "got").rows()
            == [("failed", 0)]
            == warehouse.frame("ops.coverage").select("state", "got").rows()
        )
        land(root, "instagram", START, "accounts", {}, at=night(START, 9))
        brought(root, warehouse)
        assert warehouse.frame("ops.coverage").select("state", "got").rows() == [("complete", 1)]
        assert coverage_at(site, warehouse, night(START, 5)).equals(then)
        assert coverage_at(site, warehouse, night(START, 10)).equals(warehouse.frame("ops.coverage"))
