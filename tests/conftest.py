"""What every test may ask for."""

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared" / "data"


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Real data that is never copied into the project; absent on most machines."""
    if not SHARED.is_dir():
        pytest.skip(f"no real data at {SHARED.name}/ beside the project")
    return SHARED


@pytest.fixture
def noon() -> datetime:
    """An instant to build examples on."""
    return datetime(2026, 7, 28, 3, 0, tzinfo=UTC)


SLOWEST_FIRST = ("flows", "browser", "tasks", "reports", "transforms")
"""With two processes at work, what takes long must not be left for the end."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Order the tests by folder, the slowest first; within a folder nothing moves."""
    place = {name: n for n, name in enumerate(SLOWEST_FIRST)}
    items.sort(key=lambda item: place.get(item.path.relative_to(ROOT / "tests").parts[0], len(place)))


@pytest.hookimpl(trylast=True)
def pytest_unconfigure() -> None:
    """Be quiet at the very end: DuckDB's binding lists what still refers to it then as leaks, on standard error."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
