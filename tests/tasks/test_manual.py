"""Figures that a person typed say so, and what they were typed from is kept and never opened."""

from datetime import UTC, date, datetime
from hashlib import sha256
from pathlib import Path

import pytest

from tasks import imports
from tasks.clock import stopped_clock
from tasks.errors import Mistakes
from tasks.landing import Landing
from tasks.settings import Settings
from tasks.workspace import Workspace

NOW = datetime(2026, 7, 28, 12, tzinfo=UTC)
TYPED = "platform,post_id,observed_at,saves,reach\ninstagram,1800,2026-07-28T09:00+09:00,120,9000\n"
PICTURE = b"\x89PNG not really one"


def landed(folder: Path, **how: object):
    (folder / "imports").mkdir()
    file = folder / "typed.csv"
    file.write_text(TYPED, encoding="utf-8")
    landing = Landing(folder / "landing", stopped_clock(NOW))
    about = {"workspace": Workspace(folder), "settings": Settings(), "day": date(2026, 7, 28), "run_id": "r"}
    entry, _ = imports.land(landing, file, "post_observations", **about, **how)
    return landing, landing.read(entry)


def test_typed_figures_have_the_source_manual_and_keep_their_evidence(tmp_path):
    evidence = tmp_path / "insights.png"
    evidence.write_bytes(PICTURE)
    landing, answers = landed(tmp_path, is_manual=True, evidence=evidence)
    (rows,) = [t for n, t in imports.stage(answers).tables.items() if n == "staging.post_observations"]
    assert rows.select("source", "saves", "reach").rows() == [("manual", 120, 9000)]
    evidence.unlink()
    (told,) = imports.imported(answers).iter_rows(named=True)
    assert (told["provenance"], told["read_as"], told["file"]) == ("manual", "post_observations", "typed.csv")
    assert told["evidence_file"] == "insights.png"
    assert told["evidence_sha256"] == sha256(PICTURE).hexdigest()
    assert (landing.root / told["evidence_place"]).read_bytes() == PICTURE


def test_an_export_stays_an_import(tmp_path):
    _, answers = landed(tmp_path)
    assert imports.stage(answers).tables["staging.post_observations"]["source"].to_list() == ["import"]
    (told,) = imports.imported(answers).iter_rows(named=True)
    assert (told["provenance"], told["evidence_file"]) == ("import", None)


def test_the_same_file_typed_and_exported_lands_twice(tmp_path):
    landing, _ = landed(tmp_path)
    about = {"workspace": Workspace(tmp_path), "settings": Settings(), "day": date(2026, 7, 28), "run_id": "r"}
    _, is_new = imports.land(landing, tmp_path / "typed.csv", "post_observations", **about, is_manual=True)
    assert is_new


def test_evidence_that_cannot_be_read_is_told_and_nothing_lands(tmp_path):
    with pytest.raises(Mistakes, match="--evidence: cannot be read"):
        landed(tmp_path, is_manual=True, evidence=tmp_path / "gone.png")
    assert Landing(tmp_path / "landing", stopped_clock(NOW)).entries() == []
