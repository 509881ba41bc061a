import Records
import Testing

@Suite("Key–value items over HTTP") struct KeyValueCallTests {
    @Test("A batch answers each operation in order") func batches() async throws {
        let service = try await Service()
        try await service.ask(
            "/v1/kv/batch",
            """
            {"operations":[
            {"op":"put","namespace":["a","b/c"],"key":"k","value":{"text":"likes tea","n":[1,1.5,null]}},
            {"op":"put","namespace":["a"],"key":"hidden","value":{"text":"tea"},"index":false,"lifetime":60},
            {"op":"put","namespace":["b"],"key":"k","value":{"n":2},"index":["n"],"lifetime":false}]}
            """)
        let answer = try await service.ask(
            "/v1/kv/batch",
            """
            {"operations":[
            {"op":"get","namespace":["a","b/c"],"key":"k"},{"op":"get","namespace":["a"],"key":"none"},
            {"op":"search","prefix":["a"],"query":"tea"},{"op":"search","filter":{"n":{"$gte":2}},"limit":1},
            {"op":"list_namespaces","prefix":["a"],"max_depth":1},{"op":"delete","namespace":["b"],"key":"k"}]}
            """)
        guard case .array(let results)? = answer["results"], results.count == 6 else {
            throw StoreError(.invalid, "no results")
        }
        func item(_ value: JSONValue?) throws -> [String: JSONValue] {
            guard case .object(let item)? = value else { throw StoreError(.invalid, "no item") }
            return item
        }
        func items(_ result: JSONValue) throws -> [[String: JSONValue]] {
            guard case .array(let items)? = result.value(at: ["items"]) else {
                throw StoreError(.invalid, "no items")
            }
            return try items.map { try item($0) }
        }
        let first = try item(results[0].value(at: ["item"]))
        #expect(first["namespace"] == (try json("[\"a\",\"b/c\"]")))
        #expect(first["value"] == (try json("{\"text\":\"likes tea\",\"n\":[1,1.5,null]}")))
        #expect(first["expires_at"] == .null && first["created_at"] == first["updated_at"])
        #expect(results[1] == .object(["item": .null]))
        let found = try items(results[2])
        #expect(found.map { $0["key"] } == [.string("k"), .string("hidden")])
        guard case .double(let score)? = found[0]["score"] else { throw StoreError(.invalid, "no score") }
        #expect(score > 0 && score <= 1)
        #expect(found[1]["score"] == .null && found[1]["expires_at"] != .null)
        #expect(try items(results[3]).map { $0["key"] } == [.string("k")])
        #expect(results[4] == .object(["namespaces": .array([.array([.string("a")])])]))
        #expect(results[5] == .object([:]))
        #expect(try await service.ask("/v1/kv/sweep", "{\"limit\":10}").members == ["removed": .int(0)])
        let other = try await service.ask(
            "/v1/kv/batch", "{\"tenant\":\"x\",\"operations\":[{\"op\":\"search\"},{\"op\":\"list_namespaces\"}]}")
        #expect(other["results"] == (try json("[{\"items\":[]},{\"namespaces\":[]}]")))
    }

    @Test(
        "What is wrong is named",
        arguments: [
            ("{\"operations\":[5]}", "an operation must be a JSON object"), ("{\"operations\":[{}]}", "op is required"),
            (
                "{\"operations\":[{\"op\":\"move\"}]}",
                "op must be get, put, delete, search or list_namespaces"
            ),
            (
                "{\"operations\":[{\"op\":\"put\",\"namespace\":[\"a\"],\"key\":\"k\"}]}", "value is required"
            ),
            (
                "{\"operations\":[{\"op\":\"put\",\"namespace\":[\"a\"],\"key\":\"k\",\"value\":{},\"index\":true}]}",
                "index must be false or a list of field paths"
            ),
            (
                "{\"operations\":[{\"op\":\"put\",\"namespace\":[\"a\"],\"key\":\"k\",\"value\":{},\"lifetime\":true}]}",
                "lifetime must be false or a number of seconds"
            ),
            ("{\"operations\":[{\"op\":\"get\",\"namespace\":[],\"key\":\"k\"}]}", "namespace must not be empty"),
            (
                "{\"operations\":[{\"op\":\"search\",\"filter\":{\"a\":{\"$in\":1}}}]}",
                "a filter knows $eq, $ne, $gt, $gte, $lt, $lte only"
            ),
        ])
    func refusals(_ body: String, _ detail: String) async throws {
        let service = try await Service()
        let answer = try await service.post("/v1/kv/batch", body)
        #expect(answer.status == 400 && answer.code == "invalid")
        #expect(answer["detail"] == .string(detail))
    }
}
