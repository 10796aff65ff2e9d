"""What the attacks of chapter 3 take, on one core.

memory_ms, leak_ms     median of 20 redraws of the chapter's sliders; above 150,
                       dragging feels slow
extraction_questions   prefixes put to the model until a planted number is found, mean
                       over six numbers of 10^5 candidates each
rank_ms                milliseconds to rank a number among all 10^5 candidates
reconstruct_4_seconds  seconds to rebuild four digits from one gradient
gan_round_ms           milliseconds of one round of the GAN attack, all parties
masked_round_ratio     time of a masked round / an open one, three clients
"""

import statistics
import time

import numpy as np
import torch

from ppdl_course.attacks.gan_attack import run_attack
from ppdl_course.attacks.gradient_leakage import reconstruct
from ppdl_course.attacks.memorisation import (
    candidate_losses,
    next_digit_of,
    shortest_path,
)
from ppdl_course.attacks.who_sees_what import exchange_gradients
from ppdl_course.data import load_digits_split
from ppdl_course.nn import CrossEntropy
from ppdl_course.stored.character_models import canaries, load_character_model
from ppdl_course.stored.gradient_reconstructions import SIZES, digit_network
from ppdl_course.widgets.privacy_leakage import leak_explorer, memory_explorer


def measure() -> dict[str, float]:
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        return _measure()
    finally:
        torch.set_num_threads(threads)


def _measure() -> dict[str, float]:
    digits, model = load_digits_split(), load_character_model("planted")
    often = [c for c in canaries() if c.repetitions == 32]
    network = digit_network(np.random.default_rng(0))
    x, y = digits.X_test[:4], digits.y_test[:4]
    _, gradient = network.loss_and_gradient(x, y, CrossEntropy())
    rng = np.random.default_rng(0)
    found = [shortest_path(next_digit_of(model, c.lead)) for c in often]
    rounds = {
        kind: seconds(
            lambda kind=kind: exchange_gradients(
                network, x[:3], y[:3], x[3], protection=kind, at_home=True
            )
        )
        for kind in ("open", "masked")
    }
    sizes = [SIZES[i % len(SIZES)] for i in range(1, 21)]
    return {
        "memory_ms": statistics.median(
            redraws(memory_explorer(), "epoch", range(1, 21))
        ),
        "leak_ms": statistics.median(redraws(leak_explorer(), "n", sizes)),
        "extraction_questions": statistics.mean(f.questions for f in found),
        "rank_ms": 1000 * seconds(lambda: candidate_losses(model, often[0].lead)),
        "reconstruct_4_seconds": seconds(
            lambda: reconstruct(network, gradient, 4, rng=rng)
        ),
        "gan_round_ms": 10
        * seconds(
            lambda: run_attack(
                digits.X_train,
                digits.y_train,
                victim=(3, 1),
                attacker=(1, 7),
                decoy=10,
                rng=rng,
                rounds=100,
            )
        ),
        "masked_round_ratio": rounds["masked"] / rounds["open"],
    }


def redraws(widget, control: str, values) -> list[float]:
    """Move a control through the values and return each redraw's time in ms."""
    times = []
    for value in values:
        widget.controls[control].value = value
        times.append(widget.redraw_ms)
    return times


def seconds(action) -> float:
    """Return the best time of three runs."""
    times = []
    for _ in range(3):
        start = time.perf_counter()
        action()
        times.append(time.perf_counter() - start)
    return min(times)
