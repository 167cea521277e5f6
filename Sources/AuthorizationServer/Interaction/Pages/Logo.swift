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
}
