"""Text that somebody else may have chosen, made fit for a terminal."""


def printable(text: str) -> str:
    r"""Return text in one line, without what a terminal obeys.

    >>> printable("lin\x1b[2J\nwu")
    'lin\\x1b[2J wu'
    """
    words = " ".join(text.split())
    return "".join(
        sign if sign.isprintable() else sign.encode("unicode_escape").decode()
        for sign in words
    )
