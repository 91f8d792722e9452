"""The application's own server: `GET /work?ms=N` takes N ms and is work in flight."""

from __future__ import annotations

import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import parse_qs, urlsplit

from hams import Health


def serve_work(health: Health, port: int) -> ThreadingHTTPServer:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            target = urlsplit(self.path)
            if target.path != "/work":
                self.send_error(404)
                return
            with health.work():
                wait = int(parse_qs(target.query).get("ms", ["0"])[0])
                time.sleep(wait / 1_000)
                self.send_response(200)
                self.send_header("Content-Length", "4")
                self.end_headers()
                self.wfile.write(b"done")
                # Written in full before it no longer counts.
                self.wfile.flush()

        def log_message(self, format: str, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    Thread(target=server.serve_forever, daemon=True).start()
    return server
