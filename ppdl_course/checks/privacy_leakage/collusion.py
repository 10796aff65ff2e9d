"""Check of chapter 3: the others' gradient, by clients who collude.

What is expected comes from a slow obvious loop, never from a solution, and the usual
mistakes are told apart by what they would return.
"""

from collections.abc import Callable

import numpy as np

from ppdl_course.checks.fresh_inputs import drawn_anew
from ppdl_course.checks.verdict import require_array, require_close, require_kept

SEED = 20180130


@drawn_anew
def check_others_gradient(
    others_gradient: Callable[..., object],
    *,
    clients: int = 5,
    colluding: int = 2,
    rate: float = 0.25,
    parameters: int = 7,
    scale: float = 1.0,
    seed: int = SEED,
) -> None:
    """Check what two models and some clients' own gradients say about the others."""
    rng = np.random.default_rng(seed)
    gradients = scale * rng.normal(size=(clients, parameters))
    before = rng.normal(size=parameters)
    after = before - rate * gradients.mean(axis=0)
    own = gradients[:colluding]
    arguments = before.copy(), after.copy(), own.copy()
    result = others_gradient(arguments[0], arguments[1], rate, clients, arguments[2])
    what = "the others' mean gradient"
    got = require_array(result, shape=(parameters,), what=what)
    for name, kept, now in zip(
        ("before", "after", "own"), (before, after, own), arguments, strict=True
    ):
        require_kept(kept, now, name)
    require_close(
        got,
        gradients[colluding:].mean(axis=0),
        what=what,
        mistakes=_gradient_mistakes(before, after, rate, clients, own),
    )


def _gradient_mistakes(
    before: np.ndarray, after: np.ndarray, rate: float, clients: int, own: np.ndarray
) -> list[tuple[str, np.ndarray]]:
    """Return what each usual mistake makes of these models."""
    mean, sent = (before - after) / rate, own.sum(axis=0)
    total, k = clients * mean, len(own)
    rest = clients - k
    sign = "the sign is turned: a step goes against the gradient."
    step = "divide the step by the rate to have the gradient."
    left = "divide by how many clients are left, clients - k."
    return [
        ("that is still the mean of all: take off what the colluding clients sent.",
         mean),
        ("that is the sum over the others: divide by how many they are.", total - sent),
        ("divide by the number of the others, not of all clients.",
         (total - sent) / clients),
        (sign, (-total - sent) / rest),
        (sign, -(total - sent) / rest),
        ("the step holds the MEAN over all clients: multiply by their number before "
         "you take anything off.", (mean - sent) / rest),
        (step, (rate * total - sent) / rest),
        (step, (rate * rate * total - sent) / rest),
        ("take off the sum of the colluding clients' gradients, not their mean.",
         (total - own.mean(axis=0)) / rest),
        ("a mean of all minus a mean of some is not a mean of the rest: go by sums.",
         mean - own.mean(axis=0)),
        ("own holds a row for each colluding client: take off all of them.",
         (total - own[0]) / rest),
        ("sum own over its rows only: the result has an entry for each parameter.",
         (total - own.sum()) / rest),
        ("own holds gradients already: do not multiply them by the rate.",
         (total - rate * sent) / rest),
        ("take off what they sent: yours adds it.", (total + sent) / rest),
        (left, (total - sent) / k),
        (left, (total - sent) / max(clients - 1, 1)),
        ("own has a row for each client, a column for each parameter.",
         (total - sent) / ((clients - own.shape[1]) or 1)),
        ("the step is the difference of before and after.",
         (clients * after / rate - sent) / rest),
        ("use the rate that is given.", (total * rate / 0.25 - sent) / rest),
        ("the sum over all is what the rate divides, not what the clients sent.",
         (rate * total - sent) / rate / rest),
        ("own holds gradients already: do not divide them by the rate.",
         (total - sent / rate) / rest),
        (left, (total - sent) / (rest + 1)),
        ("multiply the mean by the number of all clients, not of those left.",
         (rest * mean - sent) / rest),
        ("take off the sum of what they sent, each gradient as it is: no median.",
         (total - k * np.median(own, axis=0)) / rest),
        ("own holds a row for each colluding client: take off all of them.",
         (total - own[-1]) / rest),
        ("what they sent is a part of the sum: take it off before you divide.",
         total / rest - sent),
        ("what they sent is a part of the sum: take it off before you divide.",
         total - sent / rest),
        ("the step is the difference of before and after, not their sum.",
         (clients * (2 * before - rate * mean) / rate - sent) / rest),
        ("take off what the colluding clients sent: yours only divides by fewer.",
         total / rest),
        ("that is what the colluding clients sent themselves.", sent / k),
        ("the sign of the mean gradient counts: keep it.",
         np.abs((total - sent) / rest)),
        ("use the number of clients that is given.",
         (5 * mean - sent) / ((5 - k) or 1)),
        ("own may have any number of rows: take off each once.",
         (total - own[0] - own[-1]) / ((clients - 2) or 1)),
    ]  # fmt: skip
