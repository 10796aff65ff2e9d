"""Settings of all tests."""

import os

from hypothesis import settings

# No deadline: the machine may be busy. On CI a commit meets the same examples every
# time; elsewhere each run looks for new ones.
settings.register_profile(
    "course", deadline=None, derandomize=bool(os.environ.get("CI"))
)
settings.load_profile("course")
