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
