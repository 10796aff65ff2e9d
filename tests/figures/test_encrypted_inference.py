"""Chapter 11's figures show the numbers they are given, and say so."""

import numpy as np
import pytest

from ppdl_course.figures import encrypted_inference as figures
from ppdl_course.he.inference.square_network import SquareNetwork


@pytest.fixture(scope="module")
def network():
    rng = np.random.default_rng(0)
    weights = rng.normal(size=(5, 4)), rng.normal(size=(3, 5))
    x = rng.random((200, 4))
    net = SquareNetwork(weights, (rng.normal(size=5), rng.normal(size=3)))
    return net.balanced(x), x


def test_throughput_grows_with_the_batch_and_so_does_waiting():
    picture = figures.batch_trade(2.0, 4096, 10.0, 64, 0.1)
    hour, wait = (10 ** ax.lines[0].get_ydata() for ax in picture.axes)
    assert hour[0] == pytest.approx(1800)
    assert hour[-1] == pytest.approx(3600 * 4096 / 2)
    assert wait[0] == pytest.approx(2)
    assert wait[-1] == pytest.approx(4095 / 10 + 2)
    assert "115,200 images an hour" in picture.alt
    with pytest.raises(
        ValueError, match=r"batch must be an integer in 1\.\.4096, got 5000"
    ):
        figures.batch_trade(2.0, 4096, 10.0, 5000, 0.1)


def test_bits_are_counted_from_the_integer_network(network):
    net, x = network
    settings = {(w, 6): figures.integer_row(net, x, w, 6) for w in range(2, 13)}
    picture = figures.bits_needed(settings, 12, 6, 28)
    same, need = (ax.lines[0].get_ydata() for ax in picture.axes)
    assert same[-1] > same[0]
    assert np.all(np.diff(need) > 0)
    # two more bits a weight: a bit each in two weights, one of which is squared
    assert need[-1] - need[-3] == pytest.approx(6, abs=1)
    assert "moduli of 28 bits" in picture.alt
    assert "1 plaintext modulus of" in figures.bits_needed(settings, 2, 6, 60).alt
    with pytest.raises(ValueError, match=r"weight_bits must be one of .*, got 13"):
        figures.bits_needed(settings, 13, 6, 28)


def test_no_slider_moves_an_axis(network):
    net, x = network
    settings = {
        (w, i): figures.integer_row(net, x, w, i) for w in (2, 12) for i in (1, 6)
    }
    most = figures.LARGEST_MODULUS
    bits = [
        figures.bits_needed(settings, w, i, plain)
        for w, i in settings
        for plain in (17, most)
    ]
    ends = figures.ARRIVALS[0], figures.ARRIVALS[-1]
    batches = [
        figures.batch_trade(0.4, 4096, rate, batch, 0.04)
        for rate in ends
        for batch in (1, 4096)
    ]
    assert len({picture.axes[1].get_ylim() for picture in bits}) == 1
    assert len({tuple(picture.axes[1].get_yticks()) for picture in batches}) == 1
    for picture in bits:
        lines = picture.axes[1].lines
        assert (
            max(np.max(line.get_ydata()) for line in lines)
            < (picture.axes[1].get_ylim()[1])
        )


def test_means_and_seeds_stand_at_their_rates():
    runs = {"with": [[0.9, 1.0], [0.8, 0.8]], "without": [[0.1, 0.3], [0.0, 0.0]]}
    picture = figures.normalised_or_not([0.01, 0.1], runs, 0.1)
    np.testing.assert_allclose(picture.axes[0].lines[0].get_ydata(), [0.95, 0.8])
    assert "without: 0.20, 0.00" in picture.alt


def test_layouts_and_costs_name_every_number():
    row = {"seconds": 0.5, "ciphertexts": 1, "products": 2, "rotations": 11}
    assert "0.5 s, 1 ciphertexts" in figures.layout_costs({"stacked": row}).alt
    row = {"latency": 2.0, "each": 0.5, "bytes": 1000, "accuracy": 0.9}
    picture = figures.chapter_costs({"CKKS": row})
    assert "1,000 bytes" in picture.alt
    assert picture.axes[1].lines[0].get_xdata() == [0.5]
    assert "90.0% right" in picture.axes[0].get_yticklabels()[0].get_text()


def test_the_table_puts_our_run_beside_the_papers():
    ours = {
        number: (f"acc{number}", f"speed{number}")
        for number in ("21", "22", "34", "38")
    }
    table = figures.PaperTable(ours)
    assert all(f"acc{number}" in table._repr_html_() for number in ours)
    assert "about 59,000 an hour" in str(table)
