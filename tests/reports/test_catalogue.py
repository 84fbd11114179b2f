"""Every sentence of code and templates is there in Japanese, with the same placeholders."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir

from reports import catalogue

REPORTS = Path(catalogue.__file__).parent
PLACE = re.compile(r"%\((\w+)\)s")


def sentences() -> Iterator[str | tuple[str, ...]]:
    found = extract_from_dir(
        REPORTS,
        method_map=[("**.py", "python"), ("**.j2", "jinja2")],
        options_map={"**.j2": {"silent": "false"}},
        keywords={"_": None, "gettext": None, "ngettext": (1, 2), "n_": (1, 2)},
    )
    return (message for _file, _line, message, _comments, _context in found)


def test_every_sentence_is_translated_with_the_same_placeholders() -> None:
    ja = catalogue.load("ja").singular
    seen = 0
    for message in sentences():
        forms = (message,) if isinstance(message, str) else tuple(message)
        assert forms[0] in ja, f"{forms[0]!r} is not translated"
        said = ja[forms[0]]
        wanted = set(PLACE.findall(" ".join(forms)))
        for form in (said,) if isinstance(said, str) else said:
            assert set(PLACE.findall(form)) == wanted, forms[0]
            assert form % dict.fromkeys(wanted, "") is not None
        seen += 1
    assert seen > 150


def test_no_translation_is_left_over() -> None:
    used = {m if isinstance(m, str) else m[0] for m in sentences()}
    assert catalogue.load("ja").singular.keys() - used == set()


def test_no_sentence_is_hidden_in_an_f_string() -> None:
    """Before Python 3.12, _() inside an f-string is not extracted, and shows English with no error."""
    for path in REPORTS.rglob("*.py"):
        for literal in re.findall(r'\bf"[^"\n]*"|\bf\'[^\'\n]*\'', path.read_text(encoding="utf-8")):
            assert not re.search(r"\{\s*(_|n_|\w+\.gettext)\(", literal), f"{path.name}: {literal}"


def test_a_missing_sentence_raises_in_tests_and_is_counted_in_production() -> None:
    with pytest.raises(catalogue.MissingMessage, match="'No such sentence'"):
        catalogue.Catalogue("ja", {}, strict=True).gettext("No such sentence")
    lenient = catalogue.Catalogue("ja", {})
    assert lenient.gettext("No such sentence") == "No such sentence"
    assert lenient.ngettext("%(num)s thing", "%(num)s things", 2) == "2 things"
    assert lenient.missing == {"No such sentence": 1, "%(num)s thing": 1}


def test_a_language_without_a_catalogue_is_not_silently_english() -> None:
    with pytest.raises(FileNotFoundError):
        catalogue.load("fr")


def test_templates_do_no_arithmetic() -> None:
    for path in (REPORTS / "templates").rglob("*.j2"):
        for code in re.findall(r"\{[{%](.*?)[%}]\}", path.read_text(encoding="utf-8"), re.DOTALL):
            bare = re.sub(r'"[^"]*"', "", code)
            assert not re.search(r"[\w)\]]\s*(\+|/|\*|//|%)\s*[\w(]|\|\s*(round|sum|int|float)", bare.strip("-+ ")), (
                path.name,
                code,
            )
