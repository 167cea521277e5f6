import Encoding

/// Where `apply` finds the secrets of clients that are new: in a folder with a file for each, or in one JSON file, and in the
/// environment. Never on the command line, where everybody on the machine can read it.
struct ClientSecretSource {
    private let path: String?
    private let listed: JSONObject
    private let environment: [String: String]

    init(_ path: String?, environment: [String: String]) throws(CommandFailure) {
        self.path = path
        self.environment = environment
        guard let path, FileAccess.status(path)?.isDirectory != true else {
            listed = JSONObject()
            return
        }
        guard let object = (try? JSON(parsing: try Self.read(path)))?.objectValue,
            object.members.allSatisfy({ $0.value.stringValue != nil })
        else { throw .failed("\(path): must be one JSON object of names and secrets, readable by its owner alone") }
        listed = object
    }

    /// The secret of that name; nil where there is none.
    func secret(_ reference: String) throws(CommandFailure) -> String? {
        if let value = listed[reference]?.stringValue { return value }
        if let path, FileAccess.status(path)?.isDirectory == true {
            let file = path + "/" + PathSegment.encode(reference)
            if FileAccess.status(file) != nil {
                var octets = try Self.read(file)
                if octets.last == 0x0A { octets.removeLast() }
                guard let text = String(strictUTF8: octets) else { throw .failed("\(file): is not text in UTF-8") }
                return text
            }
        }
        return environment[Self.variable(reference)]
    }

    /// `CLIENT_SECRET_GROWTH_CHART`
    static func variable(_ reference: String) -> String {
        let letters = reference.uppercased().utf8.map { octet -> UInt8 in
            (0x41...0x5A).contains(octet) || (0x30...0x39).contains(octet) ? octet : UInt8(ascii: "_")
        }
        return "CLIENT_SECRET_" + String(decoding: letters, as: UTF8.self)
    }

    private static func read(_ path: String) throws(CommandFailure) -> [UInt8] {
        guard FileAccess.status(path)?.isOpenToOthers == false else {
            throw .failed("\(path): is not there, or others can read it (chmod 600)")
        }
        do {
            return try FileAccess.read(path, limit: 1 << 20)
        } catch {
            throw .failed("\(path): \(error.reason)")
        }
    }
}
