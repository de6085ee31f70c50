"""A folder of manifests holds one file an object, and an index; other people's files may lie beside them."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import cast

from plimsoll.files.beside import place, refuse_foreign, remove, text_in
from plimsoll.ground.start_up import record
from plimsoll.ground.tree import mapping_at
from plimsoll.objects.manifest import INDEX, index_of, workload_of
from plimsoll.text.documents import documents_of

HEADER = "# Written by 'plimsoll manifests'; edits are lost with the next one.\n"
"""How the index begins where it is ours."""


@record
class Placed:
    """What was done in a folder: files that were removed, and whether the index was left to its owner."""

    removed: tuple[str, ...]
    index_kept: bool


def write_folder(folder: Path, files: Mapping[str, str], workloads: Sequence[str], *, force: bool) -> Placed:
    """Write manifests, take away those of the same workloads that are no more, and renew the index.

    Raises:
        SpecError: A file of somebody else's is in the way (`force` replaces it), or nothing can be written.
    """
    if not force:
        refuse_foreign(folder, files, lambda text: workload_of(text) is not None)
    index = text_in(folder, INDEX)
    theirs = index is not None and not index.startswith(HEADER)
    listed = _listed(index) if index is not None and not theirs else []
    before = {name: text_in(folder, name) for name in listed if name not in files}
    gone = [name for name, text in before.items() if text is not None and workload_of(text) in workloads]
    kept = [name for name, text in before.items() if text is not None and name not in gone]
    place(folder, files)
    remove(folder, gone)
    if not theirs:
        place(folder, {INDEX: HEADER + index_of(sorted({*kept, *files}))})
    return Placed(tuple(gone), theirs)


def _listed(index: str) -> list[str]:
    """Read which files an index of ours lists; nothing that would lead out of its folder."""
    documents = documents_of(index, INDEX, [])
    names = mapping_at(documents[0]).get("resources") if documents else None
    listed = cast("list[object]", names) if isinstance(names, list) else []
    return [name for name in listed if isinstance(name, str) and _inside(name)]


def _inside(name: str) -> bool:
    return not name.startswith("/") and ".." not in name.split("/")
