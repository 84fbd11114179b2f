"""What stands around a word can turn it: denied, quoted, asked, heard of, or said of something that may be said."""

import re

from transforms.compliance import Entry, Verdict
from transforms.compliance.dictionaries.words_jp import CAUSES
from transforms.compliance.text import sentence_around

_AFTER = 24
"""Folded characters after a match within which a negation still belongs to it."""
_NO = r"(?:ない|無い|ません|なかった|ず(?:に|、|$))(?!わけが|わけない|はずが|はずない|なんて)"
_NEGATED = re.compile(
    rf"^[らりれえきさしちわかばめべけせ]{{0,2}}{_NO}"
    r"|^(?:の)?(?:効果|効能|作用)?(?:が|は|も|など(?:は)?)?(?:ない(?!わけ|はず)|無い|ありません|なし(?:$|。|です|の)|ございません)"
    r"|^[^。.!?！？\n、,]{0,10}?(?:わけ(?:では|じゃ|でも)(?:ない|ありません|無い|なく)|とは(?:限|言[えいわ]|いえ|かぎ|思わ)"
    r"|(?:こと|もの|の)(?:は|では|じゃ)(?:ない|ありません|無い|なく))"
    r"|^[^。.!?！？\n、,]{0,6}?(?:なんて|と(?:まで)?は?)(?:とても)?(?:言え|いえ|思え|信じ)(?:ない|ません)"
    r"|^[^。.!?！？\n、,]{0,5}?(?:では|じゃ)(?:ない(?![?か])|ありません|なく|なかった)"
    r"|^(?:\s(?!and\b|but\b|or\b|so\b|while\b|that\b|which\b)\w+){0,2}?\s?(?:not\b(?! only| just)|never\b|\w+n't\b)"
)
"""A negation of the claim itself: joined to its verb, or "it is not that …". One of the next clause is none."""
_NEGATED_BEFORE = re.compile(
    r"(?:\b(?:not|never|cannot|isn't|doesn't|don't|didn't|won't|can't|wouldn't|aren't)\b"
    r"(?!\s(?:only|just|kidding|gonna|going to lie|believe|wait|miss|stop|imagine|know|mind|care|need))[^.!?,\n]{0,24}"
    r"|\b(?:no|without)\s|決して[^。\n、]{0,16})$"
)
_HEARD = re.compile(
    r"^(?:の)?(?:」|』|”|\"|')?(?:と(?:か|も)?(?:言われ|いわれ|聞[いくき]|書いて|書かれ|噂|の噂|よく言|いう噂|謳)"
    r"|らしい|そうです|みたい(?:です|だ|。|!|$)|って(?:聞|言わ|ほんと|本当|噂))"
)
_ASKED = re.compile(r"^[^。.!\n]{0,20}?(?:\?|でしょうか|ですか|ますか|かな|のか(?:な|。|\?|$)|疑問)")
_WISHED = re.compile(
    r"^(?:し|り|ち)?(?:たい|たく|て?ほしい|て?欲しい|(?:る)?といいな|(?:た)?らいいな|ように(?:。|$|!|祈|願)|のが(?:夢|目標|悩み))"
)
_TURN = re.compile(r"(?:けれども?|けど|のに|[ただす]が(?=[、,])|ものの|しかし|一方で?)")
_THIS = re.compile(r"(?:この|これ|こちら|今回の)")
_OPENERS = '「『“"'
_CLOSERS = '」』”"'
_STEP: dict[Verdict, Verdict] = {"fail": "warn", "warn": "pass"}


def lowered(
    text: str, start: int, end: int, entry: Entry, permitted: tuple[str, ...] = ()
) -> tuple[Verdict, str | None]:
    """What an entry's match at ``text[start:end]`` comes to, and why it is milder than the entry, if it is.

    A permitted or qualifying phrase around it, or a negation, lifts it; hearsay, quotation, a question or a wish lower
    it by one step. Their order is this one: the strongest reason is the one told.
    """
    left, right = sentence_around(text, start, end)
    after = text[end : min(right, end + _AFTER)]
    if _is_permitted(text, (start, end), (left, right), entry, permitted):
        return "pass", "permitted"
    if _NEGATED.search(after) or _NEGATED_BEFORE.search(text[left:start]):
        return "pass", "negation"
    for why, is_so in (
        ("hearsay", _HEARD.search(after) is not None),
        ("question", _ASKED.search(text[end:right]) is not None),
        ("wish", _WISHED.search(after) is not None),
        ("quotation", _is_quoted(text, left, right, start, end)),
    ):
        if is_so:
            return _STEP[entry.severity], why
    return entry.severity, None


def _is_permitted(
    text: str, match: tuple[int, int], around: tuple[int, int], entry: Entry, permitted: tuple[str, ...]
) -> bool:
    """The product may say so, or the entry's own exceptions stand where they count."""
    sentence = text[slice(*around)]
    turned = text[_turned(text, around[0], match[0]) : around[1]]
    return (
        any(phrase in sentence and _covers(text, phrase, around, match) for phrase in permitted)
        or any(re.search(pattern, turned if pattern in CAUSES else sentence) for pattern in entry.unless)
        or any(re.search(pattern, text) for pattern in entry.unless_anywhere)
        or any(m.start() <= match[0] and match[1] <= m.end() for p in entry.within for m in re.finditer(p, text))
    )


def _turned(text: str, left: int, start: int) -> int:
    """Where the part of a sentence begins that speaks of the product: "covered it up so far, but with this …"."""
    for turn in reversed(list(_TURN.finditer(text, left, start))):
        if _THIS.search(text, turn.end(), start):
            return turn.end()
    return left


def _covers(text: str, phrase: str, within: tuple[int, int], match: tuple[int, int]) -> bool:
    """The match lies within an occurrence of the phrase."""
    at = text.find(phrase, *within)
    while at >= 0:
        if at <= match[0] and match[1] <= at + len(phrase):
            return True
        at = text.find(phrase, at + 1, within[1])
    return False


def _is_quoted(text: str, left: int, right: int, start: int, end: int) -> bool:
    """The match stands between quotation marks of one sentence."""
    opened = max((text.rfind(mark, left, start) for mark in _OPENERS), default=-1)
    closed = max((text.rfind(mark, left, start) for mark in _CLOSERS), default=-1)
    return opened > closed and any(text.find(mark, end, right) >= 0 for mark in _CLOSERS)
