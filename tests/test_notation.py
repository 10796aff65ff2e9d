"""docs/notation.md against the chapters: each symbol where the page says it is."""

import re
from pathlib import Path

import jupytext
import pytest

ROOT = Path(__file__).resolve().parents[1]
_FORMULA = re.compile(r"\$\$(.+?)\$\$|\$(.+?)\$", re.DOTALL)


def rows():
    """Return (symbol, chapter, words) of each line of the table."""
    text = (ROOT / "docs" / "notation.md").read_text(encoding="utf-8")
    cells = [
        line.strip("|").split("|") for line in text.splitlines() if line[:1] == "|"
    ]
    assert all(len(row) == 4 for row in cells), "a row has four columns"
    return [(c[0].strip(), int(c[2]), c[3].strip()) for c in cells[2:]]


def paragraphs(chapter):
    """Return the text cells of a chapter, each on one line and without emphasis."""
    (source,) = (ROOT / "solutions").glob(f"{chapter:02}_*.py")
    cells = jupytext.read(source, fmt="py:percent").cells
    return [plain(cell.source) for cell in cells if cell.cell_type == "markdown"]


def plain(text):
    return " ".join(text.replace("*", "").split())


def formulas(text):
    return [one or two for one, two in _FORMULA.findall(text)]


def missing(symbols, words, cells):
    """Return which symbols stand in no formula of a cell that holds the words."""
    beside = [
        formula for cell in cells if plain(words) in cell for formula in formulas(cell)
    ]
    return [s for s in formulas(symbols) if not any(stands_in(s, f) for f in beside)]


def stands_in(symbol, formula):
    """Whether a formula has the symbol, and not only as a part of a longer name.

    A Greek letter may carry an index: it still means the same, once for each layer.
    """
    if symbol.startswith("\\"):
        pattern = re.escape(symbol) + r"(?![A-Za-z0-9])"
    else:
        pattern = r"(?<![A-Za-z_\\])" + re.escape(symbol) + r"(?![A-Za-z0-9_])"
    return bool(re.search(pattern, formula))


@pytest.mark.parametrize("row", rows(), ids=lambda row: f"{row[1]}: {row[0]}")
def test_a_symbol_stands_in_its_chapter_beside_the_words_of_its_meaning(row):
    symbols, chapter, words = row
    assert formulas(symbols)
    cells = paragraphs(chapter)
    assert any(plain(words) in cell for cell in cells), f"no {words!r} in {chapter}"
    assert missing(symbols, words, cells) == []


def test_rows_stand_in_the_order_of_the_chapters():
    chapters = [chapter for _, chapter, _ in rows()]
    assert chapters == sorted(chapters)


def test_a_chapter_has_one_meaning_for_a_symbol():
    pairs = [(c, s) for symbols, c, _ in rows() for s in formulas(symbols)]
    assert sorted(set(pairs)) == sorted(pairs)


def test_a_symbol_without_its_words_does_not_count():
    cells = ["its weights are column 0 of $W_k$", "the last column of a table, $a_k$"]
    assert missing("$W_k$", "column 0", cells) == []
    assert missing("$W_k$", "last column", cells) == ["W_k"]
    assert missing("$k$, $W$, $a_k$", "column 0", cells) == ["k", "W", "a_k"]
    assert missing(r"$\Delta$", "b", [r"b $q\Delta f$"]) == []
    assert missing("$a$", "b", [r"b $\alpha + a_k$"]) == ["a"]
