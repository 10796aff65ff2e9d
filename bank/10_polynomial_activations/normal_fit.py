# %% equivalent="neither statement reads what the other one binds"
# weight /= weight.sum(); he = np.polynomial.hermite_e.hermevander(x, degree) -> he = np.polynomial.hermite_e.hermevander(x, degree); weight /= weight.sum()
# he = np.polynomial.hermite_e.hermevander(x, degree); factorial = np.array([math.factorial(k) for k in range(degree + 1)], float) -> factorial = np.array([math.factorial(k) for k in range(degree + 1)], float); he = np.polynomial.hermite_e.hermevander(x, degree)

# %% equivalent="beyond 11 deviations there is less of the normal law than float64 resolves"
# x = np.linspace(-12, 12, 24001) -> x = np.linspace(-13, 12, 24001)
# x = np.linspace(-12, 12, 24001) -> x = np.linspace(-11, 12, 24001)
# x = np.linspace(-12, 12, 24001) -> x = np.linspace(-12, 13, 24001)
# x = np.linspace(-12, 12, 24001) -> x = np.linspace(-12, 11, 24001)

# %% equivalent="another grid, as fine: the sums differ by less than the check can ask"
# x = np.linspace(-12, 12, 24001) -> x = np.linspace(12, -12, 24001)
# x = np.linspace(-12, 12, 24001) -> x = np.linspace(-12, 12, 24002)
# x = np.linspace(-12, 12, 24001) -> x = np.linspace(-12, 12, 24000)

# %% equivalent="herme2poly cuts only zeros: those of f = 0, whose coefficients are all 0"
# return np.pad(a, (0, degree + 1 - len(a))) -> return np.pad(a, (degree + 1 - len(a), 0))

# %% right="normal equations on a grid"
def normal_fit(f, degree):
    x = np.linspace(-10, 10, 40001)
    root = np.exp(-(x**2) / 4)
    powers = np.vander(x, degree + 1, increasing=True)
    return np.linalg.lstsq(powers * root[:, None], f(x) * root, rcond=None)[0]


# %% right="Gauss-Hermite"
def normal_fit(f, degree):
    x, w = np.polynomial.hermite_e.hermegauss(150)
    w = w / w.sum()
    moments = [
        sum(w * x ** (i + j)) for i in range(degree + 1) for j in range(degree + 1)
    ]
    right = [np.sum(w * f(x) * x**i) for i in range(degree + 1)]
    return list(np.linalg.solve(np.reshape(moments, (degree + 1, -1)), right))


# %% wrong="every x alike" says="weight them by N(0, 1)"
def normal_fit(f, degree):
    x = np.linspace(-4, 4, 100001)
    return np.polynomial.polynomial.polyfit(x, f(x), degree)


# %% wrong="forgets k!" says="divided by k!"
def normal_fit(f, degree):
    x, w = np.polynomial.hermite_e.hermegauss(150)
    w = w / w.sum()
    c = np.polynomial.hermite_e.hermevander(x, degree).T @ (w * f(x))
    return np.polynomial.hermite_e.herme2poly(c)


# %% wrong="stops at the He_k" says="return those of powers of x"
def normal_fit(f, degree):
    x, w = np.polynomial.hermite_e.hermegauss(150)
    w = w / w.sum()
    c = np.polynomial.hermite_e.hermevander(x, degree).T @ (w * f(x))
    return c / [math.factorial(k) for k in range(degree + 1)]


# %% wrong="the physicists' nodes" says="multiplied by sqrt(2)"
def normal_fit(f, degree):
    x, w = np.polynomial.hermite.hermgauss(64)
    w = w / w.sum()
    c = np.polynomial.hermite_e.hermevander(x, degree).T @ (w * f(x))
    c = c / [math.factorial(k) for k in range(degree + 1)]
    return np.polynomial.hermite_e.herme2poly(c)


# %% right="quad, moments"
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


# %% right="ppf grid lstsq"
def normal_fit(f, degree):
    from scipy.stats import norm

    x = norm.ppf((np.arange(200000) + 0.5) / 200000)
    return np.polyfit(x, f(x), degree)[::-1]


# %% right="polyfit with weights on a grid"
def normal_fit(f, degree):
    x = np.linspace(-8, 8, 4001)
    return np.polyfit(x, f(x), degree, w=np.exp(-x * x / 4))[::-1]


# %% wrong="a million samples" says="the same question twice gives answers 0"
def normal_fit(f, degree):
    x = np.random.default_rng().standard_normal(1_000_000)
    return np.polyfit(x, f(x), degree)[::-1]


# %% wrong="highest power first" says="the lowest power comes first"
def normal_fit(f, degree):
    x = np.linspace(-8, 8, 4001)
    return np.polyfit(x, f(x), degree, w=np.exp(-x * x / 4))


# %% wrong="weight not rooted" says="the fit under N(0, 1/2)"
def normal_fit(f, degree):
    x = np.linspace(-8, 8, 4001)
    return np.polyfit(x, f(x), degree, w=np.exp(-x * x / 2))[::-1]


# %% right="Polynomial.fit"
def normal_fit(f, degree):
    x = np.linspace(-9, 9, 9001)
    p = np.polynomial.Polynomial.fit(x, f(x), degree, w=np.exp(-x * x / 4))
    return p.convert().coef


# %% right="torch lstsq"
def normal_fit(f, degree):
    import torch

    x = torch.linspace(-8, 8, 8001, dtype=torch.float64)
    y = torch.as_tensor(f(x.numpy()))
    r = torch.exp(-x * x / 4)
    V = torch.stack([x**k for k in range(degree + 1)], 1) * r[:, None]
    return torch.linalg.lstsq(V, y * r).solution


# %% right="scalars, loop"
def normal_fit(f, degree):
    n = 4000
    xs = [-8 + 16 * (i + 0.5) / n for i in range(n)]
    ws = [math.exp(-x * x / 2) for x in xs]
    A = [[0.0] * (degree + 1) for _ in range(degree + 1)]
    r = [0.0] * (degree + 1)
    for x, w in zip(xs, ws):
        y = f(x)
        for i in range(degree + 1):
            r[i] += w * y * x**i
            for j in range(degree + 1):
                A[i][j] += w * x ** (i + j)
    return list(np.linalg.solve(A, r))


# %% right="gram-schmidt"
def normal_fit(f, degree):
    x = np.linspace(-8, 8, 8001)
    w = np.exp(-(x**2) / 2)
    w /= w.sum()
    P = np.polynomial.Polynomial
    basis, best = [], P([0.0])
    for k in range(degree + 1):
        q = P([0] * k + [1])
        for e in basis:
            q = q - e * float((w * q(x) * e(x)).sum() / (w * e(x) ** 2).sum())
        basis.append(q)
        best = best + q * float((w * q(x) * f(x)).sum() / (w * q(x) ** 2).sum())
    return best.coef.astype(np.float32)


# %% wrong="rooted weight in the normal equations" says="the fit under N(0, 2)"
def normal_fit(f, degree):
    x = np.linspace(-12, 12, 6001)
    w = np.exp(-x * x / 4)
    V = np.vander(x, degree + 1, increasing=True)
    return np.linalg.solve(V.T @ (V * w[:, None]), V.T @ (f(x) * w))


# %% wrong="grid up to 3" says="the grid ends too early, at 3"
def normal_fit(f, degree):
    x = np.linspace(-3, 3, 4001)
    w = np.exp(-x * x / 2)
    V = np.vander(x, degree + 1, increasing=True)
    return np.linalg.solve(V.T @ (V * w[:, None]), V.T @ (f(x) * w))


# %% wrong="E f x^k / k!" says="powers of x are not orthogonal"
def normal_fit(f, degree):
    x = np.linspace(-8, 8, 8001)
    w = np.exp(-(x**2) / 2)
    w /= w.sum()
    return [(w * f(x) * x**k).sum() / math.factorial(k) for k in range(degree + 1)]


# %% wrong="divides by sqrt k!" says="divided by the root of k!"
def normal_fit(f, degree):
    he = np.polynomial.hermite_e
    x, w = he.hermegauss(150)
    w = w / w.sum()
    c = [
        (w * f(x) * he.hermeval(x, [0] * k + [1])).sum() / math.sqrt(math.factorial(k))
        for k in range(degree + 1)
    ]
    return he.herme2poly(c)


# %% wrong="divides by k" says="divided by the root of k!, or by k"
def normal_fit(f, degree):
    he = np.polynomial.hermite_e
    x, w = he.hermegauss(150)
    w = w / w.sum()
    c = [
        (w * f(x) * he.hermeval(x, [0] * k + [1])).sum() / max(k, 1)
        for k in range(degree + 1)
    ]
    return he.herme2poly(c)


# %% wrong="one term short, padded" says="the highest power is missing"
def normal_fit(f, degree):
    x = np.linspace(-8, 8, 4001)
    c = np.polyfit(x, f(x), degree - 1, w=np.exp(-x * x / 4))[::-1]
    return np.append(c, 0)


# %% wrong="the physicists' polynomials" says="it is He_k"
def normal_fit(f, degree):
    x = np.linspace(-12, 12, 24001)
    weight = np.exp(-(x**2) / 2)
    weight /= weight.sum()
    he = np.polynomial.hermite_e.hermevander(x, degree)
    factorial = np.array([math.factorial(k) for k in range(degree + 1)], float)
    a = np.polynomial.hermite.herm2poly(he.T @ (weight * f(x)) / factorial)
    return np.pad(a, (0, degree + 1 - len(a)))


# %% wrong="a sum that is not 1" says="the weights do not add up to 1"
def normal_fit(f, degree):
    x = np.linspace(-12, 12, 24001)
    weight = np.exp(-(x**2) / 2)
    he = np.polynomial.hermite_e.hermevander(x, degree)
    factorial = np.array([math.factorial(k) for k in range(degree + 1)], float)
    a = np.polynomial.hermite_e.herme2poly(he.T @ (weight * f(x)) / factorial)
    return np.pad(a, (0, degree + 1 - len(a)))


# %% wrong="right of 0" says="x may be negative"
def normal_fit(f, degree):
    x = np.linspace(0, 12, 24001)
    weight = np.exp(-(x**2) / 2)
    weight /= weight.sum()
    he = np.polynomial.hermite_e.hermevander(x, degree)
    factorial = np.array([math.factorial(k) for k in range(degree + 1)], float)
    a = np.polynomial.hermite_e.herme2poly(he.T @ (weight * f(x)) / factorial)
    return np.pad(a, (0, degree + 1 - len(a)))


# %% wrong="rows weighted, values not" says="must be weighted alike"
def normal_fit(f, degree):
    x = np.linspace(-8, 8, 4001)
    rows = np.vander(x, degree + 1, increasing=True)
    root = np.exp(-(x**2) / 4)
    return np.linalg.lstsq(rows * root[:, None], f(x), rcond=None)[0]
