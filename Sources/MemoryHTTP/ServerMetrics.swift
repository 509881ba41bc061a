import Foundation
import Synchronization

/// What a server did, in the Prometheus text format. Labels are names of small sets: no app, user, key or text.
package final class ServerMetrics: Sendable {
    private struct Series: Hashable {
        var operation: String
        var status: Int
    }

    private struct Histogram {
        var counts = [Int](repeating: 0, count: ServerMetrics.bounds.count + 1)
        var sum = 0.0
    }

    private struct State {
        var requests: [Series: Int] = [:]
        var durations: [String: Histogram] = [:]
        var failedLogins = 0
        var limited = 0
        var inFlight = 0
    }

    private static let bounds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]
    private let state = Mutex(State())
    private let version: String
    private let startedAt = Date()

    package init(version: String) { self.version = version }

    package func begin() { state.withLock { $0.inFlight += 1 } }

    /// A request was answered.
    package func end(_ operation: String, status: Int, seconds: Double) {
        state.withLock { state in
            state.inFlight -= 1
            state.requests[Series(operation: operation, status: status), default: 0] += 1
            let place = Self.bounds.firstIndex { seconds <= $0 } ?? Self.bounds.count
            state.durations[operation, default: Histogram()].counts[place] += 1
            state.durations[operation, default: Histogram()].sum += seconds
            if status == 401 { state.failedLogins += 1 }
            if status == 429 { state.limited += 1 }
        }
    }

    /// Everything, as Prometheus reads it.
    /// - Parameter indexBytes: The bytes of search indexes in memory.
    package func text(indexBytes: Int) -> String {
        let state = state.withLock { $0 }
        var lines: [String] = []
        func family(_ name: String, _ type: String, _ help: String) {
            lines.append("# HELP \(name) \(help)")
            lines.append("# TYPE \(name) \(type)")
        }
        family("memory_operations_total", "counter", "Requests by operation and HTTP status.")
        for (series, count) in state.requests.sorted(by: {
            ($0.key.operation, $0.key.status) < ($1.key.operation, $1.key.status)
        }) {
            lines.append("memory_operations_total{op=\"\(series.operation)\",status=\"\(series.status)\"} \(count)")
        }
        family("memory_operation_duration_seconds", "histogram", "Time from the request to its answer.")
        for (operation, histogram) in state.durations.sorted(by: { $0.key < $1.key }) {
            var total = 0
            for (bound, count) in zip(Self.bounds.map { "\($0)" } + ["+Inf"], histogram.counts) {
                total += count
                lines.append(
                    "memory_operation_duration_seconds_bucket{op=\"\(operation)\",le=\"\(bound)\"} \(total)")
            }
            lines.append("memory_operation_duration_seconds_sum{op=\"\(operation)\"} \(histogram.sum)")
            lines.append("memory_operation_duration_seconds_count{op=\"\(operation)\"} \(total)")
        }
        family("memory_requests_in_flight", "gauge", "Requests that are being answered.")
        lines.append("memory_requests_in_flight \(state.inFlight)")
        family("memory_auth_failures_total", "counter", "Requests without a valid key.")
        lines.append("memory_auth_failures_total \(state.failedLogins)")
        family("memory_rate_limited_total", "counter", "Requests refused for coming too often.")
        lines.append("memory_rate_limited_total \(state.limited)")
        family("memory_index_bytes", "gauge", "Bytes of search indexes in memory.")
        lines.append("memory_index_bytes \(indexBytes)")
        family("process_start_time_seconds", "gauge", "When the process started, in seconds since 1970.")
        lines.append("process_start_time_seconds \(startedAt.timeIntervalSince1970)")
        if let pages = Self.residentPages {
            family("process_resident_memory_bytes", "gauge", "Memory in use.")
            lines.append("process_resident_memory_bytes \(pages * sysconf(Int32(_SC_PAGESIZE)))")
        }
        if let files = try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count {
            family("process_open_fds", "gauge", "Open file descriptors.")
            lines.append("process_open_fds \(files)")
        }
        family("agent_memory_build_info", "gauge", "The version.")
        lines.append("agent_memory_build_info{version=\"\(version)\"} 1")
        return lines.joined(separator: "\n") + "\n"
    }

    private static var residentPages: Int? {
        guard let text = try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8) else { return nil }
        let words = text.split(separator: " ")
        return words.count > 1 ? Int(words[1]) : nil
    }
}
