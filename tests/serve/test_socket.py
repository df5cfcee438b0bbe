# SPDX-License-Identifier: GPL-3.0-or-later
"""genga-cli serve on a Unix socket: several clients, and who may be one."""
import os
import socket
import stat
import subprocess
import sys
import threading

from client import ENGINE_ERROR, OK, Connection, Listener, pack, read_file
from support import (TestCase, enlarge_by_repetition, main, make_pixels, obey_signals, read_png,
                     run, write_compact, write_png)

PLAIN = ["--model", "nearest", "--format", "png"]
NOBODY = 65534
# Seconds for what is cancelled to end, much less than it would take.
PATIENCE = 60


class SocketCase(TestCase):
    def setUp(self):
        super().setUp()
        self.socket = self.path("s")

    def listen(self, *arguments, **more):
        server = Listener("--socket", self.socket, *(arguments or PLAIN), **more)
        self.addCleanup(self.kill, server.process)
        server.wait_until_ready()
        return server

    def kill(self, process):
        process.kill()
        process.wait()
        process.stdout.close()
        process.stderr.close()

    def connect(self):
        connection = Connection(self.socket)
        self.addCleanup(connection.close)
        return connection

    def picture(self, seed=1, width=9, height=7):
        pixels = make_pixels(width, height, seed)
        path = self.path(f"{seed}-{width}.png")
        write_png(path, width, height, pixels)
        return read_file(path), enlarge_by_repetition(width, height, pixels, 2)

    def decode(self, data):
        path = self.path(f"result-{threading.get_ident()}")
        with open(path, "wb") as file:
            file.write(data)
        return read_png(path)

    def check_end(self, server):
        code, out, log = server.end()
        self.assertEqual((code, out), (0, b""), log)
        return log


class Clients(SocketCase):
    def test_several(self):
        """Each gets its own answers, and no other's."""
        server = self.listen()
        failed = []

        def talk(k):
            try:
                connection = Connection(self.socket)
                for i in range(5):
                    data, expected = pictures[(k + i) % len(pictures)]
                    number = 100 * k + i
                    answer = connection.ask([data] * (1 + k % 3), number=number)
                    assert answer.number == number and answer.status == OK, answer
                    for result in answer.results:
                        assert self.decode(result)[4] == expected
                connection.close()
            except Exception as error:
                failed.append(repr(error))

        pictures = [self.picture(seed=k, width=5 + k) for k in range(6)]
        threads = [threading.Thread(target=talk, args=(k,)) for k in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(failed, [])
        self.check_end(server)

    def test_more_than_it_lets_in(self):
        """Who is too many waits, and is served once another one goes."""
        server = self.listen()
        data, _ = self.picture()
        first = [self.connect() for _ in range(32)]
        for connection in first:
            self.assertEqual(connection.ask([data]).status, OK)
        late = self.connect()
        late.send(pack([data]))
        first[7].close()
        self.assertEqual(late.receive().status, OK)
        self.check_end(server)

    def test_goodbyes(self):
        """A client that ends in whatever way is nobody else's business."""
        server = self.listen()
        data, _ = self.picture()
        other = self.connect()
        for end in (bytes(4), b"\x05\0", pack([data])[:-3], b""):
            connection = self.connect()
            self.assertEqual(connection.ask([b"bad"]).status, ENGINE_ERROR)
            connection.send(end)
            if end == bytes(4):
                self.assertEqual(connection.read.read(1), b"")
            connection.close()
            self.assertEqual(other.ask([data]).status, OK)
        self.check_end(server)

    def test_half_closed(self):
        """All that was asked for before is answered."""
        server = self.listen()
        data, _ = self.picture()
        connection = self.connect()
        connection.send(pack([data], number=1) + pack([data], number=2))
        connection.socket.shutdown(socket.SHUT_WR)
        self.assertEqual([connection.receive().number for _ in range(2)], [1, 2])
        self.assertEqual(connection.read.read(1), b"")
        self.check_end(server)

    def test_one_that_does_not_read(self):
        """It makes nobody else wait."""
        server = self.listen()
        data, _ = self.picture(width=300, height=300)
        silent = self.connect()
        silent.send(pack([data] * 8))
        other = self.connect()
        for _ in range(3):
            self.assertEqual(other.ask([data]).status, OK)
        self.check_end(server)

    def test_one_that_is_killed(self):
        """Its work ends at once, and the next one's begins."""
        write_compact(self.path("own.safetensors"), features=64, layers=16)
        server = self.listen("--model", self.path("own.safetensors"), "--device", "reference",
                             "--format", "png")
        write_png(self.path("large.png"), 1200, 1200)
        large = read_file(self.path("large.png"))
        small, _ = self.picture(width=4, height=4)
        script = ("import socket, sys, time\n"
                  "s = socket.socket(socket.AF_UNIX)\n"
                  "s.connect(sys.argv[1])\n"
                  "s.sendall(open(sys.argv[2], 'rb').read())\n"
                  "print('sent', flush=True)\n"
                  "s.recv(1)\n")
        with open(self.path("message"), "wb") as file:
            file.write(pack([large]))
        client = subprocess.Popen([sys.executable, "-c", script, self.socket,
                                   self.path("message")], stdout=subprocess.PIPE)
        self.assertEqual(client.stdout.readline(), b"sent\n")
        client.kill()
        client.wait()
        client.stdout.close()
        # The large picture alone would take many minutes.
        next_one = self.connect()
        next_one.socket.settimeout(PATIENCE)
        self.assertEqual(next_one.ask([small]).status, OK)
        self.check_end(server)


class Access(SocketCase):
    def test_mode(self):
        server = self.listen()
        self.assertEqual(stat.S_IMODE(os.stat(self.socket).st_mode), 0o600)
        self.check_end(server)

    def test_other_users(self):
        """Whatever a careless administrator does to the socket's mode."""
        if os.getuid() != 0:
            self.skipTest("only root can be somebody else")
        server = self.listen()
        os.chmod(self.folder, 0o755)
        os.chmod(self.socket, 0o666)
        data, _ = self.picture()
        script = ("import os, socket, sys\n"
                  f"os.setgid({NOBODY}); os.setuid({NOBODY})\n"
                  "s = socket.socket(socket.AF_UNIX)\n"
                  "s.connect(sys.argv[1])\n"
                  "sys.exit(0 if s.recv(1) == b'' else 1)\n")
        code = subprocess.run([sys.executable, "-c", script, self.socket]).returncode
        self.assertEqual(code, 0)
        self.assertEqual(self.connect().ask([data]).status, OK)
        self.assertIn("Another user", self.check_end(server))

    def test_names_that_are_taken(self):
        server = self.listen()
        self.assertIn("another server", self.check(
            run("serve", "--socket", self.socket, *PLAIN), 5).text)
        data, _ = self.picture()
        self.assertEqual(self.connect().ask([data]).status, OK)
        self.check_end(server)
        # What a server has left is taken over, files are not.
        self.assertIn("s", self.files())
        self.check_end(self.listen())
        with open(self.path("file"), "wb"):
            pass
        self.check(run("serve", "--socket", self.path("file"), *PLAIN), 5)
        self.assertTrue(os.path.isfile(self.path("file")))
        self.check(run("serve", "--socket", self.path("no/folder"), *PLAIN), 5)
        self.check(run("serve", "--socket", self.path("x" * 120), *PLAIN), 2)

    def test_several_that_start_at_once(self):
        """One of them takes over what was left, and keeps it."""
        for _ in range(5):
            with socket.socket(socket.AF_UNIX) as stale:
                stale.bind(self.path("new"))
            os.replace(self.path("new"), self.socket)
            servers = [Listener("--socket", self.socket, *PLAIN) for _ in range(4)]
            for server in servers:
                self.addCleanup(self.kill, server.process)
            listening = []
            for server in servers:
                try:
                    server.wait_until_ready()
                    listening.append(server)
                except EOFError:
                    self.assertEqual(server.process.wait(), 5)
            self.assertEqual(len(listening), 1)
            self.assertEqual(self.connect().ask([self.picture()[0]]).status, OK)
            self.check_end(listening[0])

    def test_lock_that_is_no_file(self):
        os.mkfifo(self.socket + ".lock")
        self.check(run("serve", "--socket", self.socket, *PLAIN), 5)


class Activation(SocketCase):
    """As a service manager does it: a socket that listens is descriptor 3."""

    def activate(self, made, count="1"):
        def hand_over():
            obey_signals()
            os.dup2(made.fileno(), 3)
            os.set_inheritable(3, True)

        # The child's own number is known only in it: a shell puts it in.
        import client
        command = (f'LISTEN_PID=$$ LISTEN_FDS={count} exec "$0" serve --model nearest '
                   "--format png")
        process = subprocess.Popen(["sh", "-c", command, client.CLI], stdin=subprocess.DEVNULL,
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                   env=client.environment(), close_fds=False,
                                   preexec_fn=hand_over)
        self.addCleanup(self.kill, process)
        return process

    def test_activated(self):
        with socket.socket(socket.AF_UNIX) as made:
            made.bind(self.socket)
            made.listen()
            process = self.activate(made)
            data, expected = self.picture()
            answer = self.connect().ask([data])
            self.assertEqual(self.decode(answer.results[0])[4], expected)
            process.terminate()
            self.assertEqual(process.wait(), 0)

    def test_something_else(self):
        with socket.socket(socket.AF_UNIX) as made:
            self.assertEqual(self.activate(made).wait(), 2)
            made.bind(self.socket)
            made.listen()
            self.assertEqual(self.activate(made, count="2").wait(), 2)
        with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as made:
            made.bind(self.path("packets"))
            made.listen()
            self.assertEqual(self.activate(made).wait(timeout=PATIENCE), 2)


if __name__ == "__main__":
    main()
