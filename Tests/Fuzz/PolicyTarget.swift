import Encoding
import HTTP
import Policy
import SMART

extension Target {
    /// A file of `Policies`, held to its own tests and compiled for somebody who has the role.
    static let policy = Target(name: "policy") { octets in
        let reader = PolicyReader(isNetwork: { IPNetwork($0) != nil })
        guard let policy = try? reader.read(octets, file: "a.json") else { return }
        let named = [(file: "a.json", policy: policy)]
        guard let set = try? PolicySet(stored: named) else { return }
        _ = PolicyLint(named, set).warnings.count + set.failedTests(of: policy).count
        let wide = ScopeSet(parsing: "user/*.cruds patient/*.rs system/*.cruds auth/Client.cruds")
        var subject = Subject(
            roles: [RoleHolding(policy.role)], holder: .practitioner, fhirUser: "Practitioner/9", client: "c",
            scope: wide, patient: FHIRID("1"), isMultiFactor: true, isInside: { _ in true })
        require(wide.covers(set.carried(wide, by: subject), reading: .role), "a role adds nothing to a scope")
        let more = set.permissions(of: subject)
        require(more.json.names == ["allow", "deny"], "permissions are allow and deny")
        subject.scope = ScopeSet(parsing: "user/Observation.rs patient/Patient.r")
        let less = set.permissions(of: subject)
        for access in accesses where isPermitted(access, less) {
            require(isPermitted(access, more), "a wider scope permits no less")
            require(!isPermitted(access, .none), "nothing permits nothing")
        }
    }

    private static func isPermitted(_ access: FHIRAccess, _ permissions: Permissions) -> Bool {
        if case .permit = permissions.decide(access) { true } else { false }
    }

    private static let accesses = [
        "GET Observation/1", "GET Observation?patient=1&category=laboratory", "GET Patient/1", "PUT Patient/1",
        "DELETE Observation?code=a", "GET Patient/1/Observation", "GET ?_id=1",
    ].flatMap { line -> [FHIRAccess] in
        if case .single(let accesses)? = try? FHIRRequest(line: line) { accesses } else { [] }
    }
}
