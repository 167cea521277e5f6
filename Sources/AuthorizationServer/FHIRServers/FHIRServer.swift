package import Encoding
package import SMART

/// A FHIR server that accepts our tokens: the `aud` of an authorization request. Each has discovery documents of its own.
package struct FHIRServer: Sendable, Equatable {
    package let base: FHIRBaseURL
    package let name: String
    /// Short and fixed: the part of this server's own URLs that means that FHIR server.
    package let id: String
    /// As in `CapabilityStatement.fhirVersion`.
    package var fhirVersion = "4.0.1"
    /// What the access tokens for it look like, whichever the client.
    package var accessTokenFormat = AccessTokenFormat.jwt
    /// Where its patients are looked up.
    package var directory = DirectorySource.imported
    /// Checklist DISC-25: other endpoints behind the same authorization.
    package var associatedEndpoints: [AssociatedEndpoint] = []
    /// Checklist DISC-26: SMART User Access Brands.
    package var brandBundle: WebURL?
    /// Checklist DISC-27.
    package var brandIdentifier: BrandIdentifier?

    /// `id`: nil takes the last part of the base's path, where that can be one.
    package init(base: FHIRBaseURL, name: String, id: String? = nil) {
        self.base = base
        self.name = name
        self.id = id ?? Self.usualID(base)
    }

    /// Where the pages look patients and encounters up.
    package enum DirectorySource: String, Sendable, CaseIterable {
        /// In the list that an administrator imports.
        case imported
        /// At the FHIR server itself, each time.
        case live
    }

    /// An endpoint that takes the same tokens, and what it can do.
    package struct AssociatedEndpoint: Sendable, Equatable {
        package let url: WebURL
        package let capabilities: [String]

        package init(url: WebURL, capabilities: [String]) {
            self.url = url
            self.capabilities = capabilities
        }

        var json: JSON {
            ["url": .string(url.value), "capabilities": .array(capabilities.map { .string($0) })]
        }
    }

    /// The FHIR Identifier of the one brand of the bundle that this server is.
    package struct BrandIdentifier: Sendable, Equatable {
        package let system: String?
        package let value: String

        package init(system: String?, value: String) {
            self.system = system
            self.value = value
        }

        var json: JSON {
            var object = JSONObject()
            object["system"] = system.map { .string($0) }
            object["value"] = .string(value)
            return .object(object)
        }
    }

    /// As it is registered, and as the configuration file has it.
    package var json: JSONObject {
        var object: JSONObject = [
            "base": .string(base.value), "id": .string(id), "name": .string(name), "fhir_version": .string(fhirVersion),
            "access_token_format": .string(accessTokenFormat.rawValue), "directory": .string(directory.rawValue),
        ]
        if !associatedEndpoints.isEmpty {
            object["associated_endpoints"] = .array(associatedEndpoints.map(\.json))
        }
        object["user_access_brand_bundle"] = brandBundle.map { .string($0.value) }
        object["user_access_brand_identifier"] = brandIdentifier.map(\.json)
        return object
    }

    /// Lower-case letters, digits and inner hyphens, at most 40.
    package static func isID(_ text: String) -> Bool {
        (1...40).contains(text.utf8.count) && text.utf8.first != hyphen && text.utf8.last != hyphen
            && text.utf8.allSatisfy { (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == hyphen }
    }

    private static let hyphen = UInt8(ascii: "-")

    private static func usualID(_ base: FHIRBaseURL) -> String {
        let last = base.path.utf8.split(separator: UInt8(ascii: "/")).last.map { String(Substring($0)).lowercased() }
        return last.flatMap { isID($0) ? $0 : nil } ?? "fhir"
    }
}
