import Encoding
import Policy

extension Target {
    /// A request line of FHIR's REST interface, and behind it, if there is one, a line with the body.
    static let fhir = Target(name: "fhir") { octets in
        let parts = octets.split(separator: 0x0A, maxSplits: 1)
        guard let line = parts.first.flatMap({ String(strictUTF8: Array($0)) }) else { return }
        let body = parts.count > 1 ? parts.last.map { Array($0) } : nil
        let request = try? FHIRRequest(line: line, body: body)
        guard let space = line.utf8.firstIndex(of: UInt8(ascii: " ")) else {
            return require(request == nil, "a line has a method and an address")
        }
        let method = String(line[..<space])
        // By octets: a mark that combines with the space is the first of the address.
        let target = String(Substring(line.utf8[line.utf8.index(after: space)...]))
        require(
            (try? FHIRRequest(method: method, target: target, body: body)) == request, "a line is what its parts are")
        require(
            (try? FHIRRequest(method: method, path: "/fhir/" + target, under: "/fhir", body: body)) == request,
            "a path below the base is what its rest is")
        guard case .single(let accesses)? = request else { return }
        require(!accesses.isEmpty, "every request needs a permission")
        for access in accesses {
            guard case .deny = Permissions.none.decide(access) else {
                require(access.letters.isEmpty, "who has no role may do nothing")
                continue
            }
        }
        if method == "GET" {
            require((try? FHIRRequest(method: "HEAD", target: target)) == request, "HEAD is what GET is")
        }
    }
}
