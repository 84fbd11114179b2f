"""Faults on demand: which answers of the stand-ins go wrong, how, and how often; the same every time."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any, Literal, get_args

from tasks.sandbox.draws import Draws

Kind = Literal[
    "throttle",  # the platform's own way to say: slower
    "quota_exceeded",  # the platform's own way to say: not before tomorrow, or next month
    "expired_token",
    "server_error",
    "html_200",  # an error page that claims to be a success
    "truncated",  # a whole answer whose body stops in the middle
    "hang",  # no answer within `seconds`
    "drop",  # the connection breaks in the middle of the body
    "paging_loop",  # a page names the page that it was as its next
    "duplicate_page",  # a page begins with items of the page before
    "stale",  # the figures of a day ago
    "empty_set",
    "negative_count",  # the first count of the answer
    "huge_count",  # the first count of the answer, beyond 64 bits
    "changed_type",  # numbers as strings, and strings of digits as numbers
    "missing_field",  # `field`, else every count
    "hidden_likes",
    "nul_in_names",
    "script_in_captions",
]
KINDS: tuple[str, ...] = get_args(Kind)
PAGING = frozenset({"paging_loop", "duplicate_page"})
BODY = frozenset(
    {
        "empty_set",
        "negative_count",
        "huge_count",
        "changed_type",
        "missing_field",
        "hidden_likes",
        "nul_in_names",
        "script_in_captions",
    }
)
_HUGE = 2**63 + 5
SCRIPT = "<script>alert('hibiki')</script>"


@dataclass(frozen=True, slots=True)
class Fault:
    """One way to go wrong. ``where`` is a glob on the path, or on path?query as asked, decoded.

    Of the requests that match, the first ``after`` are spared; of the others the first ``times``, or each
    ``every``-th, or each with a ``probability`` goes wrong; all, if none is given.
    """

    where: str
    kind: Kind
    times: int | None = None
    every: int | None = None
    probability: float | None = None
    after: int = 0
    seconds: float = 30.0
    field: str | None = None
    status: int = 502
    """Of a server_error: 500 answers JSON, anything else a gateway's HTML page."""

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"no fault is called {self.kind!r}: use one of {', '.join(KINDS)}")

    def matches(self, path: str, query: str) -> bool:
        """Whether it concerns this request."""
        return fnmatchcase(path, self.where) or fnmatchcase(f"{path}?{query}", self.where)

    def strikes(self, nth: int, draws: Draws) -> bool:
        """Whether the ``nth`` matching request (from 0) goes wrong."""
        n = nth - self.after
        if n < 0 or (self.times is not None and n >= self.times):
            return False
        if self.every is not None and (n + 1) % self.every:
            return False
        return self.probability is None or draws.happens(self.probability, "fault", self.where, self.kind, nth)


@dataclass(frozen=True, slots=True)
class Wording:
    """Which keys of a platform's answers are what: so that one damage fits all platforms."""

    counts: frozenset[str]
    likes: frozenset[str]
    names: frozenset[str]
    captions: frozenset[str]
    lists: frozenset[str]


def spoil(body: Any, fault: Fault, wording: Wording) -> Any:
    """The answer's JSON, damaged."""
    named = frozenset({fault.field}) if fault.field else wording.counts
    damage: Mapping[str, Callable[[], Any]] = {
        "empty_set": lambda: _changed(body, wording.lists, lambda v: [] if isinstance(v, list) else v),
        "negative_count": lambda: _first(body, named, lambda v: "-4" if isinstance(v, str) else -4),
        "huge_count": lambda: _first(body, named, lambda v: str(_HUGE) if isinstance(v, str) else _HUGE),
        "changed_type": lambda: _changed(body, named, _other_type),
        "missing_field": lambda: _without(body, named),
        "hidden_likes": lambda: _without(body, wording.likes),
        "nul_in_names": lambda: _changed(body, wording.names, lambda v: f"{v}\0\0" if isinstance(v, str) else v),
        "script_in_captions": lambda: _changed(
            body, wording.captions, lambda v: SCRIPT + v if isinstance(v, str) else v
        ),
    }
    return damage[fault.kind]()


def _other_type(value: Any) -> Any:
    if isinstance(value, str):
        return int(value) if value.lstrip("-").isdigit() else value
    return str(value) if isinstance(value, int) else value


def _changed(body: Any, keys: frozenset[str], change: Callable[[Any], Any]) -> Any:
    if isinstance(body, Mapping):
        return {k: change(v) if k in keys else _changed(v, keys, change) for k, v in body.items()}
    return [_changed(item, keys, change) for item in body] if isinstance(body, list) else body


def _without(body: Any, keys: frozenset[str]) -> Any:
    if isinstance(body, Mapping):
        return {k: _without(v, keys) for k, v in body.items() if k not in keys}
    return [_without(item, keys) for item in body] if isinstance(body, list) else body


def _first(body: Any, keys: frozenset[str], change: Callable[[Any], Any]) -> Any:
    done: list[bool] = []

    def once(value: Any) -> Any:
        if done or isinstance(value, (dict, list)):
            return value
        done.append(True)
        return change(value)

    return _changed(body, keys, once)
