"""Facts of a region lie in a file of the region, which is read when somebody asks for one of them."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TypeVar

V = TypeVar("V")


class ByRegion(Mapping[tuple[str, str], V]):
    """A read-only mapping of (name, region), in order of region, then name."""

    def __init__(self, regions: Sequence[str], read: Callable[[str], Mapping[str, V]]) -> None:
        """Keep how the names of one region are read; nothing is read yet."""
        self._regions, self._read = regions, read
        self._known: dict[str, Mapping[str, V]] = {}

    def of(self, region: str) -> Mapping[str, V]:
        """Read the names of one region; none of a region that is not known."""
        found = self._known.get(region)
        if found is None:
            found = self._read(region) if region in self._regions else dict[str, V]()
            self._known[region] = found
        return found

    @property
    def read(self) -> tuple[str, ...]:
        """Name the regions whose file was read, in order."""
        return tuple(sorted(region for region in self._known if region in self._regions))

    def __getitem__(self, key: tuple[str, str]) -> V:
        name, region = key
        return self.of(region)[name]

    def __contains__(self, key: object) -> bool:
        match key:
            case (str() as name, str() as region):
                return name in self.of(region)
            case _:
                return False

    def __iter__(self) -> Iterator[tuple[str, str]]:
        return ((name, region) for region in self._regions for name in self.of(region))

    def __len__(self) -> int:
        return sum(len(self.of(region)) for region in self._regions)
