/// The codes that several of the sample charts use; a code used once stands where it is used.
enum Codes {
    static let restricted = Coding.hl7("v3-Confidentiality", "R", "restricted")
    static let veryRestricted = Coding.hl7("v3-Confidentiality", "V", "very restricted")
    static let patientRecord = Coding(
        system: "http://dicom.nema.org/resources/ontology/DCM", code: "110110", display: "Patient Record")

    static let checkUp = Coding.snomed("185349003", "Encounter for check up")
    static let symptom = Coding.snomed("185345009", "Encounter for symptom")
    static let followUp = Coding.snomed("390906007", "Follow-up encounter")
    static let wellChild = Coding.snomed("410620009", "Well child visit")

    static let hypertension = Coding.snomed("38341003", "Hypertensive disorder")
    static let obesity = Coding.snomed("414916001", "Obesity")
    static let stress = Coding.snomed("73595000", "Stress")

    static let hemoglobinA1c = Coding.loinc("4548-4", "Hemoglobin A1c/Hemoglobin.total in Blood")
    static let hemoglobin = Coding.loinc("718-7", "Hemoglobin [Mass/volume] in Blood")
    static let creatinine = Coding.loinc("2160-0", "Creatinine [Mass/volume] in Serum or Plasma")
    static let cholesterol = Coding.loinc("2093-3", "Cholesterol [Mass/volume] in Serum or Plasma")
    static let glucose = Coding.loinc("2345-7", "Glucose [Mass/volume] in Serum or Plasma")
    static let thyrotropin = Coding.loinc("3016-3", "Thyrotropin [Units/volume] in Serum or Plasma")

    static let weight = Coding.loinc("29463-7", "Body weight")
    static let height = Coding.loinc("8302-2", "Body height")
    static let heartRate = Coding.loinc("8867-4", "Heart rate")
    static let temperature = Coding.loinc("8310-5", "Body temperature")
    static let oxygen = Coding.loinc("59408-5", "Oxygen saturation in Arterial blood by Pulse oximetry")

    static let phq9 = Coding.loinc("44261-6", "Patient Health Questionnaire 9 item (PHQ-9) total score [Reported]")
    static let gad7 = Coding.loinc("70274-6", "Generalized anxiety disorder 7 item (GAD-7) total score [Reported.PHQ]")

    static let neverSmoked = Coding.snomed("266919005", "Never smoked tobacco")
    static let formerSmoker = Coding.snomed("8517006", "Ex-smoker")
    static let dailySmoker = Coding.snomed("449868002", "Smokes tobacco daily")

    static let influenzaVaccine = Coding.cvx("140", "Influenza, seasonal, injectable, preservative free")
    static let tdapVaccine = Coding.cvx("115", "Tdap")
    static let mmrVaccine = Coding.cvx("03", "MMR")
    static let dtapVaccine = Coding.cvx("20", "DTaP")
    static let varicellaVaccine = Coding.cvx("21", "varicella")

    static let hives = Coding.snomed("126485001", "Urticaria")
    static let anaphylaxis = Coding.snomed("39579001", "Anaphylaxis")
    static let rash = Coding.snomed("271807003", "Eruption of skin")
}
