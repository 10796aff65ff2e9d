"""Calling a student's function in another process."""

import contextlib
import copyreg
import signal
import time

import numpy as np
import pytest

from ppdl_course.checks.remote import beside, elsewhere, mapped, repeated
from ppdl_course.checks.secret_draws import require_drawn, watched
from ppdl_course.checks.verdict import Mistake
from ppdl_course.classroom.budget import Budget
from ppdl_course.classroom.judging.listening import listen
from tests.classroom.judging.bare_kernel import BareKernel


@pytest.fixture
def kernel(kernels, tmp_path_factory):
    if not kernels:
        kernels.append(BareKernel(tmp_path_factory.mktemp("kernel")))
    return kernels[0]


@pytest.fixture
def lent(kernels, kernel):
    """Returns a function that takes a cell defining f, and lends that f."""
    with contextlib.ExitStack() as stack:
        opened = []

        def lend(cell):
            stack.close()  # one check at a time
            opened.append(stack.enter_context(kernel.answers("f = None; del f", cell)))
            opened[-1].budget = Budget(20)
            return opened[-1].lend("f")

        yield lend
    if any(answers.broken for answers in opened):
        kernels.pop().close()


@pytest.fixture
def apart():
    """As in a judge: contexts are entered where the answers run."""
    token = elsewhere.set([])
    yield
    elsewhere.reset(token)


def test_a_function_is_called_there_and_its_value_comes_here(lent):
    f = lent("import os\ndef f(a, b=1): return [os.getpid(), a + b]")
    here = __import__("os").getpid()
    pid, total = f(2, b=5)
    assert pid != here
    assert total == 7


def test_many_calls_are_one_trip_with_the_same_results(lent):
    f = lent("n = 0\ndef f(x):\n    global n\n    n += 1\n    return n * x")
    assert repeated(f, 3, 10) == [10, 20, 30]
    assert mapped(f, [(1,), (2,)]) == [4, 10]


def test_what_a_function_does_to_its_arguments_is_seen_here(lent):
    f = lent(
        "def f(v, items, table):\n"
        "    v *= 2; items.append([9]); items[0][0] = 7; table['new'] = 1"
    )
    v, items, table = np.arange(3.0), [[1]], {}
    f(v, items, table)
    assert v.tolist() == [0, 2, 4]
    assert items == [[7], [9]]
    assert table == {"new": 1}


def test_arguments_that_were_not_changed_stay_the_same_objects(lent):
    f = lent("def f(v): return v")
    inner = [1]
    outer = [inner]
    f(outer)
    assert outer[0] is inner


def test_a_large_array_that_was_changed_is_seen_too(lent):
    f = lent("def f(v): v[-1] = 5")
    v = np.zeros(300_000)
    f(v)
    assert v[-1] == 5


@pytest.mark.parametrize(
    ("raised", "kind"),
    [
        ("ValueError('bad')", ValueError),
        ("NotImplementedError", NotImplementedError),
        ("__import__('numpy').linalg.LinAlgError('bad')", ValueError),
        ("type('Own', (Exception,), {})('bad')", Exception),
        ("StopIteration('bad')", Exception),
        ("SystemExit(0)", RuntimeError),
        ("GeneratorExit()", RuntimeError),
    ],
)
def test_exceptions_cross_as_builtin_ones_that_end_nothing_here(lent, raised, kind):
    f = lent(f"def f(): raise {raised}")
    with pytest.raises(kind) as caught:
        f()
    assert not isinstance(caught.value, StopIteration)
    assert "in f" in caught.value.student_trace


def test_an_exception_cannot_end_a_loop_of_the_check(lent):
    f = lent("def f(x): raise StopIteration")
    with pytest.raises(Exception, match="StopIteration"):
        list(map(f, [1, 2]))


def test_a_function_of_the_check_stays_here(lent):
    f = lent("def f(loss): return loss(3) + loss(4)")
    seen = []

    def loss(x):
        seen.append(x)
        return 10 * x

    assert f(loss) == 70
    assert seen == [3, 4]


def test_of_a_function_of_the_check_only_the_result_can_be_had(lent):
    f = lent(
        "def f(g):\n"
        "    found = []\n"
        "    for name in ('__globals__', '__code__', '__closure__', '__class__'):\n"
        "        try: found.append(repr(g.__getattr__(name)))\n"
        "        except AttributeError: pass\n"
        "        lender = object.__getattribute__(g, '_lender')\n"
        "        number = object.__getattribute__(g, '_id')\n"
        "        try: found.append(lender.ask(number, name))\n"
        "        except AttributeError: pass\n"
        "    return found"
    )
    secret = 42
    assert f(lambda: secret) == []


def test_what_the_check_raises_in_its_own_function_comes_back_as_it_was(lent):
    f = lent("def f(g): return g(1)")

    def refuse(_):
        raise Mistake("do not ask")

    with pytest.raises(Mistake, match="do not ask"):
        f(refuse)
    f = lent(
        "def f(g):\n    try: return g(1)\n    except AssertionError: return 'went on'"
    )
    assert f(refuse) == "went on"


def test_it_comes_back_so_too_where_a_library_has_changed_how_exceptions_pickle(
    lent, monkeypatch
):
    def rebuilt(*_):
        raise AssertionError("a function of that library, which no kernel has")

    for kind in (Mistake, AttributeError):
        monkeypatch.setitem(
            copyreg.dispatch_table, kind, lambda error: (rebuilt, ("a traceback",))
        )
    f = lent(
        "def f(g):\n"
        "    lender = object.__getattribute__(g, '_lender')\n"
        "    try: lender.ask(object.__getattribute__(g, '_id'), '__code__')\n"
        "    except AttributeError as error:\n"
        "        assert error.__traceback__.tb_next.tb_next is None\n"
        "    return g(1)"
    )

    def refuse(_):
        raise Mistake("do not ask")

    with pytest.raises(Mistake, match="do not ask"):
        f(refuse)


def test_a_function_can_be_handed_from_one_side_to_the_other_and_back(lent):
    f = lent("def f(count): return count(lambda x: x > 2)")

    def count(condition):
        return sum(mapped(condition, [(k,) for k in range(6)]))

    assert f(count) == 3


def test_an_object_that_remembers_stays_here_and_can_be_worked_with(lent):
    from ppdl_course.he.polynomials.evaluation import Counted

    f = lent("import numpy as np\ndef f(t): return np.float64(2) * t * t + 1")
    counter = Counted(3.0)
    result = f(counter)
    assert isinstance(result, Counted)
    assert result.value == 19
    assert result.tally.products == 1


def test_a_record_of_the_course_without_memory_is_sent(lent):
    from ppdl_course.publickey.rsa import PublicKey

    f = lent("def f(key, m): return type(key).__name__, key.encrypt(m)")
    key = PublicKey(n=3233, e=17)
    assert f(key, 65) == ("PublicKey", key.encrypt(65))


def test_a_generator_there_draws_what_it_would_have_drawn_here(lent):
    f = lent("def f(rng): return rng.normal(size=4)")
    rng, twin = np.random.default_rng(3), np.random.default_rng(3)
    assert f(rng).tolist() == twin.normal(size=4).tolist()
    assert f(rng).tolist() == twin.normal(size=4).tolist()  # the same one, further on
    assert rng.normal() != twin.normal()  # and the check draws something else


def test_two_generators_of_the_same_seed_draw_the_same(lent):
    f = lent("def f(rng): return rng.normal(size=4)")
    first = f(np.random.default_rng(3)).tolist()
    assert f(np.random.default_rng(3)).tolist() == first


def test_floating_point_errors_count_where_the_check_says_so(lent):
    f = lent("import numpy as np\ndef f(x): return np.exp(x)")
    with np.errstate(over="raise"), pytest.raises(FloatingPointError, match="overflow"):
        f(np.array([1000.0]))
    with np.errstate(over="ignore"):
        assert f(np.array([1000.0]))[0] == np.inf


def test_a_function_of_the_course_runs_beside_the_answer(lent):
    f = lent("import os\ndef f(a): return [os.getpid(), a]")
    there, _ = f(1)
    assert beside(mapped, f)([(2,), (3,)]) == [[there, 2], [there, 3]]


def test_draws_that_are_not_secret_are_found_there(lent):
    f = lent("import random\ndef f(n): return random.getrandbits(n)")
    with pytest.raises(Mistake, match="made for statistics"):
        watched(f, [(32,), (32,)])
    assert isinstance(f(32), int)


def test_bits_of_the_operating_system_are_counted_there(lent):
    f = lent("import secrets\ndef f(n): yield secrets.randbits(n)")
    draws = watched(f, [(32,), (32,)])
    assert draws.bits == [32, 32]
    assert [len(result) for result in draws.results] == [1, 1]
    with pytest.raises(Mistake, match="for 32 random bits"):
        require_drawn(draws, 64, "f")


def test_a_context_that_loses_its_key_there_has_lost_it_here(lent):
    ts = pytest.importorskip("tenseal")
    context = ts.context(ts.SCHEME_TYPE.CKKS, 8192, coeff_mod_bit_sizes=[40, 30, 40])
    f = lent("def f(c): return c.has_secret_key()")
    assert f(context) is True
    g = lent("def f(c): c.make_context_public()")
    g(context)
    assert not context.is_private()


def test_a_name_that_is_not_there_is_said(lent):
    with pytest.raises(NameError, match="'f' is not defined"):
        lent("pass")()


def test_a_function_that_does_not_return_breaks_the_session(lent):
    f = lent("import time\ndef f(): time.sleep(30)")
    f._answers.budget = Budget(0.3)
    began = time.monotonic()
    with pytest.raises(Mistake, match="too long"):
        f()
    assert time.monotonic() - began < 5
    assert f._answers.broken


@pytest.mark.parametrize("end", ["os._exit(0)", "os.kill(os.getpid(), 9)"])
def test_a_function_that_ends_its_kernel_is_noticed_at_once(lent, end):
    f = lent(f"import os\ndef f(): {end}")
    began = time.monotonic()
    with pytest.raises(Mistake, match="ended"):
        f()
    assert time.monotonic() - began < 5


FORGED = """
import ppdl_course.classroom.judging.answers as a, inspect
def f():
    for frame in inspect.stack():
        lender = frame.frame.f_locals.get("self")
        if type(lender).__name__ == "_Lender":
            a.send(lender._connection, {bytes})
            import time; time.sleep(0.2); import os; os._exit(0)
"""


@pytest.mark.parametrize(
    "sent",
    [
        "b''",
        "b'garbage'",
        "a.pack({'returned': True})",
        "a.pack({'returned': [1, 2]})",
        "a.pack({'raised': 5})",
        "a.pack({'raised': {'names': ['Mistake'], 'token': [1]}})",
        "a.pack({'asked': [1, '__class__', [], 0]})",
        "a.pack({'asked': 7})",
        "a.pack({'returned': [{'$': 'ref', 'id': 1}]})",
        "a.pack({'returned': [1], 'changed': [[0, 1], ['x', 2], 3]})",
        "a.pack([1])",
    ],
)
def test_a_forged_reply_is_a_mistake_and_nothing_worse(lent, sent):
    f = lent(FORGED.replace("{bytes}", sent))
    with contextlib.suppress(Mistake):
        assert f() == 1  # a value like any other
    f._answers.broken = f._answers.broken or "the kernel has ended itself"


def test_only_the_kernel_that_was_told_the_token_is_let_in(tmp_path):
    import socket

    listening = listen(tmp_path)
    stranger = socket.socket(socket.AF_UNIX)
    stranger.connect(str(next(tmp_path.iterdir())))
    stranger.sendall((5).to_bytes(8, "big") + b"guess")
    with pytest.raises(Exception, match="somebody else"):
        listening.accept(5)
    stranger.close()
    assert not list(tmp_path.iterdir())


def test_no_kernel_comes(tmp_path):
    with pytest.raises(Exception, match="does not connect"):
        listen(tmp_path).accept(0.1)


def test_an_interrupt_ends_the_call_and_is_told(kernel, lent):
    f = lent("import time\ndef f(): time.sleep(30)")
    import threading

    threading.Timer(0.5, kernel._process.send_signal, [signal.SIGINT]).start()
    with pytest.raises((RuntimeError, Mistake)):
        f()
    f._answers.broken = "interrupted"
