extension Command {
    /// Every command, in the order of the help.
    static let all: [Command] = [
        serve, demo, configurationExport, configurationApply,
        clientAdd, clientCheck, clientList, clientShow, clientUpdate, clientApprove, clientDisable, clientEnable,
        clientRemove,
        clientRotateSecret, clientSecrets, clientRevokeSecret,
        registrationTokenCreate, registrationTokenList, registrationTokenRevoke,
        userAdd, userList, userShow, userUpdate, userRemove, userRoles, userDisable, userEnable, userUnlock,
        userSetPassword, userExport, userImport,
        groupAdd, groupRemove, groupList, groupShow, groupAddMember, groupRemoveMember,
        roleAssign, roleRevoke, roleList,
        policyCheck, policyTest, policyPlan, policyApply, policyExport, policyList, policyShow, policyDiff,
        policyHistory, policyRestore, policyExplain,
        resourceServerAdd, resourceServerList, resourceServerShow, resourceServerRemove,
        fhirServerAdd, fhirServerList, fhirServerShow, fhirServerRemove,
        patientImport, patientList, patientRemove,
        launchCreate, launchList, launchWithdraw,
        grantList, grantRevoke, grantExport, sessionList, sessionEnd,
        tokenInspect, refusalList, settingsShow,
        keyList, keyGenerate, keyRotate, keyRetire, keyReencrypt,
        emergencyList, emergencyReview,
        backup, restore, migrate, doctor,
        auditList, auditShow, auditExport, auditVerify, auditCheckpoints,
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
        CommandGroup("fhir-server", "say which FHIR servers tokens are issued for"),
        CommandGroup("patient", "fill the patient directory, and look into it"),
        CommandGroup("launch", "open launches as an EHR does, list them, take them back"),
        CommandGroup("grant", "see what apps were let into, and end it"),
        CommandGroup("session", "see who is signed in, and sign them out"),
        CommandGroup("key", "the signing keys: list, make, rotate, take away, encrypt anew"),
        CommandGroup("patient", "fill the patient directory"),
        CommandGroup("launch", "open a launch as an EHR does"),
        CommandGroup("token", "look into a token"),
        CommandGroup("refusal", "see why somebody was refused"),
        CommandGroup("settings", "see what the server goes by"),
        CommandGroup("emergency", "see who broke the glass, and review it"),
        CommandGroup("audit", "see what happened, hand it out, prove that nobody has changed it"),
    ]
}
