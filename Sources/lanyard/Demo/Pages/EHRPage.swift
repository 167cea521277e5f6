import Encoding

/// The pages of the demo's EHR.
struct EHRPage {
    let records: FHIRRecords

    /// The list of patients.
    func patients() -> DemoHTML {
        let rows = records.all("Patient").map { patient -> DemoHTML in
            """
            <tr><td><a href="/ehr/patients/\(patient.id)">\(name(of: patient))</a></td>
            <td>\(text(patient, "birthDate"))</td><td>\(text(patient, "gender"))</td>
            <td>\(recordNumber(of: patient))</td></tr>
            """
        }
        return DemoLayout.page(
            "EHR",
            """
            <p class="role">The EHR</p>
            <h1>Patients</h1>
            <p>Open a chart, then open an app for it. The app learns patient and encounter from the launch; nobody has
            to pick them again.</p>
            <div class="scroll"><table class="stack">
            <thead><tr><th>Name</th><th>Born</th><th>Gender</th><th>Record</th></tr></thead>
            <tbody>\(rows)</tbody></table></div>
            """)
    }

    /// One chart, with the form that opens an app.
    func chart(of patient: FHIRRecord) -> DemoHTML {
        let problems = records.all("Condition").filter { $0.patient == patient.id }.map { condition -> DemoHTML in
            "<li>\(ResourceSummary(condition.resource)?.row.name ?? "")</li>"
        }
        return DemoLayout.page(
            name(of: patient),
            """
            <p class="role">The EHR</p>
            <h1>\(name(of: patient))</h1>
            <p>Born \(text(patient, "birthDate")), \(text(patient, "gender")), record \(recordNumber(of: patient))</p>
            <h2>Conditions</h2>
            <ul>\(problems)</ul>
            <h2>Open an app</h2>
            \(form(for: patient))
            """)
    }

    private func form(for patient: FHIRRecord) -> DemoHTML {
        let users = SampleUser.clinicians.map { user -> DemoHTML in
            "<option value=\"\(user.username)\">\(user.name), \(user.role) (\(user.username))</option>"
        }
        let apps = SampleApp.all.filter { $0.launch == .ehr }.map { app -> DemoHTML in
            """
            <p><button name="app" value="\(app.id)">Open \(app.name)</button>
            <small>\(app.summary) It is \(app.isConfidential ? "confidential" : "public").</small></p>
            """
        }
        return """
            <form class="card" method="post" action="/ehr/launch">
            <input type="hidden" name="patient" value="\(patient.id)">
            <p><label for="user">You work as</label>
            <select id="user" name="user">\(users)</select>
            <small>Sign in as the same person when you are asked: a launch is its user's.</small></p>
            <p><label for="encounter">Encounter</label>
            <select id="encounter" name="encounter">\(encounters(of: patient))</select></p>
            <p><label for="intent">Intent</label>
            <input id="intent" name="intent" maxlength="60" placeholder="reconcile-medications"></p>
            <p><label class="check"><input type="checkbox" name="need_patient_banner" value="yes" checked>
            The app shows the patient's name itself (need_patient_banner)</label></p>
            \(apps)
            </form>
            """
    }

    private func encounters(of patient: FHIRRecord) -> [DemoHTML] {
        let mine = records.all("Encounter").filter { $0.patient == patient.id }
            .sorted { start(of: $0) > start(of: $1) }
        return mine.map { encounter -> DemoHTML in
            let row = ResourceSummary(encounter.resource)?.row
            return "<option value=\"\(encounter.id)\">\(row?.name ?? encounter.id), \(row?.value ?? "")</option>"
        } + ["<option value=\"\">none</option>"]
    }

    private func start(of encounter: FHIRRecord) -> String {
        encounter.resource["period"]?["start"]?.stringValue ?? ""
    }

    private func name(of patient: FHIRRecord) -> String {
        ResourceSummary(patient.resource)?.row.name ?? patient.id
    }

    private func text(_ record: FHIRRecord, _ element: String) -> String {
        record.resource[element]?.stringValue ?? ""
    }

    private func recordNumber(of patient: FHIRRecord) -> String {
        patient.resource["identifier"]?.arrayValue?.first?["value"]?.stringValue ?? ""
    }
}
