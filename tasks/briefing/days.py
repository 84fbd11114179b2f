"""A day is read as people write it: 2026-06-01, 2026/6/1, 2026年6月1日."""

import re
import unicodedata
from datetime import date

_SHAPE = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(?:[ T]0{1,2}:00(?::00)?)?")


class NotADay(ValueError):
    """The text is no day of the calendar; ``remedy`` says what would be right."""

    def __init__(self, what: str) -> None:
        self.what, self.remedy = what, "Write it as 2026-06-01"
        super().__init__(f"{what}. {self.remedy}")


def read(text: str) -> date:
    """The day in a text; a midnight that a spreadsheet has added is passed over. Errors: NotADay."""
    found = _SHAPE.fullmatch(unicodedata.normalize("NFKC", text).strip())
    if found is None:
        raise NotADay("is not a date")
    try:
        return date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError as error:
        raise NotADay("is not a day of the calendar") from error
