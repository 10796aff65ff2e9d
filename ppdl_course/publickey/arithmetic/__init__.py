"""Whole numbers of thousands of bits: powers, tables, primes."""
