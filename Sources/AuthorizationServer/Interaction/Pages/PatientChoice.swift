/// One patient as the picker and the consent page show it: enough to tell two people of one name apart, and no more.
struct PatientChoice: Sendable, Equatable {
    let id: String
    let name: String
    /// A FHIR `date`.
    let birthDate: String?
    /// A code of FHIR's administrative gender.
    let gender: String?
    /// The record number that staff know the patient by.
    let identifier: String?

    func facts(_ texts: Texts) -> [HTML] {
        let born = birthDate.map { HTML(text: texts.patients.born(DateWords(texts.dates).date($0))) }
        let sex = gender.map { HTML(text: texts.patients.genders[$0] ?? $0) }
        let number = identifier.map { texts.patients.identifier(.isolated($0)) }
        return [born, sex, number].compactMap { $0 }
    }
}
