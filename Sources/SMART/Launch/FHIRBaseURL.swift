/// The address of a FHIR server, what `aud` names (AUTHZ-7): absolute, without query and fragment.
package struct FHIRBaseURL: Sendable, Hashable {
    /// Without trailing slash.
    package let value: String

    /// One trailing slash is trimmed; beyond that, URLs are equal octet for octet (AZ-12).
    package init?(_ text: String) {
        guard let uri = AbsoluteURI(text), let authority = uri.authority, !authority.hasUserInformation,
            uri.scheme == "https" || uri.scheme == "http", uri.query == nil, uri.fragment == nil
        else { return nil }
        let trimmed = text.utf8.last == UInt8(ascii: "/") ? String(text.dropLast()) : text
        guard trimmed.utf8.last != UInt8(ascii: "/") else { return nil }
        value = trimmed
    }
}
