import Checkpoints
import Foundation
import HTTPServer
import KeyValues
import Records
import SQLiteDriver

typealias Members = [String: JSONValue]
struct Problem: Error { var status: Int; var code: String; var detail: String }

func text(_ m: Members, _ n: String) throws -> String? {
    switch m[n] { case nil, .null?: nil; case .string(let t)?: t; default: throw Problem(status: 400, code: "invalid", detail: n) }
}
func required(_ m: Members, _ n: String) throws -> String {
    guard let t = try text(m, n) else { throw Problem(status: 400, code: "invalid", detail: "\(n) is required") }
    return t
}
func int(_ m: Members, _ n: String) -> Int? { if case .int(let v)? = m[n] { Int(v) } else { nil } }
func number(_ m: Members, _ n: String) -> Double? {
    switch m[n] { case .int(let v)?: Double(v); case .double(let v)?: v; default: nil }
}
func list(_ m: Members, _ n: String) -> [JSONValue] { if case .array(let a)? = m[n] { a } else { [] } }
func texts(_ m: Members, _ n: String) -> [String] { list(m, n).compactMap { if case .string(let t) = $0 { t } else { nil } } }
func object(_ m: Members, _ n: String) -> Members { if case .object(let o)? = m[n] { o } else { [:] } }
func typed(_ v: JSONValue) throws -> TypedBytes {
    guard case .object(let o) = v, let data = Data(base64Encoded: try required(o, "data")) else {
        throw Problem(status: 400, code: "invalid", detail: "value")
    }
    return TypedBytes(type: try required(o, "type"), bytes: Array(data))
}
func json(_ v: TypedBytes) -> JSONValue {
    .object(["type": .string(v.type), "data": .string(Data(v.bytes).base64EncodedString())])
}
func version(_ v: JSONValue) throws -> Version {
    switch v { case .int(let n): .int(n); case .double(let n): .double(n); case .string(let t): .text(t)
    default: throw Problem(status: 400, code: "invalid", detail: "version") }
}
func json(_ v: Version) -> JSONValue {
    switch v { case .int(let n): .int(n); case .double(let n): .double(n); case .text(let t): .string(t) }
}
func time(_ us: Int64) -> JSONValue {
    let f = ISO8601DateFormatter()
    let s = f.string(from: Date(timeIntervalSince1970: Double(us / 1_000_000)))
    let frac = String(us % 1_000_000)
    return .string(s.dropLast() + "." + String(repeating: "0", count: 6 - frac.count) + frac + "Z")
}
func json(_ w: PendingWrite) -> JSONValue {
    .object(["task": .string(w.task), "task_path": .string(w.taskPath), "index": .int(w.index), "channel": .string(w.channel), "value": json(w.value)])
}
func json(_ t: CheckpointTuple) throws -> JSONValue {
    let c = t.checkpoint
    return .object([
        "thread": .string(c.thread), "namespace": .string(c.namespace), "id": .string(c.id),
        "parent": c.parent.map { .string($0) } ?? .null, "state": json(c.state),
        "versions": .array(c.versions.map { .array([.string($0.channel), json($0.version)]) }),
        "values": .array(c.values.map { .array([.string($0.channel), json($0.value)]) }),
        "incremental": .array(c.incremental.map { .string($0) }), "metadata": .object(try c.metadata.members()),
        "created_at": time(c.createdAt), "writes": .array(t.pendingWrites.map { json($0) }),
    ])
}
func address(_ m: Members) throws -> CheckpointAddress {
    CheckpointAddress(thread: try required(m, "thread"), namespace: try text(m, "namespace") ?? "", id: try text(m, "id"))
}
func json(_ a: CheckpointAddress) -> JSONValue {
    .object(["thread": .string(a.thread), "namespace": .string(a.namespace), "id": a.id.map { .string($0) } ?? .null])
}
func json(_ s: RemovalSummary) -> JSONValue {
    .object(["checkpoints": .int(Int64(s.checkpoints)), "retained": .int(Int64(s.retained)), "values": .int(Int64(s.values))])
}
func cursor(_ m: Members) throws -> Cursor? { try text(m, "cursor").flatMap { Data(base64Encoded: $0) }.map { Cursor(bytes: Array($0)) } }
func json(_ c: Cursor?) -> JSONValue { c.map { .string(Data($0.bytes).base64EncodedString()) } ?? .null }
func json(_ i: Item) -> Members {
    ["namespace": .array(i.namespace.map { .string($0) }), "key": .string(i.key), "value": .object(i.value), "created_at": time(i.createdAt),
     "updated_at": time(i.updatedAt), "expires_at": i.expiresAt.map(time) ?? .null]
}

func checkpoints(_ name: String, _ m: Members, _ store: CheckpointStore) async throws -> JSONValue {
    switch name {
    case "put":
        let a = try address(m)
        guard let state = m["state"] else { throw Problem(status: 400, code: "invalid", detail: "state") }
        var changes: [ChannelChange] = []
        for case .array(let p) in list(m, "changes") {
            guard p.count == 3, case .string(let ch) = p[0] else { throw Problem(status: 400, code: "invalid", detail: "changes") }
            changes.append(ChannelChange(ch, try version(p[1]), p[2] == .null ? nil : try typed(p[2])))
        }
        var versions: [ChannelVersion] = []
        for case .array(let p) in list(m, "versions") {
            guard p.count == 2, case .string(let ch) = p[0] else { throw Problem(status: 400, code: "invalid", detail: "versions") }
            versions.append(ChannelVersion(ch, try version(p[1])))
        }
        return json(try await store.put(
            NewCheckpoint(id: try required(m, "id"), parent: try text(m, "parent"), state: try typed(state), versions: versions, changes: changes,
                incremental: texts(m, "incremental"), metadata: object(m, "metadata")), thread: a.thread, namespace: a.namespace))
    case "writes":
        var writes: [NewWrite] = []
        for case .array(let p) in list(m, "writes") {
            guard p.count == 2, case .string(let ch) = p[0] else { throw Problem(status: 400, code: "invalid", detail: "writes") }
            writes.append(NewWrite(ch, try typed(p[1])))
        }
        try await store.putWrites(writes, task: try required(m, "task"), taskPath: try text(m, "task_path") ?? "", after: try address(m))
        return .object([:])
    case "get": return .object(["tuple": try await store.get(try address(m)).map { try json($0) } ?? .null])
    case "list":
        let page = try await store.list(CheckpointQuery(thread: try text(m, "thread"), namespace: try text(m, "namespace"), id: try text(m, "id"),
            before: try text(m, "before"), metadata: object(m, "metadata"), limit: int(m, "limit") ?? 100, after: try cursor(m)))
        return .object(["tuples": .array(try page.tuples.map { try json($0) }), "next_cursor": json(page.next)])
    case "history":
        let found = try await store.history(of: texts(m, "channels"), at: try address(m))
        return .object(["channels": .array(found.map { .object(["channel": .string($0.channel), "seed": $0.seed.map { json($0) } ?? .null,
            "writes": .array($0.writes.map { json($0) })]) })])
    case "threads":
        let page = try await store.threads(limit: int(m, "limit") ?? 100, after: try cursor(m))
        return .object(["threads": .array(page.threads.map { .object(["thread": .string($0.thread), "latest": $0.latest.map { .string($0) } ?? .null,
            "created_at": time($0.createdAt), "active_at": time($0.activeAt)]) }), "next_cursor": json(page.next)])
    case "delete-thread": return .object(["deleted": .int(Int64(try await store.delete(thread: try required(m, "thread"))))])
    case "copy-thread": return .object(["copied": .int(Int64(try await store.copyThread(try required(m, "source"), to: try required(m, "target"))))])
    case "delete-runs": return json(try await store.delete(runs: texts(m, "runs")))
    case "prune": return json(try await store.prune(texts(m, "threads"), PrunePolicy(keepLatest: int(m, "keep_latest"), maximumAge: number(m, "maximum_age"), maximumBytes: int(m, "maximum_bytes"))))
    case "fork": return json(try await store.fork(try address(m), as: try required(m, "as"), metadata: object(m, "metadata")))
    default: throw Problem(status: 404, code: "not_found", detail: name)
    }
}

func kv(_ name: String, _ m: Members, _ store: KeyValueStore) async throws -> JSONValue {
    if name == "sweep" { return .object(["removed": .int(Int64(try await store.sweepExpired(limit: int(m, "limit") ?? 1_000)))]) }
    var ops: [KeyValues.Operation] = []
    func bool(_ m: Members, _ n: String) -> Bool? { if case .bool(let b)? = m[n] { b } else { nil } }
    for case .object(let o) in list(m, "operations") {
        let ns = texts(o, "namespace")
        switch try required(o, "op") {
        case "get": ops.append(.get(namespace: ns, key: try required(o, "key"), refreshesLifetime: bool(o, "refresh")))
        case "delete": ops.append(.put(namespace: ns, key: try required(o, "key"), value: nil))
        case "put":
            let index: IndexChoice = switch o["index"] { case .bool(false)?: .none; case .array?: .fields(texts(o, "index")); default: .standard }
            let life: LifetimeChoice = switch o["lifetime"] { case .bool(false)?: .unlimited; case nil, .null?: .standard; default: .seconds(number(o, "lifetime") ?? 0) }
            ops.append(.put(namespace: ns, key: try required(o, "key"), value: object(o, "value"), index: index, lifetime: life))
        case "search":
            ops.append(.search(ItemSearch(prefix: texts(o, "prefix"), query: try text(o, "query"), filter: try ItemFilter(object(o, "filter")),
                limit: int(o, "limit") ?? 10, offset: int(o, "offset") ?? 0, refreshesLifetime: bool(o, "refresh"))))
        default:
            ops.append(.listNamespaces(NamespaceQuery(prefix: texts(o, "prefix"), suffix: texts(o, "suffix"), maximumDepth: int(o, "max_depth"),
                limit: int(o, "limit") ?? 100, offset: int(o, "offset") ?? 0)))
        }
    }
    return .object(["results": .array(try await store.batch(ops).map { result in
        switch result {
        case .item(let i): .object(["item": i.map { .object(json($0)) } ?? .null])
        case .items(let found): .object(["items": .array(found.map { f in var o = json(f.item); o["score"] = f.score.map { .double($0) } ?? .null; return .object(o) })])
        case .namespaces(let n): .object(["namespaces": .array(n.map { .array($0.map { .string($0) }) })])
        case .done: .object([:])
        }
    })])
}

func bench(_ store: CheckpointStore, _ label: String) async throws {
    func percentile(_ v: [Double], _ p: Double) -> Double { v.sorted()[Int(Double(v.count - 1) * p)] }
    let clock = ContinuousClock()
    func ms(_ d: Duration) -> Double { Double(d.components.seconds) * 1e3 + Double(d.components.attoseconds) / 1e15 }
    let messages = (0..<20).map { "message \($0): " + String(repeating: "lorem ipsum ", count: 12) }.joined()
    var puts: [Double] = [], writes: [Double] = [], gets: [Double] = [], getsById: [Double] = [], plain: [Double] = []
    var parent: String?
    for n in 0..<1_000 {
        let id = String(format: "1f%010d", n)
        let v = String(format: "%020d.0123456789abcdef", n)
        let new = NewCheckpoint(id: id, parent: parent, state: TypedBytes(type: "msgpack", bytes: Array(repeating: 7, count: 300)),
            versions: [ChannelVersion("messages", .text(v)), ChannelVersion("__start__", .int(1))],
            changes: [ChannelChange("messages", .text(v), TypedBytes(type: "msgpack", bytes: Array(messages.utf8)))] + (n == 0 ? [ChannelChange("__start__", .int(1), nil)] : []),
            metadata: ["source": .string("loop"), "step": .int(Int64(n)), "parents": .object([:])])
        let t0 = clock.now
        try await store.put(new, thread: label)
        puts.append(ms(clock.now - t0))
        let p0 = clock.now
        _ = try await store.get(CheckpointAddress(thread: label))
        plain.append(ms(clock.now - p0))
        let t1 = clock.now
        try await store.putWrites([NewWrite("messages", TypedBytes(type: "msgpack", bytes: Array(repeating: 1, count: 200)))], task: "task-\(n)", after: CheckpointAddress(thread: label, id: id))
        writes.append(ms(clock.now - t1))
        let t2 = clock.now
        _ = try await store.get(CheckpointAddress(thread: label))
        gets.append(ms(clock.now - t2))
        let t3 = clock.now
        _ = try await store.get(CheckpointAddress(thread: label, id: id))
        getsById.append(ms(clock.now - t3))
        parent = id
    }
    let l0 = clock.now
    let count = try await store.list(CheckpointQuery(thread: label, namespace: "", limit: 1_000)).tuples.count
    let l1 = ms(clock.now - l0)
    for (name, v) in [("put", puts), ("get latest, no writes", plain), ("put_writes", writes), ("get latest", gets), ("get id", getsById)] {
        print(label, name, String(format: "p50 %.4f p95 %.4f", percentile(v, 0.5), percentile(v, 0.95)))
    }
    print(label, "list \(count)", String(format: "%.1f ms", l1))
}

let arguments = CommandLine.arguments
let path = arguments.count > 2 ? arguments[2] : NSTemporaryDirectory() + "scratch-\(getpid()).db"
let records = try SQLiteRecords.open(SQLiteConfiguration(path: path, synchronous: .normal))
let store = try await CheckpointStore(records)
if arguments.count > 1, arguments[1] == "bench" {
    for round in 0..<3 { try await bench(store, "round \(round)") }
    await records.close()
    exit(0)
}
let items = try await KeyValueStore(records, configuration: .init(index: ItemIndex()))
let server = HTTPServer(configuration: HTTPServer.Configuration(host: "127.0.0.1", port: Int(arguments[1]) ?? 0)) { request in
    func answer(_ status: Int, _ value: JSONValue) -> HTTPResponse {
        HTTPResponse(status: status, headers: [("Content-Type", "application/json")], body: Array(value.canonical.utf8))
    }
    func problem(_ code: String, _ detail: String) -> HTTPResponse {
        let status = ["invalid": 400, "not_found": 404, "conflict": 409, "parent_missing": 409, "unsupported": 501, "unavailable": 503, "outcome_unknown": 503, "closed": 503][code] ?? 500
        return answer(status, .object(["code": .string(code), "detail": .string(detail), "status": .int(Int64(status))]))
    }
    do {
        guard case .object(let m) = try JSONValue(parsing: String(decoding: request.body, as: UTF8.self)), request.pathSegments.count == 3 else {
            throw Problem(status: 400, code: "invalid", detail: "body")
        }
        let tenant = try text(m, "tenant") ?? ""
        let value = request.pathSegments[1] == "checkpoints"
            ? try await checkpoints(request.pathSegments[2], m, try store.inTenant(tenant))
            : try await kv(request.pathSegments[2], m, try items.inTenant(tenant))
        return answer(200, value)
    } catch let e as CheckpointError { return problem(e.code.rawValue, e.message)
    } catch let e as KeyValueError { return problem(e.code.rawValue, e.message)
    } catch let e as Problem { return problem(e.code, e.detail)
    } catch { return problem("failed", "\(error)") }
}
print("listening", try server.start())
try await Task.sleep(for: .seconds(36_000))
