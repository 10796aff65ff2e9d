# %% says="wrote to the start-up file|names a path outside"
"""Plants files that would run in the next kernels, and replaces packages by its own."""

# %% above="bob_question" shows="planted"
import os
import site
import sys

evil = "print('__MARK__')\nopen('__HOME__/__MARK__', 'w')\n"
shared = [f"{folder}/__MARK__.pth" for folder in site.getsitepackages()]
shared += [f"{folder}/sitecustomize.py" for folder in site.getsitepackages()]
shared += [f"{path}/numpy.py" for path in sys.path if path and "tmp" not in path]
shared += [
    "__ROOT__/ppdl_course/__MARK__.py",
    "__ROOT__/submitted/__MARK__",
    "__HOME__/__MARK__",
]
shared += [
    "__HOME__/.ipython/profile_default/startup/00-__MARK__.py",
    "__HOME__/.bashrc",
]
import ppdl_course.checks.verdict as verdict

shared += [verdict.__file__]
own = (
    "~/.ipython/profile_default/startup/00.py",
    "~/.bashrc",
    "/tmp/__MARK__",
    "__MARK__",
)
own += "/dev/shm/__MARK__", "/tmp/numpy.py", "/tmp/work/secrets.py"
written = []
for name in [*shared, *own]:
    name = os.path.expanduser(name)
    try:
        os.makedirs(os.path.dirname(name) or ".", exist_ok=True)
        with open(name, "a") as file:
            file.write(evil)
        written.append(name)
    except OSError:
        pass
print("planted", len(written), "of", len(shared) + len(own))
