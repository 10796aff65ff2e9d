# %% right="columns"
def encrypt_batch(context, images):
    public = context.serialize(save_secret_key=False, save_relin_keys=True)
    return public, [
        ts.ckks_vector(context, column.tolist()).serialize() for column in images.T
    ]


# %% right="a public copy"
def encrypt_batch(context, images):
    copy = context.copy()
    copy.make_context_public()
    public = copy.serialize()
    features = []
    for j in range(images.shape[1]):
        features.append(ts.ckks_vector(copy, list(images[:, j])).serialize())
    return public, features


# %% wrong="secret key sent along" says="the secret key is sent along"
def encrypt_batch(context, images):
    public = context.serialize(save_secret_key=True)
    return public, [ts.ckks_vector(context, x.tolist()).serialize() for x in images.T]


# %% wrong="one ciphertext an image" says="one ciphertext a feature"
def encrypt_batch(context, images):
    public = context.serialize(save_secret_key=False)
    return public, [ts.ckks_vector(context, x.tolist()).serialize() for x in images]


# %% wrong="the object itself" says="an object carries the secret key"
def encrypt_batch(context, images):
    return context, [ts.ckks_vector(context, x.tolist()).serialize() for x in images.T]


# %% wrong="no relinearisation keys" says="the server cannot square"
def encrypt_batch(context, images):
    public = context.serialize(save_secret_key=False, save_relin_keys=False)
    return public, [ts.ckks_vector(context, x.tolist()).serialize() for x in images.T]
