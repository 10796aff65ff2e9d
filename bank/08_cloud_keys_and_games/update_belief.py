# %% right="Bayes, case by case"
def update_belief(pi, attack, hit, false_alarm, alarm):
    malicious = attack * hit + (1 - attack) * false_alarm
    honest = false_alarm
    if not alarm:
        malicious, honest = 1 - malicious, 1 - honest
    return pi * malicious / (pi * malicious + (1 - pi) * honest)


# %% right="four joint cases"
def update_belief(pi, attack, hit, false_alarm, alarm):
    p_attack = hit if alarm else 1 - hit
    p_quiet = false_alarm if alarm else 1 - false_alarm
    attacked = pi * attack * p_attack
    behaved = pi * (1 - attack) * p_quiet
    honest = (1 - pi) * p_quiet
    return (attacked + behaved) / (attacked + behaved + honest)


# %% right="odds"
def update_belief(pi, attack, hit, false_alarm, alarm):
    malicious = np.float64(false_alarm + attack * (hit - false_alarm))
    ratio = (1 - malicious, 1 - false_alarm) if not alarm else (malicious, false_alarm)
    for_, against = pi * ratio[0], (1 - pi) * ratio[1]
    return 1 / (1 + against / for_) if for_ else 0


# %% wrong="behaving forgotten" says="in which a malicious user behaves are missing"
def update_belief(pi, attack, hit, false_alarm, alarm):
    malicious, honest = attack * hit, false_alarm
    if not alarm:
        malicious, honest = 1 - malicious, 1 - honest
    return pi * malicious / (pi * malicious + (1 - pi) * honest)


# %% wrong="attack rate forgotten" says="the attack rate is missing"
def update_belief(pi, attack, hit, false_alarm, alarm):
    malicious, honest = hit, false_alarm
    if not alarm:
        malicious, honest = 1 - malicious, 1 - honest
    return pi * malicious / (pi * malicious + (1 - pi) * honest)


# %% wrong="not divided" says="is not divided by how likely"
def update_belief(pi, attack, hit, false_alarm, alarm):
    malicious = attack * hit + (1 - attack) * false_alarm
    return pi * (malicious if alarm else 1 - malicious)


# %% wrong="no news is no news" says="no alarm tells something, too"
def update_belief(pi, attack, hit, false_alarm, alarm):
    if not alarm:
        return pi
    malicious = attack * hit + (1 - attack) * false_alarm
    return pi * malicious / (pi * malicious + (1 - pi) * false_alarm)


# %% wrong="an alarm proves it" says="a 1: false alarms come, too"
def update_belief(pi, attack, hit, false_alarm, alarm):
    if alarm:
        return 1.0 if pi > 0 else 0.0
    malicious = 1 - attack * hit - (1 - attack) * false_alarm
    return pi * malicious / (pi * malicious + (1 - pi) * (1 - false_alarm))


# %% wrong="signals exchanged" says="alarm and no alarm are exchanged"
def update_belief(pi, attack, hit, false_alarm, alarm):
    malicious, honest = attack * hit + (1 - attack) * false_alarm, false_alarm
    if alarm:
        malicious, honest = 1 - malicious, 1 - honest
    return pi * malicious / (pi * malicious + (1 - pi) * honest)


# %% wrong="belief in honesty" says="probability of honest"
def update_belief(pi, attack, hit, false_alarm, alarm):
    malicious, honest = attack * hit + (1 - attack) * false_alarm, false_alarm
    if not alarm:
        malicious, honest = 1 - malicious, 1 - honest
    return (1 - pi) * honest / (pi * malicious + (1 - pi) * honest)


# %% wrong="odds not turned back" says="these are odds"
def update_belief(pi, attack, hit, false_alarm, alarm):
    malicious, honest = attack * hit + (1 - attack) * false_alarm, false_alarm
    if not alarm:
        malicious, honest = 1 - malicious, 1 - honest
    return pi * malicious / ((1 - pi) * honest) if honest and pi < 1 else 1.0


# %% wrong="no prior" says="yours is one half"
def update_belief(pi, attack, hit, false_alarm, alarm):
    malicious, honest = attack * hit + (1 - attack) * false_alarm, false_alarm
    if not alarm:
        malicious, honest = 1 - malicious, 1 - honest
    return malicious / (malicious + honest)


# %% wrong="no prior of honest" says="the prior of honest is missing"
def update_belief(pi, attack, hit, false_alarm, alarm):
    malicious, honest = attack * hit + (1 - attack) * false_alarm, false_alarm
    if not alarm:
        malicious, honest = 1 - malicious, 1 - honest
    return pi * malicious / (pi * malicious + honest)


# %% wrong="kept off the ends" says="kept away from 0 and 1"
def update_belief(pi, attack, hit, false_alarm, alarm):
    malicious, honest = attack * hit + (1 - attack) * false_alarm, false_alarm
    if not alarm:
        malicious, honest = 1 - malicious, 1 - honest
    belief = pi * malicious / (pi * malicious + (1 - pi) * honest)
    return min(max(belief, 0.01), 0.99)


# %% wrong="rounded" says="the belief is rounded"
def update_belief(pi, attack, hit, false_alarm, alarm):
    malicious, honest = attack * hit + (1 - attack) * false_alarm, false_alarm
    if not alarm:
        malicious, honest = 1 - malicious, 1 - honest
    return round(pi * malicious / (pi * malicious + (1 - pi) * honest), 2)


# %% wrong="hit and false exchanged" says="hit and false_alarm are exchanged"
def update_belief(pi, attack, hit, false_alarm, alarm):
    malicious, honest = attack * false_alarm + (1 - attack) * hit, hit
    if not alarm:
        malicious, honest = 1 - malicious, 1 - honest
    if malicious == honest == 0:
        return pi
    return pi * malicious / (pi * malicious + (1 - pi) * honest)


# %% wrong="the signal's probability" says="how likely the signal is, not the belief"
def update_belief(pi, attack, hit, false_alarm, alarm):
    malicious, honest = attack * hit + (1 - attack) * false_alarm, false_alarm
    if not alarm:
        malicious, honest = 1 - malicious, 1 - honest
    return pi * malicious + (1 - pi) * honest


# %% wrong="likelihood" says="this is the likelihood for a malicious user"
def update_belief(pi, attack, hit, false_alarm, alarm):
    malicious = attack * hit + (1 - attack) * false_alarm
    return malicious if alarm else 1 - malicious


# %% wrong="no weight for behaving" says="the weight of the rounds without an attack"
def update_belief(pi, attack, hit, false_alarm, alarm):
    malicious, honest = min(attack * hit + false_alarm, 1), false_alarm
    if not alarm:
        malicious, honest = 1 - malicious, 1 - honest
    return pi * malicious / (pi * malicious + (1 - pi) * honest)


# %% wrong="nothing comes back" says="is None"
def update_belief(pi, attack, hit, false_alarm, alarm):
    malicious, honest = attack * hit + (1 - attack) * false_alarm, false_alarm
    pi = pi * malicious / (pi * malicious + (1 - pi) * honest)


# %% wrong="one minus the other" says="is not one minus the belief after an alarm"
def update_belief(pi, attack, hit, false_alarm, alarm):
    malicious = attack * hit + (1 - attack) * false_alarm
    total = pi * malicious + (1 - pi) * false_alarm
    belief = pi * malicious / total if total else 0
    return belief if alarm else 1 - belief
