# %% right="exposure: float32"
def exposure(losses, secret):
    losses = np.asarray(losses, dtype=np.float32)
    return np.float32(np.log2(len(losses))) - np.log2(
        np.float32((losses <= losses[secret]).sum())
    )


# %% right="exposure: list"
def exposure(losses, secret):
    import math

    ordered = sorted(list(losses))
    return math.log2(len(ordered) / (ordered.index(losses[secret]) + 1))


# %% right="exposure: torch"
def exposure(losses, secret):
    import torch

    t = torch.tensor(losses)
    rank = (t < t[secret]).sum() + 1
    return torch.log2(torch.tensor(float(len(t)))) - torch.log2(rank.double())


# %% right="exposure: double argsort, array of one"
def exposure(losses, secret):
    ranks = np.argsort(np.argsort(losses)) + 1
    return np.array(np.log2(len(losses)) - np.log2(ranks[secret]))


# %% right="exposure: array (1,)"
def exposure(losses, secret):
    ranks = np.argsort(np.argsort(losses)) + 1
    return np.array([np.log2(len(losses)) - np.log2(ranks[secret])])


# %% wrong="exposure: argsort once" says="argsort says which candidate stands at each place"
def exposure(losses, secret):
    rank = np.argsort(losses)[secret] + 1
    return np.log2(len(losses)) - np.log2(rank)


# %% wrong="exposure: log10" says="take logarithms to base 2"
def exposure(losses, secret):
    return np.log10(len(losses)) - np.log10(1 + np.sum(losses < losses[secret]))


# %% wrong="exposure: sorts in place" says="your function changes losses"
def exposure(losses, secret):
    value = losses[secret]
    losses.sort()
    return float(np.log2(len(losses)) - np.log2(1 + np.searchsorted(losses, value)))


# %% wrong="exposure: string" says="the exposure must be an array of numbers"
def exposure(losses, secret):
    return "3.5"


# %% wrong="exposure: complex" says="the exposure must be an array of numbers"
def exposure(losses, secret):
    return 3 + 1j


# %% right="most_likely_number: dijkstra by list"
def most_likely_number(next_digit, digits):
    waiting = [(0.0, [])]
    while True:
        waiting.sort(key=lambda p: p[0])
        loss, prefix = waiting.pop(0)
        if len(prefix) == digits:
            return prefix
        logs = list(next_digit("".join(map(str, prefix))))
        waiting += [(loss - l, [*prefix, d]) for d, l in enumerate(logs)]


# %% wrong="most_likely_number: int" says="return a str of 4 digits"
def most_likely_number(next_digit, digits):
    import heapq

    waiting = [(0.0, "")]
    while True:
        loss, prefix = heapq.heappop(waiting)
        if len(prefix) == digits:
            return int(prefix)
        for digit, log_p in enumerate(next_digit(prefix)):
            heapq.heappush(waiting, (loss - log_p, f"{prefix}{digit}"))


# %% wrong="most_likely_number: beam 3" says="the best first digit need not begin the best number"
def most_likely_number(next_digit, digits):
    beam = [(0.0, "")]
    for _ in range(digits):
        beam = sorted(
            (l - p, s + str(d)) for l, s in beam for d, p in enumerate(next_digit(s))
        )[:3]
    return beam[0][1]


# %% wrong="most_likely_number: beam 10" says="the best first digit need not begin the best number"
def most_likely_number(next_digit, digits):
    beam = [(0.0, "")]
    for _ in range(digits):
        beam = sorted(
            (l - p, s + str(d)) for l, s in beam for d, p in enumerate(next_digit(s))
        )[:10]
    return beam[0][1]


# %% wrong="most_likely_number: probabilities added" says="the best first digit need not begin the best number"
def most_likely_number(next_digit, digits):
    import heapq

    waiting = [(0.0, "")]
    while True:
        loss, prefix = heapq.heappop(waiting)
        if len(prefix) == digits:
            return prefix
        for digit, log_p in enumerate(next_digit(prefix)):
            heapq.heappush(waiting, (loss - np.exp(log_p), f"{prefix}{digit}"))


# %% wrong="most_likely_number: all numbers" says="and with 11 digits trying all is hopeless"
def most_likely_number(next_digit, digits):
    import itertools

    return max(
        ("".join(n) for n in itertools.product("0123456789", repeat=digits)),
        key=lambda n: sum(next_digit(n[:i])[int(n[i])] for i in range(digits)),
    )


# %% wrong="most_likely_number: list with None" says="return a str of 4 digits"
def most_likely_number(next_digit, digits):
    return [None] * digits


# %% wrong="most_likely_number: list of floats" says="return a str of 4 digits"
def most_likely_number(next_digit, digits):
    return [9.7, 2.2, 4.1, 7.9] if digits == 4 else [8, 0, 3, 1, 6]


# %% wrong="most_likely_number: random sampling" says="and with 11 digits trying all is hopeless"
def most_likely_number(next_digit, digits):
    import random

    best, got = -1e9, None
    for _ in range(100):
        s, t = "", 0
        for _ in range(digits):
            l = next_digit(s)
            d = random.choices(range(10), np.exp(l))[0]
            t += l[d]
            s += str(d)
        if t > best:
            best, got = t, s
    return got


# %% right="label_from_gradient: where negative"
def label_from_gradient(dW):
    return np.flatnonzero(dW[:, 0] < 0)[0]


# %% right="label_from_gradient: array of one"
def label_from_gradient(dW):
    return np.array(np.argmin(np.asarray(dW, dtype=np.float32)[:, 0]), dtype=np.uint8)


# %% right="label_from_gradient: flatnonzero, array (1,)"
def label_from_gradient(dW):
    return np.flatnonzero(dW[:, 0] < 0)


# %% right="label_from_gradient: torch"
def label_from_gradient(dW):
    import torch

    return torch.argmin(torch.from_numpy(dW)[:, 0])


# %% wrong="label_from_gradient: largest in size" says="with two classes both rows have one size"
def label_from_gradient(dW):
    return int(np.argmax(np.abs(dW[:, 0])))


# %% wrong="label_from_gradient: argmin of all" says="the smallest entry of all depends on the hidden units"
def label_from_gradient(dW):
    return int(np.unravel_index(np.argmin(dW), dW.shape)[0])


# %% wrong="label_from_gradient: longest row" says="with two classes both rows have one size"
def label_from_gradient(dW):
    return int(np.argmax(np.linalg.norm(dW, axis=1)))


# %% wrong="label_from_gradient: from 1" says="labels start at 0"
def label_from_gradient(dW):
    return int(np.argmin(dW[:, 0])) + 1


# %% wrong="label_from_gradient: centres" says="your function changes dW"
def label_from_gradient(dW):
    dW -= dW.mean(axis=0)
    return int(np.argmin(dW[:, 0]))


# %% wrong="label_from_gradient: bool mask" says="the label must have shape ()"
def label_from_gradient(dW):
    return dW[:, 0] < 0


# %% wrong="label_from_gradient: positive" says="p - y is negative at the label"
def label_from_gradient(dW):
    return int(np.argmax(dW[:, 0]))


# %% right="tpr_at_fpr: by order statistics"
def tpr_at_fpr(members, others, rate):
    allowed = int(np.floor(rate * len(others) + 1e-9))
    if allowed >= len(others):
        return 1.0
    return float(np.mean(members > np.sort(others)[::-1][allowed]))


# %% right="tpr_at_fpr: sklearn"
def tpr_at_fpr(members, others, rate):
    from sklearn.metrics import roc_curve

    f, t, _ = roc_curve(
        [1] * len(members) + [0] * len(others),
        [*members, *others],
        drop_intermediate=False,
    )
    return t[f <= rate].max()


# %% right="tpr_at_fpr: float32 lists"
def tpr_at_fpr(members, others, rate):
    best = 0
    m, o = (
        [float(np.float32(v)) for v in members],
        [float(np.float32(v)) for v in others],
    )
    for t in m + o + [1e9]:
        if sum(v >= t for v in o) <= rate * len(o):
            best = max(best, sum(v >= t for v in m) / len(m))
    return best


# %% wrong="tpr_at_fpr: strictly above" says="a false-positive rate equal to the bound is allowed"
def tpr_at_fpr(members, others, rate):
    best = 0.0
    for t in np.unique(np.concatenate([members, others])):
        if np.mean(others > t) <= rate:
            best = max(best, float(np.mean(members > t)))
    return best


# %% wrong="tpr_at_fpr: quantile" says="a quantile of the others forgets that scores may be equal"
def tpr_at_fpr(members, others, rate):
    return float(np.mean(members >= np.quantile(others, 1 - rate)))


# %% wrong="tpr_at_fpr: below" says="a member has a HIGH score"
def tpr_at_fpr(members, others, rate):
    best = 0.0
    for t in np.unique(np.concatenate([members, others])):
        if np.mean(others < t) <= rate:
            best = max(best, float(np.mean(members < t)))
    return best


# %% wrong="tpr_at_fpr: thresholds of others only" says="a threshold may be any number"
def tpr_at_fpr(members, others, rate):
    return max(
        [float(np.mean(members >= t)) for t in others if np.mean(others >= t) <= rate],
        default=0.0,
    )


# %% wrong="tpr_at_fpr: percent" says="a share lies between 0 and 1"
def tpr_at_fpr(members, others, rate):
    return 100 * max(
        [
            float(np.mean(members >= t))
            for t in np.concatenate([members, others])
            if np.mean(others >= t) <= rate
        ],
        default=0.0,
    )


# %% wrong="tpr_at_fpr: sorts in place" says="your function changes members"
def tpr_at_fpr(members, others, rate):
    members.sort()
    others.sort()
    return max(
        [
            float(np.mean(members >= t))
            for t in np.concatenate([members, others])
            if np.mean(others >= t) <= rate
        ],
        default=0.0,
    )


# %% right="infer_value: one by one, lists"
def infer_value(predict, x, y, columns, prior):
    scores = []
    for v, c in enumerate(columns):
        z = [0.0 if i in columns else float(q) for i, q in enumerate(x)]
        z[c] = 1.0
        scores.append(np.log(prior[v]) + np.log(predict([z])[0][y]))
    return scores.index(max(scores))


# %% right="infer_value: in place and back"
def infer_value(predict, x, y, columns, prior):
    kept = x.copy()
    best = (-1, None)
    for v, c in enumerate(columns):
        x[columns] = 0
        x[c] = 1
        best = max(best, (prior[v] * predict(x[None])[0, y], v))
    x[:] = kept
    return np.int8(best[1])


# %% right="infer_value: posterior with float32"
def infer_value(predict, x, y, columns, prior):
    f = np.repeat(x[None].astype(np.float32), len(columns), 0)
    f[:, columns] = np.eye(len(columns), dtype=np.float32)
    p = predict(f)[:, y] * prior
    return (p / p.sum()).argmax()


# %% wrong="infer_value: posterior of value divided twice" says="by Bayes the prior is multiplied"
def infer_value(predict, x, y, columns, prior):
    f = np.repeat(x[None], len(columns), 0)
    f[:, columns] = np.eye(len(columns))
    return int((predict(f)[:, y] / prior).argmax())


# %% wrong="infer_value: leaves what is there" says="what stands in the columns now is unknown to you"
def infer_value(predict, x, y, columns, prior):
    return int(np.argmax(x[columns]))


# %% wrong="infer_value: forgets restore" says="your function changes x"
def infer_value(predict, x, y, columns, prior):
    s = []
    for v, c in enumerate(columns):
        x[columns] = 0
        x[c] = 1
        s.append(prior[v] * predict(x[None])[0, y])
    return int(np.argmax(s))


# %% wrong="infer_value: probabilities" says="the value's number must have shape ()"
def infer_value(predict, x, y, columns, prior):
    f = np.repeat(x[None], len(columns), 0)
    f[:, columns] = np.eye(len(columns))
    return prior * predict(f)[:, y]


# %% wrong="infer_value: other outcome" says="y is the one that the person had"
def infer_value(predict, x, y, columns, prior):
    f = np.repeat(x[None], len(columns), 0)
    f[:, columns] = np.eye(len(columns))
    return int((prior * predict(f)[:, 1 - y]).argmax())


# %% right="safe_counts: sets"
def safe_counts(runner, cell, cells, k):
    who = [set() for _ in range(cells)]
    for r, c in zip(list(runner), list(cell)):
        who[c].add(r)
    return [float(len(w) // STEP * STEP) if len(w) >= k else 0.0 for w in who]


# %% right="safe_counts: matrix, torch"
def safe_counts(runner, cell, cells, k):
    import torch

    m = torch.zeros(cells, int(runner.max()) + 1, dtype=torch.bool)
    m[torch.as_tensor(cell), torch.as_tensor(runner)] = True
    n = m.sum(1)
    return torch.where(n >= k, n - n % STEP, torch.zeros_like(n))


# %% wrong="safe_counts: no minlength" says="the counts must have shape (16"
def safe_counts(runner, cell, cells, k):
    pairs = np.unique(np.column_stack([cell, runner]), axis=0)
    people = np.bincount(pairs[:, 0])
    return np.where(people >= k, people // STEP * STEP, 0)


# %% wrong="safe_counts: None for hidden" says="the counts holds NaN or infinity"
def safe_counts(runner, cell, cells, k):
    pairs = np.unique(np.column_stack([cell, runner]), axis=0)
    people = np.bincount(pairs[:, 0], minlength=cells)
    return [int(p) // STEP * STEP if p >= k else None for p in people]


# %% right="others_gradient: loop, float32"
def others_gradient(before, after, rate, clients, own):
    out = []
    for i in range(len(before)):
        total = clients * (np.float32(before[i]) - np.float32(after[i])) / rate
        out.append((total - sum(float(o[i]) for o in own)) / (clients - len(own)))
    return out


# %% right="others_gradient: torch"
def others_gradient(before, after, rate, clients, own):
    import torch

    b, a, o = map(torch.tensor, (before, after, own))
    return ((b - a) / rate * clients - o.sum(0)) / (clients - o.shape[0])


# %% wrong="others_gradient: by rate" says="divide the step by the rate to have the gradient"
def others_gradient(before, after, rate, clients, own):
    total = clients * (before - after) * rate
    return (total - own.sum(0)) / (clients - len(own))


# %% wrong="others_gradient: in place" says="your function changes before"
def others_gradient(before, after, rate, clients, own):
    before -= after
    before *= clients / rate
    before -= own.sum(0)
    before /= clients - len(own)
    return before.copy()


# %% wrong="others_gradient: after - before" says="a step goes against the gradient"
def others_gradient(before, after, rate, clients, own):
    total = clients * (after - before) / rate
    return (total + own.sum(0)) / (clients - len(own))
