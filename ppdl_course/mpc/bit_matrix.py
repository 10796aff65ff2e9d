"""Transposing packed bits: columns of bits to rows, or words to bit planes."""

import numpy as np


def transpose(bits: np.ndarray) -> np.ndarray:
    """Turn 128 columns of packed bits into rows of 128 bits.

    Blocks of 8 x 8 bits are transposed inside 64-bit words by three swaps (Warren,
    Hacker's Delight, 2nd ed. 2012, section 7-3), then the blocks change places.

    Args:
        bits: uint8 ``(128, n)``, lowest bit first.

    Returns:
        uint64 ``(8 n, 2)``: bit j of row i is bit i of column j.
    """
    columns, width = bits.shape
    words = np.ascontiguousarray(bits.reshape(columns // 8, 8, width).swapaxes(1, 2))
    words = words.view(np.uint64)[..., 0]
    transpose_blocks(words)
    blocks = words.view(np.uint8).reshape(columns // 8, width, 8)
    rows = np.ascontiguousarray(blocks.transpose(1, 2, 0))
    return rows.reshape(8 * width, columns // 8).view(np.uint64)


def transpose_blocks(words: np.ndarray) -> None:
    """Transpose, in place, the 8 x 8 bits of each 64-bit word: byte r is row r."""
    swap = np.empty_like(words)
    # swap 1 x 1, then 2 x 2, then 4 x 4 blocks
    for shift, mask in _SWAPS:
        np.right_shift(words, shift, out=swap)
        swap ^= words
        swap &= mask
        words ^= swap
        swap <<= shift
        words ^= swap


_SWAPS = tuple(
    (np.uint64(shift), np.uint64(mask))
    for shift, mask in (
        (7, 0x00AA00AA00AA00AA),
        (14, 0x0000CCCC0000CCCC),
        (28, 0x00000000F0F0F0F0),
    )
)
