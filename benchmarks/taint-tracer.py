"""Runs programs of our own with hostile input and tells what reached which call. Reads JSON from stdin, writes JSON.

In:  [{"files": {"main.py": text}}]
Out: [[[path, line, detector, what arrived], ...]]: the calls at which an attack arrived whole

No call of a program does anything: `eval`, `open`, commands, statements, requests are replaced before it runs. Libraries
that are not there are replaced by objects that answer anything; what happens after one was called is not told.
"""
import builtins, io, json, os, re, shlex, signal, sqlite3, subprocess, sys, tempfile, types, urllib.parse

payloads = [
    "PWN(1)", "__import__('os').PWN()", "../../../../../etc/pwn", "/etc/pwn", "a/../../../../../../etc/pwn", "..", "/srv/../etc/pwn", "/srvx/pwn",
    "x;PWN", "$(PWN)", "-PWN", "a'PWN", 'a"PWN', "' or PWN=PWN --", "<PWN>", "\" onload=PWN x=\"", "https://evil.example/", "//evil.example/a",
    "https://a.example@evil.example/", "https://a.example.evil.example/", "https://evil.example/a.example", "@evil.example/", ".evil.example/",
    "a\nPWN", "a\r\nPWN: 1", "a", "1", "admin", "a.example", "*)(PWN=*",
]
real_open, real_import, real_eval = builtins.open, builtins.__import__, builtins.eval


class Payload:
    """The input of the present run, and whether the answer of a library that is not here decided something in it."""
    text = ""
    is_guessed = False


class Source(dict):
    """Anything that a client sends: whatever is asked of it is the payload."""
    def __getitem__(self, key): return Payload.text
    def get(self, key, default=None, type=None):
        try: return Payload.text if type is None else type(Payload.text)
        except ValueError: return default
    def getlist(self, key, *rest): return [Payload.text]
    def __contains__(self, key): return True
    def items(self): return [("k", Payload.text)]
    def values(self): return [Payload.text]
    def keys(self): return [Payload.text]
    def __iter__(self): return iter([Payload.text])
    def __bool__(self): return True


class Anything:
    """An object of a library that is not here."""
    def __init__(self, *args, **more): pass
    def __getattr__(self, name):
        if name.startswith("__"): raise AttributeError(name)
        return Anything()
    def __call__(self, *args, **more):
        Payload.is_guessed = True
        # As a decorator it leaves what it decorates.
        return args[0] if len(args) == 1 and not more and isinstance(args[0], (types.FunctionType, type)) else Anything()
    def __iter__(self): return iter(())
    def __getitem__(self, key): return Anything()
    def __enter__(self): return self
    def __exit__(self, *rest): return False
    def __bool__(self): return True
    def __mro_entries__(self, bases): return ()


class Aborted(Exception):
    """What `abort(404)` raises."""


def abort(*args, **more): raise Aborted


class Stub(types.ModuleType):
    __path__ = []
    def __getattr__(self, name):
        if name.startswith("__"): raise AttributeError(name)
        if name == "abort": return abort
        if name[:1].isupper() and name.endswith(("Error", "Exception")): return type(name, (Exception,), {})
        return Anything()


found = []


def place():
    frame = sys._getframe(2)
    while frame is not None:
        if frame.f_code.co_filename.startswith("program/"):
            return frame.f_code.co_filename[len("program/"):], frame.f_lineno
        frame = frame.f_back
    return None


def note(at, detector, value, is_attack):
    if at is not None and is_attack and not Payload.is_guessed: found.append([at[0], at[1], detector, str(value)[:200]])


def is_code(text): return isinstance(text, str) and ("PWN(1)" in text or ".PWN()" in text)


def is_outside(path):
    try: path = os.fspath(path)
    except TypeError: return False
    return isinstance(path, str) and os.path.normpath(os.path.join("/work/here", path)).startswith(("/etc/pwn", "/srvx"))


def is_shell(text):
    if not isinstance(text, str): return False
    if Payload.text == "x;PWN":
        try: return ";" in shlex.shlex(text, posix=True, punctuation_chars=True)
        except ValueError: return False
    return Payload.text == "$(PWN)" and re.search(r"(?:^|[^'])\$\(PWN\)", text) is not None and "'$(PWN)'" not in text


def is_statement(text): return isinstance(text, str) and ("' or PWN=PWN" in text or "a'PWN" in text) and "a''PWN" not in text


def is_evil(url):
    if not isinstance(url, str): return False
    try: host = urllib.parse.urlparse(url).hostname or ""
    except ValueError: return False
    return host == "evil.example" or host.endswith(".evil.example")


def is_line(text): return isinstance(text, str) and re.search(r"\nPWN", text) is not None


def sink(detector, test, result=None):
    def call(*args, **more):
        at = place()
        for value in list(args[:1]) + [v for k, v in more.items() if k in ("url", "file", "path", "args", "command")]:
            note(at, detector, value, test(value))
        return result() if callable(result) else Anything()
    return call


def run_command(*args, **more):
    at = place()
    if args and (more.get("shell") or isinstance(args[0], str)): note(at, "command-injection", args[0], is_shell(args[0]))
    return Anything()


class Cursor(Anything):
    def execute(self, text="", *args): note(place(), "sql-injection", text, is_statement(text)); return self
    executemany = executescript = execute
    def cursor(self): return self
    def fetchall(self): return []
    def fetchone(self): return None


class Logger(Anything):
    def info(self, text="", *args, **more):
        try: line = text % args if args else text
        except Exception: line = text
        note(place(), "log-injection", line, is_line(line))
    debug = warning = error = critical = exception = info


def flask():
    module = Stub("flask")
    source = Source()
    request = Anything()
    for name in ("args", "form", "values", "cookies", "headers", "json", "view_args", "GET", "POST"): setattr(request, name, source)
    request.__class__ = type("Request", (Anything,), {
        "get_json": lambda self, *a, **k: source, "data": property(lambda self: Payload.text), "path": "/a",
        "get_data": lambda self, *a, **k: Payload.text, "host": "own.example", "method": "POST"})
    module.request = request
    module.Flask = Anything
    module.redirect = sink("open-redirect", is_evil)
    return module


def requests_module():
    module = Stub("requests")
    for name in ("get", "post", "put", "head", "delete"): setattr(module, name, sink("server-side-request-forgery", is_evil))
    return module


def install():
    builtins.open = sink("path-traversal", is_outside, lambda: io.StringIO(""))
    io.open = builtins.open
    builtins.eval = sink("code-injection", is_code)
    builtins.exec = sink("code-injection", is_code)
    builtins.input = lambda *a: Payload.text
    for name in ("remove", "unlink", "rmdir", "mkdir", "makedirs", "listdir"): setattr(os, name, sink("path-traversal", is_outside, list))
    os.system = os.popen = sink("command-injection", is_shell)
    for name in ("run", "call", "check_call", "check_output", "Popen"): setattr(subprocess, name, run_command)
    sqlite3.connect = lambda *a, **k: Cursor()
    import logging, pathlib
    logging.getLogger = lambda *a: Logger()
    for name in ("info", "debug", "warning", "error"): setattr(logging, name, lambda *a, _log=Logger(), **k: _log.info(*a))
    for name in ("read_text", "read_bytes", "write_text", "write_bytes", "open", "unlink"):
        setattr(pathlib.Path, name, sink("path-traversal", is_outside, lambda: ""))
    pathlib.Path.resolve = lambda self, *a, **k: type(self)(os.path.normpath(os.path.join("/work/here", str(self))))
    os.path.realpath = lambda path, **k: os.path.normpath(os.path.join("/work/here", path))
    sys.modules.update(flask=flask(), requests=requests_module())


allowed = {
    "os", "os.path", "re", "html", "shlex", "json", "string", "enum", "uuid", "ipaddress", "decimal", "datetime", "functools", "collections", "dataclasses",
    "typing", "urllib", "urllib.parse", "pathlib", "posixpath", "ntpath", "base64", "hashlib", "hmac", "copy", "itertools", "contextlib", "abc", "ast",
    "math", "random", "secrets", "time", "binascii", "textwrap", "operator", "logging", "sqlite3", "subprocess", "tempfile", "io", "types", "flask", "requests",
    "xml", "xml.sax", "xml.sax.saxutils", "unicodedata", "sys", "builtins", "fnmatch", "numbers", "inspect", "threading", "queue", "configparser",
}


def run(files):
    own = {path[:-3].replace("/", ".").removesuffix(".__init__"): (path, text) for path, text in files.items() if path.endswith(".py")}
    loaded = {}

    def load(name):
        if name in loaded: return loaded[name]
        path, text = own[name]
        module = loaded[name] = types.ModuleType(name)
        module.__file__ = "program/" + path
        module.__dict__["__builtins__"] = dict(vars(builtins), __import__=importing)
        try: real_exec(compile(text, "program/" + path, "exec"), module.__dict__)
        except RecursionError: raise
        except Exception: pass
        return module

    def importing(name, space=None, local=None, names=(), level=0):
        if name in own or name.split(".")[0] in own:
            module = load(name if names and name in own else name.split(".")[0] if name.split(".")[0] in own else name)
            return module
        if level == 0 and name in allowed: return real_import(name, space, local, names, level)
        if name not in stubs: stubs[name] = Stub(name)
        return stubs[name]

    for name in list(own):
        if "test" in name: continue
        module = load(name)
        for value in list(vars(module).values()):
            if not isinstance(value, types.FunctionType) or value.__module__ == "builtins" or not value.__code__.co_filename.startswith("program/"): continue
            code = value.__code__
            # What has parameters is called by others, as its program says.
            if code.co_argcount + code.co_kwonlyargcount > 0: continue
            Payload.is_guessed = False
            try:
                answer = value()
                if isinstance(answer, types.GeneratorType):
                    for _ in zip(range(20), answer): pass
            except Endless: raise
            except BaseException: pass


class Endless(BaseException):
    """A program that does not end; what it printed until then counts."""


def stop(*_):
    raise Endless


forbidden = ("os.system", "os.exec", "os.posix_spawn", "os.spawn", "os.fork", "os.kill", "os.remove", "os.rename", "os.rmdir", "os.mkdir", "os.chmod",
             "os.chown", "os.symlink", "os.link", "os.truncate", "subprocess.", "socket.", "shutil.", "pty.", "ctypes.", "sqlite3.", "webbrowser.")


def guard(event, args):
    """Whatever the replacements leave out is refused here."""
    if event.startswith(forbidden): raise PermissionError(event)
    if event == "open" and isinstance(args[2], int) and args[2] & (os.O_WRONLY | os.O_RDWR | os.O_CREAT): raise PermissionError(event)


signal.signal(signal.SIGALRM, stop)
stubs = {}
real_exec = builtins.exec
programs = json.load(sys.stdin)
os.chdir(tempfile.mkdtemp())
install()
import tracemalloc
sys.stdout = sys.stderr = io.StringIO()
sys.unraisablehook = lambda *_: None
sys.addaudithook(guard)
sys.setrecursionlimit(400)
out = []
for program in programs:
    found.clear()
    seen = []
    for text in payloads:
        Payload.text = text
        found.clear()
        signal.setitimer(signal.ITIMER_REAL, 0.5)
        try: run(program["files"])
        except BaseException: pass
        signal.setitimer(signal.ITIMER_REAL, 0)
        seen.extend(line for line in found if line not in seen)
    out.append(seen)
sys.__stdout__.write(json.dumps(out))
