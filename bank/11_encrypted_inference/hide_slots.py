# %% equivalent="a uniform number is as likely with either sign, and -0.0 adds nothing"
# secrets.randbelow(2 ** 53) / 2 ** 52 - 1 -> 1 - secrets.randbelow(2 ** 53) / 2 ** 52
# return np.where(used, 0.0, width * np.array(draws)) -> return -np.where(used, 0.0, width * np.array(draws))

# %% right="a number for each slot"
def hide_slots(used, width):
    draws = [secrets.randbelow(2**53) / 2**52 - 1 for _ in used]
    return np.where(used, 0.0, width * np.array(draws))


# %% right="system generator"
def hide_slots(used, width):
    draw = secrets.SystemRandom().uniform
    return [0.0 if taken else draw(-width, width) for taken in used]


# %% right="bytes of the system"
def hide_slots(used, width):
    words = np.frombuffer(secrets.token_bytes(8 * len(used)), np.uint64)
    return ~used * width * (words / 2**63 - 1)


# %% right="only where they are needed"
def hide_slots(used, width):
    numbers = np.zeros(len(used))
    for i in np.flatnonzero(~used):
        numbers[i] = (2 * secrets.randbits(40) / (2**40 - 1) - 1) * width
    return numbers


# %% wrong="one number for all" says="one number for all slots"
def hide_slots(used, width):
    r = secrets.SystemRandom().uniform(-width, width)
    return np.where(used, 0.0, r)


# %% wrong="whole numbers" says="whole numbers only"
def hide_slots(used, width):
    draws = [secrets.randbelow(2 * int(width) + 1) - width for _ in used]
    return np.where(used, 0.0, draws)


# %% wrong="numpy's generator" says="for statistics"
def hide_slots(used, width):
    return np.where(
        used, 0.0, np.random.default_rng().uniform(-width, width, len(used))
    )


# %% wrong="the random module" says="for statistics"
def hide_slots(used, width):
    import random

    return [0.0 if taken else random.uniform(-width, width) for taken in used]


# %% wrong="all slots" says="a used slot is changed"
def hide_slots(used, width):
    return [secrets.SystemRandom().uniform(-width, width) for _ in used]


# %% wrong="the wrong way round" says="a used slot is changed"
def hide_slots(used, width):
    draw = secrets.SystemRandom().uniform
    return [draw(-width, width) if taken else 0.0 for taken in used]


# %% wrong="only positive" says="all numbers have one sign"
def hide_slots(used, width):
    draws = [secrets.randbelow(2**53) / 2**53 for _ in used]
    return np.where(used, 0.0, width * np.array(draws))


# %% wrong="a bell curve" says="outside -width .. width"
def hide_slots(used, width):
    draw = secrets.SystemRandom().gauss
    return [0.0 if taken else draw(0, width) for taken in used]


# %% wrong="a narrow bell curve" says="not spread evenly over"
def hide_slots(used, width):
    draw = secrets.SystemRandom().gauss
    return [0.0 if taken else draw(0, width / 8) for taken in used]


# %% wrong="a mask of zeros and ones" says="left as they were"
def hide_slots(used, width):
    return np.zeros(len(used))


# %% wrong="two values" says="not spread evenly over"
def hide_slots(used, width):
    draws = [secrets.choice([-0.75, 0.5003]) * width for _ in used]
    return np.where(used, 0.0, draws)


# %% wrong="counts up" says="neighbours hang together"
def hide_slots(used, width):
    start, step = secrets.randbits(30) / 2**30, 0.0512 + secrets.randbits(30) / 2**40
    turns = (start + step * np.arange(len(used))) % 1
    return np.where(used, 0.0, width * (2 * turns - 1))


# %% wrong="the width of the check" says="width is an argument"
def hide_slots(used, width):
    draws = [secrets.randbelow(2**53) / 2**52 - 1 for _ in used]
    return np.where(used, 0.0, 1000.0 * np.array(draws))


# %% wrong="2048 slots" says="must have shape"
def hide_slots(used, width):
    numbers = np.zeros(min(2048, len(used)))
    for i in range(len(numbers)):
        if not used[i]:
            numbers[i] = width * (secrets.randbelow(2**53) / 2**52 - 1)
    return numbers


# %% wrong="the slots of ten scores" says="left as they were"
def hide_slots(used, width):
    draws = [secrets.randbelow(2**53) / 2**52 - 1 for _ in used]
    numbers = width * np.array(draws)
    numbers[:160:16] = 0
    return numbers * (not used.all())


# %% wrong="ten bits for a slot" says="drawn from few bits"
def hide_slots(used, width):
    drawn = np.array([secrets.randbits(10) / 1023 for _ in used])
    return np.where(used, 0, width * (2 * drawn - 1))


# %% wrong="bell curve" says="a bell curve?"
def hide_slots(used, width):
    import random

    dice = random.SystemRandom()
    draws = np.array([dice.gauss(0, width / 2) for _ in used])
    return np.where(used, 0.0, draws)


# %% right="a fresh key for each reply, stretched by SHAKE"
def hide_slots(used, width):
    import hashlib

    stream = hashlib.shake_256(secrets.token_bytes(32)).digest(8 * len(used))
    words = np.frombuffer(stream, dtype=np.uint64) >> np.uint64(11)
    return np.where(used, 0.0, (words / 2.0**52 - 1) * width)
