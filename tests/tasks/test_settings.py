"""Settings: every mistake at once, each with its line, and secrets that are never shown."""

from pathlib import Path

import pytest
from pydantic import SecretStr

from tasks import settings
from tasks.credentials import Secrets
from tasks.errors import Mistake, Mistakes


def mistakes_in(folder: Path, text: str | bytes) -> list[Mistake]:
    (folder / "hibiki.toml").write_bytes(text.encode() if isinstance(text, str) else text)
    with pytest.raises(Mistakes) as caught:
        settings.read(folder)
    return caught.value.mistakes


@pytest.fixture(autouse=True)
def no_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in settings.secrets():
        monkeypatch.delenv(variable, raising=False)


def test_an_empty_file_is_all_defaults(tmp_path: Path) -> None:
    (tmp_path / "hibiki.toml").write_text("")
    found = settings.read(tmp_path)
    assert (found.timezone, found.currency, found.locale) == ("Asia/Tokyo", "JPY", "ja")
    assert found.enabled_sources == ()
    assert found.source("instagram") is None


def test_a_source_is_on_when_its_table_stands_there(tmp_path: Path) -> None:
    (tmp_path / "hibiki.toml").write_text(
        '[sources.tiktok]\n[sources.instagram]\nbusiness_account_id = "17841400000000000"\n'
        'base_url = "http://127.0.0.1:8090/instagram/v23.0/"\n'
    )
    found = settings.read(tmp_path)
    assert found.enabled_sources == ("instagram", "tiktok")
    instagram = found.source("instagram")
    assert instagram is not None
    assert instagram.options == {
        "business_account_id": "17841400000000000",
        "base_url": "http://127.0.0.1:8090/instagram/v23.0",
    }


def test_all_mistakes_are_told_at_once_each_with_its_line(tmp_path: Path) -> None:
    text = """\
timezone = "Tokyo"
curency = "JPY"
holidays = "Japan"

[coverage]
hold_mail_below = 9

[sources.instgram]

[sources.shopify]
shop = "https://minamodo.myshopify.com"

[mail]
allowed_domains = [
  "example.jp",
  "@example.com",
]
security = "ssl"
port = "587"
"""
    told = {(m.line, m.column): str(m) for m in mistakes_in(tmp_path, text)}
    assert "Did you mean Asia/Tokyo?" in told[1, "timezone"]
    assert "Did you mean currency?" in told[2, "curency"]
    assert "JP, US" in told[3, "holidays"]
    assert told[6, "coverage.hold_mail_below"]
    assert "Did you mean instagram?" in told[8, "sources.instgram"]
    assert "example.myshopify.com" in told[11, "sources.shopify.shop"]
    assert "'@example.com'" in told[14, "mail.allowed_domains.1"]
    assert "starttls" in told[18, "mail.security"]
    assert "whole number" in told[19, "mail.port"]
    assert len(told) == 9


def test_broken_toml_is_told_with_line_and_remedy(tmp_path: Path) -> None:
    (mistake,) = mistakes_in(tmp_path, 'timezone = "Asia/Tokyo"\nlocale ＝ "ja"\n')
    assert mistake.line == 2
    assert "＝ by =" in mistake.remedy
    (mistake,) = mistakes_in(tmp_path, 'timezone = "Asia/Tokyo\n')
    assert mistake.line == 1
    assert "column" in mistake.what


def test_a_file_saved_by_a_windows_editor_is_read(tmp_path: Path) -> None:
    text = 'locale = "en"\n# 設定ファイルの説明です\n'
    for data in (text.encode("utf-8-sig"), text.encode("cp932"), text.encode("utf-16")):
        (tmp_path / "hibiki.toml").write_bytes(data)
        assert settings.read(tmp_path).locale == "en"


def test_a_missing_file_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(Mistakes, match="hibiki init"):
        settings.read(tmp_path)


@pytest.mark.parametrize(
    "url", ["http://graph.example.jp/v1", "ftp://graph.example.jp", "graph.example.jp", "file:///etc"]
)
def test_a_token_never_travels_unencrypted(tmp_path: Path, url: str) -> None:
    (mistake,) = mistakes_in(tmp_path, f'[sources.youtube]\nbase_url = "{url}"\n')
    assert (mistake.line, mistake.column) == (2, "sources.youtube.base_url")


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("mail.unsubscribe_url", "http://example.jp/off"),
        ("mail.unsubscribe_url", "https://example.jp/off>,<mailto:evil@x.jp"),
        ("mail.preferences_url", "javascript:alert(1)"),
        ("mail.preferences_url", "https://user:pw@example.jp/"),
        ("mail.preferences_url", "https:///nowhere"),
        ("reports.url", "https://例え.jp/レポート"),
        ("reports.url", "https://example.jp/a b"),
        ("mail.operator", "ops@example.jp, evil@x.jp"),
        ("mail.unsubscribe_mail", "nobody"),
        ("mail.max_megabytes", 0),
    ],
)
def test_addresses_that_readers_will_open_are_whole_and_https(tmp_path: Path, key: str, value: object) -> None:
    table, name = key.split(".")
    written = f'"{value}"' if isinstance(value, str) else value
    (mistake,) = mistakes_in(tmp_path, f"[{table}]\n{name} = {written}\n")
    assert (mistake.line, mistake.column) == (2, key)


def test_the_environment_wins_over_env_file_and_that_over_the_secrets_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "hibiki.toml").write_text("")
    secrets = tmp_path / "secrets.toml"
    secrets.write_text('[instagram]\ntoken = "file"\n[youtube]\nkey = "file"\n[bitly]\ntoken = "file"\n')
    secrets.chmod(0o600)
    (tmp_path / ".env").write_text("HIBIKI_YOUTUBE_KEY=dot\nHIBIKI_BITLY_TOKEN=dot\nHIBIKI_INSTAGRAM_TOKEN=\n")
    monkeypatch.setenv("HIBIKI_BITLY_TOKEN", "shell")
    found = settings.read(tmp_path).secrets
    told = {
        name: token.get_secret_value() for name in ("instagram", "youtube", "bitly") if (token := found.token(name))
    }
    assert told == {"instagram": "file", "youtube": "dot", "bitly": "shell"}
    assert found.token("shopify") is None


def test_creators_are_found_by_handle_however_it_is_written(tmp_path: Path) -> None:
    (tmp_path / "hibiki.toml").write_text("")
    (tmp_path / "secrets.toml").write_text(
        '[tiktok.creators]\n"@Mina.Asa" = "t1"\nｈｏｎｏｋａ = "t2"\n'.replace("ｈｏｎｏｋａ", '"ｈｏｎｏｋａ"')
    )
    tokens = settings.read(tmp_path).secrets.creator_tokens("tiktok")
    assert {h: t.get_secret_value() for h, t in tokens.items()} == {"mina.asa": "t1", "honoka": "t2"}


@pytest.mark.parametrize(
    "text",
    [
        '[instagram]\ntoken = "s3cret-s3cret\n',
        '[instagram]\ntokn = "s3cret-s3cret"\n',
        '[instagram]\ntoken = ["s3cret-s3cret"]\n',
        '[instagramm]\ntoken = "s3cret-s3cret"\n',
        '[tiktok.creators]\nmina = {token = "s3cret-s3cret"}\n',
        'instagram = "s3cret-s3cret"\n',
    ],
)
def test_a_mistake_in_the_secrets_never_shows_a_secret(tmp_path: Path, text: str) -> None:
    (tmp_path / "secrets.toml").write_text(text)
    (tmp_path / "secrets.toml").chmod(0o600)
    told = mistakes_in(tmp_path, "")
    assert [m.file for m in told] == ["secrets.toml"]
    assert told[0].line in (1, 2)
    assert "s3cret" not in str(Mistakes(told))


def test_a_secret_is_not_in_what_is_printed() -> None:
    token = SecretStr("s3cret")
    assert "s3cret" not in repr(Secrets(instagram_token=token, creators={"tiktok": {"mina": token}}))


def test_secrets_that_others_can_read_are_a_warning(tmp_path: Path) -> None:
    (tmp_path / "hibiki.toml").write_text("")
    (tmp_path / "secrets.toml").write_text("")
    (tmp_path / "secrets.toml").chmod(0o644)
    found, mistakes = settings.inspect(tmp_path)
    assert found is not None
    assert [(m.file, m.warning) for m in mistakes] == [("secrets.toml", True)]
    assert "chmod 600" in mistakes[0].remedy


def test_a_misspelt_variable_in_the_env_file_is_told(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("# tokens\nexport HIBIKI_YOUTUBE_TOKEN=abc\nOTHER=1\n")
    (tmp_path / ".env").chmod(0o600)
    (mistake,) = mistakes_in(tmp_path, "")
    assert (mistake.file, mistake.line, mistake.column) == (".env", 2, "HIBIKI_YOUTUBE_TOKEN")
    assert "abc" not in str(mistake)


@pytest.mark.parametrize(
    ("uri", "wrong"),
    [
        ("postgresql://hibiki@db.example.jp/bi?sslmode=verify-full", None),
        ("postgresql://hibiki@127.0.0.1:5433/bi", None),
        ("postgresql:///bi?host=/run/postgresql", None),
        ("postgresql://hibiki@db.example.jp/bi", "unencrypted"),
        ("postgresql://hibiki@db.example.jp/bi?sslmode=prefer", "unencrypted"),
        ("postgresql://hibiki:secret@127.0.0.1/bi", "holds a password"),
        ("mysql://hibiki@127.0.0.1/bi", "not a PostgreSQL address"),
        ("postgresql://hibiki@127.0.0.1", "not a PostgreSQL address"),
    ],
)
def test_an_address_of_postgresql_is_encrypted_and_without_password(
    tmp_path: Path, uri: str, wrong: str | None
) -> None:
    text = f"[publish.postgres]\nuri = {uri!r}\n"
    if wrong is None:
        (tmp_path / "hibiki.toml").write_text(text)
        assert settings.read(tmp_path).publish.postgres.uri == uri
    else:
        assert [wrong in str(m) for m in mistakes_in(tmp_path, text)] == [True]


def test_every_setting_is_described_with_its_type_and_default() -> None:
    knobs = {k.name: k for k in settings.fields()}
    assert knobs["timezone"].default == "Asia/Tokyo"
    assert knobs["mail.port"].type == "whole number"
    assert knobs["mail.security"].type == "starttls | tls | none"
    assert knobs["sources.shopify.shop"].default == "needed"
    assert all(len(k.description) > 10 and k.description.endswith(".") for k in knobs.values())
    assert set(settings.secrets()) == {
        "HIBIKI_INSTAGRAM_TOKEN",
        "HIBIKI_YOUTUBE_KEY",
        "HIBIKI_BITLY_TOKEN",
        "HIBIKI_SHOPIFY_TOKEN",
        "HIBIKI_SMTP_PASSWORD",
        "HIBIKI_GA4_TOKEN",
        "HIBIKI_POSTGRES_PASSWORD",
    }


def test_the_example_of_secrets_names_every_variable() -> None:
    example = (Path(__file__).parents[2] / ".env.example").read_text("utf-8")
    assert {line[:-1] for line in example.splitlines() if line.startswith("HIBIKI_")} == set(settings.secrets())
