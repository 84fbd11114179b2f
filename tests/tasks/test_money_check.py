"""What a workspace says of money is looked at before the first night, and a brief's tax keys must lead somewhere."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from tasks import workspace
from tasks.briefing import campaign
from tasks.check import check
from tasks.clock import stopped_clock
from tasks.errors import Mistake
from tasks.workspace import Workspace

CLOCK = stopped_clock(datetime(2027, 4, 10, 3, 0, tzinfo=UTC))
RATES = "day,base,quote,rate,source\n2027-04-01,USD,JPY,150,b\n"
CARD = "card,version,valid_from,platform,metric,value,source\n{},1,2027-01-01,instagram,likes,1,ours\n"


@pytest.fixture
def made(tmp_path: Path) -> Workspace:
    workspace.init(tmp_path / "w")
    return Workspace(tmp_path / "w")


def told(made: Workspace) -> dict[tuple[str, str | None], Mistake]:
    return {(m.file, m.column): m for m in check(made, clock=CLOCK, free_bytes=lambda: 50 << 30)}


def write(made: Workspace, name: str, text: str) -> None:
    (made.root / name).write_text(text, "utf-8")


def test_a_currency_to_which_no_rate_leads_is_told_until_one_does(made: Workspace) -> None:
    folder = "campaigns/example"
    write(made, f"{folder}/costs.csv", "date,kind,amount,currency\n2027-04-02,boost,80,USD\n")
    found = told(made)[f"{folder}/costs.csv", "currency"]
    assert (found.row, found.value, found.warning) == (2, "USD", True)
    write(made, "references/fx_rates.csv", RATES)
    assert (f"{folder}/costs.csv", "currency") not in told(made)
    write(made, f"{folder}/costs.csv", "date,kind,amount,currency\n2027-04-02,boost,80,EUR\n")
    assert told(made)[f"{folder}/costs.csv", "currency"].value == "EUR"


def test_of_several_cards_one_must_be_chosen_and_a_chosen_one_must_be_there(made: Workspace) -> None:
    brief = ("campaigns/example/campaign.toml", "emv_card")
    assert brief not in told(made)
    write(made, "references/emv_rates.csv", CARD.format("house"))
    assert brief not in told(made)
    write(made, "references/emv_rates.csv", CARD.format("house") + CARD.format("other").splitlines()[1] + "\n")
    assert "house, other" in told(made)[brief].what
    text = (made.root / brief[0]).read_text("utf-8")
    write(made, brief[0], text.replace("margin_rate =", 'emv_card = "hose"\nmargin_rate =', 1))
    assert "is no rate card" in told(made)[brief].what


def test_a_broken_reference_file_is_told_with_its_row(made: Workspace) -> None:
    write(made, "references/fx_rates.csv", RATES.replace("150", "many"))
    found = told(made)["references/fx_rates.csv", "rate"]
    assert (found.row, found.value, found.warning) == (2, "many", False)


BRIEF = (
    'name = "n"\nbrand = "b"\nobjective = "sales"\nstarts_on = 2027-04-01\nends_on = 2027-05-01\nhashtags = ["#n"]\n'
)


@pytest.mark.parametrize(
    ("keys", "wrong"),
    [
        ("", None),
        ('tax = "included"\n', None),
        ('tax = "included"\norders_tax = "excluded"\ntax_basis = "excluded"\norders_tax_rate = "8%"\n', None),
        ('tax_basis = "excluded"\n', "tax_basis"),
        ('tax = "included"\ntax_basis = "excluded"\n', "tax_basis"),
        ('tax = "inclusive"\n', "tax"),
        ("tax_rate = 10\n", "tax_rate"),
    ],
)
def test_a_tax_basis_must_be_reachable_from_what_is_given(keys: str, wrong: str | None) -> None:
    found, mistakes = campaign.read((BRIEF + keys).encode(), "campaign.toml")
    assert [m.column for m in mistakes if not m.warning] == ([wrong] if wrong else [])
    assert (found is None) == (wrong is not None)
