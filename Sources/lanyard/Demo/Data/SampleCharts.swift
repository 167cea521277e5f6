import Encoding

/// What the records of the sample patients say.
enum SampleCharts {
    static var all: [JSON] {
        [amira, ben, clara, david, elena, finn, grace, hugo].flatMap { $0.resources }
    }

    private static var amira: Chart {
        var chart = Chart(.amira)
        chart.encounter("visit-2025", Codes.checkUp, on: "2025-05-06", reason: "Diabetes review")
        chart.encounter("visit-2026", Codes.followUp, on: "2026-01-14", reason: "Diabetes follow-up", isOpen: true)
        let diabetes = Coding.snomed("44054006", "Diabetes mellitus type 2")
        chart.condition("diabetes", diabetes, Category.problem, since: "2019-02-11")
        chart.condition("hypertension", Codes.hypertension, Category.problem, since: "2021-09-30")
        let pharyngitis = Coding.snomed("195662009", "Acute viral pharyngitis")
        chart.condition(
            "pharyngitis", pharyngitis, Category.diagnosis, since: "2025-05-06", encounter: "visit-2025",
            status: "resolved")
        chart.condition("stress", Codes.stress, Category.concern, since: "2025-05-06")
        let depression = Coding.snomed("35489007", "Depressive disorder")
        chart.condition(
            "depression", depression, Category.problem, since: "2023-10-02", confidentiality: Codes.restricted)
        let alcohol = Coding.snomed("7200002", "Alcoholism")
        chart.condition(
            "alcohol", alcohol, Category.problem, since: "2022-04-19", confidentiality: Codes.veryRestricted)
        chart.coverage("Rivertown Health Insurance", since: "2019-01-01")
        chart.audit("opened", by: SamplePeople.physician, on: "2026-01-14")
        chart.laboratory("hba1c-2025", Codes.hemoglobinA1c, 7.4, "%", on: "2025-05-06")
        chart.laboratory("hba1c-2026", Codes.hemoglobinA1c, 6.9, "%", on: "2026-01-14")
        chart.laboratory("glucose", Codes.glucose, 138, "mg/dL", on: "2026-01-14")
        chart.laboratory("creatinine", Codes.creatinine, 0.9, "mg/dL", on: "2026-01-14")
        chart.bloodPressure("bp-2025", 142, 88, on: "2025-05-06")
        chart.bloodPressure("bp-2026", 131, 82, on: "2026-01-14")
        chart.vitalSign("weight", Codes.weight, 78.5, "kg", on: "2026-01-14")
        chart.vitalSign("height", Codes.height, 167, "cm", on: "2026-01-14")
        chart.smoking(Codes.formerSmoker, on: "2026-01-14")
        chart.survey("phq9", Codes.phq9, score: 6, on: "2026-01-14")
        let metformin = Coding.rxNorm("861007", "metformin hydrochloride 500 MG Oral Tablet")
        chart.medication("metformin", metformin, "1 tablet twice a day with meals", since: "2019-02-11")
        let lisinopril = Coding.rxNorm("314076", "lisinopril 10 MG Oral Tablet")
        chart.medication("lisinopril", lisinopril, "1 tablet in the morning", since: "2021-09-30")
        let penicillin = Coding.rxNorm("70618", "penicillin")
        chart.allergy("penicillin", penicillin, "medication", Codes.hives, isHigh: false)
        chart.immunization("influenza", Codes.influenzaVaccine, on: "2025-10-09")
        chart.immunization("tdap", Codes.tdapVaccine, on: "2020-04-21")
        return chart
    }

    private static var ben: Chart {
        var chart = Chart(.ben)
        chart.encounter("visit-2025", Codes.wellChild, on: "2025-04-02", reason: "Nine-year check")
        chart.condition(
            "asthma", .snomed("195967001", "Asthma"), Category.problem, since: "2021-10-05")
        chart.laboratory("hemoglobin", Codes.hemoglobin, 13.1, "g/dL", on: "2025-04-02")
        chart.vitalSign("height-2023", Codes.height, 123, "cm", on: "2023-04-04")
        chart.vitalSign("height-2024", Codes.height, 129, "cm", on: "2024-04-03")
        chart.vitalSign("height-2025", Codes.height, 135, "cm", on: "2025-04-02")
        chart.vitalSign("weight-2023", Codes.weight, 24.0, "kg", on: "2023-04-04")
        chart.vitalSign("weight-2024", Codes.weight, 27.1, "kg", on: "2024-04-03")
        chart.vitalSign("weight-2025", Codes.weight, 30.4, "kg", on: "2025-04-02")
        chart.vitalSign("oxygen", Codes.oxygen, 98, "%", on: "2025-04-02")
        let albuterol = Coding.rxNorm("435", "albuterol")
        chart.medication("albuterol", albuterol, "2 puffs when short of breath", since: "2021-10-05")
        chart.allergy(
            "cat", .snomed("260152009", "Cat dander"), "environment", Codes.rash, isHigh: false)
        chart.immunization("dtap", Codes.dtapVaccine, on: "2020-05-12")
        chart.immunization("mmr", Codes.mmrVaccine, on: "2020-05-12")
        return chart
    }

    private static var clara: Chart {
        var chart = Chart(.clara)
        chart.encounter("visit-2025", Codes.wellChild, on: "2025-11-12", reason: "Five-year check")
        chart.encounter("visit-2024", Codes.symptom, on: "2024-02-20", reason: "Ear pain")
        chart.condition(
            "otitis", .snomed("65363002", "Otitis media"), Category.diagnosis, since: "2024-02-20",
            encounter: "visit-2024", status: "resolved")
        chart.vitalSign("height-2024", Codes.height, 101, "cm", on: "2024-11-14")
        chart.vitalSign("height-2025", Codes.height, 108, "cm", on: "2025-11-12")
        chart.vitalSign("weight-2024", Codes.weight, 15.9, "kg", on: "2024-11-14")
        chart.vitalSign("weight-2025", Codes.weight, 17.8, "kg", on: "2025-11-12")
        chart.vitalSign("temperature", Codes.temperature, 38.4, "Cel", on: "2024-02-20")
        chart.laboratory("hemoglobin", Codes.hemoglobin, 12.2, "g/dL", on: "2025-11-12")
        chart.allergy(
            "peanut", .snomed("762952008", "Peanut"), "food", Codes.anaphylaxis, isHigh: true)
        let epinephrine = Coding.rxNorm("3992", "epinephrine")
        chart.medication(
            "epinephrine", epinephrine, "Auto-injector 0.15 mg, at once in anaphylaxis", since: "2023-07-01")
        chart.immunization("mmr", Codes.mmrVaccine, on: "2024-11-14")
        chart.immunization("varicella", Codes.varicellaVaccine, on: "2024-11-14")
        return chart
    }

    private static var david: Chart {
        var chart = Chart(.david)
        chart.encounter("visit-2026", Codes.followUp, on: "2026-01-08", reason: "Heart failure clinic", isOpen: true)
        chart.condition(
            "heart-failure", .snomed("84114007", "Heart failure"), Category.problem, since: "2022-03-15")
        chart.condition(
            "fibrillation", .snomed("49436004", "Atrial fibrillation"), Category.problem, since: "2020-06-09")
        let natriureticPeptide = Coding.loinc("30934-4", "Natriuretic peptide B [Mass/volume] in Serum or Plasma")
        chart.laboratory("bnp", natriureticPeptide, 412, "pg/mL", on: "2026-01-08")
        chart.laboratory("creatinine", Codes.creatinine, 1.4, "mg/dL", on: "2026-01-08")
        let coagulation = Coding.loinc("6301-6", "INR in Platelet poor plasma by Coagulation assay")
        chart.laboratory("inr", coagulation, 2.4, "{INR}", on: "2026-01-08")
        chart.bloodPressure("bp", 118, 70, on: "2026-01-08")
        chart.vitalSign("heart-rate", Codes.heartRate, 76, "/min", on: "2026-01-08")
        chart.vitalSign("weight", Codes.weight, 84.2, "kg", on: "2026-01-08")
        chart.smoking(Codes.formerSmoker, on: "2026-01-08")
        let warfarin = Coding.rxNorm("855332", "warfarin sodium 5 MG Oral Tablet")
        chart.medication("warfarin", warfarin, "1 tablet in the evening, by INR", since: "2020-06-09")
        let furosemide = Coding.rxNorm("313988", "furosemide 40 MG Oral Tablet")
        chart.medication("furosemide", furosemide, "1 tablet in the morning", since: "2022-03-15")
        chart.allergy(
            "codeine", .rxNorm("2670", "codeine"), "medication", .snomed("422587007", "Nausea"), isHigh: false)
        chart.immunization("influenza", Codes.influenzaVaccine, on: "2025-10-02")
        return chart
    }

    private static var elena: Chart {
        var chart = Chart(.elena)
        chart.encounter("visit-2025", Codes.symptom, on: "2025-08-19", reason: "Headache")
        chart.condition("migraine", .snomed("37796009", "Migraine"), Category.problem, since: "2018-05-23")
        chart.condition(
            "migraine-attack", .snomed("37796009", "Migraine"), Category.diagnosis, since: "2025-08-19",
            encounter: "visit-2025")
        chart.laboratory("hemoglobin", Codes.hemoglobin, 12.9, "g/dL", on: "2025-08-19")
        chart.bloodPressure("bp", 112, 71, on: "2025-08-19")
        chart.smoking(Codes.neverSmoked, on: "2025-08-19")
        chart.survey("gad7", Codes.gad7, score: 4, on: "2025-08-19")
        chart.medication(
            "sumatriptan", .rxNorm("37418", "sumatriptan"), "50 mg at the start of an attack", since: "2018-05-23")
        chart.immunization("tdap", Codes.tdapVaccine, on: "2021-03-03")
        return chart
    }

    private static var finn: Chart {
        var chart = Chart(.finn)
        chart.encounter("visit-2025", Codes.checkUp, on: "2025-12-03", reason: "Lung function review")
        let lungDisease = Coding.snomed("13645005", "Chronic obstructive pulmonary disease")
        chart.condition("copd", lungDisease, Category.problem, since: "2017-11-21")
        chart.condition("obesity", Codes.obesity, Category.concern, since: "2023-06-14")
        chart.laboratory("cholesterol", Codes.cholesterol, 231, "mg/dL", on: "2025-12-03")
        chart.vitalSign("oxygen", Codes.oxygen, 93, "%", on: "2025-12-03")
        chart.vitalSign("weight", Codes.weight, 104.6, "kg", on: "2025-12-03")
        chart.bloodPressure("bp", 138, 86, on: "2025-12-03")
        chart.smoking(Codes.dailySmoker, on: "2025-12-03")
        chart.medication(
            "tiotropium", .rxNorm("69120", "tiotropium"), "1 inhalation a day", since: "2017-11-21")
        chart.immunization("influenza", Codes.influenzaVaccine, on: "2025-10-15")
        let pneumococcal = Coding.cvx("33", "pneumococcal polysaccharide PPV23")
        chart.immunization("pneumococcal", pneumococcal, on: "2022-10-18")
        return chart
    }

    private static var grace: Chart {
        var chart = Chart(.grace)
        chart.encounter("visit-2025", Codes.followUp, on: "2025-09-25", reason: "Thyroid follow-up")
        chart.condition("hypothyroidism", .snomed("40930008", "Hypothyroidism"), Category.problem, since: "2014-01-17")
        chart.laboratory("tsh-2024", Codes.thyrotropin, 6.8, "m[IU]/L", on: "2024-09-19")
        chart.laboratory("tsh-2025", Codes.thyrotropin, 2.1, "m[IU]/L", on: "2025-09-25")
        chart.vitalSign("heart-rate", Codes.heartRate, 64, "/min", on: "2025-09-25")
        chart.smoking(Codes.neverSmoked, on: "2025-09-25")
        let levothyroxine = Coding.rxNorm("966222", "levothyroxine sodium 0.075 MG Oral Tablet")
        chart.medication("levothyroxine", levothyroxine, "1 tablet before breakfast", since: "2024-09-19")
        chart.immunization("zoster", .cvx("187", "zoster recombinant"), on: "2024-03-11")
        return chart
    }

    private static var hugo: Chart {
        var chart = Chart(.hugo)
        chart.encounter("visit-2025", Codes.checkUp, on: "2025-10-28", reason: "Low mood")
        chart.condition("depression", .snomed("35489007", "Depressive disorder"), Category.problem, since: "2025-10-28")
        chart.condition("stress", Codes.stress, Category.concern, since: "2025-10-28")
        chart.survey("phq9", Codes.phq9, score: 13, on: "2025-10-28")
        chart.survey("gad7", Codes.gad7, score: 9, on: "2025-10-28")
        chart.laboratory("tsh", Codes.thyrotropin, 1.7, "m[IU]/L", on: "2025-10-28")
        chart.vitalSign("weight", Codes.weight, 71.3, "kg", on: "2025-10-28")
        chart.smoking(Codes.neverSmoked, on: "2025-10-28")
        chart.medication("sertraline", .rxNorm("36437", "sertraline"), "50 mg in the morning", since: "2025-10-28")
        chart.immunization("influenza", Codes.influenzaVaccine, on: "2025-10-28")
        return chart
    }
}
