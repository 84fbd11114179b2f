"""A TOML file is read once, and every key in it knows its line, so that a mistake can be found where it stands."""

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from tasks.errors import Mistake
from tasks.importing.encodings import Unreadable, decode

Model = TypeVar("Model", bound=BaseModel)
Place = tuple[str, ...]

_BARE_OR_QUOTED = re.compile(r"""\s*("(?:[^"\\]|\\.)*"|'[^']*'|[A-Za-z0-9_-]+)\s*""")
_AT = re.compile(r"\s*\(at (?:line (\d+), column (\d+)|end of document)\)")
_FULL_WIDTH = {
    "＝": "=", "”": '"', "“": '"', "＂": '"', "［": "[", "］": "]", "，": ",", "、": ",", "＃": "#", "\u3000": " "
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Document:
    """A parsed TOML file: its data and the line of each key."""

    file: str
    data: Mapping[str, Any]
    lines: Mapping[Place, int]

    def line(self, place: Sequence[str]) -> int | None:
        """The line of a key, else of the nearest table around it."""
        for length in range(len(place), 0, -1):
            if (found := self.lines.get(tuple(place[:length]))) is not None:
                return found
        return None


def parse(source: bytes, file: str, *, is_secret: bool = False) -> Document | Mistake:
    """The document, or the one mistake that keeps it from being TOML. Of a secret file nothing is quoted."""
    try:
        text = decode(source).text
    except Unreadable as error:
        return Mistake(file, str(error), "Save the file as UTF-8 text")
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        mistake = _broken(str(error), text, file)
        return replace(mistake, value=None) if is_secret else mistake
    return Document(file, data, _lines_of(text))


def read(path: Path, file: str, *, is_secret: bool = False) -> Document | Mistake:
    """As :func:`parse`, from disk; a file that cannot be opened is a mistake too."""
    try:
        return parse(path.read_bytes(), file, is_secret=is_secret)
    except OSError as error:
        return Mistake(file, f"cannot be read: {error.strerror}", "Make the file readable for this user")


def validate(model: type[Model], document: Document, *, is_secret: bool = False) -> tuple[Model | None, list[Mistake]]:
    """The document as a model, and every mistake in it. Of a secret file no value is quoted."""
    try:
        return model.model_validate(document.data), []
    except ValidationError as error:
        mistakes = [_mistake(detail, model, document) for detail in error.errors()]
        return None, [replace(m, value=None) if is_secret else m for m in mistakes]


def suggestion(word: str, known: Sequence[str], *, most: int = 24) -> str:
    """A sentence that names the likeliest intended word, or all of a short list, or nothing."""
    by_fold = {k.casefold(): k for k in known}
    if word and (begun := [k for fold, k in by_fold.items() if fold.startswith(f"{word.casefold()}_")]):
        return f"Did you mean {' or '.join(begun)}?"
    if close := get_close_matches(word.casefold(), list(by_fold), n=1, cutoff=0.6):
        return f"Did you mean {by_fold[close[0]]}?"
    return f"Known are: {', '.join(known)}" if 0 < len(known) <= most else "Remove it"


def _broken(message: str, text: str, file: str) -> Mistake:
    found = _AT.search(message)
    lines = text.splitlines()
    line = int(found[1]) if found and found[1] else max(len(lines), 1)
    shown = lines[line - 1].strip() if line <= len(lines) else ""
    what = f"is not TOML: {_AT.sub('', message)}"
    if found and found[2]:
        what += f" at column {found[2]}"
    wide = [f"{c} by {_FULL_WIDTH[c]}" for c in dict.fromkeys(shown) if c in _FULL_WIDTH]
    remedy = f"Replace the full-width {', '.join(w.replace(chr(0x3000), 'space') for w in wide)}" if wide else ""
    return Mistake(file, what, remedy or 'Write key = value; text stands in "quotes"', value=shown or None, line=line)


def _mistake(detail: ErrorDetails, model: type[BaseModel], document: Document) -> Mistake:
    place = tuple(str(p) for p in detail["loc"])
    kind, context = detail["type"], detail.get("ctx", {})
    given = detail["input"]
    value: str | None = None if isinstance(given, dict | list) else str(given)[:200]
    column = ".".join(place) or None
    holder = _holder(model, place)
    if kind == "missing":
        described = holder.model_fields[place[-1]].description if holder and place[-1] in holder.model_fields else None
        line = document.line(place[:-1])
        return Mistake(document.file, "is missing", f"Add it: {described or 'it is needed'}", column=column, line=line)
    if kind == "extra_forbidden":
        remedy = suggestion(place[-1], list(holder.model_fields) if holder else [])
        what = "is not a key that is known here"
        return Mistake(document.file, what, remedy, column=column, line=document.line(place))
    if kind == "literal_error":
        what, remedy = "is not one of the values allowed", f"Write one of: {context.get('expected', '')}"
    elif "remedy" in context:
        what, remedy = detail["msg"], str(context["remedy"])
    else:
        what = detail["msg"][:1].lower() + detail["msg"][1:]
        field = holder.model_fields.get(place[-1]) if holder else None
        remedy = f"Write {_nature(kind)}" + (f" ({field.description})" if field and field.description else "")
    return Mistake(document.file, what, remedy, column=column, value=value, line=document.line(place))


def _nature(kind: str) -> str:
    natures = {
        "string": 'text in "quotes"',
        "int": "a whole number",
        "float": "a number",
        "bool": "true or false",
        "list": '["a", "b"]',
        "tuple": '["a", "b"]',
        "dict": "a table",
        "model": "a table",
        "date": "a date such as 2026-06-01",
        "decimal": "a number",
    }
    return natures.get(kind.split("_", maxsplit=1)[0], "a value within these bounds")


def _holder(model: type[BaseModel], place: Place) -> type[BaseModel] | None:
    """The model that holds the last key of ``place``."""
    holder: type[BaseModel] | None = model
    for name in place[:-1]:
        field = holder.model_fields.get(name) if holder else None
        annotation: Any = field.annotation if field else None
        options: tuple[Any, ...] = getattr(annotation, "__args__", None) or (annotation,)
        holder = next((o for o in options if isinstance(o, type) and issubclass(o, BaseModel)), None)
    return holder


def _lines_of(text: str) -> dict[Place, int]:
    """The line of each table and key of a text that is known to be TOML."""
    lines: dict[Place, int] = {}
    table: Place = ()
    depth, fence = 0, ""
    for number, line in enumerate(text.splitlines(), start=1):
        rest = line
        if not depth and not fence:
            stripped = line.strip()
            if stripped.startswith("["):
                table, _ = _keys(stripped.lstrip("["))
                lines.setdefault(table, number)
                continue
            keys, rest = _keys(line)
            for length in range(1, len(keys) + 1):
                lines.setdefault((*table, *keys[:length]), number)
        depth, fence = _open_after(rest, depth, fence)
    return lines


def _keys(text: str) -> tuple[Place, str]:
    """The dotted key at the start of a text, and the rest."""
    keys: list[str] = []
    while match := _BARE_OR_QUOTED.match(text):
        keys.append(match[1][1:-1] if match[1][0] in "\"'" else match[1])
        text = text[match.end() :]
        if not text.startswith("."):
            break
        text = text[1:]
    return tuple(keys), text


def _open_after(text: str, depth: int, fence: str) -> tuple[int, str]:
    """How many brackets, and which multi-line string, are still open after this piece of a value."""
    at = 0
    while at < len(text):
        if fence:
            end = text.find(fence, at)
            if end < 0:
                return depth, fence if len(fence) == 3 else ""
            if fence[0] == '"' and (end - len(text[:end].rstrip("\\"))) % 2:
                at = end + 1
                continue
            at, fence = end + len(fence), ""
        elif text[at] == "#":
            break
        elif text[at] in "\"'":
            fence = text[at] * 3 if text.startswith(text[at] * 3, at) else text[at]
            at += len(fence)
        else:
            depth += (text[at] in "[{") - (text[at] in "]}")
            at += 1
    return depth, fence if len(fence) == 3 else ""
