# %% says="sends signals to processes|sent signal"
"""Kills its parent, the first process, the grader, and all others."""

# %% above="bob_question"
import os
import signal

for pid in [os.getppid(), 1, __PID__, *range(2, 500)]:
    if pid != os.getpid():
        for number in (signal.SIGTERM, signal.SIGKILL):
            try:
                os.kill(pid, number)
            except OSError:
                pass

# %% above="blind"
import os
import signal

os.kill(-1, signal.SIGKILL)
