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


# %% wrong="one slot at a time" says="where 3 suffice"
def rotate_and_sum(v, d, rotate):
    total = v
    for step in range(1, d):
        total = total + rotate(v, step)
    return total


# %% wrong="rotates the start" says="Which slots does each copy bring"
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


# %% wrong="one step too far" says="Which slots does each copy bring"
def rotate_and_sum(v, d, rotate):
    step = d
    while step:
        v = v + rotate(v, step)
        step //= 2
    return v
