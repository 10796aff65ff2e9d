import numpy as np
import pytest
from sklearn.datasets import load_digits
from sklearn.decomposition import PCA

from ppdl_course.he.training.integers import Precision
from ppdl_course.he.training.stacked import rebuilt, train_coder, train_stack

PRECISION = Precision(10, 10, divisor=6)


@pytest.fixture(scope="module")
def digits():
    x = load_digits().data / 16
    order = np.random.default_rng(0).permutation(len(x))
    return x[order[:1347]], x[order[1347:]]


def error(found, x):
    return float(((found - x) ** 2).mean())


def components(train, test, count):
    pca = PCA(count).fit(train)
    return error(pca.inverse_transform(pca.transform(test)), test)


@pytest.mark.nightly
def test_a_stack_rebuilds_unseen_digits_better_than_components_of_half_its_width(
    digits,
):
    train, test = digits
    coders = train_stack(
        train,
        (16, 8),
        precision=PRECISION,
        epochs=100,
        batch=32,
        rng=np.random.default_rng(0),
    )
    assert error(rebuilt(coders[:1], test), test) < components(train, test, 8)
    assert error(rebuilt(coders, test), test) < components(train, test, 4)
    # the cubic stood for the sigmoid all the way
    assert all(max(coder.largest) <= 2 for coder in coders)


def test_training_lowers_the_error(digits):
    train, test = digits
    errors = [
        error(
            rebuilt(
                [
                    train_coder(
                        train[:320],
                        8,
                        precision=PRECISION,
                        epochs=epochs,
                        batch=32,
                        rng=np.random.default_rng(0),
                    )
                ],
                test,
            ),
            test,
        )
        for epochs in (1, 30, 90)
    ]
    assert errors == sorted(errors, reverse=True)


def test_bad_sizes_are_refused(digits):
    train, _ = digits
    options = {"precision": PRECISION, "rng": np.random.default_rng(0)}
    with pytest.raises(ValueError, match="hidden"):
        train_coder(train, 0, epochs=1, batch=32, **options)
    with pytest.raises(ValueError, match="batch"):
        train_coder(train[:8], 2, epochs=1, batch=9, **options)
