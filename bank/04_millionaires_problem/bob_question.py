# %% right="two steps"
def bob_question(j, public):
    x = secrets.randbelow(public.n)
    m = public.encrypt(x) - (j - 1)
    if m < 0:
        m += public.n
    return x, m


# %% right="pow and a list"
def bob_question(j, public):
    from random import SystemRandom

    x = SystemRandom().randint(0, public.n - 1)
    return [x, (pow(x, public.e, public.n) + 1 - j) % public.n]


# %% wrong="small x" says="is tiny"
def bob_question(j, public):
    x = secrets.randbelow(1000)
    return x, (public.encrypt(x) - j + 1) % public.n


# %% wrong="statistics generator" says="made for statistics"
def bob_question(j, public):
    x = random.randrange(public.n)
    return x, (public.encrypt(x) - j + 1) % public.n


# %% wrong="shifted up" says="the other way"
def bob_question(j, public):
    x = secrets.randbelow(public.n)
    return x, (public.encrypt(x) + j - 1) % public.n


# %% wrong="no modulo" says="left the range"
def bob_question(j, public):
    x = secrets.randbelow(public.n)
    return x, public.encrypt(x) - j + 1
