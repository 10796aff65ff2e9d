"""Check of chapter 2: the vector of a tree, against an explicit stack."""

from collections.abc import Callable

import numpy as np
import torch
from torch import Tensor

from ppdl_course.checks.network_families.tensors import draw, plain
from ppdl_course.checks.verdict import lent, require_array, require_close


def check_encode_tree(encode_tree: Callable[..., object], *, width: int = 3) -> None:
    """Check a leaf, a pair, and deeper trees against an explicit stack."""
    vectors = {word: draw(width, seed=i) for i, word in enumerate("abcd")}
    W, b = draw(width, 2 * width), draw(width)

    def encoded(tree: object, what: str) -> np.ndarray:
        return require_array(
            plain(encode_tree(tree, *lent(vectors, W, b))), shape=(width,), what=what
        )

    leaf = encoded("a", 'the vector of "a"')
    require_close(
        leaf,
        vectors["a"].numpy(),
        what="the vector of a leaf",
        mistakes=[
            (
                "a leaf is its word's vector as it stands, without tanh.",
                torch.tanh(vectors["a"]).numpy(),
            )
        ],
    )
    pair = torch.cat([vectors["a"], vectors["b"]])
    turned = torch.cat([vectors["b"], vectors["a"]])
    require_close(
        encoded(("a", "b"), 'the vector of ("a", "b")'),
        torch.tanh(W @ pair + b).numpy(),
        what='the vector of ("a", "b")',
        mistakes=[
            (
                "the children are the wrong way round.",
                torch.tanh(W @ turned + b).numpy(),
            ),
            ("a node's vector goes through tanh.", (W @ pair + b).numpy()),
            ("the bias b is missing.", torch.tanh(W @ pair).numpy()),
            ("b goes into tanh, too.", (torch.tanh(W @ pair) + b).numpy()),
            (
                "each child has a half of W of its own.",
                torch.tanh(W[:, :width] @ (vectors["a"] + vectors["b"]) + b).numpy(),
            ),
            (
                "this is the mean of the children: W is not used.",
                ((vectors["a"] + vectors["b"]) / 2).numpy(),
            ),
        ],
    )
    chain = (((("a", "b"), "c"), "d"), "(((a b) c) d)")
    for tree, name in (
        chain,
        (("a", ("b", ("c", "d"))), "(a (b (c d)))"),
        ((("a", "b"), ("c", "d")), "((a b) (c d))"),
    ):
        got = encoded(tree, name)
        left, right = (
            _by_stack(shape, vectors, W, b)
            for shape in (chain[0], ("a", ("b", ("c", "d"))))
        )
        mistakes = [
            ("you read the words in a chain: follow the tree.", left),
            ("you read the words in a chain from the right: follow the tree.", right),
        ]
        require_close(got, _by_stack(tree, vectors, W, b), what=name, mistakes=mistakes)


def _by_stack(tree: object, vectors: dict, W: Tensor, b: Tensor) -> np.ndarray:
    """Encode ``tree`` in postfix order, without recursion."""
    waiting, done = [(tree, False)], []
    while waiting:
        node, children_done = waiting.pop()
        if isinstance(node, str):
            done.append(vectors[node])
        elif children_done:
            right, left = done.pop(), done.pop()
            done.append(torch.tanh(W @ torch.cat([left, right]) + b))
        else:
            waiting += [(node, True), (node[1], False), (node[0], False)]
    return done[0].numpy()
