import AuthorizationServer
import Encoding

extension FHIRServer {
    /// One element of `fhir_servers`: read as a registered one is.
    init(setting json: JSON) throws(SettingProblems) {
        do throws(FHIRServerProblems) {
            try self.init(json)
        } catch {
            throw SettingProblems(error.list.map { SettingProblem(member: $0.member, reason: $0.reason) })
        }
    }
}
