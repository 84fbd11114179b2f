"""What tests of tasks share."""

from collections.abc import Iterator

import pytest

from tasks import fonts


@pytest.fixture(scope="session", autouse=True)
def _no_face_is_installed() -> Iterator[None]:
    """Pages are set in their readers' fonts here, whatever is installed: cutting a face takes a second."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(fonts, "FOLDERS", ())
        yield
