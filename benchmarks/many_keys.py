"""Keys of many: what two trapdoors, proofs and a joint key cost.

The figures of each file of ``benchmarks/keys`` together; its first lines explain them.
Seconds of processor, one thread, the best of several runs.
"""

import importlib.util
import sys
from pathlib import Path

from threadpoolctl import threadpool_limits

PARTS = Path(__file__).parent / "keys"


def measure() -> dict[str, float | int | str]:
    figures: dict[str, float | int | str] = {}
    with threadpool_limits(1):
        for path in sorted(PARTS.glob("*.py")):
            name = f"many_keys_{path.stem}"
            spec = importlib.util.spec_from_file_location(name, path)
            module = importlib.util.module_from_spec(spec)
            sys.modules[name] = module  # dataclasses look their module up
            spec.loader.exec_module(module)
            found = module.measure()
            if twice := figures.keys() & found:
                raise RuntimeError(f"{path.name} measures again {sorted(twice)}")
            figures |= found
    return figures
