"""The few shapes that charts are drawn with: x is a share of the width, y pixels, looks are classes."""

from collections.abc import Sequence

from markupsafe import Markup, escape


def at(share: float) -> str:
    """A share of the width as a percentage, in few and stable characters."""
    return f"{round(share * 100, 2):g}%"


def drawn(parts: Sequence[Markup], height: float, *, label: str = "", classes: str = "") -> Markup:
    """The parts as one picture; without ``label`` a screen reader passes it by, as its numbers stand beside it."""
    said = Markup('role="img" aria-label="{}"').format(label) if label else Markup('aria-hidden="true"')
    opened = Markup('<svg class="ch{}" width="100%" height="{:g}" {} focusable="false">').format(
        f" {classes}" if classes else "", height, said
    )
    return opened + Markup("").join(parts) + Markup("</svg>")


def line(x1: float, y1: float, x2: float, y2: float, classes: str) -> Markup:
    """A straight line. ``classes`` are ours: a large campaign draws thousands, and escaping each takes most of it."""
    ends = f'x1="{at(x1)}" y1="{round(y1, 2):g}" x2="{at(x2)}" y2="{round(y2, 2):g}"'
    return Markup(f'<line class="{classes}" {ends}/>')  # noqa: S704 - numbers and class names of ours, no data in it


def circle(x: float, y: float, radius: float, classes: str) -> Markup:
    """A dot. ``classes`` are ours, as those of lines."""
    place = f'cx="{at(x)}" cy="{round(y, 2):g}" r="{radius:g}"'
    return Markup(f'<circle class="{classes}" {place}/>')  # noqa: S704 - numbers and class names of ours, no data in it


def rect(x: float, y: float, width: float, height: float, classes: str) -> Markup:
    """A bar."""
    return Markup('<rect class="{}" x="{}" y="{:g}" width="{}" height="{:g}" rx="2"/>').format(
        classes, at(x), round(y, 2), at(width), round(height, 2)
    )


def words(x: float, y: float, text: str, classes: str) -> Markup:
    """A short text that starts, is centred or ends at x, as its class says."""
    return Markup('<text class="{}" x="{}" y="{:g}">{}</text>').format(classes, at(x), y, escape(text))
