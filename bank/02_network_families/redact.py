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
