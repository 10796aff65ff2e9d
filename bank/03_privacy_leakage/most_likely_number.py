# %% equivalent="neither statement reads what the other one binds"
# import heapq; waiting = [(0.0, '')] -> waiting = [(0.0, '')]; import heapq

# %% equivalent="one number added to every sum changes no order"
# waiting = [(0.0, '')] -> waiting = [(1.0, '')]
# waiting = [(0.0, '')] -> waiting = [(-1.0, '')]

# %% right="Dijkstra"
def most_likely_number(next_digit, digits):
    import heapq

    queue = [(0.0, "")]
    while True:
        loss, prefix = heapq.heappop(queue)
        if len(prefix) == digits:
            return prefix
        for digit, log_p in enumerate(next_digit(prefix)):
            heapq.heappush(queue, (loss - log_p, prefix + str(digit)))


# %% right="the best of a list, again and again"
def most_likely_number(next_digit, digits):
    waiting = {(): 0.0}
    while True:
        prefix = max(waiting, key=waiting.get)
        if len(prefix) == digits:
            return list(prefix)
        total = waiting.pop(prefix)
        log_p = next_digit("".join(map(str, prefix)))
        waiting.update({(*prefix, d): total + log_p[d] for d in range(10)})


# %% wrong="greedy" says="that is the greedy number"
def most_likely_number(next_digit, digits):
    prefix = ""
    while len(prefix) < digits:
        prefix += str(int(np.argmax(next_digit(prefix))))
    return prefix


# %% wrong="all numbers" says="a guided search needs fewer"
def most_likely_number(next_digit, digits):
    level = [(0.0, "")]
    for _ in range(digits):
        level = [
            (total + log_p, prefix + str(digit))
            for total, prefix in level
            for digit, log_p in enumerate(next_digit(prefix))
        ]
    return max(level)[1]


# %% wrong="narrow beam" says="dropped on the way"
def most_likely_number(next_digit, digits):
    beam = [(0.0, "")]
    for _ in range(digits):
        longer = [
            (total + log_p, prefix + str(digit))
            for total, prefix in beam
            for digit, log_p in enumerate(next_digit(prefix))
        ]
        beam = sorted(longer)[-3:]
    return max(beam)[1] if max(beam)[1] != "" else None


# %% wrong="stops when found" says="taken from the queue"
def most_likely_number(next_digit, digits):
    import heapq

    queue = [(0.0, "")]
    while True:
        loss, prefix = heapq.heappop(queue)
        for digit, log_p in enumerate(next_digit(prefix)):
            longer = prefix + str(digit)
            if len(longer) == digits:
                return longer
            heapq.heappush(queue, (loss - log_p, longer))


# %% right="dijkstra by list"
def most_likely_number(next_digit, digits):
    waiting = [(0.0, [])]
    while True:
        waiting.sort(key=lambda p: p[0])
        loss, prefix = waiting.pop(0)
        if len(prefix) == digits:
            return prefix
        logs = list(next_digit("".join(map(str, prefix))))
        waiting += [(loss - l, [*prefix, d]) for d, l in enumerate(logs)]


# %% wrong="int" says="return a str of 4 digits"
def most_likely_number(next_digit, digits):
    import heapq

    waiting = [(0.0, "")]
    while True:
        loss, prefix = heapq.heappop(waiting)
        if len(prefix) == digits:
            return int(prefix)
        for digit, log_p in enumerate(next_digit(prefix)):
            heapq.heappush(waiting, (loss - log_p, f"{prefix}{digit}"))


# %% wrong="beam 3" says="the best first digit need not begin the best number"
def most_likely_number(next_digit, digits):
    beam = [(0.0, "")]
    for _ in range(digits):
        beam = sorted(
            (l - p, s + str(d)) for l, s in beam for d, p in enumerate(next_digit(s))
        )[:3]
    return beam[0][1]


# %% wrong="beam 10" says="the best first digit need not begin the best number"
def most_likely_number(next_digit, digits):
    beam = [(0.0, "")]
    for _ in range(digits):
        beam = sorted(
            (l - p, s + str(d)) for l, s in beam for d, p in enumerate(next_digit(s))
        )[:10]
    return beam[0][1]


# %% wrong="probabilities added" says="the best first digit need not begin the best number"
def most_likely_number(next_digit, digits):
    import heapq

    waiting = [(0.0, "")]
    while True:
        loss, prefix = heapq.heappop(waiting)
        if len(prefix) == digits:
            return prefix
        for digit, log_p in enumerate(next_digit(prefix)):
            heapq.heappush(waiting, (loss - np.exp(log_p), f"{prefix}{digit}"))


# %% wrong="itertools.product" says="and with 11 digits trying all is hopeless"
def most_likely_number(next_digit, digits):
    import itertools

    return max(
        ("".join(n) for n in itertools.product("0123456789", repeat=digits)),
        key=lambda n: sum(next_digit(n[:i])[int(n[i])] for i in range(digits)),
    )


# %% wrong="list with None" says="return a str of 4 digits"
def most_likely_number(next_digit, digits):
    return [None] * digits


# %% wrong="list of floats" says="return a str of 4 digits"
def most_likely_number(next_digit, digits):
    return [9.7, 2.2, 4.1, 7.9] if digits == 4 else [8, 0, 3, 1, 6]


# %% wrong="random sampling" says="and with 11 digits trying all is hopeless"
def most_likely_number(next_digit, digits):
    import random

    draw = random.Random(7)
    best, got = -1e9, None
    for _ in range(100):
        s, t = "", 0
        for _ in range(digits):
            l = next_digit(s)
            d = draw.choices(range(10), np.exp(l))[0]
            t += l[d]
            s += str(d)
        if t > best:
            best, got = t, s
    return got


# %% right="cached, bisect insort, bytes of tuple"
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


# %% right="threshold lowered"
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


# %% right="torch, PriorityQueue"
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


# %% wrong="each first digit, then greedy" says="that is the greedy number"
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


# %% wrong="two steps ahead" says="that is the greedy number"
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


# %% wrong="branch and bound, depth first" says="a guided search needs fewer"
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


# %% wrong="sly text" says="there is a more likely number"
def most_likely_number(next_digit, digits):
    class Sly(str):
        __hash__ = str.__hash__

        def __eq__(self, other):
            return True

        def __ne__(self, other):
            return False

    return Sly("1" * digits)


# %% wrong="with the sum" says="return a str of 4 digits"
def most_likely_number(next_digit, digits):
    import heapq

    q = [(0.0, "")]
    while True:
        s, p = heapq.heappop(q)
        if len(p) == digits:
            return p, s
        for d, v in enumerate(next_digit(p)):
            heapq.heappush(q, (s - v, p + str(d)))


# %% wrong="hopeful, drops below .01" says="the number is None"
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


# %% right="PriorityQueue probabilities"
def most_likely_number(next_digit, digits):
    from queue import PriorityQueue

    q = PriorityQueue()
    q.put((-1.0, ""))
    while True:
        s, p = q.get()
        if len(p) == digits:
            return p
        for d, pr in enumerate(np.exp(next_digit(p))):
            q.put((s * pr, p + str(d)))


# %% right="sorted list"
def most_likely_number(next_digit, digits):
    w = [(0.0, "")]
    while True:
        w.sort()
        s, p = w.pop(0)
        if len(p) == digits:
            return p
        w += [(s - l, p + str(d)) for d, l in enumerate(next_digit(p))]


# %% wrong="forgets sum" says="than by the sum of log probabilities"
def most_likely_number(next_digit, digits):
    import heapq

    q = [(0.0, "")]
    while True:
        s, p = heapq.heappop(q)
        if len(p) == digits:
            return p
        for d, l in enumerate(next_digit(p)):
            heapq.heappush(q, (-l, p + str(d)))


# %% wrong="mean per digit" says="than by the sum of log probabilities"
def most_likely_number(next_digit, digits):
    import heapq

    q = [(0.0, 0.0, "")]
    while True:
        _, s, p = heapq.heappop(q)
        if len(p) == digits:
            return p
        for d, l in enumerate(next_digit(p)):
            heapq.heappush(q, ((s - l) / (len(p) + 1), s - l, p + str(d)))


# %% wrong="fifo" says="first come"
def most_likely_number(next_digit, digits):
    q = [(0.0, "")]
    while True:
        s, p = q.pop(0)
        if len(p) == digits:
            return p
        q += [(s - l, p + str(d)) for d, l in enumerate(next_digit(p))]


# %% wrong="one digit fails" says="there is a more likely number"
def most_likely_number(next_digit, digits):
    import heapq

    l = next_digit("")
    if digits == 1:
        return str(int(np.argmin(l)))
    q = [(-l[d], str(d)) for d in range(10)]
    heapq.heapify(q)
    while True:
        s, p = heapq.heappop(q)
        if len(p) == digits:
            return p
        for d, v in enumerate(next_digit(p)):
            heapq.heappush(q, (s - v, p + str(d)))


# %% wrong="asks twice" says="keep its answer"
def most_likely_number(next_digit, digits):
    import heapq

    q = [(0.0, "")]
    while True:
        s, p = heapq.heappop(q)
        if len(p) == digits:
            return p
        for d in range(10):
            heapq.heappush(q, (s - next_digit(p)[d], p + str(d)))


# %% wrong="leading zero lost" says="return a str of"
def most_likely_number(next_digit, digits):
    import heapq

    q = [(0.0, "")]
    while True:
        s, p = heapq.heappop(q)
        if len(p) == digits:
            return str(int(p))
        for d, l in enumerate(next_digit(p)):
            heapq.heappush(q, (s - l, p + str(d)))
