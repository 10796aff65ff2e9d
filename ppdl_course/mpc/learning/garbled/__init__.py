"""Networks under garbled circuits: DeepSecure and what goes with it (chapter 7)."""
