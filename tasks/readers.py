"""How the landed answers of each source are read: every platform, file imports, what people write."""

from collections.abc import Callable, Sequence
from importlib import import_module
from typing import cast

from tasks import sources
from tasks.sources import Landed, Staged

Stage = Callable[[Sequence[Landed]], Staged]

_OWN = {
    "import": "tasks.imports",
    "brief": "tasks.briefs",
    "reference": "tasks.references",
    "correction": "tasks.corrections",
    "resolution": "tasks.resolutions",
}


def readers() -> dict[str, Stage]:
    """Source name → how its landed answers are read."""
    own = {name: import_module(module).stage for name, module in _OWN.items()}
    return {**{name: source.stage for name, source in sources.load().items()}, **cast("dict[str, Stage]", own)}
