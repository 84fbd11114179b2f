"""A face travels inside a page only if it may and can, cut to what is shown, the same bytes each time."""

import base64
import re
from collections.abc import Callable
from functools import cache
from io import BytesIO
from pathlib import Path

import polars as pl
import pytest
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont

from reports import catalogue, fonts, lettering, render
from reports.figures import Figures
from reports.fonts import FaceRefused, InMemory

Make = Callable[..., Figures]
LATIN = "".join(map(chr, range(0x20, 0x7F)))
REPORTS = Path(catalogue.__file__).parent


def _box(height: int, at: int = 0) -> object:
    pen = TTGlyphPen(None)
    pen.moveTo((at, 0))
    pen.lineTo((at, height))
    pen.lineTo((at + 200, height))
    pen.closePath()
    return pen.glyph()


@cache
def made(
    characters: str = LATIN + fonts.PROBES + "≤≥",
    *,
    name: str = "Drawn Here",
    licence: str = "This Font Software is licensed under the SIL Open Font License, Version 1.1.",
    allowed: int = 0,
    is_tofu: bool = False,
    narrow_one: bool = True,
) -> bytes:
    """A small face of our own drawing: each character a box of its own height, or all the same where ``is_tofu``."""
    names = {ord(c): f"u{ord(c):05X}" for c in characters}
    builder = FontBuilder(1000, isTTF=True)
    builder.setupGlyphOrder([".notdef", *names.values()])
    builder.setupCharacterMap(names)
    boxes = {n: _box(500 if is_tofu and c > 0x7F else 100 + i) for i, (c, n) in enumerate(names.items())}
    builder.setupGlyf({".notdef": _box(700), **boxes})
    widths = {n: (300 if narrow_one and c == ord("1") else 600, 0) for c, n in names.items()}
    builder.setupHorizontalMetrics({".notdef": (600, 0), **widths})
    builder.setupHorizontalHeader(ascent=800, descent=-200)
    builder.setupNameTable({"familyName": name, "version": "Version 2.5", "licenseDescription": licence})
    builder.setupOS2(fsType=allowed)
    builder.setupPost()
    out = BytesIO()
    builder.save(out)
    return out.getvalue()


def drawn_by(woff2: bytes) -> TTFont:
    return TTFont(BytesIO(woff2))


def embedded(html: str) -> dict[int, TTFont]:
    """The faces in a page, by weight."""
    found = re.findall(r"font-weight:(\d+);src:url\(data:font/woff2;base64,([^)]+)\)", html)
    return {int(weight): drawn_by(base64.b64decode(data)) for weight, data in found}


def points(font: TTFont) -> set[str]:
    return {chr(c) for c in font.getBestCmap()}


def test_a_face_is_cut_to_what_is_asked_and_gives_the_same_bytes() -> None:
    face = fonts.face(made())
    first = fonts.cut(face.weights[0], map(ord, "A1永☃"), InMemory())
    assert points(drawn_by(first)) == set("A1永")
    assert first[:4] == b"wOF2"
    assert fonts.cut(fonts.face(made()).weights[0], map(ord, "永☃1A"), InMemory()) == first


def test_what_was_cut_once_is_not_cut_again() -> None:
    class Watched(InMemory):
        pass

    kept = Watched()
    weight = fonts.face(made()).weights[0]
    first = fonts.cut(weight, {ord("永")}, kept)
    (key,) = kept.known
    kept.known[key] = b"as it was kept"
    assert fonts.cut(weight, {ord("永")}, kept) == b"as it was kept"
    assert fonts.cut(weight, {ord("響")}, kept) != first
    assert len(kept.known) == 2
    other = fonts.face(made(name="Another")).weights[0]
    assert fonts.cut(other, {ord("永")}, kept) not in {b"as it was kept", first}


def test_signs_that_a_known_face_draws_wrong_are_left_to_the_reader_s_fonts() -> None:
    face = fonts.face(made())
    assert points(drawn_by(fonts.cut(face.weights[0], map(ord, "永≤≥"), InMemory()))) == {"永"}
    assert fonts.cut(face.weights[0], map(ord, "≤≥☃"), InMemory()) == b""


def test_our_own_sentences_never_use_them() -> None:
    for path in (p for p in REPORTS.rglob("*") if p.suffix in {".j2", ".po", ".css", ".js"}):
        assert not set("≤≥") & set(path.read_text("utf-8")), f"{path.name}: say 'at most' (以下) and 'at least' (以上)"


def test_digits_are_equally_wide_where_the_licence_lets_them_be_moved() -> None:
    digits = "0123456789"
    for licence, widths in (("SIL Open Font License, Version 1.1", {307}), ("All rights reserved", {300, 600})):
        cut = drawn_by(fonts.cut(fonts.face(made(licence=licence)).weights[0], map(ord, digits), InMemory()))
        names = cut.getBestCmap()
        assert {cut["hmtx"][names[ord(d)]][0] for d in digits} == widths
    free = drawn_by(fonts.cut(fonts.face(made()).weights[0], map(ord, digits), InMemory()))
    one = free["glyf"][free.getBestCmap()[ord("1")]]
    assert one.xMin == 77, "the narrow 1 stands in the middle of its new width"


def test_outlines_are_told_in_no_finer_steps_than_eyes_see_where_the_licence_lets_them_be_moved() -> None:
    for licence, steps in (("SIL Open Font License, Version 1.1", 512), ("All rights reserved", 1000)):
        whole = fonts.face(made(licence=licence)).weights[0]
        cut = drawn_by(fonts.cut(whole, map(ord, "永"), InMemory()))
        assert cut["head"].unitsPerEm == steps
        drawn, told = (f["glyf"][f.getBestCmap()[ord("永")]].yMax for f in (cut, TTFont(BytesIO(whole.data))))
        assert drawn / steps == pytest.approx(told / 1000, abs=0.5 / steps), "as large as it was"


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "no font file"),
        (b"<html>not found</html>", "no font file"),
        (b"ttcf" + b"\0" * 64, "collection"),
        (made()[:400], "cannot be read|no font file|lacks"),
        (made(LATIN), "has no 永"),
        (made(is_tofu=True), "boxes instead"),
        (made(allowed=0x0002), "does not allow embedding"),
        (made(allowed=0x0100), "does not allow parts"),
        (made(allowed=0x0200), "bitmaps only"),
    ],
    ids=["empty", "html", "collection", "half", "latin", "tofu", "restricted", "whole only", "bitmaps"],
)
def test_a_file_that_cannot_or_may_not_be_used_is_refused_with_the_reason(data: bytes, why: str) -> None:
    with pytest.raises(FaceRefused, match=why):
        fonts.face(data)


def test_a_broken_file_is_refused_wherever_it_is_cut_off() -> None:
    whole = made()
    for end in range(0, len(whole), len(whole) // 60):
        with pytest.raises(FaceRefused):
            fonts.cut((f := fonts.face(whole[:end])).weights[0], f.weights[0].characters, InMemory())


@pytest.mark.parametrize(
    ("table", "renamed", "why"),
    [(b"post", b"CFF ", "PostScript"), (b"post", b"fvar", "variable"), (b"glyf", b"glyx", "lacks glyf")],
)
def test_outlines_of_another_kind_are_refused(table: bytes, renamed: bytes, why: str) -> None:
    with pytest.raises(FaceRefused, match=why):
        fonts.face(made().replace(table, renamed, 1))


def test_a_face_that_breaks_when_it_is_cut_is_refused_by_name() -> None:
    whole, place = fonts.face(made()).weights[0], TTFont(BytesIO(made())).reader.tables["glyf"]
    torn = made()[: place.offset] + b"\xff" * place.length + made()[place.offset + place.length :]
    broken = fonts.Weight(400, torn, whole.characters, "torn")
    with pytest.raises(FaceRefused, match="cannot be cut"):
        fonts.cut(broken, whole.characters, InMemory())


def test_leave_to_view_and_print_is_leave_enough() -> None:
    assert fonts.face(made(allowed=0x0004)).name == "Drawn Here"


def test_a_face_says_its_name_version_and_licence_on_one_line() -> None:
    face = fonts.face(made(name="Drawn\r\nHere\u202e", licence=""))
    assert (face.name, face.version, face.licence) == ("Drawn Here", "2.5", "")
    assert fonts.face(made()).licence == "SIL Open Font License 1.1"


def test_a_page_brings_every_character_that_it_shows(make: Make) -> None:
    figures = make(locale="ja")
    plain = render.page(figures)
    everything = "".join(sorted({*re.sub("<[^>]+>", "", plain), *LATIN, *fonts.PROBES} - set("\n")))
    face = fonts.face(made(everything), made(everything, name="Bold"))
    html = render.page(figures, face=face)
    cut = embedded(html)
    text = re.sub(r"<(style|script)>.*?</\1>|<[^>]+>", "", html, flags=re.DOTALL)
    assert points(cut[400]) >= {c for c in text if c in everything and c not in "≤≥&"}
    headings = "".join(re.findall(r"<(?:h1|h2|strong)[^>]*>(.*?)</(?:h1|h2|strong)>", html, re.DOTALL))
    assert points(cut[700]) >= {c for c in re.sub("<[^>]+>", "", headings) if c in everything and c != "&"}
    assert points(cut[700]) < points(cut[400]), "what stands in captions alone is not there in bold"
    assert "Drawn Here 2.5" in text


def test_the_policy_names_the_style_with_its_face_and_nothing_looser(make: Make) -> None:
    face = fonts.face(made())
    html = render.page(make(locale="en"), face=face)
    (css,) = re.findall(r"<style>(.*?)</style>", html, re.DOTALL)
    (policy,) = re.findall(r'http-equiv="Content-Security-Policy" content="([^"]*)"', html)
    assert f"&#39;{lettering.source_hash(css)}&#39;" in policy
    assert "font-src data:" in policy
    assert "unsafe" not in policy
    assert css.startswith('@font-face{font-family:"hibiki page"')


def test_a_page_whose_policy_does_not_name_its_style_is_not_dressed() -> None:
    with pytest.raises(ValueError, match="does not name its style"):
        lettering.dressed("<meta><style>p{}</style><p>永</p>", fonts.face(made()))


@pytest.mark.parametrize(
    ("css", "html", "bold"),
    [
        (".a{font-weight:700}", '<p class="b a">永</p>響', "永"),
        ("b .a{font-weight:600}", '<i><p class="a">永</p></i>', ""),
        ("div>.a{font-weight:600}", '<div><p class="a">永<i>響</i></p></div>愛', "永響"),
        (".x+.a,.y{font:bold 12px/1 serif}", '<p class="a">永</p>', "永"),
        ("@media print{.a{font-weight:bold}}", '<p class="a">永</p>', "永"),
        ("a:hover{font-weight:700}", '<a href="#x">永</a>', "永"),
        ("nav a.on{font-weight:700}", '<nav><a href="#x">永</a></nav><script>("on")</script>', "永"),
        (".a{font-weight:500}", '<p class="a">永</p>', ""),
        ("#one{font-weight:800}", '<p id="one">永</p><p id="two">響</p>', "永"),
        ("", "<h2>永<br>響</h2>愛", "永響"),
        ("", '<h3>永<svg><circle r="1"/><text>響</text></svg></h3>愛', "永響"),
        ("", "<th>&#27704;</th>&lt;b>響", "永"),
        (
            "th,td{font-weight:400}th[scope=row]{font-weight:600}",
            '<tr><th scope="col">愛</th><th scope="row">永</th></tr>',
            "永",
        ),
        (".s{font-weight:400}", '<h2>永<i class="s">愛<i>円</i></i>響</h2>', "永響"),
        ("b .s{font-weight:400}.s{font-weight:700}", '<b><i class="s">永</i></b>', "永"),
        ("@media print{.s{font-weight:400}}i.s:hover,p>.s{font-weight:400}", '<b>永<i class="s">響</i></b>', "永響"),
        ('.a::after{content:"円"}', "日", "円"),
    ],
)
def test_bold_is_what_the_style_says_is_bold(css: str, html: str, bold: str) -> None:
    found = lettering.shown(f"<style>{css}</style><body>{html}</body>")
    assert {chr(c) for c in found.bold} - set(LATIN) == set(bold)
    assert found.every >= found.bold


def test_many_pages_share_one_cut() -> None:
    kept = InMemory()
    css = "p{margin:0}"
    policy = f"style-src '{lettering.source_hash(css)}'"
    pages = {name: f'<meta content="{policy}"><style>{css}</style><p>{name}</p>' for name in ("永", "響", "愛")}
    face = lettering.for_all(fonts.face(made(), kept=kept), pages.values())
    dressed = {name: lettering.dressed(html, face) for name, html in pages.items()}
    assert len(kept.known) == 1
    assert all(points(embedded(html)[400]) >= set("永響愛") for html in dressed.values())
    assert lettering.for_all(None, pages.values()) is None


def test_characters_that_no_face_has_are_left_to_the_reader_and_break_nothing(make: Make) -> None:
    strange = "".join(
        map(chr, [*range(0x300, 0x370), *range(0x1F300, 0x1F600), *range(0x20000, 0x22000), 0x202E, 0xFFFF])
    )
    figures = make(locale="ja")
    figures = make(locale="ja", posts=figures.posts.with_columns(caption=pl.lit(f"永{strange}")))
    html = render.page(figures, face=fonts.face(made()))
    html.encode()
    assert points(embedded(html)[400]) <= set(LATIN + fonts.PROBES)
    assert "永" in points(embedded(html)[400])
