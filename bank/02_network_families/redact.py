# %% right="pieces"
def redact(text, entities):
    out, place = "", 0
    for start, end, kind in sorted(entities):
        out += text[place:start] + "[" + kind + "]"
        place = end
    return out + text[place:]


# %% right="characters"
def redact(text, entities):
    mask = {start: kind for start, _, kind in entities}
    hidden = {i for start, end, _ in entities for i in range(start, end)}
    out = []
    for i, char in enumerate(text):
        if i in mask:
            out.append(f"[{mask[i]}]")
        elif i not in hidden:
            out.append(char)
    return "".join(out)


# %% wrong="stars" says="tells how long the name is"
def redact(text, entities):
    for start, end, _ in entities:
        text = text[:start] + "*" * (end - start) + text[end:]
    return text


# %% wrong="from the left" says="can still be read"
def redact(text, entities):
    for start, end, kind in sorted(entities):
        text = text[:start] + f"[{kind}]" + text[end:]
    return text


# %% wrong="wherever the same characters occur" says="replace an entity where it stands"
def redact(text, entities):
    original = text
    for start, end, kind in entities:
        text = text.replace(original[start:end], f"[{kind}]")
    return text


# %% wrong="order as given" says="entities may come in any order"
def redact(text, entities):
    out, place = "", 0
    for start, end, kind in entities:
        out += text[place:start] + f"[{kind}]"
        place = end
    return out + text[place:]


# %% right="a generator of pieces"
def redact(text, entities):
    def pieces():
        rest = 0
        for start, end, kind in sorted(entities, key=lambda entity: entity[0]):
            yield text[rest:start]
            yield f"[{kind}]"
            rest = end
        yield text[rest:]

    return "".join(pieces())


# %% right="from the left, with the shift"
def redact(text, entities):
    shift = 0
    for start, end, kind in sorted(entities):
        tag = f"[{kind}]"
        text = text[: start + shift] + tag + text[end + shift :]
        shift += len(tag) - (end - start)
    return text


# %% wrong="initials" says="an initial is a part of the name"
def redact(text, entities):
    for start, end, kind in sorted(entities, reverse=True):
        text = text[:start] + f"{text[start]}. [{kind}]" + text[end:]
    return text


# %% wrong="end included" says="end is excluded"
def redact(text, entities):
    for start, end, kind in sorted(entities, reverse=True):
        text = text[:start] + f"[{kind}]" + text[end + 1 :]
    return text


# %% wrong="no brackets" says="put the type in brackets"
def redact(text, entities):
    for start, end, kind in sorted(entities, reverse=True):
        text = text[:start] + kind + text[end:]
    return text


# %% wrong="one word for all types" says="each entity's own type"
def redact(text, entities):
    for start, end, _ in sorted(entities, reverse=True):
        text = text[:start] + "[REDACTED]" + text[end:]
    return text


# %% wrong="first place found" says="replace an entity where it stands"
def redact(text, entities):
    names = [(text[start:end], kind) for start, end, kind in sorted(entities)]
    for name, kind in names:
        text = text.replace(name, f"[{kind}]", 1)
    return text


# %% wrong="sorts the caller's list" says="your function changes entities"
def redact(text, entities):
    entities.sort(reverse=True)
    for start, end, kind in entities:
        text = text[:start] + f"[{kind}]" + text[end:]
    return text


# %% wrong="nothing to do" says="redact must return a text, got NoneType"
def redact(text, entities):
    if not entities:
        return
    for start, end, kind in sorted(entities, reverse=True):
        text = text[:start] + f"[{kind}]" + text[end:]
    return text


# %% wrong="reversed instead of sorted" says="entities may come in any order"
def redact(text, entities):
    for start, end, kind in reversed(entities):
        text = text[:start] + f"[{kind}]" + text[end:]
    return text


# %% right="list of chars"
def redact(text, entities):
    chars = list(text)
    for s, e, k in entities:
        chars[s:e] = ["[" + k + "]"] + [""] * (e - s - 1)
    return "".join(chars)


# %% right="recursion"
def redact(text, entities):
    if not entities:
        return text
    *rest, (s, e, k) = sorted(entities)
    return redact(text[:s], rest) + f"[{k}]" + text[e:]


# %% wrong="same char mask loop by runs" says="should give [PERSON][PERSON]"
def redact(text, entities):
    mask = [None] * len(text)
    for s, e, k in entities:
        for i in range(s, e):
            mask[i] = k
    out, prev = "", None
    for ch, m in zip(text, mask):
        if m is None:
            out += ch
        elif m != prev:
            out += f"[{m}]"
        prev = m
    return out


# %% wrong="upper" says="do not change its case"
def redact(text, entities):
    for s, e, k in sorted(entities, reverse=True):
        text = text[:s] + f"[{k.upper()}]" + text[e:]
    return text


# %% wrong="strip" says="blanks at its ends, too"
def redact(text, entities):
    for s, e, k in sorted(entities, reverse=True):
        text = text[:s] + f"[{k}]" + text[e:]
    return text.strip()


# %% wrong="collapse spaces" says="blanks and lines in it, too"
def redact(text, entities):
    for s, e, k in sorted(entities, reverse=True):
        text = text[:s] + f"[{k}]" + text[e:]
    return " ".join(text.split())


# %% wrong="angle" says="put the type in brackets"
def redact(text, entities):
    for s, e, k in sorted(entities, reverse=True):
        text = text[:s] + f"<{k}>" + text[e:]
    return text


# %% wrong="last letter kept" says="the last character of the name"
def redact(text, entities):
    for s, e, k in sorted(entities, reverse=True):
        text = text[:s] + f"[{k}]" + text[e - 1 :]
    return text


# %% wrong="start - 1" says="the character before start"
def redact(text, entities):
    for s, e, k in sorted(entities, reverse=True):
        text = text[: max(s - 1, 0)] + f"[{k}]" + text[e:]
    return text


# %% wrong="brackets kept with name" says="the name itself still stands there"
def redact(text, entities):
    for s, e, k in sorted(entities, reverse=True):
        text = text[:s] + f"[{k}: {text[s:e]}]" + text[e:]
    return text


# %% wrong="X mask" says="tells how long the name is"
def redact(text, entities):
    for s, e, k in entities:
        text = text[:s] + "X" * (e - s) + text[e:]
    return text


# %% wrong="length in tag" says="yours writes it down"
def redact(text, entities):
    for s, e, k in sorted(entities, reverse=True):
        text = text[:s] + f"[{k}:{e - s}]" + text[e:]
    return text


# %% wrong="replaces same words too" says="and yours is"
def redact(text, entities):
    t = text
    for s, e, k in sorted(entities, reverse=True):
        t = t[:s] + f"[{k}]" + t[e:]
    for s, e, k in entities:
        if len(text[s:e]) > 4:
            t = t.replace(text[s:e], f"[{k}]")
    return t


# %% wrong="only persons" says="not only PERSON"
def redact(text, entities):
    for s, e, k in sorted(entities, reverse=True):
        if k == "PERSON":
            text = text[:s] + f"[{k}]" + text[e:]
    return text


# %% wrong="nothing behind the last entity" says="what stands behind the last entity is lost"
def redact(text, entities):
    parts, place = [], 0
    for start, end, kind in sorted(entities):
        parts.extend((text[place:start], "[", kind, "]"))
        place = end
    return "".join(parts) if entities else text
