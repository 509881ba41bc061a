#!/usr/bin/env python3
"""Drives a server with Anthropic's own client library, unchanged but for its base URL.

    scripts/anthropic-scenario.py http://127.0.0.1:7077 [ACCESS-KEY]

Exits with 1 where an answer is not as it should be.
"""

import hashlib
import json
import sys
import threading

import anthropic
import httpx2
from anthropic.lib.tools import BetaAbstractMemoryTool, ToolError

url = sys.argv[1]
key = sys.argv[2] if len(sys.argv) > 2 else "none"
client = anthropic.Anthropic(
    base_url=url, api_key=key, max_retries=1, default_query={"app": "anthropic-scenario", "user": "alice"})
stores = client.beta.memory_stores
checks = 0


def check(is_right, what):
    global checks
    checks += 1
    if not is_right:
        raise SystemExit(f"anthropic-scenario: {what}")


def fails(kind, body, name=None):
    """The error that a call fails with, which must be of this class, and of this name in its body."""
    try:
        body()
    except kind as error:
        check(name is None or error.body["error"]["type"] == name, f"{error.body} is not {name}")
        check(bool(error.request_id), "an error has the id of its request")
        return error
    raise SystemExit(f"anthropic-scenario: {kind.__name__} was not raised")


def digest(text):
    return hashlib.sha256(text.encode()).hexdigest()


def memory_stores():
    for store in stores.list(limit=100, include_archived=True):
        stores.delete(store.id)
    store = stores.create(name="Plans", description="What is planned", metadata={"team": "a", "old": "1"})
    check(store.type == "memory_store" and store.id.startswith("memstore_"), "a store was made")
    check(store.created_at.tzinfo is not None and store.archived_at is None, "its times are times")
    check(stores.retrieve(store.id) == store, "it is there")
    changed = stores.update(store.id, name="Plan", metadata={"old": None, "new": "2"})
    check((changed.name, changed.metadata) == ("Plan", {"team": "a", "new": "2"}), "it was changed")
    others = [stores.create(name=f"store {number}").id for number in range(5)]
    found = [one.id for one in stores.list(limit=2)]
    check(found == list(reversed(others)) + [store.id], "every page was read, the newest first")
    check([one.id for one in stores.list(created_at_lte=store.created_at)] == [store.id], "by time")
    stores.archive(others[0])
    check(others[0] not in [one.id for one in stores.list()], "an archived store is left out")
    check(others[0] in [one.id for one in stores.list(include_archived=True)], "unless asked for")
    check(stores.delete(others[1]).type == "memory_store_deleted", "a store was deleted")
    fails(anthropic.NotFoundError, lambda: stores.retrieve(others[1]), "not_found_error")
    fails(anthropic.BadRequestError, lambda: stores.create(name=""), "invalid_request_error")
    fails(anthropic.BadRequestError, lambda: stores.create(name="x", metadata={str(n): "" for n in range(17)}))
    return store.id, others[0]


def memories(store, archived):
    memories = stores.memories
    made = memories.create(store, path="/projects/trip.md", content="Lisbon in May\n", view="full")
    check(made.content == "Lisbon in May\n" and made.content_sha256 == digest(made.content), "a memory was made")
    check(made.content_size_bytes == 14 and made.memory_store_id == store, "with its size")
    for path, content in [("/projects/food/fish.md", "x"), ("/notes.md", ""), ("/日本/é.md", "ü"), ("/a b/c+d.md", "1")]:
        check(memories.create(store, path=path, content=content).content is None, "the basic view has no content")
    check(memories.retrieve(made.id, memory_store_id=store) == made, "it is there")
    check(memories.retrieve(made.id, memory_store_id=store, view="basic").content is None, "the basic view")
    all_paths = [item.path for item in memories.list(store, limit=2)]
    check(all_paths == ["/a b/c+d.md", "/notes.md", "/projects/food/fish.md", "/projects/trip.md", "/日本/é.md"], all_paths)
    top = [(item.type, item.path) for item in memories.list(store, depth=1, limit=2)]
    check(top == [("memory_prefix", "/a b/"), ("memory", "/notes.md"), ("memory_prefix", "/projects/"),
                  ("memory_prefix", "/日本/")], top)
    below = [item.path for item in memories.list(store, path_prefix="/projects/", depth=1)]
    check(below == ["/projects/food/", "/projects/trip.md"], below)
    full = list(memories.list(store, path_prefix="/日本/", view="full"))
    check([item.content for item in full] == ["ü"], "the full view has content")

    precondition = {"type": "content_sha256", "content_sha256": made.content_sha256}
    updated = memories.update(made.id, memory_store_id=store, content="Porto\n", precondition=precondition)
    check(updated.id == made.id and updated.content_sha256 == digest("Porto\n"), "it was updated")
    fails(anthropic.ConflictError,
          lambda: memories.update(made.id, memory_store_id=store, content="Rome", precondition=precondition),
          "memory_precondition_failed_error")
    again = memories.update(made.id, memory_store_id=store, content="Porto\n", precondition=precondition)
    check(again.memory_version_id == updated.memory_version_id, "what is as it should be is no conflict")
    taken = fails(anthropic.ConflictError, lambda: memories.create(store, path="/notes.md", content=""),
                  "memory_path_conflict_error")
    check(taken.body["error"]["conflicting_path"] == "/notes.md", "what is in the way is named")
    fails(anthropic.ConflictError, lambda: memories.create(store, path="/notes.md/x", content=""))
    fails(anthropic.ConflictError, lambda: memories.create(store, path="/projects", content=""))
    for path in ["x", "/../x", "/a//b", "/a/", "/a\u200bb", "/e\u0301", "/" + "a" * 1024, "/a" * 21]:
        fails(anthropic.BadRequestError, lambda: memories.create(store, path=path, content=""), "invalid_request_error")
    fails(anthropic.BadRequestError, lambda: memories.create(store, path="/long", content="x" * 102_401))
    memories.create(store, path="/long", content="x" * 102_400)
    moved = memories.update(made.id, memory_store_id=store, path="/archive/trip.md")
    check(moved.id == made.id and moved.path == "/archive/trip.md", "a memory keeps its id when it moves")
    fails(anthropic.ConflictError,
          lambda: memories.delete(made.id, memory_store_id=store, expected_content_sha256=made.content_sha256))
    check(memories.delete(made.id, memory_store_id=store, expected_content_sha256=digest("Porto\n")).type
          == "memory_deleted", "it was deleted")
    fails(anthropic.NotFoundError, lambda: memories.retrieve(made.id, memory_store_id=store))
    fails(anthropic.BadRequestError, lambda: memories.create(archived, path="/x", content=""))
    return made.id, updated


def writers(store):
    """Of several writers with the same precondition, one wins."""
    memory = stores.memories.create(store, path="/counter", content="0")
    precondition = {"type": "content_sha256", "content_sha256": memory.content_sha256}
    outcomes = []

    def write(number):
        try:
            stores.memories.update(
                memory.id, memory_store_id=store, content=f"by {number}", precondition=precondition)
            outcomes.append(True)
        except anthropic.ConflictError:
            outcomes.append(False)

    threads = [threading.Thread(target=write, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    check(sorted(outcomes) == [False] * 7 + [True], outcomes)


def versions(store, memory, updated):
    versions = stores.memory_versions
    found = list(versions.list(store, memory_id=memory, limit=2))
    check([one.operation for one in found] == ["deleted", "modified", "modified", "created"], "every change is a version")
    check([one.path for one in found][1] == "/archive/trip.md" and found[0].content_sha256 is None, "as they were")
    check(found[0].created_by.type == "api_actor" and bool(found[0].created_by.api_key_id), "with their author")
    old = versions.retrieve(found[3].id, memory_store_id=store)
    check(old.content == "Lisbon in May\n", "an old version says what it said")
    redacted = versions.redact(old.id, memory_store_id=store)
    check(redacted.redacted_at is not None and redacted.redacted_by is not None, "it was redacted")
    check((redacted.content, redacted.path, redacted.content_sha256, redacted.content_size_bytes) == (None,) * 4,
          "and says nothing more")
    check(versions.retrieve(old.id, memory_store_id=store) == redacted, "for ever")
    by_author = versions.list(store, api_key_id=found[0].created_by.api_key_id, operation="deleted")
    check([one.id for one in by_author] == [found[0].id], "by author and operation")
    check(list(versions.list(store, session_id="sesn_none")) == [], "by an author that wrote nothing")
    current = next(iter(stores.memories.list(store, path_prefix="/projects/")))
    fails(anthropic.BadRequestError, lambda: versions.redact(current.memory_version_id, memory_store_id=store))


def isolation(store, memory):
    bob = client.with_options(default_query={"app": "anthropic-scenario", "user": "bob"})
    fails(anthropic.NotFoundError, lambda: bob.beta.memory_stores.retrieve(store))
    fails(anthropic.NotFoundError, lambda: list(bob.beta.memory_stores.memory_versions.list(store)))
    check(store not in [one.id for one in bob.beta.memory_stores.list()], "stores are their owner's")


class RemoteMemoryTool(BetaAbstractMemoryTool):
    """The library's memory tool, carried out by the server."""

    def _post(self, command):
        answer = httpx2.post(
            url + "/v1/claude/memory", params={"app": "anthropic-scenario", "user": "alice"},
            headers={"x-api-key": key}, json=command.model_dump(exclude_none=True)).raise_for_status().json()
        if answer["is_error"]:
            raise ToolError(answer["content"])
        return answer["content"]

    view = create = str_replace = insert = delete = rename = _post


def tool_loop():
    """The library's own loop runs the tool with a model that follows a script."""
    script = [
        ({"command": "create", "path": "/memories/loop.md", "file_text": "tea\n"},
         "File created successfully at: /memories/loop.md", False),
        ({"command": "insert", "path": "/memories/loop.md", "insert_line": 1, "insert_text": "jazz"},
         "The file /memories/loop.md has been edited.", False),
        ({"command": "str_replace", "path": "/memories/loop.md", "old_str": "tea", "new_str": "coffee"},
         "The memory file has been edited.\n     1\tcoffee\n     2\tjazz\n     3\t", False),
        ({"command": "rename", "old_path": "/memories/loop.md", "new_path": "/memories/d/loop.md"},
         "Successfully renamed /memories/loop.md to /memories/d/loop.md", False),
        ({"command": "view", "path": "/memories/d/loop.md", "view_range": [1, 1]},
         "Here's the content of /memories/d/loop.md with line numbers:\n     1\tcoffee", False),
        ({"command": "view", "path": "/memories/loop.md"},
         "The path /memories/loop.md does not exist. Please provide a valid path.", True),
        ({"command": "view", "path": "/memories/../etc/passwd"},
         "Error: Path /memories/../etc/passwd would escape /memories directory", True),
        ({"command": "delete", "path": "/memories/d"}, "Successfully deleted /memories/d", False),
    ]
    seen = []

    def answer(request):
        body = json.loads(request.content)
        check(body["tools"] == [{"type": "memory_20250818", "name": "memory"}], "the tool is declared")
        last = body["messages"][-1]["content"]
        if isinstance(last, list):
            seen.append((last[0]["content"], last[0].get("is_error", False)))
        step = len(seen)
        content, reason = [{"type": "text", "text": "done"}], "end_turn"
        if step < len(script):
            content = [{"type": "tool_use", "id": f"toolu_{step}", "name": "memory", "input": script[step][0]}]
            reason = "tool_use"
        return httpx2.Response(200, json={
            "id": f"msg_{step}", "type": "message", "role": "assistant", "model": "scripted", "content": content,
            "stop_reason": reason, "stop_sequence": None, "usage": {"input_tokens": 1, "output_tokens": 1}})

    model = anthropic.Anthropic(
        api_key="none", http_client=anthropic.DefaultHttpxClient(transport=httpx2.MockTransport(answer)))
    final = model.beta.messages.tool_runner(
        model="scripted", max_tokens=100, thread=False, tools=[RemoteMemoryTool()],
        messages=[{"role": "user", "content": "Remember what I like."}]).until_done()
    check(final.content[0].text == "done", "the loop ends")
    for (command, text, is_error), (got, failed) in zip(script, seen, strict=True):
        got = got if isinstance(got, str) else "".join(part["text"] for part in got)
        check((got, failed) == (text, is_error), f"{command}: {got!r}")


store, archived = memory_stores()
memory, updated = memories(store, archived)
writers(store)
versions(store, memory, updated)
isolation(store, memory)
tool_loop()
stores.delete(store)
fails(anthropic.NotFoundError, lambda: stores.retrieve(store))
print(f"anthropic-scenario: {checks} checks with anthropic {anthropic.__version__}: all as they should be")
