import InMemoryRecords
import Memories
import Records
import Testing
import Transcripts

/// Message lists that are large, or of which not everything is taken.
@Suite("Imports of message lists")
struct TranscriptImportTests {
    private let scope = "app=app&user=alice&format=openai"
    private let owner = Owner(app: "app", user: "alice")

    /// A picture of so many bytes, as base64 in a data URL.
    private func picture(_ bytes: Int) -> String {
        #"{"type":"image_url","image_url":{"url":"data:image/png;base64,"# + String(repeating: "AAAA", count: bytes / 3)
            + #""}}"#
    }

    private func message(_ pictures: String...) -> String {
        #"{"role":"user","content":["# + pictures.joined(separator: ",") + "]}"
    }

    @Test func ordinaryPicturesAreTaken() async throws {
        let test = try await TestService()
        let one = picture(2_400_000)
        let list = "[" + [message(one), message(one), message(one, one)].joined(separator: ",") + "]"
        let answer = try await test.ask("POST", "/v1/transcripts/import?\(scope)&session=s", list)
        #expect(answer["created"] == .int(3), "\(answer.text.prefix(200))")
        let stored = try await test.transcripts.events(in: .session("s"), of: owner).events
        #expect(stored.count == 3)
    }

    @Test func whatIsTooLargeIsRefusedBeforeAnythingIsWritten() async throws {
        let test = try await TestService()
        let small = Array(repeating: #"{"role":"user","content":"x"}"#, count: 40)
        let list = "[" + (small + [message(picture(6_600_000))]).joined(separator: ",") + "]"
        let answer = try await test.ask("POST", "/v1/transcripts/import?\(scope)&session=s", list)
        #expect((answer.status, answer.string("code")) == (400, "invalid"))
        #expect(answer.text.contains("message 40 of the list") && answer.text.contains("the limit"))
        #expect(try await test.ask("GET", "/v1/sessions?app=app&user=alice")["count"] == .int(0))
    }

    /// What nobody chose is what the store takes; what was chosen and does not fit is refused.
    @Test func aStoreThatTakesLessSaysSo() async throws {
        let test = try await TestService(over: SmallRecords())
        #expect(test.transcripts.configuration.maximumEventBytes == 1 << 20)
        let answer = try await test.ask(
            "POST", "/v1/transcripts/import?\(scope)&session=s", "[\(message(picture(1_200_000)))]")
        #expect(answer.text.contains("the limit of one message is 1048576"), "\(answer.text.prefix(300))")
        await #expect(throws: TranscriptError.self) {
            _ = try await TranscriptStore(
                SmallRecords(), configuration: TranscriptStoreConfiguration(maximumEventBytes: 2 << 20))
        }
    }

    @Test func whatIsBesideTheMessagesIsNamed() async throws {
        let test = try await TestService()
        let answer = try await test.ask(
            "POST", "/v1/transcripts/import?\(scope)&session=s",
            #"{"model":"m","messages":[{"role":"user","content":"x"}]}"#)
        #expect(answer["omissions"] == .array([.string("model, which is beside the messages")]), "\(answer.text)")
    }
}

/// A store whose values have at most 1 MiB.
private struct SmallRecords: RecordStore {
    private let base = InMemoryRecords()

    var capabilities: Capabilities {
        var capabilities = base.capabilities
        capabilities.maximumValueBytes = 1 << 20
        return capabilities
    }
    func prepare(_ types: [RecordType]) async throws(StoreError) { try await base.prepare(types) }
    func commit(_ batches: [Batch]) async -> [Result<Receipt, StoreError>] { await base.commit(batches) }
    func read(_ reads: [Read], in partition: Partition, atLeast: Stamp?) async throws(StoreError) -> [Page] {
        try await base.read(reads, in: partition, atLeast: atLeast)
    }
    func changes(
        of type: String, in partition: Partition, after: Stamp, limit: Int, fields: [String]?
    ) async throws(StoreError) -> Changes {
        try await base.changes(of: type, in: partition, after: after, limit: limit, fields: fields)
    }
    func survey(_ query: Query) async throws(StoreError) -> SurveyPage { try await base.survey(query) }
    func watch(_ partition: Partition) -> AsyncStream<Void> { base.watch(partition) }
    func scrub(within seconds: Double) async throws(StoreError) -> [String] { try await base.scrub(within: seconds) }
    func close() async { await base.close() }
}
