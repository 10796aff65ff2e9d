r"""POCC: learning from data under many owners' keys by proxy re-encryption.

    provider i (key pair i)   cloud (proxy)             evaluator (key pair E)   user
    <------------- public key E ------------------------
    Enc_i(records), rk_i->E -->
    (offline from here on)
                      re-encrypt each to E, add up,
                      sums over blocks, covered   ---> decrypt the sums of classes,
                                                       learn classifiers
                                                       <-- public key U, Enc_U(x)
                                                       Enc_U(W x + b), covered -->
                                                                     decrypt, label

The key rk_i->E is made by the provider from its own secret and the evaluator's *public*
key (``he.lattice.re_encryption``); what is learnt, from ``linear_classifiers``.

"Covered" (``covered_answers``): nothing but the answer can be read in it, neither other
coefficients nor how it was computed.

Threat model: honest-but-curious parties who do not collude, ring LWE. The cloud reads
nothing; it learns who uploads, and the sizes. The evaluator learns the numbers of
records and the sums of features a class, over all providers; nothing of the query.
The user learns its scores. NOT protected: **cloud and evaluator together have every
provider's secret key**; the sums themselves (a provider of one record of a class is in
them); the classifier, since scores are linear: ``features`` + 1 rows give it away
(``linear_classifiers.read_classifier``). A provider who uploads other things than zeros
and ones is found only if the sums become impossible.

Source: P. Li, J. Li, Z. Huang, C.-Z. Gao, W.-B. Chen, K. Chen, "Privacy-Preserving
Outsourced Classification in Cloud Computing", Cluster Computing 21, 2018: the parties,
different keys, a proxy, an evaluator who learns without the providers, hyperplane and
naive Bayes decisions. Layout, covering and the route of the query are reconstructed.
"""

from collections.abc import Callable, Sequence

import numpy as np

from ppdl_course.arguments import between, record_of
from ppdl_course.he.lattice.keyed import Keyed
from ppdl_course.he.lattice.re_encryption import KeyPair, ReEncryptionKey
from ppdl_course.he.lattice.rlwe import Parameters
from ppdl_course.he.many_keys.covered_answers import (
    covered,
    message,
    narrow,
    public_key,
    received,
    total,
    weighted,
    wide,
    windowed,
)
from ppdl_course.he.many_keys.linear_classifiers import (
    ClassSums,
    LinearClassifier,
    binary,
)
from ppdl_course.he.many_keys.record_packing import Packing
from ppdl_course.parties.channel import Channel, Endpoint

PARAMETERS = Parameters.of_size(4096, levels=3, bits=23, t=65537)
"""108 bits at n = 4,096, of 109 that the standard allows for 128 bits of security."""


class Provider:
    """Owns records and a key pair; uploads once and leaves.

    Args:
        end: Its end of a channel to the cloud and the evaluator.
        packing: Sizes that all agree on.
        parameters: Public sizes that all agree on.
    """

    def __init__(
        self, end: Endpoint, packing: Packing, parameters: Parameters = PARAMETERS
    ) -> None:
        self._end, self._packing = end, packing
        self._keys = KeyPair(parameters)

    def upload(self, x: np.ndarray, y: np.ndarray) -> None:
        """Encrypt records under the own key; send them with the cloud's key.

        Args:
            x: Zeros and ones, integers (records, features).
            y: Labels, integers (records,).

        Raises:
            ValueError: If the records are others, or the evaluator's key is of another
                ring. Nothing is sent then.
        """
        polynomials = self._packing.pack(x, y)
        parameters = self._keys.public.parameters
        rows = self._end.receive("public key", sender="evaluator")
        evaluator = public_key(parameters, rows)
        key = self._keys.re_encryption_key(evaluator)
        encrypted = [self._keys.public.encrypt(m) for m in polynomials]
        self._end.send("public key", narrow(self._keys.public.rows), to="cloud")
        self._end.send("records", message(encrypted), to="cloud")
        pair = {"source": key.source, "target": key.target, "rows": narrow(key.rows)}
        self._end.send("re-encryption key", pair, to="cloud")
        self._end.close()


class Cloud:
    """Stores and transforms; holds no secret key.

    Args:
        end: Its end of a channel.
        packing: Sizes that all agree on.
        parameters: Public sizes that all agree on.
    """

    def __init__(
        self, end: Endpoint, packing: Packing, parameters: Parameters = PARAMETERS
    ) -> None:
        self._end, self._packing, self._parameters = end, packing, parameters
        rows = end.receive("public key", sender="evaluator")
        self._evaluator = public_key(parameters, rows)
        self._stored: dict[str, tuple[list[Keyed], ReEncryptionKey]] = {}

    def store(self, provider: str) -> None:
        """Receive a provider's records and re-encryption key.

        Raises:
            ValueError: If the provider has uploaded before, or what came is of another
                ring, or the key is not from this provider's to the evaluator's.
        """
        if provider in self._stored:
            raise ValueError(f"provider must upload once, got {provider!r} again")
        rows = self._end.receive("public key", sender=provider)
        public = public_key(self._parameters, rows)
        value = self._end.receive("records", sender=provider)
        count = self._packing.polynomials
        records = received(public, value, count=count, fresh=True)
        pair = self._end.receive("re-encryption key", sender=provider)
        names = ("source", "target", "rows")
        record_of(*names, **{"re-encryption key": pair})
        key = ReEncryptionKey(
            self._parameters, pair["source"], pair["target"], wide(pair["rows"])
        )
        wanted = (public.id, self._evaluator.id)
        if (key.source, key.target) != wanted:
            raise ValueError(
                f"re-encryption key must be from {wanted[0]} to {wanted[1]}, got "
                f"{key.source} to {key.target}"
            )
        self._stored[provider] = records, key

    def send_sums(self) -> None:
        """Re-encrypt all that is stored, add it up, and send the evaluator the sums.

        Raises:
            ValueError: If nothing is stored, sums could pass the plaintext modulus, or
                the parameters leave no room for noise.
        """
        most = self._parameters.t // 2 // self._packing.capacity
        between(1, most, providers=len(self._stored))
        moved = [
            [key.re_encrypt(one) for one in records]
            for records, key in self._stored.values()
        ]
        window, places = self._packing.window(), self._packing.places()
        sums = [
            covered(windowed(total(column), window), self._evaluator, where)
            for *column, where in zip(*moved, places, strict=True)
        ]
        self._end.send("sums", message(sums), to="evaluator")


class Evaluator:
    """Learns from sums and answers users; sees no record and no query.

    Args:
        end: Its end of a channel.
        packing: Sizes that all agree on.
        parameters: Public sizes that all agree on.

    Attributes:
        sums: What it has learnt of the records; None before.
    """

    def __init__(
        self, end: Endpoint, packing: Packing, parameters: Parameters = PARAMETERS
    ) -> None:
        self._end, self._packing = end, packing
        self._keys = KeyPair(parameters)
        self.sums: ClassSums | None = None
        self._classifier: LinearClassifier | None = None

    def send_key(self, receivers: Sequence[str]) -> None:
        """Send the public key."""
        for name in receivers:
            self._end.send("public key", narrow(self._keys.public.rows), to=name)

    def learn(self, rule: Callable[..., LinearClassifier]) -> LinearClassifier:
        """Receive the sums if they have not come; return the classifier made of them.

        Args:
            rule: Called with the :class:`ClassSums` and ``limit``: such as
                ``linear_classifiers.naive_bayes``.

        Raises:
            ValueError: If what came does not decrypt to sums of zeros and ones.
        """
        if self.sums is None:
            self.sums = self._receive_sums()
        limit = self._keys.public.parameters.t // 2
        self._classifier = rule(self.sums, limit=limit)
        return self._classifier

    def answer(self, user: str) -> None:
        """Receive a query under the user's key; send the encrypted scores.

        Raises:
            ValueError: If nothing has been learnt, or the query is of another ring or
                number of features.
        """
        if self._classifier is None:
            raise ValueError("classifier must be learnt before queries are answered")
        parameters = self._keys.public.parameters
        rows = self._end.receive("public key", sender=user)
        public = public_key(parameters, rows)
        value = self._end.receive("query", sender=user)
        query = received(public, value, count=self._packing.features, fresh=True)
        everywhere = np.ones(parameters.n, np.bool_)
        model = self._classifier
        scores = [
            covered(one, public, everywhere)
            for one in weighted(model.weights, model.bias, query)
        ]
        self._end.send("scores", message(scores), to=user)

    def _receive_sums(self) -> ClassSums:
        public, value = self._keys.public, self._end.receive("sums", sender="cloud")
        count = self._packing.polynomials
        sums = received(public, value, count=count, fresh=False)
        return self._packing.read(np.stack([self._keys.decrypt(one) for one in sums]))


class User:
    """Asks about records of its own, encrypted under a key of its own.

    Args:
        end: Its end of a channel to the evaluator.
        parameters: Public sizes that all agree on.
    """

    def __init__(self, end: Endpoint, parameters: Parameters = PARAMETERS) -> None:
        self._end, self._keys, self._rows = end, KeyPair(parameters), 0

    def ask(self, x: np.ndarray) -> None:
        """Encrypt and send records, a feature a ciphertext, a record a coefficient.

        Args:
            x: Zeros and ones, integers (records, features), 1 <= records <= n.

        Raises:
            ValueError: If an entry or the shape is another.
        """
        n = self._keys.public.parameters.n
        binary(x=x)
        between(1, n, records=len(x))
        self._rows = len(x)
        columns = np.pad(x.T.astype(np.int64), ((0, 0), (0, n - len(x))))
        query = [self._keys.public.encrypt(column) for column in columns]
        rows = narrow(self._keys.public.rows)
        self._end.send("public key", rows, to="evaluator")
        self._end.send("query", message(query), to="evaluator")

    def scores(self) -> np.ndarray:
        """Receive and decrypt: exact integer scores, int64 (records, scores).

        Raises:
            ValueError: If what came is of another ring or under another key.
        """
        public = self._keys.public
        value = self._end.receive("scores", sender="evaluator")
        count = len(wide(value["parts"]))
        answers = received(public, value, count=count, fresh=False)
        decrypted = [self._keys.decrypt(one)[: self._rows] for one in answers]
        return np.stack(decrypted, axis=1)


def connect(
    channel: Channel,
    providers: Sequence[str],
    packing: Packing,
    parameters: Parameters = PARAMETERS,
) -> tuple[list[Provider], Cloud, Evaluator, User]:
    """Return parties who have the evaluator's public key.

    Args:
        channel: Joins the providers, "cloud", "evaluator" and "user".
        providers: Their names.
        packing: Sizes that all agree on.
        parameters: Public sizes that all agree on.

    Raises:
        ValueError: If packing and parameters differ in n.
    """
    if packing.n != parameters.n:
        raise ValueError(f"packing must have n = {parameters.n}, got {packing.n}")
    evaluator = Evaluator(channel["evaluator"], packing, parameters)
    evaluator.send_key([*providers, "cloud"])
    owners = [Provider(channel[name], packing, parameters) for name in providers]
    cloud = Cloud(channel["cloud"], packing, parameters)
    return owners, cloud, evaluator, User(channel["user"], parameters)
