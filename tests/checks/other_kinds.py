"""Answers of another kind than an exercise asks for; no check may pass one."""

import pytest

of_another_kind = pytest.mark.parametrize(
    "answer", [None, "a word", 3.5, [1]], ids=repr
)
