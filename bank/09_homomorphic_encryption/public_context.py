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
