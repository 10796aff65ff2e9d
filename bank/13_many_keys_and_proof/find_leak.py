# %% right="sorted, then Lagrange"
def find_leak(answers, t, p):
    found = {}
    for client, both in answers.items():
        found[client] = {kind: dict(told) for kind, told in both.items()}

    def at_0(points):
        total = 0
        for x, y in points.items():
            for other in points:
                if other != x:
                    y = y * -other * pow(x - other, -1, p)
            total += y
        return total % p

    return {
        client: (at_0(kinds["seed"]), at_0(kinds["key"]))
        for client, kinds in found.items()
        if min(map(len, kinds.values())) >= t
    }


# %% right="exactly t of the shares, products divided at the end"
def find_leak(answers, t, p):
    def rebuilt(client, kind):
        told = sorted(set(answers[client][kind]))
        if len(told) < t:
            return None
        value = 0
        for x, y in told[:t]:
            top = bottom = 1
            for other, _ in told[:t]:
                if other != x:
                    top, bottom = top * other % p, bottom * (other - x) % p
            value = (value + y * top * pow(bottom, p - 2, p)) % p
        return value

    result = {}
    for client in answers:
        seed, key = rebuilt(client, "seed"), rebuilt(client, "key")
        if seed is not None and key is not None:
            result[client] = [seed, key]
    return result


# %% right="elimination, as Neville does"
def find_leak(answers, t, p):
    shares = {}
    for client, both in answers.items():
        for kind in both:
            shares[client, kind] = dict(both[kind])
    secret = {}
    for name, points in shares.items():
        if len(points) < t:
            continue
        xs, ys = list(points), list(points.values())
        for width in range(1, len(xs)):
            ys = [
                (ys[k + 1] * xs[k] - ys[k] * xs[k + width])
                * pow(xs[k] - xs[k + width], -1, p)
                % p
                for k in range(len(ys) - 1)
            ]
        secret[name] = ys[0]
    clients = {client for client, _ in secret}
    both = [c for c in clients if (c, "seed") in secret and (c, "key") in secret]
    return {c: (secret[c, "seed"], secret[c, "key"]) for c in both}


# %% wrong="more than t" says="t shares are enough"
def find_leak(answers, t, p):
    found = {}
    for client, both in answers.items():
        found[client] = {kind: dict(told) for kind, told in both.items()}

    def at_0(points):
        total = 0
        for x, y in points.items():
            for other in points:
                if other != x:
                    y = y * -other * pow(x - other, -1, p)
            total += y
        return total % p

    return {
        client: (at_0(kinds["seed"]), at_0(kinds["key"]))
        for client, kinds in found.items()
        if min(map(len, kinds.values())) > t
    }


# %% wrong="t - 1" says="t - 1 shares say nothing"
def find_leak(answers, t, p):
    found = {}
    for client, both in answers.items():
        found[client] = {kind: dict(told) for kind, told in both.items()}
    return {
        client: (1, 1)
        for client, kinds in found.items()
        if min(map(len, kinds.values())) >= t - 1
    }


# %% wrong="one is enough" says="It takes both"
def find_leak(answers, t, p):
    found = {}
    for client, both in answers.items():
        found[client] = {kind: dict(told) for kind, told in both.items()}
    return {
        client: (1, 1)
        for client, kinds in found.items()
        if max(map(len, kinds.values())) >= t
    }


# %% wrong="kinds mixed" says="counted together"
def find_leak(answers, t, p):
    count = {}
    for client, both in answers.items():
        count[client] = {(kind, x) for kind, told in both.items() for x, _ in told}
    return {client: (1, 1) for client, told in count.items() if len(told) >= t}


# %% wrong="mixed up to 2t" says="up to 2t"
def find_leak(answers, t, p):
    count = {}
    for client, both in answers.items():
        count[client] = {(kind, x) for kind, told in both.items() for x, _ in told}
    return {client: (1, 1) for client, told in count.items() if len(told) >= 2 * t}


# %% wrong="seeds only" says="only the shares of the seed"
def find_leak(answers, t, p):
    count = {client: {x for x, _ in both["seed"]} for client, both in answers.items()}
    return {client: (1, 1) for client, told in count.items() if len(told) >= t}


# %% wrong="repeats counted" says="comes twice counts twice"
def find_leak(answers, t, p):
    found = {}
    for client, both in answers.items():
        if len(both["seed"]) >= t and len(both["key"]) >= t:
            found[client] = (1, 1)
    return found


# %% wrong="exactly t" says="more are enough, too"
def find_leak(answers, t, p):
    found = {}
    for client, both in answers.items():
        found[client] = {kind: dict(told) for kind, told in both.items()}
    return {
        client: (1, 1)
        for client, kinds in found.items()
        if all(len(points) == t for points in kinds.values())
    }


# %% wrong="everybody" says="every client is listed"
def find_leak(answers, t, p):
    return {client: (1, 1) for client in answers}


# %% wrong="nobody" says="no client is listed"
def find_leak(answers, t, p):
    return {}


# %% wrong="exchanged" says="seed and key are exchanged"
def find_leak(answers, t, p):
    found = {}
    for client, both in answers.items():
        found[client] = {kind: dict(told) for kind, told in both.items()}

    def at_0(points):
        total = 0
        for x, y in points.items():
            for other in points:
                if other != x:
                    y = y * -other * pow(x - other, -1, p)
            total += y
        return total % p

    return {
        client: (at_0(kinds["key"]), at_0(kinds["seed"]))
        for client, kinds in found.items()
        if min(map(len, kinds.values())) >= t
    }


# %% wrong="at 1" says="interpolate at x = 1"
def find_leak(answers, t, p):
    found = {}
    for client, both in answers.items():
        found[client] = {kind: dict(told) for kind, told in both.items()}

    def at_1(points):
        total = 0
        for x, y in points.items():
            for other in points:
                if other != x:
                    y = y * (1 - other) * pow(x - other, -1, p)
            total += y
        return total % p

    return {
        client: (at_1(kinds["seed"]), at_1(kinds["key"]))
        for client, kinds in found.items()
        if min(map(len, kinds.values())) >= t
    }


# %% wrong="numerators positive" says="one sign is turned"
def find_leak(answers, t, p):
    found = {}
    for client, both in answers.items():
        found[client] = {kind: dict(told) for kind, told in both.items()}

    def at_0(points):
        total = 0
        for x, y in points.items():
            for other in points:
                if other != x:
                    y = y * other * pow(x - other, -1, p)
            total += y
        return total % p

    return {
        client: (at_0(kinds["seed"]), at_0(kinds["key"]))
        for client, kinds in found.items()
        if min(map(len, kinds.values())) >= t
    }


# %% wrong="shares added" says="the sum of the shares"
def find_leak(answers, t, p):
    found = {}
    for client, both in answers.items():
        found[client] = {kind: dict(told) for kind, told in both.items()}
    return {
        client: tuple(sum(points.values()) % p for points in kinds.values())
        for client, kinds in found.items()
        if min(map(len, kinds.values())) >= t
    }


# %% wrong="first share" says="the first share that came"
def find_leak(answers, t, p):
    found = {}
    for client, both in answers.items():
        found[client] = {kind: dict(told) for kind, told in both.items()}
    return {
        client: tuple(next(iter(points.values())) for points in kinds.values())
        for client, kinds in found.items()
        if min(map(len, kinds.values())) >= t
    }


# %% wrong="inverse missing" says="the inverse is missing"
def find_leak(answers, t, p):
    found = {}
    for client, both in answers.items():
        found[client] = {kind: dict(told) for kind, told in both.items()}

    def at_0(points):
        total = 0
        for x, y in points.items():
            for other in points:
                if other != x:
                    y = y * -other * (x - other)
            total += y
        return total % p

    return {
        client: (at_0(kinds["seed"]), at_0(kinds["key"]))
        for client, kinds in found.items()
        if min(map(len, kinds.values())) >= t
    }


# %% wrong="denominators missing" says="the denominators are missing"
def find_leak(answers, t, p):
    found = {}
    for client, both in answers.items():
        found[client] = {kind: dict(told) for kind, told in both.items()}

    def at_0(points):
        total = 0
        for x, y in points.items():
            for other in points:
                if other != x:
                    y = y * -other
            total += y
        return total % p

    return {
        client: (at_0(kinds["seed"]), at_0(kinds["key"]))
        for client, kinds in found.items()
        if min(map(len, kinds.values())) >= t
    }


# %% wrong="// for the inverse" says="by an inverse and not by //"
def find_leak(answers, t, p):
    found = {}
    for client, both in answers.items():
        found[client] = {kind: dict(told) for kind, told in both.items()}

    def at_0(points):
        total = 0
        for x, y in points.items():
            top = bottom = 1
            for other in points:
                if other != x:
                    top, bottom = top * -other, bottom * (x - other)
            total += y * top // bottom
        return total % p

    return {
        client: (at_0(kinds["seed"]), at_0(kinds["key"]))
        for client, kinds in found.items()
        if min(map(len, kinds.values())) >= t
    }


# %% wrong="floats" says="is a float"
def find_leak(answers, t, p):
    found = {}
    for client, both in answers.items():
        found[client] = {kind: dict(told) for kind, told in both.items()}

    def at_0(points):
        total = 0
        for x, y in points.items():
            for other in points:
                if other != x:
                    y = y * -other / (x - other)
            total += y
        return total % p

    return {
        client: (at_0(kinds["seed"]), at_0(kinds["key"]))
        for client, kinds in found.items()
        if min(map(len, kinds.values())) >= t
    }


# %% wrong="None for what is missing" says="is listed with None"
def find_leak(answers, t, p):
    return {client: (None, None) for client in answers}


# %% wrong="a list of names" says="return a dict"
def find_leak(answers, t, p):
    return sorted({client for client in answers})


# %% wrong="not reduced" says="reduce, and divide modulo p"
def find_leak(answers, t, p):
    found = {}
    for client, both in answers.items():
        found[client] = {kind: dict(told) for kind, told in both.items()}

    def at_0(points):
        total = 0
        for x, y in points.items():
            for other in points:
                if other != x:
                    y = y * -other * pow(x - other, -1, p)
            total += y
        return total

    return {
        client: (at_0(kinds["seed"]), at_0(kinds["key"]))
        for client, kinds in found.items()
        if min(map(len, kinds.values())) >= t
    }
