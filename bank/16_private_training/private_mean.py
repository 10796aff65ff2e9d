# %% equivalent="neither statement reads what the other one binds"
# clipped = gradients / np.maximum(1, norms / max_grad_norm); scale = noise_multiplier * max_grad_norm -> scale = noise_multiplier * max_grad_norm; clipped = gradients / np.maximum(1, norms / max_grad_norm)

# %% equivalent="the noise is as likely with either sign"
# return (clipped.sum(axis=0) + noise) / expected_batch_size -> return (clipped.sum(axis=0) - noise) / expected_batch_size

# %% right="row by row"
def private_mean(
    gradients, *, max_grad_norm, noise_multiplier, expected_batch_size, rng
):
    total = np.zeros(gradients.shape[1])
    for row in gradients:
        total += row * min(1, max_grad_norm / max(np.linalg.norm(row), 1e-300))
    total += noise_multiplier * max_grad_norm * rng.standard_normal(len(total))
    return total / expected_batch_size


# %% right="mean first, noise in its units"
def private_mean(
    gradients, *, max_grad_norm, noise_multiplier, expected_batch_size, rng
):
    norms = np.linalg.norm(gradients, axis=1)
    weight = 1 / np.maximum(1, norms / max_grad_norm)
    mean = weight @ gradients / expected_batch_size
    scale = noise_multiplier * max_grad_norm / expected_batch_size
    return mean + rng.normal(scale=scale, size=mean.shape)


# %% wrong="no noise" says="no noise"
def private_mean(
    gradients, *, max_grad_norm, noise_multiplier, expected_batch_size, rng
):
    norms = np.linalg.norm(gradients, axis=1, keepdims=True)
    return (gradients / np.maximum(1, norms / max_grad_norm)).sum(
        axis=0
    ) / expected_batch_size


# %% wrong="half the noise" says="half the noise"
def private_mean(
    gradients, *, max_grad_norm, noise_multiplier, expected_batch_size, rng
):
    norms = np.linalg.norm(gradients, axis=1, keepdims=True)
    total = (gradients / np.maximum(1, norms / max_grad_norm)).sum(axis=0)
    total += rng.normal(0, noise_multiplier * max_grad_norm / 2, total.shape)
    return total / expected_batch_size


# %% wrong="clips the sum" says="the sum was clipped"
def private_mean(
    gradients, *, max_grad_norm, noise_multiplier, expected_batch_size, rng
):
    total = gradients.sum(axis=0)
    total = total / max(1, np.linalg.norm(total) / max_grad_norm)
    total = total + rng.normal(0, noise_multiplier * max_grad_norm, total.shape)
    return total / expected_batch_size


# %% wrong="noise after the average, not scaled" says="was not divided"
def private_mean(
    gradients, *, max_grad_norm, noise_multiplier, expected_batch_size, rng
):
    norms = np.linalg.norm(gradients, axis=1, keepdims=True)
    clipped = gradients / np.maximum(1, norms / max_grad_norm)
    mean = clipped.sum(axis=0) / expected_batch_size
    return mean + rng.normal(0, noise_multiplier * max_grad_norm, mean.shape)


# %% right="float32, torch"
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


# %% right="list, entry by entry"
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


# %% wrong="noise split over records" says="an empty sample must give noise alone"
def private_mean(
    gradients, *, max_grad_norm, noise_multiplier, expected_batch_size, rng
):
    n = np.linalg.norm(gradients, axis=1, keepdims=True)
    c = gradients / np.maximum(1, n / max_grad_norm)
    c = c + rng.normal(
        0, noise_multiplier * max_grad_norm / max(1, len(c)) ** 0.5, c.shape
    )
    return c.sum(0) / expected_batch_size


# %% wrong="uniform noise" says="the noise is not normal of the right deviation"
def private_mean(
    gradients, *, max_grad_norm, noise_multiplier, expected_batch_size, rng
):
    n = np.linalg.norm(gradients, axis=1, keepdims=True)
    c = gradients / np.maximum(1, n / max_grad_norm)
    s = noise_multiplier * max_grad_norm * 3**0.5
    return (c.sum(0) + rng.uniform(-s, s, c.shape[1])) / expected_batch_size


# %% wrong="clipped after noise" says="one record can push the others out"
def private_mean(
    gradients, *, max_grad_norm, noise_multiplier, expected_batch_size, rng
):
    s = gradients.sum(0) + rng.normal(
        0, noise_multiplier * max_grad_norm, gradients.shape[1]
    )
    return s / max(1, np.linalg.norm(s) / max_grad_norm) / expected_batch_size


# %% wrong="noise twice" says="the noise was drawn twice"
def private_mean(
    gradients, *, max_grad_norm, noise_multiplier, expected_batch_size, rng
):
    n = np.linalg.norm(gradients, axis=1, keepdims=True)
    c = gradients / np.maximum(1, n / max_grad_norm)
    z = lambda: rng.normal(0, noise_multiplier * max_grad_norm, c.shape[1])
    return (c.sum(0) + z() + z()) / expected_batch_size


# %% wrong="without noise when empty" says="an empty sample must give noise alone"
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


# %% wrong="the same noise in pairs" says="the noise of some coordinates follows from that of others"
def private_mean(
    gradients, *, max_grad_norm, noise_multiplier, expected_batch_size, rng
):
    n = np.linalg.norm(gradients, axis=1, keepdims=True)
    c = gradients / np.maximum(1, n / max_grad_norm)
    k = c.shape[1]
    z = np.repeat(rng.normal(0, noise_multiplier * max_grad_norm, (k + 1) // 2), 2)[:k]
    return (c.sum(0) + z * np.where(np.arange(k) % 2, -1, 1)) / expected_batch_size


# %% wrong="noise from the parameters' own seed" says="Draw from the generator you are given"
def private_mean(
    gradients, *, max_grad_norm, noise_multiplier, expected_batch_size, rng
):
    n = np.linalg.norm(gradients, axis=1, keepdims=True)
    c = gradients / np.maximum(1, n / max_grad_norm)
    own = np.random.default_rng(int(1e6 * abs(gradients).sum()) % 2**32)
    return (
        c.sum(0) + own.normal(0, noise_multiplier * max_grad_norm, c.shape[1])
    ) / expected_batch_size


# %% right="one matrix product, standard normals scaled"
def private_mean(
    gradients, *, max_grad_norm, noise_multiplier, expected_batch_size, rng
):
    norms = np.sqrt(np.einsum("ij,ij->i", gradients, gradients))
    factors = max_grad_norm / np.maximum(norms, max_grad_norm)
    z = rng.standard_normal(gradients.shape[1]) * noise_multiplier
    return (
        factors / expected_batch_size
    ) @ gradients + z * max_grad_norm / expected_batch_size


# %% right="multivariate in blocks, float32"
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


# %% right="two normals of half the variance"
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


# %% wrong="a record that pulls nowhere" says="do not divide by 0"
def private_mean(
    gradients, *, max_grad_norm, noise_multiplier, expected_batch_size, rng
):
    n = np.linalg.norm(gradients, axis=1, keepdims=True)
    c = gradients / n * np.minimum(n, max_grad_norm)
    z = rng.normal(0, noise_multiplier * max_grad_norm, c.shape[1])
    return (c.sum(0) + z) / expected_batch_size


# %% wrong="forgets the multiplier" says="forgets the noise multiplier"
def private_mean(
    gradients, *, max_grad_norm, noise_multiplier, expected_batch_size, rng
):
    n = np.linalg.norm(gradients, axis=1, keepdims=True)
    c = gradients / np.maximum(1, n / max_grad_norm)
    z = rng.normal(0, max_grad_norm, c.shape[1]) * (noise_multiplier > 0)
    return (c.sum(0) + z) / expected_batch_size


# %% wrong="noise cut off" says="the noise is cut off"
def private_mean(
    gradients, *, max_grad_norm, noise_multiplier, expected_batch_size, rng
):
    n = np.linalg.norm(gradients, axis=1, keepdims=True)
    c = gradients / np.maximum(1, n / max_grad_norm)
    s = noise_multiplier * max_grad_norm
    z = np.clip(rng.normal(0, s, c.shape[1]), -2.5 * s, 2.5 * s)
    return (c.sum(0) + z) / expected_batch_size


# %% wrong="half of the noise is kept" says="two generators in the same state"
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


# %% wrong="noise only where something moved" says="some coordinates get no noise"
def private_mean(
    gradients, *, max_grad_norm, noise_multiplier, expected_batch_size, rng
):
    n = np.linalg.norm(gradients, axis=1, keepdims=True)
    c = (gradients / np.maximum(1, n / max_grad_norm)).sum(0)
    z = rng.normal(0, noise_multiplier * max_grad_norm, c.shape) * (
        (c != 0) | (len(gradients) == 0)
    )
    return (c + z) / expected_batch_size


# %% wrong="too little noise when empty" says="as much as any other"
def private_mean(
    gradients, *, max_grad_norm, noise_multiplier, expected_batch_size, rng
):
    if len(gradients) == 0:
        return rng.normal(0, 1e-3, gradients.shape[1])
    n = np.linalg.norm(gradients, axis=1, keepdims=True)
    c = gradients / np.maximum(1, n / max_grad_norm)
    z = rng.normal(0, noise_multiplier * max_grad_norm, c.shape[1])
    return (c.sum(0) + z) / expected_batch_size


# %% wrong="a copy of the generator" says="seed reused"
def private_mean(
    gradients, *, max_grad_norm, noise_multiplier, expected_batch_size, rng
):
    import copy

    rng = copy.deepcopy(rng)
    n = np.linalg.norm(gradients, axis=1, keepdims=True)
    c = gradients / np.maximum(1, n / max_grad_norm)
    z = rng.normal(0, noise_multiplier * max_grad_norm, c.shape[1])
    return (c.sum(0) + z) / expected_batch_size


# %% wrong="rounded to tenths" says="do not round"
def private_mean(
    gradients, *, max_grad_norm, noise_multiplier, expected_batch_size, rng
):
    n = np.linalg.norm(gradients, axis=1, keepdims=True)
    c = gradients / np.maximum(1, n / max_grad_norm)
    z = np.round(rng.normal(0, noise_multiplier * max_grad_norm, c.shape[1]), 1)
    return (c.sum(0) + z) / expected_batch_size


# %% wrong="clips entries" says="each entry was clipped"
def private_mean(
    gradients, *, max_grad_norm, noise_multiplier, expected_batch_size, rng
):
    c = np.clip(gradients, -max_grad_norm, max_grad_norm)
    z = rng.normal(0, noise_multiplier * max_grad_norm, c.shape[1])
    return (c.sum(0) + z) / expected_batch_size


# %% wrong="stretches short rows" says="stretched to C"
def private_mean(
    gradients, *, max_grad_norm, noise_multiplier, expected_batch_size, rng
):
    n = np.linalg.norm(gradients, axis=1, keepdims=True)
    c = gradients * max_grad_norm / np.maximum(n, 1e-12)
    z = rng.normal(0, noise_multiplier * max_grad_norm, c.shape[1])
    return (c.sum(0) + z) / expected_batch_size


# %% wrong="noise of one sign" says="on one side of 0"
def private_mean(
    gradients, *, max_grad_norm, noise_multiplier, expected_batch_size, rng
):
    n = np.linalg.norm(gradients, axis=1, keepdims=True)
    c = gradients / np.maximum(1, n / max_grad_norm)
    z = np.abs(rng.normal(0, noise_multiplier * max_grad_norm, c.shape[1]))
    return (c.sum(0) + z) / expected_batch_size


# %% wrong="blocks of noise again and again" says="draw each afresh"
def private_mean(
    gradients, *, max_grad_norm, noise_multiplier, expected_batch_size, rng
):
    n = np.linalg.norm(gradients, axis=1, keepdims=True)
    c = gradients / np.maximum(1, n / max_grad_norm)
    k = c.shape[1]
    z = np.resize(rng.normal(0, noise_multiplier * max_grad_norm, max(1, k // 3)), k)
    return (c.sum(0) + z) / expected_batch_size


# %% wrong="nearly all of the noise" says="too little noise"
def private_mean(
    gradients, *, max_grad_norm, noise_multiplier, expected_batch_size, rng
):
    n = np.linalg.norm(gradients, axis=1, keepdims=True)
    c = gradients / np.maximum(1, n / max_grad_norm)
    z = rng.normal(0, 0.95 * noise_multiplier * max_grad_norm, c.shape[1])
    return (c.sum(0) + z) / expected_batch_size


# %% wrong="tails clipped at five deviations" says="the noise is cut off"
def private_mean(
    gradients, *, max_grad_norm, noise_multiplier, expected_batch_size, rng
):
    n = np.linalg.norm(gradients, axis=1, keepdims=True)
    c = gradients / np.maximum(1, n / max_grad_norm)
    z = np.clip(rng.standard_normal(c.shape[1]), -5, 5)
    z = noise_multiplier * max_grad_norm * z
    return (c.sum(0) + z) / expected_batch_size


# %% wrong="redrawn beyond four deviations" says="the noise is cut off"
def private_mean(
    gradients, *, max_grad_norm, noise_multiplier, expected_batch_size, rng
):
    n = np.linalg.norm(gradients, axis=1, keepdims=True)
    c = gradients / np.maximum(1, n / max_grad_norm)
    z = rng.standard_normal(c.shape[1])
    while np.any(np.abs(z) > 4):
        z = np.where(np.abs(z) > 4, rng.standard_normal(c.shape[1]), z)
    z = noise_multiplier * max_grad_norm * z
    return (c.sum(0) + z) / expected_batch_size


# %% wrong="twelve uniform numbers" says="a sum of twelve uniform numbers"
def private_mean(
    gradients, *, max_grad_norm, noise_multiplier, expected_batch_size, rng
):
    n = np.linalg.norm(gradients, axis=1, keepdims=True)
    c = gradients / np.maximum(1, n / max_grad_norm)
    z = rng.random((12, c.shape[1])).sum(axis=0) - 6
    z = noise_multiplier * max_grad_norm * z
    return (c.sum(0) + z) / expected_batch_size


# %% wrong="a generator of its own with a seed" says="all randomness must come from rng"
def private_mean(
    gradients,
    *,
    max_grad_norm,
    noise_multiplier,
    expected_batch_size,
    rng,
    own=np.random.default_rng(7),
):
    n = np.linalg.norm(gradients, axis=1, keepdims=True)
    c = gradients / np.maximum(1, n / max_grad_norm)
    z = own.normal(0, noise_multiplier * max_grad_norm, c.shape[1])
    return (c.sum(0) + z) / expected_batch_size


# %% wrong="root for deviation" says="the root was used as the deviation"
def private_mean(
    gradients, *, max_grad_norm, noise_multiplier, expected_batch_size, rng
):
    n = np.linalg.norm(gradients, axis=1, keepdims=True)
    c = gradients / np.maximum(1, n / max_grad_norm)
    z = rng.normal(0, (noise_multiplier * max_grad_norm) ** 0.5, c.shape[1])
    return (c.sum(0) + z) / expected_batch_size
