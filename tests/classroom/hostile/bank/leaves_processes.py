# %% says="imports subprocess, which starts processes|started |forked the kernel"
"""Leaves processes behind: in a session of their own, forked twice, deaf to signals."""

# %% above="bob_question" shows="left"
import os
import subprocess
import sys

code = "import signal, time\nfor n in (1, 2, 15): signal.signal(n, 1)\ntime.sleep(900)"
for _ in range(3):
    subprocess.Popen(
        [sys.executable, "-c", code, "__MARK__"],
        start_new_session=True,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        os.execv(sys.executable, [sys.executable, "-c", code, "__MARK__"])
    os._exit(0)
print("left")
