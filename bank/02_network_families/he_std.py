# %% right="numpy"
def he_std(fan_in, slope):
    return np.sqrt(2.0 / fan_in / (1 + slope * slope))


# %% right="torch's gain"
def he_std(fan_in, slope):
    return nn.init.calculate_gain("leaky_relu", slope) / fan_in**0.5


# %% wrong="variance" says="this is the variance"
def he_std(fan_in, slope):
    return 2 / ((1 + slope**2) * fan_in)


# %% wrong="one over n" says="1/n is right without a rectifier"
def he_std(fan_in, slope):
    return (1 / fan_in) ** 0.5


# %% wrong="slope ignored" says="the slope lets a part"
def he_std(fan_in, slope):
    return (2 / fan_in) ** 0.5


# %% wrong="slope not squared" says="it enters as a^2"
def he_std(fan_in, slope):
    return (2 / ((1 + slope) * fan_in)) ** 0.5


# %% right="math, in logarithms"
def he_std(fan_in, slope):
    import math

    return math.exp((math.log(2) - math.log1p(slope**2) - math.log(fan_in)) / 2)


# %% right="a fraction under the root"
def he_std(fan_in, slope):
    from fractions import Fraction

    return float(2 / ((1 + Fraction(slope) ** 2) * fan_in)) ** 0.5


# %% wrong="slope multiplies" says="smaller, not larger"
def he_std(fan_in, slope):
    return (2 * (1 + slope**2) / fan_in) ** 0.5


# %% wrong="n outside the root" says="n belongs under the root"
def he_std(fan_in, slope):
    return (2 / (1 + slope**2)) ** 0.5 / fan_in


# %% wrong="halved instead of doubled" says="larger, not smaller"
def he_std(fan_in, slope):
    return (1 / (2 * (1 + slope**2) * fan_in)) ** 0.5


# %% wrong="bound of a uniform draw" says="the bound of a uniform draw"
def he_std(fan_in, slope):
    return nn.init.calculate_gain("leaky_relu", slope) * (3 / fan_in) ** 0.5


# %% wrong="a table of weights" says="he_std must have shape ()"
def he_std(fan_in, slope):
    return np.full((fan_in, fan_in), (2 / ((1 + slope**2) * fan_in)) ** 0.5)


# %% right="pow"
def he_std(fan_in, slope):
    return pow(0.5 * fan_in * (1 + slope**2), -0.5)


# %% right="hypot"
def he_std(fan_in, slope):
    import math

    return math.sqrt(2 / fan_in) / math.hypot(1, slope)


# %% wrong="sqrt missing on slope" says="1 + a^2 belongs under the root"
def he_std(fan_in, slope):
    return (2 / fan_in) ** 0.5 / (1 + slope**2)


# %% wrong="4 (both)" says="it stands there once"
def he_std(fan_in, slope):
    return (4 / ((1 + slope**2) * fan_in)) ** 0.5


# %% wrong="n+1" says="without the bias"
def he_std(fan_in, slope):
    return (2 / ((1 + slope**2) * (fan_in + 1))) ** 0.5


# %% wrong="1 - slope^2" says="look at how the slope enters"
def he_std(fan_in, slope):
    return (2 / (max(1 - slope**2, 1e-9) * fan_in)) ** 0.5


# %% wrong="rounding" says="do not round"
def he_std(fan_in, slope):
    return round((2 / ((1 + slope**2) * fan_in)) ** 0.5, 4)


# %% wrong="inverse" says="1 divided by the standard deviation"
def he_std(fan_in, slope):
    return ((1 + slope**2) * fan_in / 2) ** 0.5


# %% wrong="1 without half" says="half of the signal is lost in it"
def he_std(fan_in, slope):
    return (1 / ((1 + slope**2) * fan_in)) ** 0.5


# %% wrong="slopes up to 1 only" says="a slope above 1 is no other case"
def he_std(fan_in, slope):
    return (2 / (1 + min(slope, 1.0) ** 2) / fan_in) ** 0.5
