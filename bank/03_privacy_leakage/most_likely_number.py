# %% right="Dijkstra"
def most_likely_number(next_digit, digits):
    import heapq

    queue = [(0.0, "")]
    while True:
        loss, prefix = heapq.heappop(queue)
        if len(prefix) == digits:
            return prefix
        for digit, log_p in enumerate(next_digit(prefix)):
            heapq.heappush(queue, (loss - log_p, prefix + str(digit)))


# %% right="the best of a list, again and again"
def most_likely_number(next_digit, digits):
    waiting = {(): 0.0}
    while True:
        prefix = max(waiting, key=waiting.get)
        if len(prefix) == digits:
            return list(prefix)
        total = waiting.pop(prefix)
        log_p = next_digit("".join(map(str, prefix)))
        waiting.update({(*prefix, d): total + log_p[d] for d in range(10)})


# %% wrong="greedy" says="that is the greedy number"
def most_likely_number(next_digit, digits):
    prefix = ""
    while len(prefix) < digits:
        prefix += str(int(np.argmax(next_digit(prefix))))
    return prefix


# %% wrong="all numbers" says="a guided search needs fewer"
def most_likely_number(next_digit, digits):
    level = [(0.0, "")]
    for _ in range(digits):
        level = [
            (total + log_p, prefix + str(digit))
            for total, prefix in level
            for digit, log_p in enumerate(next_digit(prefix))
        ]
    return max(level)[1]


# %% wrong="narrow beam" says="dropped on the way"
def most_likely_number(next_digit, digits):
    beam = [(0.0, "")]
    for _ in range(digits):
        longer = [
            (total + log_p, prefix + str(digit))
            for total, prefix in beam
            for digit, log_p in enumerate(next_digit(prefix))
        ]
        beam = sorted(longer)[-3:]
    return max(beam)[1] if max(beam)[1] != "" else None


# %% wrong="stops when found" says="taken from the queue"
def most_likely_number(next_digit, digits):
    import heapq

    queue = [(0.0, "")]
    while True:
        loss, prefix = heapq.heappop(queue)
        for digit, log_p in enumerate(next_digit(prefix)):
            longer = prefix + str(digit)
            if len(longer) == digits:
                return longer
            heapq.heappush(queue, (loss - log_p, longer))
