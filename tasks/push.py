"""A push to PostgreSQL that fails is a gap of the night, and never in the way of what was published."""

import time

from prefect import task
from prefect.cache_policies import NO_CACHE

from tasks import postgres, progress, serving
from tasks.postgres import PushError, Target
from tasks.site import Site


@task(name="push", cache_policy=NO_CACHE)
def push(site: Site) -> list[str]:
    """Push the copy that readers see to PostgreSQL, where one is set; what went wrong, for people."""
    target = target_of(site)
    version = serving.current(site.workspace.serving)
    if target is None or version is None:
        return []
    with progress.step("push to PostgreSQL") as step:
        started = time.monotonic()
        try:
            rows = postgres.push(site.workspace.serving / version / serving.FILE, target, told=step.tell)
        except PushError as error:
            step.tell("not renewed")
            return [str(error)]
        step.tell(f"{rows:,} rows of {version} in {time.monotonic() - started:.1f} s: schemas {schemas(target)}")
    return []


def target_of(site: Site) -> Target | None:
    """Where this workspace pushes; None where it does not."""
    wanted = site.settings.publish.postgres
    if wanted is None:
        return None
    return Target(wanted.uri, site.settings.secrets.token("postgres"), wanted.prefix, tuple(wanted.readers))


def schemas(target: Target) -> str:
    """The schemas there, in words."""
    return ", ".join(target.schema(s) for s in postgres.SCHEMAS)
