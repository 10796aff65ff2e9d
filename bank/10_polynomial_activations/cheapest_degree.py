# %% equivalent="the largest error on a grid, a float, is a tolerance by accident only"
# np.abs(chebyshev(f, degree, bound)(x) - f(x)).max() <= tolerance -> np.abs(chebyshev(f, degree, bound)(x) - f(x)).max() < tolerance

# %% equivalent="the difference is taken without its sign"
# chebyshev(f, degree, bound)(x) - f(x) -> f(x) - chebyshev(f, degree, bound)(x)

# %% equivalent="another grid, as fine: the sums differ by less than the check can ask"
# x = np.linspace(-bound, bound, 4001) -> x = np.linspace(bound, -bound, 4001)
# x = np.linspace(-bound, bound, 4001) -> x = np.linspace(-bound, bound, 4002)
# x = np.linspace(-bound, bound, 4001) -> x = np.linspace(-bound, bound, 4000)

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


# %% right="numpy int, own chebyshev"
def cheapest_degree(f, bound, tolerance):
    x = np.linspace(-bound, bound, 10001)
    for d in np.arange(1, HIGHEST + 1):
        if np.max(np.abs(chebyshev(f, int(d), bound)(x) - f(x))) <= tolerance:
            return d
    raise ValueError("none")


# %% right="next"
def cheapest_degree(f, bound, tolerance):
    good = [
        d
        for d in range(1, HIGHEST + 1)
        if max_error(chebyshev(f, d, bound), f, bound) <= tolerance
    ]
    if not good:
        raise ValueError("none")
    return min(good)


# %% wrong="bisection" says="The error may rise before it falls"
def cheapest_degree(f, bound, tolerance):
    x = np.linspace(-bound, bound, 4001)
    ok = lambda d: np.abs(chebyshev(f, d, bound)(x) - f(x)).max() <= tolerance
    if not ok(HIGHEST):
        raise ValueError("none")
    low, high = 0, HIGHEST
    while high - low > 1:
        m = (low + high) // 2
        low, high = (low, m) if ok(m) else (m, high)
    return high


# %% wrong="mean error on a finer grid" says="degree 2 has an error of 0"
def cheapest_degree(f, bound, tolerance):
    x = np.linspace(-bound, bound, 4001)
    for d in range(1, HIGHEST + 1):
        if np.abs(chebyshev(f, d, bound)(x) - f(x)).mean() <= tolerance:
            return d
    raise ValueError


# %% wrong="returns None" says="brings relu on [-10, 10] within 0.0001: raise ValueError; got"
def cheapest_degree(f, bound, tolerance):
    x = np.linspace(-bound, bound, 4001)
    for d in range(1, HIGHEST + 1):
        if np.abs(chebyshev(f, d, bound)(x) - f(x)).max() <= tolerance:
            return d


# %% wrong="twenty points" says="degree 3 has an error of 0"
def cheapest_degree(f, bound, tolerance):
    x = np.linspace(-bound, bound, 5)
    for d in range(1, HIGHEST + 1):
        if np.abs(chebyshev(f, d, bound)(x) - f(x)).max() <= tolerance:
            return d
    raise ValueError


# %% wrong="exits" says="brings relu on [-10, 10] within 0.0001: raise ValueError; got"
def cheapest_degree(f, bound, tolerance):
    x = np.linspace(-bound, bound, 4001)
    for d in range(1, HIGHEST + 1):
        if np.abs(chebyshev(f, d, bound)(x) - f(x)).max() <= tolerance:
            return d
    raise AssertionError("no such degree")


# %% wrong="interval 1" says="degree 1 has an error of 0"
def cheapest_degree(f, bound, tolerance):
    x = np.linspace(-1, 1, 4001)
    for d in range(1, HIGHEST + 1):
        if np.abs(chebyshev(f, d, 1.0)(x) - f(x)).max() <= tolerance:
            return d
    raise ValueError


# %% right="recursion and keywords"
def cheapest_degree(f, bound, tolerance, degree=1):
    if degree > HIGHEST:
        raise ValueError("none")
    p = chebyshev(f=f, degree=degree, bound=bound)
    x = np.cos(np.linspace(0, np.pi, 4001)) * bound
    if np.allclose(p(x), f(x), rtol=0, atol=tolerance):
        return degree
    return cheapest_degree(f, bound, tolerance, degree + 1)


# %% right="1000 even points"
def cheapest_degree(f, bound, tolerance):
    x = np.linspace(-bound, bound, 1000)
    for d in range(1, HIGHEST + 1):
        if np.abs(chebyshev(f, d, bound)(x) - f(x)).max() <= tolerance:
            return d
    raise ValueError


# %% right="own subclass of ValueError"
def cheapest_degree(f, bound, tolerance):
    class Hopeless(ValueError):
        pass

    x = np.linspace(-bound, bound, 2001)
    d = 0
    while (d := d + 1) <= HIGHEST:
        if np.abs(chebyshev(f, d, bound)(x) - f(x)).max() <= tolerance:
            return d
    raise Hopeless


# %% wrong="signed error" says="-relu(-x - 3)"
def cheapest_degree(f, bound, tolerance):
    x = np.linspace(-bound, bound, 4001)
    for d in range(1, HIGHEST + 1):
        if (chebyshev(f, d, bound)(x) - f(x)).max() <= tolerance:
            return d
    raise ValueError


# %% wrong="right half only" says="-relu(-x - 3)"
def cheapest_degree(f, bound, tolerance):
    x = np.linspace(0, bound, 4001)
    for d in range(1, HIGHEST + 1):
        if np.abs(chebyshev(f, d, bound)(x) - f(x)).max() <= tolerance:
            return d
    raise ValueError


# %% wrong="relative error" says="not a share of the function's size"
def cheapest_degree(f, bound, tolerance):
    x = np.linspace(-bound, bound, 4001)
    for d in range(1, HIGHEST + 1):
        if np.allclose(chebyshev(f, d, bound)(x), f(x), rtol=tolerance, atol=tolerance):
            return d
    raise ValueError


# %% wrong="stops before HIGHEST" says="your answer gives ValueError"
def cheapest_degree(f, bound, tolerance):
    x = np.linspace(-bound, bound, 4001)
    for d in range(1, HIGHEST):
        if np.abs(chebyshev(f, d, bound)(x) - f(x)).max() <= tolerance:
            return d
    raise ValueError


# %% wrong="StopIteration" says="raise ValueError; got"
def cheapest_degree(f, bound, tolerance):
    x = np.linspace(-bound, bound, 4001)
    return next(
        d
        for d in range(1, HIGHEST + 1)
        if np.abs(chebyshev(f, d, bound)(x) - f(x)).max() <= tolerance
    )


# %% wrong="TypeError at the end" says="raise ValueError; got TypeError"
def cheapest_degree(f, bound, tolerance):
    x = np.linspace(-bound, bound, 4001)
    for d in range(1, HIGHEST + 1):
        if np.abs(chebyshev(f, d, bound)(x) - f(x)).max() <= tolerance:
            return d
    raise "no such degree"


# %% wrong="21 points" says="fine grid"
def cheapest_degree(f, bound, tolerance):
    x = np.linspace(-bound, bound, 21)
    for degree in range(1, HIGHEST + 1):
        if np.abs(chebyshev(f, degree, bound)(x) - f(x)).max() <= tolerance:
            return degree
    raise ValueError("no such degree")


# %% wrong="101 points" says="fine grid"
def cheapest_degree(f, bound, tolerance):
    x = np.linspace(-bound, bound, 101)
    for degree in range(1, HIGHEST + 1):
        if np.abs(chebyshev(f, degree, bound)(x) - f(x)).max() <= tolerance:
            return degree
    raise ValueError("no such degree")


# %% wrong="without the ends" says="leaves out the ends"
def cheapest_degree(f, bound, tolerance):
    x = np.linspace(-0.9 * bound, 0.9 * bound, 4001)
    for degree in range(1, HIGHEST + 1):
        if np.abs(chebyshev(f, degree, bound)(x) - f(x)).max() <= tolerance:
            return degree
    raise ValueError("no such degree")


# %% wrong="gives up when it gets worse" says="The error may rise, or stay, before it falls"
def cheapest_degree(f, bound, tolerance):
    x = np.linspace(-bound, bound, 4001)
    best, worse = np.inf, 0
    for degree in range(1, HIGHEST + 1):
        error = np.abs(chebyshev(f, degree, bound)(x) - f(x)).max()
        if error <= tolerance:
            return degree
        worse += error > best
        best = min(best, error)
        if worse > 3:
            break
    raise ValueError("no such degree")


# %% wrong="the root of the mean square" says="root of the mean square"
def cheapest_degree(f, bound, tolerance):
    x = np.linspace(-bound, bound, 4001)
    for degree in range(1, HIGHEST + 1):
        error = chebyshev(f, degree, bound)(x) - f(x)
        if np.sqrt((error**2).mean()) <= tolerance:
            return degree
    raise ValueError("no such degree")


# %% wrong="the mean of the errors" says="Yours is the mean error"
def cheapest_degree(f, bound, tolerance):
    x = np.linspace(-bound, bound, 1001)
    for degree in range(1, HIGHEST + 1):
        error = chebyshev(f, degree, bound)(x) - f(x)
        if np.mean(np.abs(error)) <= tolerance:
            return degree
    raise ValueError("no degree is high enough")
