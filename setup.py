"""A wheel that works anywhere: what the program ships (assets/, models/) goes inside the package."""

import shutil
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py

ROOT = Path(__file__).resolve().parent
LEFT_OUT = shutil.ignore_patterns("source", "*.part", "__pycache__", ".*")


class BuildWithAssets(build_py):
    """Copies assets/ and models/ to tryon/assets and tryon/models of the wheel; an editable install finds them in place."""

    def run(self) -> None:
        super().run()
        if self.editable_mode:
            return
        for name in ("assets", "models"):
            target = Path(self.build_lib) / "tryon" / name
            shutil.rmtree(target, ignore_errors=True)
            if (ROOT / name).is_dir():
                shutil.copytree(ROOT / name, target, ignore=LEFT_OUT)


setup(cmdclass={"build_py": BuildWithAssets})
