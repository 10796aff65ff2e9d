"""What the law files hold, as Python objects: a case, all cases, a document."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ppdl_course.law.cases import CHARGES, COURTS, REPRESENTATIONS
from ppdl_course.law.markup import bio_labels, spans
from ppdl_course.law.people import CHILDREN, DISTRICTS


@dataclass(frozen=True, slots=True)
class LawCase:
    """One row of ``data/law_cases.csv``; ``data/README.md`` explains the columns."""

    case_id: str
    split: str
    name: str
    age: int
    family_members: int
    family_relations: tuple[str, ...]
    address: str
    district: str
    phone: str
    court: str
    year: int
    charge: str
    prior_convictions: int
    amount: int
    injury: int
    weapon: int
    settled: int
    confessed: int
    representation: str
    custodial: int
    months: int

    @classmethod
    def from_row(cls, row: dict[str, str]) -> "LawCase":
        """Return the case of a row read by :class:`csv.DictReader`."""
        read = {int: int, str: str, tuple[str, ...]: _relations}
        kinds = cls.__annotations__
        return cls(**{name: read[kinds[name]](text) for name, text in row.items()})


def _relations(text: str) -> tuple[str, ...]:
    """Return the relations of ``"spouse;son"``; none for the empty string."""
    return tuple(text.split(";")) if text else ()


@dataclass(frozen=True, slots=True, eq=False)
class LawCases:
    """All law cases, ready to learn from.

    Numbers are standardised with the mean and standard deviation of the training rows
    (``amount`` as log(1 + amount)); flags and one-hot columns are 0 or 1. Name, street
    and phone number are in ``records`` alone.

    Attributes:
        records: The n rows as they stand in the file.
        X: Shape (n, d), float64.
        y: Shape (n,), int64: 1 for a custodial sentence, else 0.
        months: Shape (n,), int64: length of the sentence in months, 0 where y is 0.
        feature_names: Names of the d columns, ``"charge=fraud"`` for a one-hot one.
        personal: Shape (d,), bool: columns that say who somebody is rather than what
            happened (age, family, district).
        train: Row numbers of the training part, int64.
        test: Row numbers of the test part, int64.
    """

    records: tuple[LawCase, ...]
    X: np.ndarray
    y: np.ndarray
    months: np.ndarray
    feature_names: tuple[str, ...]
    personal: np.ndarray
    train: np.ndarray
    test: np.ndarray

    @property
    def X_train(self) -> np.ndarray:
        """Training inputs, shape (n_train, d)."""
        return self.X[self.train]

    @property
    def y_train(self) -> np.ndarray:
        """Training outcomes, shape (n_train,)."""
        return self.y[self.train]

    @property
    def X_test(self) -> np.ndarray:
        """Test inputs, shape (n_test, d)."""
        return self.X[self.test]

    @property
    def y_test(self) -> np.ndarray:
        """Test outcomes, shape (n_test,)."""
        return self.y[self.test]


_CASE_NUMBERS = {
    "prior_convictions": lambda case: case.prior_convictions,
    "log_amount": lambda case: np.log1p(case.amount),
    "injury": lambda case: case.injury,
    "year": lambda case: case.year,
}
_PERSONAL_NUMBERS = {
    "age": lambda case: case.age,
    "family_members": lambda case: case.family_members,
    "children": lambda case: sum(r in CHILDREN for r in case.family_relations),
}
_FLAGS = ("weapon", "settled", "confessed")
_CHOICES = {"charge": CHARGES, "court": COURTS, "representation": REPRESENTATIONS}


def design_matrix(records: Sequence[LawCase]) -> LawCases:
    """Return the records with their design matrix (see :class:`LawCases`)."""
    train = np.array([case.split == "train" for case in records])
    columns: dict[str, np.ndarray] = {}
    for name, of in _CASE_NUMBERS.items():
        columns[name] = _standardised([of(case) for case in records], train)
    for name in _FLAGS:
        columns[name] = np.array([getattr(case, name) for case in records])
    for name, choices in _CHOICES.items():
        columns |= _one_hot(name, choices, records)
    facts = len(columns)  # what comes after it says who somebody is
    for name, of in _PERSONAL_NUMBERS.items():
        columns[name] = _standardised([of(case) for case in records], train)
    columns |= _one_hot("district", DISTRICTS, records)
    return LawCases(
        records=tuple(records),
        X=np.column_stack(list(columns.values())).astype(np.float64),
        y=np.array([case.custodial for case in records], np.int64),
        months=np.array([case.months for case in records], np.int64),
        feature_names=tuple(columns),
        personal=np.arange(len(columns)) >= facts,
        train=np.flatnonzero(train),
        test=np.flatnonzero(~train),
    )


def _standardised(values: list[float], train: np.ndarray) -> np.ndarray:
    """Return the values with mean 0 and standard deviation 1 on the training rows."""
    # test rows would leak into the training data through their mean
    column = np.array(values, np.float64)
    return (column - column[train].mean()) / column[train].std()


def _one_hot(
    name: str, choices: tuple[str, ...], records: Sequence[LawCase]
) -> dict[str, np.ndarray]:
    """Return one column of 0 and 1 for each choice, by feature name."""
    values = np.array([getattr(case, name) for case in records])
    return {f"{name}={choice}": values == choice for choice in choices}


@dataclass(frozen=True, slots=True)
class Ambiguity:
    """A place in a Chinese text where the word boundary decides the labels.

    Attributes:
        kind: ``"city_mayor"``, ``"name_boundary"`` or ``"family_or_name"``.
        start: First character.
        end: One past the last character.
    """

    kind: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class LawDocument:
    """One case narrative with a label for every character.

    Attributes:
        document_id: ``"D0001"`` and so on.
        language: ``"zh"`` or ``"en"``.
        split: ``"train"`` or ``"test"``.
        unseen: Whether its names and streets appear in no training document.
        charge: One of ``ppdl_course.law.cases.CHARGES``.
        topics: Words the text is about; each stands in it.
        text: The narrative.
        labels: One of ``LABELS`` (BIO) for each character of ``text``.
        ambiguous: Where a lexicon is needed, or None.
    """

    document_id: str
    language: str
    split: str
    unseen: bool
    charge: str
    topics: tuple[str, ...]
    text: str
    labels: tuple[str, ...]
    ambiguous: Ambiguity | None

    @classmethod
    def from_json(cls, record: dict) -> "LawDocument":
        """Return the document of one decoded line of ``law_documents.jsonl``."""
        fields = dict(record)
        entities = [tuple(entity) for entity in fields.pop("entities")]
        place = fields.pop("ambiguous")
        return cls(
            **fields | {"topics": tuple(record["topics"])},
            labels=bio_labels(len(record["text"]), entities),
            ambiguous=Ambiguity(**place) if place else None,
        )

    @property
    def entities(self) -> list[tuple[int, int, str]]:
        """Return ``(start, end, type)`` of each labelled span, ``end`` excluded."""
        return spans(self.labels)
