"""The promises of data/README.md: what can be learned from the law data, and how well.

The numbers come from ``benchmarks/law_data.py``, made with scikit-learn alone. The gaps
have room: three standard errors of an accuracy on 1,500 cases are 0.04 at most, and
both models are tested on the same cases.
"""

import re
import runpy
from pathlib import Path

import pytest

from ppdl_course.data import FOLDER

BENCHMARK = Path(__file__).parents[2] / "benchmarks" / "law_data.py"


@pytest.fixture(scope="module")
def measured():
    return runpy.run_path(str(BENCHMARK))["measure"]()


def test_logistic_regression_is_clearly_above_the_base_rate(measured):
    assert measured["cases_logistic"] > measured["cases_base_rate"] + 0.12


def test_a_small_network_is_clearly_above_logistic_regression(measured):
    assert measured["cases_network"] > measured["cases_logistic"] + 0.08


def test_privacy_has_a_price(measured):
    assert measured["cases_network_facts"] < measured["cases_network"] - 0.02
    assert measured["cases_logistic_facts"] < measured["cases_logistic"] - 0.01


def test_name_street_and_phone_say_nothing(measured):
    assert measured["cases_private_only"] < measured["cases_base_rate"] + 0.03


def test_months_and_charge_can_be_predicted(measured):
    assert measured["cases_months_r2"] > 0.5
    assert measured["cases_charge"] > 1 / 6 + 0.1


@pytest.mark.parametrize("language", ["zh", "en"])
def test_remembering_the_training_entities_is_not_enough(language, measured):
    assert measured[f"{language}_lookup_unseen"] < 0.2
    assert measured[f"{language}_unseen"] > measured[f"{language}_lookup_unseen"] + 0.2


def test_the_lexicon_settles_what_characters_cannot(measured):
    assert measured["zh_ambiguous"] < 0.5
    assert measured["zh_lexicon_ambiguous"] > 0.9


def test_the_table_of_the_readme_is_what_is_measured(measured):
    readme = (FOLDER / "README.md").read_text("utf-8")
    rows = dict(
        re.findall(r"^\| `((?:cases|zh|en)_\w+)` \| ([0-9.]+) \|", readme, re.M)
    )
    assert set(rows) == set(measured)
    for name, stated in rows.items():
        assert measured[name] == pytest.approx(float(stated), abs=0.03), name
