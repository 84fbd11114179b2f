"""What people write of money is read with every mistake at once, landed as it stands, and in force until it changes."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from expectations import gate
from tasks import references
from tasks.briefing import costs, emv_rates, fx_rates, levels
from tasks.briefing.roster import Engagement
from tasks.errors import Mistake
from tasks.landing import Landing
from tasks.load import load, rebuild
from tasks.settings import Fx, Settings
from tasks.warehouse import Warehouse
from tasks.workspace import Workspace
from transforms import references as in_force
from transforms.tables import money

NOON = datetime(2026, 6, 10, 3, tzinfo=UTC)
FX = "day,base,quote,rate,source\n2026-06-05,USD,JPY,150.5,a bank\n2026-06-08,USD,JPY,151,a bank\n"
CARD = "card,version,valid_from,platform,metric,per,value,source\nhouse,1,2026-01-01,instagram,likes,1,0.3,ours\n"


def engaged(influencer_id: str, name: str, platform: str) -> Engagement:
    nothing = dict.fromkeys(("fee", "product_cost", "shipping_cost", "agency_cost", "boost_cost"), Decimal(0))
    return Engagement(
        2,
        influencer_id,
        name,
        platform,
        influencer_id,
        None,
        "direct",
        **nothing,
        currency="JPY",
        tax=None,
        invoiced_on=None,
        promised_posts=None,
        code=None,
        link=None,
        relation=None,
    )


ROSTER = [engaged("haru", "はる", "instagram"), engaged("haru", "はる", "tiktok"), engaged("sora", "そら", "youtube")]


def places(mistakes: list[Mistake]) -> set[tuple[int | None, str | None, str]]:
    return {(m.row, m.column, m.what) for m in mistakes}


def test_costs_are_of_a_contract_or_of_the_campaign():
    text = (
        "日付,費目,金額,通貨,税区分,インフルエンサー,媒体,備考\n"
        "2026/6/10,ディレクション費,12万,,税抜,,,進行\n"
        '2026年6月11日,撮影費,"15,000",,,そら,,\n'
        "2026-06-12,boost,80,USD,none,haru,TikTok,\n"
    )
    found, mistakes = costs.read(text.encode(), "costs.csv", "JPY", ROSTER)
    assert mistakes == []
    assert [(c.kind, c.amount, c.currency, c.tax, c.influencer_id, c.platform) for c in found] == [
        ("agency", 120000, "JPY", "excluded", None, None),
        ("other", 15000, "JPY", None, "sora", "youtube"),
        ("boost", 80, "USD", "none", "haru", "tiktok"),
    ]


def test_every_mistake_in_costs_is_told_at_once():
    text = (
        "date,kind,amount,currency,influencer_id,platform\n"
        "2026-02-30,fee,1,JPY,,\n"
        "2026-06-01,fees,1.5,JPY,,\n"
        "2026-06-01,fee,-5,dollars,,\n"
        "2026-06-01,fee,$5,JPY,haru,\n"
        "2026-06-01,fee,5,JPY,nobody,\n"
        "2026-06-01,fee,5,JPY,,instagram\n"
        "2026-06-01,fee,5,JPY,sora,instagram\n"
        "2026-06-01,fee,,JPY,,\n"
    )
    found, mistakes = costs.read(text.encode(), "costs.csv", "JPY", ROSTER)
    assert places(mistakes) == {
        (2, "date", "is not a day of the calendar"),
        (3, "kind", "is not known here"),
        (3, "amount", "has decimals, which JPY has not"),
        (4, "currency", "is not a currency code"),
        (4, "amount", "is below 0"),
        (5, "amount", "is in USD, and the row says JPY"),
        (5, "platform", "is empty, and haru is engaged on several"),
        (6, "influencer_id", "is not in roster.csv"),
        (7, "influencer_id", "is empty, and platform is not"),
        (8, "platform", "is not where sora is engaged"),
        (9, "amount", "is empty, so this cost is unknown"),
    }
    assert [c.amount for c in found] == [None]
    assert all(m.remedy for m in mistakes)


def test_rates_that_cannot_be_are_refused_and_far_ones_are_doubted():
    text = (
        "day,base,quote,rate,source\n"
        "2026-06-01,USD,JPY,150,b\n2026-06-02,USD,JPY,151,b\n2026-06-03,USD,JPY,0.0066,b\n"
        "2026-06-04,USD,USD,1,b\n2026-06-05,USD,JPY,0,b\n2026-06-01,USD,JPY,152,b\n2026-06-08,USD,JPY,,b\n"
        "2026-06-09,USD,JPY,150,\n"
    )
    found, mistakes = fx_rates.read(text.encode(), "fx_rates.csv")
    assert [r.rate for r in found] == [150, 151, 0.0066]
    assert {(m.row, m.column, m.warning) for m in mistakes} == {
        (4, "rate", True),
        (5, "quote", False),
        (6, "rate", False),
        (7, "rate", False),
        (8, "rate", False),
        (9, "source", False),
    }


def test_a_card_contradicts_itself_nowhere():
    text = (
        "card,version,valid_from,platform,format,metric,per,value,multiplier,source\n"
        "h,1,2026-01-01,instagram,all,likes,1,1,1,s\n"
        "h,1,2026-02-01,instagram,all,saves,1,1,1,s\n"
        "h,1,2026-01-01,instagram,all,shares,1,1,2,s\n"
        "h,1,2026-01-01,instagram,all,likes,1,2,1,s\n"
        "h,2,2026-01-01,instagram,all,likes,1,2,1,s\n"
        "h,1,2026-01-01,instagram,all,views,1000,2,1,s\n"
        "h,1,2026-01-01,instagram,reel,impressions,1000,2,1,s\n"
        "h,1,2026-01-01,mixi,all,likes,10,x,1,s\n"
    )
    _, mistakes = emv_rates.read(text.encode(), "emv_rates.csv", "JPY")
    assert {(m.row, m.column) for m in mistakes if not m.warning} == {
        (3, "valid_from"),
        (4, "multiplier"),
        (5, "metric"),
        (6, "version"),
        (9, "platform"),
        (9, "per"),
        (9, "value"),
    }
    assert [(m.row, m.column) for m in mistakes if m.warning] == [(8, "metric")]


def test_a_level_says_all_that_makes_it_comparable():
    text = (
        "kpi,platform,tier,year,value,lower,upper,currency,source\n"
        "er_reach,instagram,micro,2026,3.2%,,,,s\n"
        "price_per_follower,instagram,all,2026,,2,4,JPY,s\n"
        "unknown,instagram,unknown,unknown,0.0167,,,,s\n"
        "er,instagram,micro,2026,1,,,,s\n"
        "er_reach,instagram,small,26,,4,2,,s\n"
        "cpe,instagram,micro,2026,5,,,,s\n"
    )
    found, mistakes = levels.read(text.encode(), "benchmarks.csv")
    assert [(one.kpi, one.tier, one.year, one.value, one.lower) for one in found] == [
        ("er_reach", "micro", 2026, 0.032, None),
        ("price_per_follower", "all", 2026, 3.0, 2.0),
        ("unknown", "unknown", 0, 0.0167, None),
    ]
    assert {(m.row, m.column) for m in mistakes} == {
        (5, "kpi"),
        (6, "tier"),
        (6, "year"),
        (6, "lower"),
        (7, "currency"),
    }


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    (tmp_path / "references").mkdir()
    return Workspace(tmp_path)


def write(workspace: Workspace, **files: str | None) -> None:
    for kind, text in files.items():
        path = workspace.root / "references" / references.FILES[kind]
        path.unlink(missing_ok=True) if text is None else path.write_text(text, "utf-8")


def landed(workspace: Workspace, at: datetime, settings: Settings | None = None) -> list[str]:
    landing = Landing(workspace.landing, lambda: at)
    read = references.read(workspace, settings or Settings())
    new = references.land(landing, read, day=at.date(), run_id=f"r{at:%d%H}", clock=lambda: at)
    return [e.shard for e in new]


def test_a_file_is_landed_once_and_again_when_it_or_its_settings_change(workspace):
    write(workspace, fx_rates=FX, emv_rates=CARD)
    assert landed(workspace, NOON) == ["fx_rates", "emv_rates"]
    assert landed(workspace, NOON + timedelta(days=1)) == []
    assert landed(workspace, NOON + timedelta(days=2), Settings(fx=Fx(inverse=True))) == ["fx_rates"]
    write(workspace, emv_rates=None)
    assert landed(workspace, NOON + timedelta(days=3), Settings(fx=Fx(inverse=True))) == ["emv_rates"]
    assert landed(workspace, NOON + timedelta(days=4), Settings(fx=Fx(inverse=True))) == []


def test_a_broken_file_is_told_and_the_landed_one_stays_in_force(workspace):
    write(workspace, fx_rates=FX)
    landed(workspace, NOON)
    write(workspace, fx_rates=FX.replace("150.5", "many"))
    read = references.read(workspace, Settings())
    assert [(m.row, m.column) for m in read.broken] == [(2, "rate")]
    assert landed(workspace, NOON + timedelta(days=1)) == []


def test_a_misnamed_file_is_told(workspace):
    (workspace.root / "references" / "rates.csv").write_text(FX, "utf-8")
    assert [m.file for m in references.read(workspace, Settings()).mistakes] == ["references/rates.csv"]


def test_what_is_in_force_follows_from_landing_at_any_instant_and_after_a_rebuild(workspace, tmp_path):
    for at, files in (
        (NOON, {"fx_rates": FX, "emv_rates": CARD}),
        (NOON + timedelta(days=1), {"fx_rates": FX.replace("151", "152")}),
        (NOON + timedelta(days=2), {"fx_rates": None}),
    ):
        write(workspace, **files)
        landed(workspace, at, Settings(fx=Fx(inverse=True)))
    landing = Landing(workspace.landing, lambda: NOON)
    with Warehouse(tmp_path / "w.duckdb") as warehouse:
        warehouse.create()
        load(warehouse, landing, "Asia/Tokyo")
        core = {t.name: warehouse.frame(t.name) for t in in_force.TABLES}
        rebuild(warehouse, landing, "Asia/Tokyo")
        for name, frame in core.items():
            assert warehouse.frame(name).equals(frame), name
    newest = [in_force.frames(core, NOON + timedelta(days=d, hours=1))[money.REF_FX_RATES.name] for d in range(3)]
    given = [f.filter(pl.col("method") == "given")["rate"].to_list() for f in newest]
    assert given == [[150.5, 151.0], [150.5, 152.0], []]
    inverse = newest[0].filter(day=date(2026, 6, 5), base="JPY").row(0, named=True)
    assert (inverse["rate"], inverse["method"], inverse["source"]) == (1 / 150.5, "inverse", "a bank")
    cards = in_force.frames(core, NOON + timedelta(days=2))[money.REF_EMV_RATES.name]
    assert cards.select("card", "format", "multiplier", "source").rows() == [("house", "all", 1.0, "ours")]


def test_two_costs_that_read_the_same_are_two_costs():
    row = {
        "campaign_id": "natsu",
        "spent_on": date(2026, 6, 1),
        "kind": "other",
        "amount": Decimal(500),
        "currency": "JPY",
        "known_at": NOON,
        "landed_id": "brief/a#2",
    }
    rows = [row | {"entry": f"row {n}", "pointer": f"row {n}"} for n in (2, 3)]
    table = money.CAMPAIGN_COSTS
    frame = table.conform_loosely(pl.DataFrame(rows, infer_schema_length=None))
    assert gate.check({table.name: frame}).good[table.name].height == 2
