/// Arithmetic on seconds since the epoch that stops at the ends instead of trapping: dates come from outside (TK-16).
extension Int64 {
    package func adding(seconds: Int64) -> Int64 {
        let (sum, overflows) = addingReportingOverflow(seconds)
        return overflows ? (seconds < 0 ? .min : .max) : sum
    }

    package func subtracting(seconds: Int64) -> Int64 {
        let (difference, overflows) = subtractingReportingOverflow(seconds)
        return overflows ? (seconds < 0 ? .max : .min) : difference
    }
}
