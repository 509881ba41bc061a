import Foundation
import MemoryAPI
import Testing

@Suite("The client and the catalogue") struct CatalogueTests {
    private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("Sources/AgentMemoryClient/Generated")

    /// Fails when an operation has no method, or one that is not what the catalogue says.
    @Test func everyOperationHasTheMethodThatTheCatalogueSays() throws {
        let source = ClientSource()
        #expect(source.files.count > Catalogue.operations.count)
        if ProcessInfo.processInfo.environment["AGENT_MEMORY_WRITE_CLIENT"] != nil { try write(source) }
        let present = try FileManager.default.contentsOfDirectory(atPath: Self.folder.path)
        #expect(Set(present) == Set(source.files.keys))
        for (name, text) in source.files {
            let written = (try? String(contentsOf: Self.folder.appendingPathComponent(name), encoding: .utf8)) ?? ""
            #expect(Self.words(written) == Self.words(text), "\(name) is not what the catalogue says")
        }
    }

    private func write(_ source: ClientSource) throws {
        try? FileManager.default.removeItem(at: Self.folder)
        try FileManager.default.createDirectory(at: Self.folder, withIntermediateDirectories: true)
        for (name, text) in source.files {
            try text.write(to: Self.folder.appendingPathComponent(name), atomically: true, encoding: .utf8)
        }
    }

    /// The text without white space, which is the formatter's.
    private static func words(_ text: String) -> String { text.filter { !$0.isWhitespace } }
}
