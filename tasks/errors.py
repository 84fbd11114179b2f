"""The errors that a user can mend: shown without a traceback, each with its exit code."""

from dataclasses import dataclass

DONE, FAULT, USAGE, GAPS, REFUSED, BUSY = 0, 1, 2, 3, 4, 5


class HibikiError(Exception):
    """A fault that the message explains: the noun, the value and the remedy."""

    exit_code = FAULT


class ConfigurationError(HibikiError):
    """Settings, briefs, tokens or paths are wrong; the message lists all mistakes at once."""

    exit_code = USAGE


class AuditRefused(HibikiError):
    """An audit refused to let data through."""

    exit_code = REFUSED


class WorkspaceBusy(HibikiError):
    """Another run holds the workspace."""

    exit_code = BUSY


@dataclass(frozen=True, slots=True)
class Mistake:
    """One thing a person must mend: where (file, line or row, column), what stands there, what would be right."""

    file: str
    what: str
    remedy: str
    row: int | None = None
    column: str | None = None
    value: str | None = None
    warning: bool = False
    line: int | None = None
    """Line of a text file such as TOML; ``row`` is a row of a table, the header being row 1."""

    def __str__(self) -> str:
        place = self.file
        if self.line is not None:
            place += f", line {self.line}"
        if self.row is not None:
            place += f", row {self.row}"
        if self.column is not None:
            place += f", {self.column}"
        seen = f" ({self.value!r})" if self.value is not None else ""
        return f"{place}: {self.what}{seen}. {self.remedy}"


class Mistakes(ConfigurationError):
    """Several mistakes, all at once."""

    def __init__(self, mistakes: list[Mistake]) -> None:
        self.mistakes = mistakes
        super().__init__("\n".join(str(m) for m in mistakes))
