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


# %% wrong="batch_statistic: in place sorted first" says="Where in the row does the target's batch show most?"
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


# %% wrong="spread_relevance: no stabiliser" says="is that another variant's number?"
def spread_relevance(W, a, relevance):
    z = W[:, 0] + a @ W[:, 1:].T
    return a * ((relevance / z) @ W[:, 1:])


# %% wrong="spread_relevance: transposed relevance sum" says="relevance) must have shape (5"
def spread_relevance(W, a, relevance):
    z = W[:, 0] + a @ W[:, 1:].T
    z = z + np.where(z >= 0, STABILISER, -STABILISER)
    return (a * ((relevance / z) @ W[:, 1:])).sum(0)
