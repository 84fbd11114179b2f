"""A page brings its letters along: every character that it shows, in the weight in which it shows it."""

import base64
import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from html import unescape

from reports import fonts
from reports.fonts import Face

FAMILY = "hibiki page"
"""Stands first in every list of fonts in our style sheets: where no face is embedded, nobody has one of that name."""
_ALWAYS = frozenset(range(0x20, 0x7F))
"""Scripts and counters write these."""
_BOLD_TAGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6", "b", "strong", "th"})
_VOID = frozenset({"br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"})
_PIECE = re.compile(r"<(?P<end>/?)(?P<tag>[a-zA-Z][\w-]*)(?P<attributes>[^>]*)>|(?P<text>[^<]+)")
_SHOWN_ATTRIBUTE = re.compile(r'\b(?:placeholder|title|value|label|data-(?!v\b)[\w-]+)="([^"]*)"')
_CLASS = re.compile(r'\bclass="([^"]*)"')
_ID = re.compile(r'\bid="([^"]*)"')
_SCOPE = re.compile(r'\bscope="([^"]*)"')
_RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")
_BOLD = re.compile(r"font-weight:\s*(?:[6-9]00|bold)|font:[^;]*\b(?:[6-9]00|bold)\b")
_LIGHT = re.compile(r"font-weight:\s*400")
_CONDITION = re.compile(r"@[^{}]*\{(?:[^{}]*\{[^{}]*\})*[^{}]*\}")
_STATE = re.compile(r":[\w-]+(\([^)]*\))?|\[[^\]]*\]")


@dataclass(frozen=True, slots=True)
class Letters:
    """The code points that a page shows: at all, and in bold."""

    every: frozenset[int]
    bold: frozenset[int]


@dataclass(frozen=True, slots=True)
class _Element:
    """``tag``: with its scope, of a heading in a table: ``th[scope=row]``."""

    tag: str
    id: str
    classes: frozenset[str]


def source_hash(text: str) -> str:
    """A style or script as a content security policy names it."""
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def dressed(html: str, face: Face | None) -> str:
    """A page of ours with its face embedded in its style.

    Errors: ValueError if the page's policy does not name its style, which would then be refused by every browser;
    FaceRefused if the face turns out to be broken.
    """
    if face is None:
        return html
    start = html.index("<style>") + len("<style>")
    css = html[start : html.index("</style>", start)]
    letters = shown(html)
    block = "".join(_face(face, weight, letters) for weight in face.weights)
    head, named = html[:start], source_hash(css)
    if named not in head:
        raise ValueError("the page's content security policy does not name its style: pass the style to policy()")
    return head.replace(named, source_hash(block + css), 1) + block + html[start:]


def for_all(face: Face | None, pages: Iterable[str]) -> Face | None:
    """The face for many pages that are alike: each brings along the characters of all, and they are cut out once."""
    if face is None:
        return None
    letters = [shown(html) for html in pages]
    every = frozenset[int]().union(*(one.every for one in letters))
    bold = frozenset[int]().union(*(one.bold for one in letters))
    return replace(face, besides={400: every, 700: bold})


def shown(html: str) -> Letters:
    """The characters that a page of ours shows; rather some too many in bold than one too few."""
    start = html.index("<style>") + len("<style>")
    css = re.sub(r"/\*.*?\*/", "", html[start : html.index("</style>", start)], flags=re.DOTALL)
    script = "".join(re.findall(r"<script>(.*?)</script>", html, re.DOTALL))
    rules = _bold_selectors(css, frozenset(re.findall(r'"([\w-]+)"', script))), _light_selectors(css)
    every, bold = _texts(re.sub(r"<(style|script)>.*?</\1>", "", html, flags=re.DOTALL), *rules)
    written = re.findall(r'content:\s*"([^"]*)"', css)
    drawn = _ALWAYS | _points([*every, *written])
    return Letters(drawn, _ALWAYS | _points([*bold, *written]))


def _face(face: Face, weight: fonts.Weight, letters: Letters) -> str:
    # with one weight alone the browser draws bold from it, so that it needs every character
    wanted = letters.bold if weight.css > 400 else letters.every
    data = fonts.cut(weight, wanted | face.besides.get(weight.css, frozenset()), face.kept)
    if not data:
        return ""
    return (
        f'@font-face{{font-family:"{FAMILY}";font-weight:{weight.css};'
        f'src:url(data:font/woff2;base64,{base64.b64encode(data).decode()})format("woff2")}}\n'
    )


def _points(texts: Iterable[str]) -> frozenset[int]:
    return frozenset(map(ord, unescape("".join(texts)))) - {0x0A, 0x0D, 0x09}


_Selectors = list[list[_Element]]


@dataclass(slots=True)
class _Walk:
    """A walk through a page: the texts met, at all and in bold, and the elements that stand open."""

    weighty: _Selectors
    light: _Selectors
    every: list[str] = field(default_factory=list[str])
    bold: list[str] = field(default_factory=list[str])
    above: list[_Element] = field(default_factory=list[_Element])
    heavy: list[bool] = field(default_factory=list[bool])
    """Of each element that stands open, whether its text is bold."""
    known: dict[str, tuple[_Element, _Selectors, _Selectors]] = field(
        default_factory=dict[str, tuple[_Element, _Selectors, _Selectors]]
    )

    def text(self, text: str) -> None:
        """A piece of text."""
        self.every.append(text)
        if self.heavy and self.heavy[-1]:
            self.bold.append(text)

    def end(self) -> None:
        """An element is closed: our templates close every one that they open."""
        if self.above:
            self.above.pop()
            self.heavy.pop()

    def start(self, whole: str, tag: str, attributes: str) -> None:
        """An element is opened."""
        if '="' in attributes:
            self.every += _SHOWN_ATTRIBUTE.findall(attributes)
        if tag in _VOID or attributes.endswith("/"):
            return
        if whole not in self.known:
            element = _element(tag, attributes)
            weighty, light = ([s for s in rules if _fits(s[-1], element)] for rules in (self.weighty, self.light))
            self.known[whole] = element, weighty, light
        element, weighty, light = self.known[whole]
        if any(_stands_below(s[:-1], self.above) for s in weighty):
            is_heavy = True
        elif any(_stands_below(s[:-1], self.above) for s in light):
            is_heavy = False
        else:
            is_heavy = tag in _BOLD_TAGS or bool(self.heavy and self.heavy[-1])
        self.above.append(element)
        self.heavy.append(is_heavy)


def _texts(html: str, weighty: _Selectors, light: _Selectors) -> tuple[list[str], list[str]]:
    """All texts of a page, and those that are bold: by a rule, by their element, or as what they stand in is."""
    walk = _Walk(weighty, light)
    for piece in _PIECE.finditer(html):
        if piece["text"]:
            walk.text(piece["text"])
        elif piece["end"]:
            walk.end()
        else:
            walk.start(piece[0], piece["tag"], piece["attributes"])
    return walk.every, walk.bold


def _element(tag: str, attributes: str) -> _Element:
    names, own, scope = (found.search(attributes) for found in (_CLASS, _ID, _SCOPE))
    return _Element(
        f"{tag}[scope={scope[1]}]" if scope else tag,
        own[1] if own else "",
        frozenset(names[1].split() if names else ()),
    )


def _bold_selectors(css: str, scripted: frozenset[str]) -> _Selectors:
    """Selectors under which text is bold, from ancestor to element; states and classes that scripts set left out."""
    found: _Selectors = []
    for selectors, declarations in _RULE.findall(css):
        if not _BOLD.search(declarations):
            continue
        for selector in _STATE.sub(_scope_alone, selectors).split(","):
            near = re.split(r"[+~]", selector)[-1].replace(">", " ")
            parts = [_compound(part, scripted) for part in near.split()]
            if parts:
                found.append(parts)
    return found


def _light_selectors(css: str) -> _Selectors:
    """Selectors under which text is not bold, whatever stands around it: those alone that hold always."""
    found: _Selectors = []
    for selectors, declarations in _RULE.findall(_CONDITION.sub("", css)):
        if _LIGHT.search(declarations):
            plain = (s for s in selectors.split(",") if not re.search(r"[+~>:*]", s) and not _STATE.search(s))
            found += [[_compound(part, frozenset()) for part in selector.split()] for selector in plain]
    return [parts for parts in found if parts]


def _scope_alone(state: re.Match[str]) -> str:
    return state[0] if state[0].startswith("[scope=") else ""


def _compound(text: str, scripted: frozenset[str]) -> _Element:
    tag = re.match(r"[\w-]+(\[scope=\w+\])?", text)
    own = re.search(r"#([\w-]+)", text)
    classes = frozenset(re.findall(r"\.([\w-]+)", text)) - scripted
    return _Element(tag[0] if tag else "", own[1] if own else "", classes)


def _fits(asked: _Element, element: _Element) -> bool:
    return (
        asked.tag in {"", element.tag, element.tag.partition("[")[0]}
        and asked.id in {"", element.id}
        and asked.classes <= element.classes
    )


def _stands_below(asked: list[_Element], above: list[_Element]) -> bool:
    """Whether the ancestors asked for stand above, in this order."""
    left = list(asked)
    for element in reversed(above):
        if left and _fits(left[-1], element):
            left.pop()
    return not left
