"""The Excel file and the CSV files: numbers are numbers, text never becomes a formula, the same bytes each time."""

import csv
import re
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from io import BytesIO, StringIO
from xml.etree import ElementTree as ET

import fastexcel
import polars as pl
import pytest

from reports.exports import exports, spreadsheets
from reports.figures import Figures
from reports.neutral import is_formula, neutral
from reports.sheets import sheets
from reports.workbook import LONGEST, workbook
from tests.reports.told import with_findings

Make = Callable[..., Figures]
MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def sheet_names(book: bytes) -> list[str]:
    return fastexcel.read_excel(book).sheet_names


def frame(book: bytes, name: str) -> pl.DataFrame:
    return pl.read_excel(BytesIO(book), sheet_name=name, engine="calamine", infer_schema_length=None)


def parts(book: bytes) -> dict[str, ET.Element]:
    """Every part of the file that is XML, parsed: a part that is not well-formed fails here."""
    with zipfile.ZipFile(BytesIO(book)) as archive:
        return {n: ET.fromstring(archive.read(n)) for n in archive.namelist() if n.endswith((".xml", ".rels"))}


def rows(content: bytes) -> list[list[str]]:
    return list(csv.reader(StringIO(content.decode("utf-8-sig"), newline="")))


NAMES = {
    "ja": [
        "概要",
        "目標",
        "投稿者一覧",
        "投稿一覧",
        "日別",
        "費用の明細",
        "表記チェック",
        "KPI一覧",
        "用語集",
        "このファイルについて",
    ],
    "en": [
        *("Summary", "Goals", "List of creators", "Confirmed posts", "By day", "Costs"),
        *("Guidelines and disclosure", "All KPIs", "Glossary", "About this file"),
    ],
}


@pytest.mark.parametrize("locale", ["ja", "en"])
def test_a_workbook_speaks_the_reader_s_language(make: Make, locale: str) -> None:
    assert [n for n in sheet_names(workbook(make(locale=locale))) if n in NAMES[locale]] == NAMES[locale]


def test_the_same_figures_are_the_same_bytes(make: Make) -> None:
    assert spreadsheets(make()) == spreadsheets(make())


def test_numbers_are_numbers_days_are_days_and_ids_are_text(make: Make) -> None:
    posts = frame(workbook(make(locale="en")), "Confirmed posts")
    assert posts.schema["Post id"] == pl.String
    assert posts.schema["Posted on"] == pl.Date
    assert posts.schema["Likes"].is_numeric()
    figures = make()
    assert posts["Posted on"].to_list() == figures.posts["published_on"].to_list()
    assert posts["Post id"].to_list() == figures.posts["post_id"].to_list()
    assert posts["Likes"].to_list() == figures.posts["likes"].to_list()
    summary = frame(workbook(make(locale="en")), "Summary")
    told = dict(summary.select("KPI id", "Value").rows())
    assert told["er_reach"] == 0.0421
    assert told["cpo"] == 5408.16


def test_unknown_is_an_empty_cell_with_its_reason_and_never_zero(make: Make) -> None:
    book = workbook(make(locale="en"))
    summary = frame(book, "Summary").filter(pl.col("KPI id") == "frequency")
    assert summary["Value"].to_list() == [None]
    assert summary["Why unknown"].to_list() == ["not reported by the platform"]
    creators = frame(book, "List of creators").filter(pl.col("Creator id") == "hiro").row(0, named=True)
    assert (creators["Fee"], creators["Cost"], creators["Cost per order"]) == (None, None, None)
    assert "Fee, Cost, Cost per order: cost not known" in creators["Unknown, and why"]


def test_a_sheet_can_be_filtered_printed_and_read_while_scrolling(make: Make) -> None:
    for name, part in parts(workbook(make())).items():
        if not name.startswith("xl/worksheets/sheet"):
            continue
        assert part.find(f".//{MAIN}pane") is not None, f"{name} has no frozen head"
        assert part.find(f".//{MAIN}autoFilter") is not None, f"{name} has no filter"
        assert part.find(f".//{MAIN}pageSetup").get("orientation") == "landscape"
        assert part.find(f".//{MAIN}f") is None, f"{name} has a formula"


def test_other_currencies_and_small_amounts_keep_their_decimals(make: Make) -> None:
    euros = workbook(make(campaign={**make().campaign, "currency": "EUR"}))
    styles = ET.tostring(parts(euros)["xl/styles.xml"], "unicode")
    assert '#,##0.00 "EUR"' in styles.replace("&quot;", '"')
    yen = ET.tostring(parts(workbook(make()))["xl/styles.xml"], "unicode").replace("&quot;", '"')
    assert '"¥"#,##0' in yen
    assert '"¥"#,##0.00' in yen, "a cost per view of 2.85 is not 3"


FORMULAS = (
    "=1+1", "+1", "-1", "@SUM(A1)", " =1", "\u00a0=1", "\u200b=1", "\ufeff=1", "＝1+1", "＋1", "－1", "＠a", "−1",
    "﹦1", "harmless\n=1+1", "harmless\r\n@x", "a\u2028=1", "\u3000＝cmd|' /C calc'!A0", "\t=1", "\x00=1", "=",
    "\u202e=1",
)  # fmt: skip


@pytest.mark.parametrize("text", FORMULAS)
def test_text_that_begins_a_formula_is_made_text(text: str) -> None:
    assert is_formula(text)
    assert not is_formula(neutral(text))


def test_no_cell_begins_a_formula(make: Make) -> None:
    posts = make().posts.head(len(FORMULAS)).with_columns(caption=pl.Series(FORMULAS))
    hostile = make(posts=posts, campaign={**make().campaign, "name": "=1+1", "brand": "@brand"})
    for content in exports(hostile).values():
        for row in rows(content):
            assert not [c for c in row if is_formula(c) and not re.fullmatch(r"-[0-9.]+", c)]
    for part in parts(workbook(hostile)).values():
        assert part.find(f".//{MAIN}f") is None
    styles = parts(workbook(hostile))["xl/styles.xml"]
    assert [x for x in styles.iter(f"{MAIN}xf") if x.get("quotePrefix") == "1"], "nor when the cell is edited"


@pytest.mark.parametrize("text", ["", "-", "a=1", "朝の3分", "1 - 1", "12月 -5%", "https://x.com/?a=1"])
def test_innocent_text_is_left_as_it_is(text: str) -> None:
    assert neutral(text) == (text if text != "-" else "'-")


@pytest.mark.parametrize("digits", ["7212345678901234567", "0081", "12E34"])
def test_an_id_is_not_cut_to_fifteen_digits(digits: str) -> None:
    assert neutral(digits) == f"'{digits}"
    assert neutral("180001") == "180001"


def test_csv_opens_in_excel(make: Make) -> None:
    for name, content in exports(make()).items():
        assert re.fullmatch(r"csv/[a-z]+\.csv", name)
        assert content.startswith(b"\xef\xbb\xbf"), "without its mark Excel reads UTF-8 as something else"
        bare = re.sub(rb'"(?:[^"]|"")*"', b"", content)
        assert bare.count(b"\n") == bare.count(b"\r\n") > 0
        assert len({len(row) for row in rows(content)}) == 1
    head, *body = rows(exports(make())["csv/creators.csv"])
    assert head[:2] == ["投稿者ID", "投稿者"]
    assert body[0][head.index("報酬")] == "182000"


def test_both_formats_hold_the_same_tables(make: Make) -> None:
    figures = make(locale="en")
    book = workbook(figures)
    for sheet in sheets(figures):
        told = rows(exports(figures)[f"csv/{sheet.stem}.csv"])
        read = fastexcel.read_excel(book).load_sheet(sheet.title, header_row=0, dtypes="string").to_polars()
        assert told[0] == [column.head for column in sheet.columns] == read.columns
        assert len(told) - 1 == read.height == len(sheet.rows)


def test_a_caption_longer_than_a_cell_is_cut_and_says_so(make: Make) -> None:
    long = make(locale="en", posts=make().posts.head(1).with_columns(caption=pl.lit("🌊" * 20_000)))
    caption = frame(workbook(long), "Confirmed posts")["Caption"][0]
    assert caption.endswith("…")
    assert len(caption.encode("utf-16-le")) // 2 <= LONGEST
    assert rows(exports(long)["csv/posts.csv"])[1][-1] == "🌊" * 20_000


def test_a_workbook_s_words_are_not_excel_s_escapes(make: Make) -> None:
    """Excel reads _x0041_ as A: a caption that says so must come back as it was."""
    odd = "a_x0041_b \ufffe\uffff <&>\"' ]]>"
    captions = frame(
        workbook(make(locale="en", posts=make().posts.with_columns(caption=pl.lit(odd)))), "Confirmed posts"
    )["Caption"]
    raw = zipfile.ZipFile(BytesIO(workbook(make(locale="en", posts=make().posts.with_columns(caption=pl.lit(odd))))))
    assert b"_x005F_x0041_" in raw.read("xl/sharedStrings.xml")
    assert "\ufffe" not in captions[0]
    assert captions[0].endswith("<&>\"' ]]>")


def test_nothing_known_is_still_a_workbook(make_bare: Make) -> None:
    book = workbook(make_bare())
    assert len(sheet_names(book)) == len(sheets(make_bare()))
    assert parts(book)


def test_days_before_excel_s_calendar_and_numbers_that_are_none_do_no_harm(make: Make) -> None:
    figures = make(locale="en")
    posts = figures.posts.with_columns(published_on=pl.lit(date(1700, 1, 1)), emv=pl.lit(float("nan")))
    told = frame(workbook(make(locale="en", posts=posts)), "Confirmed posts")
    assert set(told["Posted on"]) == {"1700-01-01"}
    kpis = figures.kpis.with_columns(value=pl.lit(float("inf")))
    assert frame(workbook(make(locale="en", kpis=kpis)), "Summary")["Value"].null_count() == 14
    dear = figures.influencers.with_columns(fee=pl.lit(Decimal("12345678901.25")).cast(pl.Decimal(18, 4)))
    assert rows(exports(make(influencers=dear))["csv/creators.csv"])[1][8] == "12345678901.25"


def test_a_finding_that_several_must_mend_names_them_all_and_the_first_day(make: Make) -> None:
    figures = with_findings(make(locale="en"))
    twice = figures.compliance_tasks.with_columns(who=pl.lit("brand"), due_on=pl.lit(date(2026, 7, 1)))
    both = replace(figures, compliance_tasks=pl.concat([figures.compliance_tasks, twice]))
    rows = frame(workbook(both), "Guidelines and disclosure")
    assert rows["Verdict of the check"].to_list() == [
        "possible breach",
        "possible breach",
        "please check",
        "cannot be told",
    ]
    assert rows["Who acts"].to_list() == ["Brand, Creator"] * 3 + [None]
    assert rows["Due on"].to_list() == [date(2026, 7, 1)] * 3 + [None]
