"""How long a check may take: all of it, and each relation."""

from contextlib import AbstractContextManager
from dataclasses import dataclass

from symconvex.deadline import OutOfSpace, now, time_limit

SHARE = 10.0
LONG = f"took too long: a relation is given a quarter of the time, at least {SHARE:g} seconds"
MOST_BYTES = 700_000_000


@dataclass(frozen=True, slots=True)
class Pace:
    """The seconds for the whole, and when they are over."""

    seconds: float
    end: float

    @classmethod
    def of(cls, seconds: float) -> "Pace":
        """The seconds from now."""
        return cls(seconds, now() + seconds)

    @property
    def late(self) -> str:
        """What is said of a relation that nobody looked at."""
        return f"not reached in {self.seconds:g} seconds"

    def left(self) -> float:
        return self.end - now()

    def is_over(self) -> bool:
        return self.left() <= 0

    def whole(self) -> AbstractContextManager[None]:
        """A limit for what is done once."""
        return time_limit(max(self.left(), 0), MOST_BYTES)

    def share(self) -> AbstractContextManager[None]:
        """A limit for one relation."""
        return time_limit(min(max(SHARE, self.seconds / 4), max(self.left(), 0)), MOST_BYTES)

    def why(self, stopped: BaseException) -> str:
        """What is said of a relation that was given up."""
        if isinstance(stopped, OutOfSpace | MemoryError):
            return "needed too much memory"
        return self.late if self.is_over() else LONG
