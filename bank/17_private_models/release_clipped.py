# %% right="row by row"
def release_clipped(rows, *, clip, epsilon, rng):
    total = np.zeros(rows.shape[1])
    for row in rows:
        norm = np.abs(row).sum()
        total += row if norm <= clip else row * (clip / norm)
    return total + rng.laplace(0, clip / epsilon, rows.shape[1])


# %% right="two exponentials make a Laplace"
def release_clipped(rows, *, clip, epsilon, rng):
    norms = np.linalg.norm(rows, ord=1, axis=1)
    factor = np.minimum(1, clip / np.where(norms == 0, 1, norms))
    sums = factor @ rows
    up, down = rng.exponential(clip / epsilon, size=(2, len(sums)))
    return sums + up - down


# %% right="by the quantile"
def release_clipped(rows, *, clip, epsilon, rng):
    norms = np.maximum(np.abs(rows).sum(axis=1, keepdims=True), clip)
    sums = np.sum(rows * clip / norms, axis=0)
    u = rng.random(rows.shape[1]) - 0.5
    return sums - clip / epsilon * np.sign(u) * np.log1p(-2 * np.abs(u))


# %% right="the package's mechanism"
def release_clipped(rows, *, clip, epsilon, rng):
    from ppdl_course.dp.definition import Neighbours
    from ppdl_course.dp.mechanisms import Laplace

    norms = np.abs(rows).sum(axis=1, keepdims=True)
    sums = (rows / np.maximum(1, norms / clip)).sum(axis=0)
    noise = Laplace(epsilon=epsilon, sensitivity=clip, neighbours=Neighbours.ADD_REMOVE)
    return noise.release(sums, rng=rng)


# %% wrong="no noise" says="no noise"
def release_clipped(rows, *, clip, epsilon, rng):
    norms = np.abs(rows).sum(axis=1, keepdims=True)
    return (rows / np.maximum(1, norms / clip)).sum(axis=0)


# %% wrong="nothing clipped" says="nothing was clipped"
def release_clipped(rows, *, clip, epsilon, rng):
    return rows.sum(axis=0) + rng.laplace(scale=clip / epsilon, size=rows.shape[1])


# %% wrong="L2" says="L2 norm"
def release_clipped(rows, *, clip, epsilon, rng):
    norms = np.linalg.norm(rows, axis=1, keepdims=True)
    sums = (rows / np.maximum(1, norms / clip)).sum(axis=0)
    return sums + rng.laplace(scale=clip / epsilon, size=len(sums))


# %% wrong="entries" says="each entry was clipped"
def release_clipped(rows, *, clip, epsilon, rng):
    sums = np.clip(rows, -clip, clip).sum(axis=0)
    return sums + rng.laplace(scale=clip / epsilon, size=len(sums))


# %% wrong="the sum" says="the sum was clipped"
def release_clipped(rows, *, clip, epsilon, rng):
    sums = rows.sum(axis=0)
    sums = sums / max(1, np.abs(sums).sum() / clip)
    return sums + rng.laplace(scale=clip / epsilon, size=len(sums))


# %% wrong="left out" says="were left out"
def release_clipped(rows, *, clip, epsilon, rng):
    kept = rows[np.abs(rows).sum(axis=1) <= clip]
    return kept.sum(axis=0) + rng.laplace(scale=clip / epsilon, size=rows.shape[1])


# %% wrong="stretched" says="stretched"
def release_clipped(rows, *, clip, epsilon, rng):
    norms = np.maximum(np.abs(rows).sum(axis=1, keepdims=True), 1e-300)
    sums = (rows * clip / norms).sum(axis=0)
    return sums + rng.laplace(scale=clip / epsilon, size=len(sums))


# %% wrong="divided by zero" says="row of zeros"
def release_clipped(rows, *, clip, epsilon, rng):
    norms = np.abs(rows).sum(axis=1, keepdims=True)
    sums = (rows / norms * np.minimum(norms, clip)).sum(axis=0)
    return sums + rng.laplace(scale=clip / epsilon, size=len(sums))


# %% wrong="the mean" says="the sum is asked for"
def release_clipped(rows, *, clip, epsilon, rng):
    norms = np.abs(rows).sum(axis=1, keepdims=True)
    mean = (rows / np.maximum(1, norms / clip)).mean(axis=0)
    return mean + rng.laplace(scale=clip / epsilon, size=len(mean))


# %% wrong="noise for every record" says="for every record"
def release_clipped(rows, *, clip, epsilon, rng):
    norms = np.abs(rows).sum(axis=1, keepdims=True)
    rows = rows / np.maximum(1, norms / clip)
    return (rows + rng.laplace(scale=clip / epsilon, size=rows.shape)).sum(axis=0)


# %% wrong="the clip forgotten" says="forgets the clip"
def release_clipped(rows, *, clip, epsilon, rng):
    norms = np.abs(rows).sum(axis=1, keepdims=True)
    sums = (rows / np.maximum(1, norms / clip)).sum(axis=0)
    return sums + rng.laplace(scale=1 / epsilon, size=len(sums))


# %% wrong="epsilon times" says="epsilon multiplies"
def release_clipped(rows, *, clip, epsilon, rng):
    norms = np.abs(rows).sum(axis=1, keepdims=True)
    sums = (rows / np.maximum(1, norms / clip)).sum(axis=0)
    return sums + rng.laplace(scale=clip * epsilon, size=len(sums))


# %% wrong="as far as the rows reach" says="no public number"
def release_clipped(rows, *, clip, epsilon, rng):
    norms = np.abs(rows).sum(axis=1, keepdims=True)
    rows = rows / np.maximum(1, norms / clip)
    reach = np.abs(rows).sum(axis=1).max()
    return rows.sum(axis=0) + rng.laplace(scale=reach / epsilon, size=rows.shape[1])


# %% wrong="twice" says="twice the noise"
def release_clipped(rows, *, clip, epsilon, rng):
    norms = np.abs(rows).sum(axis=1, keepdims=True)
    sums = (rows / np.maximum(1, norms / clip)).sum(axis=0)
    return sums + rng.laplace(scale=2 * clip / epsilon, size=len(sums))


# %% wrong="normal" says="normal noise"
def release_clipped(rows, *, clip, epsilon, rng):
    norms = np.abs(rows).sum(axis=1, keepdims=True)
    sums = (rows / np.maximum(1, norms / clip)).sum(axis=0)
    return sums + rng.normal(scale=2**0.5 * clip / epsilon, size=len(sums))


# %% wrong="one noise for all" says="seed reused"
def release_clipped(rows, *, clip, epsilon, rng):
    norms = np.abs(rows).sum(axis=1, keepdims=True)
    sums = (rows / np.maximum(1, norms / clip)).sum(axis=0)
    return sums + rng.laplace(scale=clip / epsilon)


# %% wrong="its own generator" says="from rng"
def release_clipped(rows, *, clip, epsilon, rng):
    norms = np.abs(rows).sum(axis=1, keepdims=True)
    sums = (rows / np.maximum(1, norms / clip)).sum(axis=0)
    noise = np.random.default_rng().laplace(scale=clip / epsilon, size=len(sums))
    return sums + noise
