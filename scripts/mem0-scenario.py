"""Drives the installed mem0 client, whichever version it is, through its whole surface against a running server, and
checks that the answers are right, with the synchronous and the asynchronous client.

    MEM0_TELEMETRY=False MEM0_DIR=/tmp/x python scripts/mem0-scenario.py URL [WEBHOOK_PORT]

The server must allow webhooks to 127.0.0.1:WEBHOOK_PORT; without a port that part is left out.
"""

import asyncio
import http.server
import inspect
import json
import logging
import os
import queue
import sys
import threading
import time
import warnings
from importlib.metadata import version

if os.environ.get("MEM0_TELEMETRY") != "False" or not os.environ.get("MEM0_DIR"):
    sys.exit("mem0-scenario: set MEM0_TELEMETRY=False and MEM0_DIR, so that the client tells nobody of itself")

from mem0 import AsyncMemoryClient, MemoryClient  # noqa: E402

# What is refused on purpose is no news.
logging.disable(logging.CRITICAL)
warnings.showwarning = lambda *arguments, **options: None
MAJOR = int(version("mem0ai").split(".")[0])
checks = 0


def check(found, expected, what):
    global checks
    checks += 1
    assert found == expected, f"{what}: expected {expected!r}, found {found!r}"


async def settled(value):
    """What a call of either client answers."""
    return await value if inspect.isawaitable(value) else value


def rows(answer):
    """The list in an answer of any generation."""
    return answer["results"] if isinstance(answer, dict) else answer


def texts(answer):
    return sorted(row["memory"] for row in rows(answer))


async def refused(what, call, *names):
    """That a call fails with one of these exceptions of the client."""
    global checks
    checks += 1
    try:
        await settled(call())
    except Exception as error:
        # Some calls of the older asynchronous clients hand on what their HTTP library says.
        known = names + ("HTTPStatusError",) * (MAJOR < 2)
        assert type(error).__name__ in known, f"{what}: {type(error).__name__}: {error}"
        return str(error)
    raise AssertionError(f"{what}: was not refused")


class Receiver(http.server.BaseHTTPRequestHandler):
    """Takes webhooks. Each comes at least once, so what was seen before is left alone."""

    seen = queue.Queue()
    known = set()

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        is_new = body not in self.known
        self.known.add(body)
        self.send_response(200)
        self.end_headers()
        if is_new:
            self.seen.put(json.loads(body))

    def log_message(self, *arguments):
        pass


class Scenario:
    def __init__(self, client, prefix, port):
        self.client = client
        # Every run has people of its own, and an id with a slash among them.
        self.alice, self.bob = f"{prefix}al/ice", f"{prefix}bob"
        self.bot, self.app, self.trip = f"{prefix}bot", f"{prefix}app", f"{prefix}run/1"
        self.port = port

    async def search(self, query, filters, **options):
        return await settled(self.client.search(query, **self.scoped(filters, "search"), **options))

    async def get_all(self, filters, **options):
        return await settled(self.client.get_all(**self.scoped(filters, "list"), **options))

    def scoped(self, filters, verb):
        """Filters as a generation sends them."""
        return {"filters": filters} if MAJOR >= 1 else {"filters": filters, "version": "v2"}

    async def add(self, messages, **options):
        return rows(await settled(self.client.add(messages, **options)))

    async def run(self):
        await self.start()
        await self.adding()
        await self.reading()
        await self.filters()
        await self.changing()
        await self.batches()
        await self.exports()
        await self.projects()
        if MAJOR >= 2:
            await self.profiles()
        if self.port:
            await self.webhooks()
        await self.deleting()

    async def start(self):
        check(self.client.org_id, "local", "the organisation")
        check(bool(self.client.project_id), True, "the project")
        await settled(self.client.delete_users(user_id=self.alice))

    async def adding(self):
        said = [
            {"role": "system", "content": "Be kind."},
            {"role": "user", "content": "I am vegetarian and live in Porto"},
            {"role": "assistant", "content": "Noted: no meat"},
        ]
        added = await self.add(said, user_id=self.alice, metadata={"source": "chat", "n": 1})
        check([row["event"] for row in added], ["ADD", "ADD"], "events of an add")
        check([row["memory"] for row in added], [said[1]["content"], said[2]["content"]], "what was stored")
        self.first = added[0]["id"]
        # What was added is there at once.
        got = await settled(self.client.get(self.first))
        check((got["memory"], got["user_id"]), (said[1]["content"], self.alice), "get")
        check(got["metadata"], {"source": "chat", "n": 1}, "metadata")
        again = await self.add(said[1:2], user_id=self.alice, metadata={"source": "chat", "n": 1})
        check(again[0]["id"], self.first, "the same again")
        plain = await self.add("Bob plays the cello in an orchestra", user_id=self.bob, infer=False)
        check(plain[0]["event"], "ADD", "a text")
        self.cello = plain[0]["id"]
        await self.add("The bot answers in rhymes", agent_id=self.bot, infer=False)
        await self.add("Alice asked the bot for a poem", user_id=self.alice, agent_id=self.bot, infer=False)
        await self.add("Alice packs for the mountains", user_id=self.alice, run_id=self.trip, infer=False)
        await self.add("The app is blue", app_id=self.app, infer=False)
        await refused("an add without an owner", lambda: self.client.add("nobody's"), "ValidationError", "APIError")

    async def reading(self):
        check(texts(await self.get_all({"user_id": self.bob})), ["Bob plays the cello in an orchestra"], "get_all")
        found = rows(await self.search("who plays an instrument, a cello?", {"user_id": self.bob}))
        check(found[0]["id"], self.cello, "search")
        check(0 < found[0]["score"] <= 1, True, "a score")
        found = rows(await self.search("vegetarian in Porto", {"user_id": self.alice}, top_k=1))
        check([row["id"] for row in found], [self.first], "top_k")
        check(rows(await self.search("cello", {"user_id": self.alice})) == []
              or all(row["user_id"] == self.alice for row in rows(await self.search("cello", {"user_id": self.alice}))),
              True, "nothing of another's")
        await refused("a blank question", lambda: self.client.search(" ", **self.scoped({"user_id": self.bob}, "")),
                      "ValidationError", "ValueError", "APIError")
        await refused("an unknown id", lambda: self.client.get("00000000-0000-7000-8000-000000000000"),
                      "MemoryNotFoundError", "APIError")
        await refused("an id that is none", lambda: self.client.get("x"), "ValidationError", "APIError")
        page = await self.get_all({"user_id": self.alice}, page=1, page_size=2)
        check(len(rows(page)), 2, "a page")
        if MAJOR >= 2:
            check(page["count"], 4, "the count of a page")
        if MAJOR == 0:
            check(len(rows(await settled(self.client.get_all(user_id=self.alice)))), 4, "the first generation's list")
            found = rows(await settled(self.client.search("cello", user_id=self.bob)))
            check(found[0]["id"], self.cello, "the first generation's search")

    async def filters(self):
        poem, packs = "Alice asked the bot for a poem", "Alice packs for the mountains"
        bob, rhymes, blue = "Bob plays the cello in an orchestra", "The bot answers in rhymes", "The app is blue"
        own = ["I am vegetarian and live in Porto", "Noted: no meat", poem, packs]
        a, b, bot = {"user_id": self.alice}, {"user_id": self.bob}, {"agent_id": self.bot}
        for filters, expected in [
            (a, own), ({"AND": [a, bot]}, [poem]), ({"OR": [b, bot]}, [bob, rhymes, poem]), (bot, [rhymes, poem]),
            ({"run_id": self.trip}, [packs]), ({"app_id": self.app}, [blue]),
            ({"user_id": {"in": [self.alice, self.bob]}}, own + [bob]),
            ({"AND": [a, {"NOT": bot}]}, [own[0], own[1], packs]),
            ({"AND": [a, {"agent_id": {"ne": self.bot}}]}, [own[0], own[1], packs]),
            ({"AND": [a, {"agent_id": "*"}]}, [poem]),
            ({"AND": [a], "OR": [bot, {"run_id": self.trip}]}, [poem, packs]),
            ({"AND": [a, {"metadata": {"source": "chat"}}]}, own[:2]),
            ({"AND": [a, {"keywords": {"icontains": "MOUNTAINS"}}]}, [packs]),
            ({"AND": [a, {"created_at": {"gte": "2020-01-01"}}]}, own),
            ({"AND": [a, {"created_at": {"lt": "2020-01-01"}}]}, []),
            ({"AND": [a, {"memory_ids": [self.first, self.cello]}]}, [own[0]]),
        ]:
            check(texts(await self.get_all(filters)), sorted(expected), f"get_all {filters}")
            words = "alice bob bot app vegetarian noted meat poem packs cello rhymes blue mountains"
            check(texts(await self.search(words, filters, top_k=100)), sorted(expected), f"search {filters}")
        await refused("an unknown field", lambda: self.client.get_all(**self.scoped({"colour": "red"}, "list")),
                      "ValidationError", "APIError")

    async def changing(self):
        await settled(self.client.update(self.first, text="I am vegan and live in Porto", metadata={"source": "edit"}))
        got = await settled(self.client.get(self.first))
        check((got["memory"], got["metadata"]), ("I am vegan and live in Porto", {"source": "edit"}), "update")
        history = await settled(self.client.history(self.first))
        check([entry["event"] for entry in history][0], "ADD", "the first entry of a history")
        check([entry["event"] for entry in history][-1], "UPDATE", "the last entry of a history")
        check(history[-1]["new_memory"], "I am vegan and live in Porto", "what it says now")
        check(history[-1]["old_memory"], "I am vegetarian and live in Porto", "what it said before")
        if MAJOR >= 2:
            await settled(self.client.update(self.first, expiration_date="2020-01-01"))
            check(self.first in [row["id"] for row in rows(await self.get_all({"user_id": self.alice}))], False,
                  "an expired memory is hidden")
            shown = await self.get_all({"user_id": self.alice}, show_expired=True)
            check(self.first in [row["id"] for row in rows(shown)], True, "unless it is asked for")
            check((await settled(self.client.get(self.first)))["expiration_date"], "2020-01-01", "get shows it")
            await settled(self.client.update(self.first, expiration_date=None))
            check(self.first in [row["id"] for row in rows(await self.get_all({"user_id": self.alice}))], True,
                  "without a date it is back")
        try:
            feedback = await settled(self.client.feedback(self.first, feedback="POSITIVE", feedback_reason="true"))
            check(feedback["feedback"], "POSITIVE", "feedback")
        except TypeError:
            check(MAJOR < 2, True, "only the older clients fail by themselves after they sent it")

    async def batches(self):
        ids = [(await self.add(f"Batch number {number}", user_id=self.bob, infer=False))[0]["id"] for number in range(3)]
        changed = await settled(self.client.batch_update(
            [{"memory_id": ids[0], "text": "Batch zero"}, {"memory_id": ids[1], "text": "Batch one"}]))
        check(changed["message"], "Successfully updated 2 memories", "batch_update")
        check((await settled(self.client.get(ids[1])))["memory"], "Batch one", "what a batch changed")
        gone = await settled(self.client.batch_delete([{"memory_id": id} for id in ids]))
        check(gone["message"], "Successfully deleted 3 memories", "batch_delete")
        check(texts(await self.get_all({"user_id": self.bob})), ["Bob plays the cello in an orchestra"], "what is left")

    async def exports(self):
        made = await settled(self.client.create_memory_export(
            schema=json.dumps({"type": "object"}), filters={"user_id": self.bob}))
        export = await settled(self.client.get_memory_export(memory_export_id=made["id"]))
        check([row["memory"] for row in export["memories"]], ["Bob plays the cello in an orchestra"], "an export")
        summary = await settled(self.client.get_summary(filters={"user_id": self.bob}))
        check(summary[0]["status"], "not_enabled", "a summary")

    async def projects(self):
        await settled(self.client.update_project(custom_instructions="Only what matters"))
        project = await settled(self.client.get_project(fields=["custom_instructions"]))
        check(project["custom_instructions"], "Only what matters", "the project's settings")
        project = await settled(self.client.project.get())
        check(project["project_id"], self.client.project_id, "the project")
        check(len((await settled(self.client.project.get_members()))["members"]), 1, "members")
        await refused("accounts", lambda: self.client.project.add_member("a@example.com"), "MemoryError", "APIError")

    async def profiles(self):
        check((await settled(self.client.get_profile(self.alice)))["status"], "not_enabled", "a profile")
        job = await settled(self.client.generate_profile(self.alice))
        check(job["status"], "not_enabled", "a job")
        check((await settled(self.client.get_profile_job(job["status_url"])))["job"]["status"], "not_enabled", "its state")
        check((await settled(self.client.sample_profiles(limit=2)))["entity_ids"], [], "samples")
        check((await settled(self.client.get_profile_settings()))["enabled"], False, "settings")
        check((await settled(self.client.update_profile_settings(custom_instructions="x")))["enabled"], False, "settings")

    async def webhooks(self):
        project = self.client.project_id
        made = await settled(self.client.create_webhook(
            url=f"http://127.0.0.1:{self.port}/hook", name="hook", project_id=project,
            event_types=["memory_add", "memory_delete"]))
        check([row["name"] for row in await settled(self.client.get_webhooks(project_id=project))], ["hook"], "webhooks")
        await settled(self.client.update_webhook(webhook_id=made["webhook_id"], name="renamed"))
        check([row["name"] for row in await settled(self.client.get_webhooks(project_id=project))], ["renamed"],
              "a renamed webhook")
        added = await self.add("Told to a webhook", user_id=self.bob, infer=False)
        await settled(self.client.delete(added[0]["id"]))
        told = sorted([await self.told(), await self.told()], key=lambda body: body["event_details"]["event"])
        for body, event in zip(told, ["ADD", "DELETE"]):
            check(body, {"event_details": {
                "id": added[0]["id"], "data": {"memory": "Told to a webhook"}, "event": event}}, "a notification")
        await settled(self.client.delete_webhook(webhook_id=made["webhook_id"]))
        check(await settled(self.client.get_webhooks(project_id=project)), [], "no webhook is left")
        await refused("a host that is not allowed", lambda: self.client.create_webhook(
            url="http://169.254.169.254/", name="x", project_id=project, event_types=["memory_add"]),
            "ValidationError", "APIError")

    @staticmethod
    async def told():
        return await asyncio.get_running_loop().run_in_executor(None, lambda: Receiver.seen.get(timeout=30))

    async def deleting(self):
        users = await settled(self.client.users())
        known = {(row["type"], row["name"]): row["total_memories"] for row in users["results"]}
        for kind, name, count in [("user", self.alice, 4), ("user", self.bob, 1), ("agent", self.bot, 2),
                                  ("app", self.app, 1), ("run", self.trip, 1)]:
            check(known.get((kind, name)), count, f"{kind} {name} among everybody")
        check((await settled(self.client.delete(self.cello)))["message"], "Memory deleted successfully!", "delete")
        await refused("a deleted memory", lambda: self.client.get(self.cello), "MemoryNotFoundError", "APIError")
        check([entry["event"] for entry in await settled(self.client.history(self.cello))], ["ADD", "DELETE"],
              "the history of a deleted memory")
        if MAJOR >= 2:
            await settled(self.client.delete_all(filters={"run_id": self.trip}))
        else:
            await settled(self.client.delete_all(run_id=self.trip))
        check(len(rows(await self.get_all({"user_id": self.alice}))), 3, "delete_all took one")
        await settled(self.client.delete_users(user_id=self.alice))
        check(rows(await self.get_all({"user_id": self.alice})), [], "a user with a slash is gone")
        await settled(self.client.delete_users(agent_id=self.bot))
        await refused("a delete of everything", lambda: self.client.delete_all(), "ValidationError", "APIError")
        await settled(self.client.reset())
        check((await settled(self.client.users()))["count"], 0, "nobody is left")


def main():
    url, port = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else None
    server = None
    if port:
        server = http.server.ThreadingHTTPServer(("127.0.0.1", port), Receiver)
        threading.Thread(target=server.serve_forever, daemon=True).start()
    key = os.environ.get("MEM0_SCENARIO_KEY", "any")
    start = time.monotonic()
    asyncio.run(Scenario(MemoryClient(api_key=key, host=url), "s-", port).run())
    asyncio.run(Scenario(AsyncMemoryClient(api_key=key, host=url), "a-", port).run())
    print(f"mem0ai {version('mem0ai')}: {checks} checks passed in {time.monotonic() - start:.1f} s, "
          f"with the synchronous and the asynchronous client")
    if server:
        server.shutdown()


main()
