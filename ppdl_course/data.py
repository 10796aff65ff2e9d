"""Loaders of the course's data, each of which checks that the file is the real one.

The two law files and the lexicon lie in ``data/`` of the checkout (``data/README.md``
describes every column; ``python -m ppdl_course.law`` makes them again). The digits come
with scikit-learn. MNIST and two standard circuit files are optional: they are read from
the folder that the environment variable ``PPDL_DATA`` names.

All people are invented. Source of the digits: Alpaydin and Kaynak, "Optical Recognition
of Handwritten Digits", UCI Machine Learning Repository, 1998. Source of MNIST: LeCun,
Bottou, Bengio and Haffner, "Gradient-Based Learning Applied to Document Recognition",
Proceedings of the IEEE, 1998.
"""

import csv
import gzip
import hashlib
import io
import json
import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ppdl_course.law.records import LawCase, LawCases, LawDocument, design_matrix

FOLDER = Path(__file__).resolve().parents[1] / "data"

SHA256 = {
    "law_cases.csv": (
        "8635902f25b0e938acdd99bc8474b815bfefd723b40de964dcb84d889ab652a8"
    ),
    "law_documents.jsonl": (
        "884a3a5d815f3c1bfdab788b7324631490e36136fd337d64c39362f94c09ec8b"
    ),
    "lexicon.txt": ("6c24cc5790e6439525a5109a63733112eae010d6f2eda045dae4d360e65c93e8"),
}
MNIST_MD5 = {
    "t10k-images-idx3-ubyte.gz": "9fb629c4189551a2d022fa330f9573f3",
    "t10k-labels-idx1-ubyte.gz": "ec29112dd5afa0611ce80d1b7f02629c",
}
BRISTOL_SHA256 = {
    "aes_128.txt": "40423a0cdaf5d4d34aba872c12660f115dc25c12eea6e24a9304578e79df6d04",
    "adder_32bit_old_format.txt": (
        "9a34e061782c0e6437c90c7f89ed62a64da5b87ee11aadd105a422050dd18961"
    ),
}
MNIST_SOURCE = "https://ossci-datasets.s3.amazonaws.com/mnist/"
BRISTOL_SOURCE = "https://github.com/emp-toolkit/emp-tool (emp-tool/circuits/files)"
AT_SOURCE = {
    "aes_128.txt": "bristol_fashion/aes_128.txt",
    "adder_32bit_old_format.txt": "bristol_format/adder_32bit.txt",
}
"""What a file is called at its source; elsewhere as here."""


class MissingDataError(FileNotFoundError):
    """A data file is not there; the message says how to get it."""


class DamagedDataError(ValueError):
    """A data file is not the one that the course was written for."""


@dataclass(frozen=True, slots=True, eq=False)
class Split:
    """Inputs and labels, cut into a training and a test part.

    Attributes:
        X_train: Shape (n_train, d), float64.
        y_train: Shape (n_train,), int64.
        X_test: Shape (n_test, d), float64.
        y_test: Shape (n_test,), int64.
    """

    X_train: np.ndarray
    y_train: np.ndarray
    X_test: np.ndarray
    y_test: np.ndarray


def load_law_cases() -> LawCases:
    """Return the 6,000 law cases: raw records, design matrix, outcome and split.

    Raises:
        MissingDataError: If ``data/law_cases.csv`` is not there.
        DamagedDataError: If it is not the file that the course was written for.
    """
    rows = csv.DictReader(io.StringIO(_own_text("law_cases.csv"), newline=""))
    return design_matrix([LawCase.from_row(row) for row in rows])


def load_law_documents(
    language: str | None = None, split: str | None = None
) -> list[LawDocument]:
    """Return the case narratives, each with one NER label per character.

    Args:
        language: ``"zh"`` or ``"en"`` for that language alone.
        split: ``"train"`` or ``"test"`` for that part alone.

    Raises:
        ValueError: If ``language`` or ``split`` is something else.
        MissingDataError: If ``data/law_documents.jsonl`` is not there.
        DamagedDataError: If it is not the file that the course was written for.
    """
    if language not in (None, "zh", "en"):
        raise ValueError(f"language must be 'zh', 'en' or None, got {language!r}")
    if split not in (None, "train", "test"):
        raise ValueError(f"split must be 'train', 'test' or None, got {split!r}")
    lines = _own_text("law_documents.jsonl").splitlines()
    documents = (LawDocument.from_json(json.loads(line)) for line in lines)
    return [
        document
        for document in documents
        if language in (None, document.language) and split in (None, document.split)
    ]


def load_lexicon() -> dict[str, str]:
    """Return the Chinese lexicon: word -> class, e.g. ``{"建议": "verb"}``.

    The classes are ``place``, ``noun``, ``verb``, ``adverb`` and ``time``. No person's
    name is in it.

    Raises:
        MissingDataError: If ``data/lexicon.txt`` is not there.
        DamagedDataError: If it is not the file that the course was written for.
    """
    lines = _own_text("lexicon.txt").splitlines()
    return dict(line.split("\t") for line in lines)


def load_digits_split() -> Split:
    """Return scikit-learn's 8x8 digits in [0, 1]: 1,347 to train on, 450 to test.

    The split is stratified, with a quarter for the test and ``random_state`` 0.
    """
    from sklearn.datasets import load_digits
    from sklearn.model_selection import train_test_split

    X, y = load_digits(return_X_y=True)
    X_train, X_test, y_train, y_test = train_test_split(
        X / 16.0, y.astype(np.int64), test_size=0.25, stratify=y, random_state=0
    )
    return Split(X_train, y_train, X_test, y_test)


def mnist_test() -> tuple[np.ndarray, np.ndarray]:
    """Return MNIST's test images, (10000, 28, 28) float64 in [0, 1], and labels.

    Returns:
        Images and labels; the labels have shape (10000,) and are int64.

    Raises:
        MissingDataError: If ``PPDL_DATA`` is not set or has no ``mnist/`` files.
        DamagedDataError: If a file's MD5 sum is not that of MNIST.
    """
    images, labels = (
        gzip.decompress(_optional_file("mnist", name, MNIST_SOURCE, md5).read_bytes())
        for name, md5 in MNIST_MD5.items()
    )
    # IDX: a magic number, then one 32-bit size per dimension, then the bytes.
    pixels = np.frombuffer(images, np.uint8, offset=16).reshape(10_000, 28, 28)
    return pixels / 255.0, np.frombuffer(labels, np.uint8, offset=8).astype(np.int64)


def bristol_path(name: str) -> Path:
    """Return the path of a standard circuit file in ``PPDL_DATA``'s ``bristol/``.

    Args:
        name: ``"aes_128.txt"`` (Bristol Fashion) or ``"adder_32bit_old_format.txt"``.

    Raises:
        ValueError: If ``name`` is another.
        MissingDataError: If ``PPDL_DATA`` is not set or the file is not there.
        DamagedDataError: If the file is not the published one.
    """
    if name not in BRISTOL_SHA256:
        raise ValueError(f"name must be one of {sorted(BRISTOL_SHA256)}, got {name!r}")
    return _optional_file("bristol", name, BRISTOL_SOURCE, BRISTOL_SHA256[name])


def _own_text(name: str) -> str:
    """Return the text of a file of ``data/`` after checking its bytes."""
    path = FOLDER / name
    if not path.is_file():
        raise MissingDataError(
            f"{path} is missing. The course runs from its checkout (pip install -e .); "
            f"there, `git checkout -- data/{name}` brings the file back."
        )
    content = path.read_bytes()
    digest = hashlib.sha256(content).hexdigest()
    if digest != SHA256[name]:
        raise DamagedDataError(
            f"{path} is damaged or was changed: its sha256 is {digest}, and must be "
            f"{SHA256[name]}. `git checkout -- data/{name}` restores it."
        )
    return content.decode("utf-8")


def _optional_file(folder: str, name: str, source: str, expected: str) -> Path:
    """Return the path of a file of ``PPDL_DATA``; ``expected`` is MD5 or SHA-256."""
    remedy = (
        f"Set PPDL_DATA to a folder that has {folder}/{name}, which can be downloaded "
        f"as {AT_SOURCE.get(name, name)} from {source}."
    )
    root = os.environ.get("PPDL_DATA")
    if not root:
        raise MissingDataError(
            f"The environment variable PPDL_DATA is not set. {remedy}"
        )
    path = Path(root) / folder / name
    if not path.is_file():
        raise MissingDataError(f"{path} is missing. {remedy}")
    method = "md5" if len(expected) == 32 else "sha256"
    digest = hashlib.new(method, path.read_bytes(), usedforsecurity=False)
    if digest.hexdigest() != expected:
        raise DamagedDataError(
            f"{path} is damaged: its {method} is {digest.hexdigest()}, and must be "
            f"{expected}. Download {AT_SOURCE.get(name, name)} again from {source}."
        )
    return path
