"""Check of chapter 7's delegation: words cut into two XOR shares.

A statistic. Its bounds come from the rate at which a right answer may fail, shared out
over all comparisons that are made (a union bound).
"""

from collections.abc import Callable

import numpy as np
from scipy import stats

from ppdl_course.checks.error_rates import statistical
from ppdl_course.checks.fresh_inputs import drawn_inputs
from ppdl_course.checks.secret_draws import require_drawn, watched
from ppdl_course.checks.verdict import Mistake, require, require_array

FALSE_FAIL = 1e-7
"""At most this often a right answer fails the check."""
WIDTH = 16
PLACES = 6
"""Words of a record: so many masks must be independent."""
COMPARISONS = 2 * PLACES * WIDTH + PLACES * (PLACES - 1) // 2 * WIDTH
"""Bits of both shares, and of the XOR of each two words' masks."""


@statistical(
    power=0.99,
    against=(
        "one mask for all words",
        "numpy's generator",
        "masks of 15 bits",
        "masks of 8 bits",
        "one share is the record",
        "a mask kept from the first call",
        "bytes doubled to words",
        "the second mask follows from the first",
        "AND of two draws",
    ),
)
def check_share_record(
    share_record: Callable[..., object],
    *,
    runs: int = 1200,
    false_fail: float = FALSE_FAIL,
) -> None:
    """Check that two shares give the words back, and that each alone tells nothing.

    Over the runs each bit of each share is 1 in about half of them, and so is each bit
    of the XOR of each two masks: 432 comparisons with the binomial's two-sided interval
    at an equal share of ``false_fail`` (6.3 deviations, 109 of 1,200). A bit that is
    fixed, or that equals another one, is found for certain; one that is 1 in a quarter
    of the runs with power above 0.999. Whatever is drawn from, n words take 16 n bits
    of the operating system.
    """
    with drawn_inputs() as rng:
        _joined(share_record, rng)
        record = rng.integers(-(1 << (WIDTH - 1)), 1 << (WIDTH - 1), size=PLACES)
    found = watched(share_record, [(record.copy(),) for _ in range(runs)])
    shares = np.array([_pair(result, PLACES) for result in found.results])
    together = shares[:, 0] ^ shares[:, 1]
    require(
        bool((together == record % (1 << WIDTH)).all()),
        "in some calls the XOR of the shares is not the record.",
    )
    bits = (shares[..., None] >> np.arange(WIDTH) & 1).astype(bool)
    most = stats.binom.isf(false_fail / COMPARISONS / 2, runs, 0.5)
    for who, name in enumerate(("proxy", "owner")):
        often = bits[:, who].sum(axis=0)
        far = np.maximum(often, runs - often)
        word, bit = np.unravel_index(int(far.argmax()), far.shape)
        if far.max() > most:
            _fixed(shares, who, record)
            times = int(often[word, bit])
            raise Mistake(
                f"bit {bit} of a word in the {name}'s share is 1 in {times} of {runs} "
                "sharings of the same record, half of them would be fair: the share "
                f"tells the {name} something."
            )
    masks = bits[:, 0]
    for i in range(PLACES):
        for j in range(i):
            differ = (masks[:, i] ^ masks[:, j]).sum(axis=0)
            far = int(np.maximum(differ, runs - differ).max())
            require(
                far < runs,
                f"words {j} and {i} have masks that are equal or tied in some bit, "
                "always: whoever XORs the two shares of one party learns how the "
                "words differ. Draw a mask for each word.",
            )
            require(far <= most, f"the masks of words {j} and {i} are not independent.")
    many = watched(share_record, [(np.arange(4000) - 2000,)] * 2)
    missing = WIDTH * 4000 - min(many.bits)
    require(
        not 0.01 < missing < 10,
        "a mask has 65,536 values, from 0 to 65535, and yours never takes one or a few "
        "of them: a share that could not have come from some word tells so.",
    )
    for count in (1, PLACES, 40):
        rows = [(np.arange(count) - 20,)] * 4
        what = "the shares of a word" if count == 1 else f"the shares of {count} words"
        require_drawn(watched(share_record, rows), WIDTH * count, what)


def _fixed(shares: np.ndarray, who: int, record: np.ndarray) -> None:
    """Name a share that is the record, or that has bits which never change."""
    for k, name in enumerate(("proxy", "owner")):
        bare = bool((shares[:, k] == record % (1 << WIDTH)).all())
        require(not bare, f"the {name}'s share is the record itself.")
    used = int(np.bitwise_or.reduce(shares[:, who].ravel()))
    require(
        who == 1 or used >= 1 << (WIDTH - 1),
        f"the proxy's share never has a bit above bit {used.bit_length() - 1}: a word "
        f"has {WIDTH} bits, and the sign is one of them. Draw from 0..65535.",
    )


def _joined(share_record: Callable[..., object], rng: np.random.Generator) -> None:
    """Check the two shares of small records: their kind, range and XOR."""
    drawn = rng.integers(-32768, 32768, size=int(rng.integers(2, 60))).tolist()
    many = [-4096, 4096, 17, -18, *range(-31_000, 31_000, 2_777)]  # one slip fits these
    for words in (many, [0, -32768, 32767], [5], [-1], drawn):
        record = np.array(words)
        lent = record.copy()
        proxy, owner = _pair(share_record(lent), len(words))
        require(
            bool(np.array_equal(lent, record)),
            "your function changes record, its argument: work on a copy",
        )
        right = record % (1 << WIDTH)
        if np.array_equal(proxy ^ owner, right):
            continue
        added = (proxy + owner) % (1 << WIDTH)
        require(
            not np.array_equal(added, right),
            "the shares add up to the record. In the circuit an addition costs 15 AND "
            "gates a word, an XOR none: make XOR shares.",
        )
        require(
            not np.array_equal((proxy - owner) % (1 << WIDTH), right)
            and not np.array_equal((owner - proxy) % (1 << WIDTH), right),
            "the difference of the shares is the record: their XOR must be.",
        )
        k = int(np.argmax(proxy ^ owner != right))
        raise Mistake(
            f"the shares of {words[k]} must give {right[k]} by XOR, got "
            f"{(proxy ^ owner)[k]}."
        )


def _pair(got: object, count: int) -> tuple[np.ndarray, np.ndarray]:
    """Return both shares, int64, or say what is wrong with their kind."""
    require(
        isinstance(got, tuple | list) and len(got) == 2,
        "share_record must return two shares: (for the proxy, for the owner).",
    )
    parts = []
    for share, name in zip(got, ("proxy", "owner"), strict=True):  # type: ignore[call-overload]
        array = require_array(share, shape=(count,), what=f"the {name}'s share")
        require(
            bool(np.array_equal(array, np.rint(array))), "shares are whole numbers."
        )
        low, high = int(array.min()), int(array.max())
        require(
            low >= 0 and high < 1 << WIDTH,
            f"the {name}'s share must be in 0..65535, got {low if low < 0 else high}: "
            "take a word below 0 modulo 2^16 first.",
        )
        parts.append(array.astype(np.int64))
    return parts[0], parts[1]
