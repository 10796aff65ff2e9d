# %% right="expected loss against cost"
def switch_on(beliefs, attack, L):
    return beliefs * attack * L > COST


# %% right="the threshold on the belief"
def switch_on(beliefs, attack, L):
    return [bool(belief > COST / (attack * L)) for belief in beliefs]


# %% right="both expected costs"
def switch_on(beliefs, attack, L):
    off = np.asarray(beliefs) * (attack * L)
    return np.where(COST < off, True, False)


# %% copied="3 a round" says="another variant's number"
def switch_on(beliefs, attack, L):
    return beliefs * attack * L > 3


# %% wrong="at the threshold" says="it stays off there"
def switch_on(beliefs, attack, L):
    return beliefs * attack * L >= COST


# %% wrong="off for on" says="on and off are exchanged"
def switch_on(beliefs, attack, L):
    return beliefs * attack * L <= COST


# %% wrong="strictly off for on" says="on and off are exchanged"
def switch_on(beliefs, attack, L):
    return beliefs * attack * L < COST


# %% wrong="no attack rate" says="the attack rate is missing"
def switch_on(beliefs, attack, L):
    return beliefs * L > COST


# %% wrong="no belief" says="the belief is missing"
def switch_on(beliefs, attack, L):
    return np.full(beliefs.shape, attack * L > COST)


# %% wrong="no loss" says="the loss is missing"
def switch_on(beliefs, attack, L):
    return beliefs * attack > COST


# %% wrong="more likely than not" says="a belief of one half"
def switch_on(beliefs, attack, L):
    return beliefs > 0.5


# %% wrong="any doubt" says="as soon as there is any doubt"
def switch_on(beliefs, attack, L):
    return beliefs > 0


# %% wrong="always" says="protection is always on"
def switch_on(beliefs, attack, L):
    return np.ones(beliefs.shape, bool)


# %% wrong="never" says="protection is never on"
def switch_on(beliefs, attack, L):
    return np.zeros(beliefs.shape, bool)


# %% wrong="attack rate upside down" says="must the belief be larger, or smaller"
def switch_on(beliefs, attack, L):
    return beliefs > attack * COST / L


# %% wrong="one answer for all" says="one answer stands for all beliefs"
def switch_on(beliefs, attack, L):
    return np.full(beliefs.shape, (beliefs * attack * L).max() > COST)


# %% wrong="one truth value" says="a truth value for each belief"
def switch_on(beliefs, attack, L):
    return bool((beliefs * attack * L > COST).any())


# %% wrong="expected loss returned" says="must be True or False for each belief"
def switch_on(beliefs, attack, L):
    return beliefs * attack * L - COST


# %% wrong="three quarters more" says="is on exactly where it saves more"
def switch_on(beliefs, attack, L):
    return beliefs * attack * L > COST + 0.75


# %% wrong="cost taken off the loss" says="taken off the loss as well"
def switch_on(beliefs, attack, L):
    return beliefs * attack * (L - COST) > COST


# %% wrong="rounded losses" says="the expected loss is rounded"
def switch_on(beliefs, attack, L):
    return np.round(beliefs * attack * L) > COST


# %% wrong="losses cut to whole numbers" says="the expected loss is rounded"
def switch_on(beliefs, attack, L):
    return (beliefs * attack * L).astype(int) > COST


# %% wrong="honest users" says="that of an honest user"
def switch_on(beliefs, attack, L):
    return (1 - beliefs) * attack * L > COST
