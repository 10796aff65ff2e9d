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
