# %% right="numpy's polynomials"
def relu_from_step(step, bound, at_zero):
    return np.polynomial.polynomial.polyint(step, scl=1, k=at_zero / bound) * bound


# %% right="a list"
def relu_from_step(step, bound, at_zero):
    return [at_zero] + [bound * float(a) / (k + 1) for k, a in enumerate(step)]


# %% wrong="interval forgotten" says="dx = bound dt"
def relu_from_step(step, bound, at_zero):
    return np.polynomial.polynomial.polyint(step, k=at_zero)


# %% wrong="not divided" says="divided by the new exponent"
def relu_from_step(step, bound, at_zero):
    return np.append(at_zero, bound * np.asarray(step))


# %% wrong="no constant" says="must make p(0) = at_zero"
def relu_from_step(step, bound, at_zero):
    return bound * np.polynomial.polynomial.polyint(step)


# %% wrong="constant scaled too" says="the constant too was multiplied"
def relu_from_step(step, bound, at_zero):
    return bound * np.polynomial.polynomial.polyint(step, k=at_zero)
