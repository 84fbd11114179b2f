"""What the report says, per language: English sentences are the keys, gettext catalogues hold the other languages."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from babel.messages.pofile import read_po

FOLDER = Path(__file__).parent / "locales"
SOURCE = "en"
"""The language of the keys: it needs no catalogue."""

Form = str | tuple[str, ...]


class MissingMessage(Exception):
    """A sentence has no translation; the message names language, sentence and file."""


@dataclass(frozen=True, slots=True)
class Catalogue:
    """One language's sentences. A missing one is shown in English and counted, or raises where ``strict``."""

    locale: str
    singular: Mapping[str, Form]
    strict: bool = False
    missing: Counter[str] = field(default_factory=Counter[str], compare=False)

    def gettext(self, message: str, /, **values: object) -> str:
        """The sentence in this language, its ``%(name)s`` filled in; a per cent sign is written ``%%``."""
        said = self._find(message)
        text = said if isinstance(said, str) else said[-1]
        return text % values

    def ngettext(self, one: str, many: str, number: int, /, **values: object) -> str:
        """The sentence for a number of things; ``%(num)s`` is the number unless given."""
        if self.locale == SOURCE:
            text = one if number == 1 else many
        else:
            said = self._find(one, (one if number == 1 else many))
            # Japanese has one form; a language with more would choose by its plural rule here
            text = said if isinstance(said, str) else said[0]
        return text % {"num": number, **values}

    def _find(self, message: str, otherwise: str | None = None) -> Form:
        if self.locale == SOURCE:
            return message
        found = self.singular.get(message)
        if found:
            return found
        if self.strict:
            file = f"reports/locales/{self.locale}/LC_MESSAGES/messages.po"
            raise MissingMessage(f"{self.locale} has no {message!r}: translate it in {file}")
        self.missing[message] += 1
        return otherwise or message


@cache
def load(locale: str, *, strict: bool = False) -> Catalogue:
    """The catalogue of a language; English needs none. Errors: FileNotFoundError for a language that has no file."""
    if locale == SOURCE:
        return Catalogue(locale, {}, strict)
    with (FOLDER / locale / "LC_MESSAGES" / "messages.po").open("rb") as file:
        read = read_po(file, locale=locale)
    said: dict[str, Form] = {}
    for message in read:
        if not message.id or message.fuzzy:
            continue
        key = message.id if isinstance(message.id, str) else message.id[0]
        string = message.string
        form = string if isinstance(string, str) else tuple(string or ())
        if form and all(form):
            said[key] = form
    return Catalogue(locale, said, strict)
