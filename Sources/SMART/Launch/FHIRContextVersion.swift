/// How a client reads `fhirContext`: SMART 2.0 had strings, 2.1 and 2.2 have objects, and each refuses the other.
package enum FHIRContextVersion: String, Sendable, Hashable, CaseIterable {
    case strings = "2.0"
    case objects = "2.2"
}
