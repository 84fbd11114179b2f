"""From landed answers to a served copy: load, evaluate, publish."""

from contextlib import closing
from datetime import date, datetime

from prefect import task
from prefect.cache_policies import NO_CACHE

from tasks import briefs, corrections, diary, dictionary, mail, progress, references, resolutions, serving
from tasks import evaluate as evaluating
from tasks import load as loading
from tasks.ledger import Ledger
from tasks.load import LoadResult
from tasks.site import Site
from tasks.warehouse import Warehouse


@task(name="land-briefs", cache_policy=NO_CACHE)
def land_briefs(site: Site) -> int:
    """Land what people wrote and changed, and seal what killed runs left aside; how many briefs."""
    site.landing.recover()
    written = corrections.read(site.workspace)
    corrections.land(site.landing, written, day=site.today, run_id=site.run_id, clock=site.clock)
    decided = resolutions.read(site.workspace)
    resolutions.land(site.landing, decided, day=site.today, run_id=site.run_id, clock=site.clock)
    references.land(site.landing, site.references, day=site.today, run_id=site.run_id, clock=site.clock)
    return len(briefs.land(site.landing, site.briefs, day=site.today, run_id=site.run_id, clock=site.clock))


@task(name="load", cache_policy=NO_CACHE)
def load(site: Site) -> LoadResult:
    """Audit what was landed and not yet loaded, and bring it into core."""
    return _load(site, again=False)


@task(name="load-again", cache_policy=NO_CACHE)
def load_again(site: Site, first: date | None = None, last: date | None = None) -> LoadResult:
    """Empty core and load everything that was ever landed; with days, only what was landed for those."""
    if first is None and last is None:
        return _load(site, again=True)
    with site.warehouse() as warehouse:
        loading.forget(warehouse, site.landing, first, last)
    return _load(site, again=False)


def _load(site: Site, *, again: bool) -> LoadResult:
    with progress.step("audit and load") as step, site.warehouse() as warehouse:

        def told(done: int, total: int, segment: str) -> None:
            step.total = total
            step.advance(done - step.done, segment)

        repeats = 0 if again else _repeats(warehouse)
        bring = loading.rebuild if again else loading.load
        loaded = bring(warehouse, site.landing, site.zone, docs=site.workspace.docs, progress=told)
        repeats = _repeats(warehouse) - repeats
        files = "1 landed file" if loaded.segments == 1 else f"{loaded.segments:,} landed files"
        step.tell(
            f"{loaded.rows_in:,} rows in = {loaded.rows_good:,} good + {repeats:,} repeated"
            f" + {loaded.rows_rejected - repeats:,} held back, in {files}"
        )
    return loaded


def _repeats(warehouse: Warehouse) -> int:
    """Rows that came a second time: left out, and no fault."""
    return warehouse.con.execute("SELECT count(*) FROM ops.rejected_rows WHERE severity = 'info'").fetchall()[0][0]


@task(name="evaluate", cache_policy=NO_CACHE)
def evaluate(site: Site) -> datetime:
    """Compute every mart and reference table; the instant as of which they are known."""
    with progress.step("compute KPIs") as step, site.warehouse() as warehouse:
        as_of = known_until(site, warehouse)
        evaluated = evaluating.evaluate(warehouse, as_of, terms(site))
        values, known = evaluating.known_values(warehouse)
        step.tell(
            f"{values:,} KPI values, {known:,} known, {values - known:,} null with a reason;"
            f" {evaluated.campaigns:,} of {evaluated.of:,} campaigns computed"
        )
    return as_of


@task(name="settle-corrections", cache_policy=NO_CACHE)
def settle_corrections(site: Site) -> list[str]:
    """Say which corrections hold; a line for each that does not, and for each mistake in what people wrote."""
    broken = [*corrections.read(site.workspace).broken, *resolutions.read(site.workspace).broken]
    with site.warehouse() as warehouse:
        failed = corrections.settle(warehouse, known_until(site, warehouse))
    return [*map(str, broken), *failed]


def terms(site: Site) -> evaluating.Terms:
    """By which settings the site's figures are computed."""
    coupon_sites = tuple(site.settings.attribution.coupon_sites)
    return evaluating.Terms(site.zone, site.settings.tier_scheme, coupon_sites, site.due)


def known_until(site: Site, warehouse: Warehouse) -> datetime:
    """The last instant at which anything was learnt or asked in vain: the same after a rebuild."""
    answered = warehouse.con.execute("SELECT max(received_at) FROM ops.responses").fetchall()[0][0]
    asked = max((e.opened_at for e in site.landing.entries()), default=None)
    return max((t for t in (answered, asked) if isinstance(t, datetime)), default=site.now)


@task(name="publish", cache_policy=NO_CACHE)
def publish(site: Site) -> str:
    """Put a verified copy where readers look; its version."""
    with progress.step("publish") as step, site.warehouse() as warehouse:
        diary.copy_into(warehouse, site)
        with closing(Ledger(site.workspace.outbox / "ledger.sqlite", site.clock)) as ledger:
            warehouse.replace({"ops.mails": mail.rows(ledger)})
        version = serving.publish(warehouse, site.workspace.serving, at=site.now)
        dictionary.write(site.workspace.docs)
        step.tell(f"serving/current → {version}")
    return version
