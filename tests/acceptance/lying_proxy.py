# SPDX-License-Identifier: GPL-3.0-or-later
"""A proxy on the loopback between a registry node and all that talk to it, which lies in the ways that proxies,
caches, clocks and ill databases do: it reads HTTP and WebSocket frames, and changes what they say."""
import asyncio
import email.utils
import json
import re
import struct
import threading
import time
from datetime import datetime, timedelta, timezone

STAMP = re.compile(rb"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d+)?Z")
TEXT, BINARY = 1, 2


def shifted(data, steps):
    """All RFC 3339 stamps as a clock wrote them that was set, as (when, to be off by so many seconds), the oldest
    first; what it wrote before stays. The length does, too."""
    if not steps:
        return data

    def move(match):
        at = datetime.strptime(match[1].decode(), "%Y-%m-%dT%H:%M:%S")
        off = [by for when, by in steps if when <= at]
        at += timedelta(seconds=off[-1] if off else 0)
        return at.strftime("%Y-%m-%dT%H:%M:%S").encode() + (match[2] or b"") + b"Z"


    return STAMP.sub(move, data)


class LyingProxy:
    """Starts in a thread of its own. What it does is set from any thread by its members."""

    def __init__(self, target):
        self.target = target
        self._steps = []
        self.date = "right"  # or "absent", or seconds by which it is off, or a datetime at which it stands
        self.reads = "good"  # or "500", "404", "dribble", "kept" (a cache, without a mark), "aged" (with one), "wiped"
        self.swallows = False  # heartbeats, while sockets stay
        self._kept = {}
        self._listeners = set()
        ready = threading.Event()
        threading.Thread(target=self._run, args=(ready,), daemon=True).start()
        ready.wait()

    def _run(self, ready):
        async def serve():
            server = await asyncio.start_server(self._client, "127.0.0.1", 0)
            self.port = server.sockets[0].getsockname()[1]
            self._loop = asyncio.get_running_loop()
            ready.set()
            await asyncio.Event().wait()

        asyncio.run(serve())

    def set_clock(self, seconds):
        """The registry's clock is off by so much from now on."""
        self._steps = self._steps + [(datetime.now(timezone.utc).replace(tzinfo=None), seconds)]

    def keep(self, how="kept"):
        """A cache answers from now on with the first answer to each request."""
        self._kept.clear()
        self.reads = how

    def publish(self, entity_id, stamp):
        """A beat on the stream that the registry never told."""
        text = json.dumps({"type": "entity_heartbeat", "timestamp": stamp,
                           "data": {"entity_id": entity_id, "status": "active"}}) + "\n"
        self._loop.call_soon_threadsafe(
            lambda: [writer.write(frame(TEXT, text.encode())) for writer in self._listeners])

    async def _client(self, reader, writer):
        upstream = None
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                request = head.split(b"\r\n", 1)[0]
                body = await reader.readexactly(length_of(head))
                if upstream is None:
                    upstream = await asyncio.open_connection("127.0.0.1", self.target)
                if b"upgrade: websocket" in head.lower():
                    return await self._stream(request, head, (reader, writer), upstream)
                writer.write(await self._answer(request, head + body, upstream, writer))
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError, OSError):
            pass
        finally:
            for end in (writer, upstream[1] if upstream else None):
                if end:
                    end.close()

    async def _answer(self, request, message, upstream, writer):
        path = request.split(b" ")[1]
        reads = self.reads
        registry = path.startswith((b"/v1/entities", b"/v1/developers/"))
        if reads == "404":
            return answer(404, b"<html><body>nothing here</body></html>", "text/html")
        if reads == "500" and (registry or b"/v1/network" in path):
            return answer(500, b'{"error":"failed to query"}\n')
        if reads == "wiped" and path.startswith(b"/v1/entities/"):
            return answer(404, b'{"error":"agent not found"}\n')
        if reads == "wiped" and registry:
            return answer(200, b'{"entities":[],"agents":[],"count":0}\n')
        if reads in ("kept", "aged") and registry and request in self._kept:
            since, kept = self._kept[request]
            return kept if reads == "kept" else with_header(kept, f"Age: {int(time.time() - since)}")
        upstream[1].write(message)
        head = await upstream[0].readuntil(b"\r\n\r\n")
        data = shifted(await upstream[0].readexactly(length_of(head)), self._steps)
        whole = self._dated(head) + data
        self._kept.setdefault(request, (time.time(), whole))
        if reads == "dribble" and registry:
            for i in range(len(whole)):
                writer.write(whole[i:i + 1])
                await writer.drain()
                await asyncio.sleep(1)
            return b""
        return whole

    def _dated(self, head):
        lines = [line for line in head.split(b"\r\n") if not line.lower().startswith(b"date:")]
        if self.date == "absent":
            return b"\r\n".join(lines)
        now = datetime.now(timezone.utc) + timedelta(seconds=self._steps[-1][1] if self._steps else 0)
        if isinstance(self.date, datetime):
            now = self.date
        elif self.date != "right":
            now += timedelta(seconds=self.date)
        return with_header(b"\r\n".join(lines), "Date: " + email.utils.format_datetime(now, usegmt=True))

    async def _stream(self, request, head, client, upstream):
        upstream[1].write(head)
        greeting = await upstream[0].readuntil(b"\r\n\r\n")
        client[1].write(greeting)
        if b" 101 " not in greeting.split(b"\r\n", 1)[0]:
            client[1].write(await upstream[0].readexactly(length_of(greeting)))
            return await client[1].drain()
        if b"/ws/activity" in request:
            self._listeners.add(client[1])
        ends = [asyncio.create_task(self._pump(client[0], upstream[1], True)),
                asyncio.create_task(self._pump(upstream[0], client[1], False))]
        try:
            await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
        finally:
            self._listeners.discard(client[1])
            for end in ends:
                end.cancel()

    async def _pump(self, reader, writer, from_client):
        try:
            while True:
                code, payload, raw = await read_frame(reader)
                if from_client:
                    if not (self.swallows and code in (TEXT, BINARY)):
                        writer.write(raw)
                else:
                    writer.write(frame(code, shifted(payload, self._steps)))
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError, OSError):
            pass


def length_of(head):
    found = re.search(rb"content-length: *(\d+)", head, re.IGNORECASE)
    return int(found[1]) if found else 0


def answer(status, body, kind="application/json"):
    return (f"HTTP/1.1 {status} X\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n"
            f"Date: {email.utils.formatdate(usegmt=True)}\r\n\r\n").encode() + body


def with_header(message, line):
    first, rest = message.split(b"\r\n", 1)
    return first + b"\r\n" + line.encode() + b"\r\n" + rest


def frame(code, payload):
    size = len(payload)
    head = bytes([0x80 | code])
    if size < 126:
        return head + bytes([size]) + payload
    return head + (struct.pack(">BH", 126, size) if size < 65536 else struct.pack(">BQ", 127, size)) + payload


async def read_frame(reader):
    """Its opcode, its payload (as it stands where it is masked), and its bytes."""
    raw = await reader.readexactly(2)
    size = raw[1] & 0x7F
    if size in (126, 127):
        more = await reader.readexactly(2 if size == 126 else 8)
        raw += more
        size = int.from_bytes(more, "big")
    if raw[1] & 0x80:
        raw += await reader.readexactly(4)
    payload = await reader.readexactly(size)
    return raw[0] & 0x0F, payload, raw + payload
