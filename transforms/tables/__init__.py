"""The data dictionary: every table, found by looking into this folder. The file name is the registry."""

from importlib import import_module
from pkgutil import iter_modules

from transforms.contracts import Table


def load() -> dict[str, Table]:
    """Every table by its full name, sorted. A module that fails to import fails loudly."""
    found: dict[str, Table] = {}
    for module in iter_modules(__path__):
        for thing in vars(import_module(f"{__name__}.{module.name}")).values():
            if isinstance(thing, Table):
                found[thing.name] = thing
    return dict(sorted(found.items()))
