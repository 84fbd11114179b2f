"""The report's sections: a module here and a template of the same stem make one; ORDER says where it stands.

PART_OF names the section of which one is a part, if it is.
"""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from types import ModuleType

from reports.reading import Reading

TEMPLATES = Path(__file__).parent.parent / "templates" / "sections"


class SectionIncomplete(Exception):
    """One half of a section is missing; the message names which."""


@dataclass(frozen=True, slots=True)
class Section:
    """One section: ``facts`` makes plain data of the figures, ``template`` says them.

    ``part_of``: the section of which it is a part, with neither a number nor an entry of its own; empty for most.
    """

    stem: str
    order: int
    facts: Callable[[Reading], object]
    part_of: str = ""

    @property
    def template(self) -> str:
        """The template's name."""
        return f"sections/{self.stem}.html.j2"


def load() -> list[Section]:
    """Every section, in order. Errors: SectionIncomplete where a module or a template stands alone."""
    modules = {m.name: import_module(f"{__name__}.{m.name}") for m in iter_modules(__path__)}
    templates = {path.name.removesuffix(".html.j2") for path in TEMPLATES.glob("*.html.j2")}
    if lonely := sorted(modules.keys() ^ templates):
        raise SectionIncomplete(f"{', '.join(lonely)}: a section is reports/sections/X.py and a template X.html.j2")
    return sorted((_section(name, module) for name, module in modules.items()), key=lambda s: (s.order, s.stem))


def _section(name: str, module: ModuleType) -> Section:
    try:
        return Section(name, int(module.ORDER), module.facts, str(getattr(module, "PART_OF", "")))
    except AttributeError as lost:
        raise SectionIncomplete(
            f"reports/sections/{name}.py lacks {lost.name}: give ORDER and facts(reading)"
        ) from lost
