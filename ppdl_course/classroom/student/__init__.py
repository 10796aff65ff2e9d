"""For students: install, open, examine, begin again, see how far one is."""
