# %% right="chebyshev_coefficients: chebfit at the nodes"
def chebyshev_coefficients(f, degree, nodes):
    t = np.cos((np.arange(nodes) + 0.5) * np.pi / nodes)
    return np.polynomial.chebyshev.chebfit(t, f(t), nodes - 1)[: degree + 1]


# %% right="chebyshev_coefficients: dct, float32"
def chebyshev_coefficients(f, degree, nodes):
    from scipy.fft import dct

    t = np.cos((np.arange(nodes) + 0.5) * np.pi / nodes)
    c = dct(f(t)) / nodes
    c[0] /= 2
    return c[: degree + 1].astype(np.float32)


# %% right="chebyshev_coefficients: loops of floats"
def chebyshev_coefficients(f, degree, nodes):
    out = []
    for k in range(degree + 1):
        s = 0.0
        for i in range(nodes):
            th = math.pi * (i + 0.5) / nodes
            s += float(f(np.array([math.cos(th)]))[0]) * math.cos(k * th)
        out.append(s * (1 if k == 0 else 2) / nodes)
    return out


# %% right="chebyshev_coefficients: f of scalars"
def chebyshev_coefficients(f, degree, nodes):
    th = (np.arange(nodes) + 0.5) * np.pi / nodes
    v = np.array([f(t) for t in np.cos(th)])
    c = np.array([2 / nodes * np.sum(v * np.cos(k * th)) for k in range(degree + 1)])
    return c * np.array([0.5] + [1] * degree)


# %% right="chebyshev_coefficients: torch"
def chebyshev_coefficients(f, degree, nodes):
    import torch

    th = (torch.arange(nodes, dtype=torch.float64) + 0.5) * math.pi / nodes
    v = torch.from_numpy(np.asarray(f(torch.cos(th).numpy())))
    c = 2 / nodes * torch.cos(torch.outer(torch.arange(degree + 1.0).double(), th)) @ v
    c[0] /= 2
    return c


# %% right="chebyshev_coefficients: reversed nodes"
def chebyshev_coefficients(f, degree, nodes):
    th = (np.arange(nodes)[::-1] + 0.5) * np.pi / nodes
    return [
        (1 if k == 0 else 2) * np.mean(f(np.cos(th)) * np.cos(k * th))
        for k in range(degree + 1)
    ]


# %% wrong="chebyshev_coefficients: f of theta" says="its argument is t = cos(theta)"
def chebyshev_coefficients(f, degree, nodes):
    th = (np.arange(nodes) + 0.5) * np.pi / nodes
    return [
        (1 if k == 0 else 2) * np.mean(f(th) * np.cos(k * th))
        for k in range(degree + 1)
    ]


# %% wrong="chebyshev_coefficients: reversed" says="the order is turned round"
def chebyshev_coefficients(f, degree, nodes):
    th = (np.arange(nodes) + 0.5) * np.pi / nodes
    return [
        (1 if k == 0 else 2) * np.mean(f(np.cos(th)) * np.cos(k * th))
        for k in range(degree + 1)
    ][::-1]


# %% wrong="chebyshev_coefficients: degree many" says="with degree 4 and 9 nodes"
def chebyshev_coefficients(f, degree, nodes):
    th = (np.arange(nodes) + 0.5) * np.pi / nodes
    return [
        (1 if k == 0 else 2) * np.mean(f(np.cos(th)) * np.cos(k * th))
        for k in range(degree)
    ]


# %% wrong="chebyshev_coefficients: own number of nodes" says="these come from more nodes than the 4 you are given"
def chebyshev_coefficients(f, degree, nodes):
    nodes = 64
    th = (np.arange(nodes) + 0.5) * np.pi / nodes
    return [
        (1 if k == 0 else 2) * np.mean(f(np.cos(th)) * np.cos(k * th))
        for k in range(degree + 1)
    ]


# %% wrong="chebyshev_coefficients: fit with degree on even points" says="the nodes are spread evenly in t"
def chebyshev_coefficients(f, degree, nodes):
    t = np.linspace(-1, 1, nodes)
    return np.polynomial.chebyshev.chebfit(t, f(t), degree)


# %% wrong="chebyshev_coefficients: T_k of k times" says="T_k(t) is cos(k theta)"
def chebyshev_coefficients(f, degree, nodes):
    t = np.cos((np.arange(nodes) + 0.5) * np.pi / nodes)
    return [(1 if k == 0 else 2) * np.mean(f(t) * t**k) for k in range(degree + 1)]


# %% right="fold_interval: lists"
def fold_interval(W, b, low, high):
    h, m = (high - low) / 2, (high + low) / 2
    return [[w / h for w in row] for row in W], [(v - m) / h for v in b]


# %% right="fold_interval: 2 / (high - low), float32"
def fold_interval(W, b, low, high):
    s = np.float32(2 / (high - low))
    return W.astype(np.float32) * s, (
        b.astype(np.float32) * s - np.float32((high + low) / (high - low))
    )


# %% right="fold_interval: torch"
def fold_interval(W, b, low, high):
    import torch

    W, b = torch.tensor(W), torch.tensor(b)
    return 2 * W / (high - low), 2 * (b - low) / (high - low) - 1


# %% wrong="fold_interval: one array" says="the new W and the new b"
def fold_interval(W, b, low, high):
    h, m = (high - low) / 2, (high + low) / 2
    return np.column_stack([(b - m) / h, W / h])


# %% wrong="fold_interval: in place" says="your function changes W"
def fold_interval(W, b, low, high):
    W /= (high - low) / 2
    b -= (high + low) / 2
    b /= (high - low) / 2
    return W, b


# %% wrong="fold_interval: swapped" says="the pair is turned round"
def fold_interval(W, b, low, high):
    h, m = (high - low) / 2, (high + low) / 2
    return (b - m) / h, W / h


# %% wrong="fold_interval: middle after dividing" says="take the middle off before you divide"
def fold_interval(W, b, low, high):
    h, m = (high - low) / 2, (high + low) / 2
    return W / h, b / h - m


# %% wrong="fold_interval: plus middle" says="the middle must be taken off"
def fold_interval(W, b, low, high):
    h, m = (high - low) / 2, (high + low) / 2
    return W / h, (b + m) / h


# %% wrong="fold_interval: shifts W too" says="the shift belongs to the bias alone"
def fold_interval(W, b, low, high):
    h, m = (high - low) / 2, (high + low) / 2
    return (W - m) / h, (b - m) / h


# %% wrong="fold_interval: the largest absolute value" says="right for symmetric intervals only"
def fold_interval(W, b, low, high):
    s = max(abs(low), abs(high))
    return W / s, b / s


# %% right="normal_fit: quad, moments"
def normal_fit(f, degree):
    from scipy.integrate import quad

    phi = lambda x: np.exp(-x * x / 2) / np.sqrt(2 * np.pi)
    M = [
        [quad(lambda x: x ** (i + j) * phi(x), -10, 10)[0] for j in range(degree + 1)]
        for i in range(degree + 1)
    ]
    v = [
        quad(lambda x: float(f(np.array([x]))[0]) * x**i * phi(x), -10, 10, points=[0])[
            0
        ]
        for i in range(degree + 1)
    ]
    return np.linalg.solve(M, v)


# %% right="normal_fit: ppf grid lstsq"
def normal_fit(f, degree):
    from scipy.stats import norm

    x = norm.ppf((np.arange(200000) + 0.5) / 200000)
    return np.polyfit(x, f(x), degree)[::-1]


# %% right="normal_fit: polyfit with weights on a grid"
def normal_fit(f, degree):
    x = np.linspace(-8, 8, 4001)
    return np.polyfit(x, f(x), degree, w=np.exp(-x * x / 4))[::-1]


# %% wrong="normal_fit: a million samples" says="the same question twice gives answers 0"
def normal_fit(f, degree):
    x = np.random.default_rng().standard_normal(1_000_000)
    return np.polyfit(x, f(x), degree)[::-1]


# %% wrong="normal_fit: highest power first" says="the lowest power comes first"
def normal_fit(f, degree):
    x = np.linspace(-8, 8, 4001)
    return np.polyfit(x, f(x), degree, w=np.exp(-x * x / 4))


# %% wrong="normal_fit: weight not rooted" says="every x counts alike"
def normal_fit(f, degree):
    x = np.linspace(-8, 8, 4001)
    return np.polyfit(x, f(x), degree, w=np.exp(-x * x / 2))[::-1]


# %% right="relu_from_step: Polynomial.integ"
def relu_from_step(step, bound, at_zero):
    p = np.polynomial.Polynomial(step).integ() * bound + at_zero
    return p.coef


# %% right="relu_from_step: list"
def relu_from_step(step, bound, at_zero):
    return [at_zero] + [bound * float(a) / (k + 1) for k, a in enumerate(step)]


# %% right="relu_from_step: float32"
def relu_from_step(step, bound, at_zero):
    return np.concatenate(
        [[at_zero], step * bound / (1 + np.arange(len(step)))]
    ).astype("float32")


# %% wrong="relu_from_step: Polynomial object" says="the result for a step of degree 3 must be an array of"
def relu_from_step(step, bound, at_zero):
    return np.polynomial.Polynomial(step).integ() * bound + at_zero


# %% wrong="relu_from_step: at the end" says="the constant stands at the end"
def relu_from_step(step, bound, at_zero):
    return np.append(bound * step / np.arange(1, len(step) + 1), at_zero)


# %% wrong="relu_from_step: powers of x" says="these are coefficients of powers of x"
def relu_from_step(step, bound, at_zero):
    k = np.arange(len(step))
    return np.append(at_zero, step / bound**k / (k + 1))


# %% wrong="relu_from_step: integer array" says="an integer array cuts off what it is given"
def relu_from_step(step, bound, at_zero):
    out = np.zeros(len(step) + 1, dtype=int)
    out[0] = at_zero
    out[1:] = bound * step / np.arange(1, len(step) + 1)
    return out


# %% right="levels_needed: bin"
def levels_needed(degree):
    return len(bin(degree)) - 2


# %% right="levels_needed: loop float"
def levels_needed(degree):
    n = 0.0
    while degree:
        degree //= 2
        n += 1
    return n


# %% right="levels_needed: recursion"
def levels_needed(degree):
    return 0 if degree == 0 else 1 + levels_needed(degree >> 1)


# %% wrong="levels_needed: floor log2 + 1" says="wrong for degree 562949953421311"
def levels_needed(degree):
    return int(math.log2(degree)) + 1


# %% wrong="levels_needed: np ceil" says="wrong for degree 562949953421312"
def levels_needed(degree):
    return int(np.ceil(np.log2(degree + 1)))


# %% wrong="levels_needed: sqrt" says="degree 4 does not take 2 levels"
def levels_needed(degree):
    return math.ceil(math.sqrt(degree))


# %% wrong="levels_needed: string" says="got str for degree 1"
def levels_needed(degree):
    return str(degree.bit_length())


# %% wrong="levels_needed: none" says="got NoneType for degree 1"
def levels_needed(degree):
    print(degree.bit_length())


# %% wrong="levels_needed: array" says="got ndarray for degree 1"
def levels_needed(degree):
    return np.array([degree.bit_length()])


# %% right="evaluate: x times a"
def evaluate(coefficients, x):
    a = [float(v) for v in coefficients]
    p = {1: x}
    p[2] = x * x
    p[3] = p[2] * x
    p[4] = p[2] * p[2]

    def block(i):
        return p[1] * a[i + 1] + p[2] * a[i + 2] + p[3] * a[i + 3] + a[i]

    p8 = p[4] * p[4]
    return (block(8) + block(12) * p[4]) * p8 + (block(0) + block(4) * p[4])


# %% right="evaluate: sum()"
def evaluate(coefficients, x):
    x2 = x * x
    powers = [x, x2, x2 * x]
    x4 = x2 * x2
    b = [
        sum(c * p for c, p in zip(coefficients[i + 1 : i + 4], powers))
        + coefficients[i]
        for i in range(0, 16, 4)
    ]
    return (b[0] + b[1] * x4) + (b[2] + b[3] * x4) * (x4 * x4)


# %% right="evaluate: the package"
def evaluate(coefficients, x):
    from ppdl_course.he.polynomial_evaluation import baby_giant

    return baby_giant(coefficients, x, 4)


# %% wrong="evaluate: by value" says="degree 15 takes at least 4 levels"
def evaluate(coefficients, x):
    return Counted(sum(a * x.value**k for k, a in enumerate(coefficients)))


# %% wrong="evaluate: dot" says="a_4 is not multiplied by x^4"
def evaluate(coefficients, x):
    x2 = x * x
    x3 = x2 * x
    return np.dot(coefficients[:4], [1, x, x2, x3])


# %% wrong="evaluate: cached value from the first call" says="a_2 is not multiplied by x^2"
def evaluate(coefficients, x, seen=[]):
    if not seen:
        seen.append(x)
    return seen[0] * coefficients[1] + coefficients[0]


# %% wrong="evaluate: all powers by squaring, 14 products" says="14 products of ciphertexts"
def evaluate(coefficients, x):
    p = {1: x}
    for k in range(2, 16):
        p[k] = p[k // 2] * p[k - k // 2]
    r = p[1] * coefficients[1] + coefficients[0]
    for k in range(2, 16):
        r = r + p[k] * coefficients[k]
    return r


# %% right="cheapest_degree: numpy int, own chebyshev"
def cheapest_degree(f, bound, tolerance):
    x = np.linspace(-bound, bound, 10001)
    for d in np.arange(1, HIGHEST + 1):
        if np.max(np.abs(chebyshev(f, int(d), bound)(x) - f(x))) <= tolerance:
            return d
    raise ValueError("none")


# %% right="cheapest_degree: next"
def cheapest_degree(f, bound, tolerance):
    good = [
        d
        for d in range(1, HIGHEST + 1)
        if max_error(chebyshev(f, d, bound), f, bound) <= tolerance
    ]
    if not good:
        raise ValueError("none")
    return min(good)


# %% wrong="cheapest_degree: bisection" says="The error may rise before it falls"
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


# %% wrong="cheapest_degree: mean error" says="degree 2 has an error of 0"
def cheapest_degree(f, bound, tolerance):
    x = np.linspace(-bound, bound, 4001)
    for d in range(1, HIGHEST + 1):
        if np.abs(chebyshev(f, d, bound)(x) - f(x)).mean() <= tolerance:
            return d
    raise ValueError


# %% wrong="cheapest_degree: returns None" says="no degree up to 31 brings relu on [-10"
def cheapest_degree(f, bound, tolerance):
    x = np.linspace(-bound, bound, 4001)
    for d in range(1, HIGHEST + 1):
        if np.abs(chebyshev(f, d, bound)(x) - f(x)).max() <= tolerance:
            return d


# %% wrong="cheapest_degree: twenty points" says="degree 3 has an error of 0"
def cheapest_degree(f, bound, tolerance):
    x = np.linspace(-bound, bound, 5)
    for d in range(1, HIGHEST + 1):
        if np.abs(chebyshev(f, d, bound)(x) - f(x)).max() <= tolerance:
            return d
    raise ValueError


# %% wrong="cheapest_degree: exits" says="no degree up to 31 brings relu on [-10"
def cheapest_degree(f, bound, tolerance):
    x = np.linspace(-bound, bound, 4001)
    for d in range(1, HIGHEST + 1):
        if np.abs(chebyshev(f, d, bound)(x) - f(x)).max() <= tolerance:
            return d
    raise AssertionError("no such degree")


# %% wrong="cheapest_degree: interval 1" says="degree 1 has an error of 0"
def cheapest_degree(f, bound, tolerance):
    x = np.linspace(-1, 1, 4001)
    for d in range(1, HIGHEST + 1):
        if np.abs(chebyshev(f, d, 1.0)(x) - f(x)).max() <= tolerance:
            return d
    raise ValueError
