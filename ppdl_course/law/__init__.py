"""The generator of the course's law data: synthetic people, cases and documents."""
