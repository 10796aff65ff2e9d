# %% equivalent="neither statement reads what the other one binds"
# everybody = count(lambda case: case.custodial); others = count(lambda case: case.custodial and case.case_id != case_id) -> others = count(lambda case: case.custodial and case.case_id != case_id); everybody = count(lambda case: case.custodial)

# %% right="among the cases that ended in prison"
def reveal_custody(count, case_id):
    everybody = count(lambda case: case.custodial == 1)
    return everybody - count(lambda c: c.custodial == 1 and c.case_id != case_id) == 1


# %% right="among those that did not"
def reveal_custody(count, case_id):
    def free(case):
        return not case.custodial

    def free_or_target(case):
        return free(case) or case.case_id == case_id

    return bool(count(free_or_target) > count(free))


# %% wrong="asks about the one case" says="the office refused"
def reveal_custody(count, case_id):
    return count(lambda case: case.custodial and case.case_id == case_id) == 1


# %% wrong="counts everybody but the case" says="wrongly"
def reveal_custody(count, case_id):
    everybody = count(lambda case: True)
    return everybody != count(lambda case: case.case_id != case_id)


# %% wrong="a number in place of an answer" says="True or False"
def reveal_custody(count, case_id):
    everybody = count(lambda case: case.custodial)
    return everybody - count(lambda c: c.custodial and c.case_id != case_id)


# %% wrong="writes down the record in the condition" says="Compare two counts"
def reveal_custody(count, case_id):
    seen = []

    def look(case):
        if case.case_id == case_id:
            seen.append(case.custodial)
        return True

    count(look)
    return bool(seen[-1])


# %% right="a difference in each outcome"
def reveal_custody(count, case_id):
    gap = {}
    for outcome in (0, 1):
        group = count(lambda case: case.custodial == outcome)
        rest = count(lambda c: c.custodial == outcome and c.case_id != case_id)
        gap[outcome] = group - rest
    return gap[1] > gap[0]


# %% right="everyone but the free target"
def reveal_custody(count, case_id):
    everyone = count(lambda case: True)
    allowed = count(lambda case: not (case.case_id == case_id and not case.custodial))
    return np.equal(everyone, allowed)


# %% wrong="the target added, not taken away" says="the opposite of the truth"
def reveal_custody(count, case_id):
    prison = count(lambda case: case.custodial)
    return prison != count(lambda c: c.custodial or c.case_id == case_id)


# %% wrong="equal means prison" says="the opposite of the truth"
def reveal_custody(count, case_id):
    prison = count(lambda case: case.custodial)
    return prison == count(lambda c: c.custodial and c.case_id != case_id)


# %% wrong="takes the refusal for a no" says="the same reply for every case"
def reveal_custody(count, case_id):
    count(lambda case: case.custodial)
    try:
        return count(lambda c: c.custodial and c.case_id == case_id) == 1
    except ValueError:
        return False


# %% wrong="the more frequent outcome" says="the same reply for every case"
def reveal_custody(count, case_id):
    return count(lambda case: case.custodial) > count(lambda c: not c.custodial)


# %% wrong="a group without the target" says="the same reply for every case"
def reveal_custody(count, case_id):
    others = count(lambda case: case.custodial and case.case_id != case_id)
    again = count(lambda case: case.case_id != case_id and case.custodial == 1)
    return others != again


# %% wrong="a guess" says="the answer is a guess"
def reveal_custody(count, case_id):
    return True


# %% wrong="the outcome in words" says="must be True or False"
def reveal_custody(count, case_id):
    prison = count(lambda case: case.custodial)
    others = count(lambda case: case.custodial and case.case_id != case_id)
    return "prison" if prison > others else "free"


# %% wrong="a small group" says="the office refused"
def reveal_custody(count, case_id):
    group = [case_id, "C0001", "C0002", "C0003"]
    prison = count(lambda c: c.custodial and c.case_id in group)
    return prison > count(lambda c: c.custodial and c.case_id in group[1:])


# %% wrong="a table of the chapter" says="use its arguments"
def reveal_custody(count, case_id):
    table = {case.case_id: case.custodial for case in cases}
    return bool(table[case_id])


# %% wrong="office of the cells above" says="it comes from another office"
def reveal_custody(count, case_id):
    everybody = office.count(lambda case: case.custodial)
    others = office.count(lambda case: case.custodial and case.case_id != case_id)
    return everybody - others == 1
