"""What one submission may use up: read by the kernels, the grader and the settings."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """What one submission may use up.

    Attributes:
        seconds: For the whole notebook with its checks.
        cell_seconds: For one cell.
        memory_bytes: Of the kernel's data.
        processes: Processes and threads at the same time, the kernel's own included.
        file_bytes: For one file, and for all that the kernel may leave in its folder.
        output_bytes: Printed and displayed, by the whole notebook.
    """

    seconds: float = 300.0
    cell_seconds: float = 60.0
    memory_bytes: int = 3 << 30
    processes: int = 96
    file_bytes: int = 100_000_000
    output_bytes: int = 1_000_000

    def __post_init__(self) -> None:
        """Refuse limits that nothing could keep."""
        for name, value in vars(self).items():
            if not value > 0:
                raise ValueError(f"{name} must be above 0, got {value}")
