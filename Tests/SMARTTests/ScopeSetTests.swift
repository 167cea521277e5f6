import Testing

@testable import SMART

@Suite struct `AZ-18 A bad scope is dropped and never repaired` {
    @Test func `a set keeps what is a scope and reports the rest`() {
        let set = ScopeSet(parsing: "openid patient/Observation.rs patient/Observation.read-only openid")
        #expect(set.text == "openid patient/Observation.rs")
        #expect(set.rejected == ["patient/Observation.read-only"])
    }
}
