extension Command {
    /// Every command, in the order of the help.
    static let all: [Command] = [
        serve, demo,
        clientAdd, clientCheck, clientList, clientShow, clientApprove, clientDisable, clientEnable, clientRemove,
        clientRotateSecret, clientSecrets, clientRevokeSecret,
        registrationTokenCreate, registrationTokenList, registrationTokenRevoke,
        userAdd, userList, userRoles, userDisable, userEnable, userUnlock, userSetPassword,
        groupAdd, groupRemove, groupList, groupShow, groupAddMember, groupRemoveMember,
        roleAssign, roleRevoke, roleList,
        policyCheck, policyTest, policyPlan, policyApply, policyExport, policyList, policyShow, policyDiff,
        policyHistory, policyRestore, policyExplain,
        resourceServerAdd, resourceServerList, resourceServerShow, resourceServerRemove,
        keyList, keyGenerate, keyRotate, keyRetire, keyReencrypt,
        patientImport,
        launchCreate,
        tokenInspect,
        emergencyList, emergencyReview,
    ]
}

extension CommandGroup {
    static let all: [CommandGroup] = [
        CommandGroup("client", "register apps and services, check, approve, stop or remove them, change their secrets"),
        CommandGroup("registration-token", "let others register clients: make, list and revoke initial access tokens"),
        CommandGroup("user", "add people who sign in, list them, stop them, set passwords"),
        CommandGroup("group", "gather people who have roles together"),
        CommandGroup("role", "say who has which role, for what and how long"),
        CommandGroup("policy", "say what each role may do: check, test and apply policy files, look back, explain"),
        CommandGroup("resource-server", "register the FHIR servers that introspect tokens"),
        CommandGroup("key", "the signing keys: list, make, rotate, take away, encrypt anew"),
        CommandGroup("patient", "fill the patient directory"),
        CommandGroup("launch", "open a launch as an EHR does"),
        CommandGroup("token", "look into a token"),
        CommandGroup("emergency", "see who broke the glass, and review it"),
    ]
}
