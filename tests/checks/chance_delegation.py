"""Answers to chapter 7's exercise that shares a record, by mistake."""

import secrets

import numpy as np

from ppdl_course.checks import deepsecure

from .chance import Case, Wrong

WORDS = 1 << 16
KEPT = [secrets.randbits(16) for _ in range(64)]


def shared(mask):
    """An answer that takes its masks from ``mask``, a function of the record."""

    def answer(record):
        masks = [int(m) for m in mask(record)]
        return masks, [int(x) % WORDS ^ m for x, m in zip(record, masks, strict=True)]

    return answer


def following(record):
    masks = [secrets.randbits(16)]
    while len(masks) < len(record):
        masks.append((5 * masks[-1] + 1) % WORDS)
    return masks


RECORD = Case(
    deepsecure.check_share_record,
    shared(lambda record: [secrets.randbits(16) for _ in record]),
    {"runs": 200, "false_fail": 0.1},
    {
        "one mask for all words": Wrong(
            shared(lambda record: [secrets.randbits(16)] * len(record)),
            "Draw a mask for each word",
            {"runs": 50},
        ),
        "numpy's generator": Wrong(
            shared(
                lambda record: np.random.default_rng().integers(0, 65536, len(record))
            ),
            "for statistics",
            {"runs": 50},
        ),
        "masks of 15 bits": Wrong(
            shared(lambda record: [secrets.randbits(15) for _ in record]),
            "the sign is one of them",
            {"runs": 100},
        ),
        "masks of 8 bits": Wrong(
            shared(lambda record: secrets.token_bytes(len(record))),
            "never has a bit above bit 7",
            {"runs": 100},
        ),
        "one share is the record": Wrong(
            shared(lambda record: [0] * len(record)), "record itself", {"runs": 50}
        ),
        "a mask kept from the first call": Wrong(
            shared(lambda record: KEPT[: len(record)]),
            "half of them would be fair",
            {"runs": 100},
        ),
        "bytes doubled to words": Wrong(
            shared(lambda record: [257 * v for v in secrets.token_bytes(len(record))]),
            "random bits",
            {"runs": 50},
        ),
        "the second mask follows from the first": Wrong(
            shared(following), "equal or tied", {"runs": 100}
        ),
        "AND of two draws": Wrong(
            shared(
                lambda record: [
                    secrets.randbits(16) & secrets.randbits(16) for _ in record
                ]
            ),
            "half of them would be fair",
            {"runs": 600},
        ),
    },
    seeded=False,
)

CASES = [RECORD]
