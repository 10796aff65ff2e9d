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


# %% right="exposure: recursion"
def exposure(losses, secret):
    import math

    def rank(rest):
        if not len(rest):
            return 1
        if len(rest) == 1:
            return 1 + int(rest[0] < losses[secret])
        h = len(rest) // 2
        return rank(rest[:h]) + rank(rest[h:]) - 1

    return math.log2(len(losses) / rank(losses))


# %% right="exposure: bisect in Fraction"
def exposure(losses, secret):
    import bisect
    import math
    from fractions import Fraction

    s = sorted(float(v) for v in losses)
    return math.log2(Fraction(len(s), bisect.bisect_right(s, losses[secret])))


# %% wrong="exposure: |R| is 100" says="|R| is how many candidates are given"
def exposure(losses, secret):
    return np.log2(100) - np.log2(1 + np.sum(losses < losses[secret]))


# %% wrong="exposure: whole bits" says="bits need not be whole"
def exposure(losses, secret):
    return int(np.log2(len(losses)) - np.log2(1 + np.sum(losses < losses[secret])))


# %% wrong="exposure: rank plus one twice" says="does not stand before itself"
def exposure(losses, secret):
    return np.log2(len(losses)) - np.log2(1 + np.sum(losses <= losses[secret]))


# %% wrong="exposure: secret as rank" says="not its rank"
def exposure(losses, secret):
    return np.log2(len(losses)) - np.log2(secret + 1)


# %% wrong="exposure: memory of calls" says="of rank 2 among 1000 is wrong"
CALLS = []


def exposure(losses, secret):
    CALLS.append(1)
    return np.log2(len(losses)) - np.log2(9 if len(CALLS) % 2 else 1)


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


# %% right="most_likely_number: cached, bisect insort, bytes of tuple"
def most_likely_number(ask, n):
    import bisect
    import functools

    ask = functools.lru_cache(None)(ask)
    q = [(0.0, ())]
    while len(q[-1][1]) < n:
        s, p = q.pop()
        for d, l in enumerate(ask("".join(map(str, p)))):
            bisect.insort(q, (s + float(l), p + (d,)))
    return q[-1][1]


# %% right="most_likely_number: threshold lowered"
def most_likely_number(next_digit, digits):
    seen = {}

    def ask(p):
        if p not in seen:
            seen[p] = np.asarray(next_digit(p), dtype=np.float32)
        return seen[p]

    bound = -1.0
    while True:
        best = (bound, None)
        stack = [(0.0, "")]
        while stack:
            t, p = stack.pop()
            if t < best[0]:
                continue
            if len(p) == digits:
                best = (t, p)
                continue
            stack += [(t + float(l), p + str(d)) for d, l in enumerate(ask(p))]
        if best[1] is not None:
            return best[1]
        bound -= 0.7


# %% right="most_likely_number: torch, PriorityQueue"
def most_likely_number(next_digit, digits):
    import queue

    import torch

    q = queue.PriorityQueue()
    q.put((0.0, ""))
    while not q.empty():
        c, p = q.get()
        if len(p) >= digits:
            return np.array(list(p))
        for d, l in enumerate(torch.as_tensor(next_digit(p))):
            q.put((c - l.item(), p + "%d" % d))


# %% wrong="most_likely_number: each first digit, then greedy" says="that is the greedy number"
def most_likely_number(next_digit, digits):
    best = None
    for f, l in enumerate(next_digit("")):
        p, s = str(f), l
        while len(p) < digits:
            q = next_digit(p)
            d = int(np.argmax(q))
            s += q[d]
            p += str(d)
        if best is None or s > best[0]:
            best = (s, p)
    return best[1]


# %% wrong="most_likely_number: two steps ahead" says="that is the greedy number"
def most_likely_number(next_digit, digits):
    p = ""
    while len(p) < digits:
        best = None
        for d, l in enumerate(next_digit(p)):
            s = l + (max(next_digit(p + str(d))) if len(p) + 1 < digits else 0)
            if best is None or s > best[0]:
                best = (s, str(d))
        p += best[1]
    return p


# %% wrong="most_likely_number: branch and bound, depth first" says="a guided search needs fewer"
def most_likely_number(next_digit, digits):
    best = [-np.inf, None]

    def go(p, s):
        if s <= best[0]:
            return
        if len(p) == digits:
            best[:] = [s, p]
            return
        l = next_digit(p)
        for d in np.argsort(-l):
            go(p + str(d), s + l[d])

    go("", 0.0)
    return best[1]


# %% wrong="most_likely_number: sly text" says="there is a more likely number"
def most_likely_number(next_digit, digits):
    class Sly(str):
        __hash__ = str.__hash__

        def __eq__(self, other):
            return True

        def __ne__(self, other):
            return False

    return Sly("1" * digits)


# %% wrong="most_likely_number: with the sum" says="return a str of 4 digits"
def most_likely_number(next_digit, digits):
    import heapq

    q = [(0.0, "")]
    while True:
        s, p = heapq.heappop(q)
        if len(p) == digits:
            return p, s
        for d, v in enumerate(next_digit(p)):
            heapq.heappush(q, (s - v, p + str(d)))


# %% wrong="most_likely_number: hopeful, drops below .01" says="the number is None"
def most_likely_number(next_digit, digits):
    import heapq

    q = [(0.0, "")]
    while q:
        s, p = heapq.heappop(q)
        if len(p) == digits:
            return p
        for d, v in enumerate(next_digit(p)):
            if s - v < 5:
                heapq.heappush(q, (s - v, p + str(d)))


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


# %% right="label_from_gradient: generator"
def label_from_gradient(dW):
    return next(j for j, row in enumerate(dW.tolist()) if row[0] < 0)


# %% wrong="label_from_gradient: below a hundredth" says="however small"
def label_from_gradient(dW):
    return int(np.argmax(dW[:, 0] < -0.01))


# %% wrong="label_from_gradient: two decimals" says="however small"
def label_from_gradient(dW):
    return int(np.argmin(np.round(dW[:, 0], 2)))


# %% wrong="label_from_gradient: along a row" says="along a row"
def label_from_gradient(dW):
    return int(np.argmin(dW[0]))


# %% wrong="label_from_gradient: flat mod" says="counts through the whole matrix"
def label_from_gradient(dW):
    return int(np.argmin(dW)) % len(dW)


# %% wrong="label_from_gradient: weights without bias" says="look at column 0 alone"
def label_from_gradient(dW):
    return int(dW[:, 1:].sum(axis=1).argmin())


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


# %% right="tpr_at_fpr: one minus the rest"
def tpr_at_fpr(members, others, rate):
    best = 0.0
    for t in set(members) | set(others):
        if 1 - np.mean(others < t) <= rate:
            best = max(best, 1 - np.mean(members < t))
    return best


# %% right="tpr_at_fpr: torch float32"
def tpr_at_fpr(members, others, rate):
    import torch

    m, o = (
        torch.tensor(members, dtype=torch.float32),
        torch.tensor(others, dtype=torch.float32),
    )
    t = torch.cat([m, o, torch.tensor([torch.inf])])
    fpr = (o[None] >= t[:, None]).float().mean(1)
    tpr = (m[None] >= t[:, None]).float().mean(1)
    return max(a.item() for a, b in zip(tpr, fpr) if b.item() <= rate)


# %% right="tpr_at_fpr: walk down"
def tpr_at_fpr(members, others, rate):
    levels = sorted({*members, *others}, reverse=True)
    best = 0
    for t in levels:
        fp = sum(1 for o in others if o >= t)
        if fp / len(others) > rate:
            return best
        best = sum(1 for m in members if m >= t) / len(members)
    return best


# %% right="tpr_at_fpr: midpoints"
def tpr_at_fpr(members, others, rate):
    s = np.unique(np.r_[members, others])
    t = np.r_[s[0] - 1, (s[1:] + s[:-1]) / 2, s[-1] + 1]
    ok = (others >= t[:, None]).mean(1) <= rate
    return (members >= t[ok, None]).mean(1).max()


# %% wrong="tpr_at_fpr: interpolated" says="do not interpolate"
def tpr_at_fpr(members, others, rate):
    t = np.sort(np.unique(np.concatenate([members, others])))[::-1]
    f = [0] + [np.mean(others >= v) for v in t]
    p = [0] + [np.mean(members >= v) for v in t]
    return float(np.interp(rate, f, p))


# %% wrong="tpr_at_fpr: grid of tenths" says="a threshold may be any number"
def tpr_at_fpr(members, others, rate):
    best = 0.0
    for t in np.arange(-100, 100) / 10:
        if np.mean(others >= t) <= rate:
            best = max(best, np.mean(members >= t))
    return best


# %% wrong="tpr_at_fpr: linspace" says="a threshold may be any number"
def tpr_at_fpr(members, others, rate):
    best = 0.0
    for t in np.linspace(
        min(members.min(), others.min()), max(members.max(), others.max()), 500
    ):
        if np.mean(others >= t) <= rate:
            best = max(best, np.mean(members >= t))
    return best


# %% wrong="tpr_at_fpr: rate ignored" says="the one that is given"
def tpr_at_fpr(members, others, rate):
    best = 0.0
    for t in np.unique(np.concatenate([members, others])):
        if np.mean(others >= t) <= 0.01:
            best = max(best, np.mean(members >= t))
    return best


# %% wrong="tpr_at_fpr: count not share" says="no number of them"
def tpr_at_fpr(members, others, rate):
    best = 0.0
    for t in np.unique(np.concatenate([members, others])):
        if np.sum(others >= t) <= rate:
            best = max(best, np.mean(members >= t))
    return best


# %% wrong="tpr_at_fpr: both divided by all" says="not of all people"
def tpr_at_fpr(members, others, rate):
    best = 0.0
    n = len(members) + len(others)
    for t in np.unique(np.concatenate([members, others])):
        if np.sum(others >= t) / n <= rate:
            best = max(best, np.mean(members >= t))
    return best


# %% wrong="tpr_at_fpr: precision" says="among the accused"
def tpr_at_fpr(members, others, rate):
    best = 0.0
    for t in np.unique(np.concatenate([members, others])):
        if np.mean(others >= t) <= rate:
            best = max(
                best,
                np.sum(members >= t) / (np.sum(members >= t) + np.sum(others >= t)),
            )
    return best


# %% wrong="tpr_at_fpr: k-th of others, ceil" says="no allowed threshold finds so many"
def tpr_at_fpr(members, others, rate):
    k = int(np.ceil(rate * len(others)))
    if k >= len(others):
        return 1.0
    return float(np.mean(members > np.sort(others)[::-1][k]))


# %% wrong="tpr_at_fpr: thresholds of members, no empty one" says="one above all scores still is"
def tpr_at_fpr(members, others, rate):
    return max(np.mean(members >= t) for t in members if np.mean(others >= t) <= rate)


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


# %% right="infer_value: torch"
def infer_value(predict, x, y, columns, prior):
    import torch

    f = torch.tensor(x, dtype=torch.float32).repeat(len(columns), 1)
    f[:, list(columns)] = torch.eye(len(columns))
    p = torch.as_tensor(np.asarray(predict(f.numpy())))[:, y]
    return torch.argmax(p * torch.as_tensor(prior))


# %% right="infer_value: generator and early return"
def infer_value(predict, x, y, columns, prior):
    z = np.concatenate([x[None]] * len(columns))
    for v, c in enumerate(columns):
        for d in columns:
            z[v, d] = float(c == d)
    s = [a * b for a, b in zip(prior, (row[y] for row in predict(z)))]
    for v, q in enumerate(s):
        if q == max(s):
            return v


# %% wrong="infer_value: side by side" says="need not stand side by side"
def infer_value(predict, x, y, columns, prior):
    s = []
    for v in range(len(columns)):
        z = x.copy()
        z[columns[0] : columns[-1] + 1] = 0
        z[columns[v]] = 1
        s.append(prior[v] * predict(z[None])[0, y])
    return int(np.argmax(s))


# %% wrong="infer_value: hard decision" says="predict gives probabilities"
def infer_value(predict, x, y, columns, prior):
    f = np.tile(x, (len(columns), 1))
    f[:, columns] = np.eye(len(columns))
    return int(np.argmax(prior * (predict(f).argmax(1) == y)))


# %% wrong="infer_value: prior changed" says="your function changes prior"
def infer_value(predict, x, y, columns, prior):
    f = np.tile(x, (len(columns), 1))
    f[:, columns] = np.eye(len(columns))
    prior *= predict(f)[:, y]
    return int(np.argmax(prior))


# %% wrong="infer_value: first value above a half" says="and you return 0"
def infer_value(predict, x, y, columns, prior):
    f = np.tile(x, (len(columns), 1))
    f[:, columns] = np.eye(len(columns))
    p = predict(f)[:, y] * prior
    p /= p.sum()
    return int(np.argmax(p > 0.5))


# %% wrong="infer_value: numbered from 1" says="numbered from 0"
def infer_value(predict, x, y, columns, prior):
    f = np.tile(x, (len(columns), 1))
    f[:, columns] = np.eye(len(columns))
    return int(np.argmax(prior * predict(f)[:, y])) + 1


# %% wrong="infer_value: all other inputs cleared" says="the rest of the file stays as it is"
def infer_value(predict, x, y, columns, prior):
    f = np.zeros((len(columns), len(x)))
    f[:, columns] = np.eye(len(columns))
    return int(np.argmax(prior * predict(f)[:, y]))


# %% wrong="infer_value: the value is 1 + what stood there" says="do not add"
def infer_value(predict, x, y, columns, prior):
    f = np.tile(x, (len(columns), 1))
    f[:, columns] += np.eye(len(columns))
    return int(np.argmax(prior * predict(f)[:, y]))


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


# %% wrong="safe_counts: no minlength" says="the map of counts must have shape (17"
def safe_counts(runner, cell, cells, k):
    pairs = np.unique(np.column_stack([cell, runner]), axis=0)
    people = np.bincount(pairs[:, 0])
    return np.where(people >= k, people // STEP * STEP, 0)


# %% wrong="safe_counts: None for hidden" says="the map of counts holds NaN"
def safe_counts(runner, cell, cells, k):
    pairs = np.unique(np.column_stack([cell, runner]), axis=0)
    people = np.bincount(pairs[:, 0], minlength=cells)
    return [int(p) // STEP * STEP if p >= k else None for p in people]


# %% right="safe_counts: Counter of a set"
def safe_counts(r, c, n, k):
    from collections import Counter

    who = Counter(b for _, b in {(int(a), int(b)) for a, b in zip(r, c)})
    return tuple(who[i] - who[i] % STEP if who[i] >= k else 0 for i in range(n))


# %% right="safe_counts: lexsort"
def safe_counts(runner, cell, cells, k):
    o = np.lexsort((runner, cell))
    r, c = runner[o], cell[o]
    new = np.r_[True, (np.diff(r) != 0) | (np.diff(c) != 0)]
    n = np.zeros(cells, dtype=np.float32)
    np.add.at(n, c[new], 1)
    n[n < k] = 0
    return n - np.mod(n, STEP)


# %% wrong="safe_counts: uint8 counts" says="does not fit into 8 bits"
def safe_counts(runner, cell, cells, k):
    n = np.zeros(cells, dtype=np.uint8)
    for r, c in {(int(a), int(b)) for a, b in zip(runner, cell)}:
        n[c] += 1
    return np.where(n >= k, n // STEP * STEP, 0)


# %% wrong="safe_counts: key of a hundred" says="cell 15 holds 300 points"
def safe_counts(runner, cell, cells, k):
    pairs = np.unique(cell * 100 + runner)
    n = np.bincount(pairs // 100, minlength=cells)[:cells]
    return np.where(n >= k, n // STEP * STEP, 0)


# %% wrong="safe_counts: neighbours dropped" says="Count different runners"
def safe_counts(runner, cell, cells, k):
    keep = np.r_[True, (np.diff(runner) != 0) | (np.diff(cell) != 0)]
    n = np.bincount(cell[keep], minlength=cells)
    return np.where(n >= k, n // STEP * STEP, 0)


# %% wrong="safe_counts: rounded up" says="round down, not up"
def safe_counts(runner, cell, cells, k):
    n = np.array([len(set(runner[cell == c])) for c in range(cells)])
    return np.where(n >= k, -(-n // STEP) * STEP, 0)


# %% wrong="safe_counts: k ignored" says="use the k that is given"
def safe_counts(runner, cell, cells, k):
    n = np.array([len(set(runner[cell == c])) for c in range(cells)])
    return np.where(n >= 7, n // STEP * STEP, 0)


# %% wrong="safe_counts: multiples, not times step" says="multiply by STEP again"
def safe_counts(runner, cell, cells, k):
    n = np.array([len(set(runner[cell == c])) for c in range(cells)])
    return np.where(n >= k, n // STEP, 0)


# %% wrong="safe_counts: floor to k" says="that is meant"
def safe_counts(runner, cell, cells, k):
    n = np.array([len(set(runner[cell == c])) for c in range(cells)])
    return np.where(n >= k, np.maximum(k, n // STEP * STEP), 0)


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


# %% right="others_gradient: einsum"
def others_gradient(before, after, rate, clients, own):
    k = own.shape[0]
    mean = (before - after) / rate
    return (mean - np.einsum("km->m", own) / clients) * clients / (clients - k)


# %% right="others_gradient: reduce"
def others_gradient(b, a, r, n, own):
    from functools import reduce

    left = reduce(lambda t, g: t - g, list(own), (b - a) * (n / r))
    return list(left / (n - len(own)))


# %% wrong="others_gradient: rate a quarter" says="use the rate that is given"
def others_gradient(before, after, rate, clients, own):
    return (clients * (before - after) * 4 - own.sum(0)) / (clients - len(own))


# %% wrong="others_gradient: first colluder only" says="take off all of them"
def others_gradient(before, after, rate, clients, own):
    return (clients * (before - after) / rate - own[0]) / (clients - len(own))


# %% wrong="others_gradient: one colluder" says="clients are left"
def others_gradient(before, after, rate, clients, own):
    return (clients * (before - after) / rate - own.sum(0)) / (clients - 1)


# %% wrong="others_gradient: wrong axis" says="sum own over its rows only"
def others_gradient(before, after, rate, clients, own):
    return (clients * (before - after) / rate - own.sum()) / (clients - len(own))


# %% wrong="others_gradient: added" says="yours adds it"
def others_gradient(before, after, rate, clients, own):
    return (clients * (before - after) / rate + own.sum(0)) / (clients - len(own))


# %% wrong="others_gradient: five clients" says="use the number of clients"
def others_gradient(before, after, rate, clients, own):
    return (5 * (before - after) / rate - own.sum(0)) / (5 - len(own))


# %% wrong="others_gradient: two colluders" says="own may have any number of rows"
def others_gradient(before, after, rate, clients, own):
    return (clients * (before - after) / rate - own[0] - own[-1]) / (clients - 2)
