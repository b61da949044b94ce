"""A real S3 server on loopback."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

KEYS: Mapping[str, str] = {
    "AWS_ACCESS_KEY_ID": "id",
    "AWS_SECRET_ACCESS_KEY": "for-moto-only",
    "AWS_REGION": "us-east-1",
}


@contextmanager
def serving_s3() -> Iterator[str]:
    """The URL of an S3 that takes one request after the other, as compare-and-swap needs it."""
    from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
    from werkzeug.serving import make_server

    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = make_server("127.0.0.1", 0, DomainDispatcherApplication(create_backend_app), threaded=False)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def environ(url: str) -> dict[str, str]:
    """What points obstore to that server."""
    return {**KEYS, "AWS_ENDPOINT_URL": url}
