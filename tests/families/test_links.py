"""A network is its links; one whose other links weigh zero is the plain network."""

import pytest
import torch
from torch import nn

from ppdl_course.families.initialise import seeded
from ppdl_course.families.links import Link, LinkedNetwork

WIDTHS = (3, 5, 4, 2)


def copy_direct(source, target):
    target.direct.load_state_dict(source.direct.state_dict())


def inputs(steps=6, batch=7):
    return torch.randn(steps, batch, WIDTHS[0], generator=seeded(9))


def test_direct_links_alone_make_torchs_sequential_network():
    network = LinkedNetwork(WIDTHS, seeded(1))
    layers = [part for direct in network.direct for part in (direct, nn.Tanh())]
    torch.testing.assert_close(network(inputs()), nn.Sequential(*layers[:-1])(inputs()))


def test_a_self_join_on_the_hidden_layer_makes_torchs_rnn():
    network = LinkedNetwork((3, 5, 2), seeded(1), loops=[1])
    rnn = nn.RNN(3, 5)
    with torch.no_grad():
        rnn.weight_ih_l0.copy_(network.direct[0].weight)
        rnn.bias_ih_l0.copy_(network.direct[0].bias)
        rnn.weight_hh_l0.copy_(network.joins["1"].weight)
        rnn.bias_hh_l0.zero_()
    expected = network.direct[1](rnn(inputs())[0])
    torch.testing.assert_close(network(inputs()), expected, atol=1e-6, rtol=0)


def test_a_cross_layer_link_adds_its_product_before_the_activation():
    network = LinkedNetwork(WIDTHS, seeded(1), cross=[(0, 2), (1, 3)])
    W, C = network.direct, network.skips
    for x, out in zip(inputs(), network(inputs()), strict=True):
        h1 = torch.tanh(W[0].weight @ x.T + W[0].bias[:, None])
        h2 = torch.tanh(W[1].weight @ h1 + W[1].bias[:, None] + C["0-2"].weight @ x.T)
        y = W[2].weight @ h2 + W[2].bias[:, None] + C["1-3"].weight @ h1
        torch.testing.assert_close(out, y.T)


@pytest.mark.parametrize(
    "links", [{"cross": [(0, 2), (0, 3), (1, 3)]}, {"loops": [1, 2]}]
)
def test_links_of_weight_zero_might_as_well_not_be_there(links):
    plain, more = (
        LinkedNetwork(WIDTHS, seeded(1)),
        LinkedNetwork(WIDTHS, seeded(2), **links),
    )
    copy_direct(plain, more)
    assert not torch.allclose(plain(inputs()), more(inputs()), atol=1e-3)
    with torch.no_grad():
        for weight in [*more.skips.parameters(), *more.joins.parameters()]:
            weight.zero_()
    assert torch.equal(plain(inputs()), more(inputs()))


def test_only_self_joins_let_an_early_input_reach_a_late_output():
    early, changed = inputs(), inputs()
    changed[0] += 1
    for loops, reaches in (([], False), ([1], True)):
        network = LinkedNetwork(WIDTHS, seeded(1), cross=[(0, 3)], loops=loops)
        assert (not torch.equal(network(early)[-1], network(changed)[-1])) is reaches


def test_the_links_are_listed_for_a_drawing():
    network = LinkedNetwork((1, 2, 1), seeded(1), cross=[(0, 2)], loops=[1])
    assert network.links() == [
        Link("direct", 0, 1),
        Link("direct", 1, 2),
        Link("cross-layer", 0, 2),
        Link("self-join", 1, 1),
    ]


@pytest.mark.parametrize(
    ("widths", "links", "says"),
    [
        ((3,), {}, "widths"),
        ((3, 0), {}, "widths"),
        (WIDTHS, {"cross": [(1, 2)]}, "cross"),
        (WIDTHS, {"cross": [(0, 4)]}, "cross"),
        (WIDTHS, {"loops": [0]}, "loops"),
        (WIDTHS, {"loops": [3]}, "loops"),
    ],
)
def test_links_that_do_not_fit_are_refused(widths, links, says):
    with pytest.raises(ValueError, match=says):
        LinkedNetwork(widths, seeded(1), **links)


def test_inputs_of_another_width_are_refused():
    with pytest.raises(ValueError, match="inputs"):
        LinkedNetwork(WIDTHS, seeded(1))(torch.zeros(2, 2, 4))
