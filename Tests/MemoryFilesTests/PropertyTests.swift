import MemoryFiles
import RecordStoreConformance
import Records
import TestStores
import Testing

/// Random calls to a folder and to a dictionary answer alike, and what is left is alike.
@Suite("Files against a model") struct PropertyTests {
    /// The simplest folder there is.
    struct Model {
        var files: [String: String] = [:]

        var directories: Set<String> {
            var found: Set<String> = []
            for path in files.keys {
                var parts = path.split(separator: "/").dropLast()
                while !parts.isEmpty {
                    found.insert("/" + parts.joined(separator: "/"))
                    parts.removeLast()
                }
            }
            return found
        }

        /// Whether a file may be put here, the other files being as they are.
        func isFree(_ path: String) -> Bool {
            files[path] == nil && !directories.contains(path) && !files.keys.contains { path.hasPrefix($0 + "/") }
        }

        func isThere(_ path: String) -> Bool { files[path] != nil || directories.contains(path) }

        mutating func move(_ old: String, _ new: String) -> Bool {
            guard isThere(old), !isThere(new), !(directories.contains(old) && new.hasPrefix(old + "/")) else {
                return false
            }
            var rest = self
            let moved = files.filter { $0.key == old || $0.key.hasPrefix(old + "/") }
            for path in moved.keys { rest.files[path] = nil }
            guard rest.isFree(new) else { return false }
            for (path, text) in moved { rest.files[new + path.dropFirst(old.count)] = text }
            self = rest
            return true
        }
    }

    @Test(arguments: TestBackend.all) func theyAgree(_ backend: TestBackend) async throws {
        let isCheap = ["memory", "sqlite"].contains { backend.description.hasPrefix($0) }
        var random = SeededGenerator(seed: 42)
        for _ in 0..<(isCheap ? 8 : 2) {
            let (files, folder) = try await backend.makeFiles()
            var model = Model()
            var writes = 0
            func path() -> String {
                "/"
                    + (0..<Int.random(in: 1...3, using: &random)).map { _ in
                        ["a", "b", "c"][Int.random(in: 0..<3, using: &random)]
                    }.joined(separator: "/")
            }
            for step in 0..<(isCheap ? 120 : 50) {
                let (old, new) = (path(), path())
                var expected = false
                var call: (FileStore) async throws -> Void
                switch Int.random(in: 0..<6, using: &random) {
                case 0, 1:
                    expected = model.isFree(old)
                    if expected {
                        model.files[old] = "\(step)"
                        writes += 1
                    }
                    call = { _ = try await $0.create(old, "\(step)", in: folder) }
                case 2:
                    expected = model.files[old] != nil
                    if expected {
                        model.files[old] = "\(step)"
                        writes += 1
                    }
                    call = { files in
                        guard case .file(let file)? = try await files.entry(at: old, in: folder) else {
                            throw FileError(.notFound, "")
                        }
                        try await files.update(file.id, content: "\(step)", in: folder)
                    }
                case 3, 4:
                    let count = model.files.keys.filter { $0 == old || $0.hasPrefix(old + "/") }.count
                    expected = model.move(old, new)
                    if expected { writes += count }
                    call = { try await $0.move(old, to: new, in: folder) }
                default:
                    expected = model.isThere(old)
                    let gone = model.files.keys.filter { $0 == old || $0.hasPrefix(old + "/") }
                    for path in gone { model.files[path] = nil }
                    writes += gone.count
                    call = { try await $0.remove(old, in: folder) }
                }
                var isDone = true
                do { try await call(files) } catch is FileError { isDone = false }
                #expect(isDone == expected, "step \(step): \(old) \(new)")
                if isDone != expected { return }
            }
            #expect(try await files.contents(of: folder) == model.files)
            #expect(try await files.directories(of: folder) == model.directories)
            var versions = 0
            var query = VersionQuery(limit: 100)
            repeat {
                let page = try await files.versions(query, in: folder)
                versions += page.elements.count
                query.after = page.next
            } while query.after != nil
            #expect(versions == writes, "one version a change")
        }
    }
}
