"""Both architectures of Fig. 2: what crosses, what is learned, who is told what."""

import numpy as np
import pytest

from ppdl_course.data import load_law_cases
from ppdl_course.federated.data_exchange import DataClient, DataServer
from ppdl_course.federated.gradient_exchange import (
    GradientClient,
    GradientServer,
    train_rounds,
)
from ppdl_course.nn import CrossEntropy, Network, accuracy, train
from ppdl_course.parties.channel import Channel
from ppdl_course.parties.threads import run

NAMES = ("one", "two", "three")


@pytest.fixture(scope="module")
def cases():
    return load_law_cases()


def network(seed=0):
    return Network([28, 8, 2], "relu", rng=np.random.default_rng(seed))


def shares(cases, n=300):
    return [(cases.X[i:n:3], cases.y[i:n:3]) for i in range(3)]


def gradient_parties(channel, cases, **options):
    server = GradientServer(channel["server"], network(), NAMES, rate=0.2)
    clients = [
        GradientClient(channel[name], network(), x, y, **options)
        for name, (x, y) in zip(NAMES, shares(cases), strict=True)
    ]
    return server, clients


def test_the_server_of_data_exchange_learns_what_one_owner_of_all_data_learns(cases):
    channel = Channel("server", *NAMES)
    server = DataServer(channel["server"], network(), NAMES)
    parts = shares(cases)
    for name, (x, y) in zip(NAMES, parts, strict=True):
        DataClient(channel[name], x, y).send_records()
    server.build_model(rng=np.random.default_rng(1), rate=0.1, epochs=3)
    alone = network()
    x, y = (np.concatenate(column) for column in zip(*parts, strict=True))
    train(alone, x, y, rate=0.1, epochs=3, rng=np.random.default_rng(1))
    np.testing.assert_array_equal(server.network.flat, alone.flat)


def test_a_prediction_of_data_exchange_is_the_models(cases):
    channel = Channel("server", *NAMES)
    server = DataServer(channel["server"], network(), NAMES)
    client = DataClient(channel["one"], *shares(cases)[0])
    client.send_query(cases.X[:9])
    server.answer("one")
    np.testing.assert_array_equal(
        client.receive_answer(), network().predict(cases.X[:9])
    )


def test_rounds_over_whole_shares_are_gradient_descent_on_all_data(cases):
    with Channel("server", *NAMES) as channel:
        server, clients = gradient_parties(channel, cases)
        train_rounds(server, clients, 5)
    x, y = (np.concatenate(column) for column in zip(*shares(cases), strict=True))
    alone = network()
    for _ in range(5):
        alone.flat -= 0.2 * alone.loss_and_gradient(x, y, CrossEntropy())[1]
    np.testing.assert_allclose(server.network.flat, alone.flat, rtol=1e-10, atol=1e-12)


def test_both_routes_of_prediction_give_the_same_classes(cases):
    with Channel("server", *NAMES) as channel:
        server, clients = gradient_parties(channel, cases)
        train_rounds(server, clients, 3)
        clients[1].send_query(cases.X[:50])
        server.answer("two")
        np.testing.assert_array_equal(
            clients[1].receive_answer(), clients[1].predict(cases.X[:50])
        )


def test_no_record_crosses_in_gradient_exchange(cases):
    with Channel("server", *NAMES) as channel:
        server, clients = gradient_parties(channel, cases)
        train_rounds(server, clients, 2)
    labels = {message.label for message in channel.messages}
    assert labels == {"model", "gradient"}
    sizes = {message.payload.shape for message in channel.messages}
    assert sizes == {network().flat.shape}


def test_it_learns(cases):
    with Channel("server", *NAMES, keep_bodies=False) as channel:
        server, clients = gradient_parties(
            channel, cases, batch_size=20, rng=np.random.default_rng(0)
        )
        before = accuracy(server.network, cases.X_test, cases.y_test)
        train_rounds(server, clients, 200)
    assert accuracy(server.network, cases.X_test, cases.y_test) > max(before, 0.65)


def test_the_parties_run_as_programs_of_their_own_over_tcp(cases):
    def play_server(end):
        server = GradientServer(end, network(), NAMES, rate=0.2)
        for _ in range(3):
            server.send_model()
            server.receive_gradients()
        return server.network.flat

    def client(x, y):
        def program(end):
            mine = GradientClient(end, network(), x, y)
            for _ in range(3):
                mine.answer_round()

        return program

    with Channel("server", *NAMES, tcp=True) as channel:
        flat = run(channel, play_server, *(client(*share) for share in shares(cases)))[
            0
        ]
    with Channel("server", *NAMES) as channel:
        server, clients = gradient_parties(channel, cases)
        train_rounds(server, clients, 3)
    np.testing.assert_array_equal(flat, server.network.flat)


def test_local_steps_report_the_way_the_client_went(cases):
    x, y = shares(cases)[0]
    with Channel("server", *NAMES) as channel:
        client = GradientClient(
            channel["one"], network(), x, y, local_steps=4, rate=0.3
        )
        reported = client.gradient()
    walker = network()
    for _ in range(4):
        walker.flat -= 0.3 * walker.loss_and_gradient(x, y, CrossEntropy())[1]
    np.testing.assert_allclose(network().flat - 4 * 0.3 * reported, walker.flat)


def test_batches_visit_every_record_once_a_pass(cases):
    x, y = np.eye(28)[:7], np.zeros(7, dtype=int)
    with Channel("server", "one") as channel:
        client = GradientClient(channel["one"], network(), x, y, batch_size=3)
        rows = [client._next_rows().tolist() for _ in range(4)]
    assert rows == [[0, 1, 2], [3, 4, 5], [6], [0, 1, 2]]


def test_bad_arguments_are_refused_by_name(cases):
    x, y = shares(cases)[0]
    with Channel("server", *NAMES) as channel:
        server, clients = gradient_parties(channel, cases)
        with pytest.raises(ValueError, match="clients must be the server's"):
            train_rounds(server, clients[:2], 1)
        with pytest.raises(ValueError, match="rounds must be an integer >= 1"):
            train_rounds(server, clients, 0)
        with pytest.raises(ValueError, match="batch_size must be"):
            GradientClient(channel["one"], network(), x, y, batch_size=-1)
        with pytest.raises(ValueError, match="rate must be positive"):
            GradientServer(channel["server"], network(), NAMES, rate=0)
