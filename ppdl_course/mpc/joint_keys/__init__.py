"""Learning under a joint key: a cloud and a crypto server, neither of which reads."""
