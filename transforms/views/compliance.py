"""Findings about guidelines and disclosure with names to filter by: an aid, not legal advice."""

from transforms.contracts import Table, flag, text
from transforms.tables.compliance import FINDINGS
from transforms.views import View, in_words, worded

_words, _joins = worded("f", "platform", "relation")

VIEW = View(
    shape=Table(
        name="bi.compliance",
        grain="campaign × thing judged × rule × nth",
        description="What is not passed of captions in force, places of reuse and briefs. An aid, not legal advice.",
        key=FINDINGS.key,
        fields=(
            *FINDINGS.fields,
            text("campaign", "The campaign's name."),
            text("brand", "Brand."),
            text("influencer", "Name in the roster."),
            flag("is_open", "Nobody has resolved it, and it is more than what cannot be told."),
            text("verdict_ja", "`verdict` in words (Japanese)."),
            text("verdict_en", "`verdict` in words (English)."),
            *in_words("platform", "relation"),
        ),
    ),
    query=f"""
SELECT f.*, c.name AS campaign, c.brand, i.name AS influencer,
  f.state = 'open' AND f.verdict <> 'unknown' AS is_open,
  l_v.label_ja AS verdict_ja, l_v.label_en AS verdict_en, {_words}
FROM marts.compliance_findings AS f
LEFT JOIN core.campaigns AS c USING (campaign_id)
LEFT JOIN core.influencers AS i USING (influencer_id)
LEFT JOIN ref.labels AS l_v ON l_v.kind = 'compliance_verdict' AND l_v.code = f.verdict
{_joins}""",
)
