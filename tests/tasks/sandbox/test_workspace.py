"""The workspace of the simulated world is one that the product reads without a mistake."""

import stat
import tomllib
from pathlib import Path

import httpx
import pytest

from tasks import briefs, settings
from tasks.sandbox.apis import InProcess
from tasks.sandbox.standin import Sandbox
from tasks.sandbox.workspace import write_workspace
from tasks.sandbox.world import World
from tasks.workspace import Workspace


@pytest.fixture
def written(world: World, tmp_path: Path) -> Path:
    return write_workspace(world, tmp_path / "demo", "http://127.0.0.1:1/")


def test_settings_lead_to_the_stand_ins(written: Path) -> None:
    said = tomllib.loads((written / "hibiki.toml").read_text(encoding="utf-8"))
    assert said["sources"]["instagram"]["base_url"] == "http://127.0.0.1:1/instagram/v23.0"
    assert said["sources"]["shopify"]["base_url"] == "http://127.0.0.1:1/shopify/admin/api/2025-10"
    assert set(said["sources"]) == {"instagram", "tiktok", "youtube", "bitly", "shopify", "ga4"}


def test_secrets_are_readable_by_their_owner_only(written: Path) -> None:
    assert stat.S_IMODE((written / "secrets.toml").stat().st_mode) == 0o600


def test_rosters_are_written_as_excel_writes_them(written: Path) -> None:
    first, second = sorted(written.glob("campaigns/*/roster.csv"))
    assert first.read_bytes().decode("cp932").startswith("influencer_id,name")
    assert second.read_bytes().startswith(b"\xef\xbb\xbf")
    assert b"\r\n" in first.read_bytes()


def test_the_product_reads_it_without_a_mistake(world: World, written: Path) -> None:
    found, mistakes = settings.inspect(written)
    assert found is not None
    assert [str(m) for m in mistakes] == []
    read = briefs.read(Workspace(written), found)
    assert [str(m) for m in read.broken] == []
    assert len(read.campaigns) == 2
    assert sum(len(b.roster) for b in read.campaigns) == len(world.contracts)
    costs = {(b.campaign_id, e.influencer_id, e.platform): e for b in read.campaigns for e in b.roster}
    for contract in world.contracts:
        row = costs[contract.campaign_id, contract.influencer_id, contract.platform]
        assert (row.fee, row.product_cost, row.code, row.link) == (
            contract.fee,
            contract.product_cost,
            contract.code,
            contract.link,
        )
    decided = {(d.platform, d.post_id, d.decision) for b in read.campaigns for d in b.decisions}
    assert decided == {(d.post.platform, d.post.post_id, d.decision) for d in world.decisions}
    tokens = {p: found.secrets.creator_tokens(p) for p in ("instagram", "tiktok")}
    told = {t.get_secret_value() for of in tokens.values() for t in of.values()}
    assert told == {a.token for a in world.accounts if a.token}


def test_posts_of_the_future_are_not_decided_yet(world: World, tmp_path: Path) -> None:
    first = min(d.post.published_at for d in world.decisions)
    written = write_workspace(world, tmp_path, "http://127.0.0.1:1", at=first)
    assert len((next(written.glob("campaigns/*/posts.csv"))).read_text(encoding="utf-8-sig").splitlines()) == 2


def test_the_stand_ins_accept_the_tokens_of_the_workspace(world: World, written: Path) -> None:
    secrets = tomllib.loads((written / "secrets.toml").read_text(encoding="utf-8"))
    with httpx.Client(transport=InProcess(Sandbox(world)), base_url="http://sandbox.test") as client:
        for handle, token in secrets["instagram"]["creators"].items():
            me = client.get("/instagram/v23.0/me", params={"fields": "user_id", "access_token": token}).json()
            account = next(a for a in world.accounts if a.first_handle == handle and a.platform == "instagram")
            assert me["user_id"] == account.account_id
        for token in secrets["tiktok"]["creators"].values():
            headers = {"authorization": f"Bearer {token}"}
            assert client.get("/tiktok/v2/user/info/?fields=open_id", headers=headers).status_code == 200
        shop = {"x-shopify-access-token": secrets["shopify"]["token"]}
        assert client.get("/shopify/admin/oauth/access_scopes.json", headers=shop).status_code == 200
        bearer = {"authorization": f"Bearer {secrets['bitly']['token']}"}
        assert client.get("/bitly/v4/user", headers=bearer).status_code == 200
