"""Starts ministack, an emulator of AWS in one process, on 127.0.0.1 and stops it again."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from contextlib import contextmanager
from pathlib import Path

ACCOUNT = "000000000000"


def _free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def ministack(region):
    """Yields (endpoint, log file). IAM is enforced: a right missing in the template fails here as it would on AWS."""
    with tempfile.TemporaryDirectory(prefix="kundvakt-e2e-") as directory:
        endpoint = f"http://127.0.0.1:{_free_port()}"
        log = Path(directory) / "ministack.log"
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": directory,
            "TMPDIR": directory,
            "BIND_HOST": "127.0.0.1",  # it runs uploaded code, and its default is every interface
            "IOT_MTLS_ENABLED": "0",  # else this one listener ignores BIND_HOST
            "GATEWAY_PORT": endpoint.rsplit(":", 1)[1],
            "MINISTACK_REGION": region,
            "AUTH": "true",
            "AWS_ACCESS_KEY_ID": ACCOUNT,
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_ENDPOINT_URL": endpoint,  # handed on to the functions
        }
        with log.open("wb") as output:
            process = subprocess.Popen(
                [sys.executable, str(Path(__file__).with_name("leading_keys.py"))],
                cwd=directory,
                env=environment,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # its own group, so that the functions it started end with it
            )
        try:
            _wait_until_ready(process, endpoint, log)
            yield endpoint, log
        finally:
            _stop(process)


def _wait_until_ready(process, endpoint, log):
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if process.poll() is not None:
            break
        try:
            with urllib.request.urlopen(f"{endpoint}/_ministack/ready", timeout=2) as answer:
                if answer.status == 200:
                    return
        except (urllib.error.URLError, OSError):
            pass
        time.sleep(0.1)
    raise SystemExit(f"ministack did not start:\n{log.read_text(errors='replace')[-3000:]}")


def _stop(process):
    for sign in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(process.pid, sign)
        except ProcessLookupError:
            return
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            continue
