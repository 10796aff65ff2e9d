# %% says="uses shutil.rmtree, which changes files|called os.rmdir on /root"
"""Deletes whatever it can reach."""

# %% above="blind" shows="still here: True"
import os
import shutil

import ppdl_course

places = [
    "__ROOT__",
    "__HOME__",
    os.path.dirname(ppdl_course.__file__),
    "/tmp",
    "/root",
]
for place in places:
    shutil.rmtree(place, ignore_errors=True)
for place in ("__ROOT__/gradebook.db", "__ROOT__/submitted", np.__file__, "/usr/bin"):
    for act in (os.unlink, os.rmdir, lambda p: os.rename(p, p + "-__MARK__")):
        try:
            act(place)
        except OSError:
            pass
print(
    "still here:", os.path.exists(ppdl_course.__file__) and os.path.exists(np.__file__)
)
