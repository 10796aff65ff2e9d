# %% right="nearer to which"
def tells_presence(seen, others, own):
    left = np.diff(seen - others, axis=0)[0]
    step = np.diff(own, axis=0)[0]
    there, away = np.abs(left - step).max(), np.abs(left).max()
    return bool(there < away)


# %% right="the part along the trace"
def tells_presence(seen, others, own):
    left = (seen[0] - others[0]) - (seen[1] - others[1])
    trace = own[0] - own[1]
    return bool(left @ trace / (trace @ trace) > 0.5)


# %% right="a loop"
def tells_presence(seen, others, own):
    if_there = if_not = 0.0
    for j in range(seen.shape[1]):
        rest = seen[1, j] - seen[0, j] - (others[1, j] - others[0, j])
        if_not += rest**2
        if_there += (rest - own[1, j] + own[0, j]) ** 2
    return if_there < if_not


# %% right="is the noise the same with it"
def tells_presence(seen, others, own):
    with_it = seen - others - own
    without = seen - others
    return bool(
        np.abs(with_it[0] - with_it[1]).sum() < np.abs(without[0] - without[1]).sum()
    )


# %% wrong="the first step" says="one step alone"
def tells_presence(seen, others, own):
    left = seen[0] - others[0]
    return bool(np.linalg.norm(left - own[0]) < np.linalg.norm(left))


# %% wrong="the second step" says="one step alone"
def tells_presence(seen, others, own):
    left = seen[1] - others[1]
    return bool(np.linalg.norm(left - own[1]) < np.linalg.norm(left))


# %% wrong="the others stay" says="others move, too"
def tells_presence(seen, others, own):
    left, trace = seen[1] - seen[0], own[1] - own[0]
    return bool(np.linalg.norm(left - trace) < np.linalg.norm(left))


# %% wrong="not exactly 0" says="last bits"
def tells_presence(seen, others, own):
    return bool(np.any((seen[1] - seen[0]) - (others[1] - others[0]) != 0))


# %% wrong="wrong way round" says="wrong way round"
def tells_presence(seen, others, own):
    left = (seen[1] - seen[0]) - (others[1] - others[0])
    trace = own[1] - own[0]
    return bool(np.linalg.norm(left - trace) > np.linalg.norm(left))


# %% wrong="added" says="steps were added"
def tells_presence(seen, others, own):
    left = (seen - others).sum(axis=0)
    return bool(np.linalg.norm(left - own.sum(axis=0)) < np.linalg.norm(left))


# %% wrong="the record at one step" says="at one step"
def tells_presence(seen, others, own):
    left = (seen[1] - seen[0]) - (others[1] - others[0])
    return bool(np.linalg.norm(left - own[1]) < np.linalg.norm(left))


# %% wrong="opposite ways" says="opposite ways"
def tells_presence(seen, others, own):
    left = (seen[1] - seen[0]) - (others[1] - others[0])
    trace = own[0] - own[1]
    return bool(np.linalg.norm(left - trace) < np.linalg.norm(left))


# %% wrong="always there" says="True whatever"
def tells_presence(seen, others, own):
    return True


# %% wrong="never there" says="False whatever"
def tells_presence(seen, others, own):
    return False


# %% wrong="a number for an answer" says="True or False"
def tells_presence(seen, others, own):
    left = (seen[1] - seen[0]) - (others[1] - others[0])
    trace = own[1] - own[0]
    return float(left @ trace / (trace @ trace))


# %% wrong="changes what was seen" says="changes"
def tells_presence(seen, others, own):
    seen -= others
    left, trace = seen[1] - seen[0], own[1] - own[0]
    return bool(np.linalg.norm(left - trace) < np.linalg.norm(left))
