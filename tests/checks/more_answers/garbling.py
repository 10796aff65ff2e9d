# %% right="full_adder: array"
def full_adder(b, x, y, carry):
    d = b.xor(x, y)
    return np.array([b.xor(d, carry), b.select(d, carry, x)])


# %% right="full_adder: generator"
def full_adder(b, x, y, carry):
    d = b.xor(x, y)
    yield b.xor(d, carry)
    yield b.select(d, carry, y)


# %% wrong="garble_and: generator kept outside" says="a secret was drawn from a generator made for"
rng = np.random.default_rng()


def garble_and(left, right, out):
    rows = [
        xor(pad(left[i], right[j]), out[i & j] + bytes(16))
        for i in (0, 1)
        for j in (0, 1)
    ]
    return [rows[k] for k in rng.permutation(4)]


# %% wrong="garble_and: random seeded by the clock" says="a secret was drawn from a generator made for"
def garble_and(left, right, out):
    import random
    import time

    rows = [
        xor(pad(left[i], right[j]), out[i & j] + bytes(16))
        for i in (0, 1)
        for j in (0, 1)
    ]
    random.Random(time.time_ns()).shuffle(rows)
    return rows


# %% wrong="garble_and: random.seed()" says="a secret was drawn from a generator made for"
def garble_and(left, right, out):
    import random

    random.seed()
    rows = [
        xor(pad(left[i], right[j]), out[i & j] + bytes(16))
        for i in (0, 1)
        for j in (0, 1)
    ]
    return random.sample(rows, 4)


# %% wrong="garble_and: zeros in front" says="zero bytes stand behind the label, not before"
def garble_and(left, right, out):
    rows = [
        xor(pad(left[i], right[j]), bytes(16) + out[i & j])
        for i in (0, 1)
        for j in (0, 1)
    ]
    secrets.SystemRandom().shuffle(rows)
    return rows


# %% right="garble_and: generator"
def garble_and(left, right, out):
    order = [(0, 0), (0, 1), (1, 0), (1, 1)]
    secrets.SystemRandom().shuffle(order)
    for i, j in order:
        yield bytearray(xor(pad(left[i], right[j]), out[i and j] + bytes(16)))


# %% wrong="wire_labels: numpy generator" says="a secret was drawn from a generator made for"
def wire_labels(count):
    rng = np.random.default_rng()
    pairs = []
    for _ in range(count):
        zero, one = rng.bytes(16), rng.bytes(16)
        pairs.append((zero, bytes([one[0] & 254 | 1 - (zero[0] & 1)]) + one[1:]))
    return pairs


# %% wrong="wire_labels: made once" says="a second call gives labels of the first one"
_pool = []


def wire_labels(count):
    while len(_pool) < count:
        zero, one = secrets.token_bytes(16), secrets.token_bytes(16)
        _pool.append((zero, bytes([one[0] & 254 | 1 - (zero[0] & 1)]) + one[1:]))
    return _pool[:count]


# %% wrong="wire_labels: sha of clock" says="the same again when the generators made for"
def wire_labels(count):
    import time

    pairs = []
    for k in range(count):
        d = hashlib.sha256(str((time.time_ns(), k)).encode()).digest()
        pairs.append((d[:16], bytes([d[16] & 254 | 1 - (d[0] & 1)]) + d[17:]))
    return pairs


# %% right="wire_labels: generator of lists of bytearrays"
def wire_labels(count):
    for _ in range(count):
        zero, one = (
            bytearray(secrets.token_bytes(16)),
            bytearray(secrets.token_bytes(16)),
        )
        if zero[0] % 2 == one[0] % 2:
            zero[0] ^= 1
        yield [zero, one]


# %% wrong="open_half_gate: b instead of a" says="the label a belongs into the bracket of the"
def open_half_gate(a, b, rows, g, H):
    l = xor(H(a, TWEAKS * g), H(b, TWEAKS * g + 1))
    if a[0] & 1:
        l = xor(l, rows[0])
    if b[0] & 1:
        l = xor(l, rows[1], b)
    return l


# %% wrong="open_half_gate: rows turned" says="the two rows are mixed"
def open_half_gate(a, b, rows, g, H):
    l = xor(H(a, TWEAKS * g), H(b, TWEAKS * g + 1))
    if a[0] & 1:
        l = xor(l, rows[1])
    if b[0] & 1:
        l = xor(l, rows[0], a)
    return l


# %% wrong="odd_one_out: strings" says="odd_one_out must return two"
def odd_one_out(a, b, R, open_gate):
    return str(int(open_gate(a, b) != open_gate(a, xor(b, R)))), str(
        int(open_gate(a, b) != open_gate(xor(a, R), b))
    )


# %% right="odd_one_out: numpy array"
def odd_one_out(a, b, R, open_gate):
    labels = [open_gate(x, y) for x in (a, xor(a, R)) for y in (b, xor(b, R))]
    k = min(range(4), key=lambda q: labels.count(labels[q]))
    return 1 - np.array(divmod(k, 2))


# %% wrong="additive_shares: modulo bias 4 bits" says="). All shares but one must be fresh"
def additive_shares(x, n, Q):
    k = (Q - 1).bit_length()
    shares = [secrets.randbits(k) % Q for _ in range(n - 1)]
    return [*shares, (x - sum(shares)) % Q]


# %% wrong="additive_shares: float" says="was a float, which"
def additive_shares(x, n, Q):
    shares = [int(secrets.SystemRandom().random() * Q) for _ in range(n - 1)]
    return [*shares, (x - sum(shares)) % Q]


# %% right="additive_shares: generator"
def additive_shares(x, n, Q):
    for _ in range(n - 1):
        s = secrets.randbelow(Q)
        x -= s
        yield s
    yield x % Q


# %% wrong="garble_and: one coin" says="garblings. The order tells the evaluator the"
def garble_and(left, right, out):
    rows = [
        xor(pad(left[i], right[j]), out[i & j] + bytes(16))
        for i in (0, 1)
        for j in (0, 1)
    ]
    return rows if secrets.randbelow(2) else rows[::-1]


# %% wrong="garble_and: statistics generator" says="a secret was drawn from a generator made for"
def garble_and(left, right, out):
    import random

    rows = [
        xor(pad(left[i], right[j]), out[i & j] + bytes(16))
        for i in (0, 1)
        for j in (0, 1)
    ]
    random.shuffle(rows)
    return rows


# %% wrong="garble_and: pads swapped" says="call pad with the left label first, then the"
def garble_and(left, right, out):
    rows = [
        xor(pad(right[j], left[i]), out[i & j] + bytes(16))
        for i in (0, 1)
        for j in (0, 1)
    ]
    secrets.SystemRandom().shuffle(rows)
    return rows


# %% wrong="wire_labels: all zero" says="all labels are"
def wire_labels(count):
    return [(bytes(16), bytes(16)) for _ in range(count)]


# %% wrong="wire_labels: statistics generator" says="a secret was drawn from a generator made for"
def wire_labels(count):
    import random

    pairs = []
    for _ in range(count):
        zero, one = random.randbytes(16), random.randbytes(16)
        other = 1 - (zero[0] & 1)
        pairs.append((zero, bytes([one[0] & 254 | other]) + one[1:]))
    return pairs


# %% wrong="wire_labels: only the colour differs" says="their XOR has bits that are nearly always the"
def wire_labels(count):
    labels = [secrets.token_bytes(16) for _ in range(count)]
    return [(zero, bytes([zero[0] ^ 1]) + zero[1:]) for zero in labels]


# %% wrong="additive_shares: negative" says="Its size tells the party that holds it about"
def additive_shares(x, n, Q):
    shares = [secrets.randbelow(Q) for _ in range(n - 1)]
    return [*shares, x - sum(shares)]


# %% wrong="additive_shares: half the range" says="). All shares but one must be fresh"
def additive_shares(x, n, Q):
    shares = [secrets.randbelow(Q // 2) for _ in range(n - 1)]
    return [*shares, (x - sum(shares)) % Q]


# %% wrong="additive_shares: statistics generator" says="a secret was drawn from a generator made for"
def additive_shares(x, n, Q):
    import random

    shares = [random.randrange(Q) for _ in range(n - 1)]
    return [*shares, (x - sum(shares)) % Q]


# %% wrong="additive_shares: even parts" says="do not add up to"
def additive_shares(x, n, Q):
    return [x // n] * n


# %% wrong="full_adder: carry lost" says="the carry that comes in is"
def full_adder(b, x, y, carry):
    return b.xor(b.xor(x, y), carry), b.and_(x, y)


# %% wrong="open_half_gate: a outside the bracket" says="the label a belongs to the second"
def open_half_gate(a, b, rows, g, H):
    label = xor(H(a, TWEAKS * g), H(b, TWEAKS * g + 1), a)
    if a[0] & 1:
        label = xor(label, rows[0])
    if b[0] & 1:
        label = xor(label, rows[1])
    return label


# %% wrong="odd_one_out: output colour" says="answers are wrong. Three of the four"
def odd_one_out(a, b, R, open_gate):
    out = open_gate(a, b)[0] & 1
    return out, out


# %% wrong="full_adder: Python's operators" says="numbers of wires, not bits"
def full_adder(b, x, y, carry):
    return x ^ y ^ carry, x & y
