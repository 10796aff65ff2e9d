# %% right="loops"
def chebyshev_coefficients(f, degree, nodes):
    c = []
    for j in range(degree + 1):
        total = 0.0
        for k in range(nodes):
            theta = (k + 0.5) * math.pi / nodes
            total += float(f(np.array([math.cos(theta)]))[0]) * math.cos(j * theta)
        c.append(total * (1 if j == 0 else 2) / nodes)
    return c


# %% right="numpy's own"
def chebyshev_coefficients(f, degree, nodes):
    t = np.polynomial.chebyshev.chebpts1(nodes)
    values = np.polynomial.chebyshev.chebvander(t, degree).T @ f(t)
    values[1:] *= 2
    return (values / nodes).astype(np.float32)


# %% wrong="first not halved" says="half of it belongs to T_0"
def chebyshev_coefficients(f, degree, nodes):
    theta = (np.arange(nodes) + 0.5) * np.pi / nodes
    j = np.arange(degree + 1)[:, None]
    return 2 / nodes * (np.cos(j * theta) @ f(np.cos(theta)))


# %% wrong="even nodes" says="must be evenly spaced in the angle"
def chebyshev_coefficients(f, degree, nodes):
    t = np.linspace(-1, 1, nodes)
    c = 2 / nodes * np.cos(np.outer(np.arange(degree + 1), np.arccos(t))) @ f(t)
    c[0] /= 2
    return c


# %% wrong="other angles" says="theta_k = (k + 1/2) pi / n"
def chebyshev_coefficients(f, degree, nodes):
    theta = np.arange(nodes) * np.pi / nodes
    c = 2 / nodes * np.cos(np.outer(np.arange(degree + 1), theta)) @ f(np.cos(theta))
    c[0] /= 2
    return c


# %% wrong="powers of t" says="return those of T_0, T_1"
def chebyshev_coefficients(f, degree, nodes):
    theta = (np.arange(nodes) + 0.5) * np.pi / nodes
    c = 2 / nodes * np.cos(np.outer(np.arange(degree + 1), theta)) @ f(np.cos(theta))
    c[0] /= 2
    return np.polynomial.chebyshev.cheb2poly(c)


# %% right="chebfit at the nodes"
def chebyshev_coefficients(f, degree, nodes):
    t = np.cos((np.arange(nodes) + 0.5) * np.pi / nodes)
    return np.polynomial.chebyshev.chebfit(t, f(t), nodes - 1)[: degree + 1]


# %% right="dct, float32"
def chebyshev_coefficients(f, degree, nodes):
    from scipy.fft import dct

    t = np.cos((np.arange(nodes) + 0.5) * np.pi / nodes)
    c = dct(f(t)) / nodes
    c[0] /= 2
    return c[: degree + 1].astype(np.float32)


# %% right="loops of floats"
def chebyshev_coefficients(f, degree, nodes):
    out = []
    for k in range(degree + 1):
        s = 0.0
        for i in range(nodes):
            th = math.pi * (i + 0.5) / nodes
            s += float(f(np.array([math.cos(th)]))[0]) * math.cos(k * th)
        out.append(s * (1 if k == 0 else 2) / nodes)
    return out


# %% right="f of scalars"
def chebyshev_coefficients(f, degree, nodes):
    th = (np.arange(nodes) + 0.5) * np.pi / nodes
    v = np.array([f(t) for t in np.cos(th)])
    c = np.array([2 / nodes * np.sum(v * np.cos(k * th)) for k in range(degree + 1)])
    return c * np.array([0.5] + [1] * degree)


# %% right="torch"
def chebyshev_coefficients(f, degree, nodes):
    import torch

    th = (torch.arange(nodes, dtype=torch.float64) + 0.5) * math.pi / nodes
    v = torch.from_numpy(np.asarray(f(torch.cos(th).numpy())))
    c = 2 / nodes * torch.cos(torch.outer(torch.arange(degree + 1.0).double(), th)) @ v
    c[0] /= 2
    return c


# %% right="reversed nodes"
def chebyshev_coefficients(f, degree, nodes):
    th = (np.arange(nodes)[::-1] + 0.5) * np.pi / nodes
    return [
        (1 if k == 0 else 2) * np.mean(f(np.cos(th)) * np.cos(k * th))
        for k in range(degree + 1)
    ]


# %% wrong="f of theta" says="its argument is t = cos(theta)"
def chebyshev_coefficients(f, degree, nodes):
    th = (np.arange(nodes) + 0.5) * np.pi / nodes
    return [
        (1 if k == 0 else 2) * np.mean(f(th) * np.cos(k * th))
        for k in range(degree + 1)
    ]


# %% wrong="reversed" says="the order is turned round"
def chebyshev_coefficients(f, degree, nodes):
    th = (np.arange(nodes) + 0.5) * np.pi / nodes
    return [
        (1 if k == 0 else 2) * np.mean(f(np.cos(th)) * np.cos(k * th))
        for k in range(degree + 1)
    ][::-1]


# %% wrong="degree many" says="with degree 4 and 9 nodes"
def chebyshev_coefficients(f, degree, nodes):
    th = (np.arange(nodes) + 0.5) * np.pi / nodes
    return [
        (1 if k == 0 else 2) * np.mean(f(np.cos(th)) * np.cos(k * th))
        for k in range(degree)
    ]


# %% wrong="own number of nodes" says="another number of nodes than the 4 you are given"
def chebyshev_coefficients(f, degree, nodes):
    nodes = 64
    th = (np.arange(nodes) + 0.5) * np.pi / nodes
    return [
        (1 if k == 0 else 2) * np.mean(f(np.cos(th)) * np.cos(k * th))
        for k in range(degree + 1)
    ]


# %% wrong="fit with degree on even points" says="the nodes are spread evenly in t"
def chebyshev_coefficients(f, degree, nodes):
    t = np.linspace(-1, 1, nodes)
    return np.polynomial.chebyshev.chebfit(t, f(t), degree)


# %% wrong="T_k of k times" says="T_k(t) is cos(k theta)"
def chebyshev_coefficients(f, degree, nodes):
    t = np.cos((np.arange(nodes) + 0.5) * np.pi / nodes)
    return [(1 if k == 0 else 2) * np.mean(f(t) * t**k) for k in range(degree + 1)]


# %% right="recurrence T_j"
def chebyshev_coefficients(f, degree, nodes):
    t = np.cos((np.arange(nodes) + 0.5) * np.pi / nodes)
    y = f(t)
    before, now = np.ones(nodes), t
    c = [np.mean(y)]
    for _ in range(degree):
        c.append(2 * np.mean(y * now))
        before, now = now, 2 * t * now - before
    return np.array(c)


# %% right="fft of the even extension"
def chebyshev_coefficients(f, degree, nodes):
    k = np.arange(nodes)
    v = f(np.cos((k + 0.5) * np.pi / nodes))
    F = np.fft.fft(np.concatenate([v, v[::-1]]))[: degree + 1]
    c = np.real(F * np.exp(-0.5j * np.pi * np.arange(degree + 1) / nodes)) / nodes
    c[0] /= 2
    return c


# %% wrong="degree + 1 nodes" says="another number of nodes than the 9"
def chebyshev_coefficients(f, degree, nodes):
    return np.polynomial.chebyshev.chebinterpolate(f, degree)


# %% wrong="last node left out" says="node 8 is left out"
def chebyshev_coefficients(f, degree, nodes):
    th = (np.arange(nodes - 1) + 0.5) * np.pi / nodes
    c = 2 / nodes * np.cos(np.outer(np.arange(degree + 1), th)) @ f(np.cos(th))
    c[0] /= 2
    return c


# %% wrong="minus cos" says="the odd ones have the wrong sign"
def chebyshev_coefficients(f, degree, nodes):
    th = (np.arange(nodes) + 0.5) * np.pi / nodes
    c = 2 / nodes * np.cos(np.outer(np.arange(degree + 1), th)) @ f(-np.cos(th))
    c[0] /= 2
    return c


# %% wrong="all halved but first" says="only c_0 is halved"
def chebyshev_coefficients(f, degree, nodes):
    th = (np.arange(nodes) + 0.5) * np.pi / nodes
    c = 1 / nodes * np.cos(np.outer(np.arange(degree + 1), th)) @ f(np.cos(th))
    return c


# %% wrong="2 over degree" says="divide by the number of nodes"
def chebyshev_coefficients(f, degree, nodes):
    th = (np.arange(nodes) + 0.5) * np.pi / nodes
    c = 2 / (degree + 1) * np.cos(np.outer(np.arange(degree + 1), th)) @ f(np.cos(th))
    c[0] /= 2
    return c


# %% wrong="a full turn" says="a full turn"
def chebyshev_coefficients(f, degree, nodes):
    theta = (np.arange(nodes) + 0.5) * 2 * np.pi / nodes
    c = 2 / nodes * np.cos(np.outer(np.arange(degree + 1), theta)) @ f(np.cos(theta))
    c[0] /= 2
    return c


# %% wrong="sine sums" says="sines"
def chebyshev_coefficients(f, degree, nodes):
    theta = (np.arange(nodes) + 0.5) * np.pi / nodes
    c = 2 / nodes * np.sin(np.outer(np.arange(degree + 1), theta)) @ f(np.cos(theta))
    c[0] /= 2
    return c


# %% wrong="angles of 180" says="in degrees"
def chebyshev_coefficients(f, degree, nodes):
    theta = (np.arange(nodes) + 0.5) * 180 / nodes
    c = 2 / nodes * np.cos(np.outer(np.arange(degree + 1), theta)) @ f(np.cos(theta))
    c[0] /= 2
    return c


# %% wrong="the last is halved, too" says="only c_0 is halved"
def chebyshev_coefficients(f, degree, nodes):
    theta = (np.arange(nodes) + 0.5) * np.pi / nodes
    c = 2 / nodes * np.cos(np.outer(np.arange(degree + 1), theta)) @ f(np.cos(theta))
    c[0] /= 2
    c[-1] /= 2
    return c


# %% wrong="one less" says="not by n - 1"
def chebyshev_coefficients(f, degree, nodes):
    theta = (np.arange(nodes) + 0.5) * np.pi / nodes
    waves = np.cos(np.outer(np.arange(degree + 1), theta))
    c = 2 / max(1, nodes - 1) * waves @ f(np.cos(theta))
    c[0] /= 2
    return c


# %% wrong="values at even places" says="the values are taken at even t"
def chebyshev_coefficients(f, degree, nodes):
    theta = (np.arange(nodes) + 0.5) * np.pi / nodes
    values = f(np.linspace(-1, 1, nodes))
    c = 2 / nodes * np.cos(np.outer(np.arange(degree + 1), theta)) @ values
    c[0] /= 2
    return c
