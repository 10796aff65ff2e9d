# %% [markdown]
# # 1. A tiny chapter
#
# Two exercises and a question, for the tests of the build and of the grading.
#
# *Time: 11 minutes in class: 1 reading, 0 at the widgets, 10 exercises.
# At home: 5 minutes.*

# %%
# %matplotlib inline
import numpy as np

from ppdl_course.checks.verdict import checking, require

ages = np.array([34.0, 71.0, 9.0])

# %% [markdown]
# ## Exercise 1.1: the mean age
#
# *Difficulty 1/5. Importance 3/5. In class, 5 minutes.*


# %% exercise="mean_age"
def mean_age(ages) -> float:
    """Return the mean of ``ages`` in years; an empty list has mean 0."""
    # BEGIN SOLUTION
    distinctive_total = sum(ages)
    return distinctive_total / len(ages) if len(ages) else 0.0
    # END SOLUTION


# %% check="mean_age" points=2
with checking("mean_age"):
    require(bool(mean_age([20, 40]) == 30), "The mean of 20 and 40 is 30.")
    # BEGIN HIDDEN TESTS
    hidden_secret = mean_age([])
    require(bool(hidden_secret == 0), "What is the mean of nobody?")
    # END HIDDEN TESTS

# %% [markdown]
# ## Exercise 1.2: no age above a bound
#
# *Difficulty 2/5. Importance 2/5. At home, 5 minutes.*
#
# A cell in between, which reads only what stands above it.

# %%
bound = 65.0
print(f"{ages.max()} is above {bound}")


# %% exercise="clip_ages"
def clip_ages(ages, bound):
    """Return ``ages`` with every entry above ``bound`` replaced by ``bound``."""
    # BEGIN SOLUTION
    return np.minimum(ages, bound)
    # END SOLUTION


# %% check="clip_ages" points=3
with checking("clip_ages"):
    clipped = list(clip_ages(ages, bound))
    require(max(clipped) <= bound, "An age is still above the bound.")
    require(len(clipped) == len(ages), "Clipping replaces ages; it drops none.")
    # BEGIN HIDDEN TESTS
    require(list(clip_ages([bound], bound)) == [bound], "The bound itself stays.")
    require(list(clip_ages([1, 2], 9)) == [1, 2], "Ages below the bound stay.")
    # END HIDDEN TESTS

# %% [markdown]
# ## Question: why is a mean not private?
#
# *Difficulty 2/5. Importance 5/5. In class, 5 minutes.*

# %% [markdown] question="why_mean" points=4
# Two means, with and without Ada, differ by her age over n: both together tell it.
# *Rubric: 2 points for the difference, 2 for the size of n.*
