"""Charts of money as rows of a table: shares from a ring to a dot, costs with their interval and the goal's line."""

from markupsafe import Markup

from reports.charts import tone_of


def dumbbell(before: float, after: float, before_text: str, after_text: str, *, is_clear: bool, end: float) -> Markup:
    """Two shares on one line from 0 to ``end``, each with its words on the outer side."""
    tone = "same" if not is_clear else "up" if after > before else "down"
    left, right = (before, after) if before <= after else (after, before)
    words = {before: (before_text, "said"), after: (after_text, f"said strong {tone}")}
    if before == after:
        words = {after: (after_text, f"said strong {tone}")}
    x = {share: _at(0.14 + share / (end or 1) * 0.72) for share in (before, after)}
    parts = [
        Markup('<line class="rule" x1="0" y1="13" x2="100%" y2="13"/>'),
        Markup('<line class="interval {}" x1="{}" y1="13" x2="{}" y2="13"/>').format(tone, x[left], x[right]),
        Markup('<circle class="ring" cx="{}" cy="13" r="5.5"/>').format(x[before]),
        Markup('<circle class="point {}" cx="{}" cy="13" r="5.5"/>').format(tone, x[after]),
    ]
    for share, (text, classes) in words.items():
        side, align = (-10, " end") if share == left and left != right else (10, "")
        parts.append(
            Markup('<svg x="{}" y="17" overflow="visible"><text class="{}" x="{}" y="0">{}</text></svg>').format(
                x[share], classes + align, side, text
            )
        )
    return _svg(parts, 26)


def priced(
    value: float, lower: float | None, upper: float | None, text: str, *, reference: float | None, end: float
) -> Markup:
    """A cost from 0 to ``end`` with its interval, where lower is better, and a goal as a dashed line."""
    tone = {"above": "down", "below": "up", "same": "same"}[tone_of(lower, upper, reference)]
    parts = [Markup('<line class="rule" x1="0" y1="24" x2="100%" y2="24"/>')]
    if reference is not None and 0 <= reference <= end:
        parts.append(Markup('<line class="reference" x1="{0}" y1="0" x2="{0}" y2="36"/>').format(_at(reference / end)))
    if lower is not None and upper is not None:
        parts.append(
            Markup('<line class="interval {}" x1="{}" y1="24" x2="{}" y2="24"/>').format(
                tone, _at(lower / end), _at(min(upper / end, 1))
            )
        )
    parts.append(Markup('<circle class="point {}" cx="{}" cy="24" r="5"/>').format(tone, _at(value / end)))
    share = value / end if end else 0
    align = " mid" if 0.14 < share < 0.86 else " end" if share >= 0.86 else ""
    parts.append(Markup('<text class="said strong {}{}" x="{}" y="12">{}</text>').format(tone, align, _at(share), text))
    return _svg(parts, 36)


def _at(share: float) -> str:
    return f"{round(min(max(share, 0), 1) * 100, 2):g}%"


def _svg(parts: list[Markup], height: int) -> Markup:
    opened = Markup('<svg class="ch" width="100%" height="{}" aria-hidden="true" focusable="false">').format(height)
    return opened + Markup("").join(parts) + Markup("</svg>")
