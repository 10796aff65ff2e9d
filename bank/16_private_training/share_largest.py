# %% equivalent="the middle one of three numbers does not depend on their order"
# return (indices, np.clip(moved[indices], -bound, bound)) -> return (indices, np.clip(-bound, moved[indices], bound))

# %% right="sorted indices, lists"
def share_largest(moved, *, fraction, bound):
    count = max(LEAST, round(fraction * len(moved)))
    best = sorted(range(len(moved)), key=lambda i: abs(moved[i]))[-count:]
    best.sort()
    return best, [max(-bound, min(bound, moved[i])) for i in best]


# %% right="argpartition on the clipped copy"
def share_largest(moved, *, fraction, bound):
    count = max(LEAST, int(np.rint(fraction * len(moved))))
    chosen = np.argpartition(np.abs(moved), len(moved) - count)[-count:]
    return chosen.astype(np.int32), np.clip(moved, -bound, bound)[chosen]


# %% wrong="without the sign" says="compare sizes"
def share_largest(moved, *, fraction, bound):
    indices = np.argsort(-moved)[: max(LEAST, round(fraction * len(moved)))]
    return indices, np.clip(moved[indices], -bound, bound)


# %% wrong="not clipped" says="not clipped"
def share_largest(moved, *, fraction, bound):
    indices = np.argsort(-np.abs(moved))[: max(LEAST, round(fraction * len(moved)))]
    return indices, moved[indices]


# %% wrong="shares everything" says="were shared"
def share_largest(moved, *, fraction, bound):
    indices = np.argsort(-np.abs(moved))
    return indices, np.clip(moved, -bound, bound)[indices]


# %% wrong="shares sizes" says="lost their sign"
def share_largest(moved, *, fraction, bound):
    size = np.abs(moved)
    indices = np.argsort(-size)[: max(LEAST, round(fraction * len(moved)))]
    return indices, np.minimum(size[indices], bound)


# %% right="torch topk"
def share_largest(moved, *, fraction, bound):
    import torch

    t = torch.from_numpy(moved)
    i = torch.topk(t.abs(), max(LEAST, round(fraction * len(t)))).indices
    return i, torch.clamp(t[i], -bound, bound)


# %% right="heap, lists of plain numbers"
def share_largest(moved, *, fraction, bound):
    import heapq

    n = max(LEAST, round(fraction * len(moved)))
    i = heapq.nlargest(n, range(len(moved)), key=lambda k: abs(moved[k]))
    return [i, [min(bound, max(-bound, float(moved[k]))) for k in i]]


# %% wrong="clips first" says="the largest look alike"
def share_largest(moved, *, fraction, bound):
    c = np.clip(moved, -bound, bound)
    i = np.argsort(-np.abs(c))[: max(LEAST, round(fraction * len(c)))]
    return i, c[i]


# %% wrong="smallest" says="take those that moved most"
def share_largest(moved, *, fraction, bound):
    i = np.argsort(np.abs(moved))[: max(LEAST, round(fraction * len(moved)))]
    return i, np.clip(moved[i], -bound, bound)


# %% wrong="floor, none" says="0 of 7 coordinates were shared"
def share_largest(moved, *, fraction, bound):
    i = np.argsort(-np.abs(moved))[: int(fraction * len(moved))]
    return i, np.clip(moved[i], -bound, bound)


# %% wrong="ceil" says="5 of 40 coordinates were shared"
def share_largest(moved, *, fraction, bound):
    i = np.argsort(-np.abs(moved))[: math.ceil(fraction * len(moved)) + 1]
    return i, np.clip(moved[i], -bound, bound)


# %% wrong="values of another order" says="values[i] must belong to indices[i]"
def share_largest(moved, *, fraction, bound):
    i = np.argsort(-np.abs(moved))[: max(LEAST, round(fraction * len(moved)))]
    return np.sort(i), np.clip(moved[i], -bound, bound)


# %% wrong="one index many times" says="a coordinate was shared twice"
def share_largest(moved, *, fraction, bound):
    n = max(LEAST, round(fraction * len(moved)))
    i = np.array([np.abs(moved).argmax()] * n)
    return i, np.clip(moved[i], -bound, bound)


# %% wrong="swapped" says="the indices must be a vector of integers"
def share_largest(moved, *, fraction, bound):
    i = np.argsort(-np.abs(moved))[: max(LEAST, round(fraction * len(moved)))]
    return np.clip(moved[i], -bound, bound), i


# %% wrong="mask" says="the indices must be a vector of integers"
def share_largest(moved, *, fraction, bound):
    i = np.argsort(-np.abs(moved))[: max(LEAST, round(fraction * len(moved)))]
    m = np.zeros(len(moved), bool)
    m[i] = True
    return m, np.clip(moved[m], -bound, bound)


# %% wrong="dict" says="share_largest must return two things"
def share_largest(moved, *, fraction, bound):
    i = np.argsort(-np.abs(moved))[: max(LEAST, round(fraction * len(moved)))]
    return {int(k): float(np.clip(moved[k], -bound, bound)) for k in i}


# %% right="pairs sorted, a generator"
def share_largest(moved, *, fraction, bound):
    count = max(LEAST, round(len(moved) * fraction))
    pairs = sorted(enumerate(moved.tolist()), key=lambda pair: -abs(pair[1]))[:count]
    indices, values = zip(*pairs)
    return indices, tuple(max(-bound, min(bound, v)) for v in values)


# %% right="squares, one at a time"
def share_largest(moved, *, fraction, bound):
    left, chosen = moved**2, []
    while len(chosen) < max(LEAST, round(fraction * moved.size)):
        k = int(np.argmax(left))
        left[k] = -1
        chosen.append(k)
    return np.array(chosen, dtype=np.uint16), np.sign(moved[chosen]) * np.minimum(
        np.abs(moved[chosen]), bound
    )


# %% right="a threshold, float32"
def share_largest(moved, *, fraction, bound):
    count = max(LEAST, round(fraction * len(moved)))
    least = np.sort(np.abs(moved))[-count]
    indices = np.where(np.abs(moved) >= least)[0]
    return [indices, moved[indices].clip(-bound, bound).astype(np.float32)]


# %% wrong="rounds down" says="4 of 46 coordinates were shared"
def share_largest(moved, *, fraction, bound):
    i = np.argsort(-np.abs(moved))[: max(LEAST, int(fraction * len(moved)))]
    return i, np.clip(moved[i], -bound, bound)


# %% wrong="rounds up" says="5 of 44 coordinates were shared"
def share_largest(moved, *, fraction, bound):
    i = np.argsort(-np.abs(moved))[
        : max(LEAST, math.ceil(fraction * len(moved) - 1e-9))
    ]
    return i, np.clip(moved[i], -bound, bound)


# %% wrong="a bound of its own" says="values is wrong"
def share_largest(moved, *, fraction, bound):
    i = np.argsort(-np.abs(moved))[: max(LEAST, round(fraction * len(moved)))]
    return i, np.clip(moved[i], -0.7, 0.7)


# %% wrong="clips steps up only" says="steps down must be clipped too"
def share_largest(moved, *, fraction, bound):
    i = np.argsort(-np.abs(moved))[: max(LEAST, round(fraction * len(moved)))]
    return i, np.minimum(moved[i], bound)


# %% wrong="clips the norm" says="by itself, not the norm of all"
def share_largest(moved, *, fraction, bound):
    i = np.argsort(-np.abs(moved))[: max(LEAST, round(fraction * len(moved)))]
    v = moved[i]
    return i, v / max(1, np.linalg.norm(v) / bound)


# %% wrong="bound times sign" says="small values keep their size"
def share_largest(moved, *, fraction, bound):
    i = np.argsort(-np.abs(moved))[: max(LEAST, round(fraction * len(moved)))]
    return i, bound * np.sign(moved[i])


# %% wrong="zeroes those above the bound" says="were set to 0"
def share_largest(moved, *, fraction, bound):
    i = np.argsort(-np.abs(moved))[: max(LEAST, round(fraction * len(moved)))]
    return i, np.where(np.abs(moved[i]) > bound, 0, moved[i])


# %% wrong="negative indices" says="the indices must be in 0..39"
def share_largest(moved, *, fraction, bound):
    i = np.argsort(-np.abs(moved))[: max(LEAST, round(fraction * len(moved)))]
    return i - len(moved), np.clip(moved[i], -bound, bound)


# %% copied="at least one" says="another variant's number"
def share_largest(moved, *, fraction, bound):
    count = max(1, round(fraction * len(moved)))
    indices = np.argsort(-np.abs(moved))[:count]
    return indices, np.clip(moved[indices], -bound, bound)


# %% wrong="values in rising order" says="but in another order"
def share_largest(moved, *, fraction, bound):
    count = max(LEAST, round(fraction * len(moved)))
    indices = np.argsort(-np.abs(moved))[:count]
    return np.sort(indices), np.array(sorted(np.clip(moved[indices], -bound, bound)))


# %% wrong="all chosen values scaled together" says="multiplied by one factor"
def share_largest(moved, *, fraction, bound):
    count = max(LEAST, round(fraction * len(moved)))
    indices = np.argsort(np.abs(moved))[-count:]
    values = moved[indices]
    return indices, values * min(1, bound / np.abs(values).max())


# %% wrong="tanh to the bound" says="shrink, too (tanh)"
def share_largest(moved, *, fraction, bound):
    count = max(LEAST, round(fraction * len(moved)))
    where = np.argsort(-np.abs(moved))[:count]
    return where, bound * np.tanh(moved[where] / bound)


# %% wrong="the second half by size" says="the one that moved most of all is left out"
def share_largest(moved, *, fraction, bound):
    count = max(LEAST, round(fraction * len(moved)))
    where = np.argsort(-np.abs(moved))[1 : count + 1]
    return where, np.clip(moved[where], -bound, bound)


# %% wrong="multiplied by the bound" says="multiplied by one factor"
def share_largest(moved, *, fraction, bound):
    count = max(LEAST, round(fraction * len(moved)))
    where = np.argsort(-np.abs(moved))[:count]
    return where, moved[where] * bound
