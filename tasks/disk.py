"""What is written is on the disk before anything relies on it."""

import os
from pathlib import Path


def sync(path: Path) -> None:
    """Wait until a file or folder is on the disk. Errors: OSError if the disk refuses."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
