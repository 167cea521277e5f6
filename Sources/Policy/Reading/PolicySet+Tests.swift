extension PolicySet {
    /// Of the tests that one of its policies brings with it, those that fail: which one, and how it came out.
    package func failedTests(of policy: RolePolicy) -> [(index: Int, text: String)] {
        RoleTestRun(self, policy).failures()
    }
}
