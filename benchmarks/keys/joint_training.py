"""System [24], advanced scheme: 180 records of 5 features of three owners, 8 steps.

joint_step_seconds              a step: cloud's gradient under BGV, authority's rounding
joint_owner_seconds             an owner's whole work: upload of 60 records at 2,048
                                bits, and opening the model
joint_switch_seconds            records of all owners, from BCP to BGV: both servers
joint_megabytes_a_step          bytes between the servers in a step
joint_messages_an_owner_sends   between its upload and the model: 0
joint_weights_wrong             weights unlike the plain twin's: 0

Ring degree 512: a toy, insecure. 128 bits of security take 16,384, and as many records
then cost what few do.
"""

import time

import numpy as np

from ppdl_course.he.joint_training.advanced import AUTHORITY, CLOUD, Owner
from ppdl_course.he.joint_training.authority import Authority
from ppdl_course.he.joint_training.cloud import Cloud
from ppdl_course.he.joint_training.plan import Plan, plain_training
from ppdl_course.parties.channel import Channel
from ppdl_course.publickey.arithmetic.safe_primes import PUBLISHED
from ppdl_course.publickey.bcp import MasterSecret

NAMES, ROWS, FEATURES = ("court A", "court B", "court C"), 60, 5


def measure() -> dict[str, float | int]:
    rng = np.random.default_rng(24)
    x = rng.uniform(-1, 1, (ROWS * len(NAMES), FEATURES))
    y = (x @ rng.normal(size=FEATURES) > 0).astype(int)
    plan = Plan(FEATURES, len(x))
    channel = Channel(*NAMES, CLOUD, AUTHORITY)
    master = MasterSecret.from_primes(*PUBLISHED[2048])
    authority = Authority(channel[AUTHORITY], plan, master)
    authority.announce()
    cloud = Cloud(channel[CLOUD], plan, NAMES)
    marks = [time.process_time()]
    owners = [Owner(channel[name], plan) for name in NAMES]
    for k, owner in enumerate(owners):
        rows = slice(ROWS * k, ROWS * (k + 1))
        owner.upload(x[rows], y[rows])
    sent = len(channel.messages)
    marks.append(time.process_time())
    cloud.blind_records()
    authority.switch_records()
    cloud.take_columns()
    marks.append(time.process_time())
    steps, size = [], channel.bytes
    for _ in range(plan.steps):
        begin = time.process_time()
        cloud.ask_update()
        authority.round_update()
        cloud.take_update()
        steps.append(time.process_time() - begin)
    size = (channel.bytes - size) / plan.steps
    cloud.ask_model()
    authority.switch_model()
    between = channel.messages[sent:]
    cloud.deliver()
    opened = time.process_time()
    models = [owner.model() for owner in owners]
    opened = time.process_time() - opened
    path = plain_training(plan, plan.encode(x), y, cloud.offsets)
    return {
        "joint_step_seconds": min(steps),
        "joint_owner_seconds": (marks[1] - marks[0] + opened) / len(NAMES),
        "joint_switch_seconds": marks[2] - marks[1],
        "joint_megabytes_a_step": size / 1e6,
        "joint_messages_an_owner_sends": sum(m.sender in NAMES for m in between),
        "joint_weights_wrong": sum(
            int((model != plan.decode(path[-1])).sum()) for model in models
        ),
    }
