"""Owns a static server on loopback for a built site; it can let pictures come late."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path


class _Handler(SimpleHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    extensions_map = {  # noqa: RUF012
        **SimpleHTTPRequestHandler.extensions_map,
        ".avif": "image/avif",
        ".webp": "image/webp",
    }

    def __init__(self, *args: object, late: float, **kwargs: object) -> None:
        self._late = late
        super().__init__(*args, **kwargs)

    def do_GET(self) -> None:
        if self._late and self.guess_type(self.path.partition("?")[0]).startswith("image/"):
            time.sleep(self._late)
        super().do_GET()

    def end_headers(self) -> None:
        self.send_header("Cache-Control", "no-store")
        super().end_headers()

    def log_message(self, *args: object) -> None:
        """Say nothing; what fails is told by the browser."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing of browsers that go away in the middle of a picture."""


@contextmanager
def served(folder: Path, *, late: float = 0) -> Iterator[str]:
    """Serve `folder`, pictures `late` seconds after they are asked for; gives the address."""
    with _Server(("127.0.0.1", 0), partial(_Handler, directory=str(folder), late=late)) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join(timeout=10)
