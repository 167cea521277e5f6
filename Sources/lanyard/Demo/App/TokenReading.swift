import Encoding

/// Shows what is inside a JWT, without trusting it.
enum TokenReading {
    static func parts(_ name: String, _ token: String) -> [AppStep.Part] {
        let pieces = token.split(separator: ".", omittingEmptySubsequences: false).prefix(2)
        let decoded = pieces.compactMap { piece in
            Base64URL.decode(String(piece)).flatMap { try? JSON(parsing: $0) }
        }
        guard decoded.count == 2, let header = decoded.first, let claims = decoded.last else {
            return [.table(caption: "\(name): opaque", rows: [AppStep.Row("token", token)])]
        }
        return [.json(caption: "\(name): header", header), .json(caption: "\(name): claims", claims)]
    }
}
