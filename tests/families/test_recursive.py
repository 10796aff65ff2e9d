"""A recursive network sees the tree: on a left chain it is a recurrent network."""

import numpy as np
import pytest
import torch
from torch import nn

from ppdl_course.families.initialise import seeded
from ppdl_course.families.recursive import (
    CLAIM_WORDS,
    RecursiveNetwork,
    all_claims,
    draw_claim,
    holds,
    leaves,
    train_recursive,
)

WORDS = ("a", "b", "c", "d")


def test_on_a_tree_that_grows_to_the_left_it_is_torchs_rnn():
    network = RecursiveNetwork(WORDS, 6, seeded(1))
    rnn = nn.RNN(6, 6)
    with torch.no_grad():
        rnn.weight_hh_l0.copy_(network.cell.weight[:, :6])
        rnn.weight_ih_l0.copy_(network.cell.weight[:, 6:])
        rnn.bias_ih_l0.copy_(network.cell.bias)
        rnn.bias_hh_l0.zero_()
    words = network.embedding.weight
    states, _ = rnn(words[1:][:, None], words[0][None, None])
    got = network.encode(((("a", "b"), "c"), "d"))
    torch.testing.assert_close(got, states[-1, 0], atol=1e-6, rtol=0)


def test_the_same_words_in_another_tree_give_another_vector():
    network = RecursiveNetwork(WORDS, 6, seeded(1))
    one, other = (("a", "b"), ("c", "d")), ("a", ("b", ("c", "d")))
    assert leaves(one) == leaves(other) == list(WORDS)
    assert not torch.allclose(network.encode(one), network.encode(other), atol=1e-3)


def test_phrases_known_from_another_tree_change_nothing():
    network = RecursiveNetwork(CLAIM_WORDS, 5, seeded(1))
    trees = all_claims(2)
    alone = torch.cat([network([tree]) for tree in trees])
    torch.testing.assert_close(network(trees), alone)


def test_truth_of_claims_follows_pythons_operators():
    def as_python(claim):
        if isinstance(claim, str):
            return {"proven": "True", "unproven": "False"}[claim]
        left, right = claim
        if left == "not":
            return f"(not {as_python(right)})"
        return f"({as_python(left)} and {as_python(right[1])})"

    rng = np.random.default_rng(2)
    claims = all_claims(2) + [draw_claim(5, rng) for _ in range(200)]
    assert all(holds(claim) is eval(as_python(claim)) for claim in claims)
    assert len(set(all_claims(2))) == 74


def test_learned_on_small_trees_it_understands_deeper_ones():
    rng = np.random.default_rng(4)
    network = RecursiveNetwork(CLAIM_WORDS, 16, seeded(4))
    losses = train_recursive(network, all_claims(2), holds)
    deeper = [draw_claim(5, rng) for _ in range(300)]
    with torch.no_grad():
        right = (network(deeper) > 0).numpy() == [holds(claim) for claim in deeper]
    assert losses[-1] < 0.01 < losses[0]
    assert right.mean() > 0.95


def test_trees_that_do_not_fit_are_refused():
    network = RecursiveNetwork(WORDS, 3, seeded(1))
    with pytest.raises(ValueError, match="vocabulary"):
        network.encode(("a", "x"))
    with pytest.raises(ValueError, match="two children"):
        network.encode(("a", "b", "c"))
    with pytest.raises(ValueError, match="words"):
        RecursiveNetwork(("a", "a"), 3, seeded(1))
    with pytest.raises(ValueError, match="depth"):
        all_claims(3)
