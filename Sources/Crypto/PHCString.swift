import Encoding

/// The text form of a scrypt hash, read strictly: parameters in their order, decimal with no leading zero, Base64 with no
/// padding (PHC string format).
struct PHCString: Equatable {
    let scrypt: Scrypt
    let salt: [UInt8]
    let hash: [UInt8]

    init(scrypt: Scrypt, salt: [UInt8], hash: [UInt8]) {
        self.scrypt = scrypt
        self.salt = salt
        self.hash = hash
    }

    init?(_ text: String) {
        guard text.utf8.count <= 512 else { return nil }
        let fields = text.split(separator: "$", omittingEmptySubsequences: false)
        guard fields.count == 5, fields[0].isEmpty, fields[1] == "scrypt", let scrypt = Self.parameters(fields[2]),
            let salt = Self.decode(fields[3]), let hash = Self.decode(fields[4]),
            (8...64).contains(salt.count), (16...64).contains(hash.count)
        else { return nil }
        self.init(scrypt: scrypt, salt: salt, hash: hash)
    }

    var text: String {
        let cost = "ln=\(scrypt.logN),r=\(scrypt.blockSize),p=\(scrypt.parallelization)"
        return "$scrypt$\(cost)$\(Self.encode(salt))$\(Self.encode(hash))"
    }

    private static func parameters(_ text: Substring) -> Scrypt? {
        let fields = text.split(separator: ",", omittingEmptySubsequences: false)
        guard fields.count == 3, let logN = number("ln=", fields[0]), let blockSize = number("r=", fields[1]),
            let parallelization = number("p=", fields[2])
        else { return nil }
        return Scrypt(logN: logN, blockSize: blockSize, parallelization: parallelization)
    }

    private static func number(_ name: String, _ text: Substring) -> Int? {
        guard text.hasPrefix(name), let number = Int(text.dropFirst(name.count)), text == "\(name)\(number)" else {
            return nil
        }
        return number
    }

    private static func encode(_ bytes: [UInt8]) -> String {
        String(Base64.encode(bytes).prefix { $0 != "=" })
    }

    private static func decode(_ text: Substring) -> [UInt8]? {
        guard !text.utf8.contains(UInt8(ascii: "=")) else { return nil }
        return Base64.decode(text + String(repeating: "=", count: (4 - text.utf8.count % 4) % 4))
    }
}
