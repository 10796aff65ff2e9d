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
