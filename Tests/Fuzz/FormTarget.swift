import Encoding

extension Target {
    /// RFC 6749 appendix B.
    static let form = Target(name: "form") { octets in
        guard let form = try? FormParameters(parsing: octets) else { return }
        let again = try? FormParameters(parsing: Array(form.serialized().utf8))
        require(again?.items == form.items, "what was written reads back as the same")
        let names = form.items.map { Array($0.name.utf8) }
        require(form.repeated != nil || Set(names).count == names.count, "no repeat is overlooked")
        for item in form.items where form.repeated == nil && !item.value.isEmpty {
            require(form[item.name]?.hasSameOctets(as: item.value) == true, "a parameter is found by its name")
        }
    }
}
