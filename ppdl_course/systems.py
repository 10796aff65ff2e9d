"""The registry: every system of the survey, where it is built, and what shows it works.

The survey is "Privacy-Preserving Deep Learning Models for Law Big Data Feature
Learning" (DASC 2019); ``ref`` is its number for a paper. The README's table, the course
map and the last chapter are made from these rows. A row is *working* once ``code`` and
``test`` name an object and a test that exist; a test of the registry imports both.

``reported`` is the paper's headline, as its abstract or text gives it. ``ours`` says
where our own figure is printed: no figure of ours is written down here.
"""

from dataclasses import dataclass
from typing import Any

FOUNDATION = "foundation"
CLASSICAL = "classical cryptography"
HOMOMORPHIC = "homomorphic encryption"
DIFFERENTIAL = "differential privacy"
FAMILIES = (FOUNDATION, CLASSICAL, HOMOMORPHIC, DIFFERENTIAL)


@dataclass(frozen=True)
class System:
    """One system of the survey.

    Attributes:
        ref: The survey's number(s) for it.
        name: What it is called here.
        families: The survey's group; two for a system that combines them.
        chapter: Number of the chapter that builds it.
        source: Authors, title, venue, year.
        reported: The paper's headline figure, or an empty string.
        code: ``module:object`` that implements it; empty while planned.
        test: Pytest node id of the test that shows it works; empty while planned.
        ours: The command or chapter section that prints our figure.
    """

    ref: str
    name: str
    families: tuple[str, ...]
    chapter: int
    source: str
    reported: str = ""
    code: str = ""
    test: str = ""
    ours: str = ""

    @property
    def status(self) -> str:
        """``working`` once code and test are named, else ``planned``."""
        return "working" if self.code and self.test else "planned"

    def row(self) -> dict[str, Any]:
        """Return the row as plain data, for tables and JSON."""
        fields = ("ref", "name", "chapter", "status", "test")
        rest = ("families", "source", "reported", "code", "ours")
        return {field: getattr(self, field) for field in (*fields, *rest)}


SYSTEMS = (
    System(
        "3",
        "Lattice LSTM for Chinese legal entities",
        (FOUNDATION,),
        2,
        "Zhang, Yang: Chinese NER Using Lattice LSTM. ACL 2018",
        code="ppdl_course.families.lattice:LatticeLSTM",
        test="tests/stored/test_taggers_and_writers.py::"
        "test_the_lattice_beats_the_plain_lstm_beyond_chance",
        ours="section 2.7; `ppdl bench families`",
    ),
    System(
        "4",
        "Topic-aware LSTM for essay generation",
        (FOUNDATION,),
        2,
        "Feng et al.: Topic-to-Essay Generation with Neural Networks. IJCAI 2018",
        "better BLEU-2 than its baselines on 305,000 paragraphs",
        code="ppdl_course.families.topics:TopicLSTM",
        test="tests/stored/test_taggers_and_writers.py::"
        "test_topics_raise_bleu_and_coverage_and_coverage_weights_raise_both_again",
        ours="section 2.8; `ppdl bench families`",
    ),
    System(
        "5-9",
        "Memorised personal data",
        (FOUNDATION,),
        3,
        "after the survey's description of models that remember private facts",
        code="ppdl_course.attacks.memorisation:shortest_path",
        test="tests/attacks/test_memorisation.py::test_the_planted_number_is_extracted_and_the_clean_model_knows_none",
        ours="section 3.2",
    ),
    System(
        "10",
        "PReLU",
        (FOUNDATION,),
        1,
        "He, Zhang, Ren, Sun: Delving Deep into Rectifiers. ICCV 2015",
        code="ppdl_course.nn:PReLU",
        test="tests/nn/test_gradients.py::test_prelu_slope_gradient_is_the_sum_of_upstream_times_min_zero",
        ours="section 1.9",
    ),
    System(
        "11",
        "Location heat map",
        (FOUNDATION,),
        3,
        "news reports on a fitness company's global heat map, 2018",
        code="ppdl_course.attacks.heat_map:outline_score",
        test="tests/attacks/test_heat_map.py::test_the_raw_map_gives_the_outline_away_and_a_land_without_site_does_not",
        ours="section 3.6",
    ),
    System(
        "12",
        "GAN attack on collaborative learning",
        (FOUNDATION,),
        3,
        "Hitaj, Ateniese, Perez-Cruz: Deep Models Under the GAN. CCS 2017",
        code="ppdl_course.attacks.gan_attack:GANClient",
        test="tests/attacks/test_gan_attack.py::test_the_active_attack_draws_the_victims_class",
        ours="section 3.7",
    ),
    System(
        "13",
        "Millionaires' problem",
        (CLASSICAL,),
        4,
        "Yao: Protocols for Secure Computations. FOCS 1982",
        code="ppdl_course.mpc.millionaires.yao:play_alice",
        test="tests/mpc/millionaires/test_yao.py::test_all_hundred_pairs_of_range_ten",
        ours="sections 4.3 and 4.7; `ppdl bench garbling`",
    ),
    System(
        "14",
        "SecureML",
        (CLASSICAL,),
        6,
        "Mohassel, Zhang: SecureML. IEEE S&P 2017",
    ),
    System(
        "15",
        "DeepSecure",
        (CLASSICAL,),
        7,
        "Rouhani, Riazi, Koushanfar: DeepSecure. DAC 2018",
        "over 58 times the throughput of the best earlier encrypted inference",
    ),
    System(
        "16",
        "PDLM",
        (CLASSICAL,),
        8,
        "Ma et al.: PDLM. IEEE Transactions on Services Computing, 2018",
    ),
    System(
        "17",
        "Game-theoretic switching of protection",
        (CLASSICAL,),
        8,
        "Esposito, Su, Aljawarneh, Choi. IEEE Trans. Industrial Informatics, 2018",
    ),
    System(
        "18",
        "Privacy homomorphisms",
        (HOMOMORPHIC,),
        9,
        "Rivest, Adleman, Dertouzos: On Data Banks and Privacy Homomorphisms. 1978",
        code="ppdl_course.publickey.rsa:PublicKey",
        test="tests/publickey/test_rsa.py::test_products_of_ciphertexts_decrypt_to_products",
        ours="sections 9.2 and 9.3",
    ),
    System(
        "19",
        "Fully homomorphic encryption",
        (HOMOMORPHIC,),
        9,
        "Gentry: Fully Homomorphic Encryption Using Ideal Lattices. STOC 2009",
        code="ppdl_course.he.lattice.bootstrapping:CloudKey",
        test="tests/he/lattice/test_bootstrapping.py::test_two_hundred_gates_in_a_row_stay_right_and_noise_does_not_grow",
        ours="section 9.7; `ppdl bench bootstrapping`",
    ),
    System(
        "20",
        "Crypto-Nets",
        (HOMOMORPHIC,),
        11,
        "Xie et al.: Crypto-Nets: Neural Networks over Encrypted Data. 2014",
        code="ppdl_course.he.inference.square_network:SquareNetwork",
        test="tests/he/inference/test_square_network.py::test_any_parabola_is_a_square_between_linear_maps",
        ours="sections 11.2 and 11.3",
    ),
    System(
        "21",
        "CryptoNets",
        (HOMOMORPHIC,),
        11,
        "Gilad-Bachrach et al.: CryptoNets. ICML 2016",
        "99 % on MNIST; about 59,000 predictions an hour",
        code="ppdl_course.he.inference.cryptonets:Server",
        test="tests/he/inference/test_cryptonets.py::test_encrypted_labels_are_the_plaintext_labels",
        ours="`ppdl bench inference`",
    ),
    System(
        "22-23",
        "Batch normalisation before polynomials",
        (HOMOMORPHIC,),
        11,
        "Chabanne et al., ePrint 2017/035; Ioffe, Szegedy: Batch Normalization. 2015",
        "six nonlinear layers compete with the best networks in the clear",
        code="ppdl_course.he.inference.batch_norm:NormalisedNetwork",
        test="tests/he/inference/test_square_network.py::test_six_layers_learn_with_normalisation_and_collapse_without",
        ours="section 11.6",
    ),
    System(
        "24",
        "Multi-key deep learning in a cloud",
        (HOMOMORPHIC,),
        13,
        "Li et al.: Multi-Key Privacy-Preserving Deep Learning. FGCS 74, 2017",
    ),
    System(
        "25",
        "POCC",
        (HOMOMORPHIC,),
        13,
        "Li et al.: POCC. Cluster Computing, 2018",
    ),
    System(
        "26",
        "Secure back-propagation",
        (HOMOMORPHIC,),
        12,
        "Bu, Ma, Chen, Xu: Privacy Preserving Back-Propagation Based on BGV. HPCC 2015",
    ),
    System(
        "27",
        "Privacy-preserving deep computation model",
        (HOMOMORPHIC,),
        12,
        "Zhang, Yang, Chen: Privacy Preserving Deep Computation Model. IEEE TC, 2016",
        "about 2.5 times the training efficiency with ten cloud nodes",
    ),
    System(
        "28",
        "Double-projection deep computation model",
        (HOMOMORPHIC,),
        12,
        "Zhang, Yang, Chen, Li, Deen. IEEE Internet of Things Journal, 2018",
    ),
    System(
        "29",
        "Possibilistic c-means under encryption",
        (HOMOMORPHIC,),
        12,
        "Zhang, Yang, Chen, Li: PPHOPCM. IEEE Transactions on Big Data, 2017",
    ),
    System(
        "30",
        "Chebyshev approximation of activations",
        (HOMOMORPHIC,),
        10,
        "Hesamifard et al.: Privacy-Preserving ML as a Service. PoPETs 2018",
        code="ppdl_course.he.polynomials.approximation:chebyshev",
        test="tests/he/polynomials/test_approximation.py::test_chebyshev_errors_of_the_sigmoid_on_eight",
        ours="section 10.3",
    ),
    System(
        "31-32",
        "Polynomial activations in CNNs",
        (HOMOMORPHIC,),
        10,
        "Hesamifard, Takabi, Ghasemi: CryptoDL. 2017",
        "99.52 % on MNIST; about 164,000 predictions an hour",
        code="ppdl_course.he.polynomials.cnn:train_cnn",
        test="tests/he/polynomials/test_cnn.py::test_a_cnn_trained_with_a_polynomial_is_within_a_point_and_a_half_of_relu",
        ours="section 10.7",
    ),
    System(
        "33",
        "Verifiable multiparty learning",
        (HOMOMORPHIC,),
        13,
        "after the survey's description",
    ),
    System(
        "34",
        "2P-DNN",
        (HOMOMORPHIC,),
        11,
        "Zhu, Lv: 2P-DNN. arXiv 1807.08459, 2018",
        "over 97 % on MNIST",
        code="ppdl_course.he.inference.two_party_dnn:Server",
        test="tests/he/inference/test_two_party_dnn.py::test_labels_and_scores_are_the_fixed_point_networks",
        ours="section 11.8",
    ),
    System(
        "35",
        "Paillier encryption",
        (HOMOMORPHIC,),
        9,
        "Paillier: Public-Key Cryptosystems Based on Composite Residuosity. 1999",
        code="ppdl_course.publickey.paillier:PublicKey",
        test="tests/publickey/test_paillier.py::test_phe_decrypts_what_we_encrypt",
        ours="`ppdl bench paillier`",
    ),
    System(
        "36",
        "Gradients under additive encryption",
        (HOMOMORPHIC,),
        14,
        "Phong et al.: Privacy-Preserving Deep Learning via AHE. IEEE TIFS, 2018",
        "the accuracy of ordinary asynchronous SGD",
    ),
    System(
        "37",
        "Distributed selective SGD",
        (DIFFERENTIAL,),
        16,
        "Shokri, Shmatikov: Privacy-Preserving Deep Learning. CCS 2015",
        code="ppdl_course.federated.selective_sgd:train_selectively",
        test="tests/federated/test_selective_sgd.py::test_sharing_more_is_better_and_a_tenth_is_nearly_central",
        ours="section 16.11",
    ),
    System(
        "38",
        "LoLa",
        (HOMOMORPHIC,),
        11,
        "Brutzkus, Elisha, Gilad-Bachrach. ICML 2019",
        "over ten times lower latency; 0.16 s by transfer learning",
        code="ppdl_course.he.inference.lola:Server",
        test="tests/he/inference/test_lola.py::test_every_layout_gives_the_plaintext_scores_at_the_counted_cost",
        ours="section 11.7; `ppdl bench inference`",
    ),
    System(
        "39-41",
        "Differential privacy",
        (DIFFERENTIAL,),
        15,
        "Dwork: Differential Privacy. ICALP 2006; with co-authors, TCC 2006",
        code="ppdl_course.dp.mechanisms:Laplace",
        test="tests/dp/audits/test_lower_bound.py::test_mechanisms_that_keep_their_promise_pass",
        ours="sections 15.8 and 15.9; `ppdl bench dp`",
    ),
    System(
        "42",
        "Three places for the noise",
        (DIFFERENTIAL,),
        16,
        "after the survey's description",
        code="ppdl_course.dp.training.three_approaches:train_with_noisy_gradients",
        test="tests/dp/training/test_three_approaches.py::test_noise_in_the_gradients_is_best_at_epsilon_one_on_digits",
        ours="section 16.10",
    ),
    System(
        "43",
        "Adaptive Laplace mechanism",
        (DIFFERENTIAL,),
        17,
        "Phan, Wu, Hu, Dou: Adaptive Laplace Mechanism. ICDM 2017",
        code="ppdl_course.dp.training.adaptive_laplace:train_adaptively",
        test="tests/dp/training/test_adaptive_laplace.py::test_adaptive_noise_beats_equal_noise_and_steps_cost_nothing",
        ours="section 17.3",
    ),
    System(
        "44",
        "Private naive Bayes over several owners",
        (DIFFERENTIAL,),
        17,
        "Li et al.: Differentially Private Naive Bayes. Information Sciences, 2018",
    ),
    System(
        "45",
        "Several data providers: encryption and noise",
        (HOMOMORPHIC, DIFFERENTIAL),
        18,
        "Li et al.: Privacy-Preserving ML with Multiple Data Providers. FGCS, 2018",
    ),
    System(
        "46",
        "Private convolutional deep belief network",
        (DIFFERENTIAL,),
        17,
        "Phan, Wu, Dou: Preserving DP in Convolutional DBNs. Machine Learning, 2017",
    ),
    System(
        "47",
        "Cyclical training on clinical data",
        (DIFFERENTIAL,),
        17,
        "Beaulieu-Jones et al.: Privacy-Preserving Distributed Deep Learning. 2018",
    ),
    System(
        "48",
        "Irregular participants",
        (DIFFERENTIAL,),
        17,
        "Zhao et al.: Privacy-Preserving Collaborative Deep Learning. 2018",
    ),
)
