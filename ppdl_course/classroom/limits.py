"""What one submission may use up: read by the kernels, the grader and the settings."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """What one submission may use up.

    Time is processor time, which a busy machine does not make longer: what all the
    kernel's processes compute, in several at once as much more; in a check also what
    the check itself computes. Who waits uses none, so there is a limit by the clock on
    the wall too, far above it: ``wall_factor`` times as long.

    Attributes:
        seconds: Of processor time, for the whole notebook with its checks.
        cell_seconds: Of processor time, for one cell or one check.
        wall_factor: How many times as long each of them may take by the clock.
        memory_bytes: Of the kernel's data, with what its sockets hold.
        processes: Processes and threads at the same time, the kernel's own included.
        open_files: Files and sockets that each process may have open. A kernel alone
            has 63, with PyTorch's loaders or a pool of eight processes 89.
        file_bytes: For one file, and for all that the kernel may leave in its folder.
        output_bytes: Printed and displayed, by the whole notebook.
    """

    seconds: float = 300.0
    cell_seconds: float = 60.0
    wall_factor: float = 5.0
    memory_bytes: int = 3 << 30
    processes: int = 96
    open_files: int = 256
    file_bytes: int = 100_000_000
    output_bytes: int = 1_000_000

    def __post_init__(self) -> None:
        """Refuse limits that nothing could keep."""
        for name, value in vars(self).items():
            if not value > 0:
                raise ValueError(f"{name} must be above 0, got {value}")
        if self.wall_factor < 1:
            raise ValueError(f"wall_factor must be at least 1, got {self.wall_factor}")

    @property
    def wall_seconds(self) -> float:
        """How long the whole notebook may take by the clock, in seconds."""
        return self.seconds * self.wall_factor
