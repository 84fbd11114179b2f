"""references/benchmarks.csv: levels that the workspace compares itself with, each with all that makes it comparable."""

from dataclasses import dataclass
from decimal import Decimal

from tasks.briefing import sheet
from tasks.briefing.cells import Cells, whole
from tasks.errors import Mistake
from tasks.toml_places import suggestion
from transforms import kpis
from transforms.benchmarks import EVERY_SIZE
from transforms.insight.tiers import SCHEMES

FILE = "benchmarks.csv"
UNKNOWN = "unknown"
COLUMNS: dict[str, tuple[str, ...]] = {
    "kpi": ("指標", "KPI"),
    "platform": ("プラットフォーム", "媒体", "SNS"),
    "tier": ("フォロワー層", "ティア", "規模"),
    "year": ("年", "調査年"),
    "value": ("値", "平均", "中央値"),
    "lower": ("下限",),
    "upper": ("上限",),
    "currency": ("通貨",),
    "definition": ("定義", "計算式"),
    "source": ("出典", "情報源"),
}
NEEDED = ("kpi", "platform", "tier", "year", "source")


@dataclass(frozen=True, slots=True)
class Level:
    """One published level; ``lower`` and ``upper`` where a band is published."""

    row: int
    kpi: str
    platform: str
    tier: str
    year: int
    value: float
    lower: float | None
    upper: float | None
    currency: str | None
    definition: str
    source: str


def read(data: bytes, file: str) -> tuple[list[Level], list[Mistake]]:
    """The rows that are right, and every mistake."""
    table = sheet.read(data, file, COLUMNS, NEEDED)
    mistakes = list(table.mistakes)
    levels: list[Level] = []
    if not set(NEEDED) <= table.columns:
        return levels, mistakes
    seen: dict[tuple[str, str, str, int, str], Level] = {}
    for row in table.rows:
        cells = Cells(file, row, [])
        level = _level(cells)
        if level is not None and whole(cells.mistakes):
            key = (level.kpi, level.platform, level.tier, level.year, level.source)
            if (first := seen.setdefault(key, level)) is level:
                levels.append(level)
            else:
                cells.wrong("kpi", f"stands already in row {first.row}", "Keep one of the two")
        mistakes += cells.mistakes
    return levels, mistakes


def _level(cells: Cells) -> Level | None:
    kpi, tier, year = _kpi(cells), _tier(cells), _year(cells)
    cells.needed("platform", "Write instagram, tiktok, youtube or x")
    platform, source = cells.platform(), cells.needed("source", "Write who published it")
    value = cells.number("value", share=True)
    lower, upper = cells.number("lower", share=True), cells.number("upper", share=True)
    currency = cells.currency("currency", None) if cells.text("currency") is not None else None
    if (lower is None) != (upper is None) or (lower is not None and upper is not None and lower > upper):
        cells.wrong("lower", "and upper are no band", "Write both ends, the lower one first, or neither")
        return None
    if value is None and lower is not None and upper is not None:
        value = (lower + upper) / 2
    if value is None and cells.text("value") is None:
        cells.wrong("value", "is empty, and so is the band", "Write the level, such as 0.025 or 2.5%")
    registry = kpis.load()
    if kpi in registry and "money" in registry[kpi].unit and currency is None:
        cells.wrong("currency", "is empty, and the level is one of money", "Write its three capitals, such as JPY")
    if kpi is None or tier is None or year is None or platform is None or source is None or value is None:
        return None
    definition = cells.text("definition", otherwise=registry[kpi].formula if kpi in registry else UNKNOWN) or UNKNOWN
    ends = [None if end is None else float(end) for end in (lower, upper)]
    return Level(
        cells.row.number, kpi, platform, tier, year, float(value), ends[0], ends[1], currency, definition, source
    )


def _kpi(cells: Cells) -> str | None:
    text = cells.needed("kpi", "Write the KPI whose definition the level has, or unknown")
    ours = [name for name, kpi in kpis.load().items() if "platform" in kpi.grains]
    if text is None or text in (*ours, UNKNOWN):
        return text
    cells.wrong("kpi", "is not a KPI that platforms are compared by", suggestion(text, [*ours, UNKNOWN]))
    return None


def _tier(cells: Cells) -> str | None:
    text = cells.needed("tier", "Write a tier such as micro, all, or unknown")
    tiers = sorted({t.name for scheme in SCHEMES.values() for t in scheme.tiers})
    if text is None or text in (*tiers, EVERY_SIZE, UNKNOWN):
        return text
    cells.wrong("tier", "is not a tier", suggestion(text, [*tiers, EVERY_SIZE, UNKNOWN]))
    return None


def _year(cells: Cells) -> int | None:
    text = cells.needed("year", "Write the year of the data, or unknown")
    if text is None or text == UNKNOWN:
        return None if text is None else 0
    number = cells.number("year")
    if number is not None and number == number.to_integral_value() and Decimal(2000) <= number <= Decimal(2100):
        return int(number)
    if number is not None:
        cells.wrong("year", "is not a year", "Write it as 2026, or unknown")
    return None
