import AgentMemory
import Foundation

/// Durations of one operation.
struct Measurements {
    private var seconds: [Double] = []
    /// The whole time, for a rate; the sum of the durations by default.
    var wall: Double?

    init(_ seconds: [Double] = [], wall: Double? = nil) {
        self.seconds = seconds
        self.wall = wall
    }

    mutating func add(_ duration: Double) { seconds.append(duration) }

    var count: Int { seconds.count }

    /// The value below which this share of the durations lies, in milliseconds.
    func percentile(_ share: Double) -> Double {
        guard !seconds.isEmpty else { return 0 }
        let sorted = seconds.sorted()
        return sorted[min(sorted.count - 1, Int(share * Double(sorted.count)))] * 1_000
    }

    var perSecond: Double {
        let total = wall ?? seconds.reduce(0, +)
        return total > 0 ? Double(seconds.count) / total : 0
    }

    /// `p50_ms, p95_ms, per_second`.
    var members: [String: JSONValue] {
        [
            "p50_ms": .double(percentile(0.5).rounded(places: 4)),
            "p95_ms": .double(percentile(0.95).rounded(places: 4)),
            "per_second": .double(perSecond.rounded(places: 1)),
        ]
    }

    var text: String {
        "p50 \(percentile(0.5).rounded(places: 3)) ms, p95 \(percentile(0.95).rounded(places: 3)) ms, \(Int(perSecond))/s"
    }
}

extension Double {
    func rounded(places: Int) -> Double {
        let factor = [1.0, 10, 100, 1_000, 10_000][min(4, places)]
        return (self * factor).rounded() / factor
    }
}

/// Measuring by the monotonic clock.
enum Stopwatch {
    static func seconds(_ body: () async throws -> Void) async rethrows -> Double {
        let start = DispatchTime.now().uptimeNanoseconds
        try await body()
        return Double(DispatchTime.now().uptimeNanoseconds - start) / 1e9
    }
}

/// What the process holds in memory (proc(5), `VmHWM` and `VmRSS` of /proc/self/status), in megabytes.
enum ResidentMemory {
    static var peak: Double { field("VmHWM:") }
    static var current: Double { field("VmRSS:") }

    private static func field(_ name: String) -> Double {
        guard let bytes = FileReader.contents("/proc/self/status") else { return 0 }
        let line = String(decoding: bytes, as: UTF8.self).split(separator: "\n").first { $0.hasPrefix(name) }
        let kilobytes = line?.split(whereSeparator: { $0 == " " || $0 == "\t" }).dropFirst().first.flatMap {
            Double($0)
        }
        return ((kilobytes ?? 0) / 1_024).rounded(places: 1)
    }
}
