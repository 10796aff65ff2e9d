# %% right="a public copy"
def public_context(context):
    copy = context.copy()
    copy.make_context_public()
    return copy.serialize()


# %% right="the defaults"
def public_context(context):
    return context.serialize(save_secret_key=False)


# %% wrong="secret key sent along" says="the secret key was sent along"
def public_context(context):
    return context.serialize(save_secret_key=True)


# %% wrong="the object itself" says="return bytes"
def public_context(context):
    return context


# %% wrong="the client loses its key" says="has lost its secret key"
def public_context(context):
    context.make_context_public()
    return context.serialize()


# %% wrong="no Galois keys" says="the server lacks Galois keys"
def public_context(context):
    return context.serialize(save_secret_key=False, save_galois_keys=False)


# %% right="there and back, then made public"
def public_context(context):
    sent = ts.context_from(context.serialize(save_secret_key=True))
    sent.make_context_public()
    return bytearray(sent.serialize(save_galois_keys=True, save_relin_keys=True))


# %% wrong="no relinearisation keys" says="the server lacks relinearisation keys"
def public_context(context):
    return context.serialize(save_secret_key=False, save_relin_keys=False)


# %% wrong="no public key" says="the server lacks the public key"
def public_context(context):
    return context.serialize(save_public_key=False, save_secret_key=False)


# %% wrong="the public key alone" says="the server lacks Galois keys"
def public_context(context):
    return context.serialize(
        save_public_key=True,
        save_secret_key=False,
        save_galois_keys=False,
        save_relin_keys=False,
    )


# %% wrong="everything" says="the secret key was sent along"
def public_context(context):
    return context.serialize(True, True, True, True)


# %% wrong="makes the copy public, sends the original" says="the secret key was sent"
def public_context(context):
    copy = context.copy()
    copy.make_context_public()
    return context.serialize(save_secret_key=context.is_private())


# %% wrong="a public copy, not serialised" says="return bytes"
def public_context(context):
    copy = context.copy()
    copy.make_context_public()
    return copy


# %% wrong="hexadecimal text" says="return bytes"
def public_context(context):
    return context.serialize(save_secret_key=False).hex()


# %% wrong="another client's context" says="not the public parts of the context"
def public_context(context):
    other = ts.context(ts.SCHEME_TYPE.CKKS, 8192, coeff_mod_bit_sizes=[60, 40, 60])
    other.global_scale = 2.0**40
    other.generate_galois_keys()
    return other.serialize(save_secret_key=False)


# %% wrong="secret key dropped after sending" says="has lost its secret key"
def public_context(context):
    sent = context.serialize(save_secret_key=True)
    context.make_context_public()
    return sent


# %% wrong="bytes kept from the first call" says="nothing may be kept from the first call"
_sent = []


def public_context(context):
    if not _sent:
        _sent.append(context.serialize(save_secret_key=False))
    return _sent[0]


# %% wrong="another scale" says="another scale"
def public_context(context):
    public = context.copy()
    public.make_context_public()
    public.global_scale = 2.0**20
    return public.serialize()


# %% wrong="in base 64" says="cannot read a context"
def public_context(context):
    import base64

    return base64.b64encode(context.serialize(save_secret_key=False))
