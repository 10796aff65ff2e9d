# %% right="a mask"
def prune_and_retrain(W, keep, gradient, rate, steps):
    mask = np.abs(W) >= np.sort(np.abs(W), axis=None)[-keep]
    W = W * mask
    for _ in range(steps):
        W = W - rate * mask * gradient(W)
    return W


# %% right="places of a flat copy"
def prune_and_retrain(W, keep, gradient, rate, steps):
    order = np.argsort(np.abs(W), axis=None)
    gone = np.unravel_index(order[: W.size - keep], W.shape)
    new = W.copy()
    new[gone] = 0
    for _ in range(steps):
        new = new - rate * gradient(new)
        new[gone] = 0
    return new


# %% right="loops and lists"
def prune_and_retrain(W, keep, gradient, rate, steps):
    sizes = sorted((abs(w) for row in W for w in row), reverse=True)
    least = sizes[keep - 1]
    alive = [[abs(w) >= least for w in row] for row in W]
    new = [[w if a else 0.0 for w, a in zip(*pair)] for pair in zip(W, alive)]
    for _ in range(steps):
        slope = gradient(np.array(new))
        new = [
            [w - rate * g if a else 0.0 for w, g, a in zip(*three)]
            for three in zip(new, slope, alive)
        ]
    return new


# %% right="argpartition, float32 mask"
def prune_and_retrain(W, keep, gradient, rate, steps):
    mask = np.zeros(W.size, np.float32)
    mask[np.argpartition(-np.abs(W).ravel(), keep - 1)[:keep]] = 1
    mask = mask.reshape(W.shape)
    V = W * mask
    while steps > 0:
        V = (V - rate * gradient(V)) * mask
        steps -= 1
    return V


# %% wrong="not retrained" says="pruned and not retrained"
def prune_and_retrain(W, keep, gradient, rate, steps):
    return W * (np.abs(W) >= np.sort(np.abs(W), axis=None)[-keep])


# %% wrong="grow back" says="grow back"
def prune_and_retrain(W, keep, gradient, rate, steps):
    W = W * (np.abs(W) >= np.sort(np.abs(W), axis=None)[-keep])
    for _ in range(steps):
        W = W - rate * gradient(W)
    return W


# %% wrong="mask at the end" says="once more at the end only"
def prune_and_retrain(W, keep, gradient, rate, steps):
    mask = np.abs(W) >= np.sort(np.abs(W), axis=None)[-keep]
    W = W * mask
    for _ in range(steps):
        W = W - rate * gradient(W)
    return W * mask


# %% wrong="chosen anew" says="chosen anew after each step"
def prune_and_retrain(W, keep, gradient, rate, steps):
    def pruned(W):
        return W * (np.abs(W) >= np.sort(np.abs(W), axis=None)[-keep])

    W = pruned(W)
    for _ in range(steps):
        W = pruned(W - rate * gradient(W))
    return W


# %% wrong="pruned last" says="retrained first and pruned at the end"
def prune_and_retrain(W, keep, gradient, rate, steps):
    for _ in range(steps):
        W = W - rate * gradient(W)
    return W * (np.abs(W) >= np.sort(np.abs(W), axis=None)[-keep])


# %% wrong="the smallest" says="smallest weights are kept"
def prune_and_retrain(W, keep, gradient, rate, steps):
    mask = np.abs(W) <= np.sort(np.abs(W), axis=None)[keep - 1]
    W = W * mask
    for _ in range(steps):
        W = W - rate * mask * gradient(W)
    return W


# %% wrong="by value" says="kept by value"
def prune_and_retrain(W, keep, gradient, rate, steps):
    mask = W >= np.sort(W, axis=None)[-keep]
    W = W * mask
    for _ in range(steps):
        W = W - rate * mask * gradient(W)
    return W


# %% wrong="keep is what goes" says="not how many go"
def prune_and_retrain(W, keep, gradient, rate, steps):
    order = np.argsort(np.abs(W), axis=None)
    mask = np.ones(W.size)
    mask[order[:keep]] = 0
    mask = mask.reshape(W.shape)
    W = W * mask
    for _ in range(steps):
        W = W - rate * mask * gradient(W)
    return W


# %% wrong="one too few" says="one weight too few"
def prune_and_retrain(W, keep, gradient, rate, steps):
    mask = np.abs(W) > np.sort(np.abs(W), axis=None)[-keep]
    W = W * mask
    for _ in range(steps):
        W = W - rate * mask * gradient(W)
    return W


# %% wrong="one too many" says="one weight too many"
def prune_and_retrain(W, keep, gradient, rate, steps):
    sizes = np.append(np.sort(np.abs(W), axis=None)[::-1], 0)
    mask = np.abs(W) >= sizes[keep]
    W = W * mask
    for _ in range(steps):
        W = W - rate * mask * gradient(W)
    return W


# %% wrong="uphill" says="you climb"
def prune_and_retrain(W, keep, gradient, rate, steps):
    mask = np.abs(W) >= np.sort(np.abs(W), axis=None)[-keep]
    W = W * mask
    for _ in range(steps):
        W = W + rate * mask * gradient(W)
    return W


# %% wrong="one gradient" says="the gradient is taken once"
def prune_and_retrain(W, keep, gradient, rate, steps):
    mask = np.abs(W) >= np.sort(np.abs(W), axis=None)[-keep]
    slope = gradient(W)
    W = W * mask
    for _ in range(steps):
        W = W - rate * mask * slope
    return W


# %% wrong="one gradient, pruned" says="the gradient is taken once"
def prune_and_retrain(W, keep, gradient, rate, steps):
    mask = np.abs(W) >= np.sort(np.abs(W), axis=None)[-keep]
    W = W * mask
    return W - steps * rate * mask * gradient(W)


# %% wrong="row by row" says="each row keeps its own share"
def prune_and_retrain(W, keep, gradient, rate, steps):
    share = round(keep / len(W))
    mask = np.zeros(W.shape)
    for row in range(len(W)):
        mask[row, np.argsort(-np.abs(W[row]))[:share]] = 1
    W = W * mask
    for _ in range(steps):
        W = W - rate * mask * gradient(W)
    return W


# %% wrong="in place" says="changes W"
def prune_and_retrain(W, keep, gradient, rate, steps):
    mask = np.abs(W) >= np.sort(np.abs(W), axis=None)[-keep]
    W *= mask
    for _ in range(steps):
        W -= rate * mask * gradient(W)
    return W


# %% wrong="without the rate" says="the rate is missing"
def prune_and_retrain(W, keep, gradient, rate, steps):
    mask = np.abs(W) >= np.sort(np.abs(W), axis=None)[-keep]
    W = W * mask
    for _ in range(steps):
        W = W - mask * gradient(W)
    return W


# %% wrong="by the gradient" says="where the gradient is large"
def prune_and_retrain(W, keep, gradient, rate, steps):
    slope = np.abs(gradient(W))
    mask = slope >= np.sort(slope, axis=None)[-keep]
    W = W * mask
    for _ in range(steps):
        W = W - rate * mask * gradient(W)
    return W


# %% wrong="the mask" says="this is the mask"
def prune_and_retrain(W, keep, gradient, rate, steps):
    return np.abs(W) >= np.sort(np.abs(W), axis=None)[-keep]


# %% wrong="keep for each row" says="counted in each row"
def prune_and_retrain(W, keep, gradient, rate, steps):
    k = max(1, keep // len(W))
    mask = np.abs(W) >= np.sort(np.abs(W), axis=1)[:, -k:][:, :1]
    V = W * mask
    for _ in range(steps):
        V = (V - rate * gradient(V)) * mask
    return V
