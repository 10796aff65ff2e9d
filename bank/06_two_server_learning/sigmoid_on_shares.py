# %% right="two bits, one product"
def sigmoid_on_shares(u, at_least_0):
    up, down = at_least_0(u + 0.5), at_least_0(u - 0.5)
    return (up - down) * (u + 0.5) + down


# %% right="difference of two ReLUs"
def sigmoid_on_shares(u, at_least_0):
    def relu(x):
        return at_least_0(x) * x

    return relu(u + 0.5) - relu(u - 0.5)


# %% right="from above"
def sigmoid_on_shares(u, at_least_0):
    above, below = at_least_0(u - 0.5), at_least_0(-0.5 - u)
    middle = 1 - above - below
    return above + middle * (0.5 + u)


# %% wrong="step" says="this jumps from 0 to 1 at 0"
def sigmoid_on_shares(u, at_least_0):
    return at_least_0(u)


# %% wrong="linear" says="nothing cuts it off"
def sigmoid_on_shares(u, at_least_0):
    return u + 0.5


# %% wrong="no upper end" says="above 1/2 it must stay 1"
def sigmoid_on_shares(u, at_least_0):
    return at_least_0(u + 0.5) * (u + 0.5)


# %% wrong="upper piece missing" says="that piece is missing"
def sigmoid_on_shares(u, at_least_0):
    up, down = at_least_0(u + 0.5), at_least_0(u - 0.5)
    return (up - down) * (u + 0.5)


# %% wrong="u for u + 1/2" says="and yours is u"
def sigmoid_on_shares(u, at_least_0):
    up, down = at_least_0(u + 0.5), at_least_0(u - 0.5)
    return (up - down) * u + down


# %% wrong="compares shares" says="none can be compared"
def sigmoid_on_shares(u, at_least_0):
    return np.where(u > 0.5, 1, np.where(u < -0.5, 0, u + 0.5))


# %% wrong="numpy's clip" says="none can be compared"
def sigmoid_on_shares(u, at_least_0):
    return np.clip(u + 0.5, 0, 1)


# %% wrong="pieces added" says="both pieces are added"
def sigmoid_on_shares(u, at_least_0):
    return at_least_0(u + 0.5) * (u + 0.5) + at_least_0(u - 0.5)


# %% wrong="three comparisons" says="3 comparisons"
def sigmoid_on_shares(u, at_least_0):
    up, down = at_least_0(u + 0.5), at_least_0(u - 0.5)
    below = at_least_0(-0.5 - u)
    return (1 - below - down) * (u + 0.5) + down + 0 * up


# %% wrong="slope 1/4" says="yours is 1/4"
def sigmoid_on_shares(u, at_least_0):
    up, down = at_least_0(u + 2), at_least_0(u - 2)
    return (up - down) * (u * 0.25 + 0.5) + down


# %% wrong="ends exchanged" says="comes out negative"
def sigmoid_on_shares(u, at_least_0):
    up, down = at_least_0(u + 0.5), at_least_0(u - 0.5)
    return (down - up) * (u + 0.5) + down


# %% wrong="relu" says="needs an upper end"
def sigmoid_on_shares(u, at_least_0):
    return at_least_0(u) * u


# %% wrong="from 0 to 1" says="must through 1/2"
def sigmoid_on_shares(u, at_least_0):
    up, down = at_least_0(u), at_least_0(u - 1)
    return (up - down) * u + down


# %% wrong="no lower end" says="below -1/2 it must stay 0"
def sigmoid_on_shares(u, at_least_0):
    down = at_least_0(u - 0.5)
    return (1 - down) * (u + 0.5) + down


# %% wrong="three products" says="3 products"
def sigmoid_on_shares(u, at_least_0):
    up, down = at_least_0(u + 0.5), at_least_0(u - 0.5)
    return up * (1 - down) * (u + 0.5) + up * down


# %% wrong="halves" says="none can be compared, divided"
def sigmoid_on_shares(u, at_least_0):
    up, down = at_least_0(u + 0.5), at_least_0(u - 0.5)
    return up / 2 + down / 2


# %% wrong="a pair" says="must return something shared"
def sigmoid_on_shares(u, at_least_0):
    return at_least_0(u + 0.5), at_least_0(u - 0.5)


# %% wrong="bits multiplied" says="comparisons are multiplied"
def sigmoid_on_shares(u, at_least_0):
    up, down = at_least_0(u + 0.5), at_least_0(u - 0.5)
    return up * (u + 0.5) * down


# %% wrong="compared at 1" says="compare there"
def sigmoid_on_shares(u, at_least_0):
    up, down = at_least_0(u + 1), at_least_0(u - 1)
    return (up - down) * (u + 0.5) + down


# %% right="the upper end by a second ReLU"
def sigmoid_on_shares(u, at_least_0):
    v = u + 0.5
    r = at_least_0(v) * v
    return r - at_least_0(r - 1) * (r - 1)
