"""Killed at every step of handing over, for each of six recipients: nothing arrives twice, nothing is lost unsaid."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tasks.clock import stopped_clock
from tasks.ledger import Ledger, Message
from tasks.mail import deliver
from tasks.smtp import SmtpServer, SmtpTransport

ROOT = Path(__file__).parents[2]
RECIPIENTS = 6
NOW = datetime(2026, 7, 27, tzinfo=UTC)
STEPS = {
    "before claim": 0,
    "claimed": 0,
    "rcpt taken": 0,
    "marked in flight": 1,
    "taken, not written down": 1,
    "written down": 0,
}
"""By step, how many messages a person must look at: doubt only where the mark was on the disk and the end was not."""

SERVER = """
import sys
from aiosmtpd.controller import Controller

class Mailbox:
    async def handle_DATA(self, server, session, envelope):
        # what a server took is on its disk before it says so
        with open(sys.argv[1], "a") as taken:
            taken.write(" ".join(envelope.rcpt_tos) + "\\n")
        return "250 2.0.0 taken"

class AnyPort(Controller):
    def _trigger_server(self):
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()

server = AnyPort(Mailbox(), hostname="127.0.0.1", port=0, ready_timeout=60)
server.start()
print(server.port, flush=True)
sys.stdin.read()
server.stop()
"""

RUNS = """
import json, os, signal, sys
from pathlib import Path
from tasks.clock import system_clock
from tasks.ledger import Ledger
from tasks.mail import deliver
from tasks.smtp import SmtpServer, SmtpTransport

def one(path, port, step, victim):
    def die(at, recipient):
        if step == at and recipient == victim:
            os.kill(os.getpid(), signal.SIGKILL)

    recipients = {}

    class Watched(Ledger):
        def claim(self):
            waiting = self.entries("pending")
            if waiting:
                die("before claim", waiting[0].recipient)
            message = super().claim()
            if message is not None:
                recipients[message.mail_id] = message.recipient
                die("claimed", message.recipient)
            return message

        def mark_in_flight(self, mail_id):
            die("rcpt taken", recipients[mail_id])
            super().mark_in_flight(mail_id)
            die("marked in flight", recipients[mail_id])

        def mark_sent(self, mail_id, detail):
            die("taken, not written down", recipients[mail_id])
            super().mark_sent(mail_id, detail)
            die("written down", recipients[mail_id])

    ledger = Watched(Path(path), system_clock)
    deliver(ledger, SmtpTransport(SmtpServer("127.0.0.1", port, security="none")), system_clock,
            allowed_domains=["example.jp"])

# one interpreter reads the code once; each run is a process of its own, and dies as one
for line in sys.stdin:
    child = os.fork()
    if child == 0:
        one(*json.loads(line))
        os._exit(0)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""


@dataclass(frozen=True)
class Post:
    """A mail server in a process of its own, what it took, and where runs are started that are killed."""

    port: int
    taken: Path
    runs: subprocess.Popen[str]

    def killed(self, ledger: Path, step: str, victim: str) -> int:
        assert self.runs.stdin is not None
        assert self.runs.stdout is not None
        self.runs.stdin.write(json.dumps([str(ledger), self.port, step, victim]) + "\n")
        self.runs.stdin.flush()
        return int(self.runs.stdout.readline())


@pytest.fixture(scope="module")
def post(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Post]:
    taken = tmp_path_factory.mktemp("server") / "taken"
    taken.touch()
    told = {"cwd": ROOT, "stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with (
        subprocess.Popen([sys.executable, "-c", SERVER, str(taken)], **told) as server,
        subprocess.Popen([sys.executable, "-c", RUNS], **told) as runs,
    ):
        assert server.stdout is not None
        yield Post(int(server.stdout.readline()), taken, runs)
        for process in (runs, server):
            assert process.stdin is not None
            process.stdin.close()


def message(n: int) -> Message:
    body = f"Message-ID: <m{n}@example.jp>\r\nSubject: {n}\r\n\r\nHello\r\n".encode()
    return Message(f"m{n}", "asanagi-uv", "final-v1", "ja", f"r{n}@example.jp", "hibiki@example.jp", "0" * 64, body)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="killed runs are forked")
@pytest.mark.parametrize("step", STEPS)
def test_a_kill_sends_nothing_twice_and_loses_nothing_silently(post: Post, tmp_path: Path, step: str) -> None:
    for victim in range(RECIPIENTS):
        recipient, path = f"r{victim}@example.jp", tmp_path / f"{victim}.sqlite"
        post.taken.write_text("")
        ledger = Ledger(path, stopped_clock(NOW))
        ledger.enqueue_all([message(n) for n in range(RECIPIENTS)])
        ledger.close()

        assert post.killed(path, step, recipient) == -9, "the run was to die there"
        before = post.taken.read_text().split()
        assert len(before) == victim + (step in {"taken, not written down", "written down"})

        ledger = Ledger(path, stopped_clock(datetime.now(UTC) + timedelta(minutes=1)))
        server = SmtpServer("127.0.0.1", post.port, security="none")
        done = deliver(ledger, SmtpTransport(server), stopped_clock(NOW), allowed_domains=["example.jp"])
        states = {entry.recipient: entry.state for entry in ledger.entries()}
        ledger.close()

        taken = post.taken.read_text().split()
        doubted = [who for who, state in states.items() if state == "in_doubt"]
        assert len(taken) == len(set(taken)), "a message arrived twice"
        assert set(taken) | set(doubted) == {f"r{n}@example.jp" for n in range(RECIPIENTS)}, "lost without a word"
        assert doubted == [recipient] * STEPS[step]
        assert set(states.values()) <= {"sent", "in_doubt"}
        assert done.in_doubt == [f"m{victim}"] * STEPS[step], "the next run says so"
