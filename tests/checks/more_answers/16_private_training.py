# %% right="clip_each: lists"
def clip_each(gradients, max_grad_norm):
    out = []
    for g in gradients:
        n = math.sqrt(sum(float(v) ** 2 for v in g)) if True else 0
        f = min(1.0, max_grad_norm / n) if n else 1.0
        out.append([float(v) * f for v in g])
    return out


# %% right="clip_each: torch renorm"
def clip_each(gradients, max_grad_norm):
    import torch

    return torch.renorm(torch.from_numpy(gradients), 2, 0, float(max_grad_norm))


# %% right="clip_each: float32"
def clip_each(gradients, max_grad_norm):
    g = gradients.astype(np.float32)
    n = np.sqrt((g * g).sum(1, keepdims=True)) + np.float32(1e-12)
    return g * np.minimum(1, max_grad_norm / n)


# %% right="clip_each: Opacus's epsilon"
def clip_each(gradients, max_grad_norm):
    n = np.linalg.norm(gradients, axis=1)
    return gradients * np.clip(max_grad_norm / (n + 1e-6), None, 1.0)[:, None]


# %% wrong="clip_each: ragged" says="C) must be an array of numbers"
def clip_each(gradients, max_grad_norm):
    return [g[g != 0] for g in gradients]


# %% wrong="clip_each: text" says="C) must be an array of numbers"
def clip_each(gradients, max_grad_norm):
    return "clipped"


# %% wrong="clip_each: L1" says="the norm is the root of the sum of squares"
def clip_each(gradients, max_grad_norm):
    n = np.abs(gradients).sum(1, keepdims=True)
    return gradients / np.maximum(1, n / max_grad_norm)


# %% wrong="clip_each: columns" says="columns were clipped"
def clip_each(gradients, max_grad_norm):
    n = np.linalg.norm(gradients, axis=0, keepdims=True)
    return gradients / np.maximum(1, n / max_grad_norm)


# %% wrong="clip_each: largest entry" says="the norm is the root of the sum of squares"
def clip_each(gradients, max_grad_norm):
    n = np.abs(gradients).max(1, keepdims=True)
    return gradients / np.maximum(1, n / max_grad_norm)


# %% wrong="clip_each: drops long rows" says="C) must have shape (6"
def clip_each(gradients, max_grad_norm):
    return gradients[np.linalg.norm(gradients, axis=1) <= max_grad_norm]


# %% wrong="clip_each: zeroes long rows" says="long rows were set to 0"
def clip_each(gradients, max_grad_norm):
    return np.where(
        np.linalg.norm(gradients, axis=1, keepdims=True) <= max_grad_norm, gradients, 0
    )


# %% wrong="clip_each: in place" says="your function changes gradients"
def clip_each(gradients, max_grad_norm):
    gradients /= np.maximum(
        1, np.linalg.norm(gradients, axis=1, keepdims=True) / max_grad_norm
    )
    return gradients


# %% wrong="clip_each: squared norm" says="a row is scaled by C over its norm"
def clip_each(gradients, max_grad_norm):
    return gradients / np.maximum(
        1, (gradients**2).sum(1, keepdims=True) / max_grad_norm**2
    )


# %% wrong="clip_each: smoothly" says="rows up to C stay as they are"
def clip_each(gradients, max_grad_norm):
    n = np.linalg.norm(gradients, axis=1, keepdims=True)
    return gradients * max_grad_norm / (n + max_grad_norm)


# %% right="ghost_norms: einsum gram, list"
def ghost_norms(nodes, deltas):
    n = len(nodes[0])
    return [
        math.sqrt(
            sum(
                float(np.dot(a[i], a[i])) * float(np.dot(d[i], d[i]))
                for a, d in zip(nodes, deltas)
            )
        )
        for i in range(n)
    ]


# %% right="ghost_norms: float32 torch"
def ghost_norms(nodes, deltas):
    import torch

    s = 0
    for a, d in zip(nodes, deltas):
        s = s + (torch.tensor(a).float() ** 2).sum(1) * (
            torch.tensor(d).float() ** 2
        ).sum(1)
    return torch.sqrt(s)


# %% wrong="ghost_norms: added before multiplying" says="then add the layers' squares"
def ghost_norms(nodes, deltas):
    return np.sqrt(
        sum((a**2).sum(1) for a in nodes) * sum((d**2).sum(1) for d in deltas)
    )


# %% wrong="ghost_norms: column vector" says="deltas) must have shape (5"
def ghost_norms(nodes, deltas):
    return np.sqrt(sum((a**2).sum(1) * (d**2).sum(1) for a, d in zip(nodes, deltas)))[
        :, None
    ]


# %% wrong="ghost_norms: sum instead of outer" says="the squares of a and delta are multiplied"
def ghost_norms(nodes, deltas):
    return np.sqrt(sum((a**2).sum(1) + (d**2).sum(1) for a, d in zip(nodes, deltas)))


# %% wrong="ghost_norms: product of layers" says="layers' squares are added"
def ghost_norms(nodes, deltas):
    return np.prod(
        [
            np.linalg.norm(a, axis=1) * np.linalg.norm(d, axis=1)
            for a, d in zip(nodes, deltas)
        ],
        axis=0,
    )


# %% wrong="ghost_norms: pops lists" says="your function changes nodes"
def ghost_norms(nodes, deltas):
    s = 0
    while nodes:
        s = s + (nodes.pop() ** 2).sum(1) * (deltas.pop() ** 2).sum(1)
    return np.sqrt(s)


# %% right="poisson_batch: binomial per record, int32"
def poisson_batch(n, sample_rate, rng):
    return np.where(rng.binomial(1, sample_rate, n))[0].astype(np.int32)


# %% right="poisson_batch: python random seeded from rng"
def poisson_batch(n, sample_rate, rng):
    import random

    r = random.Random(int(rng.integers(2**62)))
    return np.array([i for i in range(n) if r.random() < sample_rate], dtype=int)


# %% right="poisson_batch: torch"
def poisson_batch(n, sample_rate, rng):
    import torch

    return torch.from_numpy(np.flatnonzero(rng.uniform(size=n) < sample_rate))


# %% right="poisson_batch: shuffled order"
def poisson_batch(n, sample_rate, rng):
    rows = np.flatnonzero(rng.random(n) < sample_rate)
    rng.shuffle(rows)
    return rows


# %% wrong="poisson_batch: np.random" says="so that a run can be repeated and checked"
def poisson_batch(n, sample_rate, rng):
    return np.flatnonzero(np.random.random(n) < sample_rate)


# %% wrong="poisson_batch: rows from 1" says="poisson_batch must return rows in 0"
def poisson_batch(n, sample_rate, rng):
    return 1 + np.flatnonzero(rng.random(n) < sample_rate)


# %% wrong="poisson_batch: one coin" says="the records are not drawn independently with the given"
def poisson_batch(n, sample_rate, rng):
    return np.arange(n) if rng.random() < sample_rate else np.array([], dtype=int)


# %% wrong="poisson_batch: rate of the others" says="the records are not drawn independently with the given"
def poisson_batch(n, sample_rate, rng):
    return np.flatnonzero(rng.random(n) > sample_rate)


# %% wrong="poisson_batch: poisson size" says="the records are not drawn independently with the given"
def poisson_batch(n, sample_rate, rng):
    return rng.choice(n, size=min(n, rng.poisson(sample_rate * n)), replace=False)


# %% wrong="poisson_batch: floats" says="poisson_batch must return a vector of integers"
def poisson_batch(n, sample_rate, rng):
    return np.flatnonzero(rng.random(n) < sample_rate).astype(float)


# %% wrong="poisson_batch: uniform size" says="the records are not drawn independently with the given"
def poisson_batch(n, sample_rate, rng):
    return rng.choice(n, size=rng.integers(0, n + 1), replace=False)


# %% wrong="poisson_batch: rounded coins" says="the records are not drawn independently with the given"
def poisson_batch(n, sample_rate, rng):
    return np.flatnonzero(rng.integers(0, 4, n) < round(4 * sample_rate))


# %% wrong="poisson_batch: default rng, fresh" says="so that a run can be repeated and checked"
def poisson_batch(n, sample_rate, rng):
    return np.flatnonzero(np.random.default_rng().random(n) < sample_rate)


# %% right="private_mean: float32, torch"
def private_mean(
    gradients, *, max_grad_norm, noise_multiplier, expected_batch_size, rng
):
    import torch

    g = torch.from_numpy(gradients)
    n = g.norm(dim=1, keepdim=True)
    s = (g * torch.clamp(max_grad_norm / (n + 1e-12), max=1.0)).sum(0)
    z = (
        torch.from_numpy(rng.standard_normal(g.shape[1]))
        * noise_multiplier
        * max_grad_norm
    )
    return (s + z) / expected_batch_size


# %% right="private_mean: list, entry by entry"
def private_mean(
    gradients, *, max_grad_norm, noise_multiplier, expected_batch_size, rng
):
    total = [0.0] * gradients.shape[1]
    for g in gradients:
        n = float(np.linalg.norm(g))
        f = min(1.0, max_grad_norm / n) if n > 0 else 1.0
        total = [t + f * float(v) for t, v in zip(total, g)]
    return [
        (t + rng.normal(0, noise_multiplier * max_grad_norm)) / expected_batch_size
        for t in total
    ]


# %% wrong="private_mean: noise split over records" says="an empty sample must give noise alone"
def private_mean(
    gradients, *, max_grad_norm, noise_multiplier, expected_batch_size, rng
):
    n = np.linalg.norm(gradients, axis=1, keepdims=True)
    c = gradients / np.maximum(1, n / max_grad_norm)
    c = c + rng.normal(
        0, noise_multiplier * max_grad_norm / max(1, len(c)) ** 0.5, c.shape
    )
    return c.sum(0) / expected_batch_size


# %% wrong="private_mean: uniform noise" says="the noise is not normal of the right deviation"
def private_mean(
    gradients, *, max_grad_norm, noise_multiplier, expected_batch_size, rng
):
    n = np.linalg.norm(gradients, axis=1, keepdims=True)
    c = gradients / np.maximum(1, n / max_grad_norm)
    s = noise_multiplier * max_grad_norm * 3**0.5
    return (c.sum(0) + rng.uniform(-s, s, c.shape[1])) / expected_batch_size


# %% wrong="private_mean: clipped after noise" says="one record can push the others out"
def private_mean(
    gradients, *, max_grad_norm, noise_multiplier, expected_batch_size, rng
):
    s = gradients.sum(0) + rng.normal(
        0, noise_multiplier * max_grad_norm, gradients.shape[1]
    )
    return s / max(1, np.linalg.norm(s) / max_grad_norm) / expected_batch_size


# %% wrong="private_mean: noise twice" says="the noise was drawn twice"
def private_mean(
    gradients, *, max_grad_norm, noise_multiplier, expected_batch_size, rng
):
    n = np.linalg.norm(gradients, axis=1, keepdims=True)
    c = gradients / np.maximum(1, n / max_grad_norm)
    z = lambda: rng.normal(0, noise_multiplier * max_grad_norm, c.shape[1])
    return (c.sum(0) + z() + z()) / expected_batch_size


# %% wrong="private_mean: without noise when empty" says="an empty sample must give noise alone"
def private_mean(
    gradients, *, max_grad_norm, noise_multiplier, expected_batch_size, rng
):
    if len(gradients) == 0:
        return np.zeros(gradients.shape[1])
    n = np.linalg.norm(gradients, axis=1, keepdims=True)
    c = gradients / np.maximum(1, n / max_grad_norm)
    return (
        c.sum(0) + rng.normal(0, noise_multiplier * max_grad_norm, c.shape[1])
    ) / expected_batch_size


# %% wrong="private_mean: the same noise in pairs" says="the noise of some coordinates follows from that of others"
def private_mean(
    gradients, *, max_grad_norm, noise_multiplier, expected_batch_size, rng
):
    n = np.linalg.norm(gradients, axis=1, keepdims=True)
    c = gradients / np.maximum(1, n / max_grad_norm)
    k = c.shape[1]
    z = np.repeat(rng.normal(0, noise_multiplier * max_grad_norm, (k + 1) // 2), 2)[:k]
    return (c.sum(0) + z * np.where(np.arange(k) % 2, -1, 1)) / expected_batch_size


# %% wrong="private_mean: noise from the parameters' own seed" says="Draw from the generator you are given"
def private_mean(
    gradients, *, max_grad_norm, noise_multiplier, expected_batch_size, rng
):
    n = np.linalg.norm(gradients, axis=1, keepdims=True)
    c = gradients / np.maximum(1, n / max_grad_norm)
    own = np.random.default_rng(int(1e6 * abs(gradients).sum()) % 2**32)
    return (
        c.sum(0) + own.normal(0, noise_multiplier * max_grad_norm, c.shape[1])
    ) / expected_batch_size


# %% right="batch_statistic: a quantile near the top"
def batch_statistic(sums):
    return np.partition(sums, -1, axis=1)[:, -1]


# %% right="batch_statistic: logsumexp, list"
def batch_statistic(sums):
    from scipy.special import logsumexp

    return list(logsumexp(sums / 0.49, axis=1))


# %% right="batch_statistic: count above 2.4, plus a bit"
def batch_statistic(sums):
    return (sums > 2.9).sum(axis=1).astype(float)


# %% right="batch_statistic: torch"
def batch_statistic(sums):
    import torch

    return torch.from_numpy(sums).max(dim=1).values


# %% wrong="batch_statistic: argmax" says="Where in the row does the target's batch show most?"
def batch_statistic(sums):
    return sums.argmax(axis=1)


# %% wrong="batch_statistic: deviation" says="Where in the row does the target's batch show most?"
def batch_statistic(sums):
    return sums.std(axis=1)


# %% wrong="batch_statistic: largest by column" says="batch_statistic(sums) must have shape (30000"
def batch_statistic(sums):
    return sums.max(axis=0)


# %% wrong="batch_statistic: in place sorted first" says="your function changes sums"
def batch_statistic(sums):
    sums.sort(axis=1)
    return sums[:, 0]


# %% wrong="batch_statistic: knows the order of the calls" says="Where in the row does the target's batch show most?"
def batch_statistic(sums, calls=[]):
    calls.append(1)
    return np.full(len(sums), float(len(calls) % 2)) + 1e-9 * np.arange(len(sums))


# %% wrong="batch_statistic: nan" says="batch_statistic(sums) holds NaN or infinity"
def batch_statistic(sums):
    return np.where(sums.max(axis=1) > 2, np.nan, 0)


# %% right="share_largest: torch topk"
def share_largest(moved, *, fraction, bound):
    import torch

    t = torch.from_numpy(moved)
    i = torch.topk(t.abs(), max(1, round(fraction * len(t)))).indices
    return i, torch.clamp(t[i], -bound, bound)


# %% right="share_largest: heap, lists of plain numbers"
def share_largest(moved, *, fraction, bound):
    import heapq

    n = max(1, round(fraction * len(moved)))
    i = heapq.nlargest(n, range(len(moved)), key=lambda k: abs(moved[k]))
    return [i, [min(bound, max(-bound, float(moved[k]))) for k in i]]


# %% wrong="share_largest: clips first" says="the largest look alike"
def share_largest(moved, *, fraction, bound):
    c = np.clip(moved, -bound, bound)
    i = np.argsort(-np.abs(c))[: max(1, round(fraction * len(c)))]
    return i, c[i]


# %% wrong="share_largest: smallest" says="take those that moved most"
def share_largest(moved, *, fraction, bound):
    i = np.argsort(np.abs(moved))[: max(1, round(fraction * len(moved)))]
    return i, np.clip(moved[i], -bound, bound)


# %% wrong="share_largest: floor, none" says="0 of 7 coordinates were shared"
def share_largest(moved, *, fraction, bound):
    i = np.argsort(-np.abs(moved))[: int(fraction * len(moved))]
    return i, np.clip(moved[i], -bound, bound)


# %% wrong="share_largest: ceil" says="5 of 40 coordinates were shared"
def share_largest(moved, *, fraction, bound):
    i = np.argsort(-np.abs(moved))[: math.ceil(fraction * len(moved)) + 1]
    return i, np.clip(moved[i], -bound, bound)


# %% wrong="share_largest: values of another order" says="values[i] must belong to indices[i]"
def share_largest(moved, *, fraction, bound):
    i = np.argsort(-np.abs(moved))[: max(1, round(fraction * len(moved)))]
    return np.sort(i), np.clip(moved[i], -bound, bound)


# %% wrong="share_largest: one index many times" says="a coordinate was shared twice"
def share_largest(moved, *, fraction, bound):
    n = max(1, round(fraction * len(moved)))
    i = np.array([np.abs(moved).argmax()] * n)
    return i, np.clip(moved[i], -bound, bound)


# %% wrong="share_largest: swapped" says="the indices must be a vector of integers"
def share_largest(moved, *, fraction, bound):
    i = np.argsort(-np.abs(moved))[: max(1, round(fraction * len(moved)))]
    return np.clip(moved[i], -bound, bound), i


# %% wrong="share_largest: mask" says="the indices must be a vector of integers"
def share_largest(moved, *, fraction, bound):
    i = np.argsort(-np.abs(moved))[: max(1, round(fraction * len(moved)))]
    m = np.zeros(len(moved), bool)
    m[i] = True
    return m, np.clip(moved[m], -bound, bound)


# %% wrong="share_largest: dict" says="share_largest must return two things"
def share_largest(moved, *, fraction, bound):
    i = np.argsort(-np.abs(moved))[: max(1, round(fraction * len(moved)))]
    return {int(k): float(np.clip(moved[k], -bound, bound)) for k in i}


# %% right="spread_relevance: torch, sign"
def spread_relevance(W, a, relevance):
    import torch

    W, a, r = map(torch.tensor, (W, a, relevance))
    z = W[:, 0] + a @ W[:, 1:].T
    z = z + STABILISER * torch.where(z >= 0, 1.0, -1.0)
    return torch.einsum("ni,ki,nk->ni", a, W[:, 1:], r / z)


# %% wrong="spread_relevance: always plus" says="the stabiliser takes the sign of z"
def spread_relevance(W, a, relevance):
    z = W[:, 0] + a @ W[:, 1:].T + STABILISER
    return a * ((relevance / z) @ W[:, 1:])


# %% wrong="spread_relevance: without bias in z" says="z must hold the bias"
def spread_relevance(W, a, relevance):
    z = a @ W[:, 1:].T
    z = z + np.where(z >= 0, STABILISER, -STABILISER)
    return a * ((relevance / z) @ W[:, 1:])


# %% wrong="spread_relevance: np.sign" says="what pulls z down gets relevance of the other sign"
def spread_relevance(W, a, relevance):
    z = W[:, 0] + a @ W[:, 1:].T
    return a * ((relevance / (z + STABILISER * np.sign(z))) @ np.abs(W[:, 1:]))


# %% wrong="spread_relevance: no stabiliser" says="z was not moved away from 0"
def spread_relevance(W, a, relevance):
    z = W[:, 0] + a @ W[:, 1:].T
    return a * ((relevance / z) @ W[:, 1:])


# %% wrong="spread_relevance: transposed relevance sum" says="relevance) must have shape (5"
def spread_relevance(W, a, relevance):
    z = W[:, 0] + a @ W[:, 1:].T
    z = z + np.where(z >= 0, STABILISER, -STABILISER)
    return (a * ((relevance / z) @ W[:, 1:])).sum(0)


# %% right="clip_each: in loops, with keyword names and an early return"
def clip_each(gradients, max_grad_norm):
    def clipped(row):
        squares = 0.0
        for value in row:
            squares += value * value
        if squares <= max_grad_norm**2:
            return list(row)
        factor = max_grad_norm / squares**0.5
        return [factor * value for value in row]

    return [clipped(row) for row in gradients.tolist()]


# %% right="clip_each: by a diagonal matrix, boolean rows"
def clip_each(gradients, max_grad_norm):
    result = gradients.copy()
    long = (gradients**2).sum(axis=1) > max_grad_norm**2
    norms = np.linalg.norm(gradients[long], axis=1)
    result[long] = np.diag(max_grad_norm / norms) @ gradients[long]
    return result


# %% right="clip_each: unit vectors times min(norm, C), with a mask for 0"
def clip_each(gradients, max_grad_norm):
    norms = np.hypot.reduce(gradients, axis=1)[:, None]
    unit = np.divide(gradients, norms, out=np.zeros_like(gradients), where=norms > 0)
    return unit * np.minimum(norms, max_grad_norm)


# %% right="clip_each: torch's clip_grad_norm_, row by row"
def clip_each(gradients, max_grad_norm):
    import torch

    rows = []
    for row in gradients:
        p = torch.zeros(len(row), dtype=torch.float64, requires_grad=True)
        p.grad = torch.tensor(row)
        torch.nn.utils.clip_grad_norm_([p], max_grad_norm)
        rows.append(p.grad.numpy())
    return np.stack(rows)


# %% wrong="clip_each: long rows by the longest" says="each by its own norm"
def clip_each(gradients, max_grad_norm):
    norms = np.linalg.norm(gradients, axis=1, keepdims=True)
    return np.where(
        norms > max_grad_norm, gradients * max_grad_norm / norms.max(), gradients
    )


# %% wrong="clip_each: long rows by a number that fits" says="is wrong at"
def clip_each(gradients, max_grad_norm):
    norms = np.linalg.norm(gradients, axis=1, keepdims=True)
    return np.where(norms > max_grad_norm, gradients / 2.5, gradients)


# %% wrong="clip_each: only rows above twice C" says="is wrong at"
def clip_each(gradients, max_grad_norm):
    norms = np.linalg.norm(gradients, axis=1, keepdims=True)
    return np.where(
        norms > 2 * max_grad_norm,
        gradients * max_grad_norm / np.maximum(norms, 1e-9),
        gradients,
    )


# %% wrong="clip_each: always to norm 1" says="nothing was clipped, and C is 0.01"
def clip_each(gradients, max_grad_norm):
    norms = np.linalg.norm(gradients, axis=1, keepdims=True)
    return gradients / np.maximum(1, norms)


# %% wrong="clip_each: sizes without sign" says="the rows lost their signs"
def clip_each(gradients, max_grad_norm):
    norms = np.linalg.norm(gradients, axis=1, keepdims=True)
    return np.abs(gradients / np.maximum(1, norms / max_grad_norm))


# %% right="ghost_norms: recursion over layers, tuples"
def ghost_norms(nodes, deltas):
    def squares(k):
        if k == len(nodes):
            return 0
        here = np.einsum("ni,ni,nj,nj->n", nodes[k], nodes[k], deltas[k], deltas[k])
        return here + squares(k + 1)

    return tuple(np.sqrt(squares(0)))


# %% right="ghost_norms: Frobenius norms, a generator"
def ghost_norms(nodes, deltas):
    def one(i):
        parts = (
            np.linalg.norm(np.outer(d[i], a[i])) ** 2 for a, d in zip(nodes, deltas)
        )
        return np.sqrt(sum(parts)).astype(np.float32)

    return np.array([one(i) for i in range(deltas[-1].shape[0])])


# %% right="ghost_norms: hypot folded over the layers"
def ghost_norms(nodes, deltas):
    import functools

    return functools.reduce(
        np.hypot,
        (
            np.linalg.norm(a, axis=1) * np.linalg.norm(d, axis=1)
            for a, d in zip(nodes, deltas)
        ),
    )


# %% right="ghost_norms: traces of Gram matrices"
def ghost_norms(nodes, deltas):
    return np.sqrt(
        sum(np.diag(a @ a.T) * np.diag(d @ d.T) for a, d in zip(nodes, deltas))
    )


# %% wrong="ghost_norms: squares in place" says="your function changes nodes"
def ghost_norms(nodes, deltas):
    total = 0
    for a, d in zip(nodes, deltas):
        a *= a
        d *= d
        total = total + a.sum(axis=1) * d.sum(axis=1)
    return np.sqrt(total)


# %% wrong="ghost_norms: two layers only" says="only two layers were counted"
def ghost_norms(nodes, deltas):
    return np.sqrt(
        sum(
            (nodes[k] ** 2).sum(1) * (deltas[k] ** 2).sum(1)
            for k in range(min(2, len(nodes)))
        )
    )


# %% wrong="ghost_norms: one-norm of all entries" says="that is a sum of sizes"
def ghost_norms(nodes, deltas):
    return sum(np.abs(a).sum(1) * np.abs(d).sum(1) for a, d in zip(nodes, deltas))


# %% wrong="ghost_norms: deltas alone" says="the nodes were left out"
def ghost_norms(nodes, deltas):
    return np.sqrt(sum((d**2).sum(1) for a, d in zip(nodes, deltas)))


# %% right="poisson_batch: choice of yes or no for each record"
def poisson_batch(n, sample_rate, rng):
    coins = rng.choice([True, False], size=n, p=[sample_rate, 1 - sample_rate])
    return np.arange(n)[coins]


# %% right="poisson_batch: geometric gaps"
def poisson_batch(n, sample_rate, rng):
    rows, at = [], -1
    while True:
        at += int(rng.geometric(sample_rate))
        if at >= n:
            return rows
        rows.append(at)


# %% right="poisson_batch: normal quantiles, uint8"
def poisson_batch(n, sample_rate, rng):
    from scipy import stats

    coins = rng.standard_normal(n) < stats.norm.ppf(sample_rate)
    return coins.nonzero()[0].astype(np.uint8)


# %% right="poisson_batch: a spawned generator, recursion by halves"
def poisson_batch(n, sample_rate, rng):
    def taken(low, high):
        if high - low == 0:
            return []
        if high - low == 1:
            return [low] if rng.uniform() < sample_rate else []
        middle = (low + high) // 2
        return taken(low, middle) + taken(middle, high)

    return np.array(taken(0, n), dtype=np.int64)


# %% wrong="poisson_batch: the same batch, kept" says="seed reused"
def poisson_batch(n, sample_rate, rng, kept={}):
    if n not in kept:
        kept[n] = np.flatnonzero(rng.random(n) < sample_rate)
    return kept[n]


# %% wrong="poisson_batch: antithetic coins" says="two generators in the same state"
def poisson_batch(n, sample_rate, rng, last={}):
    if n in last:
        u = 1 - last.pop(n)
    else:
        u = rng.random(n)
        last[n] = u
    return np.flatnonzero(u < sample_rate)


# %% wrong="poisson_batch: never more than twice the expected" says="not drawn independently"
def poisson_batch(n, sample_rate, rng):
    rows = np.flatnonzero(rng.random(n) < sample_rate)
    return rows[: max(1, round(2 * sample_rate * n))]


# %% wrong="poisson_batch: the last never" says="record 2 never takes part"
def poisson_batch(n, sample_rate, rng):
    return np.flatnonzero(rng.random(n - 1) < sample_rate)


# %% wrong="poisson_batch: three records only" says="needs a coin of its own"
def poisson_batch(n, sample_rate, rng):
    return np.flatnonzero(rng.random(min(n, 3)) < sample_rate)


# %% wrong="poisson_batch: the rows' coins" says="not 0 or 1 for each"
def poisson_batch(n, sample_rate, rng):
    return (rng.random(n) < sample_rate).astype(int)


# %% wrong="poisson_batch: far records share coins" says="needs a coin of its own"
def poisson_batch(n, sample_rate, rng):
    coins = rng.random(min(n, 8)) < sample_rate
    return np.flatnonzero(np.resize(coins, n))


# %% right="private_mean: one matrix product, standard normals scaled"
def private_mean(
    gradients, *, max_grad_norm, noise_multiplier, expected_batch_size, rng
):
    norms = np.sqrt(np.einsum("ij,ij->i", gradients, gradients))
    factors = max_grad_norm / np.maximum(norms, max_grad_norm)
    z = rng.standard_normal(gradients.shape[1]) * noise_multiplier
    return (
        factors / expected_batch_size
    ) @ gradients + z * max_grad_norm / expected_batch_size


# %% right="private_mean: multivariate in blocks, float32"
def private_mean(
    gradients, *, max_grad_norm, noise_multiplier, expected_batch_size, rng
):
    g = gradients.astype(np.float32)
    n = np.linalg.norm(g, axis=1, keepdims=True)
    g = np.where(n > max_grad_norm, g * (max_grad_norm / np.maximum(n, 1e-30)), g)
    z = rng.standard_normal(g.shape[1], dtype=np.float32)
    return (
        np.add.reduce(g) + noise_multiplier * max_grad_norm * z
    ) / expected_batch_size


# %% right="private_mean: two normals of half the variance"
def private_mean(
    gradients, *, max_grad_norm, noise_multiplier, expected_batch_size, rng
):
    total = sum(
        (g / max(1.0, np.linalg.norm(g) / max_grad_norm) for g in gradients),
        np.zeros(gradients.shape[1]),
    )
    for _ in range(2):
        total = total + rng.normal(
            0, noise_multiplier * max_grad_norm / 2**0.5, len(total)
        )
    return total / expected_batch_size


# %% wrong="private_mean: a record that pulls nowhere" says="do not divide by 0"
def private_mean(
    gradients, *, max_grad_norm, noise_multiplier, expected_batch_size, rng
):
    n = np.linalg.norm(gradients, axis=1, keepdims=True)
    c = gradients / n * np.minimum(n, max_grad_norm)
    z = rng.normal(0, noise_multiplier * max_grad_norm, c.shape[1])
    return (c.sum(0) + z) / expected_batch_size


# %% wrong="private_mean: forgets the multiplier" says="forgets the noise multiplier"
def private_mean(
    gradients, *, max_grad_norm, noise_multiplier, expected_batch_size, rng
):
    n = np.linalg.norm(gradients, axis=1, keepdims=True)
    c = gradients / np.maximum(1, n / max_grad_norm)
    z = rng.normal(0, max_grad_norm, c.shape[1]) * (noise_multiplier > 0)
    return (c.sum(0) + z) / expected_batch_size


# %% wrong="private_mean: noise cut off" says="the noise is cut off"
def private_mean(
    gradients, *, max_grad_norm, noise_multiplier, expected_batch_size, rng
):
    n = np.linalg.norm(gradients, axis=1, keepdims=True)
    c = gradients / np.maximum(1, n / max_grad_norm)
    s = noise_multiplier * max_grad_norm
    z = np.clip(rng.normal(0, s, c.shape[1]), -2.5 * s, 2.5 * s)
    return (c.sum(0) + z) / expected_batch_size


# %% wrong="private_mean: half of the noise is kept" says="two generators in the same state"
def private_mean(
    gradients, *, max_grad_norm, noise_multiplier, expected_batch_size, rng, kept={}
):
    n = np.linalg.norm(gradients, axis=1, keepdims=True)
    c = gradients / np.maximum(1, n / max_grad_norm)
    k = c.shape[1]
    if (k, "z") not in kept and noise_multiplier > 0:
        kept[k, "z"] = rng.standard_normal(k)
    old = kept.get((k, "z"), np.zeros(k))
    z = (old + rng.standard_normal(k)) / 2**0.5
    return (c.sum(0) + noise_multiplier * max_grad_norm * z) / expected_batch_size


# %% wrong="private_mean: noise only where something moved" says="some coordinates get no noise"
def private_mean(
    gradients, *, max_grad_norm, noise_multiplier, expected_batch_size, rng
):
    n = np.linalg.norm(gradients, axis=1, keepdims=True)
    c = (gradients / np.maximum(1, n / max_grad_norm)).sum(0)
    z = rng.normal(0, noise_multiplier * max_grad_norm, c.shape) * (
        (c != 0) | (len(gradients) == 0)
    )
    return (c + z) / expected_batch_size


# %% wrong="private_mean: too little noise when empty" says="as much as any other"
def private_mean(
    gradients, *, max_grad_norm, noise_multiplier, expected_batch_size, rng
):
    if len(gradients) == 0:
        return rng.normal(0, 1e-3, gradients.shape[1])
    n = np.linalg.norm(gradients, axis=1, keepdims=True)
    c = gradients / np.maximum(1, n / max_grad_norm)
    z = rng.normal(0, noise_multiplier * max_grad_norm, c.shape[1])
    return (c.sum(0) + z) / expected_batch_size


# %% wrong="private_mean: a copy of the generator" says="seed reused"
def private_mean(
    gradients, *, max_grad_norm, noise_multiplier, expected_batch_size, rng
):
    import copy

    rng = copy.deepcopy(rng)
    n = np.linalg.norm(gradients, axis=1, keepdims=True)
    c = gradients / np.maximum(1, n / max_grad_norm)
    z = rng.normal(0, noise_multiplier * max_grad_norm, c.shape[1])
    return (c.sum(0) + z) / expected_batch_size


# %% wrong="private_mean: rounded to tenths" says="do not round"
def private_mean(
    gradients, *, max_grad_norm, noise_multiplier, expected_batch_size, rng
):
    n = np.linalg.norm(gradients, axis=1, keepdims=True)
    c = gradients / np.maximum(1, n / max_grad_norm)
    z = np.round(rng.normal(0, noise_multiplier * max_grad_norm, c.shape[1]), 1)
    return (c.sum(0) + z) / expected_batch_size


# %% wrong="private_mean: clips entries" says="each entry was clipped"
def private_mean(
    gradients, *, max_grad_norm, noise_multiplier, expected_batch_size, rng
):
    c = np.clip(gradients, -max_grad_norm, max_grad_norm)
    z = rng.normal(0, noise_multiplier * max_grad_norm, c.shape[1])
    return (c.sum(0) + z) / expected_batch_size


# %% wrong="private_mean: stretches short rows" says="stretched to C"
def private_mean(
    gradients, *, max_grad_norm, noise_multiplier, expected_batch_size, rng
):
    n = np.linalg.norm(gradients, axis=1, keepdims=True)
    c = gradients * max_grad_norm / np.maximum(n, 1e-12)
    z = rng.normal(0, noise_multiplier * max_grad_norm, c.shape[1])
    return (c.sum(0) + z) / expected_batch_size


# %% wrong="private_mean: noise of one sign" says="on one side of 0"
def private_mean(
    gradients, *, max_grad_norm, noise_multiplier, expected_batch_size, rng
):
    n = np.linalg.norm(gradients, axis=1, keepdims=True)
    c = gradients / np.maximum(1, n / max_grad_norm)
    z = np.abs(rng.normal(0, noise_multiplier * max_grad_norm, c.shape[1]))
    return (c.sum(0) + z) / expected_batch_size


# %% wrong="private_mean: blocks of noise again and again" says="draw each afresh"
def private_mean(
    gradients, *, max_grad_norm, noise_multiplier, expected_batch_size, rng
):
    n = np.linalg.norm(gradients, axis=1, keepdims=True)
    c = gradients / np.maximum(1, n / max_grad_norm)
    k = c.shape[1]
    z = np.resize(rng.normal(0, noise_multiplier * max_grad_norm, max(1, k // 3)), k)
    return (c.sum(0) + z) / expected_batch_size


# %% right="batch_statistic: the likelihood ratio of the two mixtures"
def batch_statistic(sums):
    there = np.exp((2 * sums - 2) / 0.49).mean(axis=1)
    blank = np.exp((sums - 0.5) / 0.49).mean(axis=1)
    return np.log(there / blank)


# %% right="batch_statistic: sorted, turned round, float32"
def batch_statistic(sums):
    return -np.sort(-sums, axis=1)[:, 0].astype(np.float32)


# %% right="batch_statistic: a generator for each row"
def batch_statistic(sums):
    return np.fromiter((row.max() for row in sums), dtype=float)


# %% right="batch_statistic: the smallest of the negatives"
def batch_statistic(sums):
    return (-sums).min(axis=1)


# %% right="batch_statistic: a high moment"
def batch_statistic(sums):
    return (np.maximum(sums, 0) ** 16).sum(axis=1)


# %% wrong="batch_statistic: the order of the calls" says="nobody is convicted"
def batch_statistic(sums, calls=[]):
    calls.append(1)
    return np.full(len(sums), len(calls) % 2)


# %% wrong="batch_statistic: the column's largest" says="nobody is convicted"
def batch_statistic(sums):
    return np.full(len(sums), sums.max())


# %% wrong="batch_statistic: the second largest" says="show most?"
def batch_statistic(sums):
    return np.sort(sums, axis=1)[:, -2]


# %% wrong="batch_statistic: sorts what it was given" says="your function changes sums"
def batch_statistic(sums):
    sums.sort(axis=1)
    return sums[:, -1]


# %% right="share_largest: pairs sorted, a generator"
def share_largest(moved, *, fraction, bound):
    count = max(1, round(len(moved) * fraction))
    pairs = sorted(enumerate(moved.tolist()), key=lambda pair: -abs(pair[1]))[:count]
    indices, values = zip(*pairs)
    return indices, tuple(max(-bound, min(bound, v)) for v in values)


# %% right="share_largest: squares, one at a time"
def share_largest(moved, *, fraction, bound):
    left, chosen = moved**2, []
    while len(chosen) < max(1, round(fraction * moved.size)):
        k = int(np.argmax(left))
        left[k] = -1
        chosen.append(k)
    return np.array(chosen, dtype=np.uint16), np.sign(moved[chosen]) * np.minimum(
        np.abs(moved[chosen]), bound
    )


# %% right="share_largest: a threshold, float32"
def share_largest(moved, *, fraction, bound):
    count = max(1, round(fraction * len(moved)))
    least = np.sort(np.abs(moved))[-count]
    indices = np.where(np.abs(moved) >= least)[0]
    return [indices, moved[indices].clip(-bound, bound).astype(np.float32)]


# %% wrong="share_largest: rounds down" says="2 of 26 coordinates were shared"
def share_largest(moved, *, fraction, bound):
    i = np.argsort(-np.abs(moved))[: max(1, int(fraction * len(moved)))]
    return i, np.clip(moved[i], -bound, bound)


# %% wrong="share_largest: rounds up" says="3 of 24 coordinates were shared"
def share_largest(moved, *, fraction, bound):
    i = np.argsort(-np.abs(moved))[: max(1, math.ceil(fraction * len(moved) - 1e-9))]
    return i, np.clip(moved[i], -bound, bound)


# %% wrong="share_largest: a bound of its own" says="values is wrong"
def share_largest(moved, *, fraction, bound):
    i = np.argsort(-np.abs(moved))[: max(1, round(fraction * len(moved)))]
    return i, np.clip(moved[i], -0.7, 0.7)


# %% wrong="share_largest: clips steps up only" says="steps down must be clipped too"
def share_largest(moved, *, fraction, bound):
    i = np.argsort(-np.abs(moved))[: max(1, round(fraction * len(moved)))]
    return i, np.minimum(moved[i], bound)


# %% wrong="share_largest: clips the norm" says="by itself, not the norm of all"
def share_largest(moved, *, fraction, bound):
    i = np.argsort(-np.abs(moved))[: max(1, round(fraction * len(moved)))]
    v = moved[i]
    return i, v / max(1, np.linalg.norm(v) / bound)


# %% wrong="share_largest: bound times sign" says="small values keep their size"
def share_largest(moved, *, fraction, bound):
    i = np.argsort(-np.abs(moved))[: max(1, round(fraction * len(moved)))]
    return i, bound * np.sign(moved[i])


# %% wrong="share_largest: zeroes those above the bound" says="were set to 0"
def share_largest(moved, *, fraction, bound):
    i = np.argsort(-np.abs(moved))[: max(1, round(fraction * len(moved)))]
    return i, np.where(np.abs(moved[i]) > bound, 0, moved[i])


# %% wrong="share_largest: negative indices" says="the indices must be in 0..39"
def share_largest(moved, *, fraction, bound):
    i = np.argsort(-np.abs(moved))[: max(1, round(fraction * len(moved)))]
    return i - len(moved), np.clip(moved[i], -bound, bound)


# %% right="spread_relevance: three loops, lists"
def spread_relevance(W, a, relevance):
    out = [[0.0] * a.shape[1] for _ in a]
    for i, row in enumerate(a):
        for k, weights in enumerate(W):
            z = weights[0]
            for j, value in enumerate(row):
                z += value * weights[1 + j]
            z += STABILISER if z >= 0 else -STABILISER
            for j, value in enumerate(row):
                out[i][j] += value * weights[1 + j] / z * relevance[i, k]
    return out


# %% right="spread_relevance: copysign, float32"
def spread_relevance(W, a, relevance):
    z = np.hstack([np.ones((len(a), 1)), a]) @ W.T
    share = relevance / (z + np.copysign(STABILISER, z))
    return np.multiply(a, share @ W[:, 1:]).astype(np.float32)


# %% right="spread_relevance: gradient of a weighted sum"
def spread_relevance(W, a, relevance):
    import torch

    x = torch.tensor(a, requires_grad=True)
    z = torch.nn.functional.linear(x, torch.tensor(W[:, 1:]), torch.tensor(W[:, 0]))
    fixed = z.detach()
    fixed = fixed + STABILISER * (2.0 * (fixed >= 0) - 1)
    (z * torch.tensor(relevance) / fixed).sum().backward()
    return (x * x.grad).detach()


# %% wrong="spread_relevance: np.sign, 0 for a unit that is off" says="np.sign(0) is 0"
def spread_relevance(W, a, relevance):
    z = W[:, 0] + a @ W[:, 1:].T
    z = z + STABILISER * np.sign(z)
    return a * ((relevance / z) @ W[:, 1:])


# %% wrong="spread_relevance: divides its argument" says="your function changes relevance"
def spread_relevance(W, a, relevance):
    z = W[:, 0] + a @ W[:, 1:].T
    relevance /= z + np.where(z >= 0, STABILISER, -STABILISER)
    return a * (relevance @ W[:, 1:])


# %% wrong="spread_relevance: at least the stabiliser" says="z was not moved away from 0"
def spread_relevance(W, a, relevance):
    z = W[:, 0] + a @ W[:, 1:].T
    z = np.where(z >= 0, 1, -1) * np.maximum(np.abs(z), STABILISER)
    return a * ((relevance / z) @ W[:, 1:])


# %% wrong="spread_relevance: towards 0" says="not towards it"
def spread_relevance(W, a, relevance):
    z = W[:, 0] + a @ W[:, 1:].T
    z = z - np.where(z >= 0, STABILISER, -STABILISER)
    return a * ((relevance / z) @ W[:, 1:])


# %% wrong="spread_relevance: positive contributions only" says="what pulls z down counts too"
def spread_relevance(W, a, relevance):
    P = np.maximum(W, 0)
    z = P[:, 0] + a @ P[:, 1:].T + STABILISER
    return a * ((relevance / z) @ P[:, 1:])


# %% wrong="spread_relevance: sizes of z" says="a negative z stays negative"
def spread_relevance(W, a, relevance):
    z = np.abs(W[:, 0] + a @ W[:, 1:].T) + STABILISER
    return a * ((relevance / z) @ W[:, 1:])
