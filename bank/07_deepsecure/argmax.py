# %% right="one after the other"
def argmax(b, words):
    width = max(1, (len(words) - 1).bit_length())
    best, place = words[0], arithmetic.constant(0, width + 1)[:width]
    for k in range(1, len(words)):
        larger = arithmetic.less_than(b, best, words[k])
        best = arithmetic.select(b, larger, words[k], best)
        here = arithmetic.constant(k, width + 1)[:width]
        place = arithmetic.select(b, larger, here, place)
    return place


# %% right="the package's"
def argmax(b, words):
    width = max(1, (len(words) - 1).bit_length())
    best, place = words[0], [ZERO] * width
    for k, word in enumerate(words):
        if k:
            larger = arithmetic.less_than(b, best, word)
            best = [b.select(larger, one, zero) for one, zero in zip(word, best)]
            place = [
                b.select(larger, ONE if k >> i & 1 else ZERO, wire)
                for i, wire in enumerate(place)
            ]
    return tuple(place)


# %% right="a tournament"
def argmax(b, words):
    bits = max(1, (len(words) - 1).bit_length())
    round_ = [
        (word, [ONE if k >> i & 1 else ZERO for i in range(bits)])
        for k, word in enumerate(words)
    ]
    while len(round_) > 1:
        winners = []
        for (left, i), (right, j) in zip(round_[::2], round_[1::2]):
            better = arithmetic.less_than(b, left, right)
            winners.append(
                (
                    arithmetic.select(b, better, right, left),
                    arithmetic.select(b, better, j, i),
                )
            )
        if len(round_) % 2:
            winners.append(round_[-1])
        round_ = winners
    return np.array(round_[0][1])


# %% right="recursion"
def argmax(b, words):
    bits = max(1, (len(words) - 1).bit_length())

    def best(low, high):
        if high - low == 1:
            return words[low], [ONE if low >> i & 1 else ZERO for i in range(bits)]
        middle = (low + high) // 2
        left, right = best(low, middle), best(middle, high)
        less = arithmetic.less_than(b, left[0], right[0])
        return [arithmetic.select(b, less, r, v) for v, r in zip(left, right)]

    return best(0, len(words))[1]


# %% right="greater or equal from the end"
def argmax(b, words):
    bits = max(1, (len(words) - 1).bit_length())
    last = len(words) - 1
    best = words[last]
    place = [ONE if last >> i & 1 else ZERO for i in range(bits)]
    for k in range(last - 1, -1, -1):
        less = arithmetic.less_than(b, words[k], best)
        best = arithmetic.select(b, less, best, words[k])
        here = [ONE if k >> i & 1 else ZERO for i in range(bits)]
        place = arithmetic.select(b, less, place, here)
    return place


# %% wrong="last of equals" says="of equal words the last is given"
def argmax(b, words):
    width = max(1, (len(words) - 1).bit_length())
    best, place = words[0], [ZERO] * width
    for k in range(1, len(words)):
        keep = arithmetic.less_than(b, words[k], best)
        best = arithmetic.select(b, keep, best, words[k])
        here = [ONE if k >> i & 1 else ZERO for i in range(width)]
        place = arithmetic.select(b, keep, place, here)
    return place


# %% wrong="argmin" says="the place of the smallest"
def argmax(b, words):
    width = max(1, (len(words) - 1).bit_length())
    best, place = words[0], [ZERO] * width
    for k in range(1, len(words)):
        less = arithmetic.less_than(b, words[k], best)
        best = arithmetic.select(b, less, words[k], best)
        here = [ONE if k >> i & 1 else ZERO for i in range(width)]
        place = arithmetic.select(b, less, here, place)
    return place


# %% wrong="unsigned" says="compared without their sign"
def argmax(b, words):
    width = max(1, (len(words) - 1).bit_length())
    best, place = words[0], [ZERO] * width
    for k in range(1, len(words)):
        larger = arithmetic.less_than(b, best, words[k], signed=False)
        best = arithmetic.select(b, larger, words[k], best)
        here = [ONE if k >> i & 1 else ZERO for i in range(width)]
        place = arithmetic.select(b, larger, here, place)
    return place


# %% wrong="best is not kept" says="compared with the first one"
def argmax(b, words):
    width = max(1, (len(words) - 1).bit_length())
    place = [ZERO] * width
    for k in range(1, len(words)):
        larger = arithmetic.less_than(b, words[0], words[k])
        here = [ONE if k >> i & 1 else ZERO for i in range(width)]
        place = arithmetic.select(b, larger, here, place)
    return place


# %% wrong="neighbours" says="compared with its neighbour"
def argmax(b, words):
    width = max(1, (len(words) - 1).bit_length())
    place = [ZERO] * width
    for k in range(1, len(words)):
        larger = arithmetic.less_than(b, words[k - 1], words[k])
        here = [ONE if k >> i & 1 else ZERO for i in range(width)]
        place = arithmetic.select(b, larger, here, place)
    return place


# %% wrong="the largest itself" says="not the largest itself"
def argmax(b, words):
    best = words[0]
    for word in words[1:]:
        best = arithmetic.maximum(b, best, word)
    return best


# %% wrong="one-hot" says="one for each word"
def argmax(b, words):
    best = words[0]
    for word in words[1:]:
        best = arithmetic.maximum(b, best, word)
    return [arithmetic.equal(b, word, best) for word in words]


# %% wrong="sixteen bits of place" says="bits, got 16 wires"
def argmax(b, words):
    best, place = words[0], arithmetic.constant(0, 16)
    for k in range(1, len(words)):
        larger = arithmetic.less_than(b, best, words[k])
        best = arithmetic.select(b, larger, words[k], best)
        place = arithmetic.select(b, larger, arithmetic.constant(k, 16), place)
    return place


# %% wrong="the last word is forgotten" says="last word is never looked at"
def argmax(b, words):
    width = max(1, (len(words) - 1).bit_length())
    best, place = words[0], [ZERO] * width
    for k in range(1, len(words) - 1):
        larger = arithmetic.less_than(b, best, words[k])
        best = arithmetic.select(b, larger, words[k], best)
        here = [ONE if k >> i & 1 else ZERO for i in range(width)]
        place = arithmetic.select(b, larger, here, place)
    return place


# %% wrong="maximum, then a search" says="Compare the next word with the largest"
def argmax(b, words):
    width = max(1, (len(words) - 1).bit_length())
    best = words[0]
    for word in words[1:]:
        best = arithmetic.maximum(b, best, word)
    place = [ZERO] * width
    for k in range(len(words) - 1, -1, -1):
        same = arithmetic.equal(b, words[k], best)
        here = [ONE if k >> i & 1 else ZERO for i in range(width)]
        place = arithmetic.select(b, same, here, place)
    return place


# %% wrong="every pair" says="Compare the next word with the largest"
def argmax(b, words):
    width = max(1, (len(words) - 1).bit_length())
    place = [ZERO] * width
    for k in range(len(words)):
        wins = ONE
        for j in range(len(words)):
            if j < k:
                wins = b.and_(wins, arithmetic.less_than(b, words[j], words[k]))
            if j > k:
                less = arithmetic.less_than(b, words[k], words[j])
                wins = b.and_(wins, b.inv(less))
        here = [b.and_(wins, ONE if k >> i & 1 else ZERO) for i in range(width)]
        place = [b.or_(v, w) for v, w in zip(place, here)]
    return place


# %% wrong="numpy" says="returned"
def argmax(b, words):
    return np.array(words).argmax(axis=0)


# %% wrong="from one" says="count from 0, and yours from 1"
def argmax(b, words):
    width = max(1, (len(words) - 1).bit_length())
    best, place = words[0], [ONE] + [ZERO] * (width - 1)
    for k in range(1, len(words)):
        larger = arithmetic.less_than(b, best, words[k])
        best = arithmetic.select(b, larger, words[k], best)
        here = [ONE if (k + 1) >> i & 1 else ZERO for i in range(width)]
        place = arithmetic.select(b, larger, here, place)
    return place


# %% wrong="the cases of best are turned" says="stands at place"
def argmax(b, words):
    width = max(1, (len(words) - 1).bit_length())
    best, place = words[0], [ZERO] * width
    for k in range(1, len(words)):
        larger = arithmetic.less_than(b, best, words[k])
        best = arithmetic.select(b, larger, best, words[k])
        here = [ONE if k >> i & 1 else ZERO for i in range(width)]
        place = arithmetic.select(b, larger, here, place)
    return place


# %% equivalent="a negative number has as many bits as its size"
# width = (len(words) - 1).bit_length() -> width = (1 - len(words)).bit_length()


# %% equivalent="the two lines do not read each other"
# best = arithmetic.select(b, larger, word, best); here = [ONE if k >> bit & 1 else ZERO for bit in range(width)] -> here = [ONE if k >> bit & 1 else ZERO for bit in range(width)]; best = arithmetic.select(b, larger, word, best)
