r"""Attribute inference: a private field of a file, from the model and the rest of it.

The adversary knows everything in a person's file but one field, also its outcome y, and
may query the model. By Bayes, the field's value v has

    P(v | rest, y)  ~  P(v) * p_model(y | rest, v)

where P(v) is how common v is. The best guess is the largest of these; without a model
it is the most common v. If the model learned from the person's file it may know the
person better than the rule, and the guess is better still: that difference, members
against others, is the leak that *this* model adds.

Source: Fredrikson, Lantz, Jha, Lin, Page, Ristenpart, "Privacy in Pharmacogenetics",
USENIX Security 2014 (there called model inversion); Yeom et al., CSF 2018 (advantage).
"""

from collections.abc import Sequence

import numpy as np

from ppdl_course.law.records import LawCases
from ppdl_course.nn import Network, softmax


def field_columns(cases: LawCases, field: str) -> np.ndarray:
    """Return the numbers of the one-hot columns ``"field=..."`` of the design matrix.

    Raises:
        ValueError: If there are none.
    """
    columns = [
        i for i, n in enumerate(cases.feature_names) if n.startswith(f"{field}=")
    ]
    if not columns:
        raise ValueError(f"field must be a one-hot field of the cases, got {field!r}")
    return np.array(columns)


def value_scores(
    network: Network,
    x: np.ndarray,
    y: np.ndarray,
    columns: Sequence[int],
    prior: np.ndarray,
) -> np.ndarray:
    """Return log P(v) + log p(y | rest, v) of each value, shape (n, values).

    Args:
        network: The attacked model.
        x: Files, shape (n, inputs). What stands in ``columns`` is not read.
        y: Their outcomes, shape (n,).
        columns: The one-hot columns of the field, one for each value.
        prior: Share of each value in the population, shape (values,).

    Raises:
        ValueError: If prior and columns differ in number, or a share is not positive.
    """
    prior = np.asarray(prior, dtype=np.float64)
    if prior.shape != (len(columns),) or not (prior > 0).all():
        raise ValueError(f"prior must be {len(columns)} positive shares, got {prior}")
    scores = np.empty((len(x), len(columns)))
    for v, column in enumerate(columns):
        filled = np.array(x)
        filled[:, columns] = 0
        filled[:, column] = 1
        p = softmax(network.forward(filled))[np.arange(len(x)), y]
        scores[:, v] = np.log(prior[v]) + np.log(np.maximum(p, 1e-300))
    return scores


def success(scores: np.ndarray, truth: np.ndarray) -> float:
    """Return the share of files whose best-scored value is the true one."""
    return float((scores.argmax(axis=1) == truth).mean())
