"""An epsilon never travels without the neighbouring relation it holds for."""

import dataclasses
import importlib
import pkgutil

import pytest

from ppdl_course import dp
from ppdl_course.dp.definition import Guarantee, Neighbours, one_relation, relation

SPEND = {"epsilon", "noise_multiplier", "sigma"}
PROMISES = [
    kind
    for found in pkgutil.walk_packages(dp.__path__, f"{dp.__name__}.")
    for kind in vars(importlib.import_module(found.name)).values()
    if dataclasses.is_dataclass(kind)
    and isinstance(kind, type)
    and kind.__module__ == found.name
    and SPEND & {field.name for field in dataclasses.fields(kind)}
    and kind.__name__ != "Finding"  # measured from below on the one pair that was run
]


@pytest.mark.parametrize("kind", PROMISES, ids=lambda kind: kind.__name__)
def test_what_describes_a_promise_or_a_run_carries_its_relation(kind):
    fields = {field.name for field in dataclasses.fields(kind)}
    carried = "neighbours" in fields or isinstance(kind.neighbours, Neighbours)
    assert carried


def test_the_kinds_that_are_looked_at_are_not_none():
    names = {kind.__name__ for kind in PROMISES}
    assert names >= {"Guarantee", "Gaussian", "SubsampledGaussian", "PrivateRun"}


@pytest.mark.parametrize("wrong", ["REPLACE", 1, None])
def test_a_relation_that_is_none_of_ours_is_refused(wrong):
    for call in (
        lambda: relation(wrong),
        lambda: one_relation([Neighbours.REPLACE, wrong]),
        lambda: Guarantee(epsilon=1.0, neighbours=wrong),
    ):
        with pytest.raises(ValueError, match=r"neighbours must be a Neighbours, got"):
            call()


def test_two_relations_are_never_one():
    with pytest.raises(ValueError, match="got ADD_REMOVE and REPLACE"):
        one_relation(Neighbours)
    assert one_relation([Neighbours.REPLACE] * 3) is Neighbours.REPLACE
