"""A secret that was used to ask never reaches a log, an error or landing."""

import logging
import re
from json import dumps
from urllib.parse import quote, quote_plus

import httpx

MASK = "***"

_NAMES = (
    "access_token|appsecret_proof|client_secret|refresh_token|id_token|api_key|apikey|key|token|password|signature|sig"
    "|hmac|x-amz-signature|x-goog-signature"
)
_BY_NAME = re.compile(rf"(?i)(?<![\w-])((?:{_NAMES})(?:=|%3D))[^&\s\"'<>\\]+")
_USER_INFO = re.compile(r"(?<=://)[^/@\s]+@")
# In a body only what is a credential beyond doubt: paging links repeat it, captions do not.
_IN_BODY = re.compile(rb"(?i)((?:access_token|appsecret_proof)(?:=|%3D))[^&\s\"'<>\\]+")
_SHORTEST = 8


class Redactor:
    """Knows the secrets in use and takes them out of what is kept."""

    def __init__(self) -> None:
        self._forms: set[str] = set()

    def learn(self, secret: str) -> None:
        """Remember a secret. One shorter than 8 characters is masked by its parameter's name only."""
        if len(secret) >= _SHORTEST:
            self._forms |= {secret, quote(secret, safe=""), quote_plus(secret), dumps(secret)[1:-1]}

    def text(self, text: str) -> str:
        """The text without known secrets, without values of parameters that carry secrets, without user info."""
        for form in sorted(self._forms, key=len, reverse=True):
            text = text.replace(form, MASK)
        return by_name(text)

    def body(self, body: bytes) -> bytes:
        """An answer's body, verbatim but for credentials: some platforms repeat them in paging links."""
        for form in sorted(self._forms, key=len, reverse=True):
            body = body.replace(form.encode(), MASK.encode())
        return _IN_BODY.sub(rb"\1" + MASK.encode(), body)


def by_name(text: str) -> str:
    """The text with the values of parameters that carry secrets masked, and user info of addresses."""
    return _USER_INFO.sub(f"{MASK}@", _BY_NAME.sub(rf"\1{MASK}", text))


class _Addresses(logging.Filter):
    """httpx logs every address it asks at INFO, query and all."""

    def filter(self, record: logging.LogRecord) -> bool:
        if isinstance(record.args, tuple):
            record.args = tuple(by_name(str(a)) if isinstance(a, httpx.URL) else a for a in record.args)
        return True


logging.getLogger("httpx").addFilter(_Addresses())
