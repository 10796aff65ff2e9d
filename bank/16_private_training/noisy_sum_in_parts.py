# %% equivalent="a part without rows adds nothing"
# for first in range(0, len(rows), limit): -> for first in range(0, len(rows) + 1, limit):

# %% right="slices from the first"
def noisy_sum_in_parts(clipped_sum, rows, noise, *, limit):
    total = np.zeros(len(noise))
    for start in range(0, len(rows), limit):
        total += clipped_sum(rows[start : start + limit])
    return total + noise


# %% right="even parts, list"
def noisy_sum_in_parts(clipped_sum, rows, noise, *, limit):
    parts = np.array_split(rows, max(1, math.ceil(len(rows) / limit)))
    return list(sum(clipped_sum(part) for part in parts) + noise)


# %% wrong="a cap" says="pushes out another and moves the sum by 2 C"
def noisy_sum_in_parts(clipped_sum, rows, noise, *, limit):
    return clipped_sum(rows[:limit]) + noise


# %% wrong="noise for each part" says="each part got the noise"
def noisy_sum_in_parts(clipped_sum, rows, noise, *, limit):
    total = 0
    for start in range(0, max(1, len(rows)), limit):
        total = total + clipped_sum(rows[start : start + limit]) + noise
    return total


# %% wrong="all at once" says="out of memory"
def noisy_sum_in_parts(clipped_sum, rows, noise, *, limit):
    return clipped_sum(rows) + noise


# %% wrong="noise forgotten" says="the noise"
def noisy_sum_in_parts(clipped_sum, rows, noise, *, limit):
    return sum(
        (clipped_sum(rows[i : i + limit]) for i in range(0, len(rows), limit)),
        np.zeros(len(noise)),
    )


# %% right="one row at a time"
def noisy_sum_in_parts(clipped_sum, rows, noise, *, limit):
    return sum((clipped_sum([row]) for row in rows.tolist()), np.array(noise))


# %% right="recursive"
def noisy_sum_in_parts(clipped_sum, rows, noise, *, limit):
    if len(rows) <= limit:
        return noise + clipped_sum(rows)
    first, rest = rows[:limit], rows[limit:]
    return clipped_sum(first) + noisy_sum_in_parts(
        clipped_sum, rest, noise, limit=limit
    )


# %% right="halves"
def noisy_sum_in_parts(clipped_sum, rows, noise, *, limit):
    def total(part):
        if len(part) <= limit:
            return clipped_sum(part)
        middle = len(part) // 2
        return total(part[:middle]) + total(part[middle:])

    return noise + total(rows)


# %% right="strides"
def noisy_sum_in_parts(clipped_sum, rows, noise, *, limit):
    count = -(-len(rows) // limit)
    result = noise.copy()
    for first in range(count):
        result += clipped_sum(rows[first::count])
    return result.astype(np.float32)


# %% wrong="an empty batch is skipped" says="it shows that nobody came"
def noisy_sum_in_parts(clipped_sum, rows, noise, *, limit):
    if len(rows) == 0:
        return np.zeros_like(noise)
    starts = range(0, len(rows), limit)
    return sum(clipped_sum(rows[i : i + limit]) for i in starts) + noise


# %% wrong="the last part is not full" says="the last part, which is not full"
def noisy_sum_in_parts(clipped_sum, rows, noise, *, limit):
    total = np.array(noise)
    for start in range(0, len(rows) - limit + 1, limit):
        total = total + clipped_sum(rows[start : start + limit])
    return total


# %% wrong="the mean of the parts" says="the parts were averaged"
def noisy_sum_in_parts(clipped_sum, rows, noise, *, limit):
    starts = range(0, max(1, len(rows)), limit)
    return np.mean([clipped_sum(rows[i : i + limit]) for i in starts], axis=0) + noise


# %% wrong="divides by who came" says="divided by the number of rows"
def noisy_sum_in_parts(clipped_sum, rows, noise, *, limit):
    starts = range(0, max(1, len(rows)), limit)
    total = sum(clipped_sum(rows[i : i + limit]) for i in starts)
    return total / max(1, len(rows)) + noise


# %% wrong="a mean, noise and all" says="the noise was divided too"
def noisy_sum_in_parts(clipped_sum, rows, noise, *, limit):
    starts = range(0, max(1, len(rows)), limit)
    total = sum(clipped_sum(rows[i : i + limit]) for i in starts)
    return (total + noise) / max(1, len(rows))


# %% wrong="a random cap" says="is wrong"
def noisy_sum_in_parts(clipped_sum, rows, noise, *, limit):
    if len(rows) > limit:
        rows = np.random.default_rng(3).choice(rows, limit, replace=False)
    return clipped_sum(rows) + noise


# %% wrong="keeps the last part" says="only the last part was summed"
def noisy_sum_in_parts(clipped_sum, rows, noise, *, limit):
    total = np.zeros(len(noise))
    for start in range(0, len(rows), limit):
        total = clipped_sum(rows[start : start + limit])
    return total + noise


# %% wrong="parts overlap" says="the parts overlap"
def noisy_sum_in_parts(clipped_sum, rows, noise, *, limit):
    total = np.array(noise)
    for start in range(0, len(rows), limit - 1):
        total += clipped_sum(rows[start : start + limit])
    return total


# %% wrong="adds into the noise" says="your function changes noise"
def noisy_sum_in_parts(clipped_sum, rows, noise, *, limit):
    for start in range(0, len(rows), limit):
        noise += clipped_sum(rows[start : start + limit])
    return noise


# %% wrong="positions for rows" says="is wrong"
def noisy_sum_in_parts(clipped_sum, rows, noise, *, limit):
    total = np.array(noise)
    for start in range(0, len(rows), limit):
        total += clipped_sum(np.arange(start, min(start + limit, len(rows))))
    return total


# %% wrong="one number" says="must have shape"
def noisy_sum_in_parts(clipped_sum, rows, noise, *, limit):
    starts = range(0, max(1, len(rows)), limit)
    return sum(clipped_sum(rows[i : i + limit]).sum() for i in starts)


# %% wrong="a set of rows, first and last parts" says="is wrong"
def noisy_sum_in_parts(clipped_sum, rows, noise, *, limit):
    if len(rows) <= limit:
        return clipped_sum(rows) + noise
    return clipped_sum(rows[:limit]) + clipped_sum(rows[-limit:]) + noise


# %% wrong="steps of limit, windows overlap" says="the parts overlap"
def noisy_sum_in_parts(clipped_sum, rows, noise, *, limit):
    total = np.array(noise, float)
    step = max(1, limit - 1)
    for k in range(0, len(rows), step):
        total += clipped_sum(rows[k : k + limit])
    return total
