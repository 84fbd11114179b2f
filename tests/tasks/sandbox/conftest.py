"""A world, its sandbox and a client that reaches it without a socket."""

from collections.abc import Iterator

import httpx
import pytest

from tasks.sandbox.apis import InProcess
from tasks.sandbox.standin import Sandbox
from tasks.sandbox.world import World


@pytest.fixture(scope="session")
def world() -> World:
    return World()


@pytest.fixture
def sandbox(world: World) -> Sandbox:
    return Sandbox(world, throttle_every=None)


@pytest.fixture
def client(sandbox: Sandbox) -> Iterator[httpx.Client]:
    with httpx.Client(transport=InProcess(sandbox), base_url="http://sandbox.test") as made:
        yield made
