import Digests
import Foundation
import MemoryFiles
import Records
import Synchronization
import TestStores
import Testing

/// A clock that goes on by a millisecond with every look.
final class StepClock: Sendable {
    private let time = Mutex<Int64>(1_700_000_000_000_000)

    func now() -> Int64 {
        time.withLock { time in
            time += 1_000
            return time
        }
    }
}

extension TestBackend {
    /// The files of an owner nobody else has, and a folder.
    func makeFiles(owner: String = "app/\(UUID().uuidString)") async throws -> (files: FileStore, folder: String) {
        let clock = StepClock()
        let files = try await FileStore(try await makeRecords(), owner: owner, clock: clock.now)
        return (files, try await files.createFolder("notes").id)
    }
}

extension FileStore {
    /// Every path of a folder and what is there.
    func contents(of folder: String) async throws -> [String: String] {
        var contents: [String: String] = [:]
        var query = FileQuery(includesContent: true, limit: 7)
        repeat {
            let page = try await list(query, in: folder)
            for case .file(let file) in page.elements { contents[file.path] = file.content }
            query.after = page.next
        } while query.after != nil
        return contents
    }

    /// Every directory, found by going down from the root.
    func directories(of folder: String, below path: String = "/") async throws -> Set<String> {
        var found: Set<String> = []
        for entry in try await list(FileQuery(directory: path, isShallow: true, limit: 1_000), in: folder).elements {
            guard case .directory(let path) = entry else { continue }
            found.insert(path)
            found.formUnion(try await directories(of: folder, below: path))
        }
        return found
    }

    /// The error that a call fails with.
    func failure(_ body: (FileStore) async throws -> Void) async throws -> FileError {
        do {
            try await body(self)
        } catch let error as FileError {
            return error
        }
        throw StoreError(.invalid, "the call did not fail")
    }
}
