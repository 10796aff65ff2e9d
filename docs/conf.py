"""Settings of the documentation site: ``make site`` writes it to build/site."""

project = "Privacy-preserving deep learning"
author = "the ppdl-course authors"
extensions = ["myst_parser"]
myst_enable_extensions = ["dollarmath", "deflist"]
html_title = project
html_theme = "alabaster"
