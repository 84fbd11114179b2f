"""Every sentence of code and templates is there in Japanese, with the same placeholders."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from jinja2 import Environment, nodes

from reports import catalogue

REPORTS = Path(catalogue.__file__).parent
PLACE = re.compile(r"%\((\w+)\)s")
CALLS = {"_": 1, "gettext": 1, "n_": 2, "ngettext": 2}
"""Names by which sentences are asked for, and how many of their arguments are sentences."""


@cache
def sentences() -> tuple[str | tuple[str, ...], ...]:
    found = extract_from_dir(
        REPORTS,
        method_map=[("**.py", "python"), ("**.j2", "jinja2")],
        options_map={"**.j2": {"silent": "false"}},
        keywords={"_": None, "gettext": None, "ngettext": (1, 2), "n_": (1, 2)},
    )
    return tuple(message for _file, _line, message, _comments, _context in found)


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


def test_japanese_counts_and_terms_are_those_of_the_field() -> None:
    for message, said in catalogue.load("ja").singular.items():
        for form in (said,) if isinstance(said, str) else said:
            assert not re.search(r"\)sつ", form), f"{form!r}: 10つ is no Japanese; say 件"
            for word, instead in (("規則", "ルール"), ("データ元", "取得元"), ("夜", "日")):
                assert word not in form, f"{form!r}, of {message!r}: one word for one thing, {instead}"


def test_no_translation_is_left_over() -> None:
    used = {m if isinstance(m, str) else m[0] for m in sentences()}
    assert catalogue.load("ja").singular.keys() - used == set()


def asked() -> Iterator[tuple[str, str, list[object], set[str | None]]]:
    """Every call for a sentence: where, by which name, with which sentences and which values."""
    for path in sorted(REPORTS.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and (name := ast.unparse(node.func).rpartition(".")[2]) in CALLS:
                said = [a.value if isinstance(a, ast.Constant) else None for a in node.args[: CALLS[name]]]
                yield f"{path.name}:{node.lineno}", ast.unparse(node.func), said, {k.arg for k in node.keywords}
    environment = Environment(extensions=["jinja2.ext.i18n"], autoescape=True)
    for path in sorted((REPORTS / "templates").rglob("*.j2")):
        for node in environment.parse(path.read_text("utf-8")).find_all(nodes.Call):
            if isinstance(node.node, nodes.Name) and (name := node.node.name) in CALLS:
                said = [a.value if isinstance(a, nodes.Const) else None for a in node.args[: CALLS[name]]]
                yield f"{path.name}:{node.lineno}", name, said, {k.key for k in node.kwargs}


def test_no_sentence_is_hidden_in_an_f_string() -> None:
    """Before Python 3.12, _() inside an f-string is not extracted, and shows English with no error."""
    for path in REPORTS.rglob("*.py"):
        texts = [n for n in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(n, ast.JoinedStr)]
        calls = [ast.unparse(c.func) for text in texts for c in ast.walk(text) if isinstance(c, ast.Call)]
        assert not {c.rpartition(".")[2] for c in calls} & CALLS.keys(), path.name


def test_every_sentence_asked_for_stands_in_the_code_and_is_given_all_its_values() -> None:
    """A sentence that is put together, or kept in a name, is extracted by nobody; a value too few fails later."""
    seen = 0
    for where, name, said, values in asked():
        if where.startswith("reading.py") and name.startswith("self.catalogue."):
            continue  # the one door that every sentence goes through
        assert all(isinstance(s, str) for s in said), f"{where}: write the sentence where it is asked for"
        wanted = set(PLACE.findall(" ".join(map(str, said)))) - {"num"}
        if None not in values:  # values that are given as a mapping are seen only when they are said
            assert wanted == values - {"num"}, where
        seen += 1
    assert seen > 200


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
