"""Chance by name: the same seed and names give the same draw, whatever was drawn before it."""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b
from statistics import NormalDist
from typing import TypeVar

T = TypeVar("T")

_STANDARD = NormalDist()


@dataclass(frozen=True, slots=True)
class Draws:
    """A source of draws. Hashing, not a generator: adding one person to the world shifts nobody else's luck."""

    seed: int

    def unit(self, *names: object) -> float:
        """A number in [0, 1)."""
        return self._bits(names) / 2**53

    def between(self, low: float, high: float, *names: object) -> float:
        """A number in [low, high)."""
        return low + (high - low) * self.unit(*names)

    def whole(self, low: int, high: int, *names: object) -> int:
        """A whole number from ``low`` to ``high``, both included."""
        return low + int(self.unit(*names) * (high - low + 1))

    def normal(self, *names: object) -> float:
        """A standard normal deviate."""
        return _STANDARD.inv_cdf((self._bits(names) + 0.5) / 2**53)

    def pick(self, choices: Sequence[T], *names: object) -> T:
        """One of the choices."""
        return choices[int(self.unit(*names) * len(choices))]

    def happens(self, probability: float, *names: object) -> bool:
        """Whether something of this probability happens."""
        return self.unit(*names) < probability

    def digits(self, length: int, *names: object) -> str:
        """A string of decimal digits that does not begin with 0."""
        low = 10 ** (length - 1)
        big = int.from_bytes(self._digest(names, 16), "big")
        return str(low + big % (9 * low))

    def letters(self, length: int, alphabet: str, *names: object) -> str:
        """A string of that length over the alphabet."""
        big = int.from_bytes(self._digest(names, 32), "big")
        said: list[str] = []
        for _ in range(length):
            big, index = divmod(big, len(alphabet))
            said.append(alphabet[index])
        return "".join(said)

    def _bits(self, names: tuple[object, ...]) -> int:
        return int.from_bytes(self._digest(names, 8), "big") >> 11

    def _digest(self, names: tuple[object, ...], size: int) -> bytes:
        return blake2b("\x1f".join(map(str, (self.seed, *names))).encode(), digest_size=size).digest()
