#!/usr/bin/env python3
"""A module proxy on loopback that serves a module cache and adds 20 ms, or DELAY seconds, to each request.

usage: slow_proxy.py DIRECTORY PORT; DIRECTORY is GOMODCACHE/cache/download. It stops after ten minutes.
"""

import http.server
import os
import sys
import threading
import time


DELAY = float(os.environ.get("DELAY", "0.020"))


class Handler(http.server.SimpleHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        time.sleep(DELAY)
        super().do_GET()

    def log_message(self, *args):
        pass


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    # Read when the server is made: with the default of 5 the system drops connections that come all at once, and
    # the clients wait seconds before they try again.
    request_queue_size = 128


def main():
    directory, port = sys.argv[1], int(sys.argv[2])
    handler = lambda *args: Handler(*args, directory=directory)
    server = Server(("127.0.0.1", port), handler)
    threading.Timer(600, server.shutdown).start()
    server.serve_forever()


main()
