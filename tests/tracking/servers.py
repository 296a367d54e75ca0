"""A real MLflow server in a process group of its own, with names and passwords."""

import contextlib
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

from werkzeug.security import generate_password_hash

ADMIN, PASSWORD = "keeper", "correct horse battery"
_PATIENCE_SECONDS = 90.0


class Server:
    """`mlflow server --app-name basic-auth` on a free port; its files lie in a folder."""

    def __init__(self, folder: Path, backend: str, auth: bool = True) -> None:
        self.artefacts = folder / "files"
        self._log = folder / "server.log"
        self.artefacts.mkdir(parents=True, exist_ok=True)
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            self.port = taken.getsockname()[1]
        self.address = f"http://127.0.0.1:{self.port}"
        config = folder / "auth.ini"
        config.write_text(
            "[mlflow]\ndefault_permission = NO_PERMISSIONS\n"
            f"database_uri = sqlite:///{folder}/auth.db\n"
            "authorization_function = mlflow.server.auth:authenticate_request_basic_auth\n",
            encoding="utf-8",
        )
        command = [sys.executable, "-m", "mlflow", "server", "--host", "127.0.0.1"]
        command += ["--port", str(self.port), "--workers", "1", "--backend-store-uri", backend]
        command += ["--serve-artifacts", "--artifacts-destination", str(self.artefacts)]
        command += ["--allowed-hosts", f"127.0.0.1:{self.port}"]
        command += ["--app-name", "basic-auth"] if auth else []
        environment = {k: v for k, v in os.environ.items() if not k.startswith("MLFLOW_")}
        environment |= {
            "MLFLOW_AUTH_CONFIG_PATH": str(config),
            "MLFLOW_AUTH_ADMIN_USERNAME": ADMIN,
            "MLFLOW_AUTH_ADMIN_PASSWORD": PASSWORD,
            "MLFLOW_FLASK_SERVER_SECRET_KEY": "of no use to anybody",
            "MLFLOW_DISABLE_TELEMETRY": "true",
            "MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false",
        }
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                command, stdout=log, stderr=log, env=environment, cwd=folder, start_new_session=True
            )
        try:
            self._wait()
            if auth:
                _hash_cheaply(folder / "auth.db")
        except BaseException:
            self.kill()
            raise

    @property
    def group(self) -> int:
        """The server's process group, with all its workers."""
        return self._process.pid

    def kill(self) -> None:
        """End the server at once, whatever it is doing."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.group, signal.SIGKILL)
        self._process.wait()

    def status(self, host: str) -> int:
        """The answer to a request that names a host."""
        asked = urllib.request.Request(f"{self.address}/health-not", headers={"Host": host})
        try:
            with urllib.request.urlopen(asked, timeout=5) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as error:
            with error:
                return error.code

    def _wait(self) -> None:
        until = time.monotonic() + _PATIENCE_SECONDS
        while time.monotonic() < until and self._process.poll() is None:
            try:
                with urllib.request.urlopen(f"{self.address}/health", timeout=2):
                    return
            except OSError:
                time.sleep(0.1)
        raise RuntimeError(self._log.read_text(encoding="utf-8")[-2000:])


def _hash_cheaply(database: Path) -> None:
    """MLflow checks the password several times a request, each by a hash that is slow by design."""
    cheap = generate_password_hash(PASSWORD, "pbkdf2:sha256:1")
    with contextlib.closing(sqlite3.connect(database)) as connection, connection:
        changed = connection.execute("UPDATE users SET password_hash = ?", (cheap,)).rowcount
    assert changed == 1
