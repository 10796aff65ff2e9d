# %% right="lowest slot first"
def open_total(packed, *, count, bits, n):
    if packed > n // 2:
        packed -= n
    out = []
    for _ in range(count):
        v = packed % (1 << bits)
        if v >= 1 << (bits - 1):
            v -= 1 << bits
        out.append(v)
        packed = (packed - v) >> bits
    return out


# %% right="an offset makes all positive"
def open_total(packed, *, count, bits, n):
    half, base = 2 ** (bits - 1), 2**bits
    offset = sum(half * base**i for i in range(count))
    shifted = (packed + offset) % n
    return [(shifted // base**i) % base - half for i in range(count)]


# %% right="recursion"
def open_total(packed, *, count, bits, n):
    whole = packed - n if 2 * packed > n else packed

    def read(rest, left):
        if not left:
            return []
        low = rest & (2**bits - 1)
        low -= (low >> (bits - 1)) << bits
        return [low, *read((rest - low) >> bits, left - 1)]

    return read(whole, count)


# %% right="a borrow carried along"
def open_total(packed, *, count, bits, n):
    signed = packed - n if 2 * packed > n else packed
    borrowed, out = 0, []
    for i in range(count):
        v = ((signed >> (bits * i)) + borrowed) % 2**bits
        borrowed = int(v >= 2 ** (bits - 1)) if v else borrowed
        out.append(v - 2**bits if v >= 2 ** (bits - 1) else v)
    return out


# %% wrong="modulo n forgotten" says="take n off first"
def open_total(packed, *, count, bits, n):
    out = []
    for _ in range(count):
        v = packed % 2**bits
        v = v - 2**bits if v >= 2 ** (bits - 1) else v
        out.append(v)
        packed = (packed - v) >> bits
    return out


# %% wrong="no signs" says="below 0"
def open_total(packed, *, count, bits, n):
    if packed > n // 2:
        packed -= n
    return [(packed >> (bits * i)) % 2**bits for i in range(count)]


# %% wrong="no borrow" says="borrowed"
def open_total(packed, *, count, bits, n):
    if packed > n // 2:
        packed -= n
    out = [(packed >> (bits * i)) % 2**bits for i in range(count)]
    return [v - 2**bits if v >= 2 ** (bits - 1) else v for v in out]


# %% wrong="turned round" says="turned round"
def open_total(packed, *, count, bits, n):
    if packed > n // 2:
        packed -= n
    out = []
    for _ in range(count):
        v = (packed + 2 ** (bits - 1)) % 2**bits - 2 ** (bits - 1)
        out.append(v)
        packed = (packed - v) >> bits
    return out[::-1]


# %% wrong="beyond half" says="itself does not fit"
def open_total(packed, *, count, bits, n):
    if packed > n // 2:
        packed -= n
    out = []
    for _ in range(count):
        v = packed % 2**bits
        v = v - 2**bits if v > 2 ** (bits - 1) else v
        out.append(v)
        packed = (packed - v) >> bits
    return out


# %% wrong="sizes" says="signs were lost"
def open_total(packed, *, count, bits, n):
    if packed > n // 2:
        packed -= n
    out = []
    for _ in range(count):
        v = (packed + 2 ** (bits - 1)) % 2**bits - 2 ** (bits - 1)
        out.append(abs(v))
        packed = (packed - v) >> bits
    return out


# %% wrong="borrow twice" says="given back twice"
def open_total(packed, *, count, bits, n):
    if packed > n // 2:
        packed -= n
    out = []
    for _ in range(count):
        v = (packed + 2 ** (bits - 1)) % 2**bits - 2 ** (bits - 1)
        out.append(v)
        packed = (packed - v) >> bits
    return [v + (i > 0 and out[i - 1] < 0) for i, v in enumerate(out)]


# %% wrong="one slot too many" says="gives"
def open_total(packed, *, count, bits, n):
    if packed > n // 2:
        packed -= n
    out = []
    for _ in range(count + 1):
        v = (packed + 2 ** (bits - 1)) % 2**bits - 2 ** (bits - 1)
        out.append(v)
        packed = (packed - v) >> bits
    return out


# %% wrong="until nothing is left" says="gives"
def open_total(packed, *, count, bits, n):
    if packed > n // 2:
        packed -= n
    out = []
    while packed:
        v = (packed + 2 ** (bits - 1)) % 2**bits - 2 ** (bits - 1)
        out.append(v)
        packed = (packed - v) >> bits
    return out
