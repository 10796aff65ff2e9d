"""Differential privacy: mechanisms, accountants, samplers, audits (chapter 15)."""
