#if MySQL
    internal import CMariaDB
    import Dispatch
    import Foundation
    import Glibc
    import Synchronization

    /// Waits for the sockets of every connection of the process on one thread, so that no connection holds one.
    ///
    /// A wait is a suspended task. `epoll` rather than a dispatch source for each: a task wakes without an extra hop, and
    /// one armed wait costs one system call.
    final class SocketReactor: Sendable {
        /// The one of this process.
        static let shared = SocketReactor()

        private struct Waiter {
            var continuation: CheckedContinuation<Bool, Never>
            /// Nanoseconds of the steady clock; greatest for no limit.
            var deadline: UInt64
        }

        private struct State {
            var waiters: [Int32: Waiter] = [:]
            /// Whether the thread sleeps without an end, because nobody waited for a while.
            var isDozing = false
        }

        private let state = Mutex(State())
        private let poll: Int32
        private let alarm: Int32

        private init() {
            poll = epoll_create1(Int32(EPOLL_CLOEXEC))
            alarm = eventfd(0, Int32(EFD_CLOEXEC | EFD_NONBLOCK))
            var event = epoll_event()
            event.events = EPOLLIN.rawValue
            event.data.fd = alarm
            epoll_ctl(poll, EPOLL_CTL_ADD, alarm, &event)
            let thread = Thread { [self] in run() }
            thread.start()
        }

        /// Waits until a socket can be read or written, or has failed.
        /// - Parameter seconds: How long at most, to about a second; nil for no limit.
        /// - Returns: Whether it became ready in time.
        func wait(_ socket: Int32, reading: Bool, writing: Bool, seconds: Double?) async -> Bool {
            let deadline = seconds.map { DispatchTime.now().uptimeNanoseconds + UInt64($0 * 1e9) } ?? .max
            return await withCheckedContinuation { continuation in
                let wakes = state.withLock { state in
                    state.waiters[socket] = Waiter(continuation: continuation, deadline: deadline)
                    // Armed under the lock, so that nobody can be woken before being listed.
                    var event = epoll_event()
                    event.events =
                        (reading ? EPOLLIN.rawValue : 0) | (writing ? EPOLLOUT.rawValue : 0) | EPOLLONESHOT.rawValue
                    event.data.fd = socket
                    if epoll_ctl(poll, EPOLL_CTL_MOD, socket, &event) != 0 {
                        epoll_ctl(poll, EPOLL_CTL_ADD, socket, &event)
                    }
                    defer { if deadline != .max { state.isDozing = false } }
                    return state.isDozing && deadline != .max
                }
                if wakes { eventfd_write(alarm, 1) }
            }
        }

        /// Forgets a socket before it is closed. Nobody may wait for it.
        func forget(_ socket: Int32) {
            var event = epoll_event()
            epoll_ctl(poll, EPOLL_CTL_DEL, socket, &event)
        }

        private func run() {
            var events = [epoll_event](repeating: epoll_event(), count: 64)
            var wasQuiet = false
            var looked = DispatchTime.now().uptimeNanoseconds
            while true {
                let dozes = state.withLock { state in
                    state.isDozing = wasQuiet && state.waiters.isEmpty
                    return state.isDozing
                }
                // A second while anybody waits, to look at deadlines; without end otherwise.
                let count = Int(epoll_wait(poll, &events, 64, dozes ? -1 : 1_000))
                for place in 0..<max(0, count) { resume(events[place].data.fd) }
                wasQuiet = count == 0
                let now = DispatchTime.now().uptimeNanoseconds
                if now - looked >= 1_000_000_000 {
                    looked = now
                    resumeLate(now)
                }
            }
        }

        private func resume(_ socket: Int32) {
            if socket == alarm {
                var number: eventfd_t = 0
                eventfd_read(alarm, &number)
                return
            }
            let waiter = state.withLock { $0.waiters.removeValue(forKey: socket) }
            waiter?.continuation.resume(returning: true)
        }

        private func resumeLate(_ now: UInt64) {
            let late = state.withLock { state in
                let late = state.waiters.filter { $0.value.deadline <= now }
                for socket in late.keys { state.waiters[socket] = nil }
                return late.values
            }
            for waiter in late { waiter.continuation.resume(returning: false) }
        }
    }
#endif
