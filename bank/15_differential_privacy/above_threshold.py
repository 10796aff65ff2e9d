# %% equivalent="a function that ends returns None"
# return None -> (left out)

# %% equivalent="the noise is as likely with either sign"
# bar = threshold + rng.laplace(scale=2 / epsilon) -> bar = threshold - rng.laplace(scale=2 / epsilon)
# if answer + rng.laplace(scale=4 / epsilon) >= bar: -> if answer - rng.laplace(scale=4 / epsilon) >= bar:

# %% equivalent="the two sides are equal with probability 0"
# if answer + rng.laplace(scale=4 / epsilon) >= bar: -> if answer + rng.laplace(scale=4 / epsilon) > bar:

# %% right="all noise at once"
def above_threshold(answers, *, threshold, epsilon, rng):
    bar = threshold + rng.laplace(scale=2 / epsilon)
    passed = (
        np.asarray(answers) + rng.laplace(scale=4 / epsilon, size=len(answers)) >= bar
    )
    return int(np.argmax(passed)) if passed.any() else None


# %% right="noise taken from the threshold instead"
def above_threshold(answers, *, threshold, epsilon, rng):
    shift = rng.laplace(0, 1 / (epsilon / 2))
    for i in range(len(answers)):
        gap = answers[i] - threshold
        if gap > rng.laplace(0, 2 / (epsilon / 2)) + shift:
            return i


# %% wrong="no noise on the threshold" says="noise of its own"
def above_threshold(answers, *, threshold, epsilon, rng):
    for index, answer in enumerate(answers):
        if answer + rng.laplace(scale=4 / epsilon) >= threshold:
            return index
    return None


# %% wrong="half the noise on the answers" says="half the noise on the answers"
def above_threshold(answers, *, threshold, epsilon, rng):
    bar = threshold + rng.laplace(scale=2 / epsilon)
    for index, answer in enumerate(answers):
        if answer + rng.laplace(scale=2 / epsilon) >= bar:
            return index
    return None


# %% wrong="returns the noisy answer too" says="would spend more"
def above_threshold(answers, *, threshold, epsilon, rng):
    bar = threshold + rng.laplace(scale=2 / epsilon)
    for answer in answers:
        noisy = answer + rng.laplace(scale=4 / epsilon)
        if noisy >= bar:
            return noisy
    return None


# %% wrong="a new threshold for each answer" says="drawn anew for each answer"
def above_threshold(answers, *, threshold, epsilon, rng):
    for index, answer in enumerate(answers):
        bar = threshold + rng.laplace(scale=2 / epsilon)
        if answer + rng.laplace(scale=4 / epsilon) >= bar:
            return index
    return None


# %% wrong="no noise" says="no noise"
def above_threshold(answers, *, threshold, epsilon, rng):
    return next((i for i, a in enumerate(answers) if a >= threshold), None)


# %% wrong="seed reused" says="a seed reused"
def above_threshold(answers, *, threshold, epsilon, rng):
    rng = np.random.default_rng(1)
    bar = threshold + rng.laplace(scale=2 / epsilon)
    noisy = [a + rng.laplace(scale=4 / epsilon) for a in answers]
    return next((i for i, a in enumerate(noisy) if a >= bar), None)


# %% wrong="half the noise" says="half the noise"
def above_threshold(answers, *, threshold, epsilon, rng):
    bar = threshold + rng.laplace(scale=1 / epsilon)
    noisy = [a + rng.laplace(scale=2 / epsilon) for a in answers]
    return next((i for i, a in enumerate(noisy) if a >= bar), None)


# %% right="numpy index"
def above_threshold(answers, *, threshold, epsilon, rng):
    bar = threshold + rng.laplace(scale=2 / epsilon)
    noisy = np.asarray(answers) + rng.laplace(scale=4 / epsilon, size=len(answers))
    above = np.flatnonzero(noisy >= bar)
    return above[0] if len(above) else None


# %% wrong="no noise on the answers" says="the answers need fresh noise too"
def above_threshold(answers, *, threshold, epsilon, rng):
    bar = threshold + rng.laplace(scale=2 / epsilon)
    return next((i for i, a in enumerate(answers) if a >= bar), None)


# %% wrong="the last yes" says="this is the last yes"
def above_threshold(answers, *, threshold, epsilon, rng):
    bar = threshold + rng.laplace(scale=2 / epsilon)
    found = None
    for index, answer in enumerate(answers):
        if answer + rng.laplace(scale=4 / epsilon) >= bar:
            found = index
    return found


# %% wrong="a number for nothing found" says="Return None when no answer passed"
def above_threshold(answers, *, threshold, epsilon, rng):
    bar = threshold + rng.laplace(scale=2 / epsilon)
    passed = [a + rng.laplace(scale=4 / epsilon) >= bar for a in answers]
    return int(np.argmax(passed))


# %% wrong="minus one for nothing found" says="or None; got -1"
def above_threshold(answers, *, threshold, epsilon, rng):
    bar = threshold + rng.laplace(scale=2 / epsilon)
    for index, answer in enumerate(answers):
        if answer + rng.laplace(scale=4 / epsilon) >= bar:
            return index
    return -1


# %% wrong="the three answers of the example" says="Look at every answer"
def above_threshold(answers, *, threshold, epsilon, rng):
    bar = threshold + rng.laplace(scale=2 / epsilon)
    for index in range(min(3, len(answers))):
        if answers[index] + rng.laplace(scale=4 / epsilon) >= bar:
            return index
    return None


# %% wrong="noise written into the answers" says="your function changes answers"
def above_threshold(answers, *, threshold, epsilon, rng):
    bar = threshold + rng.laplace(scale=2 / epsilon)
    for index in range(len(answers)):
        answers[index] += rng.laplace(scale=4 / epsilon)
        if answers[index] >= bar:
            return index
    return None


# %% wrong="a generator of its own" says="all randomness must come from rng"
def above_threshold(answers, *, threshold, epsilon, rng, own=np.random.default_rng(7)):
    bar = threshold + own.laplace(scale=2 / epsilon)
    for index, answer in enumerate(answers):
        if answer + own.laplace(scale=4 / epsilon) >= bar:
            return index
    return None


# %% wrong="scales exchanged" says="the scales are exchanged"
def above_threshold(answers, *, threshold, epsilon, rng):
    bar = threshold + rng.laplace(scale=4 / epsilon)
    for index, answer in enumerate(answers):
        if answer + rng.laplace(scale=2 / epsilon) >= bar:
            return index
    return None


# %% wrong="one noise for all answers" says="one noise for all answers"
def above_threshold(answers, *, threshold, epsilon, rng):
    bar = threshold + rng.laplace(scale=2 / epsilon)
    noise = rng.laplace(scale=4 / epsilon)
    return next((i for i, a in enumerate(answers) if a + noise >= bar), None)


# %% wrong="normal noise" says="normal noise"
def above_threshold(answers, *, threshold, epsilon, rng):
    bar = threshold + rng.normal(scale=2 / epsilon)
    for index, answer in enumerate(answers):
        if answer + rng.normal(scale=4 / epsilon) >= bar:
            return index
    return None


# %% wrong="tails cut off" says="tails that are cut off"
def above_threshold(answers, *, threshold, epsilon, rng):
    bar = threshold + rng.laplace(scale=2 / epsilon)
    for index, answer in enumerate(answers):
        noise = np.clip(rng.laplace(scale=4 / epsilon), -16 / epsilon, 16 / epsilon)
        if answer + noise >= bar:
            return index
    return None


# %% wrong="half as much again on the threshold" says="another scale than 2 / epsilon"
def above_threshold(answers, *, threshold, epsilon, rng):
    bar = threshold + rng.laplace(scale=3 / epsilon)
    for index, answer in enumerate(answers):
        if answer + rng.laplace(scale=4 / epsilon) >= bar:
            return index
    return None


# %% wrong="index 0 is lost" says="Is index 0 lost?"
def above_threshold(answers, *, threshold, epsilon, rng):
    bar, found = threshold + rng.laplace(scale=2 / epsilon), None
    for k, answer in enumerate(answers):
        if not found and answer + rng.laplace(scale=4 / epsilon) >= bar:
            found = k
    return found or None


# %% wrong="the largest that passes" says="the largest of the answers that pass"
def above_threshold(answers, *, threshold, epsilon, rng):
    bar = threshold + rng.laplace(scale=2 / epsilon)
    passed = [
        i for i, a in enumerate(answers) if a + rng.laplace(scale=4 / epsilon) >= bar
    ]
    return max(passed, key=lambda i: answers[i]) if passed else None


# %% wrong="the largest after noise" says="the largest answer after noise"
def above_threshold(answers, *, threshold, epsilon, rng):
    bar = threshold + rng.laplace(scale=2 / epsilon)
    noisy = [a + rng.laplace(scale=4 / epsilon) for a in answers]
    best = max(range(len(noisy)), key=noisy.__getitem__, default=None)
    return best if noisy and noisy[best] >= bar else None


# %% wrong="scales without epsilon" says="epsilon is missing"
def above_threshold(answers, *, threshold, epsilon, rng):
    bar = threshold + rng.laplace(scale=2)
    for index, answer in enumerate(answers):
        if answer + rng.laplace(scale=4) >= bar:
            return index
    return None


# %% wrong="the nearest to the threshold" says="nearest to the threshold"
def above_threshold(answers, *, threshold, epsilon, rng):
    level = threshold + rng.laplace(0, 2 / epsilon)
    passed = [
        k for k, a in enumerate(answers) if a + rng.laplace(0, 4 / epsilon) >= level
    ]
    return min(passed, key=lambda k: abs(answers[k] - threshold)) if passed else None


# %% wrong="the smallest that passes" says="the smallest of the answers that pass"
def above_threshold(answers, *, threshold, epsilon, rng):
    level = threshold + rng.laplace(0, 2 / epsilon)
    passed = [
        k for k, a in enumerate(answers) if a + rng.laplace(0, 4 / epsilon) >= level
    ]
    return min(passed, key=lambda k: answers[k]) if passed else None
