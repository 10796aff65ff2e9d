"""A recursive network: one cell applied at every node of a parse tree.

    p(leaf)         = embedding of its word
    p((left right)) = tanh(W [p(left); p(right)] + b)

The same weights serve every node, as the same weights serve every time step of a
recurrent network: a self-join whose next step is the parent. On a tree that only ever
grows to the left, ``(((0 w1) w2) w3)``, the recursive network *is* a recurrent one; on
other trees it is not, and the same words in another tree give another vector.

Source: Socher, Lin, Ng and Manning, "Parsing Natural Scenes and Natural Language with
Recursive Neural Networks", ICML 2011.
"""

from collections.abc import Callable, Sequence

import numpy as np
import torch
from torch import Tensor, nn

from ppdl_course.arguments import between
from ppdl_course.families.initialise import redraw

Tree = str | tuple["Tree", "Tree"]


class RecursiveNetwork(nn.Module):
    """Embeddings of the words, the cell for the nodes, and a yes-or-no readout.

    Args:
        words: The vocabulary, without repetition.
        width: Width of every node's vector.
        generator: Draws the parameters.
    """

    def __init__(
        self, words: Sequence[str], width: int, generator: torch.Generator
    ) -> None:
        super().__init__()
        if len(set(words)) != len(words):
            raise ValueError(f"words must not repeat, got {list(words)}")
        self.index = {word: i for i, word in enumerate(words)}
        self.embedding = nn.Embedding(len(words), width)
        self.cell = nn.Linear(2 * width, width)
        self.readout = nn.Linear(width, 1)
        redraw(self, generator)

    def encode(self, tree: Tree, known: dict[Tree, Tensor] | None = None) -> Tensor:
        """Return the vector of ``tree``, shape (width,).

        Args:
            tree: A word, or a pair of trees.
            known: Vectors of trees met before; new ones are added. Equal phrases of
                many trees are then computed once.

        Raises:
            ValueError: If a leaf is not in the vocabulary, or a node has not exactly
                two children.
        """
        known = {} if known is None else known
        if tree not in known:
            known[tree] = self._encode(tree, known)
        return known[tree]

    def _encode(self, tree: Tree, known: dict[Tree, Tensor]) -> Tensor:
        if isinstance(tree, str):
            if tree not in self.index:
                raise ValueError(f"tree has a word outside the vocabulary: {tree!r}")
            return self.embedding.weight[self.index[tree]]
        if len(tree) != 2:
            raise ValueError(f"tree must have two children at each node, got {tree!r}")
        children = torch.cat([self.encode(child, known) for child in tree])
        return torch.tanh(self.cell(children))

    def forward(self, trees: Sequence[Tree]) -> Tensor:
        """Return one logit for each tree, shape (len(trees),)."""
        known: dict[Tree, Tensor] = {}
        encoded = torch.stack([self.encode(tree, known) for tree in trees])
        return self.readout(encoded)[:, 0]


def leaves(tree: Tree) -> list[str]:
    """Return the words of ``tree`` from left to right.

    >>> leaves((("not", "guilty"), "today"))
    ['not', 'guilty', 'today']
    """
    if isinstance(tree, str):
        return [tree]
    return [word for child in tree for word in leaves(child)]


CLAIM_WORDS = ("not", "and", "proven", "unproven")


def holds(claim: Tree) -> bool:
    """Return the truth of a claim about facts that are each proven or unproven.

    A claim is a fact, ``("not", claim)`` or ``(claim, ("and", claim))``.

    >>> holds(("not", ("proven", ("and", "unproven"))))
    True
    >>> holds((("not", "proven"), ("and", "unproven")))
    False
    """
    if isinstance(claim, str):
        return claim == "proven"
    left, right = claim
    if left == "not":
        return not holds(right)
    return holds(left) and holds(right[1])


def all_claims(depth: int) -> list[Tree]:
    """Return every claim that nests "not" and "and" at most ``depth`` deep.

    There are 2, 8 and 74 of them for depths 0, 1 and 2.
    """
    between(0, 2, depth=depth)
    claims: list[Tree] = ["proven", "unproven"]
    for _ in range(depth):
        negated = [("not", claim) for claim in claims]
        joined = [(one, ("and", other)) for one in claims for other in claims]
        # once each, in a fixed order: a set's order changes from run to run
        claims = list(dict.fromkeys(claims + negated + joined))
    return claims


def draw_claim(depth: int, rng: np.random.Generator) -> Tree:
    """Return a random claim that nests exactly ``depth`` deep."""
    if depth < 1:
        return str(rng.choice(["proven", "unproven"]))
    deep = draw_claim(depth - 1, rng)
    if rng.random() < 0.5:
        return ("not", deep)
    shallow = draw_claim(int(rng.integers(depth)), rng)
    return (deep, ("and", shallow)) if rng.random() < 0.5 else (shallow, ("and", deep))


def train_recursive(
    network: RecursiveNetwork,
    trees: Sequence[Tree],
    says: Callable[[Tree], bool],
    *,
    updates: int = 80,
) -> list[float]:
    """Train by full-batch Adam so that the logit's sign is ``says(tree)``.

    Returns:
        The cross entropy at each update, in nats.
    """
    target = torch.tensor([float(says(tree)) for tree in trees])
    optimiser = torch.optim.Adam(network.parameters(), lr=0.03)
    losses = []
    for _ in range(updates):
        loss = nn.functional.binary_cross_entropy_with_logits(network(trees), target)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        losses.append(loss.item())
    return losses
