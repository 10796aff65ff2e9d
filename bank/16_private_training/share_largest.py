# %% right="sorted indices, lists"
def share_largest(moved, *, fraction, bound):
    count = max(1, round(fraction * len(moved)))
    best = sorted(range(len(moved)), key=lambda i: abs(moved[i]))[-count:]
    best.sort()
    return best, [max(-bound, min(bound, moved[i])) for i in best]


# %% right="argpartition on the clipped copy"
def share_largest(moved, *, fraction, bound):
    count = max(1, int(np.rint(fraction * len(moved))))
    chosen = np.argpartition(np.abs(moved), len(moved) - count)[-count:]
    return chosen.astype(np.int32), np.clip(moved, -bound, bound)[chosen]


# %% wrong="without the sign" says="compare sizes"
def share_largest(moved, *, fraction, bound):
    indices = np.argsort(-moved)[: max(1, round(fraction * len(moved)))]
    return indices, np.clip(moved[indices], -bound, bound)


# %% wrong="not clipped" says="not clipped"
def share_largest(moved, *, fraction, bound):
    indices = np.argsort(-np.abs(moved))[: max(1, round(fraction * len(moved)))]
    return indices, moved[indices]


# %% wrong="shares everything" says="were shared"
def share_largest(moved, *, fraction, bound):
    indices = np.argsort(-np.abs(moved))
    return indices, np.clip(moved, -bound, bound)[indices]


# %% wrong="shares sizes" says="lost their sign"
def share_largest(moved, *, fraction, bound):
    size = np.abs(moved)
    indices = np.argsort(-size)[: max(1, round(fraction * len(moved)))]
    return indices, np.minimum(size[indices], bound)
