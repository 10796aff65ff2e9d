# %% right="walks until the first raised entry"
def find_i(public, m, w):
    for u in range(1, len(w) + 1):
        if pow(w[u - 1], public.e, public.n) != (m + u - 1) % public.n:
            return u - 1
    return len(w)


# %% right="tests the raised hypothesis"
def find_i(public, m, w):
    raised = 0
    for u, entry in enumerate(w):
        if entry > 0:
            raised += public.encrypt(entry - 1) == (m + u) % public.n
    return len(w) - raised


# %% wrong="place from 0" says="off by one"
def find_i(public, m, w):
    last = -1
    for u, entry in enumerate(w):
        if public.encrypt(entry) == (m + u) % public.n:
            last = u
    return last if last >= 0 else 0


# %% wrong="shifted by one" says="compared with m + u - 1"
def find_i(public, m, w):
    n = public.n
    return sum(public.encrypt(entry) == (m + u) % n for u, entry in enumerate(w, 1))


# %% wrong="first raised entry" says="off by one"
def find_i(public, m, w):
    for u, entry in enumerate(w, 1):
        if public.encrypt(entry) != (m + u - 1) % public.n:
            return u
    return len(w)


# %% wrong="no wrap" says="both wrap"
def find_i(public, m, w):
    return sum(public.encrypt(entry) == m + u for u, entry in enumerate(w))


# %% right="bisection"
def find_i(public, m, w):
    lo, hi = 0, len(w)
    while lo < hi:
        mid = (lo + hi + 1) // 2
        if pow(w[mid - 1], public.e, public.n) == (m + mid - 1) % public.n:
            lo = mid
        else:
            hi = mid - 1
    return lo


# %% wrong="counts the raised ones" says="you counted the entries after i"
def find_i(public, m, w):
    n = public.n
    return sum(public.encrypt(entry) != (m + u) % n for u, entry in enumerate(w))


# %% wrong="not encrypted" says="has to be encrypted"
def find_i(public, m, w):
    n = public.n
    return sum(entry == (m + u) % n for u, entry in enumerate(w))


# %% wrong="m for every entry" says="one more from each entry to the next"
def find_i(public, m, w):
    return sum(public.encrypt(entry) == m % public.n for entry in w)


# %% wrong="m counted down" says="one more from each entry to the next"
def find_i(public, m, w):
    n = public.n
    return sum(public.encrypt(entry) == (m - u) % n for u, entry in enumerate(w))


# %% wrong="the places themselves" says="i must be a whole number, got"
def find_i(public, m, w):
    n = public.n
    return [u for u, v in enumerate(w, 1) if public.encrypt(v) == (m + u - 1) % n]


# %% wrong="nothing to find if none is raised" says="None came where no entry was raised"
def find_i(public, m, w):
    for u, entry in enumerate(w):
        if public.encrypt(entry) != (m + u) % public.n:
            return u


# %% wrong="stops before the last entry" says="off by one"
def find_i(public, m, w):
    for u in range(len(w) - 1):
        if public.encrypt(w[u]) != (m + u) % public.n:
            return u
    return len(w) - 1


# %% right="next"
def find_i(public, m, w):
    n = public.n
    return next(
        (u for u, v in enumerate(w) if public.encrypt(v) != (m + u) % n), len(w)
    )


# %% right="recursion"
def find_i(public, m, w):
    if not w or pow(w[0], public.e, public.n) != m % public.n:
        return 0
    return 1 + find_i(public, (m + 1) % public.n, w[1:])


# %% wrong="neighbours" says="off by one"
def find_i(public, m, w):
    e = [public.encrypt(v) for v in w]
    return sum((b - a) % public.n == 1 for a, b in zip(e, e[1:]))


# %% wrong="e missing" says="has to be encrypted"
def find_i(public, m, w):
    return sum(v % public.n == (m + u) % public.n for u, v in enumerate(w))


# %% wrong="negative modulo" says="compared with m + u - 1"
def find_i(public, m, w):
    return sum(public.encrypt(v) == (m - u) % public.n for u, v in enumerate(w))


# %% wrong="minus one" says="off by one"
def find_i(public, m, w):
    return sum(public.encrypt(v) == (m + u) % public.n for u, v in enumerate(w)) - 1


# %% wrong="none found if all entries are unchanged" says="None came where no entry was raised"
def find_i(public, m, w):
    for u, y in enumerate(w):
        if public.encrypt(y) != (m + u) % public.n:
            return u


# %% wrong="neighbours one apart" says="entries of w are compared with each other"
def find_i(public, m, w):
    for u in range(len(w) - 1):
        if w[u + 1] - w[u] == 1:
            return u + 1
    return len(w)
