"""Which of many texts may say a word at all, seen without folding each of them.

Folding a caption takes as long as a hundred looks at it, and nearly no caption says what is looked for. A text of
usual characters says a folded word only if it holds the word's longest run of letters and digits as it is, but for
the case of a-z: none of the other usual characters becomes a letter by folding. Any other text may say anything.
"""

import re
from collections.abc import Iterable

import polars as pl

# Kana, 々, CJK ideographs and Hangul syllables: each is what nothing else of _USUAL is folded to.
_LETTERS = "\u3005\u3041-\u3096\u30a1-\u30fa\u30fc\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3"
_ACCENTED = (
    "\u00bf-\u00de\u00e0-\u012f\u0131\u0134-\u013e\u0141-\u0148\u014a-\u017e\u1ea0-\u1ef9"  # Latin without ß, ĳ, ŀ …
    "\u0386-\u03ce\u0400-\u0481\u048a-\u04ff"
)
_SIGNS = (
    "\u00a1-\u00a7\u00a9\u00ab\u00ae\u00b0\u00b1\u00b7\u00bb\u200d\u2010-\u2027\u203b\u203c\u2049\u20ac"
    "\u2190-\u2199\u21d2\u21d4\u2500-\u257f\u25a0-\u27bf\u3000-\u3004\u3006-\u301f\u30fb"
    "\uff01-\uff0f\uff1a-\uff20\uff3b-\uff3e\uff5b-\uff65"  # without the low line, which a name may hold
)
_EMOJI = "\ufe0e\ufe0f\U0001f1e6-\U0001f1ff\U0001f300-\U0001f64f\U0001f680-\U0001f6ff\U0001f900-\U0001faff"
_USUAL = f"\t\n -~{_LETTERS}{_ACCENTED}{_SIGNS}{_EMOJI}"

_RUN = re.compile(f"[0-9a-z_{_LETTERS}]+")
# Tags are compared without variation selectors: one between letters hides a run.
_UNUSUAL = f"[^{_USUAL}]|[0-9A-Za-z_{_LETTERS}][\ufe0e\ufe0f]"


def may_say(text: pl.Expr, words: Iterable[str]) -> pl.Expr:
    """Expression: not true only for texts that, folded, hold none of the folded words.

    True is to be looked into: the text may hold a word, a part of one, or characters that only folding can tell.
    """
    runs = {max(_RUN.findall(word), key=len, default="") for word in words}
    if not runs or "" in runs:
        return pl.lit(value=bool(runs))
    return text.str.contains(_UNUSUAL) | text.str.contains_any(sorted(runs), ascii_case_insensitive=True)
