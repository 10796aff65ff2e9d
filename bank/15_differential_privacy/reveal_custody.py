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
