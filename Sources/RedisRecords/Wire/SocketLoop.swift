#if Redis
    import Foundation
    import Glibc
    import Synchronization

    /// One thread that waits for all sockets of a store, so that no caller's thread does.
    final class SocketLoop: Sendable {
        private struct State {
            var connections: [RedisConnection] = []
            var isStopped = false
        }

        private let state = Mutex(State())
        /// A pipe whose byte ends the waiting: the end to read, and the end to write.
        private let wakeUp: (read: Int32, write: Int32)

        init() {
            var ends: [Int32] = [-1, -1]
            // Without descriptors no connection can be opened either, and that is what callers will be told.
            if pipe(&ends) == 0 {
                for end in ends {
                    _ = fcntl(end, F_SETFL, O_NONBLOCK)
                    _ = fcntl(end, F_SETFD, FD_CLOEXEC)
                }
            }
            wakeUp = (ends[0], ends[1])
            let thread = Thread { [self] in run() }
            thread.name = "store sockets"
            thread.start()
        }

        deinit {
            close(wakeUp.read)
            close(wakeUp.write)
        }

        /// Watches a connection; false when the loop has ended.
        func add(_ connection: RedisConnection) -> Bool {
            let isAdded = state.withLock { state in
                if state.isStopped { return false }
                state.connections.append(connection)
                return true
            }
            if isAdded { wake() }
            return isAdded
        }

        /// Looks at every connection again: one wants to write, or has ended.
        func wake() {
            var byte: UInt8 = 1
            // A full pipe wakes as well.
            _ = write(wakeUp.write, &byte, 1)
        }

        /// Ends the thread and every connection.
        func stop() {
            state.withLock { $0.isStopped = true }
            wake()
        }

        private func run() {
            let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 18, alignment: 16)
            defer { buffer.deallocate() }
            var checked = Monotonic.now
            while true {
                let (connections, isStopped) = state.withLock { state in
                    state.connections.removeAll { !$0.isOpen && $0.release() }
                    return (state.connections, state.isStopped)
                }
                if isStopped {
                    for connection in connections {
                        connection.end(.closed)
                        _ = connection.release()
                    }
                    state.withLock { $0.connections = [] }
                    return
                }
                var entries = [pollfd(fd: wakeUp.read, events: Int16(POLLIN), revents: 0)]
                for connection in connections {
                    let events = POLLIN | (connection.wantsToWrite ? POLLOUT : 0)
                    entries.append(pollfd(fd: connection.descriptor, events: Int16(events), revents: 0))
                }
                poll(&entries, nfds_t(entries.count), 500)
                if entries[0].revents != 0 {
                    _ = read(wakeUp.read, buffer.baseAddress, 4_096)
                }
                for (entry, connection) in zip(entries.dropFirst(), connections) where entry.revents != 0 {
                    if Int32(entry.revents) & POLLOUT != 0 { connection.flush() }
                    if Int32(entry.revents) & ~POLLOUT != 0 { connection.receive(buffer) }
                }
                let now = Monotonic.now
                if now - checked > 0.5 {
                    checked = now
                    for connection in connections { connection.checkTime(now) }
                }
            }
        }
    }
#endif
