"""Secrets of config.yaml that stand in files of their own: `url_file` for `url`, and so on."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from core.errors import Problem
    from core.located_yaml import Document, Place

SECRETS = ("url", "secret", "token", "password")
FROM_FILES = (*SECRETS, "template")
FILE_SUFFIX = "_file"
_LARGEST = 64 * 1024


def with_files(document: Document, place: Place) -> tuple[Document, list[Problem]]:
    """The document with the texts of the files that the mapping at `place` names, and what is wrong there.

    The white space round a text is not taken; a relative path starts from the directory of the file that
    it stands in.
    """
    data: Any = document.data
    for step in place:
        data = data[step]
    files = _SecretFiles(document)
    return files.read(data, place), files.problems


@dataclass
class _SecretFiles:
    """Puts the text of `*_file` keys in the place of the keys that they stand for."""

    document: Document

    def __post_init__(self) -> None:
        self.problems: list[Problem] = []
        self._marks = dict(self.document.marks)
        self._key_marks = dict(self.document.key_marks)

    def read(self, section: Mapping[str, Any], place: Place) -> Document:
        """The document with what the files under `place` hold."""
        data = _with(self.document.data, place, self._filled(section, place))
        return replace(self.document, data=data, marks=self._marks, key_marks=self._key_marks)

    def _filled(self, data: Mapping[str, Any], place: Place) -> dict[str, Any]:
        filled: dict[str, Any] = {}
        for key, value in data.items():
            stem = key.removesuffix(FILE_SUFFIX)
            if isinstance(value, dict):
                filled[key] = self._filled(value, (*place, key))
            elif key == stem or stem not in FROM_FILES:
                filled[key] = value
            elif stem in data:
                self._complain((*place, key), f"{stem} and {key} are both given: leave one out")
            else:
                filled[stem] = self._text_of(value, (*place, key))
                self._marks[(*place, stem)] = self._marks[(*place, key)]
                self._key_marks[(*place, stem)] = self._key_marks[(*place, key)]
        return filled

    def _text_of(self, name: object, place: Place) -> str:
        if not isinstance(name, str):
            self._complain(place, "this must be the path of a file")
            return ""
        try:
            folder = Path(self.document.file_of(place)).parent
            with (folder / name).open(encoding="utf-8") as file:
                text = file.read(_LARGEST).strip()
        except (OSError, UnicodeDecodeError, ValueError) as error:
            reason = getattr(error, "strerror", None) or "it is no text"
            self._complain(place, f"{name} cannot be read: {reason}")
            return ""
        if not text:
            self._complain(place, f"{name} is empty")
        return text

    def _complain(self, place: Place, message: str) -> None:
        self.problems.append(self.document.problem(place, message))


def _with(data: Mapping[str, Any], place: Place, value: object) -> dict[str, Any]:
    """A copy of the mapping with another value at one place."""
    step, *rest = place
    inner = _with(data[str(step)], tuple(rest), value) if rest else value
    return {**data, str(step): inner}
