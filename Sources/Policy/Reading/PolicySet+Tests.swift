extension PolicySet {
    /// Of the tests that a role's policy brings with it, those that fail: which one, and how it came out.
    package func failedTests(of role: RoleName) -> [(index: Int, text: String)] {
        guard let policy = self[role]?.policy else { return [] }
        return RoleTestRun(self, policy).failures()
    }
}
