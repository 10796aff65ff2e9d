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
