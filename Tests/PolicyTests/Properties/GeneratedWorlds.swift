/// Policies, tokens and resources over a world small enough that rules meet, overlap and cover each other often.
enum GeneratedWorlds {
    static func world(_ generator: inout SeededGenerator) -> World {
        let levels = generator.pick([
            ["user", "user", "patient"], ["user"], ["patient"], ["system"], ["user", "patient", "system"],
        ])
        let names = ["base", "middle", "top"].prefix(generator.pick([1, 2, 3, 3]))
        var roles: [World.Role] = []
        for name in names { roles.append(role(name, among: roles.map(\.name), levels, &generator)) }
        return World(
            roles: roles, held: held(names + ["ghost"], &generator),
            granted: (0..<generator.pick([1, 2, 3, 4])).map { _ in
                scope(generator.pick(levels), isRule: false, &generator)
            },
            patient: generator.chance(oneIn: 8) ? nil : generator.pick(["1", "1", "2"]),
            purpose: generator.pick([nil, nil, nil, nil, "TREAT", "TREAT", "BTG"]),
            holder: generator.chance(oneIn: 2)
                ? "Practitioner" : generator.pick([nil, "Practitioner", "Patient", "Client"]),
            isMultiFactor: !generator.chance(oneIn: 4), isInside: !generator.chance(oneIn: 4))
    }

    private static func role(
        _ name: String, among others: [String], _ levels: [String], _ generator: inout SeededGenerator
    ) -> World.Role {
        World.Role(
            name: name, extends: generator.chance(oneIn: 2) ? [] : generator.some(of: others),
            holders: generator.chance(oneIn: 2)
                ? []
                : generator.pick([[], ["Practitioner"], ["Practitioner", "Patient"], ["Client", "Practitioner"]]),
            needsMultiFactor: generator.chance(oneIn: 8), networks: generator.chance(oneIn: 8) ? ["10.0.0.0/8"] : [],
            rules: (0..<generator.pick([0, 2, 3, 4])).map { rule("r\($0)", levels, &generator) })
    }

    private static func rule(_ id: String, _ levels: [String], _ generator: inout SeededGenerator) -> World.Rule {
        let isAllow = !generator.chance(oneIn: 5)
        let choices = isAllow ? levels + ["user", "user"] : levels.map { $0 == "patient" ? "user" : $0 }
        let scopes = (0..<generator.pick([1, 1, 2])).map { _ in scope(generator.pick(choices), isRule: true, &generator)
        }
        func sometimes(_ texts: [String]) -> [String] {
            isAllow && generator.chance(oneIn: 2) ? generator.some(of: texts) : []
        }
        return World.Rule(
            id: id, isAllow: isAllow, scopes: scopes, hide: sometimes(["photo", "name", "telecom"]),
            readonly: sometimes(["name", "status"]), operations: sometimes(["$everything", "$check"]),
            purposes: isAllow && generator.chance(oneIn: 6)
                ? generator.pick([["TREAT"], ["TREAT", "BTG"], ["TREAT", "BTG"], ["BTG"]]) : [],
            yields: !isAllow && generator.chance(oneIn: 2))
    }

    private static func held(_ names: [String], _ generator: inout SeededGenerator) -> [World.Holding] {
        (0..<generator.pick([1, 2, 3, 4])).map { _ in
            World.Holding(
                role: generator.pick(names),
                values: [
                    "clinic": generator.pick([[], ["C7"], ["C7"], ["C7", "C8"], ["C7", "C8"]]),
                    "ward": generator.pick([[], ["a"], ["a&status=x"], ["a", "a&status=x"]]),
                ])
        }
    }

    private static func scope(_ level: String, isRule: Bool, _ generator: inout SeededGenerator) -> World.Scope {
        // `Condition` is never named: a type of the future.
        let type = generator.pick(["*", "*", "Patient", "Observation", "Observation", "Practitioner"])
        if generator.chance(oneIn: 8) {
            return World.Scope(level: level, type: type, letters: generator.pick(["read", "write", "*"]), clauses: [])
        }
        var letters = generator.pick(["r", "rs", "cruds", "cruds", "cruds", ""])
        while letters.isEmpty { letters = String(generator.some(of: Array("cruds"))) }
        let clauses = (0..<generator.pick(isRule ? [0, 0, 1, 1, 2] : [0, 0, 0, 1, 2])).map { _ in
            clause(isRule, &generator)
        }
        return World.Scope(level: level, type: type, letters: letters, clauses: clauses)
    }

    private static func clause(_ isRule: Bool, _ generator: inout SeededGenerator) -> World.Clause {
        let (name, values) = generator.pick(isRule ? plain + withVariables : plain)
        return World.Clause(name: name, values: values)
    }

    private static let plain: [(String, [String])] = [
        ("category", ["a"]), ("category", ["b"]), ("category", ["a", "b"]), ("category", ["b", "a&status=x"]),
        ("status", ["x"]), ("status", ["x", "y"]), ("_id", ["1"]), ("subject", ["Patient/1"]),
    ]

    private static let withVariables: [(String, [String])] = [
        ("category", ["%ward"]), ("category", ["b", "%ward"]), ("organization", ["%clinic"]),
        ("organization", ["%clinic"]),
        ("subject", ["%patient"]), ("_id", ["%patient"]), ("owner", ["%fhirUser"]), ("_tag", ["%client"]),
    ]

    static func row(_ generator: inout SeededGenerator) -> Row {
        let type = generator.pick(["Patient", "Observation", "Observation", "Condition", "Practitioner"])
        let id = generator.pick(["1", "2"])
        var properties = [
            "category": generator.most(of: ["a", "b", "a&status=x"]), "status": generator.most(of: ["x", "y"]),
            "organization": generator.most(of: ["Organization/C7", "Organization/C8"]),
            "owner": generator.most(of: ["Practitioner/9"]), "_tag": generator.most(of: ["lab-viewer"]), "subject": [],
        ]
        var patients: [String] = []
        switch type {
        case "Practitioner": break
        case "Patient": patients = [id]
        default:
            // In a record it is as its subject, or for another reason.
            let subjects = generator.most(of: ["1", "2"])
            patients = ["1", "2"].filter { subjects.contains($0) || generator.chance(oneIn: 4) }
            properties["subject"] = subjects.map { "Patient/\($0)" }
            properties["patient"] = patients.map { "Patient/\($0)" }
        }
        return Row(type: type, id: id, properties: properties, patients: patients)
    }
}
