# %% equivalent="neither statement reads what the other one binds"
# public = context.serialize(save_secret_key=False, save_relin_keys=True); features = [ts.ckks_vector(context, column.tolist()) for column in images.T] -> features = [ts.ckks_vector(context, column.tolist()) for column in images.T]; public = context.serialize(save_secret_key=False, save_relin_keys=True)

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


# %% right="tuple, float32"
def encrypt_batch(context, images):
    copy = context.copy()
    copy.make_context_public()
    return copy.serialize(), tuple(
        ts.ckks_vector(
            context, [float(np.float32(v)) for v in images[:, j]]
        ).serialize()
        for j in range(images.shape[1])
    )


# %% right="encrypted under the public copy"
def encrypt_batch(context, images):
    public = context.serialize(save_secret_key=False)
    own = ts.context_from(public)
    return [
        public,
        [
            ts.ckks_vector(own, list(map(float, c))).serialize()
            for c in np.asarray(images).T
        ],
    ]


# %% wrong="the caller's context made public" says="the client's own context lost its secret key"
def encrypt_batch(context, images):
    context.make_context_public()
    return context.serialize(), [
        ts.ckks_vector(context, c.tolist()).serialize() for c in images.T
    ]


# %% wrong="secret key among the ciphertexts" says="the server can read every image"
def encrypt_batch(context, images):
    public = context.serialize(save_secret_key=False, save_relin_keys=True)
    features = [ts.ckks_vector(context, c.tolist()).serialize() for c in images.T]
    return public + context.serialize(save_secret_key=True), features


# %% wrong="another context" says="of all images"
def encrypt_batch(context, images):
    own = ts.context(ts.SCHEME_TYPE.CKKS, 8192, coeff_mod_bit_sizes=[40, 30, 30, 40])
    own.global_scale = 2.0**30
    return own.serialize(save_secret_key=False, save_relin_keys=True), [
        ts.ckks_vector(own, c.tolist()).serialize() for c in images.T
    ]


# %% wrong="plaintext bytes" says="ciphertext 0 does not load as a CKKS vector"
def encrypt_batch(context, images):
    public = context.serialize(save_secret_key=False, save_relin_keys=True)
    return public, [c.tobytes() for c in images.T]


# %% wrong="encrypted once, kept" says="the same images twice give the same bytes"
def encrypt_batch(context, images, kept={}):
    key = images.tobytes()
    if key not in kept:
        public = context.serialize(save_secret_key=False, save_relin_keys=True)
        kept[key] = (
            public,
            [ts.ckks_vector(context, c.tolist()).serialize() for c in images.T],
        )
    return kept[key]


# %% wrong="features reversed" says="the features come in reverse order"
def encrypt_batch(context, images):
    public = context.serialize(save_secret_key=False, save_relin_keys=True)
    return public, [
        ts.ckks_vector(context, c.tolist()).serialize() for c in images.T[::-1]
    ]


# %% wrong="generator" says="the ciphertexts must be a list of bytes"
def encrypt_batch(context, images):
    public = context.serialize(save_secret_key=False, save_relin_keys=True)
    return public, (ts.ckks_vector(context, c.tolist()).serialize() for c in images.T)


# %% right="padded with zeros to all slots"
def encrypt_batch(context, images):
    rows = np.zeros((images.shape[1], 4096))
    rows[:, : len(images)] = images.T
    public = context.copy()
    public.make_context_public()
    return public.serialize(), [
        ts.ckks_vector(context, row.tolist()).serialize() for row in rows
    ]


# %% wrong="secret key behind a ciphertext" says="more than a ciphertext needs"
def encrypt_batch(context, images):
    public = context.serialize(save_secret_key=False, save_relin_keys=True)
    features = [ts.ckks_vector(context, c.tolist()).serialize() for c in images.T]
    key = context.serialize(save_secret_key=True, save_relin_keys=False)
    features[0] += (
        b"\x7a"
        + bytes([len(key) & 127 | 128, len(key) >> 7 & 127 | 128, len(key) >> 14])
        + key
    )
    return public, features


# %% wrong="pixels clipped to 0 .. 1" says="cut off at 0 and 1"
def encrypt_batch(context, images):
    public = context.serialize(save_secret_key=False, save_relin_keys=True)
    columns = np.clip(images, 0, 1).T
    return public, [ts.ckks_vector(context, c.tolist()).serialize() for c in columns]


# %% wrong="scales the images in place" says="your function changes images"
def encrypt_batch(context, images):
    images /= np.abs(images).max()
    public = context.serialize(save_secret_key=False, save_relin_keys=True)
    return public, [ts.ckks_vector(context, c.tolist()).serialize() for c in images.T]


# %% wrong="all pixels in one ciphertext" says="3 features need 3 ciphertexts, got 1"
def encrypt_batch(context, images):
    public = context.serialize(save_secret_key=False, save_relin_keys=True)
    return public, [ts.ckks_vector(context, images.T.ravel().tolist()).serialize()]


# %% wrong="coarse values" says="rounded to 2 decimals"
def encrypt_batch(context, images):
    public = context.serialize(save_secret_key=False, save_relin_keys=True)
    columns = np.round(images, 2).T
    return public, [ts.ckks_vector(context, c.tolist()).serialize() for c in columns]


# %% wrong="only the first feature fresh" says="the same images twice give the same bytes"
def encrypt_batch(context, images, kept={}):
    public = context.serialize(save_secret_key=False, save_relin_keys=True)
    features = [ts.ckks_vector(context, c.tolist()).serialize() for c in images.T]
    key = images.tobytes()
    return public, features[:1] + kept.setdefault(key, features)[1:]


# %% wrong="equal features encrypted once" says="equal features give equal bytes"
def encrypt_batch(context, images):
    public, done, features = context.serialize(save_secret_key=False), {}, []
    for column in images.T:
        key = tuple(column)
        if key not in done:
            done[key] = ts.ckks_vector(context, list(key)).serialize()
        features.append(done[key])
    return public, features


# %% wrong="the context of the first call" says="nothing may be kept from the first call"
_sent = []


def encrypt_batch(context, images):
    if not _sent:
        _sent.append(context.serialize(save_secret_key=False, save_relin_keys=True))
    return _sent[0], [ts.ckks_vector(context, c.tolist()).serialize() for c in images.T]


# %% wrong="half precision" says="and as they are"
def encrypt_batch(context, images):
    public = context.serialize(save_secret_key=False)
    columns = images.astype(np.float16).T
    return public, [ts.ckks_vector(context, c.tolist()).serialize() for c in columns]


# %% wrong="the first client's context for all" says="nothing may be kept from the first call"
kept = []


def encrypt_batch(context, images):
    if not kept:
        kept.append(context.serialize(save_secret_key=False))
    columns = images.T.tolist()
    return kept[0], [ts.ckks_vector(context, c).serialize() for c in columns]


# %% wrong="new keys for the server" says="new keys?"
def encrypt_batch(context, images):
    other = ts.context(ts.SCHEME_TYPE.CKKS, 8192, coeff_mod_bit_sizes=[40, 30, 30, 40])
    other.global_scale = context.global_scale
    columns = images.T.tolist()
    sent = [ts.ckks_vector(context, c).serialize() for c in columns]
    return other.serialize(save_secret_key=False), sent


# %% wrong="three features" says="ciphertexts, got 3"
def encrypt_batch(context, images):
    public = context.serialize(save_secret_key=False)
    columns = images.T.tolist()[:3]
    return public, [ts.ckks_vector(context, c).serialize() for c in columns]


# %% wrong="integers encrypted" says="encrypted as whole numbers, cut off"
def encrypt_batch(context, images):
    sent = [
        ts.ckks_vector(context, [int(v) for v in column]).serialize()
        for column in images.T
    ]
    return context.serialize(save_secret_key=False, save_relin_keys=True), sent


# %% wrong="images of deviation 1" says="the features are scaled before"
def encrypt_batch(context, images):
    scaled = (images - images.mean(axis=0)) / images.std(axis=0)
    sent = [ts.ckks_vector(context, v.tolist()).serialize() for v in scaled.T]
    return context.serialize(save_secret_key=False, save_relin_keys=True), sent


# %% wrong="images last first" says="the images come in reverse order"
def encrypt_batch(context, images):
    sent = [ts.ckks_vector(context, v[::-1].tolist()).serialize() for v in images.T]
    return context.serialize(save_secret_key=False, save_relin_keys=True), sent
