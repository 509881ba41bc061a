public import Owners

extension Owner {
    /// Checks the application, then the user.
    /// - Throws: ``TranscriptError`` `invalid`, naming the part and the limit.
    public func validate() throws(TranscriptError) {
        try Check.identifier(app, "app")
        try Check.identifier(user, "user")
    }
}
