"""Tokens and passwords come from the environment, .env or secrets.toml, and are never printed."""

import stat
import unicodedata
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

from pydantic import BaseModel, ConfigDict, Field, SecretStr
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from tasks.errors import Mistake
from tasks.toml_places import read as open_toml
from tasks.toml_places import suggestion, validate

SECRETS_FILE, ENV_FILE = "secrets.toml", ".env"
_ENV_PREFIX = "HIBIKI_"
_OTHER_VARIABLES = ("HIBIKI_WORKSPACE",)


def plain_handle(text: str) -> str:
    """A handle as it is stored and compared: NFKC, lower case, without @."""
    return unicodedata.normalize("NFKC", text).strip().removeprefix("@").casefold()


class Secrets(BaseSettings):
    """Tokens and passwords: from the environment, else .env, else secrets.toml. Never printed."""

    model_config = SettingsConfigDict(
        env_prefix=_ENV_PREFIX, env_ignore_empty=True, extra="ignore", frozen=True, env_file_encoding="utf-8-sig"
    )

    instagram_token: SecretStr | None = Field(
        default=None, description="Instagram: token of the brand's own business account."
    )
    youtube_key: SecretStr | None = Field(default=None, description="YouTube: API key.")
    bitly_token: SecretStr | None = Field(default=None, description="Bitly: access token.")
    shopify_token: SecretStr | None = Field(default=None, description="Shopify: Admin API access token.")
    ga4_token: SecretStr | None = Field(
        default=None, description="Google Analytics 4: access token, or authorized_user credentials (JSON in one line)."
    )
    smtp_password: SecretStr | None = Field(default=None, description="Password at the SMTP server.")
    postgres_password: SecretStr | None = Field(
        default=None, description="Password at the PostgreSQL server that a copy is pushed to."
    )
    creators: Mapping[str, Mapping[str, SecretStr]] = Field(
        default_factory=dict[str, Mapping[str, SecretStr]],
        description="Tokens of creators who gave access, by platform and handle; in secrets.toml only.",
    )

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The environment wins over .env, and .env over secrets.toml (which is handed in)."""
        del settings_cls, file_secret_settings
        return env_settings, dotenv_settings, init_settings

    def token(self, source: str) -> SecretStr | None:
        """The workspace's own token or key for a source; None where there is none."""
        found = cast("SecretStr | None", getattr(self, _TOKENS.get(source, ""), None))
        return found if found and found.get_secret_value() else None

    def creator_tokens(self, platform: str) -> Mapping[str, SecretStr]:
        """Tokens of creators who gave access, by handle."""
        return self.creators.get(platform, {})


_TOKENS = {
    "instagram": "instagram_token",
    "youtube": "youtube_key",
    "bitly": "bitly_token",
    "shopify": "shopify_token",
    "ga4": "ga4_token",
    "smtp": "smtp_password",
    "postgres": "postgres_password",
}


def variables() -> dict[str, str]:
    """Every secret's environment variable and what it is."""
    return {
        f"{_ENV_PREFIX}{name.upper()}": field.description or ""
        for name, field in Secrets.model_fields.items()
        if name != "creators"
    }


def read(root: Path) -> tuple[Secrets, list[Mistake]]:
    """The secrets of the workspace at ``root``, and what is wrong with the files that hold them."""
    given, mistakes = _from_file(root / SECRETS_FILE)
    env_file = root / ENV_FILE

    class Here(Secrets):
        model_config = SettingsConfigDict(env_file=env_file)

    if env_file.exists():
        mistakes += _exposed(env_file)
        try:
            mistakes += _misspelt(env_file.read_text("utf-8-sig"))
        except (OSError, UnicodeDecodeError):
            wrong = Mistake(ENV_FILE, "cannot be read as UTF-8 text", "Save it as UTF-8, readable for this user")
            return Secrets(**given), [*mistakes, wrong]
    return Here(**given), mistakes


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Token(_Table):
    token: SecretStr | None = Field(default=None, description="The workspace's own token.")


class _Key(_Table):
    key: SecretStr | None = Field(default=None, description="The API key.")


class _Password(_Table):
    password: SecretStr | None = Field(default=None, description="The password.")


class _Creators(_Table):
    creators: dict[str, SecretStr] = Field(default_factory=dict[str, SecretStr], description='handle = "token"')


class _TokenAndCreators(_Token, _Creators):
    pass


class _File(_Table):
    instagram: _TokenAndCreators = Field(default_factory=_TokenAndCreators, description="Instagram.")
    tiktok: _Creators = Field(default_factory=_Creators, description="TikTok.")
    youtube: _Key = Field(default_factory=_Key, description="YouTube.")
    bitly: _Token = Field(default_factory=_Token, description="Bitly.")
    shopify: _Token = Field(default_factory=_Token, description="Shopify.")
    ga4: _Token = Field(default_factory=_Token, description="Google Analytics 4.")
    smtp: _Password = Field(default_factory=_Password, description="The mail server.")
    postgres: _Password = Field(default_factory=_Password, description="The PostgreSQL server.")


def _from_file(path: Path) -> tuple[dict[str, Any], list[Mistake]]:
    """What secrets.toml says, by field of :class:`Secrets`."""
    if not path.exists():
        return {}, []
    mistakes = _exposed(path)
    document = open_toml(path, path.name, is_secret=True)
    if isinstance(document, Mistake):
        return {}, [*mistakes, document]
    file, wrong = validate(_File, document, is_secret=True)
    if file is None:
        return {}, [*mistakes, *wrong]
    creators = {
        platform: {plain_handle(handle): token for handle, token in table.creators.items()}
        for platform, table in (("instagram", file.instagram), ("tiktok", file.tiktok))
        if table.creators
    }
    given: dict[str, Any] = {
        "instagram_token": file.instagram.token,
        "youtube_key": file.youtube.key,
        "bitly_token": file.bitly.token,
        "shopify_token": file.shopify.token,
        "ga4_token": file.ga4.token,
        "smtp_password": file.smtp.password,
        "postgres_password": file.postgres.password,
        "creators": creators,
    }
    return given, mistakes


def _exposed(path: Path) -> list[Mistake]:
    if not stat.S_IMODE(path.stat().st_mode) & 0o077:
        return []
    remedy = f"Run `chmod 600 {path.name}`"
    return [Mistake(path.name, "can be read by other users of this machine", remedy, warning=True)]


def _misspelt(text: str) -> list[Mistake]:
    """Variables in .env that start like ours and are none of ours."""
    known = list(variables())
    found: list[Mistake] = []
    for number, line in enumerate(text.splitlines(), start=1):
        name = line.strip().removeprefix("export ").partition("=")[0].strip()
        if name.startswith(_ENV_PREFIX) and name not in (*known, *_OTHER_VARIABLES):
            what = "is not a variable that is known here"
            found.append(Mistake(ENV_FILE, what, suggestion(name, known), line=number, column=name))
    return found
