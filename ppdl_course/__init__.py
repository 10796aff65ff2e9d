"""Helper package of the privacy-preserving deep learning course."""
