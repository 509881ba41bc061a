import Foundation
import Mem0HTTP
import Memories
import Projects
import Records
import Synchronization
import Testing

/// Takes notifications, and answers as it is told.
private final class Receiver: WebhookSender {
    private struct State {
        var bodies: [String] = []
        var addresses: [String] = []
        var status: Int? = 200
    }

    private let state = Mutex(State())

    var bodies: [String] { state.withLock { $0.bodies } }
    var addresses: [String] { state.withLock { $0.addresses } }

    func answer(_ status: Int?) { state.withLock { $0.status = status } }

    func post(_ body: [UInt8], to url: URL) async -> Int? {
        state.withLock { state in
            state.bodies.append(String(decoding: body, as: UTF8.self))
            state.addresses.append(url.absoluteString)
            return state.status
        }
    }
}

@Suite("mem0's webhooks") struct WebhookTests {
    private static let hosts = ["hooks.example", "127.0.0.1:8443"]
    private static let path = "/api/v1/webhooks/projects/shop/"

    private static func make(_ types: String) async throws -> (Mem0Service, WebhookDelivery, Receiver, String) {
        let test = try await Mem0Service(hosts: hosts)
        let receiver = Receiver()
        let delivery = WebhookDelivery(test.documents, hosts: WebhookHosts(hosts), sender: receiver)
        let made = try await test.ask(
            "POST", path, #"{"url":"https://hooks.example/a","name":"h","event_types":\#(types)}"#)
        #expect(made.status == 201)
        return (test, delivery, receiver, try #require(made["webhook_id"]?.text))
    }

    @Test func tellsOfEveryChange() async throws {
        let (test, delivery, receiver, _) = try await Self.make(#"["memory_add","memory_update","memory_delete"]"#)
        let id = try await test.add("Likes tea", #""user_id":"alice""#)
        try await delivery.deliver()
        _ = try await test.ask("PUT", "/v1/memories/\(id)/", #"{"text":"Likes milk"}"#)
        try await delivery.deliver()
        _ = try await test.ask("DELETE", "/v1/memories/\(id)/")
        try await delivery.deliver()
        #expect(
            receiver.bodies
                == [("Likes tea", "ADD"), ("Likes milk", "UPDATE"), ("Likes milk", "DELETE")].map {
                    #"{"event_details":{"data":{"memory":"\#($0.0)"},"event":"\#($0.1)","id":"\#(id)"}}"#
                })
        #expect(Set(receiver.addresses) == ["https://hooks.example/a"])
        #expect(try await delivery.deliver() == 0, "what arrived is not sent again")
    }

    @Test func onlyWhatWasAskedFor() async throws {
        let (test, delivery, receiver, _) = try await Self.make(#"["memory_delete"]"#)
        _ = try await test.add("Likes tea", #""user_id":"alice""#)
        _ = try await test.add("Likes milk", #""user_id":"bob""#)
        _ = try await test.ask("DELETE", "/v1/memories/?user_id=*")
        while try await delivery.deliver() > 0 {}
        #expect(receiver.bodies.count == 2)
    }

    @Test func triesAgainLaterAndLater() async throws {
        let (test, delivery, receiver, _) = try await Self.make(#"["memory_add"]"#)
        receiver.answer(nil)
        _ = try await test.add("Likes tea", #""user_id":"alice""#)
        #expect(try await delivery.deliver() == 1)
        #expect(try await delivery.deliver() == 0, "not at once")
        test.clock.advance(seconds: 10)
        receiver.answer(500)
        #expect(try await delivery.deliver() == 1)
        test.clock.advance(seconds: 10)
        #expect(try await delivery.deliver() == 0, "the second wait is longer")
        test.clock.advance(seconds: 10)
        receiver.answer(200)
        #expect(try await delivery.deliver() == 1)
        test.clock.advance(seconds: 86_400)
        #expect(try await delivery.deliver() == 0)
        #expect(Set(receiver.bodies).count == 1 && receiver.bodies.count == 3)
    }

    @Test func givesUpInTheEnd() async throws {
        let (test, delivery, receiver, _) = try await Self.make(#"["memory_add"]"#)
        receiver.answer(500)
        _ = try await test.add("Likes tea", #""user_id":"alice""#)
        for _ in 0..<20 {
            try await delivery.deliver()
            test.clock.advance(seconds: 86_400)
        }
        #expect(receiver.bodies.count == 12)
    }

    /// A server that died while sending leaves its notification to another.
    @Test func leasesEnd() async throws {
        let (test, delivery, receiver, _) = try await Self.make(#"["memory_add"]"#)
        _ = try await test.add("Likes tea", #""user_id":"alice""#)
        #expect(try await test.documents.takeDeliveries(limit: 10).count == 1)
        #expect(try await delivery.deliver() == 0, "somebody else has it")
        test.clock.advance(seconds: 61)
        #expect(try await delivery.deliver() == 1)
        #expect(receiver.bodies.count == 1)
    }

    /// The notification is in the commit of the change: it waits in the owner's partition, whatever happens afterwards.
    @Test func isWrittenWithTheChange() async throws {
        let (test, delivery, receiver, _) = try await Self.make(#"["memory_add","memory_update"]"#)
        _ = try await test.add("Likes tea", #""user_id":"alice""#)
        let owner = Scope(app: "shop", user: "alice").partition
        let waiting = Read.count("project_delivery", .all)
        #expect(try await test.store.records.read(waiting, in: owner).count == 1)
        // Adding the same again is an update, and nothing is told of what failed.
        _ = try await test.add("Likes tea", #""user_id":"alice""#)
        #expect(try await test.store.records.read(waiting, in: owner).count == 2)
        let failed = try await test.ask(
            "POST", "/v3/memories/add/", #"{"messages":"hi","user_id":"alice","metadata":7}"#)
        #expect(failed.status == 400)
        while try await delivery.deliver() > 0 {}
        #expect(receiver.bodies.count == 2)
        #expect(try await test.store.records.read(waiting, in: owner).count == 0)
    }

    @Test func whoeverLeavesHearsNoMore() async throws {
        let (test, delivery, receiver, id) = try await Self.make(#"["memory_add"]"#)
        _ = try await test.add("Likes tea", #""user_id":"alice""#)
        #expect(try await test.ask("DELETE", "/api/v1/webhooks/\(id)/").status == 200)
        #expect(try await delivery.deliver() == 1)
        #expect(receiver.bodies.isEmpty)
        #expect(try await test.ask("GET", Self.path).rows().isEmpty)
        #expect(try await test.ask("PUT", "/api/v1/webhooks/\(id)/", "{}").status == 404)
    }

    /// The operator decides again when it is sent, not only when it was made.
    @Test func aHostThatIsAllowedNoMoreIsNotCalled() async throws {
        let (test, _, receiver, _) = try await Self.make(#"["memory_add"]"#)
        _ = try await test.add("Likes tea", #""user_id":"alice""#)
        let strict = WebhookDelivery(test.documents, hosts: WebhookHosts(["other.example"]), sender: receiver)
        #expect(try await strict.deliver() == 1)
        #expect(receiver.bodies.isEmpty)
    }

    @Test(arguments: [
        "http://127.0.0.1/", "http://127.0.0.1:8444/", "http://localhost/", "http://[::1]/", "ftp://hooks.example/",
        "http://hooks.example.evil/", "http://user:pass@hooks.example/", "http://evil/@hooks.example",
        "file:///etc/passwd", "hooks.example", "", "http://hooks.example\\@evil/", "http://169.254.169.254/",
    ]) func refusesWhatIsNotAllowed(_ url: String) async throws {
        let test = try await Mem0Service(hosts: Self.hosts)
        let body = JSONValue.object(["url": .string(url), "name": .string("h")]).canonical
        let answer = try await test.ask("POST", Self.path, body)
        #expect(answer.status == 400)
        #expect(answer["detail"]?.text?.contains("--allow-webhooks") == true)
        #expect(try await test.ask("GET", Self.path).rows().isEmpty)
    }

    @Test func changes() async throws {
        let (test, delivery, receiver, id) = try await Self.make(#"["memory_delete"]"#)
        let put = try await test.ask(
            "PUT", "/api/v1/webhooks/\(id)/",
            #"{"url":"https://127.0.0.1:8443/b","event_types":["memory_add"],"name":"other"}"#)
        #expect(put.status == 200 && put["message"]?.text != nil)
        let row = try #require(try await test.ask("GET", Self.path).rows().first)
        #expect(row["name"] == .string("other") && row["project"] == .string("shop"))
        #expect(row["is_active"] == .bool(true) && row["created_at"]?.text != nil)
        _ = try await test.add("Likes tea", #""user_id":"alice""#)
        try await delivery.deliver()
        #expect(receiver.addresses == ["https://127.0.0.1:8443/b"])
        for wrong in [#"{"event_types":["sleep"]}"#, #"{"event_types":[]}"#, #"{"url":"http://evil/"}"#] {
            #expect(try await test.ask("PUT", "/api/v1/webhooks/\(id)/", wrong).status == 400)
        }
    }
}
