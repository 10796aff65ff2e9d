"""Learning on two servers that hold additive shares (SecureML; chapter 6)."""
