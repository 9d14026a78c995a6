"""A rendered person with known truth; pixels of our own making (training/people, seed 77)."""

from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest

from tryon.image import Photo, load_photo

HERE = Path(__file__).parent


@pytest.fixture(scope="session", autouse=True)
def one_thread() -> Iterator[None]:
    """Nets this small are no faster on two threads, and far slower on a busy machine."""
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="session")
def person() -> Photo:
    """(384, 288) pixels: T-shirt, shorts, bare arms and legs, head inside the picture."""
    return load_photo(HERE / "person.png")


@pytest.fixture(scope="session")
def person_parts() -> np.ndarray:
    return cv2.imread(str(HERE / "person_parts.png"), cv2.IMREAD_GRAYSCALE)


@pytest.fixture(scope="session")
def person_landmarks() -> np.ndarray:
    """(33, 2) pixels."""
    return np.loadtxt(HERE / "person_landmarks.txt", dtype=np.float32)
