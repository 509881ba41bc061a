import Digests
import MemoryFiles
import Records
import TestStores
import Testing

@Suite("Files") struct FileTests {
    @Test(arguments: TestBackend.all) func oneKeepsItsIdWhileItChanges(_ backend: TestBackend) async throws {
        let (files, folder) = try await backend.makeFiles()
        let made = try await files.create("/a/b.md", "one", in: folder)
        #expect(made.id.hasPrefix("mem_") && made.version.hasPrefix("memver_"))
        #expect(made.contentSHA256 == Digest.sha256Hex("one") && made.contentBytes == 3)
        #expect(try await files.file(made.id, in: folder) == made)
        #expect(try await files.entry(at: "/a/b.md", in: folder) == .file(made))
        #expect(try await files.entry(at: "/a", in: folder) == .directory("/a"))
        #expect(try await files.entry(at: "/b", in: folder) == nil)
        let written = try await files.update(made.id, content: "two", in: folder)
        #expect(written.content == "two" && written.version != made.version && written.createdAt == made.createdAt)
        let moved = try await files.update(made.id, path: "/c.md", in: folder)
        #expect(moved.id == made.id && moved.path == "/c.md" && moved.content == "two")
        #expect(
            try await files.update(made.id, content: "two", path: "/c.md", in: folder) == moved, "nothing to change")
        #expect(try await files.directories(of: folder).isEmpty, "a directory goes with its last file")
        try await files.delete(made.id, in: folder)
        #expect(try await files.failure { _ = try await $0.file(made.id, in: folder) }.code == .notFound)
        #expect(try await files.failure { try await $0.delete(made.id, in: folder) }.code == .notFound)
        let versions = try await files.versions(VersionQuery(file: made.id, includesContent: true), in: folder).elements
        #expect(versions.map(\.operation) == [.deleted, .modified, .modified, .created])
        #expect(versions.map(\.path) == ["/c.md", "/c.md", "/a/b.md", "/a/b.md"])
        #expect(versions.map(\.content) == [nil, "two", "two", "one"])
        #expect(versions.map(\.id)[1...] == [moved.version, written.version, made.version])
    }

    @Test(arguments: TestBackend.all) func aPathIsAFilesOrADirectorysNeverBoth(_ backend: TestBackend) async throws {
        let (files, folder) = try await backend.makeFiles()
        let file = try await files.create("/a", "x", in: folder)
        let below = try await files.failure { _ = try await $0.create("/a/b/c", "y", in: folder) }
        #expect(below.code == .exists && below.conflictingID == file.id && below.conflictingPath == "/a")
        let same = try await files.failure { _ = try await $0.create("/a", "y", in: folder) }
        #expect(same.code == .exists && same.conflictingID == file.id)
        let deep = try await files.create("/d/e/f", "z", in: folder)
        let directory = try await files.failure { _ = try await $0.create("/d/e", "y", in: folder) }
        #expect(directory.code == .exists && directory.conflictingID == nil && directory.conflictingPath == "/d/e")
        #expect(
            try await files.failure { _ = try await $0.update(file.id, path: "/d/e/f", in: folder) }.code == .exists)
        #expect(try await files.failure { _ = try await $0.update(file.id, path: "/d", in: folder) }.code == .exists)
        #expect(try await files.contents(of: folder) == ["/a": "x", "/d/e/f": "z"], "a failure changes nothing")
        // A file may move to where only its own directories are, and below where it was.
        #expect(try await files.update(deep.id, path: "/d", in: folder).path == "/d")
        #expect(try await files.directories(of: folder).isEmpty)
        #expect(try await files.update(deep.id, path: "/d/g", in: folder).path == "/d/g")
        #expect(try await files.directories(of: folder) == ["/d"])
    }

    @Test(arguments: TestBackend.all) func aWriteFailsWhenTheContentIsAnother(_ backend: TestBackend) async throws {
        let (files, folder) = try await backend.makeFiles()
        let file = try await files.create("/a", "one", in: folder)
        let two = try await files.update(file.id, content: "two", expecting: file.contentSHA256, in: folder)
        let stale = file.contentSHA256
        #expect(
            try await files.failure { _ = try await $0.update(file.id, content: "x", expecting: stale, in: folder) }
                .code
                == .conflict)
        #expect(
            try await files.failure { _ = try await $0.update(file.id, path: "/b", expecting: stale, in: folder) }.code
                == .conflict)
        #expect(
            try await files.failure { try await $0.delete(file.id, expecting: stale, in: folder) }.code == .conflict)
        #expect(
            try await files.update(file.id, content: "two", expecting: stale, in: folder) == two,
            "it is already as this would make it")
        try await files.delete(file.id, expecting: two.contentSHA256, in: folder)
    }

    @Test(arguments: TestBackend.all) func ofConcurrentWritersOneWins(_ backend: TestBackend) async throws {
        let (files, folder) = try await backend.makeFiles()
        let file = try await files.create("/a", "start", in: folder)
        let won = try await withThrowingTaskGroup(of: Int?.self) { group in
            for writer in 0..<16 {
                group.addTask {
                    do {
                        try await files.update(
                            file.id, content: "by \(writer)", expecting: file.contentSHA256, in: folder)
                        return writer
                    } catch let error as FileError where error.code == .conflict {
                        return nil
                    }
                }
            }
            return try await group.compactMap { $0 }.reduce(into: [Int]()) { $0.append($1) }
        }
        #expect(won.count == 1)
        #expect(try await files.file(file.id, in: folder).content == "by \(won[0])")
        #expect(try await files.versions(in: folder).elements.count == 2)
        // Of those who create at one path, one; below and at it, one kind.
        let made = try await withThrowingTaskGroup(of: String?.self) { group in
            for writer in 0..<16 {
                group.addTask {
                    do {
                        return try await files.create(writer % 2 == 0 ? "/n" : "/n/x\(writer)", "x", in: folder).path
                    } catch let error as FileError where error.code == .exists {
                        return nil
                    }
                }
            }
            return try await group.compactMap { $0 }.reduce(into: [String]()) { $0.append($1) }
        }
        #expect(made == ["/n"] || (made.count == 8 && !made.contains("/n")))
    }

    @Test(arguments: TestBackend.all) func directoriesGoWithTheirLastFileUnderConcurrency(
        _ backend: TestBackend
    ) async throws {
        let (files, folder) = try await backend.makeFiles()
        for _ in 0..<5 {
            var made: [MemoryFile] = []
            for number in 0..<6 { made.append(try await files.create("/d/e\(number % 2)/\(number)", "x", in: folder)) }
            try await withThrowingTaskGroup(of: Void.self) { group in
                for file in made {
                    group.addTask { try await files.delete(file.id, in: folder) }
                }
                try await group.waitForAll()
            }
            #expect(try await files.directories(of: folder).isEmpty)
            _ = try await files.create("/d", "a file where a directory was", in: folder)
            try await files.remove("/d", in: folder)
        }
    }

    @Test(arguments: TestBackend.all) func listsAreByPathAndByDirectory(_ backend: TestBackend) async throws {
        let (files, folder) = try await backend.makeFiles()
        for path in ["/b", "/a/x", "/a/y/z", "/a-b/q", "/a0", "/a/y/w", "/\u{301}é/日本.md"] {
            _ = try await files.create(path, path, in: folder)
        }
        func list(_ query: FileQuery) async throws -> [String] {
            var query = query
            var paths: [String] = []
            repeat {
                let page = try await files.list(query, in: folder)
                #expect(page.elements.count <= query.limit)
                paths += page.elements.map(\.path)
                query.after = page.next
            } while query.after != nil
            return paths
        }
        #expect(
            try await list(FileQuery(limit: 2)) == [
                "/a-b/q", "/a/x", "/a/y/w", "/a/y/z", "/a0", "/b", "/\u{301}é/日本.md",
            ])
        #expect(try await list(FileQuery(directory: "/a", limit: 2)) == ["/a/x", "/a/y/w", "/a/y/z"])
        #expect(
            try await list(FileQuery(isShallow: true, limit: 2)) == ["/a", "/a-b", "/a0", "/b", "/\u{301}é"])
        #expect(try await list(FileQuery(directory: "/a", isShallow: true, limit: 1)) == ["/a/x", "/a/y"])
        #expect(try await list(FileQuery(directory: "/nothing")).isEmpty)
        guard case .file(let brief)? = try await files.list(FileQuery(limit: 1), in: folder).elements.first else {
            Issue.record("no file")
            return
        }
        #expect(brief.content == nil && brief.contentBytes == 6)
    }

    @Test(arguments: TestBackend.all) func aTreeMovesInOneCommit(_ backend: TestBackend) async throws {
        let (files, folder) = try await backend.makeFiles()
        let ids = [
            try await files.create("/p/a", "1", in: folder).id, try await files.create("/p/q/b", "2", in: folder).id,
            try await files.create("/other", "3", in: folder).id,
        ]
        try await files.move("/p", to: "/n/m", in: folder)
        #expect(try await files.contents(of: folder) == ["/n/m/a": "1", "/n/m/q/b": "2", "/other": "3"])
        #expect(try await files.directories(of: folder) == ["/n", "/n/m", "/n/m/q"])
        #expect(try await files.file(ids[1], in: folder).path == "/n/m/q/b")
        #expect(
            try await files.versions(VersionQuery(file: ids[1]), in: folder).elements.map(\.operation) == [
                .modified, .created,
            ])
        for (source, target, code) in [
            ("/n/m", "/n/m/q/x", FileError.Code.invalid), ("/n/m", "/other", .exists), ("/n", "/n/m", .exists),
            ("/other", "/n", .exists), ("/none", "/x", .notFound), ("/n", "/other/x", .exists), ("/n/m", "/n", .exists),
            ("/other", "/other", .exists),
        ] {
            #expect(
                try await files.failure { try await $0.move(source, to: target, in: folder) }.code == code,
                "\(source) \(target)")
        }
        try await files.move("/n/m", to: "/n/k", in: folder)
        #expect(try await files.directories(of: folder) == ["/n", "/n/k", "/n/k/q"])
        try await files.move("/n/k/q/b", to: "/top", in: folder)
        #expect(try await files.directories(of: folder) == ["/n", "/n/k"])
        try await files.remove("/n", in: folder)
        #expect(try await files.contents(of: folder) == ["/top": "2", "/other": "3"])
        #expect(try await files.directories(of: folder).isEmpty)
        #expect(try await files.versions(VersionQuery(file: ids[0]), in: folder).elements.first?.operation == .deleted)
        #expect(try await files.failure { try await $0.remove("/n", in: folder) }.code == .notFound)
    }

    @Test func aTreeThatFitsNoCommitIsLeftAsItIs() async throws {
        let (files, folder) = try await TestBackend.all[0].makeFiles()
        for number in 0..<600 { _ = try await files.create("/d/\(number)", "x", in: folder) }
        #expect(try await files.failure { try await $0.move("/d", to: "/e", in: folder) }.code == .limit)
        #expect(try await files.failure { try await $0.remove("/d", in: folder) }.code == .limit)
        #expect(try await files.contents(of: folder).count == 600)
    }

    @Test(arguments: TestBackend.all) func whatAVersionSaidCanBeRemoved(_ backend: TestBackend) async throws {
        var (files, folder) = try await backend.makeFiles()
        files.author = FileAuthor(.key, "k1")
        let file = try await files.create("/a", "secret", in: folder)
        #expect(try await files.failure { try await $0.redact(version: file.version, in: folder) }.code == .invalid)
        files.author = FileAuthor(.session, "s1")
        let now = try await files.update(file.id, content: "clean", in: folder)
        files.author = FileAuthor(.key, "k2")
        let redacted = try await files.redact(version: file.version, in: folder)
        #expect(redacted.redactedAt != nil && redacted.redactedBy == FileAuthor(.key, "k2"))
        #expect(redacted.createdBy == FileAuthor(.key, "k1") && redacted.operation == .created)
        #expect(
            redacted.path == nil && redacted.content == nil && redacted.contentSHA256 == nil
                && redacted.contentBytes == nil)
        #expect(try await files.version(file.version, in: folder) == redacted)
        #expect(try await files.redact(version: file.version, in: folder) == redacted, "a second time changes nothing")
        #expect(try await files.file(file.id, in: folder) == now)
        try await files.archiveFolder(folder)
        try await files.delete(file.id, in: folder)
        #expect(try await files.redact(version: now.version, in: folder).path == nil, "in an archived folder too")
        let bySession = VersionQuery(author: FileAuthor(.session, "s1"))
        #expect(try await files.versions(bySession, in: folder).elements.map(\.id) == [now.version])
        #expect(try await files.versions(VersionQuery(operation: .deleted), in: folder).elements.count == 1)
        #expect(
            try await files.versions(
                VersionQuery(createdAtLeast: now.updatedAt, createdAtMost: now.updatedAt), in: folder
            ).elements.map(\.id) == [now.version])
        #expect(try await files.failure { _ = try await $0.version("memver_none", in: folder) }.code == .notFound)
    }

    @Test(arguments: [
        "", "a", "a/b", "/", "//", "/a//b", "/a/", "/./a", "/a/..", "/../a", "/a/.", "/a\u{0}", "/a\nb", "/a\u{202E}b",
        "/a\u{200D}b", "/a\u{2028}b", "/e\u{301}", "/" + String(repeating: "a", count: 1_024),
        String(repeating: "/a", count: 21),
    ]) func aWrongPathIsRefused(_ path: String) async throws {
        let (files, folder) = try await TestBackend.all[0].makeFiles()
        let error = try await files.failure { _ = try await $0.create(path, "x", in: folder) }
        #expect(error.code == .invalid && error.message.contains("path"))
    }

    @Test func theLongestPathsAreTaken() async throws {
        for backend in TestBackend.all {
            let (files, folder) = try await backend.makeFiles()
            for path in [
                "/" + String(repeating: "a", count: 1_023), String(repeating: "/a", count: 20),
                String(repeating: "/" + String(repeating: "é", count: 25), count: 20), "/..%2f..%2fetc", "/...", "/ a",
                "/\\",
            ] {
                let file = try await files.create(path, "x", in: folder)
                #expect(try await files.entry(at: path, in: folder) == .file(file))
            }
        }
    }
}
