# %% equivalent="step is an array, and the division makes floats of integers"
# step = np.asarray(step, dtype=float) -> (left out)

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


# %% right="Polynomial.integ"
def relu_from_step(step, bound, at_zero):
    p = np.polynomial.Polynomial(step).integ() * bound + at_zero
    return p.coef


# %% right="float32"
def relu_from_step(step, bound, at_zero):
    return np.concatenate(
        [[at_zero], step * bound / (1 + np.arange(len(step)))]
    ).astype("float32")


# %% wrong="Polynomial object" says="the result for a step of degree 3 must be an array of"
def relu_from_step(step, bound, at_zero):
    return np.polynomial.Polynomial(step).integ() * bound + at_zero


# %% wrong="at the end" says="the constant stands at the end"
def relu_from_step(step, bound, at_zero):
    return np.append(bound * step / np.arange(1, len(step) + 1), at_zero)


# %% wrong="powers of x" says="these are coefficients of powers of x"
def relu_from_step(step, bound, at_zero):
    k = np.arange(len(step))
    return np.append(at_zero, step / bound**k / (k + 1))


# %% wrong="integer array" says="an integer array cuts off what it is given"
def relu_from_step(step, bound, at_zero):
    out = np.zeros(len(step) + 1, dtype=int)
    out[0] = at_zero
    out[1:] = bound * step / np.arange(1, len(step) + 1)
    return out


# %% right="Polynomial with domain"
def relu_from_step(step, bound, at_zero):
    return (
        np.polynomial.Polynomial(step, domain=[-bound, bound]).integ(k=[at_zero]).coef
    )


# %% right="through powers of x"
def relu_from_step(step, bound, at_zero):
    in_x = [a / bound**k for k, a in enumerate(step)]
    p = [at_zero] + [a / (k + 1) for k, a in enumerate(in_x)]
    return [c * bound**k for k, c in enumerate(p)]


# %% wrong="bound to the power" says="multiplied by powers of bound"
def relu_from_step(step, bound, at_zero):
    k = np.arange(1, len(step) + 1)
    return np.append(at_zero, bound**k * step / k)


# %% wrong="over k not k + 1" says="divided by another number than the new exponent"
def relu_from_step(step, bound, at_zero):
    k = np.maximum(np.arange(len(step)), 1)
    return np.append(at_zero, bound * step / k)


# %% wrong="over k + 2" says="divided by another number than the new exponent"
def relu_from_step(step, bound, at_zero):
    k = np.arange(len(step)) + 2
    return np.append(at_zero, bound * step / k)


# %% wrong="at_zero added to all" says="the constant's alone"
def relu_from_step(step, bound, at_zero):
    return at_zero + np.append(0.0, bound * step / np.arange(1, len(step) + 1))


# %% wrong="p(-1) = at_zero" says="not at its left end"
def relu_from_step(step, bound, at_zero):
    p = np.polynomial.Polynomial(step).integ() * bound
    return (p - p(-1) + at_zero).coef


# %% wrong="p(-1) = 0 as ReLU" says="it must make p(0) = at_zero"
def relu_from_step(step, bound, at_zero):
    p = np.polynomial.Polynomial(step).integ() * bound
    return (p - p(-1)).coef


# %% wrong="subtracts at_zero" says="at_zero has the wrong sign"
def relu_from_step(step, bound, at_zero):
    p = np.polynomial.Polynomial(step).integ() * bound - at_zero
    return p.coef


# %% wrong="2 bound" says="the interval's length, 2 bound"
def relu_from_step(step, bound, at_zero):
    return np.append(at_zero, 2 * bound * step / np.arange(1, len(step) + 1))


# %% wrong="the step's own type" says="whole numbers"
def relu_from_step(step, bound, at_zero):
    p = np.zeros(len(step) + 1, dtype=step.dtype)
    p[0] = at_zero
    p[1:] = bound * step / np.arange(1, len(step) + 1)
    return p


# %% wrong="eight powers at most" says="must have shape"
def relu_from_step(step, bound, at_zero):
    p = [at_zero]
    for k, a in enumerate(step[:6]):
        p.append(bound * a / (k + 1))
    return np.array(p)


# %% wrong="numpy polyint order" says="highest power first"
def relu_from_step(step, bound, at_zero):
    return np.polyint(np.asarray(step, float) * bound, k=at_zero)
