#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The catalogue of models in the window: searched, downloaded from a server on this machine,
cancelled, continued and removed."""
import hashlib
import http.server
import json
import os
import pathlib
import re
import threading

import support
from support import expect

MODEL = pathlib.Path(os.environ["G_TEST_SRCDIR"], "../models/genga-fast.safetensors")
WAIT_SECONDS = 60


class Handler(http.server.BaseHTTPRequestHandler):
    """Gives the file, or where the server says so only its first half."""
    protocol_version = "HTTP/1.1"

    def log_message(self, *arguments):
        pass

    def do_GET(self):
        data = MODEL.read_bytes()
        found = re.fullmatch(r"bytes=(\d+)-", self.headers.get("Range") or "")
        at = int(found[1]) if found else 0
        self.server.asked.append(at)
        self.send_response(206 if at else 200)
        self.send_header("Content-Length", str(len(data) - at))
        if at:
            self.send_header("Content-Range", f"bytes {at}-{len(data) - 1}/{len(data)}")
        self.end_headers()
        if self.server.stalls:
            self.wfile.write(data[at:len(data) // 2])
            self.wfile.flush()
            self.server.ended.wait(WAIT_SECONDS)
        else:
            self.wfile.write(data[at:])


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.asked = []
        self.stalls = False
        self.ended = threading.Event()
        threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True).start()

    def handle_error(self, request, client_address):
        """Whoever hangs up is no news."""

    def __exit__(self, *arguments):
        self.ended.set()
        self.shutdown()
        super().__exit__(*arguments)


def write_catalogue(desktop, server):
    """Two models: one that the server has, and one that only has a page."""
    data = MODEL.read_bytes()
    common = {"page": "https://example.org/page", "licence": "CC-BY-NC-4.0", "scale": 2,
              "family": "Compact"}
    catalogue = {
        "format": 1,
        "licences": {"CC-BY-NC-4.0": {"name": "CC BY-NC 4.0",
                                      "url": "https://example.org/licence"}},
        "models": [
            {"id": "near", "name": "Near Model", "author": "someone", "tags": ["anime", "denoise"],
             "files": [{"name": "near.safetensors", "size": len(data),
                        "sha256": hashlib.sha256(data).hexdigest(),
                        "url": f"http://127.0.0.1:{server.server_port}/near"}], **common},
            {"id": "far", "name": "Far Model", "tags": ["manga"],
             "files": [{"name": "far.safetensors"}], **common},
        ]}
    path = desktop.folder / "catalogue.json"
    path.write_text(json.dumps(catalogue))
    desktop.environment.update(GENGA_FAULT="catalogue:1+,loopback-http:1+",
                               GENGA_CATALOGUE=str(path), no_proxy="127.0.0.1,localhost")


def ask(desktop):
    """Presses Download; the page may not be there yet when its button is."""
    desktop.press_until("Download Near Model",
                        lambda: desktop.look("label", "Download “Near Model”?"))


def open_catalogue(desktop):
    desktop.key("ctrl+m")
    desktop.find("frame", "Models")
    desktop.find("page tab", "Catalogue")
    for tab in desktop.look_for_all("page tab", "Catalogue"):  # one for each width of the window
        tab.queryAction().doAction(0)
    desktop.find("list item", "Near Model")


def get_own(desktop):
    return desktop.folder / "data/genga/models/near.safetensors"


def test_download(desktop):
    """The licence is asked for, the model comes, is used, and goes again."""
    with Server() as server:
        write_catalogue(desktop, server)
        desktop.start_genga()
        open_catalogue(desktop)
        desktop.check_names()
        desktop.find_matching("label", "Anime; removes noise\nCompact · 2× · .*B · CC BY-NC 4.0, not "
                                       "for commercial use · someone")
        expect(desktop.look("push button", "Download Far Model") is None, "it has no link")
        desktop.find("push button", "Open the Page of Far Model")
        ask(desktop)
        desktop.answer("Cancel")
        expect(server.asked == [], "it was fetched without a licence")
        ask(desktop)
        desktop.answer("Accept and Download")
        desktop.find("label", "“Near Model” was added.")
        expect(get_own(desktop).read_bytes() == MODEL.read_bytes(), "it is another file")
        desktop.keep_screenshot("catalogue")
        desktop.press("Remove the Downloaded Near Model")
        desktop.answer("Remove")
        support.wait_for("the removal", lambda: not get_own(desktop).exists() or
                         desktop.look("push button", "Delete Delete"))
        if get_own(desktop).exists():
            desktop.answer("Delete")
        desktop.find("push button", "Download Near Model")
        expect(not get_own(desktop).exists(), "it is still there")
        desktop.quit()


def test_cancel(desktop):
    """A download that is cancelled goes on later with what had come."""
    with Server() as server:
        write_catalogue(desktop, server)
        server.stalls = True
        desktop.start_genga()
        open_catalogue(desktop)
        ask(desktop)
        desktop.answer("Accept and Download")
        part = get_own(desktop).parent / ".download/near/near.safetensors.part"
        support.wait_for("half of it", lambda: part.exists() and
                         part.stat().st_size == MODEL.stat().st_size // 2)
        desktop.find("progress bar", "Download of Near Model")
        desktop.keep_screenshot("download")
        # The window of models may be closed meanwhile.
        desktop.key("Escape", "Models")
        support.wait_for("the window to go", lambda: desktop.look("frame", "Models") is None)
        open_catalogue(desktop)
        desktop.press_until("Cancel the Download of Near Model",
                            lambda: desktop.look("push button", "Download Near Model"))
        expect(not get_own(desktop).exists(), "it is there")
        server.stalls = False
        ask(desktop)
        desktop.answer("Accept and Download")
        desktop.find("label", "“Near Model” was added.")
        expect(server.asked == [0, MODEL.stat().st_size // 2], f"asked for {server.asked}")
        expect(get_own(desktop).read_bytes() == MODEL.read_bytes(), "it is another file")
        desktop.quit()


def test_search(desktop):
    """What fits the words and the purpose is shown, and a sentence where nothing does."""
    with Server() as server:
        write_catalogue(desktop, server)
        desktop.start_genga()
        open_catalogue(desktop)
        desktop.find("label", "Far Model")

        def search(text):
            entry = desktop.find("entry", "Search the Catalogue")
            entry.queryEditableText().setTextContents(text)
        search("manga")
        support.wait_for("one of them",
                         lambda: desktop.look("list item", "Near Model") is None)
        desktop.find("list item", "Far Model")
        search("nothing of the kind")
        support.wait_for("nothing", lambda: desktop.look("list item", "Far Model") is None)
        desktop.find("label", "No Model Fits")
        desktop.quit()


support.run([
    ("download", test_download),
    ("cancel", test_cancel),
    ("search", test_search),
])
