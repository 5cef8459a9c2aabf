# SPDX-License-Identifier: GPL-3.0-or-later
"""A proxy in front of a registry node that sends more than anybody should take: answers without an end, floods of
frames and pings."""
import asyncio

from lying_proxy import TEXT, LyingProxy, frame, read_frame

PING, CHUNK = 9, 64 * 1024
STRANGER = (b'{"type":"entity_heartbeat","timestamp":"2026-11-24T10:00:00.123456Z","data":'
            b'{"entity_id":"zns:ffffffffffffffffffffffffffff%04x","status":"active"}}\n')


class FloodingProxy(LyingProxy):
    """`flood` is what comes: nothing, "header", "list", "record", "info", "pings", "strangers" or "frame"."""

    def __init__(self, target):
        self.flood = ""
        self.sent = 0  # bytes of the flood
        self.per_second = 50_000  # foreign frames
        super().__init__(target)

    def begin(self, flood):
        self.sent = 0
        self.flood = flood
        if flood == "info":  # which is read where a stream is opened
            self._loop.call_soon_threadsafe(lambda: [writer.close() for writer in self._listeners])

    async def _answer(self, request, message, upstream, writer):
        path = request.split(b" ")[1]
        lists = path.startswith((b"/v1/developers/", b"/v1/entities?"))
        if self.flood == "header":
            await self._endless(writer, b"HTTP/1.1 200 OK\r\n", b"X-More: " + b"x" * 1000 + b"\r\n")
        if self.flood == "list" and lists:
            await self._endless(writer, chunked(), b"%x\r\n" % CHUNK + b"[" * CHUNK + b"\r\n")
        if self.flood == "record" and path.startswith((b"/v1/entities", b"/v1/developers/")):
            start = b'{"name":"'
            await self._endless(writer, chunked() + b"%x\r\n" % len(start) + start + b"\r\n",
                                b"%x\r\n" % CHUNK + b"a" * CHUNK + b"\r\n")
        if self.flood == "info" and path == b"/v1/info":
            await self._endless(writer, b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
                                b"Content-Length: 400000000\r\n\r\n", b" " * CHUNK)
        return await super()._answer(request, message, upstream, writer)

    async def _endless(self, writer, start, piece):
        writer.write(start)
        while True:
            writer.write(piece)
            self.sent += len(piece)
            await writer.drain()

    async def _pump(self, reader, writer, from_client):
        flooding = None
        try:
            if not from_client and writer in self._listeners:
                code, payload, _ = await read_frame(reader)  # the greeting; the flood follows
                writer.write(frame(code, payload))
                flooding = asyncio.create_task(self._flood(writer))
            await super()._pump(reader, writer, from_client)
        except (asyncio.IncompleteReadError, ConnectionError, OSError):
            pass
        finally:
            if flooding:
                flooding.cancel()

    async def _flood(self, writer):
        strangers = [frame(TEXT, STRANGER % i) for i in range(1000)]
        ping = frame(PING, b"x" * 100) * 100
        loop = asyncio.get_running_loop()
        due, sent = loop.time(), 0
        while True:
            if self.flood == "pings":
                writer.write(ping)
                self.sent += len(ping)
                await writer.drain()
            elif self.flood == "frame":  # one that says to be of 2 GiB
                writer.write(b"\x81\x7f" + (2 << 30).to_bytes(8, "big"))
                for _ in range(4096):
                    writer.write(b"a" * CHUNK)
                    self.sent += CHUNK
                    await writer.drain()
            elif self.flood == "strangers":
                for _ in range(self.per_second // 50):
                    writer.write(strangers[sent % 1000])
                    sent += 1
                self.sent += self.per_second // 50 * len(strangers[0])
                await writer.drain()
                due = max(due + 0.02, loop.time() - 1)
                await asyncio.sleep(max(due - loop.time(), 0))
            else:
                due = loop.time()
                await asyncio.sleep(0.1)


def chunked():
    return b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
