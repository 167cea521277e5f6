import Encoding
import Foundation

extension Target {
    /// RFC 8259.
    static let json = Target(name: "json") { octets in
        guard let value = try? JSON(parsing: octets) else { return }
        require((try? JSON(parsing: value.serialized())) == value, "what was written reads back as the same")
        for text in [octets, value.serialized()] {
            let other = try? JSONSerialization.jsonObject(with: Data(text), options: .fragmentsAllowed)
            require(other != nil, "what is JSON here is JSON to another reader")
        }
    }
}
