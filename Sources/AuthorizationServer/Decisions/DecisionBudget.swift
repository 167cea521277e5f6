/// How many decisions one request may ask for. A refusal looks through all rules several times for the reason that helps, and
/// nothing may hold up the loop that other requests wait for.
struct DecisionBudget: Sendable {
    static let most = 1_000
    private var left = most

    mutating func allows(_ judgement: RequestJudgement, times: Int = 1) -> Bool {
        let (cost, overflows) = judgement.cost.multipliedReportingOverflow(by: times)
        guard !overflows, cost <= left else { return false }
        left -= cost
        return true
    }
}
