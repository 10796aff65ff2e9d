# %% right="halving"
def rotate_and_sum(v, d, rotate):
    step = d // 2
    while step:
        v = v + rotate(v, step)
        step //= 2
    return v


# %% right="doubling"
def rotate_and_sum(v, d, rotate):
    step = 1
    while step < d:
        v = sum([v, rotate(v, step)])
        step = 2 * step
    return v


# %% wrong="one slot at a time" says="where 2 suffice"
def rotate_and_sum(v, d, rotate):
    total = v
    for step in range(1, d):
        total = total + rotate(v, step)
    return total


# %% wrong="rotates the start" says="rotate the sum"
def rotate_and_sum(v, d, rotate):
    total, step = v, d // 2
    while step:
        total = total + rotate(v, step)
        step //= 2
    return total


# %% wrong="to the right" says="rotate to the left"
def rotate_and_sum(v, d, rotate):
    step = d // 2
    while step:
        v = v + rotate(v, -step)
        step //= 2
    return v


# %% wrong="one step too far" says="one step too many"
def rotate_and_sum(v, d, rotate):
    step = d
    while step:
        v = v + rotate(v, step)
        step //= 2
    return v


# %% right="recursion"
def rotate_and_sum(v, d, rotate):
    if d == 1:
        return v
    w = rotate_and_sum(v, d // 2, rotate)
    return w + rotate(w, d // 2)


# %% right="numpy step"
def rotate_and_sum(v, d, rotate):
    for k in range(int(np.log2(d))):
        v = v + rotate(v, np.int64(2) ** k)
    return v


# %% wrong="inplace +=" says="your function changes v"
def rotate_and_sum(v, d, rotate):
    s = 1
    while s < d:
        v += rotate(v, s)
        s *= 2
    return v


# %% wrong="sum of all" says="Add a rotated copy to the sum itself"
def rotate_and_sum(v, d, rotate):
    return sum(rotate(v, s) for s in range(d))


# %% wrong="steps doubled once too few" says="one step is missing"
def rotate_and_sum(v, d, rotate):
    s = d // 4
    while s:
        v = v + rotate(v, s)
        s //= 2
    return v


# %% wrong="for 1, 2, 8 and 64 only" says="one step is missing"
def rotate_and_sum(v, d, rotate):
    for step in {1: (), 2: (1,), 4: (1, 2), 8: (1, 2, 4)}.get(d, (1, 2, 4, 8, 16, 32)):
        v = v + rotate(v, step)
    return v


# %% right="reduce"
def rotate_and_sum(v, d, rotate):
    from functools import reduce

    return reduce(
        lambda w, k: rotate(w, 1 << k) + w, reversed(range(d.bit_length() - 1)), v
    )


# %% wrong="slot by slot" says="nobody sees slots one by one"
def rotate_and_sum(v, d, rotate):
    return [sum(v[i : i + d]) for i in range(len(v))]


# %% wrong="a convolution" says="nobody sees slots one by one"
def rotate_and_sum(v, d, rotate):
    return np.convolve(np.asarray(v), np.ones(d), "same")
