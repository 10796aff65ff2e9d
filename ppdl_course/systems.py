"""The registry: every system of the survey, where it is built, and what shows it works.

The survey is "Privacy-Preserving Deep Learning Models for Law Big Data Feature
Learning" (DASC 2019); ``ref`` is its number for a paper. The README's table, the course
map and the last chapter are made from the rows of ``systems.toml``. A row is *working*
once ``code`` and ``test`` name an object and a test that exist; a test of the registry
imports both.

``reported`` is the paper's headline, as its abstract or text gives it. ``ours`` says
where our own figure is printed: no figure of ours is written down here.
"""

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FOUNDATION = "foundation"
CLASSICAL = "classical cryptography"
HOMOMORPHIC = "homomorphic encryption"
DIFFERENTIAL = "differential privacy"
FAMILIES = (FOUNDATION, CLASSICAL, HOMOMORPHIC, DIFFERENTIAL)


@dataclass(frozen=True, kw_only=True)
class System:
    """One system of the survey.

    Attributes:
        ref: The survey's number(s) for it.
        name: What it is called here.
        families: The survey's group; two for a system that combines them.
        chapter: Number of the chapter that builds it.
        source: Authors, title, venue, year.
        reported: The paper's headline figure, or an empty string.
        code: ``module:object`` that implements it; empty while planned.
        test: Pytest node id of the test that shows it works; empty while planned.
        ours: The command or chapter section that prints our figure.
    """

    ref: str
    name: str
    families: tuple[str, ...]
    chapter: int
    source: str
    reported: str = ""
    code: str = ""
    test: str = ""
    ours: str = ""

    @property
    def status(self) -> str:
        """``working`` once code and test are named, else ``planned``."""
        return "working" if self.code and self.test else "planned"

    def row(self) -> dict[str, Any]:
        """Return the row as plain data, for tables and JSON."""
        fields = ("ref", "name", "chapter", "status", "test")
        rest = ("families", "source", "reported", "code", "ours")
        return {field: getattr(self, field) for field in (*fields, *rest)}


_TABLE = Path(__file__).with_suffix(".toml")


def _read() -> tuple[System, ...]:
    """Return the rows of the table, in its order; a key that is none is an error."""
    rows = tomllib.loads(_TABLE.read_text(encoding="utf-8"))["system"]
    return tuple(System(**row | {"families": tuple(row["families"])}) for row in rows)


SYSTEMS = _read()
