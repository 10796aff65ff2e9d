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


# %% wrong="chebyshev_coefficients: own number of nodes" says="another number of nodes than the 4 you are given"
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


# %% right="chebyshev_coefficients: recurrence T_j"
def chebyshev_coefficients(f, degree, nodes):
    t = np.cos((np.arange(nodes) + 0.5) * np.pi / nodes)
    y = f(t)
    before, now = np.ones(nodes), t
    c = [np.mean(y)]
    for _ in range(degree):
        c.append(2 * np.mean(y * now))
        before, now = now, 2 * t * now - before
    return np.array(c)


# %% right="chebyshev_coefficients: fft of the even extension"
def chebyshev_coefficients(f, degree, nodes):
    k = np.arange(nodes)
    v = f(np.cos((k + 0.5) * np.pi / nodes))
    F = np.fft.fft(np.concatenate([v, v[::-1]]))[: degree + 1]
    c = np.real(F * np.exp(-0.5j * np.pi * np.arange(degree + 1) / nodes)) / nodes
    c[0] /= 2
    return c


# %% wrong="chebyshev_coefficients: degree + 1 nodes" says="another number of nodes than the 9"
def chebyshev_coefficients(f, degree, nodes):
    return np.polynomial.chebyshev.chebinterpolate(f, degree)


# %% wrong="chebyshev_coefficients: last node left out" says="node 8 is left out"
def chebyshev_coefficients(f, degree, nodes):
    th = (np.arange(nodes - 1) + 0.5) * np.pi / nodes
    c = 2 / nodes * np.cos(np.outer(np.arange(degree + 1), th)) @ f(np.cos(th))
    c[0] /= 2
    return c


# %% wrong="chebyshev_coefficients: minus cos" says="the odd ones have the wrong sign"
def chebyshev_coefficients(f, degree, nodes):
    th = (np.arange(nodes) + 0.5) * np.pi / nodes
    c = 2 / nodes * np.cos(np.outer(np.arange(degree + 1), th)) @ f(-np.cos(th))
    c[0] /= 2
    return c


# %% wrong="chebyshev_coefficients: all halved but first" says="only c_0 is halved"
def chebyshev_coefficients(f, degree, nodes):
    th = (np.arange(nodes) + 0.5) * np.pi / nodes
    c = 1 / nodes * np.cos(np.outer(np.arange(degree + 1), th)) @ f(np.cos(th))
    return c


# %% wrong="chebyshev_coefficients: 2 over degree" says="divide by the number of nodes"
def chebyshev_coefficients(f, degree, nodes):
    th = (np.arange(nodes) + 0.5) * np.pi / nodes
    c = 2 / (degree + 1) * np.cos(np.outer(np.arange(degree + 1), th)) @ f(np.cos(th))
    c[0] /= 2
    return c


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


# %% right="fold_interval: keyword arguments and unpacking"
def fold_interval(W, b, low, high):
    slope, shift = np.polyfit([low, high], [-1, 1], 1)
    return W * slope, b * slope + shift


# %% right="fold_interval: augmented"
def fold_interval(W, b, low, high):
    A = np.column_stack([W, b]) * 2 / (high - low)
    A[:, -1] -= (low + high) / (high - low)
    return A[:, :-1], A[:, -1]


# %% wrong="fold_interval: half for middle" says="you take the length for the middle"
def fold_interval(W, b, low, high):
    h = (high - low) / 2
    return W / h, (b - h) / h


# %% wrong="fold_interval: clip" says="the layer stays linear"
def fold_interval(W, b, low, high):
    h, m = (high - low) / 2, (high + low) / 2
    return W / h, np.clip((b - m) / h, -1, 1)


# %% wrong="fold_interval: W by length b by half" says="divided by different numbers"
def fold_interval(W, b, low, high):
    h, m = (high - low) / 2, (high + low) / 2
    return W / (high - low), (b - m) / h


# %% wrong="fold_interval: W left alone" says="W is left as it was"
def fold_interval(W, b, low, high):
    h, m = (high - low) / 2, (high + low) / 2
    return W, (b - m) / h


# %% wrong="fold_interval: sign turned" says="low must become -1"
def fold_interval(W, b, low, high):
    h, m = (high - low) / 2, (high + low) / 2
    return -W / h, (m - b) / h


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


# %% wrong="normal_fit: weight not rooted" says="the fit under N(0, 1/2)"
def normal_fit(f, degree):
    x = np.linspace(-8, 8, 4001)
    return np.polyfit(x, f(x), degree, w=np.exp(-x * x / 2))[::-1]


# %% right="normal_fit: Polynomial.fit"
def normal_fit(f, degree):
    x = np.linspace(-9, 9, 9001)
    p = np.polynomial.Polynomial.fit(x, f(x), degree, w=np.exp(-x * x / 4))
    return p.convert().coef


# %% right="normal_fit: torch lstsq"
def normal_fit(f, degree):
    import torch

    x = torch.linspace(-8, 8, 8001, dtype=torch.float64)
    y = torch.as_tensor(f(x.numpy()))
    r = torch.exp(-x * x / 4)
    V = torch.stack([x**k for k in range(degree + 1)], 1) * r[:, None]
    return torch.linalg.lstsq(V, y * r).solution


# %% right="normal_fit: scalars, loop"
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


# %% right="normal_fit: gram-schmidt"
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


# %% wrong="normal_fit: rooted weight in the normal equations" says="the fit under N(0, 2)"
def normal_fit(f, degree):
    x = np.linspace(-12, 12, 6001)
    w = np.exp(-x * x / 4)
    V = np.vander(x, degree + 1, increasing=True)
    return np.linalg.solve(V.T @ (V * w[:, None]), V.T @ (f(x) * w))


# %% wrong="normal_fit: grid up to 3" says="the grid ends too early, at 3"
def normal_fit(f, degree):
    x = np.linspace(-3, 3, 4001)
    w = np.exp(-x * x / 2)
    V = np.vander(x, degree + 1, increasing=True)
    return np.linalg.solve(V.T @ (V * w[:, None]), V.T @ (f(x) * w))


# %% wrong="normal_fit: E f x^k / k!" says="powers of x are not orthogonal"
def normal_fit(f, degree):
    x = np.linspace(-8, 8, 8001)
    w = np.exp(-(x**2) / 2)
    w /= w.sum()
    return [(w * f(x) * x**k).sum() / math.factorial(k) for k in range(degree + 1)]


# %% wrong="normal_fit: divides by sqrt k!" says="divided by the root of k!"
def normal_fit(f, degree):
    he = np.polynomial.hermite_e
    x, w = he.hermegauss(150)
    w = w / w.sum()
    c = [
        (w * f(x) * he.hermeval(x, [0] * k + [1])).sum() / math.sqrt(math.factorial(k))
        for k in range(degree + 1)
    ]
    return he.herme2poly(c)


# %% wrong="normal_fit: divides by k" says="divided by the root of k!, or by k"
def normal_fit(f, degree):
    he = np.polynomial.hermite_e
    x, w = he.hermegauss(150)
    w = w / w.sum()
    c = [
        (w * f(x) * he.hermeval(x, [0] * k + [1])).sum() / max(k, 1)
        for k in range(degree + 1)
    ]
    return he.herme2poly(c)


# %% wrong="normal_fit: one term short, padded" says="the highest power is missing"
def normal_fit(f, degree):
    x = np.linspace(-8, 8, 4001)
    c = np.polyfit(x, f(x), degree - 1, w=np.exp(-x * x / 4))[::-1]
    return np.append(c, 0)


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


# %% right="relu_from_step: Polynomial with domain"
def relu_from_step(step, bound, at_zero):
    return (
        np.polynomial.Polynomial(step, domain=[-bound, bound]).integ(k=[at_zero]).coef
    )


# %% right="relu_from_step: through powers of x"
def relu_from_step(step, bound, at_zero):
    in_x = [a / bound**k for k, a in enumerate(step)]
    p = [at_zero] + [a / (k + 1) for k, a in enumerate(in_x)]
    return [c * bound**k for k, c in enumerate(p)]


# %% wrong="relu_from_step: bound to the power" says="multiplied by powers of bound"
def relu_from_step(step, bound, at_zero):
    k = np.arange(1, len(step) + 1)
    return np.append(at_zero, bound**k * step / k)


# %% wrong="relu_from_step: over k not k + 1" says="divided by another number than the new exponent"
def relu_from_step(step, bound, at_zero):
    k = np.maximum(np.arange(len(step)), 1)
    return np.append(at_zero, bound * step / k)


# %% wrong="relu_from_step: over k + 2" says="divided by another number than the new exponent"
def relu_from_step(step, bound, at_zero):
    k = np.arange(len(step)) + 2
    return np.append(at_zero, bound * step / k)


# %% wrong="relu_from_step: at_zero added to all" says="the constant's alone"
def relu_from_step(step, bound, at_zero):
    return at_zero + np.append(0.0, bound * step / np.arange(1, len(step) + 1))


# %% wrong="relu_from_step: p(-1) = at_zero" says="not at its left end"
def relu_from_step(step, bound, at_zero):
    p = np.polynomial.Polynomial(step).integ() * bound
    return (p - p(-1) + at_zero).coef


# %% wrong="relu_from_step: p(-1) = 0 as ReLU" says="it must make p(0) = at_zero"
def relu_from_step(step, bound, at_zero):
    p = np.polynomial.Polynomial(step).integ() * bound
    return (p - p(-1)).coef


# %% wrong="relu_from_step: subtracts at_zero" says="at_zero has the wrong sign"
def relu_from_step(step, bound, at_zero):
    p = np.polynomial.Polynomial(step).integ() * bound - at_zero
    return p.coef


# %% wrong="relu_from_step: 2 bound" says="the interval's length, 2 bound"
def relu_from_step(step, bound, at_zero):
    return np.append(at_zero, 2 * bound * step / np.arange(1, len(step) + 1))


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


# %% wrong="levels_needed: sqrt" says="degree 4 takes another number of levels than 2"
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


# %% right="levels_needed: bisect"
def levels_needed(degree):
    import bisect

    return bisect.bisect_right([2**k for k in range(100)], degree)


# %% right="levels_needed: the scheme itself, cached"
def levels_needed(degree):
    import functools

    @functools.cache
    def of(d):
        if d <= 1:
            return d
        s = 1
        while 2 * s <= d:
            s *= 2
        return max(max(s.bit_length() - 1, of(d - s)) + 1, of(s - 1))

    return of(degree)


# %% wrong="levels_needed: bits of degree - 1" says="its coefficient costs a level too"
def levels_needed(degree):
    return max(1, (degree - 1).bit_length())


# %% wrong="levels_needed: bits of degree + 1" says="just below a power of two"
def levels_needed(degree):
    return (degree + 1).bit_length()


# %% wrong="levels_needed: bit length plus one" says="for every degree"
def levels_needed(degree):
    return degree.bit_length() + 1


# %% wrong="levels_needed: frexp" says="right up to 70"
def levels_needed(degree):
    return math.frexp(degree)[1]


# %% wrong="levels_needed: not rounded" says="levels are whole"
def levels_needed(degree):
    return math.log2(degree + 1)


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
    from ppdl_course.he.polynomials.evaluation import baby_giant

    return baby_giant(coefficients, x, 4)


# %% wrong="evaluate: by value" says="a ciphertext shows nothing of itself"
def evaluate(coefficients, x):
    return Counted(sum(a * x.value**k for k, a in enumerate(coefficients)))


# %% wrong="evaluate: dot" says="a_4 is not multiplied by x^4"
def evaluate(coefficients, x):
    x2 = x * x
    x3 = x2 * x
    return np.dot(coefficients[:4], [1, x, x2, x3])


# %% wrong="evaluate: cached value from the first call" says="an earlier call's?"
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


# %% right="evaluate: recursion over a dict, skips zeros"
def evaluate(coefficients, x):
    powers = {1: x}

    def power(k):
        if k not in powers:
            powers[k] = power(k - k // 2) * power(k // 2)
        return powers[k]

    def block(a):
        r = None
        for k in (1, 2, 3):
            if a[k]:
                term = power(k) * float(a[k])
                r = term if r is None else r + term
        return a[0] if r is None else r + float(a[0])

    b = [block(coefficients[i : i + 4]) for i in range(0, 16, 4)]
    return b[0] + b[1] * power(4) + power(8) * (b[2] + b[3] * power(4))


# %% right="evaluate: object arrays"
def evaluate(coefficients, x):
    x2 = x * x
    x4 = x2 * x2
    P = np.array([x, x2, x2 * x], dtype=object)
    A = np.asarray(coefficients, dtype=object).reshape(4, 4)
    q = A[:, 0] + A[:, 1:] @ P
    return (q[0] + q[1] * x4) + (q[2] + q[3] * x4) * (x4 * x4)


# %% right="evaluate: functools.reduce over generators"
def evaluate(coefficients, x):
    from functools import reduce
    from operator import add

    a = iter(coefficients.tolist())
    p = [x, x * x]
    p.append(p[1] * x)
    x4 = p[1] * p[1]
    b = []
    for _ in range(4):
        c = next(a)
        b.append(reduce(add, (q * next(a) for q in p)) + c)
    return b[0] + x4 * b[1] + (x4 * x4) * (b[2] + x4 * b[3])


# %% wrong="evaluate: plus five" says="and yet the value is wrong"
def evaluate(coefficients, x):
    a = [float(c) for c in coefficients]
    x2 = x * x
    x3 = x2 * x
    x4 = x2 * x2
    b = [a[i] + x * a[i + 1] + x2 * a[i + 2] + x3 * a[i + 3] for i in (0, 4, 8, 12)]
    return (b[0] + b[1] * x4) + (b[2] + b[3] * x4) * (x4 * x4) + x * 5.0


# %% wrong="evaluate: resets the tally" says="a ciphertext shows nothing"
def evaluate(coefficients, x):
    r = x * float(coefficients[15]) + float(coefficients[14])
    for c in coefficients[13::-1]:
        r = r * x + float(c)
    x.tally.products, x.tally.levels = 7, 5
    return r


# %% wrong="evaluate: counts beside" says="a ciphertext shows nothing"
def evaluate(coefficients, x):
    from ppdl_course.he.polynomials.evaluation import Counted

    y = Counted(x.value)
    r = y * float(coefficients[15]) + float(coefficients[14])
    for c in coefficients[13::-1]:
        r = r * y + float(c)
    return Counted(r.value, 4, x.tally)


# %% wrong="evaluate: a little multiplication for show" says="a ciphertext shows nothing"
def evaluate(coefficients, x):
    z = x * x
    z = z * z
    z = z * z
    z = z * 0.0
    return z + float(np.polynomial.polynomial.polyval(x.value, coefficients))


# %% wrong="evaluate: divides by the last" says="you divide by a coefficient"
def evaluate(coefficients, x):
    top = float(coefficients[15])
    a = [float(c) / top for c in coefficients]
    x2 = x * x
    x3 = x2 * x
    x4 = x2 * x2
    b = [a[i] + x * a[i + 1] + x2 * a[i + 2] + x3 * a[i + 3] for i in (0, 4, 8)]
    last = a[12] + x * a[13] + x2 * a[14] + x3
    return (b[0] * top + b[1] * (x4 * top)) + (b[2] * top + last * (x4 * top)) * (
        x4 * x4
    )


# %% wrong="evaluate: integers" says="are coefficients rounded"
def evaluate(coefficients, x):
    a = [int(c) for c in coefficients]
    x2 = x * x
    x3 = x2 * x
    x4 = x2 * x2
    b = [a[i] + x * a[i + 1] + x2 * a[i + 2] + x3 * a[i + 3] for i in (0, 4, 8, 12)]
    return (b[0] + b[1] * x4) + (b[2] + b[3] * x4) * (x4 * x4)


# %% wrong="evaluate: power operator" says="no power operator"
def evaluate(coefficients, x):
    return (
        sum(float(c) * x**k for k, c in enumerate(coefficients[1:], 1))
        + coefficients[0]
    )


# %% wrong="evaluate: remembers x and its powers" says="an earlier call's?"
def evaluate(coefficients, x, memory={}):
    if not memory:
        p = x
        memory[1] = x
        for k in range(2, 16):
            memory[k] = memory[k // 2] * memory[k - k // 2]
    r = memory[1] * float(coefficients[1]) + float(coefficients[0])
    for k in range(2, 16):
        r = r + memory[k] * float(coefficients[k])
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


# %% right="cheapest_degree: recursion and keywords"
def cheapest_degree(f, bound, tolerance, degree=1):
    if degree > HIGHEST:
        raise ValueError("none")
    p = chebyshev(f=f, degree=degree, bound=bound)
    x = np.cos(np.linspace(0, np.pi, 4001)) * bound
    if np.allclose(p(x), f(x), rtol=0, atol=tolerance):
        return degree
    return cheapest_degree(f, bound, tolerance, degree + 1)


# %% right="cheapest_degree: 1000 even points"
def cheapest_degree(f, bound, tolerance):
    x = np.linspace(-bound, bound, 1000)
    for d in range(1, HIGHEST + 1):
        if np.abs(chebyshev(f, d, bound)(x) - f(x)).max() <= tolerance:
            return d
    raise ValueError


# %% right="cheapest_degree: own subclass of ValueError"
def cheapest_degree(f, bound, tolerance):
    class Hopeless(ValueError):
        pass

    x = np.linspace(-bound, bound, 2001)
    d = 0
    while (d := d + 1) <= HIGHEST:
        if np.abs(chebyshev(f, d, bound)(x) - f(x)).max() <= tolerance:
            return d
    raise Hopeless


# %% wrong="cheapest_degree: signed error" says="-relu(-x - 3)"
def cheapest_degree(f, bound, tolerance):
    x = np.linspace(-bound, bound, 4001)
    for d in range(1, HIGHEST + 1):
        if (chebyshev(f, d, bound)(x) - f(x)).max() <= tolerance:
            return d
    raise ValueError


# %% wrong="cheapest_degree: right half only" says="-relu(-x - 3)"
def cheapest_degree(f, bound, tolerance):
    x = np.linspace(0, bound, 4001)
    for d in range(1, HIGHEST + 1):
        if np.abs(chebyshev(f, d, bound)(x) - f(x)).max() <= tolerance:
            return d
    raise ValueError


# %% wrong="cheapest_degree: relative error" says="not a share of the function's size"
def cheapest_degree(f, bound, tolerance):
    x = np.linspace(-bound, bound, 4001)
    for d in range(1, HIGHEST + 1):
        if np.allclose(chebyshev(f, d, bound)(x), f(x), rtol=tolerance, atol=tolerance):
            return d
    raise ValueError


# %% wrong="cheapest_degree: stops before HIGHEST" says="your answer gives ValueError"
def cheapest_degree(f, bound, tolerance):
    x = np.linspace(-bound, bound, 4001)
    for d in range(1, HIGHEST):
        if np.abs(chebyshev(f, d, bound)(x) - f(x)).max() <= tolerance:
            return d
    raise ValueError


# %% wrong="cheapest_degree: StopIteration" says="raise ValueError; got"
def cheapest_degree(f, bound, tolerance):
    x = np.linspace(-bound, bound, 4001)
    return next(
        d
        for d in range(1, HIGHEST + 1)
        if np.abs(chebyshev(f, d, bound)(x) - f(x)).max() <= tolerance
    )


# %% wrong="cheapest_degree: TypeError at the end" says="raise ValueError; got TypeError"
def cheapest_degree(f, bound, tolerance):
    x = np.linspace(-bound, bound, 4001)
    for d in range(1, HIGHEST + 1):
        if np.abs(chebyshev(f, d, bound)(x) - f(x)).max() <= tolerance:
            return d
    raise "no such degree"
