# %% right="a list of errors"
def cheapest_degree(f, bound, tolerance):
    x = np.linspace(-bound, bound, 10001)
    good = [
        d
        for d in range(1, HIGHEST + 1)
        if np.max(np.abs(chebyshev(f, d, bound)(x) - f(x))) <= tolerance
    ]
    if not good:
        raise ValueError("no such degree")
    return np.int64(min(good))


# %% right="while"
def cheapest_degree(f, bound, tolerance):
    points = [bound * (2 * i / 2000 - 1) for i in range(2001)]
    degree = 1
    while degree <= HIGHEST:
        p = chebyshev(f, degree, bound)
        if all(abs(p(x) - f(np.array([x]))[0]) <= tolerance for x in points):
            return degree
        degree += 1
    raise ValueError(f"tolerance {tolerance} is out of reach")


# %% wrong="mean error" says="The largest error counts"
def cheapest_degree(f, bound, tolerance):
    x = np.linspace(-bound, bound, 2001)
    for degree in range(1, HIGHEST + 1):
        if np.abs(chebyshev(f, degree, bound)(x) - f(x)).mean() <= tolerance:
            return degree
    raise ValueError


# %% wrong="on -1 to 1" says="over the whole interval"
def cheapest_degree(f, bound, tolerance):
    x = np.linspace(-1, 1, 2001)
    for degree in range(1, HIGHEST + 1):
        if np.abs(chebyshev(f, degree, bound)(x) - f(x)).max() <= tolerance:
            return degree
    raise ValueError


# %% wrong="gives the best it has" says="raise ValueError"
def cheapest_degree(f, bound, tolerance):
    x = np.linspace(-bound, bound, 2001)
    for degree in range(1, HIGHEST + 1):
        if np.abs(chebyshev(f, degree, bound)(x) - f(x)).max() <= tolerance:
            return degree
    return HIGHEST


# %% wrong="an index for a degree" says="a lower one is too"
def cheapest_degree(f, bound, tolerance):
    x = np.linspace(-bound, bound, 2001)
    for degree in range(HIGHEST):
        if np.abs(chebyshev(f, degree, bound)(x) - f(x)).max() <= tolerance:
            return degree + 1
    raise ValueError


# %% copied="up to 31" says="another variant's number"
def cheapest_degree(f, bound, tolerance):
    x = np.linspace(-bound, bound, 2001)
    for degree in range(1, 32):
        if np.abs(chebyshev(f, degree, bound)(x) - f(x)).max() <= tolerance:
            return degree
    raise ValueError
