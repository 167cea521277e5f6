/// Why a picker is shown again.
enum PickerProblem: Sendable, Equatable {
    case notChosen
    /// What was chosen is not there or not for this person: the same words for both.
    case notAvailable
}
