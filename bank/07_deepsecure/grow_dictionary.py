# %% right="pseudoinverse"
def grow_dictionary(records, gamma):
    places = []
    for k, record in enumerate(records):
        D = records[places].T
        rest = record - D @ (np.linalg.pinv(D) @ record) if places else record
        if np.linalg.norm(rest) > gamma * np.linalg.norm(record):
            places.append(k)
    return places


# %% right="orthonormal basis"
def grow_dictionary(records, gamma):
    basis, places = [], []
    for k, record in enumerate(records):
        if not np.any(record):
            continue
        rest = np.array(record, float)
        for q in basis * 2:
            rest = rest - q * (q @ rest)
        if np.linalg.norm(rest) / np.linalg.norm(record) > gamma:
            places.append(k)
            basis.append(rest / np.linalg.norm(rest))
    return np.array(places)


# %% right="least squares, a generator"
def grow_dictionary(records, gamma):
    D = np.zeros((records.shape[1], 0))
    for k in range(len(records)):
        a = records[k]
        length = np.sqrt(a @ a)
        if length == 0:
            continue
        c = np.linalg.lstsq(D, a, rcond=None)[0] if D.shape[1] else np.zeros(0)
        if np.sqrt(((D @ c - a) ** 2).sum()) / length > gamma:
            D = np.column_stack([D, a / length])
            yield k


# %% right="qr each time"
def grow_dictionary(records, gamma):
    chosen = []
    for k, a in enumerate(records):
        length = np.linalg.norm(a)
        if not length:
            continue
        if chosen:
            units = [records[c] / np.linalg.norm(records[c]) for c in chosen]
            Q, _ = np.linalg.qr(np.array(units).T)
            a = a - Q @ (Q.T @ a)
        if np.linalg.norm(a) / length > gamma:
            chosen.append(k)
    return tuple(chosen)


# %% wrong="not relative" says="not divided by the record's length"
def grow_dictionary(records, gamma):
    places = []
    for k, record in enumerate(records):
        D = records[places].T
        rest = record - D @ (np.linalg.pinv(D) @ record) if places else record
        if np.linalg.norm(rest) > gamma:
            places.append(k)
    return places


# %% wrong="squares" says="squares are compared"
def grow_dictionary(records, gamma):
    places = []
    for k, record in enumerate(records):
        D = records[places].T
        rest = record - D @ (np.linalg.pinv(D) @ record) if places else record
        if rest @ rest > gamma * (record @ record):
            places.append(k)
    return places


# %% wrong="all" says="every record that is not 0 is taken"
def grow_dictionary(records, gamma):
    return [k for k, record in enumerate(records) if record.any()]


# %% wrong="zeros are taken" says="it is all 0"
def grow_dictionary(records, gamma):
    places = []
    for k, record in enumerate(records):
        D = records[places].T
        rest = record - D @ (np.linalg.pinv(D) @ record) if places else record
        length = np.linalg.norm(record)
        if length == 0 or np.linalg.norm(rest) / length > gamma:
            places.append(k)
    return places


# %% wrong="transpose for the pseudoinverse" says="needs the pseudoinverse"
def grow_dictionary(records, gamma):
    units, places = np.zeros((0, records.shape[1])), []
    for k, record in enumerate(records):
        length = np.linalg.norm(record)
        if not length:
            continue
        rest = record - units.T @ (units @ record)
        if np.linalg.norm(rest) / length > gamma:
            places.append(k)
            units = np.vstack([units, record / length])
    return places


# %% wrong="one by one" says="by itself"
def grow_dictionary(records, gamma):
    places = []
    for k, record in enumerate(records):
        length = np.linalg.norm(record)
        if not length:
            continue
        units = [records[p] / np.linalg.norm(records[p]) for p in places]
        errors = [np.linalg.norm(record - u * (u @ record)) / length for u in units]
        if all(error > gamma for error in errors):
            places.append(k)
    return places


# %% wrong="the last one alone" says="the last one that was taken"
def grow_dictionary(records, gamma):
    places = []
    for k, record in enumerate(records):
        length = np.linalg.norm(record)
        if not length:
            continue
        if places:
            u = records[places[-1]] / np.linalg.norm(records[places[-1]])
            if np.linalg.norm(record - u * (u @ record)) / length <= gamma:
                continue
        places.append(k)
    return places


# %% wrong="backwards" says="from the last to the first"
def grow_dictionary(records, gamma):
    places = []
    for k in range(len(records) - 1, -1, -1):
        record = records[k]
        D = records[places].T
        rest = record - D @ (np.linalg.pinv(D) @ record) if places else record
        if np.linalg.norm(rest) > gamma * np.linalg.norm(record):
            places.append(k)
    return places


# %% wrong="the records themselves" says="not the records themselves"
def grow_dictionary(records, gamma):
    places = []
    for k, record in enumerate(records):
        D = records[places].T
        rest = record - D @ (np.linalg.pinv(D) @ record) if places else record
        if np.linalg.norm(rest) > gamma * np.linalg.norm(record):
            places.append(k)
    return records[places]


# %% wrong="the others" says="are left out"
def grow_dictionary(records, gamma):
    places = []
    for k, record in enumerate(records):
        D = records[places].T
        rest = record - D @ (np.linalg.pinv(D) @ record) if places else record
        if np.linalg.norm(rest) > gamma * np.linalg.norm(record):
            places.append(k)
    return [k for k in range(len(records)) if k not in places]


# %% wrong="a mask" says="not a truth value for each"
def grow_dictionary(records, gamma):
    places = []
    for k, record in enumerate(records):
        D = records[places].T
        rest = record - D @ (np.linalg.pinv(D) @ record) if places else record
        if np.linalg.norm(rest) > gamma * np.linalg.norm(record):
            places.append(k)
    return [k in places for k in range(len(records))]


# %% wrong="from one" says="count from 0, and yours from 1"
def grow_dictionary(records, gamma):
    places = []
    for k, record in enumerate(records):
        D = records[places].T
        rest = record - D @ (np.linalg.pinv(D) @ record) if places else record
        if np.linalg.norm(rest) > gamma * np.linalg.norm(record):
            places.append(k)
    return [k + 1 for k in places]


# %% wrong="nothing" says="return a list of places"
def grow_dictionary(records, gamma):
    pass


# %% wrong="the largest entry" says="largest entry"
def grow_dictionary(records, gamma):
    places = []
    for k, record in enumerate(records):
        D = records[places].T
        rest = record - D @ (np.linalg.pinv(D) @ record) if places else record
        if np.abs(rest).max() > gamma * np.abs(record).max():
            places.append(k)
    return places


# %% wrong="sorts them by length" says="looked at by length"
def grow_dictionary(records, gamma):
    places = []
    for k in np.argsort(-np.linalg.norm(records, axis=1)):
        record = records[k]
        D = records[places].T
        rest = record - D @ (np.linalg.pinv(D) @ record) if places else record
        if np.linalg.norm(rest) > gamma * np.linalg.norm(record):
            places.append(k)
    return places


# %% wrong="the first alone" says="compared with the first one alone"
def grow_dictionary(records, gamma):
    places = []
    for k, record in enumerate(records):
        D = records[places[:1]].T
        rest = record - D @ (np.linalg.pinv(D) @ record) if places else record
        if np.linalg.norm(rest) > gamma * np.linalg.norm(record):
            places.append(k)
    return places


# %% equivalent="the length does not depend on the sign"
# record - D @ (np.linalg.pinv(D) @ record) -> D @ (np.linalg.pinv(D) @ record) - record


# %% wrong="nearest taken record" says="the nearest single record"
def grow_dictionary(records, gamma):
    taken = []
    for k, a in enumerate(records):
        if not a.any():
            continue
        near = [np.linalg.norm(records[t] - a) / np.linalg.norm(a) for t in taken]
        if not near or min(near) > gamma:
            taken.append(k)
    return taken


# %% wrong="span of all records before" says="of those that were not taken"
def grow_dictionary(records, gamma):
    taken = []
    for k, a in enumerate(records):
        if not a.any():
            continue
        D = records[:k].T
        rest = a - D @ np.linalg.pinv(D) @ a if k else a
        if np.linalg.norm(rest) / np.linalg.norm(a) > gamma:
            taken.append(k)
    return taken


# %% wrong="records made to have mean zero" says="a mean was taken off"
def grow_dictionary(records, gamma):
    taken = []
    centred = records - records.mean(axis=0)
    for k, a in enumerate(centred):
        if np.linalg.norm(a) == 0:
            continue
        D = centred[taken].T
        rest = a - D @ np.linalg.pinv(D) @ a if taken else a
        if np.linalg.norm(rest) / np.linalg.norm(a) > gamma:
            taken.append(k)
    return taken
