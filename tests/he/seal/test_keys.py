"""The server computes on what it cannot read."""

import numpy as np
import pytest
import tenseal as ts

from ppdl_course.he.seal.keys import Client, Server, public_bytes
from ppdl_course.parties.channel import Channel

WEIGHTS = np.array([[1.0, -2.0], [0.5, 0.25], [3.0, 0.0]])
BIAS = np.array([0.1, -0.1])
X = np.array([0.2, -0.4, 0.7])


@pytest.fixture(scope="module")
def session():
    channel = Channel("client", "server")
    client, server = Client(channel["client"]), Server(channel["server"], WEIGHTS, BIAS)
    client.send_keys()
    server.receive_keys()
    client.send_query(X)
    server.answer()
    return channel, client, server, client.receive_answer()


def test_the_answer_is_the_plaintext_computation(session):
    np.testing.assert_allclose(session[3], X @ WEIGHTS + BIAS, atol=1e-5)


def test_the_server_cannot_decrypt(session):
    channel, _, server, _ = session
    assert not server.context.has_secret_key()
    query = next(m for m in channel.view("server") if m.label == "query")
    vector = ts.ckks_vector_from(server.context, query.payload)
    with pytest.raises(ValueError, match="doesn't hold a secret_key"):
        vector.decrypt()
    with pytest.raises(ValueError, match="doesn't hold a Secret key"):
        server.context.secret_key()


def test_a_key_of_the_servers_own_reads_noise(session):
    channel, _, _, _ = session
    query = next(m for m in channel.view("server") if m.label == "query")
    mine = ts.context(ts.SCHEME_TYPE.CKKS, 8192, coeff_mod_bit_sizes=[60, 40, 60])
    guess = np.array(ts.ckks_vector_from(mine, query.payload).decrypt())
    assert np.abs(guess - X).min() > 1


def test_the_secret_key_is_in_no_message(session):
    channel = session[0]
    assert [m.label for m in channel.messages] == ["context", "query", "answer"]
    assert not ts.context_from(channel.messages[0].payload).has_secret_key()


def test_the_same_query_twice_looks_different(session):
    channel, client, server, _ = session
    first = channel.messages[1].payload
    client.send_query(X)
    assert channel.messages[-1].payload != first
    server.answer()
    client.receive_answer()


def test_public_bytes_keeps_only_the_keys_there_are():
    context = ts.context(ts.SCHEME_TYPE.CKKS, 8192, coeff_mod_bit_sizes=[60, 40, 60])
    public = ts.context_from(public_bytes(context))
    assert public.has_relin_keys()
    assert not public.has_galois_keys()
    assert public.has_public_key()


def test_a_server_refuses_a_secret_key():
    channel = Channel("client", "server")
    context = ts.context(ts.SCHEME_TYPE.CKKS, 8192, coeff_mod_bit_sizes=[60, 40, 60])
    channel["client"].send("context", context.serialize(save_secret_key=True))
    server = Server(channel["server"], WEIGHTS, BIAS)
    with pytest.raises(ValueError, match="context must be public"):
        server.receive_keys()
    assert server.context is None


def test_refusals():
    channel = Channel("client", "server")
    with pytest.raises(ValueError, match="weights must be"):
        Server(channel["server"], WEIGHTS, np.zeros(3))
    server = Server(channel["server"], WEIGHTS, BIAS)
    with pytest.raises(ValueError, match="context must be received"):
        server.answer()
    with pytest.raises(ValueError, match="1 products need 1 middle primes of 40 bits"):
        Client(channel["client"], coeff_mod_bit_sizes=(60, 60))
    client = Client(channel["client"])
    client.send_keys()
    server.receive_keys()
    client.send_query([1.0])
    with pytest.raises(ValueError, match="query must have 3 values, got 1"):
        server.answer()
