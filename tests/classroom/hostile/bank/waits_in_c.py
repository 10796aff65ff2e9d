# %% says="used more than 6 s of processor time or took longer than 12 s|catches interrupts"
"""Waits in a call from which Python's interrupts do not return."""

# %% above="blind"
import signal

signal.pthread_sigmask(signal.SIG_BLOCK, range(1, 32))
pow(3, 10**6) ** (10**6)
