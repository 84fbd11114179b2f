"""Which tables each table is made from: the way of the figures, for people who look up where something comes from."""

from collections.abc import Mapping

from transforms import views

_CONTRACTS = ("core.campaigns", "core.contracts", "core.accounts")
_MATCHED = (*_CONTRACTS, "core.posts", "core.post_owners", "core.post_decisions")
_POSTS = (*_MATCHED, "core.post_observations", "core.account_observations")
_SOLD = (*_MATCHED, "core.orders", "core.order_touches")
_OF_ACCOUNTS = ("core.accounts", "core.account_observations", "core.posts", "core.post_observations")
_RATES = ("core.fx_rates", "core.reference_files")
_COSTS = (*_CONTRACTS, "core.campaign_costs", *_RATES)
_VISITS = ("core.links", "core.link_days", "core.site_days")
_CHECKED = (*_MATCHED, "core.post_versions", "core.post_decision_versions", "core.reuses", "core.finding_resolutions")
_KPIS = tuple(
    sorted({*_POSTS, *_SOLD, *_COSTS, *_VISITS, *_CHECKED, "core.emv_rates", "core.audience_overlaps", "core.shops"})
)
_HERE = "transforms"
"""Made by the code itself: definitions, not data."""

_MADE_FROM: Mapping[str, tuple[str, ...]] = {
    "core.accounts": ("staging.accounts", "staging.posts", "staging.roster"),
    "core.account_observations": ("staging.accounts",),
    "core.campaign_posts": _MATCHED,
    "core.campaign_versions": ("staging.campaigns",),
    "core.contract_versions": ("staging.roster",),
    "core.contracts": ("staging.roster", "core.accounts"),
    "core.correction_rows": ("staging.corrections",),
    "core.corrections": ("core.correction_rows", "core.correction_files"),
    "core.goal_versions": ("staging.campaign_goals",),
    "core.influencers": ("staging.roster",),
    "core.post_decision_versions": ("staging.post_decisions",),
    "core.post_observations": ("staging.post_observations",),
    "core.post_owners": ("staging.posts",),
    "core.post_versions": ("staging.posts", "staging.post_states"),
    "core.reuse_versions": ("staging.reuses",),
    "core.posts": ("staging.posts", "staging.post_states", "staging.post_observations"),
    "marts.account_peers": ("marts.account_profiles",),
    "marts.account_profiles": (*_OF_ACCOUNTS, "marts.account_signals"),
    "marts.account_signals": (*_OF_ACCOUNTS, "marts.post_days"),
    "marts.attribution": _SOLD,
    "marts.attribution_models": _SOLD,
    "marts.audience_match": (*_CONTRACTS, "core.audience_observations", "core.account_observations"),
    "marts.benchmark_positions": ("marts.kpi_values", "core.own_benchmarks", *_POSTS),
    "marts.campaign_kpis": _KPIS,
    "marts.campaign_platform_kpis": _KPIS,
    "marts.click_days": (*_MATCHED, "core.link_days"),
    "marts.code_leaks": _SOLD,
    "marts.compliance_checks": (*_CHECKED, "ref.compliance_rules"),
    "marts.compliance_findings": (*_CHECKED, "ref.compliance_rules", "ref.compliance_entries"),
    "marts.compliance_tasks": ("marts.compliance_findings", "core.contracts", "core.campaigns"),
    "marts.costs": _COSTS,
    "marts.emv_parts": (*_POSTS, "core.emv_rates", *_RATES),
    "marts.goal_progress": ("core.campaign_goals", "core.contracts", "marts.kpi_values"),
    "marts.influencer_history": (
        *("marts.influencer_kpis", "marts.campaign_kpis", "marts.kpi_values", "marts.standings"),
    ),
    "marts.influencer_kpis": _KPIS,
    "marts.kpi_values": _KPIS,
    "marts.lineage": _KPIS,
    "marts.order_facts": _SOLD,
    "marts.order_paths": _SOLD,
    "marts.post_days": ("core.posts", "core.post_observations", "ref.metric_definitions"),
    "marts.post_kpis": _KPIS,
    "marts.reach_estimates": (*_POSTS, "core.audience_overlaps"),
    "marts.route_kpis": _KPIS,
    "marts.standings": ("marts.kpi_values", "marts.influencer_kpis", "core.campaigns"),
    "ref.benchmarks": (_HERE, "core.own_benchmarks", "core.reference_files"),
    "ref.emv_rates": ("core.emv_rates", "core.reference_files"),
    "ref.fx_rates": _RATES,
}


def made_from(table: str, known: Mapping[str, object]) -> tuple[str, ...]:
    """The tables that ``table`` is made from; ``known`` are all tables by name. ``transforms``: by definition.

    core tables that nothing else is said of come from the staging table of the same name, references from the code.
    """
    if view := views.load().get(table):
        return tuple(sorted(name for name in known if f" {name} " in f"{view.query} ".replace("\n", " ")))
    if table in _MADE_FROM:
        return _MADE_FROM[table]
    schema, _, name = table.partition(".")
    if schema == "core" and f"staging.{name}" in known:
        return (f"staging.{name}",)
    return (_HERE,) if schema == "ref" else ()
