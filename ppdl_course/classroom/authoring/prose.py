"""Prose of one width, wherever its author broke the lines.

Only paragraphs are filled again, those in lists and quotations too. Tables, formulas on
lines of their own, code and HTML stay as they are. What would make another page of the
text (a word that would begin a list at the start of a line, say) leaves it as it is.
"""

import re
import textwrap

from markdown_it import MarkdownIt

WIDTH = 88

_PAGE = MarkdownIt("commonmark").enable("table")
_GLUE = "\x00"  # stands for a space at which no line may end
_SPAN = re.compile(
    r"(`+)(?!`).*?(?<!`)\1(?!`)|\$[^$]+\$|!?\[[^\]]*\]\([^)]*\)|<[^<>]+>"
)
_AT_START = re.compile(r" (?=(?:[-+*]|\d+[.)])(?: |$)|[#>|=<~`])")


def fill_prose(markdown: str) -> str:
    r"""Return a cell's text with its paragraphs filled to one width.

    >>> print(fill_prose("One\nparagraph.\n\n| a table |\n|---|"))
    One paragraph.
    <BLANKLINE>
    | a table |
    |---|
    """
    lines = markdown.split("\n")
    paragraphs = [
        token.map for token in _PAGE.parse(markdown) if token.type == "paragraph_open"
    ]
    for start, end in reversed(paragraphs):
        lines[start:end] = _filled(lines[start:end])
    filled = "\n".join(lines)
    same = _rendered(filled) == _rendered(markdown)
    return filled if same and filled.split() == markdown.split() else markdown


def _rendered(markdown: str) -> str:
    """Return the page that a text makes; a line's end is a space to a browser."""
    return " ".join(_PAGE.render(markdown).split())


def _filled(block: list[str]) -> list[str]:
    """Return a paragraph in lines of at most ``WIDTH``, where its words allow that."""
    formula = any(line.strip().startswith("$$") for line in block)
    if formula or any(line.endswith(("  ", "\\")) for line in block):
        return block  # its author wants the lines to end there
    item = re.match(r"\s*(?:(?:[-*+]|\d+[.)])\s+|>\s?)*", block[0])[0]
    rest = re.sub(r"[^\s>]", " ", item)
    words = [block[0][len(item) :], *(line.lstrip(" >") for line in block[1:])]
    text = " ".join(" ".join(words).split())
    text = _SPAN.sub(lambda span: span[0].replace(" ", _GLUE), text)
    lines = textwrap.wrap(
        _AT_START.sub(_GLUE, text),
        WIDTH,
        initial_indent=item,
        subsequent_indent=rest,
        break_long_words=False,
        break_on_hyphens=False,
    )
    return [line.replace(_GLUE, " ") for line in lines]
