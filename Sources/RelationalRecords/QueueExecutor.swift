package import Dispatch

/// Runs tasks on a dispatch queue, for libraries whose calls hold the thread.
package final class QueueExecutor: TaskExecutor {
    private let queue: DispatchQueue

    /// An executor over a queue.
    package init(_ queue: DispatchQueue) { self.queue = queue }

    /// Runs a job on the queue.
    package func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.async { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }
}
