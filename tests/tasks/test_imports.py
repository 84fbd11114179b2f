"""Files nobody here has seen: what can be read is read exactly, and the rest is put aside with its remedy."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import xlsxwriter
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from tasks import imports
from tasks.clock import stopped_clock
from tasks.errors import Mistakes
from tasks.importing.mapping import KINDS, PROFILES, KindName
from tasks.landing import Landing, LandingError
from tasks.settings import Settings
from tasks.sources import Staged
from tasks.workspace import Workspace
from transforms import tables
from transforms.tables import staging

NOON = datetime(2026, 7, 28, 3, 0, tzinfo=UTC)
REAL = Path(__file__).parents[3] / "shared" / "data"
MAPPING = """\
kind = "post_observations"
[constants]
platform = "youtube"
[columns]
post_id = "id"
observed_at = "at"
views = "v"
likes = "l"
"""


@dataclass(frozen=True)
class Desk:
    """A workspace into which files are imported."""

    root: Path
    settings: Settings = field(default_factory=Settings)

    @property
    def landing(self) -> Landing:
        return Landing(self.root / "landing", stopped_clock(NOON))

    def write(self, name: str, content: str | bytes) -> Path:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    def load(self, name: str, content: str | bytes | None, mapping: str, read: str = "") -> Staged:
        file = self.root / name if content is None else self.write(name, content)
        kind = mapping
        if "\n" in mapping:
            self.write("imports/it.toml", f"{mapping}\n[read]\n{read}\n" if read else mapping)
            kind = "it"
        return self.stage(file, kind)

    def stage(self, file: Path, kind: str) -> Staged:
        at = {"workspace": Workspace(self.root), "settings": self.settings}
        entry, _ = imports.land(self.landing, file, kind, day=NOON.date(), run_id="run", **at)
        staged = imports.stage(self.landing.read(entry))
        for table, frame in staged.tables.items():
            assert dict(frame.schema) == dict(_table(table).schema)
        assert staged.rejects.schema == staging.REJECTS.schema
        return staged

    def mistakes(self, file: Path, kind: str) -> list[str]:
        with pytest.raises(Mistakes) as caught:
            self.stage(file, kind)
        assert self.landing.entries() == [], "nothing is landed that cannot be read again"
        return [str(m) for m in caught.value.mistakes]


def _table(name: str) -> Any:
    return tables.load()[name]


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def observations(staged: Staged) -> list[tuple[Any, ...]]:
    columns = ("pointer", "post_id", "views", "likes", "missing")
    return staged.tables["staging.post_observations"].select(columns).rows()


def rejects(staged: Staged) -> dict[str, str]:
    return dict(staged.rejects.select("pointer", "reason").rows())


def test_unknown_and_hidden_are_null_and_told_apart(desk: Desk) -> None:
    text = "id,at,v,l\na,2026-07-01T00:00:00Z,10,非公開\nb,2026-07-01T00:00:00Z,,0\nc,2026-07-01T00:00:00Z,N/A,-1\n"
    staged = desk.load("x.csv", text, MAPPING, 'hidden = ["非公開", "-1"]\nunknown = ["N/A"]')
    assert observations(staged) == [
        ("row 2", "a", 10, None, "likes=hidden"),
        ("row 3", "b", None, 0, "views=not_reported"),
        ("row 4", "c", None, None, "views=not_reported;likes=hidden"),
    ]
    assert staged.rejects.is_empty()


def test_numbers_are_read_as_people_and_tools_write_them(desk: Desk) -> None:
    values = ['"1,234"', "１２３", " 7 ", "12.0", "9223372036854775807", '"2,147,483,648"', "4.5万", "-4"]
    text = "id,at,v,l\n" + "".join(f"p{n},2026-07-01T00:00:00Z,{v},\n" for n, v in enumerate(values))
    staged = desk.load("x.csv", text, MAPPING)
    assert [row[2] for row in observations(staged)] == [1234, 123, 7, 12, 2**63 - 1, 2**31, 45_000, -4]


def test_a_value_that_cannot_be_read_costs_its_row_only(desk: Desk) -> None:
    text = (
        "id,at,v,l,secret\n"
        "a,2026-07-01T00:00:00Z,abc,1,phone\n"
        "b,2026-07-01T00:00:00Z,1.5,x,\n"
        ",2026-07-01T00:00:00Z,1,1,\n"
        "d,03/04/2026 10:00,1,1,\n"
        "e,1782864000,1,1,\n"
        "f,2026-07-01,1,1,\n"
        "7.30E+18,2026-07-01T00:00:00Z,1,1,\n"
        "h,2026-07-01T00:00:00Z,99999999999999999999,1,\n"
        "i,2026-07-01T00:00:00Z,4%,1,\n"
        "ok,2026-07-01T00:00:00Z,1,1,\n"
    )
    staged = desk.load("x.csv", text, MAPPING)
    assert observations(staged) == [("row 11", "ok", 1, 1, None)]
    told = rejects(staged)
    assert told["row 2"] == "views (column v) 'abc' is not a number. Write digits, such as 50000"
    assert "views (column v) '1.5' is not a whole number" in told["row 3"]
    assert "likes (column l) 'x' is not a number" in told["row 3"]
    assert told["row 4"] == "post_id (column id) is empty, and is needed"
    assert "'03/04/2026 10:00' could be day/month or month/day. Set [read] datetime_format" in told["row 5"]
    assert 'epoch = "s"' in told["row 6"]
    assert 'day_is = "start" or "end"' in told["row 7"]
    assert "format the column as text" in told["row 8"]
    assert "beyond 2^63" in told["row 9"]
    assert "percentage" in told["row 10"]
    assert "phone" not in str(staged.rejects["raw"].to_list()), "columns that are not mapped are not copied"
    assert set(staged.rejects["rule"]) == {"unreadable_value"}
    assert set(staged.rejects["table_name"]) == {"staging.post_observations"}


@pytest.mark.parametrize(
    ("text", "read", "instant"),
    [
        ("2026-07-01T09:30:00Z", "", "2026-07-01T09:30:00"),
        ("2026-07-01T09:30:00.25+09:00", "", "2026-07-01T00:30:00.250"),
        ("2026-07-01 09:30:00 +0200", "", "2026-07-01T07:30:00"),
        ("2026-07-01 09:30:00 UTC", "", "2026-07-01T09:30:00"),
        ("2026-07-01 09:30", "", "2026-07-01T00:30:00"),
        ("2026/7/1 9:30", "", "2026-07-01T00:30:00"),
        ("2026年7月1日 9:30:05", "", "2026-07-01T00:30:05"),
        ("2026-07-01 09:30", 'timezone = "Europe/Berlin"', "2026-07-01T07:30:00"),
        ("01/07/2026 09:30", 'datetime_format = "%d/%m/%Y %H:%M"', "2026-07-01T00:30:00"),
        ("07/01/26", 'datetime_format = "%m/%d/%y"\nday_is = "start"', "2026-06-30T15:00:00"),
        ("2026-07-01", 'day_is = "end"', "2026-07-01T14:59:59"),
        ("1782864000", 'epoch = "s"', "2026-07-01T00:00:00"),
        ("1782864000123", 'epoch = "ms"', "2026-07-01T00:00:00.123"),
        ("46204.5", 'epoch = "excel"', "2026-07-01T03:00:00"),
        ("2026-10-25 02:30", 'timezone = "Europe/Berlin"', "2026-10-25T00:30:00"),
    ],
)
def test_an_instant_is_read_in_its_zone(desk: Desk, text: str, read: str, instant: str) -> None:
    staged = desk.load("x.csv", f"id,at,v,l\na,{text},1,1\n", MAPPING, read)
    assert rejects(staged) == {}
    found = staged.tables["staging.post_observations"]["observed_at"][0]
    assert found == datetime.fromisoformat(f"{instant}+00:00")


@pytest.mark.parametrize(
    ("text", "read", "what"),
    [
        ("2026-03-29 02:30", 'timezone = "Europe/Berlin"', "does not exist in this timezone"),
        ("2026-02-30T00:00:00Z", "", "is not a time"),
        ("yesterday", "", "is not a time"),
        ("1782864000000", 'epoch = "s"', "is no number of epoch"),
        ("0001-01-01T00:00:00Z", "", "is not between 1990 and 2200"),
        ("2026-07-01", 'datetime_format = "%d/%m/%Y %H:%M"', "does not follow datetime_format"),
        ("1.7.26 9:30", "", "could be day/month or month/day"),
    ],
)
def test_an_instant_that_is_none_or_could_be_two_is_refused(desk: Desk, text: str, read: str, what: str) -> None:
    staged = desk.load("x.csv", f"id,at,v,l\na,{text},1,1\n", MAPPING, read)
    assert what in rejects(staged)["row 2"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932", "utf-16", "utf-16-be", "cp1252"])
@pytest.mark.parametrize(("name", "mark"), [("x.csv", ","), ("x.csv", ";"), ("x.tsv", "\t")])
def test_text_files_are_read_in_any_usual_encoding(desk: Desk, encoding: str, name: str, mark: str) -> None:
    caption = "Café à Zürich — “été”" if encoding == "cp1252" else "夏の素肌、朝凪ＵＶ #朝凪UV"
    text = f"id,at,v,caption\r\na,2026-07-01T00:00:00Z,1,{caption}\r\n".replace(",", mark)
    staged = desk.load(name, text.encode(encoding), MAPPING.replace('likes = "l"', 'caption = "caption"'))
    assert staged.tables["staging.posts"]["caption"].to_list() == [caption]
    tags = staged.tables["staging.posts"]["hashtags"].to_list()
    assert tags == ([""] if encoding == "cp1252" else ["#朝凪uv"])


def test_rows_that_are_no_rows_are_put_aside_and_the_others_go_on(desk: Desk) -> None:
    good = "2026-07-01T00:00:00Z,1,1"
    text = (
        f"id,at,v,l\na,{good}\n\nb,2026-07-01T00:00:00Z,1\nc,{good},9\nid,at,v,l\nd,{good},,\n"
        f'"e"x,{good}\n"f\nf",{good}\n"g",{good}\n"h,{good}\nz,{good}\n'
    ).encode()
    staged = desk.load("x.csv", text.replace(b"a,2026", b"\xff\xfea,2026") + "日本語".encode() * 9, MAPPING)
    assert [row[:2] for row in observations(staged)] == [("row 7", "d"), ("row 9", "ff"), ("row 10", "g")]
    assert dict(staged.rejects.select("pointer", "rule").rows()) == {
        "row 2": "not_text",
        "row 4": "wrong_number_of_cells",
        "row 5": "wrong_number_of_cells",
        "row 6": "repeated_header",
        "row 8": "not_csv",
        "row 11": "not_csv",
    }
    assert "z,2026" in staged.rejects.filter(pl.col("pointer") == "row 11")["raw"][0], "what a quote swallowed is shown"


def test_json_keeps_ids_and_counts_digit_by_digit(desk: Desk) -> None:
    lines = [
        {"video": {"id": 7300000000000000001, "n": 9007199254740993}, "at": "2026-07-01T00:00:00Z", "l": None},
        {"video": {"id": "7300000000000000002", "n": "12"}, "at": "2026-07-01T00:00:00Z"},
        {"video": {"id": 7.3e18, "n": 1}, "at": "2026-07-01T00:00:00Z"},
        {"video": {"id": "d", "n": True}, "at": "2026-07-01T00:00:00Z"},
        {"video": [], "at": "2026-07-01T00:00:00Z"},
    ]
    text = "\ufeff" + "\n".join(json.dumps(line) for line in lines) + '\n[1]\n\n{"video": {"id": "z", "n": 1'
    mapping = MAPPING.replace('"id"', '"video.id"').replace('"v"', '"video.n"')
    staged = desk.load("x.jsonl", text, mapping)
    assert observations(staged) == [
        ("row 1", "7300000000000000001", 9007199254740993, None, "likes=not_reported"),
        ("row 2", "7300000000000000002", 12, None, "likes=not_reported"),
    ]
    rules = dict(staged.rejects.select("pointer", "rule").rows())
    assert rules == {
        "row 3": "unreadable_value",
        "row 4": "unreadable_value",
        "row 5": "unreadable_value",
        "row 6": "not_an_object",
        "row 8": "not_json",
    }
    assert '"id": "z"' in staged.rejects.filter(pl.col("pointer") == "row 8")["raw"][0]


def test_a_json_file_says_where_its_records_are(desk: Desk) -> None:
    records = [{"id": "a", "at": 1782864000, "v": 1, "l": 2}]
    staged = desk.load(
        "x.json", json.dumps({"data": {"items": records}}), MAPPING, 'records = "data.items"\nepoch = "s"'
    )
    assert observations(staged) == [("row 1", "a", 1, 2, None)]
    desk.write("y.json", '{"data": {}}')
    with pytest.raises(Mistakes, match=r"set \[read\] records"):
        desk.load("y.json", None, MAPPING)


def workbook(path: Path, sheets: Mapping[str, list[list[Any]]]) -> Path:
    with xlsxwriter.Workbook(path) as book:
        form = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for r, row in enumerate(rows):
                for c, cell in enumerate(row):
                    if isinstance(cell, datetime):
                        sheet.write_datetime(r, c, cell, form)
                    elif cell is not None:
                        sheet.write(r, c, cell)
    return path


def test_excel_is_read_with_its_own_row_numbers_and_dates(desk: Desk) -> None:
    rows = [
        ["投稿レポート"],
        [],
        ["id", "at", "v", "l"],
        ["a", datetime(2026, 7, 1, 9, 30), 1234.0, "非公開"],  # noqa: DTZ001 - Excel knows no zones
        [],
        ["b", datetime(2026, 7, 1, 9, 30), "1,234", None],  # noqa: DTZ001
        ["c", "2026/7/1 9:30", 1.5, None],
    ]
    workbook(desk.root / "x.xlsx", {"表紙": [["x"]], "投稿": rows})
    staged = desk.load("x.xlsx", None, MAPPING, 'sheet = "投稿"\nheader_row = 3\nhidden = ["非公開"]')
    assert observations(staged) == [
        ("row 4", "a", 1234, None, "likes=hidden"),
        ("row 6", "b", 1234, None, "likes=not_reported"),
    ]
    assert staged.tables["staging.post_observations"]["observed_at"][0] == datetime(2026, 7, 1, 0, 30, tzinfo=UTC)
    assert "is not a whole number" in rejects(staged)["row 7"]


def test_an_id_that_excel_kept_as_a_number_is_refused(desk: Desk) -> None:
    at = "2026-07-01T00:00:00Z"
    text_ids = [[f"65651705097833349{n:02}", at, 1, 1] for n in range(18, 60)]
    workbook(desk.root / "t.xlsx", {"s": [["id", "at", "v", "l"], *text_ids]})
    assert desk.load("t.xlsx", None, MAPPING).rejects.is_empty()
    workbook(
        desk.root / "n.xlsx",
        {"s": [["id", "at", "v", "l"], *text_ids, [6565170509783334918, at, 1, 1], [123, at, 1, 1]]},
    )
    staged = desk.load("n.xlsx", None, MAPPING)
    assert {p: "lost digits" in reason for p, reason in rejects(staged).items()} == {"row 44": True}
    assert observations(staged)[-1][1] == "123"


def test_parquet_keeps_its_types_and_refuses_what_a_float_has_lost(desk: Desk) -> None:
    frame = pl.DataFrame(
        {
            "id": [1.0, 7.3e18, 3.0, 4.0],
            "at": pl.Series([NOON] * 4).dt.cast_time_unit("ns"),
            "v": pl.Series([1, 2**64 - 1, 2**31, None], dtype=pl.UInt64),
            "l": [float("nan"), 1.0, 2.5, 3.0],
        }
    )
    frame.write_parquet(desk.root / "x.parquet")
    staged = desk.load("x.parquet", None, MAPPING)
    assert observations(staged) == [
        ("row 1", "1", 1, None, "likes=not_reported"),
        ("row 4", "4", None, 3, "views=not_reported"),
    ]
    told = rejects(staged)
    assert "lost digits" in told["row 2"]
    assert "beyond 2^63" in told["row 2"]
    assert "not a whole number" in told["row 3"]


def test_one_file_fills_posts_and_accounts_where_it_tells_of_them(desk: Desk) -> None:
    text = (
        "id,at,v,ch,name,subs,up\n"
        "a,2026-07-01T00:00:00Z,1,UC1,@Honoka,100,2026-06-30T00:00:00Z\n"
        "a,2026-07-01T00:00:00Z,2,UC1,@Honoka,100,2026-06-30T00:00:00Z\n"
        "b,2026-07-01T00:00:00Z,3,UC1,@Honoka,,\n"
    )
    extra = 'account_id = "ch"\nhandle = "name"\nfollowers = "subs"\npublished_at = "up"\n'
    staged = desk.load("x.csv", text, MAPPING.replace('likes = "l"\n', extra))
    assert [row[:3] for row in observations(staged)] == [("row 2", "a", 1), ("row 3", "a", 2), ("row 4", "b", 3)]
    posts = staged.tables["staging.posts"].select("pointer", "post_id", "account_id").rows()
    assert posts == [("row 2", "a", "UC1"), ("row 4", "b", "UC1")]
    accounts = staged.tables["staging.accounts"].select("pointer", "handle", "followers", "missing").rows()
    assert accounts == [("row 2", "honoka", 100, None)]
    only_counts = desk.load("y.csv", "id,at,v,l\na,2026-07-01T00:00:00Z,1,1\n", MAPPING)
    assert set(only_counts.tables) == {"staging.post_observations"}


def test_units_and_decimal_marks_are_converted(desk: Desk) -> None:
    text = "id;at;m\na;2026-07-01T00:00:00Z;1.234,5\nb;2026-07-01T00:00:00Z;0,01\n"
    mapping = MAPPING.replace('views = "v"\nlikes = "l"', 'watch_seconds = "m"')
    staged = desk.load("x.csv", text, mapping, 'decimal = ","\nmultiply = {watch_seconds = 60}')
    assert staged.tables["staging.post_observations"]["watch_seconds"].to_list() == [74_070, 1]


def test_shopifys_order_export_is_one_order_however_many_lines(desk: Desk) -> None:
    text = (
        "Name,Email,Subtotal,Currency,Discount Code,Created at,Lineitem name,Cancelled at,Refunded Amount,Id\n"
        "#1001,a@example.jp,2290.00,JPY,HONOKA10,2026-06-05 10:00:00 +0900,エッセンス,,0.00,5001000000001\n"
        "#1001,a@example.jp,,,,,ミニボトル,,,\n"
        "#1002,b@example.jp,57.23,JPY,,2026-06-05 10:00:00 +0900,エッセンス,"
        "2026-06-06 10:00:00 +0900,57.23,5001000000002\n"
    )
    settings = Settings.model_validate({"sources": {"shopify": {"shop": "minamodo.myshopify.com"}}})
    staged = Desk(desk.root, settings).load("orders.csv", text, "shopify_orders_csv")
    columns = ("pointer", "shop", "order_id", "code", "gross", "refunded", "net", "is_test", "is_new_customer")
    shop = "minamodo.myshopify.com"
    assert staged.tables["staging.orders"].select(columns).rows() == [
        ("row 2", shop, "5001000000001", "HONOKA10", Decimal(2290), Decimal(0), Decimal(2290), None, None),
        ("row 4", shop, "5001000000002", None, Decimal("57.23"), Decimal("57.23"), Decimal(0), None, None),
    ]
    ordered = staged.tables["staging.orders"].select("ordered_at", "cancelled_at", "observed_at").row(0)
    assert ordered == (datetime(2026, 6, 5, 1, tzinfo=UTC), None, NOON)
    assert staged.rejects.is_empty()
    with pytest.raises(Mistakes, match=r"\[sources.shopify\]"):
        desk.load("orders.csv", text, "shopify_orders_csv")


def test_visits_before_orders_are_read_with_their_host_only(desk: Desk) -> None:
    text = (
        "shop,order_id,touched_at,utm_source,utm_content,link_id,referrer\n"
        "Minamodo.myshopify.com,5001000000001,2026-06-05T10:00:00+09:00,instagram,honoka,,https://l.instagram.com/x?u=1\n"
        "minamodo.myshopify.com,5001000000001,2026-06-06 10:00,,,https://bit.ly/3xYzAbc,\n"
        "minamodo.myshopify.com,5001000000001,soon,,,,\n"
        "minamodo.myshopify.com,5001000000002,2026-06-06 10:00,,,,not a host\n"
    )
    staged = desk.load("j.csv", text, "order_touches")
    columns = ("pointer", "shop", "order_id", "touched_at", "utm_content", "link_id", "referrer")
    shop = "minamodo.myshopify.com"
    assert staged.tables["staging.order_touches"].select(columns).rows() == [
        ("row 2", shop, "5001000000001", datetime(2026, 6, 5, 1, tzinfo=UTC), "honoka", None, "l.instagram.com"),
        ("row 3", shop, "5001000000001", datetime(2026, 6, 6, 1, tzinfo=UTC), None, "bit.ly/3xYzAbc", None),
    ]
    told = dict(staged.rejects.select("pointer", "reason").rows())
    assert set(told) == {"row 4", "row 5"}
    assert "touched_at 'soon'" in told["row 4"]
    assert "referrer 'not a host' is no web address" in told["row 5"]


def test_our_own_column_names_need_no_mapping(desk: Desk) -> None:
    staged = desk.load("c.csv", "link_id,day,clicks\nhttps://bit.ly/3xYzAbc,2026/6/5,12\n", "link_days")
    assert staged.tables["staging.link_days"].select("link_id", "day", "clicks").rows() == [
        ("bit.ly/3xYzAbc", date(2026, 6, 5), 12)
    ]
    (told,) = desk_in(desk, "other").mistakes(desk.write("d.csv", "link,day,clicks\nx,2026-06-05,1\n"), "link_days")
    assert "'link_id'" in told
    assert "The file has: link, day, clicks" in told


def desk_in(desk: Desk, name: str) -> Desk:
    (desk.root / name).mkdir()
    return Desk(desk.root / name)


def test_all_mistakes_of_a_mapping_are_told_at_once(desk: Desk) -> None:
    file = desk.write("x.csv", "id,when,view_count,like\na,2026-07-01T00:00:00Z,1,1\n")
    desk.write(
        "imports/it.toml",
        'kind = "post_observations"\n[columns]\npost_id = "id"\nviews = "views_count"\nlike = "like"\n'
        '[constants]\nplatform = "utube"\nobserved_at = "03/04/2026"\n[read]\nmultiply = {reach = 2}\n',
    )
    told = desk.mistakes(file, "it")
    assert len(told) == 5
    assert any("line 5, columns.like" in t and "Did you mean likes?" in t for t in told)
    assert any("line 4, columns.views" in t and "Did you mean view_count?" in t for t in told)
    assert any("constants.platform" in t and "not a platform" in t for t in told)
    assert any("constants.observed_at" in t and "day/month" in t for t in told)
    assert any("read.multiply.reach" in t for t in told)


def test_what_a_mapping_lacks_is_told(desk: Desk) -> None:
    file = desk.write("x.csv", "id\na\n")
    desk.write("imports/it.toml", 'kind = "post_observations"\n')
    told = " ".join(desk.mistakes(file, "it"))
    for needed in ("platform", "post_id", "observed_at"):
        assert f"it.toml, {needed}: is needed" in told or f", {needed}: is needed" in told


@pytest.mark.parametrize(
    ("name", "content", "kind", "what"),
    [
        ("x.csv", "", "posts", "no header row"),
        ("x.csv", b"PK\x03\x04....", "posts", "binary file"),
        ("x.parquet", "id\n", "posts", "is not a Parquet file"),
        ("x.xlsx", "id\n", "posts", "is not an Excel workbook"),
        ("x.json", "{", "posts", "is not JSON"),
        ("x.pdf", "id\n", "posts", "known are .csv"),
        ("x.csv", "id\n", "post_observation", "Did you mean post_observations?"),
        ("x.csv", "platform,post_id,post_id\n", "posts", "stands twice"),
    ],
)
def test_a_file_that_cannot_be_read_is_not_landed(
    desk: Desk, name: str, content: str | bytes, kind: str, what: str
) -> None:
    assert any(what in told for told in desk.mistakes(desk.write(name, content), kind))


def test_a_file_that_does_not_exist_is_said_so(desk: Desk) -> None:
    for name in ("no.csv", "no.xlsx", "no.parquet", "no.json"):
        assert desk.mistakes(desk.root / name, "posts")


def test_a_file_loaded_twice_is_landed_once_unless_it_is_read_another_way(desk: Desk) -> None:
    for read in ("", "", 'timezone = "UTC"', 'timezone = "UTC"'):
        desk.load("x.csv", "id,at,v,l\na,2026-07-01 00:00,1,1\n", MAPPING, read)
    assert len(desk.landing.entries()) == 2


def test_landing_alone_is_enough_to_read_a_file_again(desk: Desk) -> None:
    first = desk.load("x.csv", "id,at,v,l\na,2026-07-01 00:00,1,1\nb,x,1,1\n", MAPPING)
    (desk.root / "x.csv").unlink()
    (desk.root / "imports/it.toml").unlink()
    (entry,) = desk.landing.entries()
    again = imports.stage(desk.landing.read(entry))
    assert again.rejects.equals(first.rejects)
    assert {n: f.equals(first.tables[n]) for n, f in again.tables.items()} == {"staging.post_observations": True}
    (landed,) = desk.landing.read(entry)
    assert landed.blob is not None
    landed.blob.chmod(0o600)
    landed.blob.write_text("id,at,v,l\n")
    with pytest.raises(LandingError, match="restore landing/"):
        imports.stage(desk.landing.read(entry))


def test_a_preview_shows_what_would_be_read_and_lands_nothing(desk: Desk) -> None:
    file = desk.write("x.csv", "id,at,v,l\na,2026-07-01 00:00,12,1\nb,x,1,1\n")
    desk.write("imports/it.toml", MAPPING)
    at = {"workspace": Workspace(desk.root), "settings": desk.settings, "clock": stopped_clock(NOON)}
    shown = imports.preview(file, "it", **at)
    assert (shown.rows_seen, shown.rejects.height) == (2, 1)
    assert "2026-06-30 15:00" in shown.text()
    assert "row 3: observed_at (column at) 'x' is not a time" in shown.text()
    assert desk.landing.entries() == []


def test_every_kind_is_a_profile_and_stands_in_the_guide() -> None:
    assert set(KINDS) == set(KindName.__args__)  # type: ignore[attr-defined]
    for kind in PROFILES:
        assert kind in imports.GUIDE


def test_the_mapping_in_the_guide_is_one(desk: Desk) -> None:
    lines = imports.GUIDE.split("write --as NAME:\n")[1].split("What happens to the rows")[0]
    desk.write("imports/guide.toml", "\n".join(line[2:] for line in lines.splitlines()))
    assert imports.broken_mappings(Workspace(desk.root)) == []


def test_a_plain_file_and_a_quoted_one_give_the_same_rows(desk: Desk) -> None:
    rows = [("id", "at", "v", "l"), *((f"p{n}", "2026-07-01T00:00:00Z", str(n), "") for n in range(50))]
    plain = "".join(",".join(row) + "\r\n" for row in rows).replace("p7,", "\r\n\r\np7,")
    quoted = plain.replace("p49", '"p49"')
    first, second = desk.load("a.csv", plain, MAPPING), desk.load("b.csv", quoted, MAPPING)
    assert observations(first) == observations(second)
    assert observations(first)[-1] == ("row 53", "p49", 49, None, "likes=not_reported")


CELLS = st.text(st.characters(exclude_characters='"\r\n', exclude_categories=["Cs"]), max_size=12)


@hypothesis_settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=25)
@given(st.lists(st.tuples(CELLS, CELLS, CELLS, CELLS), max_size=8), st.sampled_from(["csv", "jsonl"]))
def test_rows_in_are_rows_out_and_rejects_whatever_stands_in_them(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, ...]], ending: str
) -> None:
    desk = Desk(tmp_path_factory.mktemp("desk"))
    names = ("id", "at", "v", "l")
    if ending == "csv":
        text = "".join(",".join(f'"{c}"' for c in row) + "\n" for row in (names, *rows))
        counted = [r for r in rows if any(c.strip() for c in r)]
    else:
        text = "".join(json.dumps(dict(zip(names, row, strict=True))) + "\n" for row in (names, *rows))
        counted = [names, *rows]
    staged = desk.load(f"x.{ending}", text, MAPPING)
    out = staged.tables["staging.post_observations"].height if staged.tables else 0
    assert out + staged.rejects.height == len(counted)
    assert staged.rejects.select(staging.REJECTS.key).is_duplicated().any() is False


@pytest.mark.skipif(not REAL.is_dir(), reason="the folder of real data, ../shared/data, is not here")
def test_a_real_file_is_read_whole_and_in_its_order(desk: Desk) -> None:
    mapping = """\
kind = "post_observations"
constants = {platform = "youtube"}
[columns]
post_id = "video_id"
observed_at = "snapshot_ts"
views = "view_count"
likes = "like_count"
comments = "comment_count"
account_id = "channel_id"
published_at = "published_at"
"""
    file = REAL / "youtube_daily_kr.parquet"
    desk.write("imports/it.toml", mapping)
    staged = desk.stage(file, "it")
    told = staged.tables["staging.post_observations"]
    source = pl.read_parquet(file)
    assert staged.rejects.is_empty()
    assert told["post_id"].to_list() == source["video_id"].to_list()
    assert told["views"].to_list() == source["view_count"].to_list()
    assert told["pointer"].to_list() == [f"row {n}" for n in range(1, source.height + 1)]
    moved = (
        staged.tables["staging.posts"]
        .group_by("post_id")
        .agg(pl.col("account_id").n_unique())
        .filter(pl.col("account_id") > 1)
    )
    assert moved.height == 3


@pytest.mark.skipif(not REAL.is_dir(), reason="the folder of real data, ../shared/data, is not here")
def test_real_counts_beyond_32_bits_survive(desk: Desk) -> None:
    file = REAL / "tiktok_creators_hourly_2021.parquet"
    mapping = (
        'kind = "account_observations"\nconstants = {platform = "tiktok"}\n[columns]\n'
        'account_id = "creator_id"\nobserved_at = "observed_at"\nfollowers = "likes"\n'
    )
    desk.write("imports/it.toml", mapping)
    staged = desk.stage(file, "it")
    told = staged.tables["staging.accounts"]
    assert staged.rejects.is_empty()
    assert told["followers"].to_list() == pl.read_parquet(file)["likes"].to_list()
    assert told.filter(pl.col("followers") > 2**31).height > 0
