# %% right="Horner"
def pack(values, slot_bits):
    total = 0
    for v in reversed(values):
        if abs(v) >= 2 ** (slot_bits - 1):
            raise ValueError("does not fit")
        total = total * 2**slot_bits + v
    return total


# %% right="a loop with a weight"
def pack(values, slot_bits):
    total, weight = 0, 1
    for v in values:
        if not -(2 ** (slot_bits - 1)) < v < 2 ** (slot_bits - 1):
            raise ValueError(f"{v} does not fit")
        total += int(v) * weight
        weight <<= slot_bits
    return total


# %% wrong="no bound" says="spills into its neighbour in silence"
def pack(values, slot_bits):
    return sum(v * 2 ** (slot_bits * i) for i, v in enumerate(values))


# %% wrong="masks the sign" says="masking a negative value"
def pack(values, slot_bits):
    if any(abs(v) >= 2 ** (slot_bits - 1) for v in values):
        raise ValueError("does not fit")
    mask = 2**slot_bits - 1
    return sum((v & mask) << slot_bits * i for i, v in enumerate(values))


# %% wrong="the wrong end" says="value 0 belongs in the lowest bits"
def pack(values, slot_bits):
    if any(abs(v) >= 2 ** (slot_bits - 1) for v in values):
        raise ValueError("does not fit")
    total = 0
    for v in values:
        total = (total << slot_bits) + v
    return total


# %% wrong="one value too many" says="does not fit a slot"
def pack(values, slot_bits):
    if any(abs(v) > 2 ** (slot_bits - 1) for v in values):
        raise ValueError("does not fit")
    return sum(v << slot_bits * i for i, v in enumerate(values))
