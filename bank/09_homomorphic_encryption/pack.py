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


# %% right="powers and a product, in Python's integers"
def pack(values, slot_bits):
    weights = [2 ** (slot_bits * i) for i in range(len(values))]
    if values and max(map(abs, values)) * 2 >= 2**slot_bits:
        raise ValueError("a value does not fit its slot")
    return int(np.dot(np.array(values, object), np.array(weights, object)))


# %% wrong="slots of 16 bits" says="slot_bits is an argument"
def pack(values, slot_bits):
    if any(abs(v) >= 2**15 for v in values):
        raise ValueError("does not fit")
    return sum(v << 16 * i for i, v in enumerate(values))


# %% wrong="a product for a power" says="is the power 2**(16 i)"
def pack(values, slot_bits):
    half = 2 ** (slot_bits - 1)
    if any(abs(v) >= half for v in values):
        raise ValueError("does not fit")
    return sum(v * 2**slot_bits * i for i, v in enumerate(values))


# %% wrong="counts slots from 1" says="slot 0 begins at bit 0"
def pack(values, slot_bits):
    half = 2 ** (slot_bits - 1)
    if any(abs(v) >= half for v in values):
        raise ValueError("does not fit")
    return sum(v << slot_bits * i for i, v in enumerate(values, 1))


# %% wrong="added up" says="without moving each to its slot"
def pack(values, slot_bits):
    if any(abs(v) >= 2 ** (slot_bits - 1) for v in values):
        raise ValueError("does not fit")
    return sum(values)


# %% wrong="no negative values" says="negative ones fit a slot too"
def pack(values, slot_bits):
    if not all(0 <= v < 2 ** (slot_bits - 1) for v in values):
        raise ValueError("does not fit")
    return sum(v << slot_bits * i for i, v in enumerate(values))


# %% wrong="the bound above only" says="spills into its neighbour in silence"
def pack(values, slot_bits):
    if any(v >= 2 ** (slot_bits - 1) for v in values):
        raise ValueError("does not fit")
    return sum(v << slot_bits * i for i, v in enumerate(values))


# %% wrong="as if there was no sign bit" says="does not fit a slot"
def pack(values, slot_bits):
    if any(abs(v) >= 2**slot_bits for v in values):
        raise ValueError("does not fit")
    return sum(v << slot_bits * i for i, v in enumerate(values))


# %% wrong="the bound one too small" says="they fit a slot of 16 bits"
def pack(values, slot_bits):
    if any(abs(v) >= 2 ** (slot_bits - 1) - 1 for v in values):
        raise ValueError("does not fit")
    return sum(v << slot_bits * i for i, v in enumerate(values))


# %% wrong="empties the list" says="changes values, its argument"
def pack(values, slot_bits):
    total = 0
    while values:
        v = values.pop()
        if abs(v) >= 2 ** (slot_bits - 1):
            raise ValueError("does not fit")
        total = (total << slot_bits) + v
    return total


# %% wrong="in floating point" says="the packed number must be an int"
def pack(values, slot_bits):
    if any(abs(v) >= 2 ** (slot_bits - 1) for v in values):
        raise ValueError("does not fit")
    return sum(v * 2.0 ** (slot_bits * i) for i, v in enumerate(values))


# %% wrong="joined by or" says="negative values do not come back"
def pack(values, slot_bits):
    total = 0
    for i, v in enumerate(values):
        if abs(v) >= 2 ** (slot_bits - 1):
            raise ValueError("does not fit")
        total |= v << slot_bits * i
    return total


# %% wrong="a bound of 16 bits" says="does not fit a slot"
def pack(values, slot_bits):
    if not all(-(2**15) < v < 2**15 for v in values):
        raise ValueError("too large")
    return sum(v * 2 ** (slot_bits * i) for i, v in enumerate(values))


# %% wrong="powers of a float" says="floats"
def pack(values, slot_bits):
    half = 2 ** (slot_bits - 1)
    if not all(-half < v < half for v in values):
        raise ValueError("too large")
    return sum(int(v * 2.0 ** (slot_bits * i)) for i, v in enumerate(values))


# %% wrong="forty values at most" says="it must be the sum of"
def pack(values, slot_bits):
    half = 2 ** (slot_bits - 1)
    if not all(-half < v < half for v in values):
        raise ValueError("too large")
    return sum(v << slot_bits * i for i, v in enumerate(values[:40]))


# %% wrong="asserted, not raised" says="ValueError is asked for"
def pack(values, slot_bits):
    half = 2 ** (slot_bits - 1)
    assert all(-half < v < half for v in values)
    return sum(v << slot_bits * i for i, v in enumerate(values))
