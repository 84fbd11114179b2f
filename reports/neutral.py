"""Text that a spreadsheet would take for a formula, or a number that it would cut, is made to stay text."""

import re
import unicodedata

_STARTS = frozenset("=+-@\t\r\N{MINUS SIGN}")
_BREAKS = re.compile("(\r\n|\r|\n|\x0b|\x0c|\x85|\u2028|\u2029)")
_DIGITS = re.compile(r"0\d+|\d{16,}|\d+[eE]\d+")


def is_formula(text: str) -> bool:
    """Whether a line starts, after what is not seen, with a sign that begins a formula, be it full-width."""
    return any(_starts_one(line) for line in _BREAKS.split(text))


def neutral(text: str) -> str:
    """The text with an apostrophe before each line that would begin a formula, and before digits that would be cut.

    Excel keeps 15 digits of a number, drops zeros before it and reads 12E3 as 12000: an id would be another one.
    """
    if _DIGITS.fullmatch(text.strip()):
        return f"'{text}"
    return "".join(f"'{line}" if _starts_one(line) else line for line in _BREAKS.split(text))


def _starts_one(line: str) -> bool:
    for sign in line:
        if sign in _STARTS:
            # a break between two lines comes here too, and begins nothing
            return line not in {"\r", "\r\n"}
        if unicodedata.category(sign)[0] in "ZC":
            continue
        return unicodedata.normalize("NFKC", sign)[:1] in _STARTS
    return False
