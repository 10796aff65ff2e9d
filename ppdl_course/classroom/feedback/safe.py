"""What a student wrote or printed, as HTML that runs nothing and loads nothing.

Three kinds of text come from students: plain text, the Markdown of written answers, and
the HTML that their code displays. All of it is shown to somebody else, an instructor
above all, whose browser may be logged in to a Jupyter server. So an allow-list decides:
tags for text, tables and embedded pictures; no script, style, class, id, form, frame,
SVG or address, except that a written answer may link to a web page.

nbgrader's Formgrader uses the same two functions (``nbgrader_config.py``).
"""

import re
from collections.abc import Iterator, Mapping
from html import escape
from typing import Any

from bleach.html5lib_shim import Filter
from bleach.sanitizer import Cleaner
from bs4 import BeautifulSoup
from jinja2 import pass_context
from jinja2.runtime import Context
from markupsafe import Markup
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath

MAX_TEXT = 20_000  # characters of one output or answer
MAX_HTML = 3_000_000  # characters of one displayed output, its pictures included
MAX_NESTED = 100  # tags within tags: parsers take long over more, or never end
NO_ALT = "Picture without a description"

_PICTURE = re.compile(r"data:image/(png|jpeg|gif);base64,[A-Za-z0-9+/=\s]+")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_COLOURS = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
_INLINE = {"b", "br", "code", "del", "em", "i", "s", "span", "strong", "sub", "sup"}
_BLOCKS = {"blockquote", "div", "hr", "p", "pre"}
_TABLE = {"caption", "table", "tbody", "td", "tfoot", "th", "thead", "tr"}
_TEXT_TAGS = _INLINE | _BLOCKS | _TABLE | {"img"}
_WRITTEN_TAGS = _TEXT_TAGS | {"a", "details", "li", "ol", "summary", "ul"}
# Their content is not text either: nothing of it may stay.
_DROPPED = [
    *("applet", "audio", "embed", "frame", "frameset", "head", "iframe", "link"),
    *("math", "meta", "noembed", "noframes", "noscript", "object", "script", "select"),
    *("style", "svg", "template", "textarea", "title", "video", "xmp"),
]
_HEADINGS = {"h1", "h2", "h3", "h4", "h5", "h6"}
_TAG = re.compile(r"<(/?)([a-zA-Z][^\s/>]*)")
_VOID = {"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "wbr"}


def plain(text: object) -> str:
    """Return text without colour codes and control characters, cut where too long."""
    clean = _COLOURS.sub("", str(text)).replace("\r\n", "\n").replace("\r", "\n")
    clean = _printable(clean)
    if len(clean) > MAX_TEXT:
        left = len(clean) - MAX_TEXT
        clean = f"{clean[:MAX_TEXT]}\n[... {left:,} more characters are not shown]"
    return clean


def safe_html(text: str) -> Markup:
    """Return displayed HTML with only its text, tables and embedded pictures.

    Headings become paragraphs: those of the page stay the only ones.

    Args:
        text: What the student's code displayed; any text at all.

    Returns:
        HTML that can stand anywhere in a page's body.
    """
    if len(text) > MAX_HTML:
        return Markup("<p>{}</p>").format(f"[{len(text):,} characters: not shown]")
    if _depth(text) > MAX_NESTED:
        return Markup("<p>[more than {} tags within tags: not shown]</p>").format(
            MAX_NESTED
        )
    return _shown(text, _TEXT_TAGS)


def safe_markdown(
    text: str, attachments: Mapping[str, Mapping[str, str]] | None = None
) -> Markup:
    """Return a written answer as HTML.

    Formulas keep their dollar signs: the feedback page shows them as typed.

    Args:
        text: Markdown.
        attachments: Pictures pasted into the cell, by name and media type.
    """
    text = plain(text)
    if _depth(text) > MAX_NESTED:
        return Markup("<pre>{}</pre>").format(text)
    try:
        html = MarkdownWithMath(_Renderer(attachments or {})).render(text)
        return _shown(html, _WRITTEN_TAGS)
    except Exception:  # whatever a text does to the parser, it can be read as text
        return Markup("<pre>{}</pre>").format(text)


def picture(data: Mapping[str, Any], alt: str) -> Markup | None:
    """Return the embedded picture of an output's data; None if it has none.

    SVG is left out: it is a document of its own that can hold scripts.
    """
    for kind in ("image/png", "image/jpeg", "image/gif"):
        source = f"data:{kind};base64,{''.join(str(data.get(kind, '')).split())}"
        if _PICTURE.fullmatch(source) and len(source) <= MAX_HTML:
            return Markup('<img alt="{}" src="{}">').format(alt or NO_ALT, source)
    return None


@pass_context
def formgrader_markdown(context: Context, source: str) -> Markup:
    """Take the place of nbconvert's ``markdown2html``, which lets all HTML through."""
    cell = context.get("cell") or {}
    return safe_markdown(source, cell.get("attachments"))


def formgrader_html(element: object) -> Markup:
    """Take the place of nbconvert's ``clean_html``, which drops pictures."""
    return element if isinstance(element, Markup) else safe_html(str(element))


class _Renderer(IPythonRenderer):
    """Markdown without headings, diagrams, and pictures of other machines."""

    def __init__(self, attachments: Mapping[str, Mapping[str, str]]) -> None:
        super().__init__(escape=False, allow_harmful_protocols=False)
        self._pasted = attachments

    def heading(self, text: str, level: int, **attrs: Any) -> str:
        return f"<p><strong>{text}</strong></p>\n"

    def image(self, text: str, url: str, title: str | None = None) -> str:
        pasted = self._pasted.get(url.removeprefix("attachment:"), {})
        return picture(pasted, text) or f"[picture {escape(text)}: {escape(url)}]"

    def block_mermaidjs(self, code: str) -> str:
        return f"<pre>{escape(code)}</pre>"


def _printable(text: str) -> str:
    """Drop control characters; replace halves of characters, which no file can hold."""
    return _CONTROL.sub("", text.encode("utf-8", "replace").decode())


def _depth(text: str) -> int:
    """Return how many tags are open at the same time, at most, at first sight."""
    deepest = depth = 0
    for close, name in _TAG.findall(text):
        if name.lower() not in _VOID:
            depth += -1 if close else 1
            deepest = max(deepest, depth)
    return deepest


def _shown(html: str, tags: set[str]) -> Markup:
    """Drop what is not text, then let nothing stay but what is allowed."""
    # The bracket keeps the parser from taking a short text for the name of a file.
    soup = BeautifulSoup(f"<!---->{_printable(html)}", "html.parser")
    for tag in soup.find_all(_DROPPED):
        tag.decompose()
    # This parser may see the text otherwise than a browser. The next sees it as
    # browsers do, and it alone decides what may stay.
    cleaner = Cleaner(
        tags=tags | _HEADINGS,
        attributes=_may_stay,
        protocols={"data", "http", "https"},
        strip=True,
        filters=[_Plainer],
    )
    return Markup(cleaner.clean(str(soup)))


class _Plainer(Filter):
    """Turn headings and stray list items into paragraphs; drop or describe pictures."""

    def __iter__(self) -> Iterator[dict]:
        lists = 0
        for token in super().__iter__():
            name = token.get("name")
            if name in ("ol", "ul"):
                lists += 1 if token["type"] == "StartTag" else -1
            if name in _HEADINGS or (name == "li" and lists == 0):
                token["name"] = "p"
            if name == "img":
                if (None, "src") not in token["data"]:
                    continue
                if not token["data"].get((None, "alt"), "").strip():
                    token["data"][None, "alt"] = NO_ALT
            yield token


def _may_stay(tag: str, name: str, value: str) -> bool:
    match tag, name:
        case "img", "src":
            return _PICTURE.fullmatch(value) is not None
        case "img", "alt":
            return True
        case "a", "href":
            return value.lower().startswith(("http://", "https://"))
        case (("td" | "th"), ("colspan" | "rowspan")):
            return value.isdecimal() and 0 < int(value) <= 100
        case "th", "scope":
            return value in ("col", "row")
    return False
