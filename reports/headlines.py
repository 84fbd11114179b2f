"""A headline is its sentence: numbers marked, and broken between phrases, not inside them."""

from functools import cache
from typing import Literal

import budoux
from budoux.parser import Parser
from markupsafe import Markup

Tone = Literal["good", "bad", "plain"]
_OPEN: dict[Tone, str] = {"good": "\ue000", "bad": "\ue001", "plain": "\ue002"}
_CLOSE = "\ue003"
_TONES = {sign: tone for tone, sign in _OPEN.items()}


def marked(text: str, tone: Tone = "plain") -> str:
    """The text with signs around it that :func:`headline` turns into a mark (and :func:`plain` removes)."""
    return f"{_OPEN[tone]}{text}{_CLOSE}"


def plain(sentence: str) -> str:
    """The sentence without marks."""
    return "".join(c for c in sentence if c not in _TONES and c != _CLOSE)


def within(label: str, locale: str) -> str:
    """A label inside a sentence: English writes it small there, unless it is an abbreviation."""
    is_word = locale == "en" and len(label) > 1 and label[0].isupper() and label[1].islower()
    return label[0].lower() + label[1:] if is_word else label


@cache
def _parser() -> Parser:
    return budoux.load_default_japanese_parser()


def phrases(sentence: str, locale: str) -> list[str]:
    """The sentence's phrases: a line may end after each. Marks count as nothing and stay in place."""
    if locale != "ja":
        return [sentence]
    found: list[str] = []
    rest = iter(sentence)
    for phrase in _parser().parse(plain(sentence)):
        taken = ""
        missing = len(phrase)
        while missing:
            sign = next(rest)
            taken += sign
            missing -= sign not in _TONES and sign != _CLOSE
        found.append(taken)
    tail = "".join(rest)
    return [*found[:-1], found[-1] + tail] if found else [tail]


def headline(sentence: str, locale: str) -> Markup:
    """The sentence as HTML: every phrase a span that does not break, every marked number in ``<mark>``."""
    built = Markup("")
    tone: str | None = None
    for phrase in phrases(sentence, locale):
        inner = Markup("")
        run = ""
        for sign in phrase:
            if sign in _TONES or sign == _CLOSE:
                inner += _run(run, tone)
                run, tone = "", _TONES.get(sign)
            else:
                run += sign
        inner += _run(run, tone)
        built += Markup('<span class="ph">{}</span>').format(inner) if locale == "ja" else inner
    return built


def _run(text: str, tone: str | None) -> Markup:
    if not text:
        return Markup("")
    return Markup("{}").format(text) if tone is None else Markup('<mark class="{}">{}</mark>').format(tone, text)
