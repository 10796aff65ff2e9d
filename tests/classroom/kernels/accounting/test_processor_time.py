"""What processes use is counted, whatever they do with their children."""

import json
import subprocess
import sys
import threading
import time

import pytest

from ppdl_course.classroom.kernels.accounting.processor_time import Meter, _by_psutil

pytestmark = pytest.mark.skipif(
    sys.platform != "linux", reason="elsewhere there is no sandbox to count for"
)

# Each process adds what it has used to a number that all of them share, and the first
# one tells the sum at its end: what a meter should have seen.
START = """
import ctypes, json, mmap, os, signal, struct, sys, threading, time
total = mmap.mmap(-1, 8)
def spin(seconds):
    start = time.process_time()
    while time.process_time() < start + seconds: pass
def done():
    now, = struct.unpack("d", total[:8])
    total[:8] = struct.pack("d", now + time.process_time())
def child(seconds):
    pid = os.fork()
    if pid == 0:
        spin(seconds)
        done()
        os._exit(0)
    return pid
until = time.monotonic() + 4
"""
END = """
done()
print(json.dumps(struct.unpack("d", total[:8])[0]), flush=True)
sys.stdin.read()
"""
COMPUTES = "spin(1.5)"
IN_A_THREAD = "t = threading.Thread(target=spin, args=[1.5]); t.start(); t.join()"
WAITS_FOR_CHILDREN = "for _ in range(6): os.waitpid(child(0.25), 0)"
WAITS_FOR_SHORT_ONES = "for _ in range(100): os.waitpid(child(0.01), 0)"
NOBODY_WAITS = """
signal.signal(signal.SIGCHLD, signal.SIG_IGN)
while time.monotonic() < until:
    child({})
    try: os.wait()
    except ChildProcessError: pass
"""
# As in a sandbox, where what loses its parent goes to the first process inside.
ONE_BEGETS_THE_NEXT = """
ctypes.CDLL(None).prctl(36, 1)  # PR_SET_CHILD_SUBREAPER
signal.signal(signal.SIGCHLD, signal.SIG_IGN)
if os.fork() == 0:
    while time.monotonic() < until:
        spin(0.01)
        if os.fork():
            done()
            os._exit(0)
        total[:8] = total[:8]
    os._exit(0)
while time.monotonic() < until + 0.2: time.sleep(0.01)
"""


def measured(work):
    """Return what a meter saw of some work, and what was used."""
    line = [sys.executable, "-c", START + work + END]
    with subprocess.Popen(
        line, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        meter = Meter(process.pid)
        meter.start()
        used = json.loads(process.stdout.readline())
        time.sleep(0.3)  # one more look
        meter.stop()
        process.stdin.close()
    return meter.seconds, used


@pytest.mark.parametrize("work", [COMPUTES, IN_A_THREAD, WAITS_FOR_CHILDREN])
def test_who_computes_for_longer_is_counted_exactly(work):
    seconds, used = measured(work)
    # A new process may count for the time between two looks.
    assert 0.9 * used < seconds < 1.2 * used + 0.15 * 7


def test_many_short_processes_count_at_most_a_look_each():
    seconds, used = measured(WAITS_FOR_SHORT_ONES)
    assert 0.9 * used < seconds


@pytest.mark.parametrize(
    "work",
    [NOBODY_WAITS.format(0.02), NOBODY_WAITS.format(0.3), ONE_BEGETS_THE_NEXT],
)
def test_nobody_escapes_by_children_that_nobody_waits_for(work):
    seconds, used = measured(work)
    assert used > 0.5
    assert seconds > used / 2


def test_nothing_is_counted_twice_when_a_process_is_overlooked(monkeypatch):
    from ppdl_course.classroom.kernels.accounting import processor_time

    with subprocess.Popen([sys.executable, "-c", "while True: pass"]) as process:
        time.sleep(0.5)
        meter = Meter(process.pid)
        before = meter.seconds
        monkeypatch.setattr(processor_time, "family", lambda pid: [])
        for _ in range(20):
            meter.look()
        assert meter.seconds < before + 0.3
        process.kill()
    meter.look()
    assert before > 0.05


def test_the_count_never_falls_and_stays_after_the_end():
    process = subprocess.Popen([sys.executable, "-c", COMPUTES_ALONE])
    meter = Meter(process.pid)
    seen = []
    while process.poll() is None:
        meter.look()
        seen.append(meter.seconds)
        time.sleep(0.02)
    meter.look()
    assert seen == sorted(seen)
    assert meter.seconds == seen[-1] > 0.3


COMPUTES_ALONE = "import time\nwhile time.process_time() < 0.6: pass"


def test_a_stopped_meter_leaves_no_thread():
    before = set(threading.enumerate())
    meter = Meter(1)
    meter.start()
    meter.stop()
    assert set(threading.enumerate()) <= before


def test_psutil_tells_the_sum_where_there_is_no_proc(monkeypatch):
    pytest.importorskip("psutil")
    line = [sys.executable, "-c", f"{COMPUTES_ALONE}\nimport sys\nsys.stdin.read()"]
    with subprocess.Popen(line, stdin=subprocess.PIPE) as process:
        until = time.monotonic() + 20
        while _by_psutil(process.pid) < 0.5:
            assert time.monotonic() < until
            time.sleep(0.05)
        assert _by_psutil(process.pid) < 2
        process.stdin.close()
    monkeypatch.setitem(sys.modules, "psutil", None)
    assert _by_psutil(process.pid) == 0
