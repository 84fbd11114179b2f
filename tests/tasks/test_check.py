"""`hibiki check`: what would go wrong in the first night is told before it."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import httpx
import pytest

from tasks import pdf, workspace
from tasks import settings as settings_file
from tasks.check import Sighting, asking, check
from tasks.clock import stopped_clock
from tasks.errors import Mistake
from tasks.sources import Refusal
from tasks.workspace import Workspace

NOON = datetime(2027, 4, 10, 3, 0, tzinfo=UTC)
CLOCK = stopped_clock(NOON)
PLENTY = 50 << 30


@pytest.fixture
def made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    for variable in settings_file.secrets():
        monkeypatch.delenv(variable, raising=False)
    workspace.init(tmp_path / "w")
    return Workspace(tmp_path / "w")


def on(made: Workspace, *tables: str, secrets: str = "") -> None:
    made.settings_file.write_text("\n".join(("[mail]", 'allowed_domains = ["example.jp"]', *tables)))
    made.secrets_file.write_text(secrets)
    made.secrets_file.chmod(0o600)


def told(made: Workspace, **given: object) -> dict[tuple[str, str | None], Mistake]:
    found = check(made, clock=CLOCK, free_bytes=lambda: PLENTY, **given)  # type: ignore[arg-type]
    return {(m.file, m.column): m for m in found}


def test_a_new_workspace_has_warnings_only(made: Workspace) -> None:
    found = told(made)
    assert all(m.warning for m in found.values())
    assert ("hibiki.toml", "sources.instagram") in found, "a roster names accounts that nobody asks for"
    assert ("hibiki.toml", "sources.shopify") in found, "codes were given and no shop is asked"


def test_an_operator_must_be_allowed_to_receive_mail(made: Workspace) -> None:
    on(made, 'operator = "ops@elsewhere.example"')
    assert "is not in a domain" in told(made)["hibiki.toml", "mail.operator"].what
    on(made, 'operator = "ops@example.jp"')
    assert ("hibiki.toml", "mail.operator") not in told(made)


def test_a_missing_chromium_is_a_warning_and_a_wrong_one_a_mistake(
    made: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pdf, "NAMES", ())
    on(made)
    assert told(made)["hibiki.toml", "reports.pdf"].warning
    on(made, "[reports]", "pdf = false")
    assert ("hibiki.toml", "reports.pdf") not in told(made)
    on(made, "[reports]", 'chromium = "/no/such/chrome"')
    assert not told(made)["hibiki.toml", "reports.chromium"].warning
    on(made, "[reports]", 'chromium = "sh"')
    assert {("hibiki.toml", "reports.chromium"), ("hibiki.toml", "reports.pdf")}.isdisjoint(told(made))


def test_an_untouched_workspace_is_told_to_be_one(made: Workspace) -> None:
    found = told(made)
    assert "no source is on" in found["hibiki.toml", "sources"].what
    assert "is still the example" in found["campaigns/example/campaign.toml", None].what


def test_a_workspace_in_use_is_not_taken_for_the_example(made: Workspace) -> None:
    on(made, "[sources.youtube]")
    brief = made.campaigns / "example" / "campaign.toml"
    brief.write_text(brief.read_text("utf-8").replace("はじめての朝", "夏の朝"), "utf-8")
    assert {("hibiki.toml", "sources"), ("campaigns/example/campaign.toml", None)}.isdisjoint(told(made))


@pytest.mark.parametrize(
    ("more", "said"), [("", "1 row on youtube"), ("二人目,youtube,@b,direct,1\n", "2 rows on youtube")]
)
def test_rows_of_the_rosters_are_counted_as_people_say_it(made: Workspace, more: str, said: str) -> None:
    roster = made.campaigns / "example" / "roster.csv"
    roster.write_text(f"name,platform,handle,route,fee\n一人目,youtube,@a,direct,1\n{more}", "utf-8")
    assert said in told(made)["hibiki.toml", "sources.youtube"].what


def test_a_token_of_someone_whose_brief_is_broken_is_not_called_unused(made: Workspace) -> None:
    on(made, "[sources.tiktok]", secrets='[tiktok.creators]\nexample_honoka = "t"\nexample_hanako = "t"\n')
    unused = ("secrets.toml", "tiktok.creators.example_hanako")
    assert unused in told(made)
    (made.campaigns / "example" / "campaign.toml").write_text("name = 1\n")
    assert [place for place in told(made) if place[0] == "secrets.toml"] == []


def test_a_source_without_a_token_is_told(made: Workspace) -> None:
    on(
        made,
        "[sources.instagram]",
        'business_account_id = "17841400000000000"',
        "[sources.tiktok]",
        "[sources.youtube]",
        "[sources.bitly]",
        "[sources.shopify]",
        'shop = "nagiiro.myshopify.com"',
    )
    found = told(made)
    for name in ("instagram", "youtube", "bitly", "shopify"):
        assert found["secrets.toml", name].warning is False
    assert "HIBIKI_YOUTUBE_KEY" in found["secrets.toml", "youtube"].remedy
    assert "@example_honoka" in found["secrets.toml", "tiktok.creators"].what


def test_a_token_for_everyone_leaves_nothing_to_tell(made: Workspace) -> None:
    on(
        made,
        "[sources.tiktok]",
        "[sources.youtube]",
        secrets='[youtube]\nkey = "k"\n[tiktok.creators]\nexample_honoka = "t"\nexample_hanako = "t"\n',
    )
    found = {place: m for place, m in told(made).items() if place[0] == "secrets.toml"}
    assert list(found) == [("secrets.toml", "tiktok.creators.example_hanako")]
    assert found["secrets.toml", "tiktok.creators.example_hanako"].warning


def test_instagram_needs_the_brands_own_account(made: Workspace) -> None:
    on(made, "[sources.instagram]", secrets='[instagram]\ntoken = "t"\n')
    assert "business_account_id" in told(made)["hibiki.toml", "sources.instagram.business_account_id"].remedy


def test_a_recipient_outside_the_allowed_domains_is_told(made: Workspace) -> None:
    made.settings_file.write_text('[mail]\nallowed_domains = ["nagiiro.jp"]\n')
    mistake = told(made)["campaigns/example/campaign.toml", "recipients"]
    assert (mistake.value, mistake.warning) == ("mori@example.jp", False)


def test_a_password_is_never_sent_unencrypted(made: Workspace) -> None:
    made.settings_file.write_text('[mail]\nhost = "mail.example.jp"\nusername = "hibiki"\nsecurity = "none"\n')
    found = told(made)
    assert ("hibiki.toml", "mail.security") in found
    assert ("secrets.toml", "smtp") in found


def test_an_unknown_tier_scheme_is_told(made: Workspace) -> None:
    made.settings_file.write_text('tier_scheme = "mine"\n')
    assert "jp_default" in told(made)["hibiki.toml", "tier_scheme"].remedy


def test_broken_settings_briefs_and_mappings_are_told_together(made: Workspace) -> None:
    made.settings_file.write_text("timezone = \n")
    (made.campaigns / "example" / "campaign.toml").write_text("name = 1\n")
    (made.imports / "it.toml").write_text('kind = "posts"\n')
    files = {m.file for m in check(made, clock=CLOCK, free_bytes=lambda: PLENTY) if not m.warning}
    assert files == {"hibiki.toml", "campaigns/example/campaign.toml", "imports/it.toml"}


@pytest.mark.parametrize(("free", "warning"), [(1 << 30, True), (100 << 20, False)])
def test_a_disk_that_fills_up_is_told(made: Workspace, free: int, warning: bool) -> None:  # noqa: FBT001
    found = [m for m in check(made, clock=CLOCK, free_bytes=lambda: free) if "left on its disk" in m.what]
    assert [m.warning for m in found] == [warning]


def test_what_a_source_refuses_and_how_late_the_clock_is_are_told(made: Workspace) -> None:
    on(made, "[sources.youtube]", secrets='[youtube]\nkey = "k"\n')
    refusal = Refusal("bad_token", "API key not valid", retry=False, scope="source")
    seen = Sighting((refusal,), NOON + timedelta(minutes=9))
    found = [m for m in check(made, clock=CLOCK, probe=lambda *_: seen) if m.file == "youtube"]
    assert [m.what for m in found] == [
        "refused (bad_token): API key not valid",
        "says that this machine's clock is 9 minutes behind",
    ]


def test_without_a_probe_nothing_is_asked_and_with_one_each_enabled_source_once(made: Workspace) -> None:
    on(made, "[sources.youtube]", "[sources.bitly]", secrets='[youtube]\nkey = "k"\n[bitly]\ntoken = "t"\n')
    asked: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.host)
        date = format_datetime(NOON - timedelta(hours=1))
        return httpx.Response(200, json={"items": [], "login": "x"}, headers={"date": date})

    told(made)
    assert asked == []
    found = told(made, probe=asking(CLOCK, NOON.date(), httpx.MockTransport(answer)))
    assert len(asked) == len(set(asked)) == 2
    assert "60 minutes ahead" in found["bitly", None].what


def test_a_source_that_cannot_be_reached_is_told(made: Workspace) -> None:
    on(made, "[sources.bitly]", secrets='[bitly]\ntoken = "t0ken-t0ken"\n')

    def refuse(request: httpx.Request) -> httpx.Response:
        return httpx.Response(401, json={"message": "FORBIDDEN"})

    found = told(made, probe=asking(CLOCK, NOON.date(), httpx.MockTransport(refuse)))
    assert found["bitly", None].what.startswith("refused (")
    assert "t0ken" not in str(found["bitly", None])
