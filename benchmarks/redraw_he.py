"""Time from a moved slider to the new picture in chapter 9, in milliseconds.

budget_ms, precision_ms, bar_ms   median of the redraws of each widget; above 150,
                                  dragging feels slow
slowest_ms                        the slowest of them all
"""

import statistics

from ppdl_course.widgets import homomorphic_encryption as he


def measure() -> dict[str, float]:
    times = {
        "budget_ms": redraws(he.noise_budget_explorer(), "prime_bits", range(24, 44)),
        "precision_ms": redraws(he.precision_explorer(), "scale_bits", he.SCALES[::-1]),
        "bar_ms": redraws(he.budget_bar_explorer(), "scale_bits", range(20, 40)),
    }
    medians = {name: statistics.median(values) for name, values in times.items()}
    return {**medians, "slowest_ms": max(map(max, times.values()))}


def redraws(explorer, control, values) -> list[float]:
    found = []
    for value in values:
        explorer.controls[control].value = value
        found.append(explorer.redraw_ms)
    return found
