"""The bank of right and wrong answers, and what each comes to."""
