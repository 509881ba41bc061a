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

    /// Whether a URL is one that others can follow.
    static func isWeb(_ url: String) -> Bool {
        let start = url.prefix(8).lowercased()
        return start.hasPrefix("https://") || start.hasPrefix("http://")
    }

    /// The media type: the given one, or what the encoding, the first bytes or the name tell.
    static func mediaType(of media: Media) -> String? {
        if let type = media.mediaType { return type }
        switch media.format {
        case "wav": return "audio/wav"
        case "mp3": return "audio/mpeg"
        case let format? where ["aac", "flac", "mp4", "ogg", "opus", "webm"].contains(format): return "audio/" + format
        default: break
        }
        if let type = media.data.flatMap(mediaType(of:)) { return type }
        return media.name?.lowercased().hasSuffix(".pdf") == true ? "application/pdf" : nil
    }

    /// The media type that the first bytes tell.
    static func mediaType(of bytes: [UInt8]) -> String? {
        func begins(_ text: String, at place: Int = 0) -> Bool {
            bytes.dropFirst(place).starts(with: text.utf8)
        }
        if bytes.starts(with: [0x89, 0x50, 0x4e, 0x47]) { return "image/png" }
        if bytes.starts(with: [0xff, 0xd8, 0xff]) { return "image/jpeg" }
        if begins("GIF8") { return "image/gif" }
        if begins("%PDF") { return "application/pdf" }
        if begins("ID3") { return "audio/mpeg" }
        guard begins("RIFF") else { return nil }
        return begins("WEBP", at: 8) ? "image/webp" : begins("WAVE", at: 8) ? "audio/wav" : nil
    }

    /// The name of an encoding of sound, such as `wav`; nil where nothing tells it.
    static func format(of media: Media) -> String? {
        if let format = media.format { return format }
        guard let type = mediaType(of: media)?.lowercased(), type.hasPrefix("audio/") else { return nil }
        switch type {
        case "audio/wav", "audio/x-wav", "audio/wave", "audio/vnd.wave": return "wav"
        case "audio/mpeg", "audio/mp3": return "mp3"
        default: return String(type.dropFirst("audio/".count))
        }
    }
}
