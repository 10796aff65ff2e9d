"""Check of chapter 2: the vector of a tree, against an explicit stack."""

from collections.abc import Callable

import numpy as np
import torch
from torch import Tensor

from ppdl_course.checks.fresh_inputs import drawn_anew
from ppdl_course.checks.network_families.tensors import SEED, normals, plain
from ppdl_course.checks.verdict import (
    Mistake,
    lent,
    require,
    require_array,
    require_close,
    require_kept,
)

Tree = str | tuple  # a word, or a pair of trees
Join = Callable[[Tensor, Tensor], Tensor]
Leaf = Callable[[str], Tensor]
CHAIN = (((("a", "b"), "c"), "d"), "(((a b) c) d)")
SHAPES: tuple[tuple[Tree, str], ...] = (
    CHAIN,
    (("a", ("b", ("c", "d"))), "(a (b (c d)))"),
    ((("a", "b"), ("c", "d")), "((a b) (c d))"),
)
WORDS = ["a", "I", "no", "ab", "the", "The", "court", "plaintiff", "孙", "v.", "bb"]


def check_encode_tree(
    encode_tree: Callable[..., object], *, width: int = 3, seed: int = SEED
) -> None:
    """Check a leaf, a pair, and deeper trees against an explicit stack."""
    given = _Given(encode_tree, "abcd", width, seed)
    given.check("a", 'the vector of "a"')
    given.check(("a", "b"), 'the vector of ("a", "b")')
    for tree, name in SHAPES:
        given.check(tree, name)


@drawn_anew
def check_any_tree(encode_tree: Callable[..., object], *, seed: int = SEED) -> None:
    """Check random trees of words of one letter and of many, down to twelve joins.

    The same trees come twice, with other vectors: nothing may be kept from before.
    """
    rng = np.random.default_rng(seed)
    trees: list[Tree] = [*WORDS]
    for joins in (1, 1, 1, 2, 3, 5, 8, 12):
        trees.append(_random_tree(rng, joins))
    deep: Tree = "no"
    for word in WORDS:
        deep = (word, deep) if rng.random() < 0.5 else (deep, word)
    first, second = _random_tree(rng, 1), _random_tree(rng, 2)
    trees.append(((first, second), (second, first)))  # joined the other way, it differs
    before = _Given(encode_tree, "abcd", 3, SEED)
    for k in range(2):
        given = _Given(encode_tree, WORDS, 3, seed + k, before)
        for tree in [*trees, deep]:
            given.check(tree, f"the vector of {tree!r}"[:90])
        before = given


def _random_tree(rng: np.random.Generator, joins: int) -> Tree:
    if not joins:
        return str(rng.choice(WORDS))
    left = int(rng.integers(joins))
    return _random_tree(rng, left), _random_tree(rng, joins - 1 - left)


class _Given:
    """An answer, and the vectors and weights that it is given."""

    def __init__(
        self,
        encode_tree: Callable[..., object],
        words: str | list[str],
        width: int,
        seed: int,
        before: "_Given | None" = None,
    ) -> None:
        draw = normals(seed)
        self.before = before  # what the calls before these were given
        self.encode_tree, self.width = encode_tree, width
        self.vectors = {word: draw(width) for word in words}
        # small enough that a deep tree forgets a rounded leaf
        self.W, self.b = draw(width, 2 * width) / width**0.5, draw(width)

    def check(self, tree: Tree, name: str) -> None:
        """Check the vector of one tree."""
        arguments = lent(self.vectors, self.W, self.b)
        try:
            result = plain(self.encode_tree(tree, *arguments))
        except KeyError as error:
            raise Mistake(
                f"{name}: you look up {error} in vectors, which is no word of it. A "
                "leaf is a word, a str of one letter or of many; a pair is no str."
            ) from error
        got = require_array(result, shape=(self.width,), what=name)
        if isinstance(tree, str):
            name = "the vector of a leaf" if tree == "a" else name
        expected = _by_stack(tree, self.vectors, self.W, self.b)
        mistakes = self._mistakes(tree)
        if self.before is not None and set(_words(tree)) <= set(self.before.vectors):
            told = "that is the vector of an earlier call: keep nothing between calls."
            old = self.before
            kept = _by_stack(tree, old.vectors, old.W, old.b)
            mistakes.insert(0, (told, kept))
        require_close(got, expected, what=name, mistakes=mistakes)
        vectors, W, b = arguments
        require(
            list(vectors) == list(self.vectors)
            and all(vectors[word].equal(self.vectors[word]) for word in vectors),
            "your function changes vectors, its argument: words and vectors stay as "
            "they are",
        )
        require_kept(self.W.numpy(), W.numpy(), "W")
        require_kept(self.b.numpy(), b.numpy(), "b")

    def _mistakes(self, tree: Tree) -> list[tuple[str, np.ndarray]]:
        """Return what each usual mistake makes of this tree."""
        vectors, W, b, n = self.vectors, self.W, self.b, self.width
        tanh, zero = torch.tanh, torch.zeros(n, dtype=torch.float64)
        if isinstance(tree, str):
            leaf = vectors[tree]
            stands = "a leaf is its word's vector as it stands, without "
            return [
                (f"{stands}tanh.", tanh(leaf).numpy()),
                (f"{stands}W and b.", tanh(W[:, :n] @ leaf + b).numpy()),
                (f"{stands}W and b.", tanh(W[:, n:] @ leaf + b).numpy()),
                (f"{stands}W and b.", tanh(W @ torch.cat([leaf, leaf]) + b).numpy()),
                (f"{stands}W and b.", tanh(W @ torch.cat([leaf, zero]) + b).numpy()),
                ("a leaf is its word's vector: look it up.", zero.numpy()),
            ]

        def fold(join: Join, leaf: Leaf = vectors.__getitem__) -> Tensor:
            return _fold(tree, join, leaf)

        def product(left: Tensor, right: Tensor) -> Tensor:
            return W @ torch.cat([left, right])

        def right_join(left: Tensor, right: Tensor) -> Tensor:
            return tanh(product(left, right) + b)

        def root(outer: Join, inner: Join) -> Tensor:
            """Return what one join gives at the root, above another everywhere else."""
            return outer(*(_fold(child, inner, vectors.__getitem__) for child in tree))

        def no_bias(left: Tensor, right: Tensor) -> Tensor:
            return tanh(product(left, right))

        def linear(left: Tensor, right: Tensor) -> Tensor:
            return product(left, right) + b

        half, other = W[:, :n], W[:, n:]
        words = _words(tree)
        left_chain, right_chain = words[0], words[-1]
        for word in words[1:]:
            left_chain = (left_chain, word)
        for word in words[-2::-1]:
            right_chain = (word, right_chain)
        halves = "each child has a half of W of its own."
        through = "a node's vector goes through tanh."
        shallow = [vectors[c] if isinstance(c, str) else zero for c in tree]
        found = [
            ("the children are the wrong way round.",
             fold(lambda left, right: right_join(right, left))),
            (through, fold(linear)),
            (through, root(linear, right_join)),
            ("every node's vector goes through tanh, not only the root's.",
             root(right_join, linear)),
            ("the bias b is missing.", fold(no_bias)),
            ("the bias b is added at every node, not only at the root.",
             root(right_join, no_bias)),
            ("the bias b is added once at a node, not with each child.",
             fold(lambda left, right: tanh(product(left, right) + 2 * b))),
            ("the bias b is added, not subtracted.",
             fold(lambda left, right: tanh(product(left, right) - b))),
            ("b goes into tanh, too.",
             fold(lambda left, right: no_bias(left, right) + b)),
            (halves, fold(lambda left, right: tanh(half @ (left + right) + b))),
            (halves, fold(lambda left, right: tanh(other @ (left + right) + b))),
            ("the children stand one behind the other, not entry by entry in turn.",
             fold(lambda left, right: tanh(
                 W @ torch.stack([left, right], 1).flatten() + b))),
            ("this is the mean of the children: W is not used.",
             fold(lambda left, right: (left + right) / 2)),
            ("this is the sum of the words: W is not used.",
             fold(lambda left, right: left + right)),
            ("the right child is not used.",
             fold(lambda left, right: tanh(half @ left + b))),
            ("the left child is not used.",
             fold(lambda left, right: tanh(other @ right + b))),
            ("this is a sigmoid: the formula has tanh.",
             fold(lambda left, right: torch.sigmoid(linear(left, right)))),
            ("this is a ReLU: the formula has tanh.",
             fold(lambda left, right: torch.relu(linear(left, right)))),
            ("a leaf is its word's vector as it stands, without tanh.",
             fold(right_join, lambda word: tanh(vectors[word]))),
            ("children that are trees count, too: encode them first.",
             right_join(*shallow)),
        ]  # fmt: skip
        chains = [
            ("you read the words in a chain: follow the tree.", left_chain),
            (
                "you read the words in a chain from the right: follow the tree.",
                right_chain,
            ),
        ]
        return [
            *((told, value.numpy()) for told, value in found),
            *((told, _by_stack(shape, vectors, W, b)) for told, shape in chains),
        ]


def _fold(tree: Tree, join: Join, leaf: Leaf) -> Tensor:
    """Return what a join makes of a tree, from the leaves up."""
    if isinstance(tree, str):
        return leaf(tree)
    return join(_fold(tree[0], join, leaf), _fold(tree[1], join, leaf))


def _words(tree: Tree) -> list[str]:
    if isinstance(tree, str):
        return [tree]
    return [*_words(tree[0]), *_words(tree[1])]


def _by_stack(
    tree: Tree, vectors: dict[str, Tensor], W: Tensor, b: Tensor
) -> np.ndarray:
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
