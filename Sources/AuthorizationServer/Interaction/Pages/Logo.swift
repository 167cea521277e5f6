import Encoding

/// A picture the server serves itself; pages load nothing from anywhere else (SE-10).
package struct Logo: Sendable, Equatable {
    package enum Format: String, Sendable, CaseIterable {
        case png = "image/png"
        case svg = "image/svg+xml"
        case jpeg = "image/jpeg"
        case webp = "image/webp"

        package var fileExtension: String {
            switch self {
            case .png: "png"
            case .svg: "svg"
            case .jpeg: "jpg"
            case .webp: "webp"
            }
        }
    }

    package let bytes: [UInt8]
    package let format: Format
    /// Named by content, so that it can be cached for good.
    package let path: String

    package init(bytes: [UInt8], format: Format) {
        self.bytes = bytes
        self.format = format
        self.path = "/assets/logo-\(ContentHash(bytes).text).\(format.fileExtension)"
    }

    /// The picture in a file, known by its first octets; nil for what is none of the formats.
    package init?(content bytes: [UInt8]) {
        guard let format = Format.allCases.first(where: { $0.isFormat(of: bytes) }) else { return nil }
        self.init(bytes: bytes, format: format)
    }
}

extension Logo.Format {
    fileprivate func isFormat(of bytes: [UInt8]) -> Bool {
        switch self {
        case .png: bytes.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A])
        case .jpeg: bytes.starts(with: [0xFF, 0xD8, 0xFF])
        case .webp: bytes.starts(with: "RIFF".utf8) && bytes.dropFirst(8).starts(with: "WEBP".utf8)
        case .svg: isSVG(bytes)
        }
    }

    /// UTF-8 text whose first element, behind declarations and comments, is `svg`.
    private func isSVG(_ bytes: [UInt8]) -> Bool {
        guard let text = String(strictUTF8: bytes) else { return false }
        var rest = text[...]
        while let start = rest.firstIndex(of: "<") {
            rest = rest[start...]
            if rest.hasPrefix("<svg") { return true }
            guard rest.hasPrefix("<?") || rest.hasPrefix("<!"),
                let end = rest.firstRange(of: rest.hasPrefix("<!--") ? "-->" : ">")
            else { return false }
            rest = rest[end.upperBound...]
        }
        return false
    }
}
