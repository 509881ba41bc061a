import MemoryFiles
import Records
import TestStores
import Testing

@Suite("Folders") struct FolderTests {
    @Test(arguments: TestBackend.all) func oneIsMadeChangedArchivedAndDeleted(_ backend: TestBackend) async throws {
        let (files, _) = try await backend.makeFiles()
        let made = try await files.createFolder(
            "Plans", description: "What is planned", metadata: ["a": "1", "b": "2"])
        #expect(made.id.hasPrefix("memstore_"))
        #expect(try await files.folder(made.id) == made)
        let changed = try await files.updateFolder(made.id, FolderChange(name: "Plan", metadata: ["a": nil, "c": "3"]))
        #expect(changed.name == "Plan" && changed.description == "What is planned")
        #expect(changed.metadata == ["b": "2", "c": "3"] && changed.updatedAt > made.updatedAt)
        let file = try await files.create("/a.md", "one", in: made.id)
        let archived = try await files.archiveFolder(made.id)
        #expect(archived.archivedAt != nil)
        #expect(try await files.archiveFolder(made.id) == archived, "a second time changes nothing")
        for attempt: @Sendable (FileStore) async throws -> Void in [
            { _ = try await $0.create("/b.md", "two", in: made.id) },
            { _ = try await $0.update(file.id, content: "two", in: made.id) },
            { _ = try await $0.update(file.id, content: "one", in: made.id) },
            { _ = try await $0.updateFolder(made.id, FolderChange(name: "x")) },
            { try await $0.move("/a.md", to: "/b.md", in: made.id) },
        ] {
            #expect(try await files.failure(attempt).code == .archived)
        }
        #expect(try await files.file(file.id, in: made.id) == file, "it can be read")
        try await files.delete(file.id, in: made.id)
        #expect(try await files.deleteFolder(made.id))
        #expect(try await files.deleteFolder(made.id) == false)
        #expect(try await files.failure { _ = try await $0.folder(made.id) }.code == .notFound)
        #expect(try await files.failure { _ = try await $0.versions(in: made.id) }.code == .notFound)
    }

    @Test(arguments: TestBackend.all) func thePagesOfAListAreWhole(_ backend: TestBackend) async throws {
        let (files, first) = try await backend.makeFiles()
        var ids = [first]
        for number in 0..<6 { ids.append(try await files.createFolder("f\(number)").id) }
        try await files.archiveFolder(ids[3])
        try await files.deleteFolder(ids[4])
        var found: [String] = []
        var query = FolderQuery(limit: 2)
        repeat {
            let page = try await files.folders(query)
            found += page.elements.map(\.id)
            query.after = page.next
        } while query.after != nil
        #expect(found == [ids[6], ids[5], ids[2], ids[1], ids[0]])
        let all = try await files.folders(FolderQuery(includesArchived: true, limit: 100)).elements
        #expect(all.map(\.id) == [ids[6], ids[5], ids[3], ids[2], ids[1], ids[0]])
        let times = all.map(\.createdAt)
        let some = FolderQuery(
            includesArchived: true, createdAtLeast: times[3], createdAtMost: times[1], limit: 100)
        #expect(try await files.folders(some).elements.map(\.id) == [ids[5], ids[3], ids[2]])
    }

    @Test(arguments: TestBackend.all) func ownersAreApart(_ backend: TestBackend) async throws {
        let (alice, folder) = try await backend.makeFiles(owner: "app/alice")
        let file = try await alice.create("/secret.md", "canary", in: folder)
        for name in ["app/bob", "app/alice2", "app", "app/alice/" + folder, String(repeating: "x", count: 500)] {
            let other = try alice.owned(by: name)
            #expect(try await other.folders(FolderQuery(includesArchived: true)).elements.isEmpty)
            #expect(try await other.failure { _ = try await $0.folder(folder) }.code == .notFound)
            #expect(try await other.failure { _ = try await $0.file(file.id, in: folder) }.code == .notFound)
            #expect(try await other.failure { _ = try await $0.create("/x", "x", in: folder) }.code == .notFound)
            #expect(try await other.failure { _ = try await $0.version(file.version, in: folder) }.code == .notFound)
            #expect(try await other.deleteFolder(folder) == false)
        }
        let long = try alice.owned(by: String(repeating: "x", count: 500) + "y")
        let own = try await long.createFolder("own")
        #expect(try await long.folders().elements == [own])
        #expect(try await alice.file(file.id, in: folder).content == "canary")
        for id in ["", "memstore/../x", "a/b", String(repeating: "a", count: 100), "ü", "\0"] {
            #expect(try await alice.failure { _ = try await $0.folder(id) }.code == .notFound)
        }
    }

    @Test(arguments: TestBackend.all) func theFolderOfAToolIsMadeOnce(_ backend: TestBackend) async throws {
        let (files, _) = try await backend.makeFiles()
        let ids = try await withThrowingTaskGroup(of: String.self) { group in
            for _ in 0..<8 { group.addTask { try await files.standardFolder().id } }
            return try await group.reduce(into: Set<String>()) { $0.insert($1) }
        }
        #expect(ids.count == 1)
        let id = try #require(ids.first)
        let agent = try await files.standardFolder(agent: "a")
        let session = try await files.standardFolder(agent: "a", session: "s")
        let other = try await files.owned(by: "someone/else").standardFolder()
        #expect(Set([id, agent.id, session.id, other.id]).count == 4)
        #expect(session.metadata == ["agent": "a", "session": "s"])
        _ = try await files.create("/a", "old", in: id)
        try await files.deleteFolder(id)
        #expect(try await files.standardFolder().id == id)
        #expect(try await files.contents(of: id).isEmpty, "what was deleted does not come back")
    }

    @Test func everyLimitIsNamed() async throws {
        let (files, folder) = try await TestBackend.all[0].makeFiles()
        func fails(_ part: String, _ limit: String, _ body: (FileStore) async throws -> Void) async throws {
            let error = try await files.failure(body)
            #expect(error.code == .invalid && error.message.contains(part) && error.message.contains(limit), "\(error)")
        }
        let long = String(repeating: "é", count: 256)
        try await fails("name", "255") { _ = try await $0.createFolder(long) }
        try await fails("name", "255") { _ = try await $0.createFolder("") }
        try await fails("name", "control") { _ = try await $0.createFolder("a\nb") }
        try await fails("description", "1024") {
            _ = try await $0.createFolder("a", description: String(repeating: "é", count: 1_025))
        }
        let pairs = Dictionary(uniqueKeysWithValues: (0..<17).map { ("k\($0)", "v") })
        try await fails("metadata", "16") { _ = try await $0.createFolder("a", metadata: pairs) }
        try await fails("metadata key", "64") {
            _ = try await $0.createFolder("a", metadata: [String(repeating: "k", count: 65): ""])
        }
        try await fails("metadata value", "512") {
            _ = try await $0.createFolder("a", metadata: ["k": String(repeating: "v", count: 513)])
        }
        _ = try await files.createFolder(
            String(repeating: "é", count: 255), description: String(repeating: "é", count: 1_024),
            metadata: Dictionary(
                uniqueKeysWithValues: (0..<16).map { (String(repeating: "k", count: 62) + "\($0 + 10)", long + long) }))
        try await fails("content", "102400") {
            _ = try await $0.create("/a", String(repeating: "é", count: 51_201), in: folder)
        }
        try await fails("content", "U+0000") { _ = try await $0.create("/a", "a\0", in: folder) }
        _ = try await files.create("/full", String(repeating: "é", count: 51_200), in: folder)
        try await fails("limit", "1000") { _ = try await $0.list(FileQuery(limit: 1_001), in: folder) }
        try await fails("limit", "1000") { _ = try await $0.folders(FolderQuery(limit: 0)) }
    }

    @Test func aDeletionThatDidNotEndIsFinishedLater() async throws {
        for backend in TestBackend.all.prefix(2) {
            let (files, folder) = try await backend.makeFiles()
            _ = try await files.create("/a", "x", in: folder)
            // What a crash after the first commit leaves.
            let query = Query("memory_folder", .equal("owner", .text(files.owner)), order: .field("created_at"))
            let survey = try await files.records.survey(query)
            let key = try #require(survey.page.records.first ?? nil).key
            try await files.records.commit(
                Batch(survey.partitions[0], [.patch(key, [.set("deleted_at", .time(1))])]))
            #expect(try await files.folders().elements.isEmpty)
            #expect(try await files.failure { _ = try await $0.create("/b", "x", in: folder) }.code == .notFound)
            #expect(try await files.sweepFolders() == 1)
            #expect(try await files.sweepFolders() == 0)
            for type in ["memory_folder", "memory_file", "memory_file_version"] {
                #expect(try await files.records.read(.count(type, .all), in: survey.partitions[0]).count == 0)
            }
        }
    }
}
