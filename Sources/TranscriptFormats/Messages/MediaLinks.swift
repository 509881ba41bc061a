import Foundation
import Transcripts

/// Bytes as base64 and as data URLs (RFC 2397), where that says the same byte for byte.
enum MediaLinks {
    static func base64(_ bytes: [UInt8]) -> String { Data(bytes).base64EncodedString() }

    /// The bytes of base64 that would be written the same; nil for any other spelling.
    static func bytes(base64 text: String) -> [UInt8]? {
        guard let data = Data(base64Encoded: text), data.base64EncodedString() == text else { return nil }
        return Array(data)
    }

    /// What a URL or data URL links or holds.
    static func media(url: String) -> Media {
        if url.hasPrefix("data:"), let comma = url.firstIndex(of: ",") {
            let head = url[url.index(url.startIndex, offsetBy: 5)..<comma]
            if head.hasSuffix(";base64"), let bytes = bytes(base64: String(url[url.index(after: comma)...])) {
                let type = head.dropLast(";base64".count)
                return Media(data: bytes, mediaType: type.isEmpty ? nil : String(type))
            }
        }
        return Media(url: url)
    }

    /// The URL, or the bytes as a data URL; nil where there is neither.
    static func url(of media: Media) -> String? {
        if let data = media.data { return "data:\(media.mediaType ?? "");base64," + base64(data) }
        return media.url
    }
}
