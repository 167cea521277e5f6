"""What roles decide, and how FHIR requests are read for them."""
from table import step, value

DECISION = "Policy/Decisions/Permissions+Decision.swift"
COMPILATION = "Policy/Decisions/Compilation.swift"
READER = "Policy/FHIRRequest/RequestReader.swift"
QUERY = "Policy/FHIRRequest/FHIRQuery.swift"

MUTANTS = [
    value("deny-overrides", "policy, Decisions", DECISION, "guard «refusing.isEmpty» else", "true", "Deny overrides allow",
          "Policy: decisions"),
    value("deny-unknown", "policy, Decisions", DECISION, "«match != .met», access.type != nil, let criteria", "true",
          "Policy: decisions", "Deny overrides allow", "Policy: what is compiled"),
    value("criteria-unmet", "policy, Decisions", DECISION, "if «criteriaMatch == .unmet» || compartmentMatch == .unmet", "false",
          "Policy: what is compiled"),
    value("compartment-unmet", "JW-06, FHIR R4 CompartmentDefinition", DECISION, "|| «compartmentMatch == .unmet» { return nil }", "false",
          "Policy: decisions", "Policy: what is compiled"),
    value("needs-filter", "policy, Decisions", "Policy/Decisions/RequestDecision.swift",
          "guard «remainder.canBeHeld(by: filtering, in: access, isFirst: remainders.isEmpty && isOneSearch)» else", "true",
          "Policy: decisions", "FHIR R4"),
    value("needs-filter-elements", "policy, Decisions", "Policy/Decisions/RequestDecision.swift",
          "if any.contains(where: \\.hasElements), «!filtering.contains(.elements)» {", "false", "Policy: decisions"),
    value("emergency-right", "PW-09", COMPILATION,
          "let isEntitled = «subject.purpose != .breakTheGlass || roles.contains(where: \\.mayBreakGlass)»", "true",
          "Policy: break-glass", "Break-glass"),
    step("emergency-reads", "policy, Break-glass", COMPILATION,
         "«allowance.interactions.formIntersection([.read, .search])»\n            allowance.operations = []", "Policy: break-glass"),
    value("emergency-compartment", "policy, Break-glass", COMPILATION, "if scope.level == .patient || «isEmergency» {", "false",
          "Policy: break-glass"),
    value("patient-level", "JW-06", COMPILATION, "if «scope.level == .patient» || isEmergency {", "false", "Policy: the traps",
          "Policy: the formula", "Policy: decisions"),
    value("role-purpose", "policy, Rules", COMPILATION, "case .allow where isStanding && «(isMeant || pardons.contains(.purpose))»:",
          "true", "Policy: what the rules of a role say", "Policy: the reason of a refusal"),
    value("role-requirements", "policy, Rules", COMPILATION, "«held.obstacle == nil» || (pardons", "true",
          "Policy: what the rules of a role say"),
    value("role-validity", "policy, Assignments", "AuthorizationServer/Roles/RoleHolder.swift",
          "guard «assignment.isValid(at: now)», let role", "true", "Role assignments", "live tokens", "Role policies"),
    value("role-unset-variable", "policy, Variables", "Policy/Roles/RuleScope.swift", "if «bound.isEmpty» {", "false",
          "Policy: the traps", "Policy: what the rules of a role say"),
    value("own-rights-denied", "AD-07", "Policy/Decisions/PolicySet+OwnAPI.swift",
          "let denies = «pardons.contains(.denies) ? [] : held.flatMap(\\.ownDenies)»", "[Rule]()",
          "Policy: denies reach this server's own API", "rights to this server's own API"),

    # FHIR requests
    value("request-modifier", "FHIR R4 §3.1.1", QUERY, "guard «meaning.hasModifiers || parameter.modifier == nil» else", "true",
          "FHIR R4"),
    value("request-unknown-parameter", "FHIR R4 §3.1.1", QUERY, "guard «place.hasFilters» else", "true", "FHIR R4"),
    value("request-chain", "FHIR R4 §3.1.1.5.5", QUERY, "guard «!parameter.isChained» else { return }", "true", "FHIR R4",
          "Policy: what is compiled"),
    step("request-reverse-chain", "FHIR R4 §3.1.1.5.6", "Policy/FHIRRequest/ParameterName.swift", "try reached.search(source)", "FHIR R4"),
    step("request-chain-reaches", "FHIR R4 §3.1.1.5.5", "Policy/FHIRRequest/ParameterName.swift",
         "for target in targets { try reached.search(target) }", "FHIR R4"),
    value("request-criteria", "FHIR R4 §3.1.0.5.1", READER, "guard «query.hasCriteria» else", "true", "FHIR R4"),
    value("request-body", "FHIR R4 §3.1.0", READER, "guard «body.isEmpty» else { throw .unexpectedBody }", "true", "FHIR R4"),
    value("request-method-override", "HT-14", "AuthorizationServer/Decisions/ForwardAuth/GatewayQuestion.swift",
          "if «methodOverrides.contains(where: { request.headers[$0] != nil })» {", "false", "Forward auth`"),
    value("forward-auth-filtering", "policy, Forward auth", "AuthorizationServer/Decisions/ForwardAuth/GatewayQuestion.swift",
          "let filtering = «try Self.filtering(request).intersection(settings.filtering)»", "try Self.filtering(request)",
          "Forward auth`"),
]
