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


# %% wrong="quantise: largest entry, signed" says="a weight of 36 does not fit 6 bits"
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


# %% wrong="quantise: returns the scale" says="at shift 16 the largest weight would not fit"
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


# %% right="join_remainders: balanced all along"
def join_remainders(remainders, moduli):
    from functools import reduce

    def join(p, q):
        (a, m), (b, n) = p, q
        c = (a + m * ((b - a) * pow(m, -1, n))) % (m * n)
        return (c - m * n if c > m * n // 2 else c), m * n

    return reduce(join, zip(remainders, moduli))[0]


# %% wrong="join_remainders: numpy int64" says="Does your result leave these remainders?"
def join_remainders(remainders, moduli):
    P = np.prod(np.array(moduli, dtype=np.int64))
    total = np.int64(0)
    for r, t in zip(remainders, moduli):
        rest = P // t
        total += np.int64(r) * rest * np.int64(pow(int(rest), -1, t))
    total %= P
    return int(total - P if total > P // 2 else total)


# %% wrong="join_remainders: float division" says="-1180591620717411303419 is lost"
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


# %% wrong="join_remainders: boundary of the range" says="but is not the one of smallest size"
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


# %% wrong="blind: rotates the order" says="four units come in some orders more often than in others"
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
