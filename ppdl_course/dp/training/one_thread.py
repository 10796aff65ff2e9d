"""Small matrix products on one thread.

On matrices as small as this course's, threads of a linear-algebra library wait for each
other longer than they work, and much longer on a busy machine.
"""

from contextlib import AbstractContextManager

from threadpoolctl import ThreadpoolController

_CONTROLLER = ThreadpoolController()


def one_blas_thread() -> AbstractContextManager:
    """Return a context in which linear algebra uses one thread."""
    return _CONTROLLER.limit(limits=1, user_api="blas")
