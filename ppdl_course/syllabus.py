"""The chapters of the course, in teaching order.

The course map, the README's table and the registry of systems read them from here.
"""

from dataclasses import dataclass

PARTS = (
    "Foundations",
    "Classical cryptography",
    "Homomorphic encryption",
    "Differential privacy",
    "Together",
)


@dataclass(frozen=True)
class Chapter:
    """One chapter.

    Attributes:
        number: Its place, from 1.
        topic: The name in its file, ``NN_topic``.
        title: What it is called.
        part: One of :data:`PARTS`.
        builds: What the reader builds in it, in a few words.
    """

    number: int
    topic: str
    title: str
    part: str
    builds: str

    @property
    def name(self) -> str:
        """The chapter's file name without its ending, ``04_millionaires_problem``."""
        return f"{self.number:02}_{self.topic}"


def _part(name: str, *rows: tuple[int, str, str, str]) -> tuple[Chapter, ...]:
    return tuple(
        Chapter(number, topic, title, name, builds)
        for number, topic, title, builds in rows
    )


_FOUNDATIONS, _CLASSICAL, _ENCRYPTION, _DIFFERENTIAL, _TOGETHER = PARTS

CHAPTERS = (
    *_part(
        _FOUNDATIONS,
        (
            1,
            "feedforward_backprop",
            "Feedforward networks and back-propagation",
            "a network, its gradients and its training",
        ),
        (
            2,
            "network_families",
            "Network families",
            "RNN, LSTM, ResNet, GAN; a tagger that redacts",
        ),
        (
            3,
            "privacy_leakage",
            "How learning leaks",
            "attacks on models, gradients and maps",
        ),
    ),
    *_part(
        _CLASSICAL,
        (
            4,
            "millionaires_problem",
            "The millionaires' problem",
            "Yao's first protocol, oblivious transfer",
        ),
        (
            5,
            "garbled_circuits",
            "Garbled circuits",
            "circuits, garbling in five steps, OT extension",
        ),
        (
            6,
            "two_server_learning",
            "Learning on two servers",
            "training on secret shares",
        ),
        (7, "deepsecure", "DeepSecure", "a garbled neural network"),
        (
            8,
            "cloud_keys_and_games",
            "Many keys in a cloud, and a game",
            "many keys in a cloud; when to protect",
        ),
    ),
    *_part(
        _ENCRYPTION,
        (
            9,
            "homomorphic_encryption",
            "Homomorphic encryption",
            "Paillier, bootstrapping, BFV, CKKS",
        ),
        (
            10,
            "polynomial_activations",
            "Polynomial activations",
            "activations that encryption can compute",
        ),
        (
            11,
            "encrypted_inference",
            "Encrypted inference",
            "a classifier that never sees its input",
        ),
        (
            12,
            "encrypted_training",
            "Encrypted training",
            "back-propagation on ciphertexts",
        ),
        (
            13,
            "many_keys_and_proof",
            "Many keys, and proof",
            "double decryption, verifiable learning",
        ),
        (
            14,
            "encrypted_gradients",
            "Encrypted gradients",
            "federated training under encryption",
        ),
    ),
    *_part(
        _DIFFERENTIAL,
        (
            15,
            "differential_privacy",
            "Differential privacy",
            "mechanisms, accountants, an audit",
        ),
        (
            16,
            "private_training",
            "Private training",
            "DP-SGD, its audit, selective sharing",
        ),
        (
            17,
            "private_models",
            "Private models",
            "one private release, several owners",
        ),
    ),
    *_part(
        _TOGETHER,
        (
            18,
            "choosing_and_combining",
            "Choosing and combining",
            "one task under all three shields",
        ),
    ),
)
