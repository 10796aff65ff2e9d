"""An answer that changes what it was lent gains and loses nothing by it."""

import pytest
import torch

from ppdl_course.checks.network_families import check_attend, check_encode_tree
from ppdl_course.checks.verdict import Mistake


def attend(h, T, C, phi, W, U, v):
    weights = torch.softmax(C * (torch.tanh(W @ h + T @ U.T) @ v), dim=0)
    return weights, C - weights / phi


def encode_tree(tree, vectors, W, b):
    if isinstance(tree, str):
        return vectors[tree].clone()
    left, right = (encode_tree(child, vectors, W, b) for child in tree)
    return torch.tanh(W @ torch.cat([left, right]) + b)


def test_garbage_in_every_lent_argument_changes_no_expectation():
    def attend_and_spoil(h, T, C, phi, W, U, v):
        answer = attend(h, T, C, phi, W, U, v)
        for lent in (h, T, phi, W, U, v):
            lent.fill_(1e3)
        return answer

    def encode_and_spoil(tree, vectors, W, b):
        answer = encode_tree(tree, vectors, W, b)
        for lent in (*vectors.values(), W, b):
            lent.fill_(1e3)
        return answer

    check_attend(attend_and_spoil)
    with pytest.raises(Mistake, match="changes vectors"):
        check_encode_tree(encode_and_spoil)


def test_no_wrong_answer_becomes_right_by_changing_what_it_was_lent():
    def forget_phi(h, T, C, phi, W, U, v):
        weights, _ = attend(h, T, C, phi, W, U, v)
        phi.fill_(1)
        return weights, C - weights

    def forget_bias(tree, vectors, W, b):
        b.zero_()
        return encode_tree(tree, vectors, W, b)

    with pytest.raises(Mistake):
        check_attend(forget_phi)
    with pytest.raises(Mistake):
        check_encode_tree(forget_bias)
