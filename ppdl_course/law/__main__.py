"""Make the law files of ``data/`` again: ``python -m ppdl_course.law [FOLDER]``."""

import sys
from pathlib import Path

from ppdl_course.law.files import contents

folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path("data")
for name, content in contents().items():
    (folder / name).write_bytes(content)
    print(f"{folder / name}: {len(content)} bytes")
