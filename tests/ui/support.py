# SPDX-License-Identifier: GPL-3.0-or-later
"""A desktop of our own: Xvfb, a session bus, a window manager, and hands and eyes for Genga's window.

What is needed is in the Debian packages xvfb, dbus, openbox, at-spi2-core, xdotool and
python3-pyatspi; run() skips where something of it is missing.
"""
import contextlib
import os
import pathlib
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time

SAMPLE = pathlib.Path(os.environ.get("G_TEST_SRCDIR", "."), "../data/sample/genga-sample.png")
CLIPBOARD = pathlib.Path(__file__).with_name("clipboard.py")
PROGRAMS = ["Xvfb", "dbus-run-session", "openbox", "xdotool"]
SCREEN = "1280x900x24"
OPERATED = {"push button", "toggle button", "check box", "slider", "spin button", "combo box",
            "text", "progress bar", "list item"}
APPLICATION = "io.github.genga.Genga"
INSIDE = "GENGA_UI_INSIDE"
SECONDS = float(os.environ.get("GENGA_UI_SECONDS", "120"))
# GTK 4.8 tells screen readers of parts that come and go before it has given them a path, and the
# tests end programs at such a complaint. A case that meets it is run once more.
GTK_FAULT = b"g_variant_is_object_path: assertion 'string != NULL' failed"


def find_missing():
    """What the tests need and is not there, or None."""
    for name in PROGRAMS:
        if shutil.which(name) is None:
            return name
    try:
        import gi
        import pyatspi  # noqa: F401
    except (ImportError, ValueError) as error:
        return str(error)
    return None


def run_in_display(command, **options):
    """Runs a command in a display, on a session bus and with a folder for sockets of its own, so
    that any number run beside each other; answers its exit status."""
    with tempfile.TemporaryDirectory(prefix="genga-run-") as folder:
        options.setdefault("env", dict(os.environ))["XDG_RUNTIME_DIR"] = folder
        return run_in_server(command, **options)


def run_in_server(command, **options):
    """The same without that folder."""
    server, number = start_server()
    options["env"]["DISPLAY"] = f":{number}"
    try:
        return subprocess.run(["dbus-run-session", "--", *command], **options).returncode
    finally:
        server.terminate()
        server.wait()


def start_server():
    """A server that runs, and the number of its display. Numbers are tried one after the other, and
    a server's lock says that it has one: with -displayfd it takes no lock, and two servers that
    start at once may get the same number."""
    first = 100 + os.getpid() % 10000
    for number in range(first, first + 100):
        # It would begin anew when its last client goes, just as the next one comes.
        server = subprocess.Popen(["Xvfb", f":{number}", "-noreset", "-screen", "0", SCREEN,
                                   "-nolisten", "tcp"], stderr=subprocess.DEVNULL)
        if wait_for(f"the display {number}", lambda: "taken" if server.poll() is not None else
                    "ours" if is_listening(server.pid, number) else None) == "ours":
            return server, number
    raise RuntimeError("no display could be had")


def is_listening(pid, number):
    """Whether the server that is this process has the display and can be connected to."""
    with contextlib.suppress(OSError, ValueError), socket.socket(socket.AF_UNIX) as client:
        if int(pathlib.Path(f"/tmp/.X{number}-lock").read_text()) == pid:
            client.connect(f"/tmp/.X11-unix/X{number}")
            return True
    return False


def wait_longer_for_answers():
    """Of a window that is busy; what never answers ends as anything that is waited for."""
    import gi
    gi.require_version("Atspi", "2.0")
    from gi.repository import Atspi
    Atspi.set_timeout(int(1000 * SECONDS), int(1000 * SECONDS))


class Skipped(Exception):
    """A case that this machine can't run; the message says why."""


def need_faults():
    """Skips what has to inject faults into a program that was built without them."""
    if os.environ.get("GENGA_UI_FAULTS") == "0":
        raise Skipped("this build can't inject faults")


def run_case(number, name, function, may_repeat):
    """Answers whether it passed; None where it has to be repeated."""
    with tempfile.TemporaryDirectory(prefix="genga ui ") as folder:
        desktop = Desktop(pathlib.Path(folder))
        try:
            function(desktop)
            print(f"ok {number} {name}", flush=True)
        except Skipped as reason:
            print(f"ok {number} {name} # SKIP {reason}", flush=True)
        except Exception as error:  # every kind of failure is one of the case
            if may_repeat and GTK_FAULT in desktop.read_complaints():
                print(f"# {name} again: GTK {GTK_FAULT.decode()}", flush=True)
                return None
            reason = " ".join(f"{type(error).__name__}: {error}".split())
            print(f"not ok {number} {name}: {reason}", flush=True)
            desktop.keep_screenshot(name)
            return False
        finally:
            desktop.close()
    return True


def run_cases(cases):
    """Runs the cases in the display that is there; answers how many failed."""
    failures = 0
    wait_longer_for_answers()
    print(f"1..{len(cases)}", flush=True)
    for number, (name, function) in enumerate(cases, 1):
        passed = run_case(number, name, function, True)
        if passed is None:
            passed = run_case(number, name, function, False)
        failures += not passed
    return failures


def run(cases):
    """Runs (name, function) pairs as TAP, in a display of their own; each gets a Desktop."""
    missing = find_missing()
    if missing is not None:
        print(f"1..0 # SKIP no desktop to test in: {missing}")
        return
    if INSIDE not in os.environ:
        # What the desktop's services say is no part of the report.
        report = os.dup(1)
        environment = dict(os.environ, **{INSIDE: str(report)})
        sys.exit(run_in_display([sys.executable, sys.argv[0]], env=environment, stdout=2,
                                pass_fds=[report]))
    sys.stdout = os.fdopen(int(os.environ[INSIDE]), "w")
    manager = subprocess.Popen(["openbox"], stderr=subprocess.DEVNULL)
    wait_for("the window manager", lambda: subprocess.run(
        ["xdotool", "get_desktop"], capture_output=True).returncode == 0)
    failures = run_cases(cases)
    manager.terminate()
    manager.wait()
    sys.exit(1 if failures else 0)


def wait_for(what, function, seconds=SECONDS):
    """The first true answer of `function`, which is asked less and less often: who looks takes time
    away from what is waited for."""
    end = time.monotonic() + seconds
    pause = 0.02
    while True:
        answer = function()
        if answer:
            return answer
        if time.monotonic() > end:
            raise TimeoutError(f"waited {seconds:.0f} s for {what}")
        time.sleep(pause)
        pause = min(1.4 * pause, 0.3)


def expect(condition, sentence):
    """assert, with a sentence of its own."""
    if not condition:
        raise AssertionError(sentence)


# GTK 4.8's names of roles, which the tests use, by those of later releases.
OLDER_ROLES = {"button": "push button", "toggle button": "push button", "switch": "check box",
               "grouping": "panel"}


def get_role(node):
    """The role by GTK 4.8's names, whatever release runs."""
    name = node.getRoleName()
    return OLDER_ROLES.get(name, name)


def get_visible():
    """The state of what can be seen; GTK 4.8 tells no more of widgets."""
    import pyatspi
    return pyatspi.STATE_VISIBLE


def get_window_coordinates():
    """What GTK 4.8 measures from; it knows nothing of the screen."""
    import pyatspi
    return pyatspi.WINDOW_COORDS


class Desktop:
    """One test's home folder and the programs that run in it."""

    def __init__(self, folder):
        self.folder = folder
        self.environment = dict(os.environ, GDK_BACKEND="x11", GSK_RENDERER="cairo",
                                G_DEBUG="fatal-criticals", GSETTINGS_BACKEND="keyfile",
                                HOME=str(folder), GTK_THEME="")
        del self.environment["GTK_THEME"]
        for name in ["CONFIG", "CACHE", "STATE", "DATA"]:
            self.environment[f"XDG_{name}_HOME"] = str(folder / name.lower())
        self.programs = []
        self.drag_source = None
        self.genga = None
        self.write_settings()
        self.write_options()

    def write_settings(self, **settings):
        """What GTK is told of the desktop; movements are for people, and cost time."""
        path = self.folder / "config/gtk-4.0/settings.ini"
        path.parent.mkdir(parents=True, exist_ok=True)
        lines = [f"{name.replace('_', '-')}={value}\n"
                 for name, value in {"gtk_enable_animations": "false", **settings}.items()]
        path.write_text("[Settings]\n" + "".join(lines))

    def write_options(self, **options):
        """What the window remembers from last time, when all options were
        shown and all hints read."""
        path = self.folder / "config/glib-2.0/settings/keyfile"
        path.parent.mkdir(parents=True, exist_ok=True)
        values = ", ".join(f"'{name}': '{value}'" for name, value in options.items())
        path.write_text(f"[io/github/genga/Genga]\noptions={{{values}}}\n"
                        "automatic-settings=false\n"
                        "hints-read=['compare', 'start', 'results']\n")

    def write_slow_options(self):
        """Options with which a picture takes so long that no machine is done before a test has
        paused or ended it."""
        self.write_options(model="genga-standard", scale="16")

    def put_sample(self, name):
        """A picture in the home folder."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(SAMPLE, path)
        return path

    def start(self, command, **options):
        """Starts a program of this desktop."""
        program = subprocess.Popen(command, env=self.environment, **options)
        self.programs.append(program)
        return program

    def start_genga(self, *files):
        """Starts the window and waits for it."""
        with (self.folder / "complaints").open("ab") as complaints:
            self.genga = self.start([os.environ["GENGA_WINDOW"], *map(str, files)],
                                    stderr=complaints)
        return self.find("frame", "Genga")

    def read_complaints(self):
        """What the window has written to its standard error."""
        path = self.folder / "complaints"
        return path.read_bytes() if path.exists() else b""

    def quit(self):
        """As a person does; it must end well."""
        self.key("ctrl+q")
        code = self.genga.wait(SECONDS)
        expect(code == 0, f"the window ended with {code}")

    def close(self):
        """Ends what is still there."""
        for program in self.programs:
            if program.poll() is None:
                program.kill()
            program.wait()
        sys.stderr.write(self.read_complaints().decode(errors="replace"))

    def keep_screenshot(self, name):
        """Leaves a picture of what went wrong, where ImageMagick is there."""
        folder = os.environ.get("GENGA_UI_SCREENSHOTS", os.environ.get("G_TEST_BUILDDIR"))
        if folder and shutil.which("import"):
            self.screenshot(pathlib.Path(folder) / f"{name.replace(' ', '-')}.png")

    def screenshot(self, path):
        """The whole screen as a file."""
        subprocess.run(["import", "-window", "root", str(path)], check=True)

    def get_application(self):
        """Genga as assistive technology knows it, or None."""
        import pyatspi
        if self.genga.poll() is not None:
            return None
        for application in pyatspi.Registry.getDesktop(0):
            if application is not None and application.get_process_id() == self.genga.pid:
                return application
        return None

    def walk(self):
        """All that assistive technology finds in the window."""
        application = self.get_application()
        waiting = [application] if application is not None else []
        while waiting:
            node = waiting.pop()
            yield node
            waiting.extend(child for child in node if child is not None)

    def walk_visible(self, role, name):
        """The things with this role and name that are to be seen now."""
        for node in self.walk():
            if get_role(node) == role and node.name == name and \
                    node.getState().contains(get_visible()):
                yield node

    def look_for_all(self, role, name):
        """All of them, or none where something of the window has just gone."""
        from gi.repository import GLib
        with contextlib.suppress(GLib.Error):
            return list(self.walk_visible(role, name))
        return []

    def look(self, role, name):
        """The first of them, or None."""
        from gi.repository import GLib
        if self.genga.poll() is not None:
            raise RuntimeError(f"genga has ended with {self.genga.returncode}")
        with contextlib.suppress(GLib.Error):  # something of it has just gone
            return next(self.walk_visible(role, name), None)
        return None

    def find(self, role, name):
        """Waits for it."""
        return wait_for(f"{role} “{name}”", lambda: self.look(role, name))

    def find_row(self, name, state):
        """The queue's row of a file in a state."""
        return self.find("panel", f"{name}, {state}")

    def look_for_matching(self, role, pattern):
        """Something whose whole name this regular expression describes, or None."""
        from gi.repository import GLib
        with contextlib.suppress(GLib.Error):  # something of it has just gone
            return next((node for node in self.walk() if get_role(node) == role and
                         re.fullmatch(pattern, node.name)), None)
        return None

    def look_for_starting(self, role, start):
        """Something whose name begins so, or None."""
        return self.look_for_matching(role, re.escape(start) + "(?s:.*)")

    def find_matching(self, role, pattern):
        """Waits for something whose whole name this regular expression describes."""
        return wait_for(f"{role} “{pattern}”", lambda: self.look_for_matching(role, pattern))

    def find_starting(self, role, start):
        """Waits for something whose name begins so."""
        return wait_for(f"{role} “{start}”", lambda: self.look_for_starting(role, start))

    def press(self, name, role="push button"):
        """Presses a button once it can be pressed."""
        import pyatspi

        def get_ready():
            node = self.look(role, name)
            ready = node is not None and node.getState().contains(pyatspi.STATE_SENSITIVE)
            return node if ready else None
        wait_for(f"{role} “{name}” to be ready", get_ready).queryAction().doAction(0)

    def open_row(self, name, action):
        """Opens a row of the options that has an action for it."""
        self.find("list item", name)
        for node in self.look_for_all("list item", name):
            with contextlib.suppress(NotImplementedError):
                actions = node.queryAction()
                for i in range(actions.nActions):
                    if actions.getName(i) == action:
                        actions.doAction(i)

    def press_until(self, name, function):
        """Presses a button whenever it can be pressed, until `function` has a true answer: GTK
        clicks some time after it was told to, so an earlier press may be what has done it."""
        import pyatspi

        def is_there():
            node = self.look("push button", name)
            if node is not None and node.getState().contains(pyatspi.STATE_SENSITIVE):
                node.queryAction().doAction(0)
            return function()
        return wait_for(f"what “{name}” does", is_there)

    def answer(self, label):
        """Gives a dialog an answer: libadwaita 1.2 has its buttons twice, for wide and for narrow
        dialogs, calls each twice by its name, and the copy that is not there does nothing."""
        from gi.repository import GLib

        def find_name():
            names = (f"{label} {label}", f"_{label} {label}", label)
            return next((name for name in names if self.look_for_all("push button", name)), None)
        name = wait_for(f"the answer “{label}”", find_name)
        while self.genga.poll() is None and (nodes := self.look_for_all("push button", name)):
            for node in nodes:
                with contextlib.suppress(GLib.Error, NotImplementedError):  # it has gone
                    node.queryAction().doAction(0)

    def activate(self, action, where="", parameters=()):
        """Activates an action of the application, as the desktop would."""
        from gi.repository import Gio, GLib
        Gio.bus_get_sync(Gio.BusType.SESSION).call_sync(
            APPLICATION, "/" + APPLICATION.replace(".", "/") + where, "org.gtk.Actions", "Activate",
            GLib.Variant("(sava{sv})", (action, list(parameters), {})), None, Gio.DBusCallFlags.NONE, -1, None)

    def activate_in_window(self, action, *parameters):
        """Activates an action of the first window; parameters are GLib.Variant."""
        self.activate(action, "/window/1", parameters)

    def get_state_in_window(self, action):
        """The state of an action of the first window."""
        from gi.repository import Gio, GLib
        answer = Gio.bus_get_sync(Gio.BusType.SESSION).call_sync(
            APPLICATION, "/" + APPLICATION.replace(".", "/") + "/window/1", "org.gtk.Actions",
            "Describe", GLib.Variant("(s)", (action,)), None, Gio.DBusCallFlags.NONE, -1, None)
        return answer.unpack()[0][2][0]

    def check_names(self):
        """Nothing that can be operated is without a name, or has it twice."""
        for node in self.walk():
            name = node.name
            if get_role(node) not in OPERATED:
                continue
            if node.parent.name == "AdwToastWidget":
                continue  # what closes a toast is libadwaita's, which gives it no name
            half = len(name) // 2
            expect(name.strip() and not name.startswith("Gtk"),
                   f"a {get_role(node)} in {node.parent.name!r} has no name: {name!r}")
            expect(name[:half] != name[half + 1:], f"a {get_role(node)} is called {name!r}")

    def get_window(self, title):
        """The X window with this title."""
        def search():
            done = subprocess.run(["xdotool", "search", "--onlyvisible", "--name", f"^{title}$"],
                                  capture_output=True, text=True)
            return done.stdout.split()
        return wait_for(f"the window {title}", search)[-1]

    def key(self, keys, title="Genga"):
        """Presses keys in a window of Genga's."""
        window = self.get_window(title)
        subprocess.run(["xdotool", "windowactivate", "--sync", window, "key", keys], check=True)

    def look_for_focused_text(self, title):
        """The text that has the focus in a window of Genga's, or None."""
        import pyatspi
        from gi.repository import GLib
        try:
            for window in self.get_application() or []:
                waiting = [window] if window is not None and window.name == title else []
                while waiting:
                    node = waiting.pop()
                    if get_role(node) == "text" and \
                            node.getState().contains(pyatspi.STATE_FOCUSED):
                        return node
                    waiting.extend(child for child in node if child is not None)
        except GLib.Error:  # something of it has just gone
            pass
        return None

    def type(self, text, title, first="ctrl+a"):
        """Types a text in the place of what is there, and Return, into a window of Genga's, which
        has a text with the focus, or gets one by `first`."""
        def find_text():
            node = wait_for("a text with the focus", lambda: self.look_for_focused_text(title))
            return node.queryText()

        window = self.get_window(title)
        subprocess.run(["xdotool", "windowactivate", "--sync", window], check=True)
        if first == "ctrl+a":
            find_text()
        subprocess.run(["xdotool", "key", first], check=True)
        typed = find_text()
        subprocess.run(["xdotool", "type", "--delay", "5", text], check=True)
        # The end has to be said: GTK 4.8 takes -1 for nothing at all.
        wait_for(f"the text “{text}”", lambda: typed.getText(0, typed.characterCount) == text)
        subprocess.run(["xdotool", "key", "Return"], check=True)

    def read_clipboard(self, kind, *arguments):
        """What another program finds there. A busy owner may answer too late: then another asks."""
        command = [sys.executable, str(CLIPBOARD), kind, *map(str, arguments)]

        def read():
            with contextlib.suppress(subprocess.TimeoutExpired):
                return subprocess.run(command, env=self.environment, stdout=subprocess.PIPE,
                                      check=True, timeout=10)
        return wait_for("the clipboard", read).stdout.decode()

    def drag(self, start, steps):
        """Drags with the pointer from a place of the screen over others to the last one."""
        moves = ["mousemove", *map(str, start), "sleep", "0.2", "mousedown", "1"]
        for place in [*steps, tuple(value + 2 for value in steps[-1])]:
            moves += ["sleep", "0.1", "mousemove", *map(str, place)]
        subprocess.run(["xdotool", *moves, "sleep", "0.3", "mouseup", "1"], check=True)

    def drop(self, files):
        """Drags files from another window into the middle of Genga's."""
        source = pathlib.Path(__file__).with_name("drag-source.py")
        if self.drag_source is not None:
            self.drag_source.kill()
            self.drag_source.wait()
        self.drag_source = self.start([sys.executable, str(source), *map(str, files)],
                                      stdout=subprocess.PIPE)
        expect(self.drag_source.stdout.readline() == b"ready\n", "nothing can be dragged")
        window = self.get_window("Genga Drag Source")
        target = self.get_window("Genga")
        subprocess.run(["xdotool", "windowmove", "--sync", target, "0", "0",
                        "windowmove", "--sync", window, "1100", "780",
                        "windowactivate", "--sync", window], check=True)
        self.drag((1160, 840), [(1000, 700), (900, 600), (700, 500), (500, 400), (400, 350)])
