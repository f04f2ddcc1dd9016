"""The running product that the journeys in a browser share."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from sanxiang.core.values import CHINA
from tests.support.filled import copied
from tests.support.serving import Serving

CLOCK = Path(__file__).resolve().parents[1] / "support" / "clock"


class Moved(Serving):
    """The product with its demonstration, and a clock that tests set."""

    def __init__(self, folder: Path) -> None:
        self._clock = folder / "clock"
        self.now()
        path = os.pathsep.join(filter(None, (str(CLOCK), os.environ.get("PYTHONPATH"))))
        super().__init__(folder / "var", {"PYTHONPATH": path, "SANXIANG_TEST_CLOCK": str(self._clock)})

    def now(self) -> None:
        """The clock of the machine again."""
        self._clock.write_text("0", "ascii")

    def on(self, day: str, time: str = "09:00") -> None:
        """From now on it is this time in China."""
        moment = datetime.fromisoformat(f"{day}T{time}").replace(tzinfo=CHINA)
        half = self._clock.with_suffix(".half")
        half.write_text(str((moment - datetime.now(UTC)).total_seconds()), "ascii")
        half.replace(self._clock)


@pytest.fixture(scope="session")
def product() -> Iterator[Moved]:
    """The product as `make run` starts it, filled with the demonstration."""
    with tempfile.TemporaryDirectory(prefix="sanxiang-journey-") as name:
        Path(name).chmod(0o711)
        serving = Moved(Path(name))
        try:
            copied(serving.var)
            serving.start()
            yield serving
        finally:
            if serving.process is not None and serving.process.poll() is None:
                serving.stop()


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The journey that fills the demonstration goes first: the others get copies of what it filled."""
    items.sort(key=lambda item: not item.nodeid.startswith("tests/journeys/test_filling.py"))
