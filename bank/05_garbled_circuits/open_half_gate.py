# %% equivalent="neither statement reads what the other one binds"
# first, second = rows; label = xor(H(a, TWEAKS * g), H(b, TWEAKS * g + 1)) -> label = xor(H(a, TWEAKS * g), H(b, TWEAKS * g + 1)); first, second = rows

# %% equivalent="the order in which terms are XORed is free"
# if a[0] & 1:; if b[0] & 1: -> if b[0] & 1:; if a[0] & 1:

# %% right="conditions"
def open_half_gate(a, b, rows, g, H):
    left, right = H(a, TWEAKS * g), H(b, TWEAKS * g + 1)
    if a[0] % 2:
        left = xor(left, rows[0])
    if b[0] % 2:
        right = xor(right, xor(rows[1], a))
    return xor(left, right)


# %% right="masks"
def open_half_gate(a, b, rows, g, H):
    terms = [H(a, TWEAKS * g), H(b, TWEAKS * g + 1)]
    terms += [rows[0]] * (a[0] & 1) + [rows[1], a] * (b[0] & 1)
    number = 0
    for term in terms:
        number ^= int.from_bytes(term, "big")
    return number.to_bytes(16, "big")


# %% wrong="forgets a" says="the second row hides an A_0"
def open_half_gate(a, b, rows, g, H):
    label = xor(H(a, TWEAKS * g), H(b, TWEAKS * g + 1))
    if a[0] & 1:
        label = xor(label, rows[0])
    if b[0] & 1:
        label = xor(label, rows[1])
    return label


# %% wrong="always both rows" says="only if the label's colour is 1"
def open_half_gate(a, b, rows, g, H):
    return xor(H(a, TWEAKS * g), rows[0], H(b, TWEAKS * g + 1), rows[1], a)


# %% wrong="colours swapped" says="the colour of a decides about the first row"
def open_half_gate(a, b, rows, g, H):
    label = xor(H(a, TWEAKS * g), H(b, TWEAKS * g + 1))
    if b[0] & 1:
        label = xor(label, rows[0])
    if a[0] & 1:
        label = xor(label, rows[1], a)
    return label


# %% wrong="one tweak" says="different ones"
def open_half_gate(a, b, rows, g, H):
    label = xor(H(a, TWEAKS * g), H(b, TWEAKS * g))
    if a[0] & 1:
        label = xor(label, rows[0])
    if b[0] & 1:
        label = xor(label, rows[1], a)
    return label


# %% copied="two tweaks a gate" says="another variant's number"
def open_half_gate(a, b, rows, g, H):
    label = xor(H(a, 2 * g), H(b, 2 * g + 1))
    if a[0] & 1:
        label = xor(label, rows[0])
    if b[0] & 1:
        label = xor(label, rows[1], a)
    return label


# %% wrong="b instead of a" says="the label a belongs into the bracket of the"
def open_half_gate(a, b, rows, g, H):
    l = xor(H(a, TWEAKS * g), H(b, TWEAKS * g + 1))
    if a[0] & 1:
        l = xor(l, rows[0])
    if b[0] & 1:
        l = xor(l, rows[1], b)
    return l


# %% wrong="rows turned" says="the two rows are mixed"
def open_half_gate(a, b, rows, g, H):
    l = xor(H(a, TWEAKS * g), H(b, TWEAKS * g + 1))
    if a[0] & 1:
        l = xor(l, rows[1])
    if b[0] & 1:
        l = xor(l, rows[0], a)
    return l


# %% wrong="a outside the bracket" says="the label a belongs to the second"
def open_half_gate(a, b, rows, g, H):
    label = xor(H(a, TWEAKS * g), H(b, TWEAKS * g + 1), a)
    if a[0] & 1:
        label = xor(label, rows[0])
    if b[0] & 1:
        label = xor(label, rows[1])
    return label


# %% right="two halves, chosen by colour"
def open_half_gate(a, b, rows, g, H):
    nothing = bytes(16)
    own = xor(H(a, TWEAKS * g), (nothing, rows[0])[a[0] & 1])
    other = xor(H(b, TWEAKS * g + 1), (nothing, xor(*rows[1:], a))[b[0] & 1])
    return xor(own, other)


# %% right="bit by bit, in a bytearray"
def open_half_gate(a, b, rows, g, H):
    first, second = rows
    left, right = H(a, TWEAKS * g), H(b, TWEAKS * g + 1)
    label = bytearray(16)
    for k in range(16):
        label[k] = left[k] ^ right[k]
        label[k] ^= first[k] * (a[0] & 1)
        label[k] ^= (second[k] ^ a[k]) * (b[0] & 1)
    return label


# %% wrong="tweaks turned" says="a is hashed with the gate's first"
def open_half_gate(a, b, rows, g, H):
    label = xor(H(a, TWEAKS * g + 1), H(b, TWEAKS * g))
    if a[0] & 1:
        label = xor(label, rows[0])
    if b[0] & 1:
        label = xor(label, rows[1], a)
    return label


# %% wrong="the same tweaks for each gate" says="the same for every gate"
def open_half_gate(a, b, rows, g, H):
    label = xor(H(a, 0), H(b, 1))
    if a[0] & 1:
        label = xor(label, rows[0])
    if b[0] & 1:
        label = xor(label, rows[1], a)
    return label


# %% wrong="the next gate's tweak" says="not the next gate's first"
def open_half_gate(a, b, rows, g, H):
    label = xor(H(a, TWEAKS * g), H(b, TWEAKS * (g + 1)))
    if a[0] & 1:
        label = xor(label, rows[0])
    if b[0] & 1:
        label = xor(label, rows[1], a)
    return label


# %% wrong="hashes alone" says="the rows are never used"
def open_half_gate(a, b, rows, g, H):
    return xor(H(a, TWEAKS * g), H(b, TWEAKS * g + 1))


# %% wrong="a number" says="must return a label"
def open_half_gate(a, b, rows, g, H):
    label = xor(H(a, TWEAKS * g), H(b, TWEAKS * g + 1))
    if a[0] & 1:
        label = xor(label, rows[0])
    if b[0] & 1:
        label = xor(label, rows[1], a)
    return int.from_bytes(label, "big")


# %% right="H by the documented names"
def open_half_gate(a, b, rows, g, H):
    out = xor(H(label=a, tweak=TWEAKS * g), H(label=b, tweak=TWEAKS * g + 1))
    if a[0] % 2 == 1:
        out = xor(out, rows[0])
    return xor(out, rows[1], a) if b[0] % 2 == 1 else out


# %% wrong="no tweaks factor" says="another variant's number"
def open_half_gate(a, b, rows, g, H):
    out = xor(H(a, g), H(b, g + 1))
    if a[0] & 1:
        out = xor(out, rows[0])
    return xor(out, rows[1], a) if b[0] & 1 else out


# %% wrong="inverted colours" says="colours are turned round"
def open_half_gate(a, b, rows, g, H):
    out = xor(H(a, TWEAKS * g), H(b, TWEAKS * g + 1))
    if not a[0] & 1:
        out = xor(out, rows[0])
    return out if b[0] & 1 else xor(out, rows[1], a)


# %% wrong="colour from the last byte" says="not of the last byte"
def open_half_gate(a, b, rows, g, H):
    out = xor(H(a, TWEAKS * g), H(b, TWEAKS * g + 1))
    if a[-1] & 1:
        out = xor(out, rows[0])
    return xor(out, rows[1], a) if b[-1] & 1 else out


# %% wrong="top bit" says="not the highest"
def open_half_gate(a, b, rows, g, H):
    out = xor(H(a, TWEAKS * g), H(b, TWEAKS * g + 1))
    if a[0] >> 7:
        out = xor(out, rows[0])
    return xor(out, rows[1], a) if b[0] >> 7 else out


# %% wrong="elif" says="not the first alone"
def open_half_gate(a, b, rows, g, H):
    out = xor(H(a, TWEAKS * g), H(b, TWEAKS * g + 1))
    if a[0] & 1:
        return xor(out, rows[0])
    elif b[0] & 1:
        return xor(out, rows[1], a)
    return out


# %% wrong="first row alone" says="the second row is never used"
def open_half_gate(a, b, rows, g, H):
    out = xor(H(a, TWEAKS * g), H(b, TWEAKS * g + 1))
    return xor(out, rows[0]) if a[0] & 1 else out


# %% wrong="tweaks counted from 1" says="yours are one higher"
def open_half_gate(a, b, rows, g, H):
    first = TWEAKS * g + 1
    label = xor(H(a, first), H(b, first + 1))
    for bit, row in ((a[0] & 1, rows[0]), (b[0] & 1, xor(rows[1], a))):
        if bit:
            label = xor(label, row)
    return label
