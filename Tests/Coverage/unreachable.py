"""The regions that no test can reach: the language needs an arm, or something has been ruled out before.

A row names a file below Sources, what stands in the line and in no other of the file, and why nobody gets there. A region of
that line that was not reached is not counted as missing. A row whose line is not there, or was reached, fails the run.
"""
ROWS = [
    ("JOSE/JWSSigner.swift", "} catch {", "a key that fits its algorithm signs"),
    ("SMART/Scopes/ScopeParameter.swift", "var rest = sortedValues[...]", "`...` is a function that nobody calls"),
    ("Policy/Decisions/NarrowedRow.swift", "var rest = other[...]", "`...` is a function that nobody calls"),
    ("Policy/Decisions/NarrowingIndex.swift", "counts[$1] ?? 0", "each mark was counted"),
    ("Policy/Decisions/Allowance+Shortest.swift", "&& index < other)", "rows as wide as each other are equal, and none is there twice"),
    ("Policy/Decisions/Compilation+Permissions.swift", "contribution.whole.map(denied.letters) ?? []",
     "what is contributed is a scope"),
    ("Policy/FHIRRequest/RequestText.swift", "UTF8Span(validating: octets) else", "its octets are ASCII"),
    ("Policy/Reading/RoleTestRun.swift", "case .bundle: throw .unknownBundle", "it was refused: a test has no Bundle to go with it"),
    ("AuthorizationServer/Grants/AuthorizationCodeGrant.swift", "transaction.grant(code.grantID), stored.revokedAt == nil else",
     "the claim of the code has seen the grant live"),
    ("AuthorizationServer/Grants/RefreshTokenGrant.swift", "if let successor = try graceSuccessor(of: token, handle) {",
     "the transaction has seen already that it is the grace window"),
    ("AuthorizationServer/Grants/RefreshTokenGrant.swift", "transaction.setSuccessor(id: token.id, sealed: sealed) else",
     "the transaction has just claimed it"),
    ("AuthorizationServer/Handle.swift", "SecretHash(Digest.sha256(secret)) else", "SHA-256 has 32 octets"),
]
