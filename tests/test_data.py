"""Tests for ppdl_course.data: the right bytes, the right shapes, or a clear error."""

import hashlib
import re
import subprocess
import sys

import numpy as np
import pytest

from ppdl_course import data
from ppdl_course.law.cases import CHARGES
from ppdl_course.law.records import LawCase


@pytest.fixture(scope="module")
def law():
    return data.load_law_cases()


@pytest.fixture
def optional(tmp_path, monkeypatch):
    """A PPDL_DATA folder with nothing in it."""
    monkeypatch.setenv("PPDL_DATA", str(tmp_path))
    for folder in ("mnist", "bristol"):
        (tmp_path / folder).mkdir()
    return tmp_path


def test_law_cases_have_one_row_of_x_and_y_per_record(law):
    assert len(law.records) == 6000
    assert law.X.shape == (6000, len(law.feature_names))
    assert (law.X.dtype, law.y.dtype, law.months.dtype) == (
        np.float64,
        np.int64,
        np.int64,
    )
    assert set(law.y.tolist()) == {0, 1}
    assert np.isfinite(law.X).all()


def test_every_column_of_x_can_be_computed_again_from_the_records(law):
    """The slow obvious way: one record and one column at a time."""
    train = [law.records[i] for i in law.train]
    children = ("son", "daughter")
    raw = {
        "log_amount": lambda c: np.log(1 + c.amount),
        "children": lambda c: sum(r in children for r in c.family_relations),
    }
    flags = ("weapon", "settled", "confessed")
    for column, name in enumerate(law.feature_names):
        field, _, choice = name.partition("=")
        of = raw.get(name, lambda c, field=field: getattr(c, field))
        mean, spread = 0.0, 1.0
        if not choice and name not in flags:
            seen = [float(of(case)) for case in train]
            mean = sum(seen) / len(seen)
            spread = (sum((v - mean) ** 2 for v in seen) / len(seen)) ** 0.5
        for row in range(0, 6000, 97):
            value = of(law.records[row])
            value = float(value == choice) if choice else (value - mean) / spread
            assert law.X[row, column] == pytest.approx(value, abs=1e-9), name


def test_the_personal_columns_are_age_family_and_district(law):
    named = {
        name.partition("=")[0]
        for name, personal in zip(law.feature_names, law.personal, strict=True)
        if personal
    }
    assert named == {"age", "family_members", "children", "district"}


def test_neither_name_nor_address_nor_phone_is_a_column(law):
    assert not {"name", "address", "phone"} & {
        name.partition("=")[0] for name in law.feature_names
    }


def test_the_split_is_a_partition_with_the_same_share_of_either_outcome(law):
    assert sorted([*law.train, *law.test]) == list(range(6000))
    assert len(law.test) == 1500
    assert law.y_train.mean() == pytest.approx(law.y_test.mean(), abs=1e-3)
    assert law.X_train.shape[0] == law.y_train.shape[0] == 4500
    assert law.X_test.shape[0] == 1500
    assert [law.records[i].split for i in law.test[:3]] == ["test"] * 3


def test_a_row_of_the_file_becomes_a_record(law):
    lines = (data.FOLDER / "law_cases.csv").read_text("utf-8").splitlines()
    assert lines[0] == ",".join(LawCase.__annotations__)
    first = law.records[0]
    assert lines[1].startswith(f"{first.case_id},{first.split},{first.name},")
    assert isinstance(first.age, int)
    assert len(first.family_relations) == first.family_members


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("split", ["train", "test"])
def test_documents_can_be_chosen_by_language_and_split(language, split):
    chosen = data.load_law_documents(language, split)
    assert len(chosen) >= 175
    assert {(d.language, d.split) for d in chosen} == {(language, split)}
    assert len({d.document_id for d in data.load_law_documents()}) == 1500


def test_a_document_has_a_label_for_every_character_and_gives_its_entities_back():
    for document in data.load_law_documents():
        assert len(document.labels) == len(document.text)
        assert document.charge in CHARGES
        covered = sum(end - start for start, end, _ in document.entities)
        assert covered == sum(label != "O" for label in document.labels)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        ({"language": "de"}, "language must be 'zh', 'en' or None, got 'de'"),
        ({"split": "dev"}, "split must be 'train', 'test' or None, got 'dev'"),
    ],
)
def test_an_unknown_language_or_split_is_named(call, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        data.load_law_documents(**call)


def test_the_lexicon_gives_a_class_for_each_word():
    lexicon = data.load_lexicon()
    assert lexicon["建议"] == "verb"
    assert set(lexicon.values()) == {"place", "noun", "verb", "adverb", "time"}


LOADERS = {
    "law_cases.csv": data.load_law_cases,
    "law_documents.jsonl": data.load_law_documents,
    "lexicon.txt": data.load_lexicon,
}


@pytest.mark.parametrize("name", LOADERS)
def test_one_changed_byte_is_found_and_the_remedy_named(name, tmp_path, monkeypatch):
    content = bytearray((data.FOLDER / name).read_bytes())
    content[len(content) // 2] ^= 1
    (tmp_path / name).write_bytes(content)
    monkeypatch.setattr(data, "FOLDER", tmp_path)
    remedy = rf"{name} is damaged.*git checkout -- data/{name}"
    with pytest.raises(data.DamagedDataError, match=remedy):
        LOADERS[name]()


@pytest.mark.parametrize("name", LOADERS)
def test_a_missing_file_is_named_with_the_remedy(name, tmp_path, monkeypatch):
    monkeypatch.setattr(data, "FOLDER", tmp_path)
    with pytest.raises(data.MissingDataError, match=rf"git checkout -- data/{name}"):
        LOADERS[name]()


def test_digits_are_scaled_and_split_by_class():
    digits = data.load_digits_split()
    assert digits.X_train.shape == (1347, 64)
    assert digits.X_test.shape == (450, 64)
    assert (digits.X_train.min(), digits.X_train.max()) == (0.0, 1.0)
    assert digits.X_test.dtype == np.float64
    assert digits.y_test.dtype == np.int64
    shares = np.bincount(digits.y_train) / 1347 - np.bincount(digits.y_test) / 450
    assert np.abs(shares).max() < 0.002


def test_without_ppdl_data_the_variable_and_the_source_are_named(monkeypatch):
    monkeypatch.delenv("PPDL_DATA", raising=False)
    with pytest.raises(data.MissingDataError, match=r"PPDL_DATA is not set.*https:"):
        data.mnist_test()


def test_an_optional_file_that_is_missing_or_damaged_is_named(optional):
    with pytest.raises(data.MissingDataError, match=r"t10k-images.* is missing.*http"):
        data.mnist_test()
    for name in data.MNIST_MD5:
        (optional / "mnist" / name).write_bytes(b"not a picture")
    with pytest.raises(data.DamagedDataError, match=r"t10k-images.* its md5 is"):
        data.mnist_test()
    (optional / "bristol" / "aes_128.txt").write_bytes(b"1 2")
    with pytest.raises(data.DamagedDataError, match=r"aes_128.* its sha256 is"):
        data.bristol_path("aes_128.txt")


def test_the_remedy_names_the_file_as_its_source_does(optional):
    with pytest.raises(
        data.MissingDataError, match=r"as bristol_format/adder_32bit\.txt"
    ):
        data.bristol_path("adder_32bit_old_format.txt")
    with pytest.raises(data.MissingDataError, match=r"as bristol_fashion/aes_128\.txt"):
        data.bristol_path("aes_128.txt")


def test_the_page_on_the_data_says_what_ppdl_data_holds():
    page = (data.FOLDER / "README.md").read_text(encoding="utf-8")
    assert "`PPDL_DATA`" in page
    for name in (*data.MNIST_MD5, *data.BRISTOL_SHA256, *data.AT_SOURCE.values()):
        assert name in page
    for digest in data.MNIST_MD5.values():
        assert digest in page


def test_an_unknown_circuit_is_refused():
    with pytest.raises(ValueError, match=r"name must be one of .*'md5.txt'"):
        data.bristol_path("md5.txt")


def test_mnist_and_the_circuits_are_the_published_ones():
    try:
        images, labels = data.mnist_test()
        adder = data.bristol_path("adder_32bit_old_format.txt")
    except data.MissingDataError as missing:
        pytest.skip(str(missing))
    assert images.shape == (10_000, 28, 28)
    assert (images.min(), images.max(), images.dtype) == (0.0, 1.0, np.float64)
    # the published counts of MNIST's test digits
    counts = [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]
    assert np.bincount(labels).tolist() == counts
    assert adder.read_text("ascii").split()[:2] == ["375", "439"]


def test_the_readme_states_the_sums_that_the_loaders_check():
    readme = (data.FOLDER / "README.md").read_text("utf-8")
    for name, expected in data.SHA256.items():
        assert f"| `{name}` | `{expected}` |" in readme
        content = (data.FOLDER / name).read_bytes()
        assert hashlib.sha256(content).hexdigest() == expected


def test_the_readme_explains_every_column_and_field():
    readme = (data.FOLDER / "README.md").read_text("utf-8")
    header = (data.FOLDER / "law_cases.csv").read_text("utf-8").partition("\n")[0]
    for column in header.split(","):
        assert f"| `{column}` |" in readme
    document = data.load_law_documents()[0]
    for field in set(document.__dataclass_fields__) - {"labels"} | {"entities"}:
        assert f"| `{field}` |" in readme


def test_importing_the_loaders_does_not_import_scikit_learn():
    code = "import sys, ppdl_course.data; print('sklearn' in sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert run.stdout.strip() == "False", run.stderr
