#!/usr/bin/env python3
"""Drives the block calls of a server with Letta's own client library, unchanged but for its base URL.

    scripts/letta-scenario.py http://127.0.0.1:7077 [ACCESS-KEY]

Exits with 1 where an answer is not as it should be.
"""

import sys

import letta_client
from letta_client import Letta

url = sys.argv[1]
key = sys.argv[2] if len(sys.argv) > 2 else "none"
client = Letta(
    base_url=url, api_key=key, max_retries=1, default_query={"app": "letta-scenario", "user": "alice"})
checks = 0


def check(is_right, what):
    global checks
    checks += 1
    if not is_right:
        raise SystemExit(f"letta-scenario: {what}")


def fails(kind, body):
    try:
        body()
    except kind as error:
        check("detail" in error.body, f"{error.body} has no detail")
        return error
    raise SystemExit(f"letta-scenario: {kind.__name__} was not raised")


for block in list(client.blocks.list(limit=1000)):
    client.blocks.delete(block.id)
human = client.blocks.create(
    label="human", value="Likes tea", limit=100, description="The user", metadata={"k": 1}, tags=["a", "b"])
check(human.id.startswith("block-") and human.label == "human" and human.limit == 100, "a block was made")
check(client.blocks.retrieve(human.id) == human, "it is there")
persona = client.blocks.create(label="persona", value="Helpful", read_only=True)
check(persona.limit == 100_000 and persona.read_only, "with the usual limit")
others = [client.blocks.create(label=f"note/{number}", value="").id for number in range(5)]
check([one.id for one in client.blocks.list(limit=3, order="asc")] == [human.id, persona.id] + others, "every page")
check([one.id for one in client.blocks.list(limit=3)] == list(reversed([human.id, persona.id] + others)),
      "the newest first")
check([one.id for one in client.blocks.list(label="human")] == [human.id], "by label")
check([one.id for one in client.blocks.list(tags=["a", "x"])] == [human.id], "by any tag")
check([one.id for one in client.blocks.list(tags=["a", "x"], match_all_tags=True)] == [], "by all tags")
check([one.id for one in client.blocks.list(value_search="tea")] == [human.id], "by value")
changed = client.blocks.update(human.id, value="Likes coffee", description="Who it is")
check((changed.value, changed.description, changed.label) == ("Likes coffee", "Who it is", "human"), "it was changed")
fails(letta_client.BadRequestError, lambda: client.blocks.update(human.id, value="x" * 101))
fails(letta_client.BadRequestError, lambda: client.blocks.create(label="", value=""))
fails(letta_client.NotFoundError, lambda: client.blocks.retrieve("block-none"))

for agent in ["agent-1", "agent-2"]:
    state = client.agents.blocks.attach(human.id, agent_id=agent)
    check(state.id == agent and [one.id for one in state.blocks] == [human.id], "it was attached")
client.agents.blocks.attach(persona.id, agent_id="agent-1")
client.agents.blocks.attach(others[0], agent_id="agent-1")
check([one.label for one in client.agents.blocks.list("agent-1", limit=2)] == ["human", "persona", "note/0"],
      "an agent's blocks, every page")
edited = client.agents.blocks.update("human", agent_id="agent-1", value="Likes both")
check(edited.id == human.id, "by label")
check(client.agents.blocks.retrieve("human", agent_id="agent-2").value == "Likes both", "a block is shared")
check(client.agents.blocks.retrieve("note/0", agent_id="agent-1").id == others[0], "a label may have a slash")
check([one.id for one in client.blocks.agents.list(human.id)] == ["agent-1", "agent-2"], "a block's agents")
check([one.id for one in client.blocks.list(connected_to_agents_count_gt=1)] == [human.id], "by how many agents")
double = client.blocks.create(label="human", value="")
fails(letta_client.ConflictError, lambda: client.agents.blocks.attach(double.id, agent_id="agent-1"))
state = client.agents.blocks.detach(human.id, agent_id="agent-2")
check(state.blocks == [] and state.memory.blocks == [], "it was detached")
fails(letta_client.NotFoundError, lambda: client.agents.blocks.retrieve("human", agent_id="agent-2"))

bob = client.with_options(default_query={"app": "letta-scenario", "user": "bob"})
fails(letta_client.NotFoundError, lambda: bob.blocks.retrieve(human.id))
check(list(bob.blocks.list()) == [] and list(bob.agents.blocks.list("agent-1")) == [], "blocks are their owner's")
client.blocks.delete(human.id)
check([one.label for one in client.agents.blocks.list("agent-1")] == ["persona", "note/0"], "a deleted block is gone")
print(f"letta-scenario: {checks} checks with letta-client {letta_client.__version__}: all as they should be")
