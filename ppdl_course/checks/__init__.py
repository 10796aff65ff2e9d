"""Visible checks: they take the student's function and explain the usual mistake."""
