# %% right="comprehension"
def clip_ages(ages, bound):
    return [min(age, bound) for age in ages]


# %% right="where"
def clip_ages(ages, bound):
    ages = np.asarray(ages)
    return np.where(ages > bound, bound, ages)


# %% wrong="drops" says="it drops none"
def clip_ages(ages, bound):
    return [age for age in ages if age <= bound]


# %% wrong="unchanged" says="still above the bound"
def clip_ages(ages, bound):
    return ages


# %% wrong="zero" says="Ages below the bound stay"
def clip_ages(ages, bound):
    return [bound for _ in ages]


# %% wrong="strict" says="The bound itself stays"
def clip_ages(ages, bound):
    return [age if age < bound else bound - 1 for age in ages]


# %% right="loop"
def clip_ages(ages, bound):
    clipped = []
    for age in ages:
        clipped.append(age if age < bound else bound)
    return clipped


# %% wrong="twice the bound" says="still above the bound"
def clip_ages(ages, bound):
    return [min(age, 2 * bound) for age in ages]


# %% wrong="halved" says="The bound itself stays"
def clip_ages(ages, bound):
    return [min(age, bound) / 2 for age in ages]


# %% wrong="tens" says="The bound itself stays"
def clip_ages(ages, bound):
    return [min(age, bound) // 10 * 10 for age in ages]


# %% wrong="from below too" says="Ages below the bound stay"
def clip_ages(ages, bound):
    return [max(5, min(age, bound)) for age in ages]
