extension PolicySet {
    /// Why the allows of a role that the subject holds do not stand, in words; nil where they do, or where the subject does
    /// not hold it.
    package func obstacle(to role: RoleName, of subject: Subject) -> String? {
        subject.heldRoles(self).first { $0.role.policy.role == role }?.obstacle?.words
    }
}
