"""A server that answers like Crossref, and remembers what it was asked."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

ANSWERS = {
    "/works/10.1000/same": {
        "title": ["A study of BERT: Part One"],
        "author": [{"family": "Kim", "given": "Ana"}],
        "container-title": ["Journal of Things"],
        "short-container-title": ["J. Things"],
        "issued": {"date-parts": [[2019, 12]]},
        "published-print": {"date-parts": [[2020, 1]]},
        "page": "12-20",
    },
    "/works/10.1000/other": {
        "title": ["RETRACTED: Baking <i>Bread</i>"],
        "author": [{"family": "Park", "given": "Jun"}],
        "container-title": ["Kitchens"],
        "issued": {"date-parts": [[2021]]},
    },
}


class Answering(BaseHTTPRequestHandler):
    """Answers like Crossref."""

    def do_GET(self):
        self.server.asked.append((self.path, dict(self.headers)))
        message = ANSWERS.get(self.path)
        body = (
            json.dumps({"status": "ok", "message": message}).encode() if message else b"Not found"
        )
        self.send_response(200 if message else 404)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        pass


def answering():
    """A server on this machine; `asked` has the path and headers of each request."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Answering)
    server.asked = []
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


def address(server):
    """Where it answers."""
    return f"http://127.0.0.1:{server.server_address[1]}"
