#if MongoDB
    import Foundation

    /// The shared memory that libmongoc makes for counters when it is loaded, used or not.
    public enum LibraryCounters {
        /// Takes its name away, so that it ends with the process: one that is killed would leave a megabyte behind, and a
        /// later one with the same number would complain about it.
        public static func forgetName() { shm_unlink("/mongoc-\(getpid())") }
    }
#endif
