"""A number that one process writes and others read."""

import os
import struct
import tempfile


class SharedNumber:
    """A float in a file without a name; 0 at first."""

    def __init__(self) -> None:
        self._file, name = tempfile.mkstemp()
        try:
            self._reader = os.open(name, os.O_RDONLY)
        finally:
            os.unlink(name)
        self.write(0.0)

    def write(self, number: float) -> None:
        """Let others read another number from now on."""
        os.pwrite(self._file, struct.pack("d", number), 0)

    def fileno(self) -> int:
        """Return a descriptor for others, which only reads."""
        return self._reader

    def close(self) -> None:
        """Close the file."""
        os.close(self._file)
        os.close(self._reader)


def read_number(file: int) -> float:
    """Return the number, given its descriptor."""
    (number,) = struct.unpack("d", os.pread(file, 8, 0))
    return number
