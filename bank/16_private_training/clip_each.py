# %% right="row by row"
def clip_each(gradients, max_grad_norm):
    out = []
    for row in gradients:
        norm = float(np.sqrt((row**2).sum()))
        out.append(row * (max_grad_norm / norm) if norm > max_grad_norm else row)
    return out


# %% right="the factor, with where"
def clip_each(gradients, max_grad_norm):
    norms = np.sqrt(np.einsum("ij,ij->i", gradients, gradients))
    factor = np.where(norms > max_grad_norm, max_grad_norm / norms, 1.0)
    return (gradients * factor[:, None]).astype(np.float32)


# %% wrong="clips entries" says="each entry was clipped"
def clip_each(gradients, max_grad_norm):
    return np.clip(gradients, -max_grad_norm, max_grad_norm)


# %% wrong="stretches short rows" says="stretched"
def clip_each(gradients, max_grad_norm):
    norms = np.linalg.norm(gradients, axis=1, keepdims=True)
    return gradients * max_grad_norm / np.maximum(norms, 1e-12)


# %% wrong="one factor for all" says="one factor"
def clip_each(gradients, max_grad_norm):
    return gradients / max(1, np.linalg.norm(gradients) / max_grad_norm)


# %% wrong="divides by zero" says="do not divide by 0"
def clip_each(gradients, max_grad_norm):
    norms = np.linalg.norm(gradients, axis=1, keepdims=True)
    return gradients / norms * np.minimum(norms, max_grad_norm)


# %% right="lists"
def clip_each(gradients, max_grad_norm):
    out = []
    for g in gradients:
        n = math.sqrt(sum(float(v) ** 2 for v in g)) if True else 0
        f = min(1.0, max_grad_norm / n) if n else 1.0
        out.append([float(v) * f for v in g])
    return out


# %% right="torch renorm"
def clip_each(gradients, max_grad_norm):
    import torch

    return torch.renorm(torch.from_numpy(gradients), 2, 0, float(max_grad_norm))


# %% right="float32"
def clip_each(gradients, max_grad_norm):
    g = gradients.astype(np.float32)
    n = np.sqrt((g * g).sum(1, keepdims=True)) + np.float32(1e-12)
    return g * np.minimum(1, max_grad_norm / n)


# %% right="Opacus's epsilon"
def clip_each(gradients, max_grad_norm):
    n = np.linalg.norm(gradients, axis=1)
    return gradients * np.clip(max_grad_norm / (n + 1e-6), None, 1.0)[:, None]


# %% wrong="ragged" says="C) must be an array of numbers"
def clip_each(gradients, max_grad_norm):
    return [g[g != 0] for g in gradients]


# %% wrong="text" says="C) must be an array of numbers"
def clip_each(gradients, max_grad_norm):
    return "clipped"


# %% wrong="L1" says="the norm is the root of the sum of squares"
def clip_each(gradients, max_grad_norm):
    n = np.abs(gradients).sum(1, keepdims=True)
    return gradients / np.maximum(1, n / max_grad_norm)


# %% wrong="columns" says="columns were clipped"
def clip_each(gradients, max_grad_norm):
    n = np.linalg.norm(gradients, axis=0, keepdims=True)
    return gradients / np.maximum(1, n / max_grad_norm)


# %% wrong="largest entry" says="the norm is the root of the sum of squares"
def clip_each(gradients, max_grad_norm):
    n = np.abs(gradients).max(1, keepdims=True)
    return gradients / np.maximum(1, n / max_grad_norm)


# %% wrong="drops long rows" says="C) must have shape (6"
def clip_each(gradients, max_grad_norm):
    return gradients[np.linalg.norm(gradients, axis=1) <= max_grad_norm]


# %% wrong="zeroes long rows" says="long rows were set to 0"
def clip_each(gradients, max_grad_norm):
    return np.where(
        np.linalg.norm(gradients, axis=1, keepdims=True) <= max_grad_norm, gradients, 0
    )


# %% wrong="in place" says="your function changes gradients"
def clip_each(gradients, max_grad_norm):
    gradients /= np.maximum(
        1, np.linalg.norm(gradients, axis=1, keepdims=True) / max_grad_norm
    )
    return gradients


# %% wrong="squared norm" says="a row is scaled by C over its norm"
def clip_each(gradients, max_grad_norm):
    return gradients / np.maximum(
        1, (gradients**2).sum(1, keepdims=True) / max_grad_norm**2
    )


# %% wrong="smoothly" says="rows up to C stay as they are"
def clip_each(gradients, max_grad_norm):
    n = np.linalg.norm(gradients, axis=1, keepdims=True)
    return gradients * max_grad_norm / (n + max_grad_norm)


# %% right="in loops, with keyword names and an early return"
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


# %% right="by a diagonal matrix, boolean rows"
def clip_each(gradients, max_grad_norm):
    result = gradients.copy()
    long = (gradients**2).sum(axis=1) > max_grad_norm**2
    norms = np.linalg.norm(gradients[long], axis=1)
    result[long] = np.diag(max_grad_norm / norms) @ gradients[long]
    return result


# %% right="unit vectors times min(norm, C), with a mask for 0"
def clip_each(gradients, max_grad_norm):
    norms = np.hypot.reduce(gradients, axis=1)[:, None]
    unit = np.divide(gradients, norms, out=np.zeros_like(gradients), where=norms > 0)
    return unit * np.minimum(norms, max_grad_norm)


# %% right="torch's clip_grad_norm_, row by row"
def clip_each(gradients, max_grad_norm):
    import torch

    rows = []
    for row in gradients:
        p = torch.zeros(len(row), dtype=torch.float64, requires_grad=True)
        p.grad = torch.tensor(row)
        torch.nn.utils.clip_grad_norm_([p], max_grad_norm)
        rows.append(p.grad.numpy())
    return np.stack(rows)


# %% wrong="long rows by the longest" says="each by its own norm"
def clip_each(gradients, max_grad_norm):
    norms = np.linalg.norm(gradients, axis=1, keepdims=True)
    return np.where(
        norms > max_grad_norm, gradients * max_grad_norm / norms.max(), gradients
    )


# %% wrong="long rows by a number that fits" says="is wrong at"
def clip_each(gradients, max_grad_norm):
    norms = np.linalg.norm(gradients, axis=1, keepdims=True)
    return np.where(norms > max_grad_norm, gradients / 2.5, gradients)


# %% wrong="only rows above twice C" says="a little longer than C were left"
def clip_each(gradients, max_grad_norm):
    norms = np.linalg.norm(gradients, axis=1, keepdims=True)
    return np.where(
        norms > 2 * max_grad_norm,
        gradients * max_grad_norm / np.maximum(norms, 1e-9),
        gradients,
    )


# %% wrong="always to norm 1" says="nothing was clipped, and C is 0.01"
def clip_each(gradients, max_grad_norm):
    norms = np.linalg.norm(gradients, axis=1, keepdims=True)
    return gradients / np.maximum(1, norms)


# %% wrong="sizes without sign" says="the rows lost their signs"
def clip_each(gradients, max_grad_norm):
    norms = np.linalg.norm(gradients, axis=1, keepdims=True)
    return np.abs(gradients / np.maximum(1, norms / max_grad_norm))


# %% wrong="a tolerance of ten per cent" says="a little longer than C were left"
def clip_each(gradients, max_grad_norm):
    norms = np.linalg.norm(gradients, axis=1, keepdims=True)
    scaled = gradients * max_grad_norm / np.maximum(norms, 1e-12)
    return np.where(norms > 1.1 * max_grad_norm, scaled, gradients)


# %% wrong="stretches instead of clips" says="the smaller factor"
def clip_each(gradients, max_grad_norm):
    norms = np.linalg.norm(gradients, axis=1, keepdims=True)
    return gradients * np.maximum(1, max_grad_norm / np.where(norms > 0, norms, np.inf))


# %% wrong="root of the mean of squares" says="a mean of squares"
def clip_each(gradients, max_grad_norm):
    norms = np.sqrt((gradients**2).mean(axis=1, keepdims=True))
    return gradients / np.maximum(1, norms / max_grad_norm)
