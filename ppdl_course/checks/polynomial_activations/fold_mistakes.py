"""What the usual mistakes with a folded interval return (chapter 10)."""

import numpy as np

from ppdl_course.checks.polynomial_activations.interval_mistakes import Mistakes


def fold_mistakes(W: np.ndarray, b: np.ndarray, low: float, high: float) -> Mistakes:
    """Return what goes wrong with a folded layer, W2 and b2 in one array."""
    half, middle = (high - low) / 2, (high + low) / 2
    largest = max(abs(low), abs(high))

    def both(new_W: np.ndarray, new_b: np.ndarray) -> np.ndarray:
        return np.append(new_W.ravel(), new_b)

    right_W, right_b = W / half, (b - middle) / half
    twice = np.append((W / (2 * half)).ravel(), (b - middle) / (2 * half))
    shifted = np.append((W / half).ravel(), (b - low) / half)
    return [
        (
            "the bias is not folded: b leaves the interval as before.",
            np.append((W / half).ravel(), b),
        ),
        (
            "the middle of the interval must become 0: shift the bias as well.",
            np.append((W / half).ravel(), b / half),
        ),
        ("the interval becomes one of length 1: [-1, 1] has length 2, so divide by "
         "half the width.", twice),
        (
            "the interval becomes [0, 1]: its middle must become 0.",
            np.append((W / (2 * half)).ravel(), (b - low) / (2 * half)),
        ),
        ("the interval becomes [0, 2]: its middle must become 0.", shifted),
        (
            "you multiply where you must divide: a long interval must shrink.",
            np.append((W * half).ravel(), (b - middle) * half),
        ),
        (
            "divided by high: right for symmetric intervals only.",
            np.append((W / high).ravel(), b / high),
        ),
        (
            "the middle must be taken off: you add it.",
            np.append((W / half).ravel(), (b + middle) / half),
        ),
        (
            "take the middle off before you divide: it shrinks, too.",
            np.append((W / half).ravel(), b / half - middle),
        ),
        (
            "W is only scaled: the shift belongs to the bias alone.",
            np.append(((W - middle) / half).ravel(), (b - middle) / half),
        ),
        (
            "the middle is (low + high) / 2, half the length (high - low) / 2: you "
            "take the length for the middle, or take off 1 where low is not 0.",
            np.append((W / half).ravel(), (b - half) / half),
        ),
        (
            "W is left as it was: W @ z must shrink with the interval, too.",
            np.append(W.ravel(), (b - middle) / half),
        ),
        (
            "W and b are divided by different numbers.",
            np.append((W / (2 * half)).ravel(), (b - middle) / half),
        ),
        (
            "turned round: low must become -1, and high 1.",
            np.append((-W / half).ravel(), (middle - b) / half),
        ),
        (
            "what leaves the interval is cut off: where it lies is the input's affair, "
            "the layer stays linear.",
            np.append((W / half).ravel(), np.clip((b - middle) / half, -1, 1)),
        ),
        ("the middle is half of low + high.", both(right_W, (b - 2 * middle) / half)),
        ("b itself is not divided by half the length, only the shift is: both shrink.",
         both(right_W, b - middle / half)),
        ("b is shifted, but not divided: it shrinks with the interval, too.",
         both(right_W, b - middle)),
        ("W is multiplied where it must be divided: a long interval must shrink.",
         both(W * half, right_b)),
        ("b is multiplied where it must be divided: a long interval must shrink.",
         both(right_W, (b - middle) * half)),
        ("this is the way back, from [-1, 1] to the interval: you multiply.",
         both(W * half, b * half + middle)),
        ("divided by high, or the larger end: half the length is (high - low) / 2.",
         both(W / high, (b - middle) / high)),
        ("divided by the larger end: half the length is (high - low) / 2.",
         both(W / largest, (b - middle) / largest)),
        ("divided by the larger end: right for symmetric intervals only.",
         both(W / largest, b / largest)),
        ("the middle and half the length are exchanged.",
         both(W / (middle or 1), (b - half) / (middle or 1))),
        ("high must become 1: high is taken off, and the middle must be.",
         both(right_W, (b - high) / half)),
        ("the root of half the length: divide by half the length itself.",
         both(W / np.sqrt(half), right_b)),
        ("the interval is given: it does not follow from b.",
         both(W / (b.std() or 1), (b - b.mean()) / (b.std() or 1))),
        ("the interval is given: it does not follow from b.",
         both(W / (np.ptp(b) / 2 or 1), (b - (b.max() + b.min()) / 2)
              / (np.ptp(b) / 2 or 1))),
        ("low must become -1: take 1 off, do not add it.",
         both(right_W, (b - low) / half + 1)),
        ("b has the wrong sign: b minus the middle.", both(right_W, -right_b)),
        ("the old b is missing: it is shifted and divided, not replaced.",
         both(right_W, np.full(len(b), -middle / half))),
        ("whole numbers: // cuts off the middle or half the length.",
         both(W / ((high - low) // 2 or 1),
              (b - (high + low) // 2) / ((high - low) // 2 or 1))),
        ("weights are cut off at 1: the layer stays linear.",
         both(np.clip(right_W, -1, 1), right_b)),
    ]  # fmt: skip
