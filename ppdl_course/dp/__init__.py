"""Differential privacy (chapters 15 to 18).

The promise (``definition``), mechanisms that keep it (``mechanisms``, ``discrete``,
``selection``), what many releases cost (``accountants``), how a promise is put to the
test (``audits``), and learning under it (``training``).
"""
