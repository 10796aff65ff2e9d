"""One SGD step of PDLM: 4-3-2, cubic sigmoid, six law cases of three courts.

pdlm_step_seconds           processor seconds, all parties added: a run of one step less
                            a run of none (keys, tables, uploads)
pdlm_step_modulus_bits      bits of N: 1,024 with gmpy2, 512 without. TOY SIZE: N of
                            2,048 bits costs about seven times N of 1,024
pdlm_step_products          secure products in that step
pdlm_step_truncations       exact truncations
pdlm_step_compared_bits     bits compared blindly for them
pdlm_step_opened            numbers that the crypto server opened
pdlm_step_encrypted         numbers that it encrypted
pdlm_step_powers            the cloud's powers with exponents as long as N or longer
pdlm_step_rounds            rounds between the servers
pdlm_step_megabytes         bytes between the servers, headers too
pdlm_step_hiding_bits       -log2 of what all that was opened may tell
"""

import math
import time

import numpy as np

from ppdl_course.data import load_law_cases
from ppdl_course.mpc.joint_keys.plan import Plan
from ppdl_course.mpc.joint_keys.session import Run, learn
from ppdl_course.publickey.arithmetic import whole_numbers
from ppdl_course.publickey.arithmetic.safe_primes import PUBLISHED
from ppdl_course.publickey.two_trapdoors import StrongSecret

FACTS = ("prior_convictions", "injury", "weapon", "settled")
COURTS = ("appeal", "city", "county")
COUNTED = ("products", "truncations", "compared bits", "opened", "encrypted", "powers")


def measure() -> dict[str, float | int]:
    bits = 1024 if whole_numbers.engine().name == "gmpy2" else 512
    before, after = (_timed(bits, steps) for steps in (0, 1))
    step = after[0].counts - before[0].counts
    figures: dict[str, float | int] = {
        "pdlm_step_seconds": after[1] - before[1],
        "pdlm_step_modulus_bits": bits,
    }
    for name in COUNTED:
        figures[f"pdlm_step_{name.replace(' ', '_')}"] = step[name]
    channels = after[0].channel, before[0].channel
    figures["pdlm_step_rounds"] = channels[0].rounds - channels[1].rounds
    figures["pdlm_step_megabytes"] = (channels[0].bytes - channels[1].bytes) / 1e6
    distance = after[0].distance - before[0].distance
    figures["pdlm_step_hiding_bits"] = -math.log2(distance)
    return figures


def _timed(bits: int, steps: int) -> tuple[Run, float]:
    """Return a run of some steps on six cases, and its processor seconds."""
    plan = Plan()
    strong = StrongSecret.from_primes(*PUBLISHED[bits])
    start = plan.start(np.random.default_rng(0))
    begin = time.process_time()
    done = learn(strong, plan, _courts(), start, [range(6)] * steps, keep_bodies=False)
    return done, time.process_time() - begin


def _courts() -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """Return two cases of each court: four facts, and whether to prison."""
    law = load_law_cases()
    columns = [law.feature_names.index(name) for name in FACTS]
    courts = np.array([law.records[k].court for k in law.train])
    rows = {name: np.flatnonzero(courts == name)[:2] for name in COURTS}
    return {
        name: (law.X_train[np.ix_(r, columns)], law.y_train[r])
        for name, r in rows.items()
    }
