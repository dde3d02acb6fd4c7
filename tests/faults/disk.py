"""A small disk of one's own, to be filled."""

import errno
import subprocess
from contextlib import contextmanager

SIZE = 1 << 30
PIECE = b"\0" * (1 << 20)


class Disk:
    """A folder in memory where it may be mounted; else the folder as it is, never filled."""

    def __init__(self, folder):
        self.folder = folder
        self.is_own = False

    def __enter__(self):
        command = ["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "none", self.folder]
        self.is_own = subprocess.run(command, stderr=subprocess.DEVNULL).returncode == 0
        return self

    def __exit__(self, *fault):
        if self.is_own:
            # What still runs keeps its files until it ends.
            subprocess.run(["umount", "--lazy", self.folder], check=True)

    @contextmanager
    def full(self):
        """Not a byte is free for as long as the context lasts."""
        filler = self.folder / "filler"
        try:
            with filler.open("wb", buffering=0) as file:
                for piece in (PIECE, b"\0"):
                    while _written(file, piece):
                        pass
            yield
        finally:
            filler.unlink()


def _written(file, piece):
    try:
        return file.write(piece)
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
        return 0
