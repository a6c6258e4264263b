"""service/errors.py: the system's words in Chinese."""

from pathlib import Path

import pytest

from service.errors import system_words


def test_a_device_in_the_place_of_a_folder_is_said_in_words(tmp_path: Path) -> None:
    place = tmp_path / "file"
    place.touch()
    with pytest.raises(FileExistsError) as error:
        place.mkdir()
    assert system_words(error.value) == f"已有同名的文件（{place}）"
