# %% right="count_depth: numpy ceil"
def count_depth(layers):
    return np.sum(
        [
            np.ceil(np.log2(x)) if not isinstance(x, str) else x == "square"
            for x in layers
        ]
    )


# %% right="count_depth: match"
def count_depth(layers):
    total = 0
    for layer in layers:
        match layer:
            case "square":
                total += 1
            case int():
                total += len(bin(layer - 1)) - 2 if layer > 1 else 0
    return total


# %% wrong="count_depth: bit length" says="'linear'] has depth 3"
def count_depth(layers):
    return sum(x.bit_length() if isinstance(x, int) else x == "square" for x in layers)


# %% wrong="count_depth: maximum" says="'linear'] has depth 2"
def count_depth(layers):
    return max(
        [
            math.ceil(math.log2(x)) if not isinstance(x, str) else int(x == "square")
            for x in layers
        ],
        default=0,
    )


# %% wrong="count_depth: square free" says="'linear'] has depth 2"
def count_depth(layers):
    return sum(math.ceil(math.log2(x)) for x in layers if not isinstance(x, str))


# %% wrong="count_depth: the degree" says="a product by weights multiplies no two ciphertexts"
def count_depth(layers):
    return sum(x if isinstance(x, int) else x == "square" for x in layers)


# %% wrong="count_depth: pops" says="a product by weights multiplies no two ciphertexts"
def count_depth(layers):
    n = 0
    while layers:
        x = layers.pop()
        n += 1
    return n


# %% right="quantise: int64 and numpy shift"
def quantise(W, bits):
    top = 2 ** (bits - 1) - 1
    shift = np.floor(np.log2(top / np.abs(W).max())).astype(int)
    return np.round(W * 2.0**shift).astype(np.int64), shift


# %% right="quantise: loop and lists"
def quantise(W, bits):
    top = 2 ** (bits - 1) - 1
    big = max(abs(float(w)) for row in W for w in row)
    shift = -60
    while big * 2.0 ** (shift + 1) <= top:
        shift += 1
    return [[round(float(w) * 2.0**shift) for w in row] for row in W], shift


# %% right="quantise: half up"
def quantise(W, bits):
    top = 2 ** (bits - 1) - 1
    shift = math.floor(math.log2(top / np.abs(W).max()))
    return np.floor(W * 2.0**shift + 0.5), float(shift)


# %% right="quantise: torch"
def quantise(W, bits):
    import torch

    t = torch.from_numpy(W)
    shift = int(torch.floor(torch.log2((2 ** (bits - 1) - 1) / t.abs().max())))
    return torch.round(t * 2.0**shift).to(torch.int32), shift


# %% wrong="quantise: int8" says="a weight is off by 256"
def quantise(W, bits):
    top = 2 ** (bits - 1) - 1
    shift = math.floor(math.log2(top / np.abs(W).max()))
    return np.rint(W * 2.0**shift).astype(np.int8), shift


# %% wrong="quantise: largest entry, signed" says="does not fit 3 bits"
def quantise(W, bits):
    top = 2 ** (bits - 1) - 1
    shift = math.floor(math.log2(top / W.max()))
    return np.rint(W * 2.0**shift), shift


# %% wrong="quantise: a scale that is no power" says="the shift must be an int"
def quantise(W, bits):
    top = 2 ** (bits - 1) - 1
    scale = top / np.abs(W).max()
    return np.rint(W * scale), math.log2(scale)


# %% wrong="quantise: each row its own" says="the shift must be an int"
def quantise(W, bits):
    top = 2 ** (bits - 1) - 1
    shift = np.floor(np.log2(top / np.abs(W).max(axis=1)))
    return np.rint(W * 2.0 ** shift[:, None]), shift


# %% wrong="quantise: returns the scale" says="the largest weight would not fit"
def quantise(W, bits):
    top = 2 ** (bits - 1) - 1
    shift = math.floor(math.log2(top / np.abs(W).max()))
    return np.rint(W * 2.0**shift), 2.0**shift


# %% wrong="quantise: not rounded" says="the weights are not whole numbers"
def quantise(W, bits):
    top = 2 ** (bits - 1) - 1
    shift = math.floor(math.log2(top / np.abs(W).max()))
    return W * 2.0**shift, shift


# %% wrong="quantise: minus shift" says="and each bit lost doubles the rounding error"
def quantise(W, bits):
    top = 2 ** (bits - 1) - 1
    shift = math.floor(math.log2(top / np.abs(W).max()))
    return np.rint(W * 2.0**shift), -shift


# %% wrong="quantise: in place" says="your function changes W"
def quantise(W, bits):
    top = 2 ** (bits - 1) - 1
    shift = math.floor(math.log2(top / np.abs(W).max()))
    W *= 2.0**shift
    return np.rint(W), shift


# %% right="join_remainders: sympy-like, fractions"
def join_remainders(remainders, moduli):
    x, m = 0, 1
    for r, t in zip(remainders, moduli):
        x += m * ((r - x) * pow(m, -1, t) % t)
        m *= t
    return x if 2 * x < m else x - m


# %% wrong="join_remainders: one modulus left as it is" says="the upper half of the range stands for negative numbers"
def join_remainders(remainders, moduli):
    from functools import reduce

    def join(p, q):
        (a, m), (b, n) = p, q
        c = (a + m * ((b - a) * pow(m, -1, n))) % (m * n)
        return (c - m * n if c > m * n // 2 else c), m * n

    return reduce(join, zip(remainders, moduli))[0]


# %% right="join_remainders: balanced all along"
def join_remainders(remainders, moduli):
    from functools import reduce

    def join(p, q):
        (a, m), (b, n) = p, q
        c = (a + m * ((b - a) * pow(m, -1, n))) % (m * n)
        return (c - m * n if c > m * n // 2 else c), m * n

    return reduce(join, zip(remainders, moduli), (0, 1))[0]


# %% wrong="join_remainders: numpy int64" says="Does your result leave these remainders?"
def join_remainders(remainders, moduli):
    P = np.prod(np.array(moduli, dtype=np.int64))
    total = np.int64(0)
    for r, t in zip(remainders, moduli):
        rest = P // t
        total += np.int64(r) * rest * np.int64(pow(int(rest), -1, t))
    total %= P
    return int(total - P if total > P // 2 else total)


# %% wrong="join_remainders: float division" says="Does your result leave these remainders?"
def join_remainders(remainders, moduli):
    P = math.prod(moduli)
    total = 0
    for r, t in zip(remainders, moduli):
        rest = int(P / t)
        total += r * rest * pow(rest, -1, t)
    total %= P
    return total - P if total > P / 2 else total


# %% wrong="join_remainders: search" says="the joined integer must be an int"
def join_remainders(remainders, moduli):
    for size in range(200000):
        for v in (size, -size):
            if all(v % t == r for r, t in zip(remainders, moduli)):
                return v


# %% wrong="join_remainders: always negative" says="but is not the one of smallest size"
def join_remainders(remainders, moduli):
    P = math.prod(moduli)
    total = 0
    for r, t in zip(remainders, moduli):
        rest = P // t
        total += r * rest * pow(rest, -1, t)
    return total % P - P


# %% wrong="join_remainders: boundary of the range" says="look at your comparison with that half"
def join_remainders(remainders, moduli):
    P = math.prod(moduli)
    total = 0
    for r, t in zip(remainders, moduli):
        rest = P // t
        total += r * rest * pow(rest, -1, t)
    total %= P
    return total - P if total >= P // 2 else total


# %% right="encrypt_batch: tuple, float32"
def encrypt_batch(context, images):
    copy = context.copy()
    copy.make_context_public()
    return copy.serialize(), tuple(
        ts.ckks_vector(
            context, [float(np.float32(v)) for v in images[:, j]]
        ).serialize()
        for j in range(images.shape[1])
    )


# %% right="encrypt_batch: encrypted under the public copy"
def encrypt_batch(context, images):
    public = context.serialize(save_secret_key=False)
    own = ts.context_from(public)
    return [
        public,
        [
            ts.ckks_vector(own, list(map(float, c))).serialize()
            for c in np.asarray(images).T
        ],
    ]


# %% wrong="encrypt_batch: the caller's context made public" says="the client's own context lost its secret key"
def encrypt_batch(context, images):
    context.make_context_public()
    return context.serialize(), [
        ts.ckks_vector(context, c.tolist()).serialize() for c in images.T
    ]


# %% wrong="encrypt_batch: secret key among the ciphertexts" says="the server can read every image"
def encrypt_batch(context, images):
    public = context.serialize(save_secret_key=False, save_relin_keys=True)
    features = [ts.ckks_vector(context, c.tolist()).serialize() for c in images.T]
    return public + context.serialize(save_secret_key=True), features


# %% wrong="encrypt_batch: another context" says="ciphertext 0 must hold feature 0 of all images"
def encrypt_batch(context, images):
    own = ts.context(ts.SCHEME_TYPE.CKKS, 8192, coeff_mod_bit_sizes=[40, 30, 30, 40])
    own.global_scale = 2.0**30
    return own.serialize(save_secret_key=False, save_relin_keys=True), [
        ts.ckks_vector(own, c.tolist()).serialize() for c in images.T
    ]


# %% wrong="encrypt_batch: plaintext bytes" says="ciphertext 0 does not load as a CKKS vector"
def encrypt_batch(context, images):
    public = context.serialize(save_secret_key=False, save_relin_keys=True)
    return public, [c.tobytes() for c in images.T]


# %% wrong="encrypt_batch: encrypted once, kept" says="the same images twice give the same bytes"
def encrypt_batch(context, images, kept={}):
    key = images.tobytes()
    if key not in kept:
        public = context.serialize(save_secret_key=False, save_relin_keys=True)
        kept[key] = (
            public,
            [ts.ckks_vector(context, c.tolist()).serialize() for c in images.T],
        )
    return kept[key]


# %% wrong="encrypt_batch: features reversed" says="ciphertext 0 must hold feature 0 of all images"
def encrypt_batch(context, images):
    public = context.serialize(save_secret_key=False, save_relin_keys=True)
    return public, [
        ts.ckks_vector(context, c.tolist()).serialize() for c in images.T[::-1]
    ]


# %% wrong="encrypt_batch: generator" says="the ciphertexts must be a list of bytes"
def encrypt_batch(context, images):
    public = context.serialize(save_secret_key=False, save_relin_keys=True)
    return public, (ts.ckks_vector(context, c.tolist()).serialize() for c in images.T)


# %% right="fold_batch_norm: lists and floats"
def fold_batch_norm(W, b, gamma, beta, mean, var):
    f = [g / math.sqrt(v + EPSILON) for g, v in zip(gamma, var)]
    return [[w * fi for w in row] for row, fi in zip(W, f)], [
        fi * (x - m) + be for fi, x, m, be in zip(f, b, mean, beta)
    ]


# %% right="fold_batch_norm: diag, float32"
def fold_batch_norm(W, b, gamma, beta, mean, var):
    D = np.diag(gamma / np.sqrt(var + EPSILON)).astype(np.float32)
    return D @ W.astype(np.float32), D @ (b - mean).astype(np.float32) + beta


# %% right="fold_batch_norm: torch batch norm"
def fold_batch_norm(W, b, gamma, beta, mean, var):
    import torch

    def run(x):
        z = torch.tensor(x @ W.T + b)
        return torch.nn.functional.batch_norm(
            z,
            torch.tensor(mean),
            torch.tensor(var),
            torch.tensor(gamma),
            torch.tensor(beta),
            eps=EPSILON,
        ).numpy()

    b2 = run(np.zeros((1, W.shape[1])))[0]
    return (run(np.eye(W.shape[1])) - b2).T, b2


# %% wrong="fold_batch_norm: in place" says="your function changes W"
def fold_batch_norm(W, b, gamma, beta, mean, var):
    f = gamma / np.sqrt(var + EPSILON)
    W *= f[:, None]
    b -= mean
    return W, b * f + beta


# %% wrong="fold_batch_norm: mean of the batch added" says="the running mean must be taken off"
def fold_batch_norm(W, b, gamma, beta, mean, var):
    f = gamma / np.sqrt(var + EPSILON)
    return f[:, None] * W, f * (b + mean) + beta


# %% wrong="fold_batch_norm: beta subtracted" says="beta must be added"
def fold_batch_norm(W, b, gamma, beta, mean, var):
    f = gamma / np.sqrt(var + EPSILON)
    return f[:, None] * W, f * (b - mean) - beta


# %% wrong="fold_batch_norm: swapped" says="the folded W must have shape (5"
def fold_batch_norm(W, b, gamma, beta, mean, var):
    f = gamma / np.sqrt(var + EPSILON)
    return f * (b - mean) + beta, f[:, None] * W


# %% wrong="fold_batch_norm: W transposed" says="the folded W must have shape (5"
def fold_batch_norm(W, b, gamma, beta, mean, var):
    f = gamma / np.sqrt(var + EPSILON)
    return (f[:, None] * W).T, f * (b - mean) + beta


# %% right="rotate_and_sum: recursion"
def rotate_and_sum(v, d, rotate):
    if d == 1:
        return v
    w = rotate_and_sum(v, d // 2, rotate)
    return w + rotate(w, d // 2)


# %% right="rotate_and_sum: numpy step"
def rotate_and_sum(v, d, rotate):
    for k in range(int(np.log2(d))):
        v = v + rotate(v, np.int64(2) ** k)
    return v


# %% wrong="rotate_and_sum: inplace +=" says="your function changes v"
def rotate_and_sum(v, d, rotate):
    s = 1
    while s < d:
        v += rotate(v, s)
        s *= 2
    return v


# %% wrong="rotate_and_sum: sum of all" says="Add a rotated copy to the sum itself"
def rotate_and_sum(v, d, rotate):
    return sum(rotate(v, s) for s in range(d))


# %% wrong="rotate_and_sum: reads slots" says="your function changes v"
def rotate_and_sum(v, d, rotate):
    v._values = sum(np.roll(v._values, -i) for i in range(d))
    return v


# %% wrong="rotate_and_sum: steps doubled once too few" says="it must hold the sum of slots 0 to 1"
def rotate_and_sum(v, d, rotate):
    s = d // 4
    while s:
        v = v + rotate(v, s)
        s //= 2
    return v


# %% right="blind: sample and randbelow, tuples"
def blind(sums, n):
    order = secrets.SystemRandom().sample(range(len(sums)), len(sums))
    undo = tuple((p, secrets.randbelow(2**31) + 1) for p in order)
    return tuple(pow(sums[p], r, n * n) for p, r in undo), undo


# %% right="blind: lists of lists, os.urandom"
def blind(sums, n):
    import os

    draw = lambda: 1 + int.from_bytes(os.urandom(8), "big") % 2**31
    order = sorted(range(len(sums)), key=lambda _: os.urandom(16))
    undo = [[p, draw()] for p in order]
    return [pow(sums[p], r, n**2) for p, r in undo], undo


# %% wrong="blind: exponent below n" says="an entry to undo does not fit its ciphertext"
def blind(sums, n):
    undo = [(p, 1 + secrets.randbelow(n)) for p in range(len(sums))]
    secrets.SystemRandom().shuffle(undo)
    return [pow(sums[p], r, n * n) for p, r in undo], undo


# %% wrong="blind: multiplies ciphertexts" says="an entry to undo does not fit its ciphertext"
def blind(sums, n):
    undo = [(p, 1 + secrets.randbelow(2**31)) for p in range(len(sums))]
    secrets.SystemRandom().shuffle(undo)
    return [sums[p] * r % (n * n) for p, r in undo], undo


# %% wrong="blind: numpy's shuffle" says="a secret was drawn from a generator made for statistics"
def blind(sums, n):
    undo = [(p, 1 + secrets.randbelow(2**31)) for p in range(len(sums))]
    order = np.random.default_rng().permutation(len(sums))
    undo = [undo[i] for i in order]
    return [pow(sums[p], r, n * n) for p, r in undo], undo


# %% wrong="blind: random.SystemRandom for r, random.shuffle for order" says="a statistics generator can be predicted"
def blind(sums, n):
    import random

    undo = [(p, 1 + secrets.randbelow(2**31)) for p in range(len(sums))]
    random.shuffle(undo)
    return [pow(sums[p], r, n * n) for p, r in undo], undo


# %% wrong="blind: random for r" says="a secret was drawn from a generator made for statistics"
def blind(sums, n):
    import random

    undo = [(p, random.randint(1, 2**31)) for p in range(len(sums))]
    secrets.SystemRandom().shuffle(undo)
    return [pow(sums[p], r, n * n) for p, r in undo], undo


# %% wrong="blind: r may be 0" says="or ReLU keeps the wrong side"
def blind(sums, n):
    undo = [(p, secrets.randbelow(2)) for p in range(len(sums))]
    secrets.SystemRandom().shuffle(undo)
    return [pow(sums[p], r, n * n) for p, r in undo], undo


# %% wrong="blind: rotates the order" says="order"
def blind(sums, n):
    k = secrets.randbelow(len(sums))
    undo = [
        ((p + k) % len(sums), 1 + secrets.randbelow(2**31)) for p in range(len(sums))
    ]
    return [pow(sums[p], r, n * n) for p, r in undo], undo


# %% wrong="blind: a generator seeded by secrets" says="a secret was drawn from a generator made for statistics"
def blind(sums, n):
    import random

    g = random.Random(secrets.randbits(32))
    undo = [(p, g.randint(1, 2**31)) for p in range(len(sums))]
    g.shuffle(undo)
    return [pow(sums[p], r, n * n) for p, r in undo], undo


# %% wrong="blind: swaps neighbours" says="four units come in some orders more often than in others"
def blind(sums, n):
    order = list(range(len(sums)))
    for i in range(0, len(order) - 1, 2):
        if secrets.randbelow(2):
            order[i], order[i + 1] = order[i + 1], order[i]
    undo = [(p, 1 + secrets.randbelow(2**31)) for p in order]
    return [pow(sums[p], r, n * n) for p, r in undo], undo


# %% wrong="count_depth: powers one by one beyond eight" says="[5, 6] has depth 6, got 7"
def count_depth(layers):
    known = {1: 0, 2: 1, 3: 2, 4: 2, 5: 3, 7: 3, 8: 3, 9: 4, "square": 1}
    return sum(
        known.get(x, 3 if isinstance(x, str) else 4)
        for x in layers
        if x in known or isinstance(x, int)
    )


# %% wrong="quantise: the largest must be below the bound" says="is too coarse for max|W| = 0.375 and 3 bits"
def quantise(W, bits):
    top, shift = 2 ** (bits - 1) - 1, 60
    while np.abs(W).max() * 2.0**shift >= top:
        shift -= 1
    return np.rint(W * 2.0**shift), shift


# %% wrong="quantise: fits once rounded" says="the largest weight would not fit"
def quantise(W, bits):
    top, shift = 2 ** (bits - 1) - 1, 60
    while np.rint(np.abs(W).max() * 2.0**shift) > top:
        shift -= 1
    return np.rint(W * 2.0**shift), shift


# %% wrong="quantise: two to the power" says="all that 3 bits with a sign hold"
def quantise(W, bits):
    shift = math.floor(math.log2(2 ** (bits - 1) / np.abs(W).max()))
    return np.rint(W * 2.0**shift), shift


# %% wrong="quantise: few shifts tried" says="is too coarse for"
def quantise(W, bits):
    top = 2 ** (bits - 1) - 1
    for shift in range(12, -12, -1):
        if np.abs(W).max() * 2.0**shift <= top:
            break
    return np.rint(W * 2.0**shift), shift


# %% wrong="quantise: rounds at random" says="round to the nearest"
def quantise(W, bits):
    top = 2 ** (bits - 1) - 1
    shift = math.floor(math.log2(top / np.abs(W).max()))
    scaled = W * 2.0**shift
    return np.floor(scaled + np.random.default_rng().random(W.shape)), shift


# %% right="quantise: frexp"
def quantise(W, bits):
    top = 2 ** (bits - 1) - 1
    part, power = math.frexp(max(abs(W.min()), abs(W.max())))
    shift = bits - 1 - power - (part * 2 ** (bits - 1) > top)
    return np.around(np.ldexp(W, shift)).astype(np.int32), np.int64(shift)


# %% wrong="join_remainders: half as a float" says="It must be exact"
def join_remainders(remainders, moduli):
    P = math.prod(moduli)
    total = 0
    for r, t in zip(remainders, moduli):
        rest = P // t
        total += r * rest * pow(rest, -1, t)
    total %= P
    return total - P if total > P / 2 else total


# %% wrong="join_remainders: a float for the result" says="a float holds 53 bits"
def join_remainders(remainders, moduli):
    P = math.prod(moduli)
    total = 0
    for r, t in zip(remainders, moduli):
        rest = P // t
        total += r * rest * pow(rest, -1, t)
    total %= P
    return float(total - P if 2 * total > P else total)


# %% wrong="join_remainders: two moduli only" says="Does your result leave these remainders?"
def join_remainders(remainders, moduli):
    (a, b), (p, q) = remainders[:2], moduli[:2]
    x = (a + p * ((b - a) * pow(p, -1, q))) % (p * q)
    return x - p * q if x > p * q // 2 else x


# %% right="join_remainders: balanced digits, a generator"
def join_remainders(remainders, moduli):
    P = math.prod(moduli)
    parts = (
        r * (P // t) * pow(P // t, -1, t)
        for r, t in zip(remainders, moduli, strict=True)
    )
    return (sum(parts) + P // 2) % P - P // 2


# %% right="join_remainders: sympy"
def join_remainders(remainders, moduli):
    from sympy.ntheory.modular import crt

    return int(crt(moduli, remainders, symmetric=True)[0])


# %% right="encrypt_batch: padded with zeros to all slots"
def encrypt_batch(context, images):
    rows = np.zeros((images.shape[1], 4096))
    rows[:, : len(images)] = images.T
    public = context.copy()
    public.make_context_public()
    return public.serialize(), [
        ts.ckks_vector(context, row.tolist()).serialize() for row in rows
    ]


# %% wrong="encrypt_batch: secret key behind a ciphertext" says="more than a ciphertext needs"
def encrypt_batch(context, images):
    public = context.serialize(save_secret_key=False, save_relin_keys=True)
    features = [ts.ckks_vector(context, c.tolist()).serialize() for c in images.T]
    key = context.serialize(save_secret_key=True, save_relin_keys=False)
    features[0] += (
        b"\x7a"
        + bytes([len(key) & 127 | 128, len(key) >> 7 & 127 | 128, len(key) >> 14])
        + key
    )
    return public, features


# %% wrong="encrypt_batch: pixels clipped to 0 .. 1" says="ciphertext 0 must hold feature 0 of all images"
def encrypt_batch(context, images):
    public = context.serialize(save_secret_key=False, save_relin_keys=True)
    columns = np.clip(images, 0, 1).T
    return public, [ts.ckks_vector(context, c.tolist()).serialize() for c in columns]


# %% wrong="encrypt_batch: scales the images in place" says="your function changes images"
def encrypt_batch(context, images):
    images /= np.abs(images).max()
    public = context.serialize(save_secret_key=False, save_relin_keys=True)
    return public, [ts.ckks_vector(context, c.tolist()).serialize() for c in images.T]


# %% wrong="encrypt_batch: all pixels in one ciphertext" says="3 features need 3 ciphertexts, got 1"
def encrypt_batch(context, images):
    public = context.serialize(save_secret_key=False, save_relin_keys=True)
    return public, [ts.ckks_vector(context, images.T.ravel().tolist()).serialize()]


# %% wrong="encrypt_batch: coarse values" says="ciphertext 0 must hold feature 0 of all images"
def encrypt_batch(context, images):
    public = context.serialize(save_secret_key=False, save_relin_keys=True)
    columns = np.round(images, 2).T
    return public, [ts.ckks_vector(context, c.tolist()).serialize() for c in columns]


# %% wrong="fold_batch_norm: epsilon added to the root" says="epsilon belongs under the root"
def fold_batch_norm(W, b, gamma, beta, mean, var):
    f = gamma / (np.sqrt(var) + EPSILON)
    return f[:, None] * W, f * (b - mean) + beta


# %% wrong="fold_batch_norm: columns" says="a unit is a row of W"
def fold_batch_norm(W, b, gamma, beta, mean, var):
    f = gamma / np.sqrt(var + EPSILON)
    W2 = W * f if W.shape[0] == W.shape[1] else f[:, None] * W
    return W2, f * (b - mean) + beta


# %% wrong="rotate_and_sum: for 1, 2, 8 and 64 only" says="32 slots"
def rotate_and_sum(v, d, rotate):
    for step in {1: (), 2: (1,), 4: (1, 2), 8: (1, 2, 4)}.get(d, (1, 2, 4, 8, 16, 32)):
        v = v + rotate(v, step)
    return v


# %% right="rotate_and_sum: reduce"
def rotate_and_sum(v, d, rotate):
    from functools import reduce

    return reduce(
        lambda w, k: rotate(w, 1 << k) + w, reversed(range(d.bit_length() - 1)), v
    )


# %% wrong="blind: r kept from call to call" says="the same r for every question"
def blind(sums, n, kept={}):
    undo = [
        (p, kept.setdefault((len(sums), p), 1 + secrets.randbelow(2**31)))
        for p in range(len(sums))
    ]
    secrets.SystemRandom().shuffle(undo)
    return [pow(sums[p], r, n * n) for p, r in undo], undo


# %% wrong="blind: r from the ciphertext" says="the same r for every question"
def blind(sums, n):
    import hashlib

    digest = lambda c: hashlib.sha256(c.to_bytes(512, "big")).digest()[:8]
    undo = [
        (p, 1 + int.from_bytes(digest(c), "big") % 2**31) for p, c in enumerate(sums)
    ]
    secrets.SystemRandom().shuffle(undo)
    return [pow(sums[p], r, n * n) for p, r in undo], undo


# %% wrong="blind: odd r" says="look at its last bits"
def blind(sums, n):
    undo = [(p, 1 + 2 * secrets.randbelow(2**30)) for p in range(len(sums))]
    secrets.SystemRandom().shuffle(undo)
    return [pow(sums[p], r, n * n) for p, r in undo], undo


# %% wrong="blind: multiples of one r" says="hang together"
def blind(sums, n):
    r = 1 + secrets.randbelow(2**31 - 2)
    undo = [(p, r * (2 * p + 1) % (2**31 - 1)) for p in range(len(sums))]
    secrets.SystemRandom().shuffle(undo)
    return [pow(sums[p], r, n * n) for p, r in undo], undo


# %% wrong="blind: r counted up far apart" says="hang together"
def blind(sums, n):
    r = secrets.randbelow(2**31)
    undo = [(p, 1 + (r + 715827883 * p) % 2**31) for p in range(len(sums))]
    secrets.SystemRandom().shuffle(undo)
    return [pow(sums[p], r, n * n) for p, r in undo], undo


# %% wrong="blind: undo by unit, not by answer" says="an entry to undo does not fit"
def blind(sums, n):
    order = secrets.SystemRandom().sample(range(len(sums)), len(sums))
    rs = [1 + secrets.randbelow(2**31) for _ in sums]
    undo = [(order.index(p), rs[p]) for p in range(len(sums))]
    return [pow(sums[p], rs[p], n * n) for p in order], undo


# %% right="blind: randomised again, a dict of places"
def blind(sums, n):
    left, undo, found = dict(enumerate(sums)), [], []
    while left:
        p = secrets.choice(list(left))
        r = secrets.SystemRandom().randint(1, 2**31)
        mask = pow(1 + secrets.randbelow(n - 1), n, n * n)
        found.append(pow(left.pop(p), r, n * n) * mask % (n * n))
        undo.append((p, r))
    return found, undo


# %% right="blind: phe multiplies"
def blind(sums, n):
    from phe import EncryptedNumber, PaillierPublicKey

    key, undo, found = PaillierPublicKey(n), [], []
    for p in sorted(range(len(sums)), key=lambda _: secrets.token_bytes(16)):
        r = 1 + secrets.randbits(31)
        found.append((EncryptedNumber(key, sums[p]) * r).ciphertext(be_secure=False))
        undo.append((p, r))
    return found, undo


# %% wrong="fold_batch_norm: another library's epsilon" says="and here it is 0.001"
def fold_batch_norm(W, b, gamma, beta, mean, var):
    f = gamma / np.sqrt(var + 1e-5)
    return f[:, None] * W, f * (b - mean) + beta


# %% wrong="fold_batch_norm: no epsilon in b" says="in b, too"
def fold_batch_norm(W, b, gamma, beta, mean, var):
    f = gamma / np.sqrt(var + EPSILON)
    return f[:, None] * W, gamma / np.sqrt(var) * (b - mean) + beta


# %% wrong="fold_batch_norm: gamma for W only" says="gamma is missing from the folded b"
def fold_batch_norm(W, b, gamma, beta, mean, var):
    s = np.sqrt(var + EPSILON)
    return (gamma / s)[:, None] * W, (b - mean) / s + beta


# %% wrong="rotate_and_sum: slot by slot" says="nobody sees slots one by one"
def rotate_and_sum(v, d, rotate):
    return [sum(v[i : i + d]) for i in range(len(v))]


# %% wrong="rotate_and_sum: a convolution" says="nobody sees slots one by one"
def rotate_and_sum(v, d, rotate):
    return np.convolve(np.asarray(v), np.ones(d), "same")
