# %% says="catches the interrupt within an endless loop|interrupt"
"""Never ends, and takes no interrupt for an answer."""

# %% above="blind"
import signal

signal.signal(signal.SIGINT, signal.SIG_IGN)
signal.signal(signal.SIGTERM, signal.SIG_IGN)
while True:
    try:
        while True:
            pass
    except BaseException:
        pass
