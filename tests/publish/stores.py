"""A bucket on a local S3 server that can be told to fail."""

import json
import os
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
SECRET = "s3cr3t-of-the-tests"
BUCKET = "people"


@dataclass(frozen=True)
class LocalStore:
    """A server and how to reach it."""

    endpoint: str

    @property
    def environment(self) -> dict[str, str]:
        """What a client finds in its environment."""
        return {
            "AWS_ENDPOINT_URL": self.endpoint,
            "AWS_ACCESS_KEY_ID": "tests",
            "AWS_SECRET_ACCESS_KEY": SECRET,
            "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_MAX_ATTEMPTS": "2",
            "AWS_EC2_METADATA_DISABLED": "true",
        }

    def fail(self, *faults: dict[str, Any]) -> None:
        """Make requests fail (`store_server`); without a word nothing fails any more."""
        request = urllib.request.Request(
            f"{self.endpoint}/-/faults", json.dumps(faults).encode(), method="POST"
        )
        urllib.request.urlopen(request).close()

    def log(self) -> list[str]:
        """Method and path of every request since faults were last told."""
        with urllib.request.urlopen(f"{self.endpoint}/-/log") as answer:
            return list(json.load(answer))


@contextmanager
def local_store() -> Iterator[LocalStore]:
    """Serve until the block ends."""
    with subprocess.Popen(
        [sys.executable, "-W", "ignore", "-m", "tests.publish.store_server"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": ""},
    ) as server:
        assert server.stdout is not None
        try:
            yield LocalStore(f"http://127.0.0.1:{server.stdout.readline().strip()}")
        finally:
            server.kill()
