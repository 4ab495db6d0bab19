from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from handlers.connections import Connections, Unreachable

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


class Server:
    """Answers each request of each connection with the next of `answers`, the last for ever; "" hangs up."""

    def __init__(self, *answers: bytes) -> None:
        self.answers = list(answers)
        self.requests: list[bytes] = []
        self.connections = 0
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.listener.getsockname()[1]}/api/"
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with connection:
            while request := connection.recv(65536):
                self.requests.append(request)
                answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
                if not answer:
                    return
                for part in (answer[:10], answer[10:]):
                    connection.sendall(part)
                if b"close" in answer.lower():
                    return


@pytest.fixture
def servers() -> Iterator[list[Server]]:
    made: list[Server] = []
    yield made
    for each in made:
        each.listener.close()


def server(servers: list[Server], *answers: bytes) -> Server:
    servers.append(Server(*answers))
    return servers[-1]


def test_a_connection_is_used_again(servers: list[Server]) -> None:
    there = server(servers, OK)
    connections = Connections(there.url, 30)
    for n in range(5):
        response = connections.post("chat.postMessage", f"b{n}".encode(), {"X-Who": "nvg"})
        assert (response.status, response.body) == (200, b"ok")
    assert there.connections == 1
    assert there.requests[1].startswith(b"POST /api/chat.postMessage HTTP/1.1\r\nHost: 127.0.0.1:")
    assert b"X-Who: nvg\r\nContent-Length: 2\r\n\r\nb1" in there.requests[1]


def test_threads_share_them(servers: list[Server]) -> None:
    there = server(servers, OK)
    connections = Connections(there.url, 30)
    with ThreadPoolExecutor(4) as threads:
        assert all(each.status == 200 for each in threads.map(lambda n: connections.post("x", b"", {}), range(100)))
    assert there.connections <= 4


def test_one_that_the_server_has_left_is_not_used(servers: list[Server]) -> None:
    there = server(servers, OK.replace(b"OK\r\n", b"OK\r\nConnection: close\r\n"), OK, b"", OK)
    connections = Connections(there.url, 30)
    assert connections.post("x", b"", {}).status == 200
    assert connections.post("x", b"", {}).status == 200
    with pytest.raises(ConnectionError):  # it hangs up in the middle: nobody knows what it did
        connections.post("x", b"", {})
    assert connections.post("x", b"", {}).status == 200
    assert len(there.requests) == 4


def test_an_answer_in_chunks_and_with_headers_is_read(servers: list[Server]) -> None:
    there = server(servers, b"HTTP/1.1 429 Too Many\r\nRetry-After: 7\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n")
    response = Connections(there.url, 30).post("x", b"", {})
    assert (response.status, response.body, response.headers[b"retry-after"]) == (429, b"abcde", b"7")


def test_what_is_not_http_or_never_ends_is_an_error(servers: list[Server]) -> None:
    with pytest.raises(ConnectionError):
        Connections(server(servers, b"SSH-2.0-OpenSSH_9\r\nmore\r\n").url, 30).post("x", b"", {})
    began = time.monotonic()
    with pytest.raises(TimeoutError):
        Connections(server(servers, b"HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\nab").url, 0.3).post("x", b"", {})
    assert time.monotonic() - began < 30


def test_where_there_is_nobody_nothing_was_sent() -> None:
    with pytest.raises(Unreachable):
        Connections("http://127.0.0.1:9/", 1).post("x", b"", {})


def test_the_way_out_of_a_closed_network_is_its_proxy(servers: list[Server], monkeypatch: pytest.MonkeyPatch) -> None:
    proxy = server(servers, b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")
    monkeypatch.setenv("https_proxy", proxy.url.replace("//", "//me:secret@"))
    monkeypatch.delenv("no_proxy", raising=False)
    with pytest.raises(Unreachable):
        Connections("https://slack.com/api/", 2).post("x", b"", {})
    assert proxy.requests[0].startswith(b"CONNECT slack.com:443 HTTP/1.")
    assert b"Proxy-Authorization: Basic bWU6c2VjcmV0" in proxy.requests[0]
