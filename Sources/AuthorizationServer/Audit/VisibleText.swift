extension String {
    /// Whether a reader sees all of it, and in the order in which it was written: no control characters, no invisible ones, none
    /// that turn the direction of what follows, nothing that begins another line.
    var isVisible: Bool {
        unicodeScalars.allSatisfy { scalar in
            switch scalar.properties.generalCategory {
            case .control, .format, .privateUse, .surrogate, .lineSeparator, .paragraphSeparator: false
            default: true
            }
        }
    }
}
