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
