"""`hibiki feedback` and `hibiki portfolio`: pages beside the reports, when a person asks for them."""

from flows.screen import Screen
from tasks.errors import DONE, ConfigurationError
from tasks.workspace import Workspace


def feedback(screen: Screen, where: Workspace, campaign: str, influencer: str | None) -> int:
    """Feedback sheets of one creator, or of all of a campaign."""
    from tasks import sheets  # noqa: PLC0415 - it takes a second to load, which other commands need not
    from tasks.site import open_site  # noqa: PLC0415 - the same

    site = open_site(where.root)
    with where.lock("feedback", site.clock):
        written = sheets.write_feedback(site, campaign, influencer)
    number = len(written.pages) // 2
    screen.say(f"✓ {number} feedback {'sheet' if number == 1 else 'sheets'}, each in two languages: {written.folder}")
    screen.say("", "Read each before you send it: it is written for the creator, and nothing is sent by hibiki.")
    screen.document({"folder": str(written.folder), "pages": [page.name for page in written.pages]})
    return DONE


def portfolio(screen: Screen, where: Workspace) -> int:
    """The page of all campaigns."""
    from tasks import sheets  # noqa: PLC0415 - as above
    from tasks.site import open_site  # noqa: PLC0415 - as above

    site = open_site(where.root)
    with where.lock("portfolio", site.clock):
        written = sheets.write_portfolio(site)
    if written is None:
        raise ConfigurationError(
            "a portfolio needs two campaigns, and none of them called portfolio: the warehouse knows fewer;"
            " run `hibiki nightly` first, or rename that campaign's folder"
        )
    screen.say(f"✓ all campaigns: {written.pages[0]}")
    screen.document({"pages": [str(page) for page in written.pages]})
    return DONE
